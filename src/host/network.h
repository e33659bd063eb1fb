/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/network.h - what the name of a libvirt network stands for on the host */

/* Told by the user (--network NAME=...), or by libvirt's own definitions below the host's root.
 * Reads files, changes nothing. */

#ifndef HOST_NETWORK_H
#define HOST_NETWORK_H

#include "core/xml.h"
#include "host/host.h"

enum network_kind {
  NETWORK_UNKNOWN,
  NETWORK_BRIDGE,
  NETWORK_TAP,     /* an interface that is there already */
  NETWORK_USER,    /* QEMU's own user-mode network */
  NETWORK_DIRECT,  /* macvtap on DEV */
  NETWORK_HOSTDEV, /* a pool of the host's PCI devices */
};

/* The VLANs of a port, by <vlan>. */
struct network_vlan {
  const char *own;    /* that of frames without a tag; NULL: the bridge's */
  const char *trunks; /* "42,43": those that pass with their tags; NULL: none */
  bool tagged;        /* frames of OWN leave with its tag */
};

struct host_network {
  enum network_kind kind;
  const char *dev;     /* the bridge, the tap, the lower device */
  const char *mode;    /* DIRECT: of the macvtap */
  bool open_vswitch;   /* BRIDGE */
  const char *address; /* the host's own in it; NULL: not told */
  struct network_vlan vlan;
  const char *no_portgroup; /* why it has no PORTGROUP ("did you mean 'eng'?"); NULL: it has, or none was named */
};

/* Reads VLAN, a <vlan>, or NULL. Strings are talloc children of CTX. */
struct network_vlan network_vlan(TALLOC_CTX *ctx, xmlNode *vlan);

/* Says why the argument TEXT of --network is wrong; NULL: it is right. A talloc child of CTX. */
const char *network_option_wrong(TALLOC_CTX *ctx, const char *text);

/* Finds the network NAME; OPTIONS are the arguments of --network, NULL or ended by NULL. UNKNOWN
 * where nothing tells. PORTGROUP, which may be NULL, is the one whose VLANs count. Strings are talloc children of CTX. */
struct host_network network_find(TALLOC_CTX *ctx, const struct host *host, const char *const *options, const char *name,
                                 const char *portgroup);

#endif
