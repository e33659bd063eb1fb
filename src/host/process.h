/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/process.h - starting programs, as children or in our place */

/* The one place that forks and executes. It reports nothing: whoever asked has the words. Descriptors
 * are close-on-exec everywhere in this program; what a program shall inherit is listed, and nothing
 * else is passed on purpose. */

#ifndef HOST_PROCESS_H
#define HOST_PROCESS_H

#include "host/host.h"

struct program {
  char *const *argv; /* NULL ends; argv[0] is a path, or a name looked up in PATH */
  char *const *env;  /* "NAME=value", added to ours; NULL: nothing */
  const int *fds;    /* to be inherited under the same numbers */
  size_t n_fds;
  /* for a child */
  int input, output, errors; /* its standard descriptors; 0: ours */
  bool own_group;            /* of processes, which one kill(2) ends */
  int dies_with_us;          /* the signal that it gets when we end; 0: none. What changes its user or group, or
                                is set-uid, loses that (prctl(2), PR_SET_PDEATHSIG): see host/keeper.h */
};

/* Is the program NAME, a path or looked up in PATH, there to be executed? */
bool process_would_find(const struct host *host, const char *name);

/* Becomes the program, which gets its signals as whoever started us had them. Returns only on failure:
 * errno. Descriptors that were made inheritable are close-on-exec again. */
int process_become(const struct program *program);

/* Starts the program as a child. 0, and *PID has become it; or errno, and there is no child. */
int process_start(const struct program *program, pid_t *pid);

/* For the new child of PARENT: becomes the program with all that struct program says. Returns only on failure:
 * errno. */
int process_child(const struct program *program, pid_t parent);

/* Lets a child do WORK(ARG, ANSWER), and copies the SIZE bytes of ANSWER that it leaves. For what may never
 * come back from the kernel: 0, the errno of the fork, EIO where the child was killed, or ETIMEDOUT after
 * DEADLINE_MS. The child then still hangs, and has copies of our descriptors (locks included) until it ends. */
int process_within(unsigned deadline_ms, void (*work)(void *arg, void *answer), void *arg, void *answer, size_t size);

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t process_clock(void);

/* How another process opens our descriptor FD, as long as we live; a talloc child of CTX. */
const char *process_descriptor(TALLOC_CTX *ctx, int fd);

/* Do we have this of Linux's capabilities (CAP_NET_ADMIN)? */
bool process_may(int capability);

#endif
