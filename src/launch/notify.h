/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/notify.h - telling whoever started us how the guest is: systemd, or a script */

/* systemd: a datagram to NOTIFY_SOCKET, as sd_notify(3) has it. A script: a newline into a descriptor, when
 * READY=1 would be sent. Nobody is waited for: what a full socket does not take is said again later, the
 * newest state alone. */

#ifndef LAUNCH_NOTIFY_H
#define LAUNCH_NOTIFY_H

#include "core/diag.h"

struct notify;

/* SOCKET: a path, or "@NAME" in Linux's abstract space; NULL or empty: nobody listens there. READY_FD, closed
 * by us: -1: none. */
struct notify *notify_new(TALLOC_CTX *ctx, const char *socket, int ready_fd, struct diag *diag);

/* The guest runs; we are ending it. Once each, whatever is called again. */
void notify_ready(struct notify *notify);
void notify_stopping(struct notify *notify);

/* For `systemctl status`. */
void notify_status(struct notify *notify, const char *status);

/* Something is still to be said: call notify_again() in a second or so. */
bool notify_waits(const struct notify *notify);
void notify_again(struct notify *notify);

#endif
