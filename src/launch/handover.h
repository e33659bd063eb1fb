/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/handover.h - host devices to vfio-pci and back, all or none, whatever happens */

/* The only room that rebinds drivers. Before each step the journal on disk says what it undoes;
 * a step that may hang has a deadline; what was done is verified by the driver link, not believed.
 * New devices are never claimed by id (new_id), only this one by driver_override. */

#ifndef LAUNCH_HANDOVER_H
#define LAUNCH_HANDOVER_H

#include "launch/claims.h"

struct handover;

struct handover_options {
  const char *guest;    /* its name, for messages */
  unsigned deadline_ms; /* for one step in the kernel; 0: 30 s */
  bool detached;        /* of handover_reattach(): what --detach handed over goes back too */
};

/* Reports all that handover_take() would refuse, locks and journals too, without taking anything. */
bool handover_check(struct host *host, const struct claim *claims, size_t n, struct diag *diag);

/* Checks the claims, locks their devices, hands the managed ones over. Signals that would end us
 * wait meanwhile and make it give up. NULL after an error was reported: then everything is as it
 * was, or a report names the device that could not be given back and its journal.
 * N 0: a handover of nothing. */
struct handover *handover_take(TALLOC_CTX *ctx, struct host *host, const struct claim *claims, size_t n,
                               const struct handover_options *options, struct diag *diag);

/* --detach: hands CLAIMS over, whether managed or not, by the same rules, and leaves them so: their journals
 * stay and say that nobody forgot them. *COUNT devices were handed over; those that are on vfio-pci already
 * are noted and left. False after an error was reported; then everything is as it was, or a report names
 * what is not. */
bool handover_detach(struct host *host, const struct claim *claims, size_t n, const struct handover_options *options,
                     unsigned *count, struct diag *diag);

/* The locks, as descriptors that QEMU must inherit: they tell others that it still runs. */
const int *handover_fds(const struct handover *handover, size_t *count);

/* Something must be given back (by --reattach, after --exec). */
bool handover_is_managed(const struct handover *handover);

/* QEMU runs as PID: for the messages of those who find the lock taken. */
void handover_sign(struct handover *handover, pid_t pid);

/* Gives everything back, verifies it, then removes the journals and locks. False after errors were
 * reported; the journals of those devices stay for --reattach. Freeing a handover gives nothing
 * back: it only lets the locks go. */
bool handover_give_back(struct handover *handover, struct diag *diag);

/* Undoes the journals whose owner is gone. ADDRESSES: only these devices, and one that is still in
 * use is an error; NULL: all but, unless OPTIONS have it, what --detach handed over, and those in use are noted.
 * *COUNT devices were given back. False after errors. May be called again at any time. */
bool handover_reattach(struct host *host, const char *const *addresses, const struct handover_options *options,
                       unsigned *count, struct diag *diag);

#endif
