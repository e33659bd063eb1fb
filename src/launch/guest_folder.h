/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/guest_folder.h - the folder of one guest's sockets and logs, once the guest has ended */

/* FOLDER is .../guests/GUEST, and whoever calls has the guest's lock. QEMU and helpers remove their sockets where
 * they end by themselves, and leave them where they are killed. */

#ifndef LAUNCH_GUEST_FOLDER_H
#define LAUNCH_GUEST_FOLDER_H

#include "host/host.h"

/* Removes what serves nobody: sockets on which nobody listens, empty logs, and then FOLDER itself, where nothing
 * else lies in it. */
void guest_folder_clear(struct host *host, const char *folder);

/* The first log in FOLDER with something in it, a talloc child of CTX; NULL: none. */
const char *guest_folder_log(TALLOC_CTX *ctx, const struct host *host, const char *folder);

#endif
