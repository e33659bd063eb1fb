/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/helper.h - programs that must run before QEMU: swtpm, virtiofsd, passt */

/* Started in order, each waited for until it is ready, ended with the guest. They are told apart
 * by their arguments alone; what a domain needs of them is decided elsewhere. */

#ifndef LAUNCH_HELPER_H
#define LAUNCH_HELPER_H

#include "core/diag.h"

struct helpers;

/* Starts N programs, each argv ended by NULL. Ready is one whose socket is there (see
 * helper_socket()); without one it is a step (swtpm_setup), ready when it has ended with status 0.
 * A descriptor that an argument names as /dev/fd/N is inherited. NULL after an error was reported
 * that names the program and what it did; those started before were ended. */
struct helpers *helpers_start(TALLOC_CTX *ctx, char *const *const *argvs, size_t n, unsigned deadline_ms,
                              struct diag *diag);

/* Ends them: SIGTERM, after two seconds SIGKILL; removes their sockets. Also what freeing does. */
void helpers_end(struct helpers *helpers);

/* Tells that process PID ended with wait status STATUS. If it is one of ours its end is reported
 * as a warning: QEMU may not survive it. True: it was one of ours. */
bool helpers_ended(struct helpers *helpers, int pid, int status, struct diag *diag);

/* The socket that ARGV says the program will listen on: --socket-path=P (virtiofsd), --socket P or
 * -s P (passt), --ctrl type=unixio,path=P (swtpm),
 * --unix P (nbdkit). NULL: none. A talloc child of CTX. */
char *helper_socket(TALLOC_CTX *ctx, char *const *argv);

#endif
