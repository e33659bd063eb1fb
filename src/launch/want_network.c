/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/want_network.c - addresses and ports that a guest listens on, connects to or sends packets to */

#include "launch/wants.h"
#include "host/port.h"
#include "host/process.h"
#include "launch/tap.h"

#include <errno.h>
#include <linux/capability.h>

void
want_check_interface(const struct asking *a)
{
  if (!tap_is_interface(a->stage->host, a->want->value))
    want_lacks(a, "there is no interface %s; mend the name, ip link shows those that there are", a->want->value);
}

/* The addresses that the want's stands for, a talloc child of CTX; NULL after a name was reported that stands for
 * none. */
static const struct ips *
find(TALLOC_CTX *ctx, const struct asking *a)
{
  const struct ips *addresses = ip_find(ctx, a->stage->host, a->want->address);
  if (!addresses->why)
    return addresses;
  want_lacks(a, "no address is known of %s (%s); mend the name, /etc/hosts or /etc/resolv.conf, or write a number",
             a->want->address, addresses->why);
  return NULL;
}

/* Fills PORT, 0 where none is wanted; false after one was reported that is none. */
static bool
find_port(const struct asking *a, bool udp, unsigned *port)
{
  const char *service = a->want->service;
  *port = 0;
  if (!service || port_number(a->stage->host, udp, service, port))
    return true;
  *port = 0;
  want_lacks(a, "'%s' is no %s port: neither a number up to 65535 nor a name of /etc/services; write a number", service,
             udp ? "UDP" : "TCP");
  return false;
}

static bool
all_elsewhere(const struct host *host, const struct ips *addresses)
{
  size_t elsewhere = 0;
  for (size_t i = 0; i < addresses->n; i++)
    elsewhere += ip_is_here(host, &addresses->items[i]) == OFF;
  return addresses->n && elsewhere == addresses->n;
}

/* Linux Documentation/networking/ip-sysctl.rst, ip_unprivileged_port_start; absent in old kernels. */
static bool
is_privileged(const struct host *host, unsigned port)
{
  char *text = host_read_line(NULL, host, "/proc/sys/net/ipv4/ip_unprivileged_port_start");
  uint64_t first = 0;
  bool known = text && parse_uint(text, &first);
  talloc_free(text);
  return known && port && port < first && !process_may(CAP_NET_BIND_SERVICE);
}

void
want_check_port(const struct asking *a)
{
  const struct want *want = a->want;
  bool udp = want->kind == WANT_UDP_PORT;
  const char *protocol = udp ? "UDP" : "TCP";
  TALLOC_CTX *ctx = talloc_new(NULL);
  const struct ips *addresses = find(ctx, a);
  unsigned port;
  if (!addresses || !find_port(a, udp, &port))
    ;
  else if (all_elsewhere(a->stage->host, addresses))
    want_lacks(a, "%s is no address of this host, nobody can listen there; ip address shows those that are",
               want->address);
  else if (is_privileged(a->stage->host, port))
    want_lacks(a, "%s port %u is for root; write one from 1024 on, or lower sysctl net.ipv4.ip_unprivileged_port_start",
               protocol, port);
  else if (port && port_is_taken(a->stage->host, udp, want->address, port))
    want_lacks(a,
               "%s port %u of %s is in use by another program; ss -lpn%s shows which; stop it, or write another port",
               protocol, port, *want->address ? want->address : "every address", udp ? "u" : "t");
  talloc_free(ctx);
}

/* Reports where there is a way to none of ADDRESSES. */
static bool
has_way(const struct asking *a, const struct ips *addresses)
{
  int error = 0;
  for (size_t i = 0; i < addresses->n; i++) {
    error = ip_way(a->stage->host, &addresses->items[i]);
    if (!error)
      return true;
  }
  if (error)
    want_lacks(a, "no way leads to %s (%s); ip route shows those that there are", a->want->address, strerror(error));
  return !error;
}

void
want_check_server(const struct asking *a)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  const struct ips *addresses = find(ctx, a);
  unsigned port;
  if (addresses && has_way(a, addresses) && find_port(a, false, &port) && port &&
      port_answers(a->stage->host, addresses, port) == OFF)
    want_lacks(a, "nobody listens on TCP port %u of %s; start the program that does", port, a->want->address);
  talloc_free(ctx);
}

void
want_check_peer(const struct asking *a)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  const struct ips *addresses = find(ctx, a);
  unsigned port;
  if (addresses && has_way(a, addresses))
    find_port(a, true, &port);
  talloc_free(ctx);
}
