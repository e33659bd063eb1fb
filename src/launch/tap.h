/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/tap.h - opening a guest's network card on the host: tap and vhost-net */

/* So that QEMU needs no right to make one, and its sandbox may forbid it to start programs. All
 * descriptors are close-on-exec; launch/exec passes them on. */

#ifndef LAUNCH_TAP_H
#define LAUNCH_TAP_H

#include "domain/taps.h"
#include "host/host.h"

/* Opens TAP's queues into FDS[0] to FDS[queues - 1]; *NAME is what it is called now (a talloc
 * child of CTX). Where we may not make one, a single queue is asked of qemu-bridge-helper. False
 * after an error was reported; then nothing is left. The interface goes with its last descriptor. */
bool tap_open(TALLOC_CTX *ctx, const struct host *host, const struct tap *tap, int *fds, const char **name,
              struct place place, const char *subject, struct diag *diag);

/* Reports that vhost-net's node PATH cannot be opened because of ERROR, as below. */
void tap_lacks_vhost(const char *path, int error, bool required, struct place place, const char *subject,
                     struct diag *diag);

/* N descriptors of PATH, /dev/vhost-net where nobody says else. REQUIRED: failing is an error, else a
 * warning (QEMU's own backend is slower, and works). False: none is open. */
bool tap_open_vhost(const char *path, int *fds, unsigned n, bool required, struct place place, const char *subject,
                    struct diag *diag);

/* Has the host, or the network namespace that we run in, an interface NAME? */
bool tap_is_interface(const struct host *host, const char *name);

/* For --check: everything that tap_open() would find missing, without making anything. */
bool tap_check(const struct host *host, const struct tap *tap, struct place place, const char *subject,
               struct diag *diag);

#endif
