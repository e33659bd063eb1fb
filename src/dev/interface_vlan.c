/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface_vlan.c - the VLANs of a card, which somebody sets at the port of its bridge */

#include "dev/interface.h"
#include "core/options.h"

/* What the card says of itself goes before what its network says of all. */
static struct network_vlan
vlan_of(const struct interface *i, const struct host_network *network)
{
  xmlNode *own = i->dev.node ? xml_child(i->dev.node, "vlan") : NULL;
  return own ? network_vlan((void *)i, own) : network->vlan;
}

/* libvirt util/virnetdevopenvswitch.c */
const char *
interface_ovs_port(const struct interface *i, const struct host_network *network, const char *name)
{
  struct network_vlan vlan = vlan_of(i, network);
  /* by hand: its row has judged it, and only these words have a use for it */
  const char *id = i->dev.node ? xml_get(i->dev.node, "virtualport/parameters/@interfaceid", NULL) : NULL;
  char *words = talloc_asprintf((void *)i, "%s %s", network->dev, name);
  if (vlan.own)
    words = talloc_asprintf_append_buffer(words, " tag=%s", vlan.own);
  if (vlan.trunks)
    words = talloc_asprintf_append_buffer(words, " trunks=%s", vlan.trunks);
  if (vlan.own && vlan.trunks)
    words = talloc_asprintf_append_buffer(words, " vlan_mode=native-%s", vlan.tagged ? "tagged" : "untagged");
  if (id)
    words = talloc_asprintf_append_buffer(words, " -- set Interface %s external-ids:iface-id=%s", name, id);
  return words;
}

/* libvirt util/virnetdevbridge.c, virNetDevBridgeSetupVlans(): a new port is in VLAN 1. */
void
interface_tell_vlan(const struct interface *i, const struct host_network *network, struct stage *stage)
{
  struct network_vlan vlan = vlan_of(i, network);
  const char *name = i->tap->tap.name;
  if (network->kind != NETWORK_BRIDGE || network->open_vswitch || !(vlan.own || vlan.trunks) ||
      options_draws(stage->options))
    return;
  if (i->way == TAP_BY_HELPER || strchr(name, '%'))
    name = "TAP";
  char *words = talloc_asprintf((void *)i, "bridge vlan del dev %s vid 1", name);
  if (vlan.own)
    words = talloc_asprintf_append_buffer(words, "; bridge vlan add dev %s vid %s pvid%s", name, vlan.own,
                                          vlan.tagged ? "" : " untagged");
  for (const char *trunk = vlan.trunks; trunk; trunk = strchr(trunk, ',') ? strchr(trunk, ',') + 1 : NULL) {
    char *vid = talloc_strndup(words, trunk, strcspn(trunk, ","));
    if (!str_eq(vid, vlan.own))
      words = talloc_asprintf_append_buffer(words, "; bridge vlan add dev %s vid %s", name, vid);
  }
  diag_warning(stage->diag, i->dev.place, i->dev.subject,
               "its VLAN is not set, so the card is in that of bridge %s; after the start, where the bridge has "
               "vlan_filtering 1: %s",
               network->dev, words);
}
