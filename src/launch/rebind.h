/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/rebind.h - one device, one journal: there and back */

/* Inside launch/ alone: handover.c decides about many devices, this room moves one. The caller
 * holds its lock. */

#ifndef LAUNCH_REBIND_H
#define LAUNCH_REBIND_H

#include "launch/journal.h"

struct rebind {
  struct host *host;
  const char *dir; /* of the journals */
  unsigned deadline_ms;
  struct diag *diag;
  struct place place; /* for messages */
  const char *subject;
  bool hung; /* a child of ours still hangs in the kernel at this device */
};

/* Binds the device to vfio-pci, journal first. JOURNAL holds address, guest and owner; the rest is
 * filled in. False after an error was reported; what was done stays done, for rebind_back(). */
bool rebind_take(struct rebind *rebind, struct journal *journal);

/* From whatever is there now to what JOURNAL says was there before; verified; then the journal is
 * removed. Asks sysfs what is left to do, so it may be repeated after any crash. False after an
 * error was reported; the journal stays. */
bool rebind_back(struct rebind *rebind, const struct journal *journal);

#endif
