/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/exec.h - becoming a program: what it inherits, what it may lock, why it cannot start */

/* Takes plain values; knows nothing of domains. Descriptors are close-on-exec everywhere in this
 * program; what a program shall inherit is listed, and nothing else is passed on purpose. */

#ifndef LAUNCH_EXEC_H
#define LAUNCH_EXEC_H

#include "host/host.h"

struct program {
  char *const *argv; /* NULL ends; argv[0] is a path, or a name looked up in PATH */
  char *const *env;  /* "NAME=value", added to ours; NULL: nothing */
  const int *fds;    /* to be inherited under the same numbers */
  size_t n_fds;
  /* for a child */
  int input, output, errors; /* its standard descriptors; 0: ours */
  bool own_session;          /* the terminal's signals reach us alone */
};

/* Is the program NAME, a path or looked up in PATH, there to be executed? */
bool exec_would_find(const struct host *host, const char *name);

/* What env(1) exits with. */
enum { EXEC_CANNOT = 126, EXEC_NOT_FOUND = 127 };

/* Becomes the program. Returns only on failure, after an error was reported: EXEC_CANNOT or
 * EXEC_NOT_FOUND. Descriptors that were made inheritable are close-on-exec again. */
int exec_program(const struct program *program, struct diag *diag);

/* Starts the program as a child. 0, and *PID has become it; or errno, and there is no child. */
int exec_start(const struct program *program, pid_t *pid);

/* The words for it: reports ERROR (exec_start()'s) and returns the exit status. */
int exec_failed(const struct program *program, int error, struct diag *diag);

/* Do we have this of Linux's capabilities (CAP_NET_ADMIN)? */
bool exec_may(int capability);

/* Makes sure that BYTES of memory can be locked: raises our limit, which the program inherits.
 * False after an error was reported. 0 bytes: nothing to do. PLACE and SUBJECT: who needs it. */
bool exec_memlock(uint64_t bytes, struct place place, const char *subject, struct diag *diag);

/* The same question without raising anything, for --check. */
bool exec_memlock_check(uint64_t bytes, struct place place, const char *subject, struct diag *diag);

#endif
