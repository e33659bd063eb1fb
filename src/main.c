/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the command line: options, modes, exit status */

#include "core/names.h"
#include "host/network.h"
#include "pipeline.h"

#include <popt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  OPT_FORMAT = 1, OPT_MODE, OPT_SECRET, OPT_NETWORK, OPT_VOLUME, OPT_DIAGNOSTICS, OPT_HELP, OPT_VERSION,
};

static const char *const format_names[] = {
  [FORMAT_SHELL] = "shell", [FORMAT_LINE] = "line", [FORMAT_JSON] = "json", [FORMAT_NUL] = "nul",
};
static_assert(ARRAY_SIZE(format_names) == FORMATS, "a format has no name");

static struct options options = { .host_root = "/" };
static int opt_strict, opt_paused, opt_offline, opt_probe, opt_all;

#define MODE(name, mode, help) { name, '\0', POPT_ARG_VAL, &chosen_mode, mode, help, NULL }
static int chosen_mode = MODE_PRINT;

static const struct poptOption table[] = {
  { "format", 'f', POPT_ARG_STRING, NULL, OPT_FORMAT, "print as shell (default), line, json or nul", "FORMAT" },
  MODE("exec", MODE_EXEC, "become QEMU"),
  MODE("explain", MODE_EXPLAIN, "print each argument with the line or rule that it comes from"),
  MODE("graph", MODE_GRAPH, "print what lies behind each disk"),
  { "qemu", '\0', POPT_ARG_STRING, &options.qemu, 0, "use this binary, not the <emulator>", "PATH" },
  { "qemu-version", '\0', POPT_ARG_STRING, &options.qemu_version, 0, "print for this QEMU version", "X.Y[.Z]" },
  { "capabilities", '\0', POPT_ARG_STRING, &options.capabilities, 0, "print for the QEMU that FILE recorded", "FILE" },
  { "probe", '\0', POPT_ARG_NONE, &opt_probe, 0, "ask the binary itself what it can do", NULL },
  { "save-capabilities", '\0', POPT_ARG_STRING, &options.save_capabilities, 0, "probe, and record the answers in FILE",
    "FILE" },
  { "host-root", '\0', POPT_ARG_STRING, &options.host_root, 0, "take DIR for the host's root", "DIR" },
  { "offline", '\0', POPT_ARG_NONE, &opt_offline, 0, "read no file of the host", NULL },
  { "secret", '\0', POPT_ARG_STRING, NULL, OPT_SECRET, "where a secret's value is", "UUID|usage:NAME=SOURCE" },
  { "volume", '\0', POPT_ARG_STRING, NULL, OPT_VOLUME, "where a volume of a storage pool is", "POOL/VOL=PATH" },
  { "network", '\0', POPT_ARG_STRING, NULL, OPT_NETWORK, "what a network of libvirt's stands for",
    "NAME=bridge:BR|tap:IF|user" },
  { "qmp", '\0', POPT_ARG_STRING, &options.qmp, 0, "let QEMU offer QMP on this socket", "PATH" },
  { "paused", '\0', POPT_ARG_NONE, &opt_paused, 0, "let the guest wait for QMP's cont", NULL },
  { "strict", '\0', POPT_ARG_NONE, &opt_strict, 0, "refuse unknown XML", NULL },
  { "diagnostics", '\0', POPT_ARG_STRING, NULL, OPT_DIAGNOSTICS, "messages as text (default) or json", "FORMAT" },
  { "help", 'h', POPT_ARG_NONE, NULL, OPT_HELP, "show this help", NULL },
  { "version", 'V', POPT_ARG_NONE, NULL, OPT_VERSION, "show the version", NULL },
  POPT_TABLEEND
};

static int
usage_error(const char *what, const char *why)
{
  fprintf(stderr, "domxml2qemu: %s: %s; see domxml2qemu --help\n", what, why);
  return EXIT_USAGE;
}

static void
append_word(const char ***list, const char *word)
{
  size_t n = 0;
  while (*list && (*list)[n])
    n++;
  *list = talloc_realloc(NULL, *list, const char *, n + 2);
  (*list)[n] = word;
  (*list)[n + 1] = NULL;
}

/* POOL/VOL=/PATH. */
static bool
volume_option_fits(const char *word)
{
  const char *slash = strchr(word, '/');
  const char *equals = slash ? strstr(slash + 1, "=/") : NULL;
  return slash && slash != word && equals && equals != slash + 1;
}

static int
read_option(poptContext popt, int option)
{
  const char *word = poptGetOptArg(popt);
  int format;
  switch (option) {
  case OPT_FORMAT:
    format = name_find(format_names, FORMATS, word);
    if (format < 0)
      return usage_error(word, "unknown format");
    options.format = (enum out_format)format;
    return 0;
  case OPT_SECRET:
    append_word(&options.secrets, word);
    return 0;
  case OPT_VOLUME:
    if (!volume_option_fits(word))
      return usage_error(word, "a volume is given as POOL/VOL=PATH, PATH from the root");
    append_word(&options.volumes, word);
    return 0;
  case OPT_NETWORK:
    if (network_option_wrong(NULL, word))
      return usage_error(word, network_option_wrong(NULL, word));
    append_word(&options.networks, word);
    return 0;
  case OPT_DIAGNOSTICS:
    if (strcmp(word, "json") != 0 && strcmp(word, "text") != 0)
      return usage_error(word, "unknown format of messages");
    options.json_diagnostics = strcmp(word, "json") == 0;
    return 0;
  case OPT_HELP:
    poptPrintHelp(popt, stdout, 0);
    exit(fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS);
  case OPT_VERSION:
    printf("domxml2qemu %s\n", PACKAGE_VERSION);
    exit(fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS);
  default:
    return usage_error(poptBadOption(popt, POPT_BADOPTION_NOALIAS), poptStrerror(option));
  }
}

/* popt ends options at "--" but does not say where: what follows is QEMU's. */
static int
split_extra(int argc, const char **argv)
{
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], "--") == 0) {
      options.extra = argv + i + 1;
      return i;
    }
  return argc;
}

static int
read_command_line(int argc, const char **argv)
{
  poptContext popt = poptGetContext("domxml2qemu", split_extra(argc, argv), argv, table, 0);
  poptSetOtherOptionHelp(popt, "[OPTION...] FILE [-- QEMU-ARGUMENT...]");
  int option;
  while ((option = poptGetNextOpt(popt)) != -1) {
    int status = read_option(popt, option);
    if (status)
      return status;
  }
  options.mode = (enum run_mode)chosen_mode;
  options.strict = opt_strict;
  options.paused = opt_paused;
  options.offline = opt_offline;
  options.probe = opt_probe;
  options.all = opt_all;
  options.file = poptGetArg(popt);
  if (!options.file)
    return usage_error("no file", "name the domain's XML, or - for standard input");
  if (poptPeekArg(popt))
    return usage_error(poptPeekArg(popt), "one file a run");
  return 0;
}

int
main(int argc, char **argv)
{
  signal(SIGPIPE, SIG_IGN);     /* a closed pipe is a write error, with its message */
  int status = read_command_line(argc, (const char **)argv);
  if (status)
    return status;
  struct diag *diag = diag_new(NULL);
  diag_strict(diag, options.strict);
  status = pipeline_run(&options, diag);
  if (options.json_diagnostics)
    diag_print_json(diag, stderr);
  else
    diag_print(diag, stderr);
  talloc_free(diag);
  return status;
}
