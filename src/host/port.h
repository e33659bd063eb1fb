/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/port.h - the ports that programs of the host listen on */

/* Read from /proc/net below the host's root; binding to find out would be a change. */

#ifndef HOST_PORT_H
#define HOST_PORT_H

#include "host/ip.h"

/* Would listening on PORT of ADDRESS ("127.0.0.1", "::1", with or without brackets) fail? What nobody knows
 * may be any address. */
bool port_is_taken(const struct host *host, bool udp, const char *address, unsigned port);

/* Does somebody on this host listen on TCP PORT of one of ADDRESSES? UNSET: nobody knows, one of them is
 * another machine's. A program that listens notices nothing. */
enum tristate port_answers(const struct host *host, const struct ips *addresses, unsigned port);

/* The number of SERVICE, "80" or, by /etc/services, "http"; false: it has none. */
bool port_number(const struct host *host, bool udp, const char *service, unsigned *port);

#endif
