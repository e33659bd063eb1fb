/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/netdev.h - the network interfaces of a PCI device, and whether the host lives on them */

#ifndef HOST_NETDEV_H
#define HOST_NETDEV_H

#include "host/host.h"

/* The names of the interfaces of the PCI device ADDRESS; NULL ends. */
char **netdev_of_pci(TALLOC_CTX *ctx, const struct host *host, const char *address);

/* "enp1s0 has the default route of this host, by br0": through NAME itself, or a bridge, bond or VLAN above it.
 * NULL: it has none. */
char *netdev_use(TALLOC_CTX *ctx, const struct host *host, const char *name);

#endif
