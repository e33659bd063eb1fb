/* SPDX-License-Identifier: GPL-2.0-or-later */
/* many.c - several files in one run */

/* Everything of one file is a talloc child of its diag, and is freed when its messages are printed, so that a
 * thousand files need no more memory than one. All files share the options and the QEMUs that were met. */

#include "many.h"

#include "choose.h"
#include "files.h"
#include "out/out.h"
#include "pipeline.h"
#include "progress.h"

#include <stdio.h>

/* The result of one file, in the order of the total. */
enum outcome { WELL, REFUSED, NOT_READY, FAILED, OUTCOMES };

static const char *const checked[] = {
  [WELL] = "ready", [REFUSED] = "refused", [NOT_READY] = "not ready", [FAILED] = "failed"
};
static const char *const judged[] = {
  [WELL] = "valid", [REFUSED] = "refused", [NOT_READY] = "not ready", [FAILED] = "failed"
};
static const char *const printed[] = {
  [WELL] = "printed", [REFUSED] = "refused", [NOT_READY] = "not ready", [FAILED] = "failed"
};
static_assert(ARRAY_SIZE(checked) == OUTCOMES && ARRAY_SIZE(judged) == OUTCOMES && ARRAY_SIZE(printed) == OUTCOMES,
              "an outcome has no word");

struct tally {
  size_t counts[OUTCOMES];
  int status; /* the worst so far */
};

static enum outcome
outcome_of(int status)
{
  switch (status) {
  case EXIT_DONE:
    return WELL;
  case EXIT_REFUSED:
    return REFUSED;
  case EXIT_USAGE:
  case EXIT_OURS:
    return FAILED;
  default: /* a QEMU that is not there is the host's affair too */
    return NOT_READY;
  }
}

/* A domain that is refused everywhere is worse than a host that lacks something. */
static bool
is_worse(int status, int than)
{
  static const int from_the_worst[] = { EXIT_OURS, EXIT_USAGE, EXIT_REFUSED, EXIT_HOST, EXIT_DONE };
  enum { OTHERS = 3 }; /* 126, 127: as the host's */
  size_t a = OTHERS, b = OTHERS;
  for (size_t i = 0; i < ARRAY_SIZE(from_the_worst); i++) {
    a = from_the_worst[i] == status ? i : a;
    b = from_the_worst[i] == than ? i : b;
  }
  return a < b;
}

struct diag *
many_diag(TALLOC_CTX *ctx, const struct options *options)
{
  struct diag *diag = diag_new(ctx);
  diag_strict(diag, options->strict);
  diag_starts(diag, options_judges(options));
  diag_blind(diag, options_blind(options));
  diag_style(diag, options->style);
  return diag;
}

static int
one(const struct options *options, const struct file *file, struct qemus *qemus, struct diag *diag)
{
  struct options its = *options;
  its.file = file->name;
  if (!file->wrong)
    return pipeline_run(&its, qemus, diag);
  diag_error(diag, (struct place){ 0 }, NULL, "%s", file->wrong);
  return its.mode == MODE_CHECK ? pipeline_verdict(diag, NULL, EXIT_REFUSED, &its, diag) : EXIT_REFUSED;
}

/* "12 ready, 2 refused, 1 not ready" */
static char *
total(TALLOC_CTX *ctx, const struct tally *tally, const char *const *words)
{
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < OUTCOMES; i++)
    if (tally->counts[i])
      text = talloc_asprintf_append_buffer(text, "%s%zu %s", *text ? ", " : "", tally->counts[i], words[i]);
  return text;
}

/* The total of --check goes to standard output, where the files' lines are. That of printed commands is a message,
 * since a program may read standard output. */
static void
tell_total(const struct options *options, struct tally *tally)
{
  struct diag *diag = many_diag(NULL, options);
  bool check = options->mode == MODE_CHECK, lines = check && options->format != FORMAT_JSON;
  char *text = total(diag, tally, options_blind(options) ? judged : check ? checked : printed);
  if (!lines)
    diag_note(diag, (struct place){ 0 }, NULL, "%s", text);
  else if (!options->style.quiet) {
    text = talloc_asprintf(diag, "%s\n", text);
    int written = pipeline_write(text, strlen(text), diag);
    tally->status = is_worse(written, tally->status) ? written : tally->status;
  }
  diag_show(diag, stderr);
  talloc_free(diag);
}

int
many_run(const struct options *options, const char *const *operands)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct files *files = files_of(ctx, operands);
  struct qemus *qemus = qemus_new(ctx);
  struct tally tally = { .status = EXIT_DONE };
  for (size_t i = 0; i < files->n && !ferror(stdout); i++) {
    const struct file *file = &files->items[i];
    struct diag *diag = many_diag(ctx, options);
    diag_about(diag, strcmp(file->name, "-") == 0 ? "<stdin>" : file->name);
    if (file->same)
      diag_note(diag, (struct place){ 0 }, NULL, "looked at already, as %s", file->same);
    else {
      if (options->watched && !options->style.quiet)
        progress_show(i + 1, files->n, file->name);
      int status = one(options, file, qemus, diag);
      tally.counts[outcome_of(status)]++;
      tally.status = is_worse(status, tally.status) ? status : tally.status;
    }
    progress_clear();
    diag_show(diag, stderr);
    talloc_free(diag);
  }
  if (!ferror(stdout))
    tell_total(options, &tally);
  talloc_free(ctx);
  return tally.status;
}
