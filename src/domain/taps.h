/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/taps.h - the taps that a domain's network cards want of us */

/* Where we start QEMU ourselves we open them and pass descriptors; a printed command must do
 * without. A device asks while resolving; launch/taps.h opens them before building. */

#ifndef DOMAIN_TAPS_H
#define DOMAIN_TAPS_H

#include "domain/domain.h"

/* As QEMU's net/tap-linux.h and libvirt have it. */
enum { TAP_QUEUES_MAX = 256 };

struct tap {
  const char *name;   /* of the interface; "vnet%d" lets the kernel count */
  const char *bridge; /* to put it into; NULL: none */
  const char *device; /* that makes taps; NULL: TUN */
  const char *lower;  /* a macvtap on this interface; NULL: a tap */
  const char *mode;   /* of a macvtap, as libvirt spells it: "vepa", "bridge", "private", "passthrough" */
  const char *mac;    /* the guest's, "52:54:00:..."; NULL: the kernel chooses */
  unsigned queues;    /* from 1 */
  bool vnet_hdr;      /* virtio */
  bool existing;      /* use NAME as it is: no bridge, no MAC, not brought up */
  bool isolated;      /* as a port of BRIDGE */
  unsigned mtu;       /* 0: the bridge's, else the kernel's */
};

enum tap_vhost { TAP_VHOST_NO, TAP_VHOST_IF_THERE, TAP_VHOST_REQUIRED };

struct tap_want {
  struct tap tap;
  enum tap_vhost vhost;
  const char *vhost_path; /* VHOST_NET, or another */
  const char *subject;
  struct place place;
  unsigned shell_fd; /* a script opens the first queue there; 0: QEMU opens the tap by its name */
  /* once open */
  const char *name; /* of the interface */
  int *fds;         /* TAP's queues many; NULL: not open */
  int *vhost_fds;   /* as many; NULL: none */
  unsigned made;    /* index of a macvtap that we made, and remove with this struct; 0: none */
};

/* A new want of DOMAIN, zeroed but for one queue. */
struct tap_want *taps_want(struct domain *domain);

#endif
