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

static const char *const port_names[] = { [PORT_NONE] = "none",
                                          [PORT_8021QBG] = "802.1Qbg",
                                          [PORT_8021QBH] = "802.1Qbh",
                                          [PORT_OPENVSWITCH] = "openvswitch",
                                          [PORT_MIDONET] = "midonet" };
static const char *const yes_no[] = { [UNSET] = NULL, [ON] = "yes", [OFF] = "no" };
static const char *const native_names[] = { "tagged", "untagged" };

static bool
on_bridge(const struct interface *i)
{
  return i->type == INTERFACE_NETWORK || i->type == INTERFACE_BRIDGE;
}

/* --- <virtualport> --- */

/* <parameters>: what each type of port must have, and may have. */
static const struct parameter {
  const char *name;
  uint64_t max; /* of a number; 0: a text */
  bool uuid;
  unsigned required, allowed; /* bits of enum virtualport */
} parameters[] = {
  { "managerid", 0xff, false, 1u << PORT_8021QBG, 1u << PORT_8021QBG | 1u << PORT_MIDONET },
  { "typeid", 0xffffff, false, 1u << PORT_8021QBG, 1u << PORT_8021QBG | 1u << PORT_MIDONET },
  { "typeidversion", 0xff, false, 1u << PORT_8021QBG, 1u << PORT_8021QBG | 1u << PORT_MIDONET },
  { "instanceid", 0, true, 0, 1u << PORT_8021QBG | 1u << PORT_MIDONET },
  { "profileid", 0, false, 1u << PORT_8021QBH, ~(1u << PORT_8021QBG) },
  { "interfaceid", 0, true, 1u << PORT_MIDONET, 1u << PORT_OPENVSWITCH | 1u << PORT_MIDONET },
};

static void
check_parameter(const struct interface *i, const struct parameter *p, xmlNode *node, enum virtualport type,
                struct stage *stage)
{
  const char *value = node ? xml_attr(node, p->name) : NULL, *subject = i->dev.subject;
  struct place place = xml_place(node, value);
  uint64_t number = 0;
  if (!value)
    return;
  if (type != PORT_NONE && !(p->allowed & 1u << type))
    diag_error(stage->diag, xml_place(node, p->name), subject, "a virtualport of type '%s' has no %s; drop it",
               port_names[type], p->name);
  if (p->max)
    read_uint(node, talloc_asprintf(i, "@%s", p->name), 0, p->max, &number, subject, stage->diag);
  else if (p->uuid && !uuid_parse(value, NULL))
    diag_error(stage->diag, place, subject, "%s '%s' is malformed; 32 hex digits", p->name, value);
  else if (!p->uuid && strlen(value) > PROFILE_ID_MAX)
    diag_error(stage->diag, place, subject, "%s '%s' is longer than %d characters", p->name, value, PROFILE_ID_MAX);
}

/* libvirt makes up the ids of a virtual port itself. */
static enum virtualport
read_virtualport(const struct interface *i, xmlNode *node, struct stage *stage)
{
  const char *subject = i->dev.subject;
  xmlNode *port = xml_child(node, "virtualport");
  xmlNode *given = port ? xml_child(port, "parameters") : NULL;
  bool may = on_bridge(i) || i->type == INTERFACE_DIRECT || i->type == INTERFACE_HOSTDEV;
  bool all = i->type != INTERFACE_NETWORK; /* a network's definition may have the rest */
  int type = PORT_NONE;
  if (!port)
    return PORT_NONE;
  if (!may) {
    diag_error(stage->diag, xml_place(port, NULL), subject,
               "type '%s' is in no switch that has virtual ports; drop <virtualport>", interface_type_names[i->type]);
    return PORT_NONE;
  }
  if (xml_attr(port, "type")) {
    if (!read_enum(port, "@type", port_names + 1, ARRAY_SIZE(port_names) - 1, &type, subject, stage->diag))
      return PORT_NONE;
    type++;
  } else if (all)
    diag_error(stage->diag, xml_place(port, NULL), subject,
               "<virtualport> has no type; write type='openvswitch', or drop it");
  for (size_t n = 0; n < ARRAY_SIZE(parameters); n++) {
    const struct parameter *p = &parameters[n];
    check_parameter(i, p, given, (enum virtualport)type, stage);
    if (all && type != PORT_NONE && (p->required & 1u << type) && !(given && xml_attr(given, p->name)))
      diag_error(stage->diag, xml_place(given ? given : port, NULL), subject,
                 "a virtualport of type '%s' needs <parameters %s='...'/>", port_names[type], p->name);
  }
  return (enum virtualport)type;
}

static void
read_port(struct interface *i, xmlNode *node, enum virtualport virtualport, struct stage *stage)
{
  xmlNode *port = xml_child(node, "port");
  int isolated = UNSET;
  if (port)
    read_enum(port, "@isolated", yes_no, ARRAY_SIZE(yes_no), &isolated, i->dev.subject, stage->diag);
  i->isolated = isolated == ON;
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

static unsigned
read_tags(const struct interface *i, xmlNode *vlan, struct stage *stage)
{
  const char *subject = i->dev.subject;
  bool native = false;
  unsigned n = 0;
  xml_each(tag, vlan, "tag")
  {
    uint64_t id;
    int mode;
    n++;
    if (!xml_attr(tag, "id"))
      diag_error(stage->diag, xml_place(tag, NULL), subject, "a VLAN tag has a number; write <tag id='N'/>");
    read_uint(tag, "@id", 0, VLAN_MAX, &id, subject, stage->diag);
    if (!xml_attr(tag, "nativeMode"))
      continue;
    read_enum(tag, "@nativeMode", native_names, ARRAY_SIZE(native_names), &mode, subject, stage->diag);
    if (native)
      diag_error(stage->diag, xml_place(tag, "nativeMode"), subject, "a second native VLAN; one tag alone is native");
    native = true;
  }
  const char *trunk = xml_attr(vlan, "trunk");
  if (n == 0)
    diag_error(stage->diag, xml_place(vlan, NULL), subject, "<vlan> has no tag; write <tag id='N'/> in it");
  if (trunk && strcasecmp(trunk, "yes") != 0 && strcasecmp(trunk, "no") != 0)
    diag_error(stage->diag, xml_place(vlan, trunk), subject, "trunk '%s': it must be yes or no", trunk);
  else if (trunk && strcasecmp(trunk, "yes") != 0 && (n > 1 || native))
    diag_error(stage->diag, xml_place(vlan, trunk), subject,
               "%s is a trunk's; write trunk='yes', or drop trunk=", n > 1 ? "more than one tag" : "a native VLAN");
  return n;
}

/* libvirt domain_validate.c, virDomainActualNetDefValidate; where a network leads, its definition says. */
static void
check_vlan(const struct interface *i, xmlNode *node, enum virtualport virtualport, struct stage *stage)
{
  xmlNode *vlan = xml_child(node, "vlan");
  bool may = i->type == INTERFACE_NETWORK || i->type == INTERFACE_HOSTDEV ||
             (i->type == INTERFACE_DIRECT && str_eq(i->macvtap_mode, "passthrough")) ||
             (i->type == INTERFACE_BRIDGE && (virtualport == PORT_NONE || virtualport == PORT_OPENVSWITCH));
  if (vlan && read_tags(i, vlan, stage) && !may)
    diag_error(stage->diag, xml_place(vlan, NULL), i->dev.subject,
               "type '%s' %sknows no VLANs: bridges, host devices and macvtaps of mode 'passthrough' do; "
               "drop <vlan>",
               interface_type_names[i->type], i->type == INTERFACE_DIRECT ? "in its mode " : "");
}

/* --- <bandwidth> --- */

static void
check_limit(const struct interface *i, xmlNode *limit, bool floor_ok, struct stage *stage)
{
  static const struct {
    const char *path;
    uint64_t max;
  } rates[] = { { "@average", RATE_MAX }, { "@peak", RATE_MAX }, { "@floor", RATE_MAX }, { "@burst", BURST_MAX } };
  const char *name = (const char *)limit->name, *subject = i->dev.subject;
  bool average = xml_attr(limit, "average") != NULL, floored = xml_attr(limit, "floor") != NULL;
  uint64_t value;
  for (size_t n = 0; n < ARRAY_SIZE(rates); n++)
    read_uint(limit, rates[n].path, 0, rates[n].max, &value, subject, stage->diag);
  if (!average && !floored)
    diag_error(stage->diag, xml_place(limit, NULL), subject, "<%s> has no rate; write average='N', in KiB a second",
               name);
  else if (!average && (xml_attr(limit, "peak") || xml_attr(limit, "burst")))
    diag_error(stage->diag, xml_place(limit, NULL), subject,
               "<%s> has a peak or a burst, but no rate; write average='N', in KiB a second", name);
  if (floored && !floor_ok)
    diag_error(stage->diag, xml_place(limit, "floor"), subject,
               "only what comes in (<inbound>) from a network (type='network') has a guaranteed rate; drop floor=");
}

static void
check_bandwidth(const struct interface *i, xmlNode *node, struct stage *stage)
{
  xmlNode *bandwidth = xml_child(node, "bandwidth");
  xmlNode *in = bandwidth ? xml_child(bandwidth, "inbound") : NULL;
  xmlNode *out = bandwidth ? xml_child(bandwidth, "outbound") : NULL;
  if (bandwidth && xml_attr(bandwidth, "classID"))
    diag_error(stage->diag, xml_place(bandwidth, "classID"), i->dev.subject,
               "classes are a network's, not an interface's; drop classID=");
  if (in)
    check_limit(i, in, i->type == INTERFACE_NETWORK, stage);
  if (out)
    check_limit(i, out, false, stage);
  if ((in || out) && i->type == INTERFACE_HOSTDEV)
    diag_error(stage->diag, xml_place(bandwidth, NULL), i->dev.subject,
               "what a host device sends passes no limit of the host's; drop <bandwidth>");
}

/* --- what stands where it cannot be --- */

static void
check_coalesce(const struct interface *i, xmlNode *node, struct stage *stage)
{
  xmlNode *coalesce = xml_child(node, "coalesce");
  uint64_t frames;
  if (!coalesce || !xml_get(coalesce, "rx/frames/@max", NULL))
    return;
  read_uint(coalesce, "rx/frames/@max", 0, UINT32_MAX, &frames, i->dev.subject, stage->diag);
  if (!on_bridge(i))
    diag_error(stage->diag, xml_place(coalesce, NULL), i->dev.subject,
               "<coalesce> is for taps on a bridge, not for type '%s'; drop it", interface_type_names[i->type]);
}

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
  xml_skip(source);
}

void
interface_parse_host(struct interface *i, xmlNode *node, struct stage *stage)
{
  /* the last are Xen's, and what a running libvirt notes */
  static const char *const elements[] = {
    "bandwidth", "vlan",  "virtualport",   "filterref", "port",
    "coalesce",  "guest", "backenddomain", "actual",    "privateData",
  };
  int trust;
  enum virtualport virtualport = read_virtualport(i, node, stage);
  i->open_vswitch = virtualport == PORT_OPENVSWITCH;
  read_enum(node, "@trustGuestRxFilters", yes_no, ARRAY_SIZE(yes_no), &trust, i->dev.subject, stage->diag);
  read_port(i, node, virtualport, stage);
  check_vlan(i, node, virtualport, stage);
  check_bandwidth(i, node, stage);
  check_coalesce(i, node, stage);
  check_filter(i, node, virtualport, stage);
  check_source(i, node, stage);
  for (size_t n = 0; n < ARRAY_SIZE(elements); n++)
    xml_skip_all(node, elements[n]);
}
