/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/port.h - the ports that programs of the host listen on */

/* Read from /proc/net below the host's root; binding to find out would be a change. */

#ifndef HOST_PORT_H
#define HOST_PORT_H

#include "host/host.h"

/* Would listening on PORT of ADDRESS ("127.0.0.1", "::1", with or without brackets) fail? What is no
 * number ("", "localhost") may be any address. */
bool port_is_taken(const struct host *host, bool udp, const char *address, unsigned port);

/* Is ADDRESS one of this host's, on which a program can listen? ON, OFF, or UNSET: nobody knows, it is no
 * number, or the host is a made one. */
enum tristate port_address(const struct host *host, const char *address);

/* Does somebody on this host listen on TCP PORT of ADDRESS? UNSET: nobody knows, ADDRESS is another
 * machine's. A program that listens notices nothing. */
enum tristate port_answers(const struct host *host, const char *address, unsigned port);

#endif
