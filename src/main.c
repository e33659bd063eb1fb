/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the command line: options, modes, exit status */

#include "core/names.h"
#include "completion.h"
#include "host/confine.h"
#include "host/network.h"
#include "host/secret.h"
#include "many.h"
#include "out/out.h"
#include "pipeline.h"
#include "qemu/caps.h"
#include "usage.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <popt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define TEXT_OF(word) #word
#define TEXT(macro) TEXT_OF(macro)

enum {
  OPT_FORMAT = 1,
  OPT_SECRET,
  OPT_NETWORK,
  OPT_VOLUME,
  OPT_DIAGNOSTICS,
  OPT_COLOUR,
  OPT_READY_FD,
  OPT_STOP_TIMEOUT,
  OPT_NVME,
  OPT_PID,
  OPT_EXPLAIN,
  OPT_GRAPH,
  OPT_COMPLETION,
  OPT_SCHEMA,
  OPT_HELP,
  OPT_VERSION,
  OPT_QEMU,
  OPT_QEMU_VERSION,
  OPT_CAPABILITIES,
  OPT_SAVE_CAPABILITIES,
  OPT_HOST_ROOT,
  OPT_QMP,
  OPT_MODE, /* and those above: OPT_MODE + enum run_mode */
};

/* The argument of an option that was given without its optional argument. */
#define NO_WORD "\n"

enum { GO_ON = -1 }; /* no exit status: the command line is fine so far */

static const char *const nvme_names[] = {
  [NVME_USERSPACE] = "userspace",
  [NVME_KERNEL] = "kernel",
};
static_assert(ARRAY_SIZE(nvme_names) == NVME_MODES, "a way to NVMe has no name");

static const char *const graph_names[] = {
  [GRAPH_BLOCKS] = "blocks", [GRAPH_DOT] = "dot", [GRAPH_PCI] = "pci", [GRAPH_PCI_DOT] = "pci-dot"
};
static_assert(ARRAY_SIZE(graph_names) == GRAPHS, "a graph has no name");

static const char *const message_formats[] = { "text", "json" };
static const char *const colour_names[] = { "auto", "always", "never" };

static TALLOC_CTX *made;  /* holds what the options are made of */
static struct diag *said; /* of the command line; what is said of a file has its own */
static struct options options = { .host_root = "/" };
static struct given given;
static int opt_strict, opt_paused, opt_offline, opt_probe, opt_all, opt_quiet;

#define MODE(name, mode, help) \
  { \
    name, '\0', POPT_ARG_NONE, NULL, OPT_MODE + (mode), help, NULL \
  }

static const struct poptOption table[] = {
  { "format", 'f', POPT_ARG_STRING, NULL, OPT_FORMAT, "print as shell (default), line, json, nul or script", "FORMAT" },
  MODE("exec", MODE_EXEC, "become QEMU"),
  MODE("run", MODE_RUN, "start QEMU, wait for its end, give the host's devices back"),
  MODE("check", MODE_CHECK, "tell what is wrong with domains, and what this host lacks"),
  { "explain", '\0', POPT_ARG_STRING | POPT_ARGFLAG_OPTIONAL, NULL, OPT_EXPLAIN,
    "print each argument, or those about one device, with the lines or the rule that it comes from", "DEVICE" },
  { "graph", '\0', POPT_ARG_STRING | POPT_ARGFLAG_OPTIONAL, NULL, OPT_GRAPH,
    "print what lies behind each disk: blocks (default), dot for Graphviz; or the guest's PCI: pci, pci-dot", "WHAT" },
  MODE("diff", MODE_DIFF, "tell what QEMU would get otherwise for another file, or what a running one has"),
  { "pid", '\0', POPT_ARG_STRING, NULL, OPT_PID, "with --diff: compare with this running QEMU", "PID" },
  MODE("detach", MODE_DETACH, "hand the domain's PCI devices over to vfio-pci, and end"),
  MODE("status", MODE_STATUS, "tell what guests hold of this host, and what ended ones left over"),
  MODE("reattach", MODE_REATTACH, "give back what a run that crashed, or --exec, left with vfio-pci"),
  { "all", '\0', POPT_ARG_NONE, &opt_all, 0, "with --reattach: every device, those of --detach too", NULL },
  { "qemu", '\0', POPT_ARG_STRING, NULL, OPT_QEMU, "use this binary, not the <emulator>", "PATH" },
  { "qemu-version", '\0', POPT_ARG_STRING, NULL, OPT_QEMU_VERSION,
    "print for QEMU 6.2 to " TEXT(QEMU_NEWEST_MAJOR) "." TEXT(QEMU_NEWEST_MINOR), "X.Y[.Z]" },
  { "capabilities", '\0', POPT_ARG_STRING, NULL, OPT_CAPABILITIES, "print for the QEMU that FILE recorded", "FILE" },
  { "probe", '\0', POPT_ARG_NONE, &opt_probe, 0, "ask the binary itself what it can do", NULL },
  { "save-capabilities", '\0', POPT_ARG_STRING, NULL, OPT_SAVE_CAPABILITIES, "probe, and record the answers in FILE",
    "FILE" },
  { "host-root", '\0', POPT_ARG_STRING, NULL, OPT_HOST_ROOT, "take DIR for the host's root", "DIR" },
  { "offline", '\0', POPT_ARG_NONE, &opt_offline, 0, "read no file of the host; with --check start no QEMU", NULL },
  { "secret", '\0', POPT_ARG_STRING, NULL, OPT_SECRET, "where a secret's value is", "UUID|usage:NAME=SOURCE" },
  { "volume", '\0', POPT_ARG_STRING, NULL, OPT_VOLUME, "where a volume of a storage pool is", "POOL/VOL=PATH" },
  { "network", '\0', POPT_ARG_STRING, NULL, OPT_NETWORK, "what a network of libvirt's stands for",
    "NAME=bridge:BR|tap:IF|user" },
  { "nvme", '\0', POPT_ARG_STRING, NULL, OPT_NVME,
    "who drives NVMe disks: QEMU from user space (default), or the host's kernel", "DRIVER" },
  { "qmp", '\0', POPT_ARG_STRING, NULL, OPT_QMP, "let QEMU offer QMP on this socket", "PATH" },
  { "paused", '\0', POPT_ARG_NONE, &opt_paused, 0, "let the guest wait for QMP's cont", NULL },
  { "ready-fd", '\0', POPT_ARG_STRING, NULL, OPT_READY_FD, "with --run: write a newline there when the guest runs",
    "N" },
  { "stop-timeout", '\0', POPT_ARG_STRING, NULL, OPT_STOP_TIMEOUT,
    "with --run: make QEMU quit when the guest ignores its power button for so long", "SECONDS" },
  { "strict", '\0', POPT_ARG_NONE, &opt_strict, 0, "refuse unknown XML", NULL },
  { "diagnostics", '\0', POPT_ARG_STRING, NULL, OPT_DIAGNOSTICS, "messages as text (default) or json", "FORMAT" },
  { "color", '\0', POPT_ARG_STRING, NULL, OPT_COLOUR, "colour in messages: auto (default), always or never", "WHEN" },
  { "quiet", 'q', POPT_ARG_NONE, &opt_quiet, 0, "errors alone: no notes, no warnings, no word of what --check came to",
    NULL },
  { "schema", '\0', POPT_ARG_NONE, NULL, OPT_SCHEMA, "print the grammar of the domain XML that is taken: RELAX NG",
    NULL },
  { "completion", '\0', POPT_ARG_STRING, NULL, OPT_COMPLETION, "print what completes this command line in a shell",
    "bash|zsh|fish" },
  { "help", 'h', POPT_ARG_NONE, NULL, OPT_HELP, "show this help", NULL },
  { "version", 'V', POPT_ARG_NONE, NULL, OPT_VERSION, "show the version", NULL },
  POPT_TABLEEND
};

static int
usage_error(const char *what, const char *why)
{
  const struct place nowhere = { 0 };
  if (strstr(why, "; ")) /* it says what to write */
    diag_error(said, nowhere, NULL, "%s: %s", what, why);
  else
    diag_error(said, nowhere, NULL, "%s: %s; see domxml2qemu --help", what, why);
  return EXIT_USAGE;
}

/* For an option that takes one of N words. */
static int
unknown_word(const char *option, const char *word, const char *const *names, size_t n)
{
  return usage_error(option, talloc_asprintf(made, "'%s' is unknown; %s", word, name_remedy(made, names, n, word)));
}

static void
append_word(const char ***list, const char *word)
{
  size_t n = 0;
  while (*list && (*list)[n])
    n++;
  *list = talloc_realloc(made, *list, const char *, n + 2);
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

/* 1 to MAX; 0: WORD is no such number. */
static unsigned
number_of(const char *word, unsigned long max)
{
  char *end;
  unsigned long number = strtoul(word, &end, 10);
  return *word >= '0' && *word <= '9' && !*end && number <= max ? (unsigned)number : 0;
}

static int
choose_secret(const char *word)
{
  static struct secret_book *book; /* knows one that is named twice */
  book = book ? book : secret_book_new(made);
  const char *wrong = secret_book_add(book, word);
  if (wrong)
    return usage_error("--secret", wrong);
  append_word(&options.secrets, word);
  return GO_ON;
}

static int
choose_ready_fd(const char *word)
{
  unsigned fd = number_of(word, INT_MAX);
  if (fd <= STDERR_FILENO)
    return usage_error(word, "--ready-fd takes the number of a descriptor from 3 on");
  if (fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0 || (fcntl((int)fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
    return usage_error(word, "--ready-fd: this descriptor is not open for writing");
  options.ready_fd = (int)fd;
  return GO_ON;
}

static int
choose_stop_timeout(const char *word)
{
  options.stop_seconds = number_of(word, 1000000);
  return options.stop_seconds ? GO_ON : usage_error(word, "--stop-timeout takes seconds, 1 to 1000000");
}

static int
choose_mode(enum run_mode mode)
{
  if (options.mode != MODE_PRINT && options.mode != mode)
    return usage_error(mode_names[mode],
                       talloc_asprintf(made, "%s was asked for as well; one of them a run", mode_names[options.mode]));
  options.mode = mode;
  return GO_ON;
}

static int
choose_format(const char *word)
{
  int format = name_find(out_format_names, FORMATS, word);
  if (format < 0)
    return usage_error(word,
                       talloc_asprintf(made, "unknown format; %s", name_remedy(made, out_format_names, FORMATS, word)));
  options.format = (enum out_format)format;
  given.format = true;
  return GO_ON;
}

static int
choose_pid(const char *word)
{
  uint64_t pid;
  if (!parse_uint(word, &pid) || pid == 0 || pid > INT32_MAX)
    return usage_error(word, "--pid takes the number of a process");
  options.pid = (int)pid;
  return GO_ON;
}

static int
choose_explain(const char *word)
{
  if (!*word)
    return usage_error("--explain", "its device is empty; give one, or --explain alone");
  options.device = str_eq(word, NO_WORD) ? NULL : word;
  return choose_mode(MODE_EXPLAIN);
}

static int
choose_graph(const char *word)
{
  int what = str_eq(word, NO_WORD) ? GRAPH_BLOCKS : name_find(graph_names, GRAPHS, word);
  if (what < 0)
    return unknown_word("--graph", word, graph_names, GRAPHS);
  options.graph = (enum graph)what;
  return choose_mode(MODE_GRAPH);
}

static int
choose_nvme(const char *word)
{
  int mode = name_find(nvme_names, NVME_MODES, word);
  if (mode < 0)
    return unknown_word("--nvme", word, nvme_names, NVME_MODES);
  options.nvme = (enum nvme_mode)mode;
  return GO_ON;
}

static int
flush(void)
{
  if (fflush(stdout) == 0 && !ferror(stdout))
    return EXIT_DONE;
  diag_error(said, (struct place){ 0 }, NULL, "cannot write to standard output: %s", strerror(errno));
  return EXIT_OURS;
}

static int
choose_colour(const char *word)
{
  int when = name_find(colour_names, ARRAY_SIZE(colour_names), word);
  if (when < 0)
    return unknown_word("--color", word, colour_names, ARRAY_SIZE(colour_names));
  const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
  options.style.colour = when == 1;
  if (when == 0)
    options.style.colour = isatty(STDERR_FILENO) && !(none && *none) && terminal && strcmp(terminal, "dumb") != 0;
  diag_style(said, options.style);
  return GO_ON;
}

/* Three releases a year, from the oldest that is supported to the newest. */
static const char *const *
qemu_versions(size_t *n)
{
  const char **versions = talloc_zero_array(made, const char *, 3 * QEMU_NEWEST_MAJOR);
  *n = 0;
  for (unsigned major = 6, minor = 2; major < QEMU_NEWEST_MAJOR || minor <= QEMU_NEWEST_MINOR; minor++) {
    versions[(*n)++] = talloc_asprintf(made, "%u.%u", major, minor);
    if (minor == 2 && major < QEMU_NEWEST_MAJOR)
      major++, minor = UINT_MAX;
  }
  return versions;
}

static int
print_completion(const char *word)
{
  size_t n_versions;
  const char *const *versions = qemu_versions(&n_versions);
  const struct option_words words[] = {
    { "format", out_format_names, FORMATS },
    { "graph", graph_names, GRAPHS },
    { "nvme", nvme_names, NVME_MODES },
    { "diagnostics", message_formats, ARRAY_SIZE(message_formats) },
    { "color", colour_names, ARRAY_SIZE(colour_names) },
    { "qemu-version", versions, n_versions },
    { "completion", shell_names, SHELLS },
    { NULL, NULL, 0 },
  };
  int shell = name_find(shell_names, SHELLS, word);
  if (shell < 0)
    return unknown_word("--completion", word, shell_names, SHELLS);
  fputs(completion_script(made, (enum shell)shell, table, words), stdout);
  return flush();
}

/* The options whose argument is kept as it is, and where. Of several the last one counts; popt would leak the others,
 * so it is not popt that keeps them. */
static const char **const kept[OPT_MODE] = {
  [OPT_QEMU] = &options.qemu,
  [OPT_QEMU_VERSION] = &options.qemu_version,
  [OPT_CAPABILITIES] = &options.capabilities,
  [OPT_SAVE_CAPABILITIES] = &options.save_capabilities,
  [OPT_HOST_ROOT] = &options.host_root,
  [OPT_QMP] = &options.qmp,
};

/* GO_ON, or the status with which to end. */
static int
read_option(poptContext popt, int option)
{
  char *copy = poptGetOptArg(popt);
  const char *word = talloc_strdup(made, copy);
  free(copy);
  if (option >= OPT_MODE)
    return choose_mode((enum run_mode)(option - OPT_MODE));
  if (option > 0 && kept[option]) {
    *kept[option] = word;
    return GO_ON;
  }
  switch (option) {
  case OPT_FORMAT:
    return choose_format(word);
  case OPT_SECRET:
    return choose_secret(word);
  case OPT_VOLUME:
    if (!volume_option_fits(word))
      return usage_error(word, "a volume is given as POOL/VOL=PATH, PATH from the root");
    append_word(&options.volumes, word);
    return GO_ON;
  case OPT_NETWORK:
    if (network_option_wrong(made, word))
      return usage_error(word, network_option_wrong(made, word));
    append_word(&options.networks, word);
    return GO_ON;
  case OPT_DIAGNOSTICS:
    if (strcmp(word, "json") != 0 && strcmp(word, "text") != 0)
      return unknown_word("--diagnostics", word, message_formats, ARRAY_SIZE(message_formats));
    options.style.json = strcmp(word, "json") == 0;
    given.diagnostics = true;
    return GO_ON;
  case OPT_COLOUR:
    return choose_colour(word);
  case OPT_READY_FD:
    return choose_ready_fd(word);
  case OPT_STOP_TIMEOUT:
    return choose_stop_timeout(word);
  case OPT_NVME:
    return choose_nvme(word);
  case OPT_PID:
    return choose_pid(word);
  case OPT_EXPLAIN:
    return choose_explain(word);
  case OPT_GRAPH:
    return choose_graph(word);
  case OPT_COMPLETION:
    return print_completion(word);
  case OPT_SCHEMA:
    fputs(out_schema(made), stdout);
    return flush();
  case OPT_HELP:
    setvbuf(stdout, NULL, _IOFBF, 65536); /* written at once, so that errno is that of the write */
    poptPrintHelp(popt, stdout, 0);
    return flush();
  case OPT_VERSION:
    printf("domxml2qemu %s\n", PACKAGE_VERSION);
    return flush();
  default:
    return usage_error(poptBadOption(popt, POPT_BADOPTION_NOALIAS), poptStrerror(option));
  }
}

/* --diagnostics counts for mistakes on the command line before it, too. */
static bool
json_is_asked_for(int argc, const char *const *argv)
{
  bool json = false;
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
    bool apart = strcmp(argv[i], "--diagnostics") == 0 && i + 1 < argc;
    const char *word = apart ? argv[i + 1] : str_starts(argv[i], "--diagnostics=") ? strchr(argv[i], '=') + 1 : NULL;
    json = word ? strcmp(word, "json") == 0 : json;
  }
  return json;
}

/* popt would take the next word for an argument that may be left out. */
static void
fill_optional(const char **argv, int argc)
{
  for (int i = 1; i < argc; i++)
    if (str_eq(argv[i], "--explain"))
      argv[i] = "--explain=" NO_WORD;
    else if (str_eq(argv[i], "--graph"))
      argv[i] = "--graph=" NO_WORD;
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
read_command_line(poptContext popt)
{
  int option;
  while ((option = poptGetNextOpt(popt)) != -1) {
    int status = read_option(popt, option);
    if (status != GO_ON)
      return status;
  }
  options.strict = opt_strict;
  options.paused = opt_paused;
  options.offline = opt_offline;
  options.probe = opt_probe;
  options.all = opt_all;
  options.style.quiet = opt_quiet;
  options.terminal = options.mode == MODE_RUN && isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
  options.watched = isatty(STDERR_FILENO) && !options.style.json;
  for (const char *operand; (operand = poptGetArg(popt));)
    append_word(&given.operands, operand);
  struct misuse misuse = usage_check(made, &options, &given);
  return misuse.what ? usage_error(misuse.what, misuse.why) : GO_ON;
}

/* A file of ours must not become the standard output, which somebody closed: writing there still fails. */
static void
fill_standard_descriptors(void)
{
  for (int fd = 0; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
      return; /* no /dev/null: as it was */
}

static int
run(void)
{
  if (options_only_read(&options))
    confine_to_reading();
  if (options.several)
    return many_run(&options, given.operands);
  struct diag *diag = many_diag(NULL, &options);
  if (options_launch(&options))
    prctl(PR_SET_DUMPABLE, 0); /* the XML's passwords are in our memory as long as the guest runs */
  int status = pipeline_run(&options, NULL, diag);
  diag_show(diag, stderr);
  talloc_free(diag);
  return status;
}

int
main(int argc, char **argv)
{
  const char **words = (const char **)argv;
  fill_standard_descriptors();
  signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error, with its message */
  made = talloc_new(NULL);
  said = diag_new(made);
  options.style.json = json_is_asked_for(argc, words);
  choose_colour("auto");
  argc = split_extra(argc, words);
  fill_optional(words, argc);
  poptContext popt = poptGetContext("domxml2qemu", argc, words, table, 0);
  poptSetOtherOptionHelp(popt, "[OPTION...] FILE... [-- QEMU-ARGUMENT...]");
  int status = read_command_line(popt);
  if (status == GO_ON)
    status = run();
  diag_show(said, stderr);
  poptFreeContext(popt);
  talloc_free(made);
  return status;
}
