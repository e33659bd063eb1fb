/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/taps.h - the taps that a domain's network cards want of us */

/* Where we start QEMU ourselves we open them and pass descriptors; a printed command must do
 * without. A device asks while resolving; opening is done before building. */

#ifndef LAUNCH_TAPS_H
#define LAUNCH_TAPS_H

#include "domain/kind.h"
#include "launch/tap.h"

enum tap_vhost { TAP_VHOST_NO, TAP_VHOST_IF_THERE, TAP_VHOST_REQUIRED };

struct tap_want {
  struct tap tap;
  enum tap_vhost vhost;
  const char *vhost_path; /* "/dev/vhost-net", or another */
  const char *subject;
  struct place place;
  /* once open */
  const char *name; /* of the interface */
  int *fds;         /* TAP's queues many; NULL: not open */
  int *vhost_fds;   /* as many; NULL: none */
  unsigned made;    /* index of a macvtap that we made, and remove with this struct; 0: none */
};

/* A new want of DOMAIN, zeroed but for one queue. */
struct tap_want *taps_want(struct domain *domain);

/* Opens all; what fails is reported. They stay open until this process ends or becomes QEMU;
 * macvtaps are removed with DOMAIN, unless QEMU has taken our place. */
void taps_open(struct domain *domain, struct stage *stage);

/* For --exec: says what will be left of them when QEMU has ended. */
void taps_note_left(const struct domain *domain, struct diag *diag);

/* Looks for what taps_open() would find missing; makes nothing. */
void taps_check(const struct domain *domain, struct stage *stage);

/* All descriptors, for QEMU to inherit: a talloc child of CTX, *N many. */
int *taps_fds(TALLOC_CTX *ctx, const struct domain *domain, size_t *n);

#endif
