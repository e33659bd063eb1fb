/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/state.h - where the state of this user's guests lies: one place, whoever starts them */

/* One folder a user, in it three:
 *
 *     guests/NAME/        sockets and logs of a guest while it runs
 *     locks/NAME          held as long as it runs (guest_lock.h)
 *     journals/ADDRESS.*  PCI devices that are handed over (journal.h)
 *
 * Nothing of it depends on how a guest is started: a unit's RUNTIME_DIRECTORY goes with its unit. */

#ifndef LAUNCH_STATE_H
#define LAUNCH_STATE_H

#include "host/host.h"

/* /run/domxml2qemu for root and for made roots; for others below XDG_RUNTIME_DIR, else below
 * /run/user/UID where that is there, else below their cache. NULL: not even a home. */
const char *state_dir(TALLOC_CTX *ctx, const struct host *host);

/* Where libvirt's session keeps what guests of this user keep: ~/.config/libvirt/qemu. NULL: root's and made
 * roots' guests are the system's. */
const char *state_session(TALLOC_CTX *ctx, const struct host *host);

/* The folder NAME of them; NULL as above. */
const char *state_folder(TALLOC_CTX *ctx, const struct host *host, const char *name);

/* A folder for state in which somebody else can write, or that is not ours, is refused; one that is
 * not there is well. False after an error was reported. */
bool state_check(const struct host *host, struct diag *diag);

/* The same, and makes the folder NAME. */
bool state_make(struct host *host, const char *name, struct diag *diag);

#endif
