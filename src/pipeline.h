/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline.h - one run, from a file to what was asked for */

#ifndef PIPELINE_H
#define PIPELINE_H

#include "core/argv.h"
#include "core/diag.h"
#include "core/options.h"

/* Exit statuses: a contract, see the man page. */
enum exit_status {
  EXIT_DONE = 0,
  EXIT_REFUSED = 1,
  EXIT_USAGE = 2,
  EXIT_HOST = 3,
  EXIT_OURS = 4,
};

/* Does what OPTIONS ask. Reports go to DIAG, which the caller prints; with --exec it returns only
 * where QEMU could not be started. QEMUS (choose.h) are those that other files of this run were for; NULL: there are
 * none. The exit status. */
struct qemus;
int pipeline_run(const struct options *options, struct qemus *qemus, struct diag *diag);

/* The exit status that DIAG's errors stand for. */
int pipeline_status(const struct diag *diag);

/* TEXT to standard output, whole or with an error: a full disk or a closed pipe must not pass for success.
 * The exit status. */
int pipeline_write(const char *text, size_t length, struct diag *diag);

/* Prints STATUS of a --check of the file of OPTIONS as a line on standard output; DOMAIN where it was read. The
 * exit status: STATUS, unless the line could not be written. */
struct domain;
int pipeline_verdict(TALLOC_CTX *ctx, const struct domain *domain, int status, const struct options *options,
                     struct diag *diag);

/* The invocation for FILE as it is printed; NULL after an error was reported. Sets STAGE's caps. A talloc child of
 * CTX. */
struct stage;
struct argv *pipeline_arguments(TALLOC_CTX *ctx, const char *file, struct stage *stage);

#endif
