/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface_ip.c - addresses and routes of an interface's end on the host: <source><ip/><route/></source> */

#include "dev/interface.h"

#include <arpa/inet.h>

/* AF_INET, AF_INET6; AF_UNSPEC: no address. */
static int
family_of(const char *text)
{
  uint8_t bytes[sizeof(struct in6_addr)];
  if (text && inet_pton(AF_INET, text, bytes) == 1)
    return AF_INET;
  return text && inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6 : AF_UNSPEC;
}

/* Which of the two the XML says; without a word what ADDRESS is. */
static int
wanted_family(xmlNode *node, const char *address)
{
  const char *family = xml_attr(node, "family");
  if (str_eq(family, "ipv4"))
    return AF_INET;
  return str_eq(family, "ipv6") ? AF_INET6 : family_of(address);
}

/* REQUIRED: it must be there. */
static bool
check_address(const struct interface *i, xmlNode *node, const char *name, int family, bool required,
              struct stage *stage)
{
  const char *text = xml_attr(node, name), *element = (const char *)node->name;
  if (!text && required)
    diag_error(stage->diag, xml_place(node, NULL), i->dev.subject, "<%s> has no %s; write %s='ADDRESS'", element, name,
               name);
  else if (text && (family_of(text) == AF_UNSPEC || family_of(text) != family))
    diag_error(stage->diag, xml_place(node, text), i->dev.subject, "%s '%s' of <%s> is no %s address", name, text,
               element,
               family == AF_INET    ? "IPv4"
               : family == AF_INET6 ? "IPv6"
                                    : "IP");
  else
    return text != NULL;
  return false;
}

static uint64_t
read_prefix(const struct interface *i, xmlNode *node, int family, struct stage *stage)
{
  uint64_t prefix = 0;
  read_uint(node, "@prefix", 0, family == AF_INET ? 32 : 128, &prefix, i->dev.subject, stage->diag);
  return prefix;
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
check_route(const struct interface *i, xmlNode *route, struct stage *stage)
{
  const char *subject = i->dev.subject, *address = xml_attr(route, "address");
  const char *mask = xml_attr(route, "netmask"), *word = xml_attr(route, "family");
  int family = word ? wanted_family(route, NULL) : AF_INET;
  uint64_t metric;
  if (family == AF_UNSPEC) {
    diag_error(stage->diag, xml_place(route, word), subject, "family '%s': write 'ipv4' or 'ipv6'", word);
    return;
  }
  bool good = check_address(i, route, "address", family, true, stage);
  check_address(i, route, "gateway", family, true, stage);
  read_uint(route, "@metric", 1, UINT32_MAX, &metric, subject, stage->diag);
  uint64_t prefix = read_prefix(i, route, family, stage);
  if (mask && (family == AF_INET6 || xml_attr(route, "prefix")))
    diag_error(stage->diag, xml_place(route, "netmask"), subject,
               family == AF_INET6 ? "IPv6 has no netmasks; write prefix='N'"
                                  : "a route has a netmask or a prefix; drop one of them");
  else if (mask && (prefix = prefix_of_mask(mask)) > 32)
    diag_error(stage->diag, xml_place(route, mask), subject, "netmask '%s' is none, like 255.255.255.0", mask);
  else if (good && !is_network(address, family, prefix))
    diag_error(stage->diag, xml_place(route, address), subject,
               "address '%s' of <route> is that of no network: bits behind the prefix of %u are set", address,
               (unsigned)prefix);
}

void
interface_check_addresses(const struct interface *i, xmlNode *source, struct stage *stage)
{
  xml_each(ip, source, "ip")
  {
    int family = wanted_family(ip, xml_attr(ip, "address"));
    check_address(i, ip, "address", family, true, stage);
    check_address(i, ip, "peer", family, false, stage);
    read_prefix(i, ip, family, stage);
  }
  xml_each(route, source, "route") check_route(i, route, stage);
}
