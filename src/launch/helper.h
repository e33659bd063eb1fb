/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/helper.h - programs that must run before QEMU: swtpm, virtiofsd, passt */

/* Started in order, each waited for until it is ready, ended with the guest. What a program is and what
 * it says of itself stands in domain/helper.h; nothing here reads its words. */

#ifndef LAUNCH_HELPER_H
#define LAUNCH_HELPER_H

#include "domain/helper.h"

struct helpers;

/* Starts N programs, which must outlive what is returned. Ready is one whose socket is there; without
 * one it is a step (swtpm_setup), ready when it has ended with status 0. NULL after an error was reported
 * that names the program and what it did; those started before were ended. */
struct helpers *helpers_start(TALLOC_CTX *ctx, const struct helper *const *wanted, size_t n, unsigned deadline_ms,
                              struct diag *diag);

/* Ends them: SIGTERM, after two seconds SIGKILL; removes their sockets. Also what freeing does. */
void helpers_end(struct helpers *helpers);

/* Those that run, by name and number. */
void helpers_each(const struct helpers *helpers, void (*say)(const char *name, int pid, void *arg), void *arg);

/* Some child of ours has ended. Warns of each helper that has: QEMU may not survive it. True: there was one. */
bool helpers_ended(struct helpers *helpers, struct diag *diag);

/* Their standard output and error go to our standard error, a line each behind "swtpm: ", where the
 * guest's own output is not cut. Readable is a descriptor for poll(2). */
int helpers_fd(const struct helpers *helpers);
void helpers_hear(struct helpers *helpers);

/* All is over and well: removes their logs below FOLDER, the guest's. They stay where a helper has failed. */
void helpers_forget_logs(const struct helpers *helpers, const char *folder);

#endif
