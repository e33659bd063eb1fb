/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/qmp.h - a QEMU started for questions only, and its QMP on stdin and stdout */

/* For probe.c. Whatever the binary does (hangs, dies, talks nonsense, floods us), each call
 * returns by the deadline and has said why; the child and its children are killed and reaped
 * when the talloc'd handle goes. */

#ifndef QEMU_QMP_H
#define QEMU_QMP_H

#include "core/diag.h"
#include "qemu/json_scan.h"

struct qmp;

/* Starts BINARY (searched in PATH if it has no slash) with the NULL-ended ARGUMENTS; its greeting is read with the
 * first answer. NULL after an error was reported; *ERROR is then what exec said (ENOENT, EACCES, ...), else 0. */
struct qmp *qmp_start(TALLOC_CTX *ctx, const char *binary, const char *const *arguments, unsigned seconds, int *error,
                      struct diag *diag);

/* Sends REQUEST, one line of JSON without its newline, which NAME names to the user. QEMU works on what it was sent
 * while others are asked, or heard. True also where it is gone, of which qmp_hear() tells; false after an error was
 * reported. */
bool qmp_send(struct qmp *qmp, const char *name, const char *request);

/* Waits for the answer to the first request that has none yet, of which NAME is the name. *REPLY, valid until the
 * next call, is the object that has "return" or "error". False after an error was reported. */
bool qmp_hear(struct qmp *qmp, const char *name, struct text *reply);

/* The text that BINARY with ARGUMENTS prints until it closes its stdout; NULL: it could not be started, takes
 * too long or says too much. */
char *qmp_printed(TALLOC_CTX *ctx, const char *binary, const char *const *arguments, unsigned seconds,
                  struct diag *diag);

#endif
