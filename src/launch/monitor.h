/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/monitor.h - the QMP connection of --run: what the guest does, and what it is told */

/* Waits for nothing: the socket keeps what we say until QEMU reads it, and what QEMU says is read when it
 * is there. */

#ifndef LAUNCH_MONITOR_H
#define LAUNCH_MONITOR_H

#include "core/util.h"

enum guest_state {
  GUEST_STARTING, /* QMP has not answered */
  GUEST_PAUSED,   /* its CPUs stand still */
  GUEST_RUNS,
  GUEST_ENDS, /* it has shut down; QEMU ends, unless it was told otherwise */
};

struct monitor;

/* Freeing closes our end. *THEIRS is QEMU's, the caller's to close. NULL: errno. */
struct monitor *monitor_new(TALLOC_CTX *ctx, int *theirs);

int monitor_fd(const struct monitor *monitor); /* for poll(2); -1: QEMU has closed it */
enum guest_state monitor_state(const struct monitor *monitor);
bool monitor_ran(const struct monitor *monitor); /* its CPUs have run at some time */

/* COMMAND without arguments. False: QEMU cannot hear it. */
bool monitor_tell(struct monitor *monitor, const char *command);

/* What is to be done before the guest starts: COMMAND (kept) with ARGUMENTS, JSON, or NULL for none. Each is said when
 * the one before it is answered, the first when QEMU has told how the guest is. ABOUT is the caller's own. */
void monitor_ask(struct monitor *monitor, const char *command, const char *arguments, const void *about);

/* Those that are not said yet never are. */
void monitor_ask_no_more(struct monitor *monitor);

/* The command that QEMU is to answer, *SINCE (process_clock()) when it was said or QEMU closed; NULL: all are
 * answered. */
const char *monitor_waits(const struct monitor *monitor, int64_t *since);

/* One that QEMU did not obey. */
struct refusal {
  const char *command;
  const void *about;
  const char *why;
};

/* The next of them, each once; false: there is none now. */
bool monitor_refusal(struct monitor *monitor, struct refusal *refusal);

/* Reads what is there. */
void monitor_hear(struct monitor *monitor);

#endif
