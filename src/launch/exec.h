/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/exec.h - becoming a program: what it inherits, what it may lock, why it cannot start */

/* Takes plain values; knows nothing of domains. */

#ifndef LAUNCH_EXEC_H
#define LAUNCH_EXEC_H

#include "host/process.h"

/* The exit statuses of env(1). */
enum { EXEC_CANNOT = 126, EXEC_NOT_FOUND = 127 };

/* Becomes the program. Returns only on failure, after an error was reported: EXEC_CANNOT or
 * EXEC_NOT_FOUND. Descriptors that were made inheritable are close-on-exec again. */
int exec_program(const struct program *program, struct diag *diag);

/* The words for it: reports ERROR (process_start()'s) and returns the exit status. */
int exec_failed(const struct program *program, int error, struct diag *diag);

/* Makes sure that BYTES of memory can be locked: raises our limit, which the program inherits.
 * False after an error was reported. 0 bytes: nothing to do. PLACE and SUBJECT: who needs it. */
bool exec_memlock(uint64_t bytes, struct place place, const char *subject, struct diag *diag);

/* The same question without raising anything, for --check. */
bool exec_memlock_check(uint64_t bytes, struct place place, const char *subject, struct diag *diag);

#endif
