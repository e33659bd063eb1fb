/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline.c - the stages in order, on one screen */

#include "pipeline.h"
#include "choose.h"
#include "core/script_marks.h"
#include "core/shortage.h"
#include "core/utf8.h"
#include "domain/kinds.h"
#include "domain/secrets.h"
#include "domain/wants.h"
#include "diff.h"
#include "held.h"
#include "host/host.h"
#include "launch/launch.h"
#include "launch/overlays.h"
#include "launch/ready.h"
#include "launch/state.h"
#include "launch/iommufd.h"
#include "launch/taps.h"
#include "out/out.h"
#include "progress.h"
#include "qemu/given.h"
#include "stages.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int
pipeline_status(const struct diag *diag)
{
  if (!diag_errors(diag))
    return EXIT_DONE;
  return diag_errors(diag) == diag_host_errors(diag) ? EXIT_HOST : EXIT_REFUSED;
}

int
pipeline_write(const char *text, size_t length, struct diag *diag)
{
  progress_clear();
  /* a terminal obeys control characters: its reader would not see what a shell gets; NULs are for no reader */
  if (isatty(STDOUT_FILENO) && strlen(text) == length) {
    text = utf8_shown(diag, text, length, true);
    length = strlen(text);
  }
  if (fwrite(text, 1, length, stdout) == length && fflush(stdout) == 0)
    return EXIT_DONE;
  diag_error(diag, (struct place){ 0 }, NULL, "cannot write to standard output: %s", strerror(errno));
  return EXIT_OURS;
}

/* NULL after an error was reported. */
static const char *
explain(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv, const struct options *options,
        struct diag *diag)
{
  const struct explained explained = {
    .domain = domain, .argv = argv, .device = device_find(domain, options->device), .options = options, .diag = diag
  };
  if (options->device && !explained.device) {
    diag_error(diag, (struct place){ 0 }, NULL, "--explain: no device '%s'; %s", options->device,
               device_remedy(ctx, domain, options->device));
    return NULL;
  }
  return options->format == FORMAT_JSON ? out_explain_json(ctx, &explained) : out_explain(ctx, &explained);
}

static const char *
graph(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv, enum graph what)
{
  switch (what) {
  case GRAPH_DOT:
    return out_graph_dot(ctx, argv);
  case GRAPH_PCI:
    return out_graph_pci(ctx, domain, argv);
  case GRAPH_PCI_DOT:
    return out_graph_pci_dot(ctx, domain, argv);
  case GRAPH_BLOCKS:
  case GRAPHS:
    break;
  }
  return out_graph(ctx, domain);
}

static int
print(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv, const struct options *options,
      struct diag *diag)
{
  const struct printed printed = { options->file, options->several, domain, argv, diag };
  const char *text;
  size_t length;
  if (options->mode == MODE_PRINT && options->format != FORMAT_JSON && !options_script(options))
    out_notes(domain, diag);
  if (options->mode == MODE_EXPLAIN)
    text = explain(ctx, domain, argv, options, diag);
  else if (options->mode == MODE_GRAPH)
    text = graph(ctx, domain, argv, options->graph);
  else
    text = out_format(ctx, options->format, &printed, &length);
  if (!text)
    return EXIT_USAGE;
  if (options->mode != MODE_PRINT)
    length = strlen(text);
  if (options->mode != MODE_GRAPH && options->format == FORMAT_JSON && !utf8_is_text(text)) {
    diag_error(diag, (struct place){ 0 }, NULL,
               "an argument or a name has bytes that are no UTF-8 text, which JSON cannot carry; use --format=nul");
    return EXIT_USAGE;
  }
  return pipeline_write(text, length, diag);
}

static void
append_extra(struct argv *argv, const char **extra)
{
  argv_origin(argv, (struct place){ 0 }, NULL, "given after --");
  for (; extra && *extra; extra++)
    argv_named(argv, PHASE_LAST, NULL, NAMES_GIVEN, *extra);
}

/* To --run, a QEMU that goes into the background has ended: its devices would be taken from under it. */
static void
refuse_background(const struct argv *argv, struct diag *diag)
{
  for (size_t i = 0; i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    const char *word = arg->option ? arg->option : arg->value;
    if (str_eq(word, "-daemonize") || str_eq(word, "--daemonize"))
      diag_error(diag, arg->place, arg->subject,
                 "%s: --run waits for QEMU's end and then takes its devices back; drop it, or use --exec", word);
  }
}

/* The options' secrets; main.c has seen that they are well spelt. */
static struct secret_book *
book_of(TALLOC_CTX *ctx, const struct options *options)
{
  struct secret_book *secrets = secret_book_new(ctx);
  for (const char **secret = options->secrets; secret && *secret; secret++)
    secret_book_add(secrets, *secret);
  return secrets;
}

/* In their order, and looked at as a whole. NULL after a mistake of ours was reported. */
static struct argv *
arguments(TALLOC_CTX *ctx, const struct domain *domain, struct stage *stage)
{
  struct argv *argv = domain_build(ctx, domain, stage);
  append_extra(argv, stage->options->extra);
  if (!argv_order(argv, stage->diag))
    return NULL;
  argv_check_length(argv, stage->diag);
  caps_check_drivers(stage->caps, argv, stage->diag);
  given_check(stage->caps, argv, stage->diag);
  if (stage->options->mode == MODE_RUN)
    refuse_background(argv, stage->diag);
  return argv;
}

static void
add_wants(struct domain *domain, const struct argv *argv, const struct stage *stage)
{
  wants_of_arguments(domain, argv);
  wants_of_given(domain, argv, stage->caps);
  wants_check_ports(domain, stage->diag);
}

/* Makes wants of the domain of all that the arguments name of the host. *ARGV NULL: those of a refused domain
 * are never built. False after a mistake of ours was reported. */
static bool
find_wants(TALLOC_CTX *ctx, struct domain *domain, struct argv **argv, struct stage *stage)
{
  *argv = NULL;
  if (diag_errors(stage->diag) != diag_host_errors(stage->diag))
    return true;
  *argv = arguments(ctx, domain, stage);
  if (*argv)
    add_wants(domain, *argv, stage);
  return *argv != NULL;
}

/* Taps, overlays and host devices have descriptors only once they are open, which is when all else is found ready:
 * the arguments are built again then. */
static int
start(TALLOC_CTX *ctx, struct domain *domain, struct guest_lock *lock, struct stage *stage)
{
  ready_check(domain, stage);
  if (!diag_errors(stage->diag))
    overlays_make(domain, stage);
  if (!diag_errors(stage->diag))
    taps_open(domain, stage);
  if (!diag_errors(stage->diag))
    iommufd_reserve(domain, stage);
  if (diag_errors(stage->diag))
    return pipeline_status(stage->diag);
  struct argv *argv = arguments(ctx, domain, stage);
  if (!argv)
    return EXIT_OURS;
  if (diag_errors(stage->diag))
    return pipeline_status(stage->diag);
  return launch(domain, argv, lock, stage);
}

/* --check goes on where others end: a refused domain still has images, secrets and controllers to look at. */
static int
check(TALLOC_CTX *ctx, struct domain *domain, struct secret_book *secrets, struct stage *stage)
{
  if (diag_errors(stage->diag) == diag_host_errors(stage->diag))
    domain_resolve(domain, stage);
  else
    domain_look(domain, stage);
  secrets_resolve(domain, secrets, stage);
  struct argv *argv;
  if (!find_wants(ctx, domain, &argv, stage))
    return EXIT_OURS;
  if (options_blind(stage->options))
    out_wants(domain, stage->diag);
  else {
    guest_lock_check(stage->host, domain, stage->diag);
    ready_check(domain, stage);
  }
  return pipeline_status(stage->diag);
}

struct argv *
pipeline_arguments(TALLOC_CTX *ctx, const char *file, struct stage *stage)
{
  struct secret_book *secrets = book_of(ctx, stage->options);
  struct domain *domain = domain_read(ctx, file, stage);
  int error;
  stage->caps = domain ? caps_choose(ctx, domain, stage->options, NULL, &error, stage->diag) : NULL;
  if (!stage->caps)
    return NULL;
  domain_complete(domain, stage);
  domain_check(domain, stage);
  if (diag_errors(stage->diag))
    return NULL;
  domain_resolve(domain, stage);
  secrets_resolve(domain, secrets, stage);
  return diag_errors(stage->diag) ? NULL : arguments(ctx, domain, stage);
}

int
pipeline_verdict(TALLOC_CTX *ctx, const struct domain *domain, int status, const struct options *options,
                 struct diag *diag)
{
  const char *file = options->file;
  enum verdict verdict = status == EXIT_DONE      ? options_blind(options) ? VERDICT_VALID : VERDICT_READY
                         : status == EXIT_REFUSED ? VERDICT_REFUSED
                                                  : VERDICT_NOT_READY;
  if (status == EXIT_USAGE || status == EXIT_OURS || options->style.quiet)
    return status;
  bool json = options->format == FORMAT_JSON;
  const char *text =
      (json ? out_verdict_json : out_verdict)(ctx, str_eq(file, "-") ? "<stdin>" : file, domain, verdict, diag);
  int written = pipeline_write(text, strlen(text), diag);
  return written == EXIT_DONE ? status : written;
}

/* *READ: the domain, once it is read. */
static int
run_stages(TALLOC_CTX *ctx, struct qemus *qemus, struct domain **read, struct stage *stage)
{
  const struct options *options = stage->options;
  struct diag *diag = stage->diag;
  struct secret_book *secrets = book_of(ctx, options);
  stage->host = options->offline ? host_offline(ctx) : host_open(ctx, options->host_root, diag);
  if (!stage->host) /* --host-root is no folder, which was reported: no stage begins */
    return pipeline_status(diag);
  if (options->mode == MODE_DETACH || options->mode == MODE_REATTACH || options->mode == MODE_STATUS)
    return held_run(ctx, stage);
  if (options->mode == MODE_DIFF)
    return diff_run(ctx, stage);
  /* a printed command is the same for everybody */
  if (options_starts(options))
    stage->runtime = state_dir(ctx, stage->host), stage->session = state_session(ctx, stage->host);
  if (options_script(options))
    stage->runtime = SCRIPT_RUNTIME, stage->session = SCRIPT_SESSION;
  struct domain *domain = *read = domain_read(ctx, options->file, stage);
  if (!domain)
    return pipeline_status(diag);
  int error;
  stage->caps = caps_choose(ctx, domain, options, qemus, &error, diag);
  if (!stage->caps)
    return error ? launch_status(error) : pipeline_status(diag);
  domain_complete(domain, stage);
  domain_check(domain, stage);
  if (options->mode == MODE_CHECK)
    return check(ctx, domain, secrets, stage);
  if (diag_errors(diag)) {
    domain_look(domain, stage);
    return pipeline_status(diag);
  }

  if (options_launch(options))
    shortage_prepare();
  /* before anything of the host is looked at: what a guest that runs has, would be reported as taken */
  struct guest_lock *lock = options_launch(options) ? guest_lock_take(ctx, stage->host, domain, diag) : NULL;
  if (options_launch(options) && !lock)
    return pipeline_status(diag);

  domain_resolve(domain, stage);
  secrets_resolve(domain, secrets, stage);
  struct argv *argv;
  if (!find_wants(ctx, domain, &argv, stage))
    return EXIT_OURS;
  if (options_launch(options))
    return start(ctx, domain, lock, stage);
  if (diag_errors(diag))
    return pipeline_status(diag);
  return print(ctx, domain, argv, options, diag);
}

int
pipeline_run(const struct options *options, struct qemus *qemus, struct diag *diag)
{
  TALLOC_CTX *ctx = talloc_new(diag);
  struct stage stage = { .diag = diag, .options = options };
  struct domain *domain = NULL;
  int status = run_stages(ctx, qemus, &domain, &stage);
  return options->mode == MODE_CHECK ? pipeline_verdict(ctx, domain, status, options, diag) : status;
}
