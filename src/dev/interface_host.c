/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface_host.c - what of <interface> a switch, the kernel or a manager does: no argument of QEMU's */

#include "dev/interface.h"
#include "core/options.h"
#include "core/uuid.h"

#include <strings.h>

/* IEEE 802.1Q: twelve bits. */
enum { VLAN_MAX = 4095 };

/* Linux: what tc(8) can count, and a burst in bytes. */
#define RATE_MAX (UINT64_C(1) << 54)
#define BURST_MAX (UINT32_MAX >> 10)

/* libvirt virnetdevvportprofile.h, what follows the zero. */
enum { PROFILE_ID_MAX = 39 };

enum virtualport { PORT_NONE, PORT_8021QBG, PORT_8021QBH, PORT_OPENVSWITCH, PORT_MIDONET };

static const char *const port_names[] = { [PORT_8021QBG] = "802.1Qbg",
                                          [PORT_8021QBH] = "802.1Qbh",
                                          [PORT_OPENVSWITCH] = "openvswitch",
                                          [PORT_MIDONET] = "midonet" };
enum native { NATIVE_NONE, NATIVE_TAGGED, NATIVE_UNTAGGED };

static const char *const native_names[] = { [NATIVE_TAGGED] = "tagged", [NATIVE_UNTAGGED] = "untagged" };

struct tag {
  xmlNode *node;
  enum native native;
};

/* <inbound>, <outbound>: KiB and KiB a second. */
struct limit {
  struct num average, peak, floor, burst;
};

struct given {
  xmlNode *virtualport, *vlan, *bandwidth, *port_node, *coalesce;
  enum virtualport port;
  const char *uuid, *profile;
  enum tristate isolated, trunk;
  struct tag *tags;
  size_t n_tags;
  struct limit in, out;
  bool coalesces;
};

static const char *
parse_profile(TALLOC_CTX *ctx, const char *text, void *member)
{
  *(const char **)member = text;
  return strlen(text) <= PROFILE_ID_MAX ? NULL : talloc_asprintf(ctx, "longer than %d characters", PROFILE_ID_MAX);
}

/* libvirt takes them in any case. */
static const char *
parse_trunk(TALLOC_CTX *ctx, const char *text, void *member)
{
  bool yes = strcasecmp(text, "yes") == 0, no = strcasecmp(text, "no") == 0;
  (void)ctx;
  *(enum tristate *)member = yes ? ON : no ? OFF : UNSET;
  return yes || no ? NULL : "must be yes or no";
}

static const struct attr virtualport_attrs[] = {
  ATTR_ENUM("virtualport/@type", struct given, port, port_names, .dflt = "the network's",
            .doc = "Which kind of switch has the port."),
  ATTR_UINT_ONLY("virtualport/parameters/@managerid", .max = 0xff, .dflt = "none",
                 .doc = "The switch's manager of port profiles."),
  ATTR_UINT_ONLY("virtualport/parameters/@typeid", .max = 0xffffff, .dflt = "none", .doc = "The profile's type."),
  ATTR_UINT_ONLY("virtualport/parameters/@typeidversion", .max = 0xff, .dflt = "none",
                 .doc = "The version of the profile's type."),
  ATTR_WORD("virtualport/parameters/@instanceid", struct given, uuid, uuid_word, "UUID", .dflt = "the manager's",
            .doc = "The port's own id; one is made up where it is not given."),
  ATTR_WORD("virtualport/parameters/@profileid", struct given, profile, parse_profile, "profile",
            .pattern = "[\\s\\S]{0,39}", .dflt = "none", .doc = "The profile of the port."),
  ATTR_WORD("virtualport/parameters/@interfaceid", struct given, uuid, uuid_word, "UUID", .dflt = "the manager's",
            .doc = "The id of the interface at the switch."),
  ATTR_END
};

static const struct attr tag_attrs[] = {
  ATTR_NODE(".", struct tag, node),
  ATTR_UINT_ONLY("@id", .max = VLAN_MAX, .required = true, .missing = "a VLAN tag has a number; write <tag id='N'/>",
                 .doc = "The number of the VLAN."),
  ATTR_ENUM("@nativeMode", struct tag, native, native_names, .dflt = "none",
            .doc = "Whether frames without a tag belong to this VLAN, and how they leave."),
  ATTR_END
};

static const struct attr vlan_attrs[] = {
  ATTR_LIST("vlan/tag", struct given, tags, n_tags, struct tag, tag_attrs, .keep = true,
            .doc = "A VLAN that the card is in."),
  ATTR_WORD("vlan/@trunk", struct given, trunk, parse_trunk, "yes or no", .pattern = "[yY][eE][sS]|[nN][oO]",
            .dflt = "yes with several VLANs", .doc = "Whether several VLANs pass."),
  ATTR_END
};

static const struct attr limit_attrs[] = {
  ATTR_NUM("@average", struct limit, average, .max = RATE_MAX, .unit = "KiB/s", .dflt = "none: no limit",
           .required_where = "unless a floor is given", .doc = "How much may pass each second in the long run."),
  ATTR_NUM("@peak", struct limit, peak, .max = RATE_MAX, .unit = "KiB/s", .dflt = "none: no limit",
           .doc = "How much may pass each second during a burst."),
  ATTR_NUM("@floor", struct limit, floor, .max = RATE_MAX, .unit = "KiB/s", .dflt = "none",
           .doc = "How much may pass each second at least."),
  ATTR_NUM("@burst", struct limit, burst, .max = BURST_MAX, .unit = "KiB", .dflt = "none",
           .doc = "How much may pass at the peak's speed."),
  ATTR_END
};

static const struct attr bandwidth_attrs[] = {
  ATTR_REFUSED("bandwidth/@classID", "classes are a network's, not an interface's; drop classID=",
               .doc = "A class of traffic, which is a network's."),
  ATTR_STRUCT("bandwidth/inbound", struct given, in, limit_attrs, .doc = "What comes to the guest."),
  ATTR_STRUCT("bandwidth/outbound", struct given, out, limit_attrs, .doc = "What comes from the guest."), ATTR_END
};

static const struct attr coalesce_attrs[] = {
  ATTR_UINT_ONLY("coalesce/rx/frames/@max", .max = UINT32_MAX, .given = ATTR_AT(struct given, coalesces, bool),
                 .dflt = "the kernel's", .doc = "How many frames the tap collects before it tells QEMU."),
  ATTR_END
};

/* Known, and nobody's here; the last are Xen's, and what a running libvirt notes. */
static const struct attr quiet_attrs[] = {
  ATTR_QUIET("filterref", .doc = "The packet filter, which a manager sets on the host."),
  ATTR_QUIET("guest", .doc = "What another hypervisor notes of the guest's end; it has no effect."),
  ATTR_QUIET("backenddomain", .doc = "Xen's; it has no effect."),
  ATTR_QUIET("actual", .doc = "What a running libvirt made of the network; it has no effect."),
  ATTR_QUIET("privateData", .doc = "What a running libvirt notes for itself; it has no effect."),
  ATTR_END
};

#define NO(name) ATTR_NEVER("driver/" name)

/* What is virtio's alone. */
static const struct attr of_hostdev[] = {
  NO("@txmode"), NO("@queues"),          NO("@rx_queue_size"), NO("@tx_queue_size"), NO("@ioeventfd"), NO("@event_idx"),
  NO("@rss"),    NO("@rss_hash_report"), NO("host"),           NO("guest"),          ATTR_END
};

const struct attr interface_host_attrs[] = {
  ATTR_YESNO_ONLY("@trustGuestRxFilters", .dflt = "no",
                  .doc = "Whether the host follows the filters that the guest sets, which a manager does."),
  ATTR_NODE("bandwidth", struct given, bandwidth, .dflt = "none",
            .doc = "Limits of the traffic, which a manager sets on the host."),
  ATTR_NODE("vlan", struct given, vlan, .dflt = "none",
            .doc = "The VLANs of the card, which a manager sets at the switch."),
  ATTR_NODE("virtualport", struct given, virtualport, .dflt = "none",
            .doc = "The port of a switch, which a manager sets up."),
  ATTR_NODE("port", struct given, port_node, .dflt = "none",
            .doc = "Properties of the bridge's port, which a manager sets."),
  ATTR_NODE("coalesce", struct given, coalesce, .dflt = "none",
            .doc = "How interrupts of the host's end are collected, which a manager sets."),
  ATTR_YESNO("port/@isolated", struct given, isolated, .dflt = "no",
             .doc = "Whether guests on the bridge cannot reach this one."),
  ATTR_SEE(".", virtualport_attrs),
  ATTR_SEE(".", vlan_attrs),
  ATTR_SEE(".", bandwidth_attrs),
  ATTR_TABLE(coalesce_attrs),
  ATTR_SEE(".", quiet_attrs),
  ATTR_SEE("source/ip", interface_ip_attrs, .many = true, .doc = "An address of the host's end."),
  ATTR_SEE("source/route", interface_route_attrs, .many = true, .doc = "A route of the host's by the card."),
  ATTR_IF("@type", "hostdev", of_hostdev),
  ATTR_END
};

static bool
on_bridge(const struct interface *i)
{
  return i->type == INTERFACE_NETWORK || i->type == INTERFACE_BRIDGE;
}

/* --- <virtualport> --- */

/* <parameters>: what each type of port must have, and may have. */
static const struct parameter {
  const char *name;
  unsigned required, allowed; /* bits of enum virtualport */
} parameters[] = {
  { "@managerid", 1u << PORT_8021QBG, 1u << PORT_8021QBG | 1u << PORT_MIDONET },
  { "@typeid", 1u << PORT_8021QBG, 1u << PORT_8021QBG | 1u << PORT_MIDONET },
  { "@typeidversion", 1u << PORT_8021QBG, 1u << PORT_8021QBG | 1u << PORT_MIDONET },
  { "@instanceid", 0, 1u << PORT_8021QBG | 1u << PORT_MIDONET },
  { "@profileid", 1u << PORT_8021QBH, ~(1u << PORT_8021QBG) },
  { "@interfaceid", 1u << PORT_MIDONET, 1u << PORT_OPENVSWITCH | 1u << PORT_MIDONET },
};

static void
check_parameters(const struct interface *i, xmlNode *port, enum virtualport type, struct stage *stage)
{
  xmlNode *node = xml_child(port, "parameters");
  bool all = i->type != INTERFACE_NETWORK; /* a network's definition may have the rest */
  for (size_t n = 0; type != PORT_NONE && n < ARRAY_SIZE(parameters); n++) {
    const struct parameter *p = &parameters[n];
    const char *name = p->name + 1;
    bool given = node && xml_has(node, p->name);
    if (given && !(p->allowed & 1u << type))
      diag_error(stage->diag, xml_place(node, name), i->dev.subject, "a virtualport of type '%s' has no %s; drop it",
                 port_names[type], name);
    if (!given && all && (p->required & 1u << type))
      diag_error(stage->diag, xml_place(node ? node : port, NULL), i->dev.subject,
                 "a virtualport of type '%s' needs <parameters %s='...'/>", port_names[type], name);
  }
}

/* libvirt makes up the ids of a virtual port itself. */
static enum virtualport
read_virtualport(const struct interface *i, xmlNode *node, xmlNode *port, struct stage *stage)
{
  const char *subject = i->dev.subject;
  bool may = on_bridge(i) || i->type == INTERFACE_DIRECT || i->type == INTERFACE_HOSTDEV;
  struct given given = { 0 };
  if (!port)
    return PORT_NONE;
  if (!may) {
    diag_error(stage->diag, xml_place(port, NULL), subject,
               "type '%s' is in no switch that has virtual ports; drop <virtualport>", interface_type_names[i->type]);
    return PORT_NONE;
  }
  bool fine = attr_read(virtualport_attrs, node, &given, subject, stage->diag);
  if (fine && given.port == PORT_NONE && i->type != INTERFACE_NETWORK)
    diag_error(stage->diag, xml_place(port, NULL), subject,
               "<virtualport> has no type; write type='openvswitch', or drop it");
  check_parameters(i, port, given.port, stage);
  return given.port;
}

static void
check_port(struct interface *i, xmlNode *port, enum virtualport virtualport, struct stage *stage)
{
  if (!i->isolated)
    return;
  if (!on_bridge(i))
    diag_error(stage->diag, xml_place(port, "isolated"), i->dev.subject,
               "isolated ports are those of a bridge, not of type '%s'; drop <port>", interface_type_names[i->type]);
  else if (virtualport != PORT_NONE)
    diag_error(stage->diag, xml_place(port, "isolated"), i->dev.subject,
               "isolated ports are those of Linux's own bridge, not of a virtualport type '%s'; drop one of them",
               port_names[virtualport]);
}

/* --- <vlan> --- */

static size_t
read_tags(const struct interface *i, xmlNode *node, xmlNode *vlan, struct stage *stage)
{
  const char *subject = i->dev.subject;
  struct given given = { 0 };
  bool native = false;
  attr_read(vlan_attrs, node, &given, subject, stage->diag);
  for (size_t n = 0; n < given.n_tags; n++) {
    if (native && given.tags[n].native)
      diag_error(stage->diag, xml_place(given.tags[n].node, "nativeMode"), subject,
                 "a second native VLAN; one tag alone is native");
    native |= given.tags[n].native != NATIVE_NONE;
  }
  if (given.n_tags == 0)
    diag_error(stage->diag, xml_place(vlan, NULL), subject, "<vlan> has no tag; write <tag id='N'/> in it");
  if (given.trunk == OFF && (given.n_tags > 1 || native))
    diag_error(stage->diag, xml_place(vlan, "trunk"), subject, "%s is a trunk's; write trunk='yes', or drop trunk=",
               given.n_tags > 1 ? "more than one tag" : "a native VLAN");
  return given.n_tags;
}

/* libvirt domain_validate.c, virDomainActualNetDefValidate; where a network leads, its definition says. */
static void
check_vlan(const struct interface *i, xmlNode *node, xmlNode *vlan, enum virtualport virtualport, struct stage *stage)
{
  bool may = i->type == INTERFACE_NETWORK || i->type == INTERFACE_HOSTDEV ||
             (i->type == INTERFACE_DIRECT && str_eq(i->macvtap_mode, "passthrough")) ||
             (i->type == INTERFACE_BRIDGE && (virtualport == PORT_NONE || virtualport == PORT_OPENVSWITCH));
  if (vlan && read_tags(i, node, vlan, stage) && !may)
    diag_error(stage->diag, xml_place(vlan, NULL), i->dev.subject,
               "type '%s' %sknows no VLANs: bridges, host devices and macvtaps of mode 'passthrough' do; "
               "drop <vlan>",
               interface_type_names[i->type], i->type == INTERFACE_DIRECT ? "in its mode " : "");
}

/* --- <bandwidth> --- */

static void
check_limit(const struct interface *i, xmlNode *node, const struct limit *limit, bool floor_ok, struct stage *stage)
{
  const char *name = (const char *)node->name, *subject = i->dev.subject;
  bool average = limit->average.set, floored = limit->floor.set;
  if (!average && !floored)
    diag_error(stage->diag, xml_place(node, NULL), subject, "<%s> has no rate; write average='N', in KiB a second",
               name);
  else if (!average && (limit->peak.set || limit->burst.set))
    diag_error(stage->diag, xml_place(node, NULL), subject,
               "<%s> has a peak or a burst, but no rate; write average='N', in KiB a second", name);
  if (floored && !floor_ok)
    diag_error(stage->diag, xml_place(node, "floor"), subject,
               "only what comes in (<inbound>) from a network (type='network') has a guaranteed rate; drop floor=");
}

static void
check_bandwidth(const struct interface *i, xmlNode *node, xmlNode *bandwidth, struct stage *stage)
{
  xmlNode *in = bandwidth ? xml_child(bandwidth, "inbound") : NULL;
  xmlNode *out = bandwidth ? xml_child(bandwidth, "outbound") : NULL;
  struct given given = { 0 };
  attr_read(bandwidth_attrs, node, &given, i->dev.subject, stage->diag);
  if (in)
    check_limit(i, in, &given.in, i->type == INTERFACE_NETWORK, stage);
  if (out)
    check_limit(i, out, &given.out, false, stage);
  if ((in || out) && i->type == INTERFACE_HOSTDEV)
    diag_error(stage->diag, xml_place(bandwidth, NULL), i->dev.subject,
               "what a host device sends passes no limit of the host's; drop <bandwidth>");
}

/* --- what stands where it cannot be --- */

static void
check_filter(const struct interface *i, xmlNode *node, enum virtualport virtualport, struct stage *stage)
{
  xmlNode *filter = xml_child(node, "filterref");
  if (filter && on_bridge(i) && virtualport != PORT_NONE)
    diag_error(stage->diag, xml_place(filter, NULL), i->dev.subject,
               "network filters are for Linux's own bridge, not for a virtualport type '%s'; drop one of them",
               port_names[virtualport]);
}

static void
check_source(const struct interface *i, xmlNode *node, struct stage *stage)
{
  xmlNode *source = xml_child(node, "source");
  if (source && i->type != INTERFACE_ETHERNET && (xml_child(source, "ip") || xml_child(source, "route")))
    diag_error(stage->diag, xml_place(source, NULL), i->dev.subject,
               "addresses of the host's end are set for type='ethernet', not for '%s'", interface_type_names[i->type]);
  if (!source || i->type != INTERFACE_ETHERNET)
    return;
  interface_check_addresses(i, source, stage);
  if ((xml_child(source, "ip") || xml_child(source, "route")) && options_starts(stage->options))
    diag_note(stage->diag, xml_place(source, NULL), i->dev.subject,
              "addresses and routes of the host's end are left to you: ip addr add ADDRESS/PREFIX dev %s",
              i->target ? i->target : "INTERFACE");
}

void
interface_parse_host(struct interface *i, xmlNode *node, struct stage *stage)
{
  struct given given = { 0 };
  attr_read(interface_host_attrs, node, &given, i->dev.subject, stage->diag);
  enum virtualport virtualport = read_virtualport(i, node, given.virtualport, stage);
  i->open_vswitch = virtualport == PORT_OPENVSWITCH;
  i->isolated = given.isolated == ON;
  check_port(i, given.port_node, virtualport, stage);
  check_vlan(i, node, given.vlan, virtualport, stage);
  check_bandwidth(i, node, given.bandwidth, stage);
  if (given.coalesces && !on_bridge(i))
    diag_error(stage->diag, xml_place(given.coalesce, NULL), i->dev.subject,
               "<coalesce> is for taps on a bridge, not for type '%s'; drop it", interface_type_names[i->type]);
  check_filter(i, node, virtualport, stage);
  check_source(i, node, stage);
  attr_read(quiet_attrs, node, NULL, i->dev.subject, stage->diag);
}
