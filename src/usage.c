/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usage.c - whether the options and operands of a command line go together */

#include "usage.h"

#include "choose.h"
#include "files.h"

#include <string.h>

const char *const mode_names[] = {
  [MODE_EXEC] = "--exec",       [MODE_RUN] = "--run",       [MODE_CHECK] = "--check",
  [MODE_EXPLAIN] = "--explain", [MODE_GRAPH] = "--graph",   [MODE_REATTACH] = "--reattach",
  [MODE_DETACH] = "--detach",   [MODE_STATUS] = "--status", [MODE_DIFF] = "--diff",
};

/* "--qmp=$SOCKET" with no such variable. */
static const char *
empty_option(const struct options *options)
{
  const struct {
    const char *name, *word;
  } given[] = {
    { "--qemu", options->qemu },
    { "--capabilities", options->capabilities },
    { "--save-capabilities", options->save_capabilities },
    { "--host-root", options->host_root },
    { "--qmp", options->qmp },
  };
  for (size_t i = 0; i < ARRAY_SIZE(given); i++)
    if (given[i].word && !*given[i].word)
      return given[i].name;
  return NULL;
}

/* --check, and what is printed so that each file's part can be told from the next. */
static bool
takes_several(const struct options *options, const struct given *given)
{
  if (options->mode != MODE_PRINT)
    return options->mode == MODE_CHECK;
  bool shell = options->format == FORMAT_SHELL || options->format == FORMAT_LINE;
  return options->format == FORMAT_JSON || (given->diagnostics && shell);
}

/* Whether there may be so many operands, and which of them are the file and the other one. */
static struct misuse
check_operands(struct options *options, const struct given *given)
{
  bool diff = options->mode == MODE_DIFF && !options->pid;
  size_t n = 0, inputs = 0, most = takes_several(options, given) ? SIZE_MAX : diff ? 2 : 1;
  for (; given->operands && given->operands[n]; n++) {
    if (!*given->operands[n])
      return (struct misuse){ "FILE", "its name is empty; give one" };
    inputs += strcmp(given->operands[n], "-") == 0;
  }
  options->file = n ? given->operands[0] : NULL;
  options->other = diff && n > 1 ? given->operands[1] : NULL;
  if (n > most)
    return (struct misuse){ given->operands[most],
                            diff ? "--diff compares two files"
                                 : "one file a run; --check, --format=json and --diagnostics take several" };
  if (inputs > 1)
    return (struct misuse){ "-", "standard input can be read once" };
  options->several = n && takes_several(options, given) && files_are_many(given->operands);
  if (options->several && options->save_capabilities)
    return (struct misuse){ "--save-capabilities", "it is about one binary; name one file" };
  return (struct misuse){ NULL };
}

/* Each option by itself is right by now: this asks whether they go together. */
static struct misuse
check_together(TALLOC_CTX *ctx, const struct options *options, const struct given *given)
{
  bool reattach = options->mode == MODE_REATTACH, status = options->mode == MODE_STATUS;
  bool diff = options->mode == MODE_DIFF;
  bool held = reattach || status || options->mode == MODE_DETACH;
  const char *wrong = options->qemu_version ? qemu_version_wrong(ctx, options->qemu_version) : NULL;
  if (wrong)
    return (struct misuse){ "--qemu-version", wrong };
  if (empty_option(options))
    return (struct misuse){ empty_option(options), "its name is empty; give one" };
  bool also_json = status || diff || options->mode == MODE_EXPLAIN || options->mode == MODE_CHECK;
  if (given->format && also_json && options->format != FORMAT_JSON)
    return (struct misuse){ "--format",
                            talloc_asprintf(ctx, "%s has text, without it, and json", mode_names[options->mode]) };
  if (options->pid && !diff)
    return (struct misuse){ "--pid", "it goes with --diff alone" };
  if (options->pid && options->offline)
    return (struct misuse){ "--offline", "--pid is about this host" };
  if (diff && options->file && !options->pid && !options->other)
    return (struct misuse){ "--diff", "name two files, or one and --pid=PID" };
  if (given->format && options->mode != MODE_PRINT && !also_json)
    return (struct misuse){ "--format",
                            talloc_asprintf(ctx, "%s prints no invocation to format", mode_names[options->mode]) };
  if ((options_launch(options) || held) && options->offline)
    return (struct misuse){ "--offline", talloc_asprintf(ctx, "%s is about this host", mode_names[options->mode]) };
  if (options_blind(options) && (options->probe || options->save_capabilities))
    return (struct misuse){ "--offline", "--check starts no QEMU then; drop --probe and --save-capabilities" };
  if ((options->ready_fd || options->stop_seconds) && options->mode != MODE_RUN)
    return (struct misuse){ options->ready_fd ? "--ready-fd" : "--stop-timeout", "it goes with --run alone" };
  if (options->all && !reattach)
    return (struct misuse){ "--all", "it goes with --reattach alone" };
  if (options->all && options->file)
    return (struct misuse){ options->file, "--all is all there is; name a file, or --all" };
  if (!options->file && !reattach && !status)
    return (struct misuse){ "no file", "name the domain's XML, or - for standard input" };
  return (struct misuse){ NULL };
}

struct misuse
usage_check(TALLOC_CTX *ctx, struct options *options, const struct given *given)
{
  struct misuse misuse = check_operands(options, given);
  return misuse.what ? misuse : check_together(ctx, options, given);
}
