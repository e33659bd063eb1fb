/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/status.h - what this user's guests hold of the host, and what ended ones have left */

/* Questions only: no lock is taken, nothing is tidied up. */

#ifndef LAUNCH_STATUS_H
#define LAUNCH_STATUS_H

#include "launch/guest_lock.h"

enum hold {
  HOLD_GUEST,    /* a process holds its lock */
  HOLD_DETACHED, /* --detach handed it over, and no guest has it now */
  HOLD_LEFT,     /* whoever took it is gone and has not given it back */
  HOLD_DAMAGED,  /* its journal cannot be read */
  HOLDS
};

extern const char *const hold_names[HOLDS]; /* "held", "detached", "left over", "damaged" */

/* A PCI device that is handed over, or that a guest has open. */
struct held_device {
  const char *address;
  const char *what;   /* "a display controller"; NULL: it is gone */
  const char *driver; /* now; NULL: none */
  const char *before; /* the driver that gets it back; NULL: none, or nothing is to be given back */
  const char *guest;  /* NULL: not known */
  int pid;            /* of the process that holds it, else of the one that took it; 0: not known */
  const char *comm;   /* that process's name; NULL: it has ended */
  int64_t since;      /* seconds since 1970; 0: not known */
  bool journal;       /* there is one */
  const char *wrong;  /* HOLD_DAMAGED: what is wrong with it */
  enum hold hold;
};

struct status {
  struct held_device *devices; /* by address */
  size_t n_devices;
  struct guest_entry *guests; /* by name */
  size_t n_guests;
};

/* ADDRESSES, GUEST: only these devices and this guest; NULL: all. A talloc child of CTX. */
struct status *status_look(TALLOC_CTX *ctx, const struct host *host, const char *const *addresses, const char *guest);

/* Something is left over, or a journal is damaged. */
bool status_has_leftovers(const struct status *status);

#endif
