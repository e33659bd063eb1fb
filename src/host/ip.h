/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/ip.h - network addresses: what a name stands for, whose one is, whether a way leads there */

/* Only the kernel and the resolver of the real system know: of a made host, and offline, nobody does. No
 * packet is sent but the resolver's own. */

#ifndef HOST_IP_H
#define HOST_IP_H

#include "host/host.h"

#include <sys/socket.h>

struct ip {
  unsigned length; /* bytes: 4, 16; 0: every one */
  uint8_t bytes[16];
};

struct ips {
  struct ip *items;
  size_t n;
  const char *why; /* a name that stands for none: the resolver's words */
};

/* The addresses that TEXT stands for: a number, with or without brackets, "" (every one) or a name. N 0 and no
 * WHY: nobody knows. Waits for the resolver for seconds at most. A talloc child of CTX. */
struct ips *ip_find(TALLOC_CTX *ctx, const struct host *host, const char *text);

/* Would one socket on A take what is meant for B? */
bool ip_overlap(const struct ip *a, const struct ip *b);

/* Is it one of this host's, on which a program can listen? UNSET: nobody knows. */
enum tristate ip_is_here(const struct host *host, const struct ip *address);

/* 0, or the errno for which no packet would leave for it. */
int ip_way(const struct host *host, const struct ip *address);

/* Fills a socket address for connect(2) and bind(2), and returns its length. */
socklen_t ip_socket_address(const struct ip *address, unsigned port, struct sockaddr_storage *out);

#endif
