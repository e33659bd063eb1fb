/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface_user.c - <interface type='user'>: QEMU's own network, or passt's */

#include "dev/interface.h"
#include "core/options.h"
#include "core/script_marks.h"
#include "domain/helper.h"
#include "domain/runtime.h"

#include <arpa/inet.h>

static const char *const protocol_names[] = { [FORWARD_TCP] = "tcp", [FORWARD_UDP] = "udp" };

enum ip_family { FAMILY_NONE, FAMILY_IPV4, FAMILY_IPV6 };

static const char *const family_names[] = { [FAMILY_IPV4] = "ipv4", [FAMILY_IPV6] = "ipv6" };

static const struct attr range_attrs[] = {
  ATTR_NODE(".", struct port_range, node),
  ATTR_UINT("@start", struct port_range, start, .min = 1, .required = true, .doc = "The first port on the host."),
  ATTR_UINT("@end", struct port_range, end, .min = 1, .dflt = "the start: one port",
            .doc = "The last port on the host."),
  ATTR_UINT("@to", struct port_range, to, .min = 1, .dflt = "the port on the host",
            .doc = "The port of the guest that the first one becomes."),
  ATTR_YESNO("@exclude", struct port_range, exclude, .dflt = "no", .doc = "Whether these ports are left out."),
  ATTR_END
};

static const struct attr forward_attrs[] = {
  ATTR_NODE(".", struct port_forward, node),
  ATTR_ENUM("@proto", struct port_forward, protocol, protocol_names, .required = true,
            .doc = "Whether ports are TCP's or UDP's."),
  ATTR_STRING("@address", struct port_forward, address, .dflt = "all of the host's",
              .doc = "The address of the host on which ports are opened."),
  ATTR_STRING("@dev", struct port_forward, dev, .dflt = "all of the host's",
              .doc = "The device of the host on which ports are opened."),
  ATTR_LIST("range", struct port_forward, ranges, n_ranges, struct port_range, range_attrs,
            .doc = "Ports that follow each other; without one all are forwarded."),
  ATTR_END
};

/* <ip> as it stands. */
struct given_ip {
  const char *address;
  enum ip_family family;
  struct num prefix;
};

static const struct attr ip_attrs[] = {
  ATTR_STRING("@address", struct given_ip, address, .required = true,
              .missing = "ip without an address; write address='10.0.2.0'", .doc = "The address that the guest gets."),
  ATTR_ENUM("@family", struct given_ip, family, family_names, .dflt = "the address's",
            .doc = "Whether the address is IPv4 or IPv6."),
  ATTR_NUM("@prefix", struct given_ip, prefix, .max = 128, .dflt = "QEMU's, or passt's",
           .doc = "How many bits of the address name the network."),
  ATTR_REFUSED("@peer", "QEMU does not set the address of the other end; drop peer=",
               .doc = "The address of the other end, which QEMU does not set."),
  ATTR_END
};

/* A <route> of the guest: of passt it is the default one. */
struct guest_route {
  enum ip_family family;
  const char *gateway;
};

#define ROUTE_WHY "passt gives the guest its default route alone; drop it"
#define ROUTE_DOC "Part of a route that is not the default one, which nobody gives the guest."

static const struct attr guest_route_attrs[] = {
  ATTR_ENUM("@family", struct guest_route, family, family_names, .dflt = "ipv4",
            .doc = "Whether the guest's default route is of IPv4 or IPv6."),
  ATTR_STRING("@gateway", struct guest_route, gateway, .required = true,
              .missing = "route without a gateway; write gateway='10.0.2.2'",
              .doc = "The router that passt tells the guest of."),
  ATTR_REFUSED("@address", ROUTE_WHY, .doc = ROUTE_DOC),
  ATTR_REFUSED("@netmask", ROUTE_WHY, .doc = ROUTE_DOC),
  ATTR_REFUSED("@prefix", ROUTE_WHY, .doc = ROUTE_DOC),
  ATTR_REFUSED("@metric", ROUTE_WHY, .doc = ROUTE_DOC),
  ATTR_END
};

const struct attr interface_user_attrs[] = {
  ATTR_STRING("source/@dev", struct interface, source_dev, .dflt = "passt's choice",
              .doc = "The device of the host whose addresses passt copies."),
  ATTR_SEE("ip", ip_attrs, .many = true, .doc = "An address of the guest."),
  ATTR_SEE("route", guest_route_attrs, .many = true, .doc = "The guest's way to other networks."),
  ATTR_LIST("portForward", struct interface, forwards, n_forwards, struct port_forward, forward_attrs, .keep = true,
            .doc = "Ports of the host that lead to the guest."),
  ATTR_END
};

static bool
is_ip(const char *text, int family)
{
  uint8_t bytes[sizeof(struct in6_addr)];
  return inet_pton(family, text, bytes) == 1;
}

/* The one spelling that the C library gives an address: "2001:DB8:0::1" is "2001:db8::1". */
static const char *
ip_text(TALLOC_CTX *ctx, const char *text)
{
  uint8_t bytes[sizeof(struct in6_addr)];
  char *plain = talloc_zero_array(ctx, char, INET6_ADDRSTRLEN);
  int family = is_ip(text, AF_INET6) ? AF_INET6 : AF_INET;
  inet_pton(family, text, bytes);
  return inet_ntop(family, bytes, plain, INET6_ADDRSTRLEN);
}

/* --- reading --- */

/* libvirt hands them on as they are; passt(1) refuses them. */
static void
check_range(const struct port_range *range, const char *subject, struct diag *diag)
{
  struct place place = xml_place(range->node, NULL);
  if (range->end && range->end < range->start)
    diag_unstartable(diag, place, subject, "ports %u to %u: the last is before the first, passt will not start",
                     range->start, range->end);
  else if (range->end && range->to && range->to + (range->end - range->start) > UINT16_MAX)
    diag_unstartable(diag, place, subject,
                     "ports %u to %u at the guest's port %u: they pass 65535, passt will not start", range->start,
                     range->end, range->to);
  if (range->exclude == ON && range->to)
    diag_unstartable(diag, place, subject,
                     "ports from %u: what is excluded goes nowhere, passt will not start; drop to='%u'", range->start,
                     range->to);
}

static void
check_forward(struct interface *i, struct port_forward *forward, struct stage *stage)
{
  if (forward->address && !is_ip(forward->address, AF_INET) && !is_ip(forward->address, AF_INET6))
    diag_error(stage->diag, xml_place(forward->node, forward->address), i->dev.subject,
               "portForward address '%s' is no IP address of the host", forward->address);
  else if (forward->address)
    forward->address = ip_text(i, forward->address);
  for (size_t n = 0; n < forward->n_ranges; n++)
    check_range(&forward->ranges[n], i->dev.subject, stage->diag);
}

/* QEMU's slirp and passt know one address of each family, and these prefixes: libvirt
 * qemu_validate.c; slirp hands out addresses from the rest. */
static void
read_ip(struct interface *i, xmlNode *node, struct stage *stage)
{
  struct given_ip given = { 0 };
  if (!attr_read(ip_attrs, node, &given, i->dev.subject, stage->diag))
    return;
  const char *address = given.address;
  struct place place = xml_place(node, address);
  bool six = is_ip(address, AF_INET6);
  uint64_t prefix = given.prefix.value, least = six ? 64 : 4, most = six ? 64 : 27;
  if (!six && !is_ip(address, AF_INET)) {
    diag_error(stage->diag, place, i->dev.subject, "ip address '%s' is no IP address", address);
    return;
  }
  if (given.family && given.family != (six ? FAMILY_IPV6 : FAMILY_IPV4))
    diag_error(stage->diag, place, i->dev.subject, "ip address '%s' is not of family '%s'", address,
               family_names[given.family]);
  struct guest_ip *ip = six ? &i->ip6 : &i->ip4;
  if (ip->address)
    diag_error(stage->diag, place, i->dev.subject, "ip address '%s': %s is the card's already; one of each family",
               address, ip->address);
  if (prefix && (prefix < least || prefix > most)) {
    diag_error(stage->diag, xml_place(node, "prefix"), i->dev.subject,
               "prefix '%ju': must be a whole number, %ju to %ju", (uintmax_t)prefix, (uintmax_t)least,
               (uintmax_t)most);
    return;
  }
  *ip = (struct guest_ip){ .address = ip_text(i, address), .prefix = (uint8_t)prefix };
}

static void
read_route(struct interface *i, xmlNode *node, struct stage *stage)
{
  struct guest_route route = { 0 };
  if (!attr_read(guest_route_attrs, node, &route, i->dev.subject, stage->diag))
    return;
  bool six = route.family == FAMILY_IPV6;
  const char **gateway = six ? &i->gateway6 : &i->gateway4;
  if (!is_ip(route.gateway, six ? AF_INET6 : AF_INET))
    diag_error(stage->diag, xml_place(node, route.gateway), i->dev.subject, "gateway '%s' is no %s address",
               route.gateway, six ? "IPv6" : "IPv4");
  else if (*gateway)
    diag_error(stage->diag, xml_place(node, NULL), i->dev.subject,
               "a second default route: %s is the first; one of each family", *gateway);
  else
    *gateway = ip_text(i, route.gateway);
}

void
interface_parse_user(struct interface *i, xmlNode *node, struct stage *stage)
{
  bool passt = i->backend == BACKEND_PASST;
  bool may = i->type == INTERFACE_USER || (i->type == INTERFACE_VHOSTUSER && passt);
  xmlNode *route = xml_child(node, "route"), *forward = xml_child(node, "portForward"), *ip = xml_child(node, "ip");
  if (route && (!may || !passt))
    diag_error(stage->diag, xml_place(route, NULL), i->dev.subject,
               "QEMU cannot give the guest a route; set it in the guest, or write <backend type='passt'/>");
  if (ip && !may)
    diag_error(stage->diag, xml_place(ip, NULL), i->dev.subject,
               "QEMU gives addresses to type 'user' alone; set it in the guest or on the network's DHCP server");
  if (forward && (!may || !passt) && !xml_refused(i->dev.node, "@type") && !xml_refused(i->dev.node, "backend"))
    diag_error(stage->diag, xml_place(forward, NULL), i->dev.subject,
               "portForward is for type='user' with <backend type='passt'/>");
  if (passt && !may)
    diag_error(stage->diag, xml_place(xml_child(node, "backend"), "passt"), i->dev.subject,
               "passt is for types 'user' and 'vhostuser', not '%s'", interface_type_names[i->type]);
  if (!may && i->type != INTERFACE_VHOSTUSER)
    return;
  attr_read(interface_user_attrs, node, i, i->dev.subject, stage->diag);
  xml_each(child, node, "ip") read_ip(i, child, stage);
  xml_each(child, node, "route") if (passt) read_route(i, child, stage);
  for (size_t n = 0; n < i->n_forwards; n++)
    check_forward(i, &i->forwards[n], stage);
}

/* --- checking --- */

void
interface_check_user(const struct interface *i, struct stage *stage)
{
  const struct caps *caps = stage->caps;
  struct place place = i->dev.place;
  bool dev = i->source_dev && (i->type == INTERFACE_USER || i->type == INTERFACE_VHOSTUSER);
  if (i->backend != BACKEND_PASST && (dev || i->log_file || i->hostname || i->fqdn))
    diag_warning(stage->diag, place, i->dev.subject,
                 "%s passt's alone and has no effect; write <backend type='passt'/>, or drop it",
                 dev           ? "dev= of <source> is"
                 : i->log_file ? "logFile= of <backend> is"
                               : "a host name in <backend> is");
  if (i->backend == BACKEND_PASST && i->type == INTERFACE_USER && !caps_has(caps, FEAT_NETDEV_STREAM))
    diag_error(stage->diag, place, i->dev.subject,
               "passt needs -netdev stream, since QEMU 7.2, this is %s; drop <backend type='passt'/>",
               caps_version_string(caps));
  if (i->backend == BACKEND_DEFAULT && i->type == INTERFACE_USER && !caps_has(caps, FEAT_NETDEV_USER))
    diag_error(stage->diag, place, i->dev.subject,
               "this QEMU was built without slirp, its own network; write <backend type='passt'/>");
}

/* --- passt --- */

static void
add_number(struct helper *passt, const char *option, unsigned value)
{
  if (value)
    helper_option(passt, option, talloc_asprintf(passt, "%u", value));
}

/* passt(1): [ADDRESS[%DEVICE]/]PORTS, ports parted by commas, ~ before what is left out, :TO
 * behind what goes to other ports of the guest. */
static const char *
port_spec(TALLOC_CTX *ctx, const struct port_forward *forward)
{
  char *text = talloc_strdup(ctx, forward->address ? forward->address : "");
  if (forward->dev)
    text = talloc_asprintf_append_buffer(text, "%%%s", forward->dev);
  if (*text)
    text = talloc_strdup_append_buffer(text, "/");
  if (!forward->n_ranges)
    text = talloc_strdup_append_buffer(text, "all");
  for (size_t n = 0; n < forward->n_ranges; n++) {
    const struct port_range *range = &forward->ranges[n];
    text = talloc_asprintf_append_buffer(text, "%s%s%u", n ? "," : "", range->exclude == ON ? "~" : "", range->start);
    if (range->end)
      text = talloc_asprintf_append_buffer(text, "-%u", range->end);
    if (range->to)
      text = talloc_asprintf_append_buffer(text, ":%u", range->to);
    if (range->to && range->end)
      text = talloc_asprintf_append_buffer(text, "-%u", range->to + (range->end - range->start));
  }
  return text;
}

/* passt conf.c: of a range, it goes on without those that are taken. */
static void
add_forward(struct helper *passt, const struct port_forward *forward)
{
  bool tcp = forward->protocol == FORWARD_TCP;
  helper_word(passt, tcp ? "--tcp-ports" : "--udp-ports");
  if (forward->dev)
    helper_spelt(passt, WANT_INTERFACE, forward->dev, port_spec(passt, forward));
  else
    helper_named(passt, "", forward->address ? NAMES_ADDRESS : NAMES_NOTHING, port_spec(passt, forward));
  if (!forward->n_ranges && forward->address)
    helper_port(passt, tcp ? WANT_PORT : WANT_UDP_PORT, forward->address, NULL);
  for (size_t n = 0; n < forward->n_ranges; n++)
    if (forward->ranges[n].exclude != ON)
      helper_port(passt, tcp ? WANT_PORT : WANT_UDP_PORT, forward->address,
                  forward->ranges[n].end ? NULL : talloc_asprintf(passt, "%u", forward->ranges[n].start));
}

static void
add_guests(struct helper *passt, const char *option, const char *name)
{
  if (!name)
    return;
  helper_word(passt, option);
  helper_named(passt, "", NAMES_GUEST, name);
}

static void
add_ip(struct helper *passt, const struct guest_ip *ip, bool netmask)
{
  add_guests(passt, "--address", ip->address);
  if (netmask)
    add_number(passt, "--netmask", ip->prefix);
}

/* The socket's name needs the card's id. */
void
interface_resolve_passt(struct interface *i, struct stage *stage)
{
  struct domain *domain = i->dev.domain;
  struct helper *passt = helper_new(domain, "passt", i->dev.subject, i->dev.place);
  i->socket = runtime_path(domain, talloc_asprintf(i, "%s-passt.sock", i->dev.id));
  if (i->type == INTERFACE_VHOSTUSER) {
    i->chardev = chardev_unix(i, i->socket, SOCKET_CONNECT, i->dev.place);
    i->chardev->reconnect = (struct reconnect){ .enabled = ON, .timeout = 5 };
    helper_word(passt, "--vhost-user");
  }
  helper_word(passt, "--one-off");
  bool script = options_script(stage->options);
  if (stage->options->mode == MODE_RUN || script)
    helper_word(passt, "--foreground"); /* in the background nobody would end it where QEMU never came */
  if (script)
    helper_option(passt, "--runas", SCRIPT_IDS); /* as below; to another user what passt does anyway */
  else if (stage->options->mode == MODE_RUN && host_as_root(stage->host))
    helper_option(passt, "--runas", "0:0"); /* nobody, which root's passt becomes, cannot reach the socket's folder */
  helper_word(passt, "--socket");
  helper_listens(passt, "", i->socket, "");
  add_number(passt, "--mtu", i->mtu);
  if (i->source_dev) {
    helper_word(passt, "--interface");
    helper_host(passt, "", WANT_INTERFACE, i->source_dev, "");
  }
  if (i->log_file) {
    helper_word(passt, "--log-file");
    helper_logs(passt, "", i->log_file, "");
  }
  add_guests(passt, "--hostname", i->hostname);
  add_guests(passt, "--fqdn", i->fqdn);
  add_ip(passt, &i->ip4, true);
  add_ip(passt, &i->ip6, false);
  add_guests(passt, "--gateway", i->gateway4);
  add_guests(passt, "--gateway", i->gateway6);
  for (size_t n = 0; n < i->n_forwards; n++)
    add_forward(passt, &i->forwards[n]);
}

/* --- building --- */

void
interface_build_user(const struct interface *i, struct props *p)
{
  props_str(p, "type", "user");
  if (i->ip4.address && i->ip4.prefix)
    props_guest(p, "net", talloc_asprintf(p, "%s/%u", i->ip4.address, i->ip4.prefix));
  else
    props_guest(p, "net", i->ip4.address);
  props_guest(p, "ipv6-prefix", i->ip6.address);
  props_nonzero(p, "ipv6-prefixlen", i->ip6.prefix);
}

/* QEMU asks again where passt was restarted: libvirt's five seconds. */
void
interface_build_passt(const struct interface *i, const struct build *b, struct props *p)
{
  props_str(p, "type", "stream");
  struct props *address = props_dict(p, "addr");
  props_str(address, "type", "unix");
  props_host(address, "path", WANT_CONNECT, i->socket);
  props_bool(p, "server", false);
  if (caps_has(b->caps, FEAT_NETDEV_STREAM_RECONNECT_MS))
    props_uint(p, "reconnect-ms", 5000);
  else if (caps_has(b->caps, FEAT_NETDEV_STREAM_RECONNECT))
    props_uint(p, "reconnect", 5);
}
