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

/* The guest shall give back what it has above BYTES; as soon as it has a driver for its balloon. */
bool monitor_tell_balloon(struct monitor *monitor, uint64_t bytes);

/* Why QEMU did not take that, once; NULL: nothing was wrong, or it is told already. */
const char *monitor_balloon_refused(struct monitor *monitor);

/* The link of the card ID shall be down. */
void monitor_cut_link(struct monitor *monitor, const char *id);

/* Why it is not, once; NULL: nothing was wrong so far, or it is told already. */
const char *monitor_link_refused(struct monitor *monitor, const char *id);

/* Reads what is there. */
void monitor_hear(struct monitor *monitor);

#endif
