/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface_ip.c - addresses and routes of an interface's end on the host: <source><ip/><route/></source> */

#include "dev/interface.h"

#include <arpa/inet.h>

enum family { FAMILY_UNSAID, FAMILY_IPV4, FAMILY_IPV6 };

static const char *const family_names[] = { [FAMILY_IPV4] = "ipv4", [FAMILY_IPV6] = "ipv6" };

/* <ip> or <route>. */
struct given {
  enum family family;
  const char *address, *peer, *gateway, *netmask;
  struct num prefix;
};

const struct attr interface_ip_attrs[] = {
  ATTR_ENUM("@family", struct given, family, family_names, .dflt = "the address's",
            .doc = "Whether the address is IPv4 or IPv6."),
  ATTR_STRING("@address", struct given, address, .required = true, .doc = "The address of the host's end."),
  ATTR_STRING("@peer", struct given, peer, .dflt = "none", .doc = "The address of the other end."),
  ATTR_NUM("@prefix", struct given, prefix, .max = 128, .dflt = "the manager's",
           .doc = "How many bits of the address name the network."),
  ATTR_END
};

const struct attr interface_route_attrs[] = {
  ATTR_ENUM("@family", struct given, family, family_names, .dflt = "ipv4",
            .doc = "Whether the address is IPv4 or IPv6."),
  ATTR_STRING("@address", struct given, address, .required = true, .doc = "The network that the route leads to."),
  ATTR_STRING("@gateway", struct given, gateway, .required = true, .doc = "Where packets for the network are sent."),
  ATTR_STRING("@netmask", struct given, netmask, .dflt = "none", .doc = "The network's bits, in the old spelling."),
  ATTR_NUM("@prefix", struct given, prefix, .max = 128, .dflt = "0, or what the netmask says",
           .doc = "How many bits of the address name the network."),
  ATTR_UINT_ONLY("@metric", .min = 1, .max = UINT32_MAX, .dflt = "the kernel's",
                 .doc = "Which of several routes is better: the lower one."),
  ATTR_END
};

/* AF_INET, AF_INET6; AF_UNSPEC: no address. */
static int
family_of(const char *text)
{
  uint8_t bytes[sizeof(struct in6_addr)];
  if (text && inet_pton(AF_INET, text, bytes) == 1)
    return AF_INET;
  return text && inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6 : AF_UNSPEC;
}

static bool
check_address(const struct interface *i, xmlNode *node, const char *name, const char *text, int family,
              struct stage *stage)
{
  if (family_of(text) != AF_UNSPEC && family_of(text) == family)
    return true;
  diag_error(stage->diag, xml_place(node, text), i->dev.subject, "%s '%s' of <%s> is no %s address", name, text,
             (const char *)node->name,
             family == AF_INET    ? "IPv4"
             : family == AF_INET6 ? "IPv6"
                                  : "IP");
  return false;
}

static void
check_prefix(const struct interface *i, xmlNode *node, const struct given *given, int family, struct stage *stage)
{
  if (family == AF_INET && given->prefix.value > 32)
    diag_error(stage->diag, xml_place(node, "prefix"), i->dev.subject, "prefix '%ju': must be a whole number, 0 to 32",
               (uintmax_t)given->prefix.value);
}

/* Are all bits of the address behind the first PREFIX zero? */
static bool
is_network(const char *address, int family, uint64_t prefix)
{
  uint8_t bytes[sizeof(struct in6_addr)] = { 0 };
  size_t n = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
  inet_pton(family, address, bytes);
  for (size_t bit = prefix; bit < 8 * n; bit++)
    if (bytes[bit / 8] & 0x80 >> bit % 8)
      return false;
  return true;
}

/* 255.255.240.0 is 20; 33: no mask. */
static uint64_t
prefix_of_mask(const char *mask)
{
  struct in_addr bytes;
  if (inet_pton(AF_INET, mask, &bytes) != 1)
    return 33;
  uint32_t bits = ntohl(bytes.s_addr), prefix = 0;
  for (; bits & 0x80000000; bits <<= 1)
    prefix++;
  return bits ? 33 : prefix;
}

/* Without a family it is IPv4: libvirt networkcommon_conf.c, virNetDevIPRouteCreate. */
static void
check_route(const struct interface *i, xmlNode *route, const struct given *given, struct stage *stage)
{
  const char *subject = i->dev.subject, *mask = given->netmask;
  int family = given->family == FAMILY_IPV6 ? AF_INET6 : AF_INET;
  uint64_t prefix = given->prefix.value;
  bool good = check_address(i, route, "address", given->address, family, stage);
  check_address(i, route, "gateway", given->gateway, family, stage);
  check_prefix(i, route, given, family, stage);
  if (mask && (family == AF_INET6 || given->prefix.set))
    diag_error(stage->diag, xml_place(route, "netmask"), subject,
               family == AF_INET6 ? "IPv6 has no netmasks; write prefix='N'"
                                  : "a route has a netmask or a prefix; drop one of them");
  else if (mask && (prefix = prefix_of_mask(mask)) > 32)
    diag_error(stage->diag, xml_place(route, mask), subject, "netmask '%s' is none, like 255.255.255.0", mask);
  else if (good && !is_network(given->address, family, prefix))
    diag_error(stage->diag, xml_place(route, given->address), subject,
               "address '%s' of <route> is that of no network: bits behind the prefix of %u are set", given->address,
               (unsigned)prefix);
}

static void
check_ip(const struct interface *i, xmlNode *ip, const struct given *given, struct stage *stage)
{
  int family = given->family == FAMILY_IPV4   ? AF_INET
               : given->family == FAMILY_IPV6 ? AF_INET6
                                              : family_of(given->address);
  check_address(i, ip, "address", given->address, family, stage);
  if (given->peer)
    check_address(i, ip, "peer", given->peer, family, stage);
  check_prefix(i, ip, given, family, stage);
}

void
interface_check_addresses(const struct interface *i, xmlNode *source, struct stage *stage)
{
  xml_each(ip, source, "ip")
  {
    struct given given = { 0 };
    if (attr_read(interface_ip_attrs, ip, &given, i->dev.subject, stage->diag))
      check_ip(i, ip, &given, stage);
  }
  xml_each(route, source, "route")
  {
    struct given given = { 0 };
    if (attr_read(interface_route_attrs, route, &given, i->dev.subject, stage->diag))
      check_route(i, route, &given, stage);
  }
}
