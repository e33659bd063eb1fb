/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/netlink.h - what the kernel is told of network links where no ioctl(2) can say it */

/* Raw NETLINK_ROUTE: one request, one answer. Knows no guest; nothing here prints. */

#ifndef LAUNCH_NETLINK_H
#define LAUNCH_NETLINK_H

#include "core/util.h"

#include <linux/netlink.h>

/* A request with room for all that is asked here. */
struct netlink_request {
  _Alignas(NLMSG_ALIGNTO) uint8_t bytes[512];
  size_t length;
};

/* "Make a macvtap NAME with the address MAC on the link of index LOWER"; MODE: MACVLAN_MODE_* of
 * linux/if_link.h. For netlink_ask(). */
void netlink_new_macvtap(struct netlink_request *request, const char *name, unsigned lower, const uint8_t mac[6],
                         uint32_t mode);

/* "Bring the link of index INDEX up." */
void netlink_bring_up(struct netlink_request *request, unsigned index);

/* "Give the link of index INDEX the address MAC." */
void netlink_set_mac(struct netlink_request *request, unsigned index, const uint8_t mac[6]);

/* "The port of index INDEX may talk to its bridge alone, not to its other isolated ports." */
void netlink_isolate(struct netlink_request *request, unsigned index);

/* "Remove the link of index INDEX." */
void netlink_remove(struct netlink_request *request, unsigned index);

/* Sends REQUEST and waits for the kernel's answer. 0 or errno. */
int netlink_ask(const struct netlink_request *request);

#endif
