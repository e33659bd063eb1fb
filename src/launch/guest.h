/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/guest.h - one guest from its arguments to its end: the order in which things happen */

/* Plain values in, an exit status out. Refuse first, act second, undo what was done: devices are
 * handed over, helpers started, memory made lockable, then QEMU; after its end, all that back. */

#ifndef LAUNCH_GUEST_H
#define LAUNCH_GUEST_H

#include "domain/helper.h"
#include "launch/claims.h"
#include "launch/exec.h"
#include "launch/guest_lock.h"
#include "launch/run.h"

struct guest {
  const char *name;
  struct guest_lock *lock;    /* NULL: none; QEMU inherits it */
  struct program qemu;        /* its descriptors: secrets, taps; locks are added here */
  const struct claim *claims; /* of the host's PCI devices */
  size_t n_claims;
  uint64_t memlock;                    /* bytes; 0: none */
  const struct helper *const *helpers; /* programs to start first */
  size_t n_helpers;
  const char *folder;       /* of its sockets and the helpers' logs, which go when it ended well; NULL: none */
  struct run_options run;   /* --run: how it is watched */
  void (*flush)(void *arg); /* show what DIAG holds: called before QEMU takes over, and while it runs */
  void *arg;
};

/* When the host is not ready: domxml2qemu's own exit status for it. */
enum { GUEST_HOST = 3 };

/* --exec: becomes QEMU. Returns only on failure, after an error was reported and everything was
 * given back. Says that giving back managed devices is --reattach's job. Starts no helpers. */
int guest_exec(struct host *host, const struct guest *guest, struct diag *diag);

/* --run: waits for QEMU's end and undoes everything. QEMU's status (see run_qemu()); GUEST_HOST
 * where a device could not be given back though QEMU itself did well. */
int guest_run(struct host *host, const struct guest *guest, struct diag *diag);

#endif
