/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff.c - --diff: what QEMU would get otherwise, by device */

#include "diff.h"

#include "compare.h"
#include "host/host.h"
#include "launch/state.h"
#include "out/json_text.h"
#include "out/out.h"
#include "pipeline.h"

#include <errno.h>

static struct cmdline *
of_file(TALLOC_CTX *ctx, const char *file, struct stage *stage)
{
  const struct argv *argv = pipeline_arguments(ctx, file, stage);
  if (!argv)
    return NULL;
  struct cmdline *cmdline = cmdline_new(ctx);
  if (!stage->options->pid) /* else the binary is that of the process */
    cmdline_add(cmdline, "emulator", argv->emulator)->place.file = file;
  char **given = talloc_zero_array(cmdline, char *, argv->n + 1);
  size_t n_given = 0;
  for (size_t i = 0; i < argv->n; i++) {
    const char *option, *value;
    out_arg(cmdline, argv->args[i], &option, &value);
    if (!option) { /* a word after --, or of <qemu:commandline> */
      given[n_given++] = (char *)value;
      continue;
    }
    struct cmdline_arg *arg = cmdline_add(cmdline, option, value);
    arg->place = argv->args[i]->place;
    arg->subject = argv->args[i]->subject;
  }
  cmdline_add_words(cmdline, given);
  cmdline_finish(cmdline);
  return cmdline;
}

/* --- a QEMU that runs --- */

static char **
words_of(TALLOC_CTX *ctx, const char *bytes, size_t length)
{
  char **words = talloc_zero_array(ctx, char *, 1);
  size_t n = 0;
  for (const char *at = bytes; at < bytes + length; at += strlen(at) + 1) {
    words = ARRAY_ROOM(ctx, words, char *, n + 1);
    words[n++] = talloc_strdup(words, at);
    words[n] = NULL;
  }
  return words;
}

/* The binary of process PID; NULL after an error was reported. */
static const char *
binary_of(TALLOC_CTX *ctx, int pid, struct stage *stage)
{
  const char *path = talloc_asprintf(ctx, "/proc/%d/exe", pid), *binary = host_link(ctx, stage->host, path);
  const char *name = binary && strrchr(binary, '/') ? strrchr(binary, '/') + 1 : binary;
  if (!binary)
    diag_error(stage->diag, (struct place){ 0 }, NULL, "process %d: %s: %s; %s", pid, path, strerror(errno),
               errno == ENOENT ? "name one that runs and that you may see" : "look as its owner, or as root");
  else if (strstr(name, "domxml2qemu") || (!strstr(name, "qemu") && !strstr(name, "kvm")))
    diag_error(stage->diag, (struct place){ 0 }, NULL, "process %d is %s, no QEMU; pgrep -a ^qemu lists those", pid,
               binary);
  else
    return binary;
  return NULL;
}

static struct cmdline *
of_process(TALLOC_CTX *ctx, int pid, struct stage *stage)
{
  size_t length;
  const char *path = talloc_asprintf(ctx, "/proc/%d/cmdline", pid);
  const char *bytes = host_read(ctx, stage->host, path, HOST_TEXT_MAX, &length);
  if (!bytes || !length) {
    diag_error(stage->diag, (struct place){ 0 }, NULL,
               "process %d: %s cannot be read: %s; look as its owner, or as root", pid, path,
               bytes ? "it is empty" : strerror(errno));
    return NULL;
  }
  struct cmdline *cmdline = cmdline_new(ctx);
  char **words = words_of(cmdline, bytes, length);
  cmdline_add_words(cmdline, words + 1);
  for (size_t i = 0; i < cmdline->n; i++)
    cmdline->args[i].place.file = talloc_asprintf(cmdline, "process %d", pid);
  cmdline_finish(cmdline);
  return cmdline;
}

/* The overlays of <transient/> disks, files without a name, are handed over by whoever starts QEMU with them; libvirt
 * makes its own once QEMU has started. */
static bool
has_overlays(const struct cmdline *cmdline)
{
  for (size_t i = 0; i < cmdline->n; i++)
    if (compare_is_overlay(cmdline_value(&cmdline->args[i], "filename")))
      return true;
  return false;
}

/* The invocation for the file, as the QEMU of process PID, which RUNS so, takes it. */
static struct cmdline *
of_file_for(TALLOC_CTX *ctx, const char *file, const char *binary, const struct cmdline *runs, struct stage *stage)
{
  struct options options = *stage->options;
  struct stage asked = *stage;
  options.qemu = options.qemu ? options.qemu : binary;
  options.probe |= !options.qemu_version && !options.capabilities;
  options.overlaid = runs && has_overlays(runs);
  asked.options = &options;
  asked.runtime = state_dir(ctx, stage->host); /* where its sockets lie, if we started it */
  return of_file(ctx, file, &asked);
}

/* --- telling --- */

static const char *
place_text(TALLOC_CTX *ctx, const struct cmdline_arg *arg)
{
  if (!arg || !arg->place.file)
    return "";
  return arg->place.line ? talloc_asprintf(ctx, " %s:%u", arg->place.file, arg->place.line)
                         : talloc_asprintf(ctx, " %s", arg->place.file);
}

static char *
append_head(char *text, const struct difference *d)
{
  const char *subject = d->a && d->a->subject ? d->a->subject : d->b ? d->b->subject : NULL;
  return talloc_asprintf_append_buffer(text, "%s%s%s%s:%s%s\n", difference_group(d), subject ? " (" : "",
                                       subject ? subject : "", subject ? ")" : "", place_text(text, d->a),
                                       place_text(text, d->b));
}

static char *
append_side(char *text, char sign, const struct cmdline_arg *arg, const struct difference *d, const char *value)
{
  const char *option = arg->option ? arg->option : "";
  const char *mark = d->guest ? "   # the guest notices" : "";
  if (!d->path)
    return talloc_asprintf_append_buffer(text, "%c %s%s%s%s\n", sign, option, *option && arg->text ? " " : "",
                                         arg->text ? out_quote(text, arg->text) : "", mark);
  if (!value)
    return text;
  return talloc_asprintf_append_buffer(text, "%c %s%s%s %s%s%s%s\n", sign, option, arg->id ? " " : "",
                                       arg->id ? arg->id : "", d->path, *d->path ? "=" : "", out_quote(text, value),
                                       mark);
}

static const char *
diff_text(TALLOC_CTX *ctx, const struct differences *all)
{
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < all->n; i++) {
    const struct difference *d = &all->items[i];

    if (i == 0 || d->group != all->items[i - 1].group)
      text = append_head(text, d);
    if (d->a)
      text = append_side(text, '-', d->a, d, d->old);
    if (d->b)
      text = append_side(text, '+', d->b, d, d->new);
  }
  return text;
}

static void
add_string(json_object *object, const char *key, const char *value)
{
  json_object_object_add(object, key, value ? json_object_new_string(value) : NULL);
}

static json_object *
side_json(const struct cmdline_arg *arg, const struct difference *d, const char *value)
{
  if (!arg)
    return NULL;
  json_object *side = json_object_new_object();
  add_string(side, "file", arg->place.file);
  json_object_object_add(side, "line", arg->place.line ? json_object_new_int64(arg->place.line) : NULL);
  add_string(side, "value", d->path ? value : arg->text);
  return side;
}

static const char *
diff_json(TALLOC_CTX *ctx, const struct differences *all)
{
  json_object *root = json_object_new_object(), *list = json_object_new_array();
  for (size_t i = 0; i < all->n; i++) {
    const struct difference *d = &all->items[i];
    const struct cmdline_arg *arg = d->a ? d->a : d->b;
    json_object *object = json_object_new_object();
    add_string(object, "of", difference_group(d));
    add_string(object, "device", arg->subject);
    add_string(object, "option", arg->option);
    add_string(object, "property", d->path);
    json_object_object_add(object, "guest", json_object_new_boolean(d->guest));
    json_object_object_add(object, "old", side_json(d->a, d, d->old));
    json_object_object_add(object, "new", side_json(d->b, d, d->new));
    json_object_array_add(list, object);
  }
  json_object_object_add(root, "same", json_object_new_boolean(all->n == 0));
  json_object_object_add(root, "differences", list);
  const char *text = json_text(ctx, root);
  json_object_put(root);
  return text;
}

int
diff_run(TALLOC_CTX *ctx, struct stage *stage)
{
  const struct options *options = stage->options;
  const char *binary = options->pid ? binary_of(ctx, options->pid, stage) : NULL;
  if (options->pid && !binary)
    return DIFF_TROUBLE;
  struct cmdline *runs = binary ? of_process(ctx, options->pid, stage) : NULL;
  struct cmdline *a =
      binary ? of_file_for(ctx, options->file, binary, runs, stage) : of_file(ctx, options->file, stage);
  struct cmdline *b = binary ? runs : of_file(ctx, options->other, stage);
  if (!a || !b)
    return DIFF_TROUBLE;
  struct differences *all = compare(ctx, a, b, binary);
  const char *text = options->format == FORMAT_JSON ? diff_json(ctx, all) : diff_text(ctx, all);
  if (pipeline_write(text, strlen(text), stage->diag) != EXIT_DONE)
    return DIFF_TROUBLE;
  return all->n ? DIFF_DIFFERENT : DIFF_SAME;
}
