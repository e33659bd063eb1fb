/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/tun.h - where taps come from */

#ifndef HOST_TUN_H
#define HOST_TUN_H

/* The device that makes taps. */
#define TUN "/dev/net/tun"

/* The one through which the kernel moves their packets; QEMU itself opens no other. */
#define VHOST_NET "/dev/vhost-net"

/* Where distributions put qemu-bridge-helper(8), which makes a tap for who may not; QEMU's own default is its
 * libexec folder. */
enum { BRIDGE_HELPERS = 4 };
extern const char *const bridge_helpers[BRIDGE_HELPERS];

#endif
