/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface_host.c - what of <interface> a switch, the kernel or a manager does: no argument of QEMU's */

#include "dev/interface.h"

/* IEEE 802.1Q: twelve bits. */
enum { VLAN_MAX = 4095 };

static bool
on_bridge(const struct interface *i)
{
  return i->type == INTERFACE_NETWORK || i->type == INTERFACE_BRIDGE;
}

static void
check_port(const struct interface *i, xmlNode *node, const char *virtualport, struct stage *stage)
{
  xmlNode *port = xml_child(node, "port");
  if (!port || !str_eq(xml_attr(port, "isolated"), "yes"))
    return;
  if (!on_bridge(i))
    diag_error(stage->diag, xml_place(port, "isolated"), i->dev.subject,
               "isolated ports are those of a bridge, not of type '%s'; drop <port>",
               interface_type_names[i->type]);
  else if (virtualport)
    diag_error(
        stage->diag, xml_place(port, "isolated"), i->dev.subject,
        "isolated ports are those of Linux's own bridge, not of a virtualport type '%s'; drop one of them",
        virtualport);
}

static void
check_vlan(const struct interface *i, xmlNode *node, struct stage *stage)
{
  xmlNode *vlan = xml_child(node, "vlan");
  if (!vlan)
    return;
  xml_each(tag, vlan, "tag")
  {
    uint64_t id;
    if (!xml_attr(tag, "id"))
      diag_error(stage->diag, xml_place(tag, NULL), i->dev.subject,
                 "a VLAN tag has a number; write <tag id='N'/>");
    read_uint(tag, "@id", 0, VLAN_MAX, &id, i->dev.subject, stage->diag);
  }
}

static void
check_bandwidth(const struct interface *i, xmlNode *node, const char *direction, struct stage *stage)
{
  xmlNode *bandwidth = xml_child(node, "bandwidth");
  xmlNode *limit = bandwidth ? xml_child(bandwidth, direction) : NULL;
  if (limit && !xml_attr(limit, "average") && !xml_attr(limit, "floor"))
    diag_error(stage->diag, xml_place(limit, NULL), i->dev.subject,
               "<%s> has no rate; write average='N', in KiB a second", direction);
}

static void
check_misplaced(const struct interface *i, xmlNode *node, struct stage *stage)
{
  const char *type = interface_type_names[i->type];
  xmlNode *coalesce = xml_child(node, "coalesce"), *virtualport = xml_child(node, "virtualport");
  xmlNode *source = xml_child(node, "source");
  if (coalesce && !on_bridge(i))
    diag_error(stage->diag, xml_place(coalesce, NULL), i->dev.subject,
               "<coalesce> is for taps on a bridge, not for type '%s'; drop it", type);
  if (virtualport && !on_bridge(i) && i->type != INTERFACE_DIRECT && i->type != INTERFACE_HOSTDEV)
    diag_error(stage->diag, xml_place(virtualport, NULL), i->dev.subject,
               "type '%s' is in no switch that has virtual ports; drop <virtualport>", type);
  if (source && i->type != INTERFACE_ETHERNET && (xml_child(source, "ip") || xml_child(source, "route")))
    diag_error(stage->diag, xml_place(source, NULL), i->dev.subject,
               "addresses of the host's end are set for type='ethernet', not for '%s'", type);
}

void
interface_parse_host(struct interface *i, xmlNode *node, struct stage *stage)
{
  static const char *const elements[] = {
    "bandwidth", "vlan", "virtualport", "filterref", "port", "coalesce", "guest",
  };
  const char *virtualport = xml_get(node, "virtualport/@type", NULL);
  i->open_vswitch = str_eq(virtualport, "openvswitch");
  check_misplaced(i, node, stage);
  check_port(i, node, virtualport, stage);
  check_vlan(i, node, stage);
  check_bandwidth(i, node, "inbound", stage);
  check_bandwidth(i, node, "outbound", stage);
  for (size_t n = 0; n < ARRAY_SIZE(elements); n++)
    xml_skip_all(node, elements[n]);
  xml_attr(node, "trustGuestRxFilters");
  if (i->type == INTERFACE_ETHERNET && xml_child(node, "source"))
    xml_skip(xml_child(node, "source")); /* the host's own addresses and routes */
}
