/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline.c - the stages in order, on one screen */

#include "pipeline.h"
#include "domain/kinds.h"
#include "domain/secrets.h"
#include "host/host.h"
#include "launch/launch.h"
#include "launch/taps.h"
#include "out/out.h"
#include "qemu/choose.h"

#include <errno.h>
#include <stdio.h>

static int
status_of(const struct diag *diag)
{
  if (!diag_errors(diag))
    return EXIT_DONE;
  return diag_errors(diag) == diag_host_errors(diag) ? EXIT_HOST : EXIT_REFUSED;
}

/* Whole or with an error: a full disk or a closed pipe must not pass for success. */
static int
write_out(const char *text, size_t length, struct diag *diag)
{
  if (fwrite(text, 1, length, stdout) == length && fflush(stdout) == 0)
    return EXIT_DONE;
  diag_error(diag, (struct place){ 0 }, NULL, "cannot write to standard output: %s", strerror(errno));
  return EXIT_OURS;
}

static int
print(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv, const struct options *options,
      struct diag *diag)
{
  const char *text = NULL;
  size_t length = 0;
  if (options->mode == MODE_EXPLAIN)
    text = out_explain(ctx, argv);
  else if (options->mode == MODE_GRAPH)
    text = out_graph(ctx, domain);
  else if (options->format == FORMAT_JSON)
    text = out_json(ctx, domain, argv, diag);
  else if (options->format == FORMAT_NUL)
    text = out_nul(ctx, argv, &length);
  else
    text = out_shell(ctx, argv, options->format == FORMAT_LINE);
  return write_out(text, length ? length : strlen(text), diag);
}

static void
append_extra(struct argv *argv, const char **extra)
{
  argv_origin(argv, (struct place){ 0 }, NULL, "given after --");
  for (; extra && *extra; extra++)
    argv_plain(argv, PHASE_LAST, NULL, *extra);
}

int
pipeline_run(const struct options *options, struct diag *diag)
{
  TALLOC_CTX *ctx = talloc_new(diag);
  struct stage stage = { .diag = diag, .options = options };
  struct secret_book *secrets = secret_book_new(ctx);
  for (const char **secret = options->secrets; secret && *secret; secret++) {
    const char *wrong = secret_book_add(secrets, *secret);
    if (wrong) {
      diag_error(diag, (struct place){ 0 }, NULL, "--secret: %s", wrong);
      return EXIT_USAGE;
    }
  }
  struct domain *domain = domain_read(ctx, options->file, &stage);
  if (!domain)
    return status_of(diag);
  int error;
  stage.caps = caps_choose(ctx, domain, options, &error, diag);
  if (!stage.caps)
    return error ? launch_status(error) : status_of(diag);
  stage.host = options->offline ? host_offline(ctx) : host_open(ctx, options->host_root, diag);
  domain_complete(domain, &stage);
  domain_check(domain, &stage);
  if (diag_errors(diag))
    return status_of(diag);

  domain_resolve(domain, &stage);
  secrets_resolve(domain, secrets, &stage);
  if (options_launch(options) && !diag_errors(diag))
    taps_open(domain, &stage);
  if (diag_errors(diag))
    return status_of(diag);

  struct argv *argv = domain_build(ctx, domain, &stage);
  append_extra(argv, options->extra);
  if (!argv_order(argv, diag))
    return EXIT_OURS;
  if (options_launch(options))
    return launch(domain, argv, secrets, &stage);
  return print(ctx, domain, argv, options, diag);
}
