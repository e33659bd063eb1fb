/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/macvtap.h - opening a guest's network card on the host: a macvtap on a device of the host's */

/* Unlike a tap, a macvtap does not go with its last descriptor: who makes it has to remove it. */

#ifndef LAUNCH_MACVTAP_H
#define LAUNCH_MACVTAP_H

#include "launch/tap.h"

/* Makes the macvtap that TAP (with .lower) describes, or opens the one that is there already
 * (.existing), and opens its queues into FDS; *NAME is what it is called (a talloc child of CTX),
 * *INDEX its number, for macvtap_remove(); 0: it was not made here. False after an error was
 * reported; then nothing is left. */
bool macvtap_open(TALLOC_CTX *ctx, const struct host *host, const struct tap *tap, int *fds, const char **name,
                  unsigned *index, struct place place, const char *subject, struct diag *diag);

void macvtap_remove(unsigned index);

/* Is the interface NAME a macvtap? */
bool macvtap_is(const struct host *host, const char *name);

/* For --check: everything that macvtap_open() would find missing, without making anything. */
void macvtap_check(const struct host *host, const struct tap *tap, struct place place, const char *subject,
                   struct diag *diag);

#endif
