/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/network.c - what the name of a libvirt network stands for on the host */

#include "host/network.h"
#include "core/names.h"

enum { DEFINITION_MAX = 1 << 20 };

/* Linux IFNAMSIZ, without the NUL. */
enum { INTERFACE_NAME_MAX = 15 };

static const char *const option_kinds[] = {
  [NETWORK_BRIDGE] = "bridge",
  [NETWORK_TAP] = "tap",
  [NETWORK_USER] = "user",
};

const char *
network_option_wrong(TALLOC_CTX *ctx, const char *text)
{
  const char *what = strchr(text, '=');
  if (!what || what == text)
    return "it wants NAME=bridge:BRIDGE, NAME=tap:INTERFACE or NAME=user";
  what++;
  const char *dev = strchr(what, ':');
  char *word = dev ? talloc_strndup(ctx, what, (size_t)(dev - what)) : talloc_strdup(ctx, what);
  int kind = name_find(option_kinds, ARRAY_SIZE(option_kinds), word);
  if (kind < 0)
    return talloc_asprintf(ctx, "'%s' is no kind of network: %s", word,
                           name_remedy(ctx, option_kinds, ARRAY_SIZE(option_kinds), word));
  if (kind == NETWORK_USER)
    return dev ? "user takes no interface" : NULL;
  if (!dev || dev[1] == '\0')
    return talloc_asprintf(ctx, "%s wants the name of an interface: %s:NAME", word, word);
  if (strlen(dev + 1) > INTERFACE_NAME_MAX)
    return "an interface's name has at most 15 characters";
  return NULL;
}

/* OPTION is well-formed: network_option_wrong() has seen it. */
static bool
option_names(TALLOC_CTX *ctx, const char *option, const char *name, struct host_network *network)
{
  size_t length = strlen(name);
  if (strncmp(option, name, length) != 0 || option[length] != '=')
    return false;
  const char *what = option + length + 1, *dev = strchr(what, ':');
  const char *word = dev ? talloc_strndup(ctx, what, (size_t)(dev - what)) : what;
  *network = (struct host_network){ .kind = (enum network_kind)name_find(option_kinds, ARRAY_SIZE(option_kinds), word),
                                    .dev = dev ? dev + 1 : NULL };
  return true;
}

/* The first interface that a <forward> hands out. */
static const char *
forward_dev(xmlNode *forward)
{
  const char *dev = xml_attr(forward, "dev");
  return dev ? dev : xml_get(forward, "interface/@dev", NULL);
}

/* libvirt conf/netdev_vlan_conf.c: several tags, or a native one, make a trunk. */
struct network_vlan
network_vlan(TALLOC_CTX *ctx, xmlNode *vlan)
{
  struct network_vlan found = { 0 };
  const char *trunk = vlan ? xml_attr(vlan, "trunk") : NULL;
  xmlNode *first = vlan ? xml_child(vlan, "tag") : NULL;
  bool trunks = (trunk && strcasecmp(trunk, "yes") == 0) || (first && xml_next(first, "tag"));
  for (xmlNode *tag = first; tag; tag = xml_next(tag, "tag")) {
    const char *id = xml_attr(tag, "id"), *native = xml_attr(tag, "nativeMode");
    char *number = talloc_asprintf(ctx, "%lu", id ? strtoul(id, NULL, 0) : 0);
    found.trunks = found.trunks ? talloc_asprintf(ctx, "%s,%s", found.trunks, number) : number;
    trunks |= native != NULL;
    if (native) {
      found.own = number;
      found.tagged = str_eq(native, "tagged");
    }
  }
  if (!trunks) {
    found.own = found.trunks;
    found.trunks = NULL;
  }
  return found;
}

/* A group that is not named is the default one, where there is one. */
static xmlNode *
vlan_of(xmlNode *root, const char *portgroup)
{
  xml_each(group, root, "portgroup")
  {
    bool chosen = portgroup ? str_eq(xml_attr(group, "name"), portgroup) : str_eq(xml_attr(group, "default"), "yes");
    if (chosen && xml_child(group, "vlan"))
      return xml_child(group, "vlan");
  }
  return xml_child(root, "vlan");
}

static const char *
portgroup_remedy(TALLOC_CTX *ctx, xmlNode *root, const char *portgroup)
{
  const char **names = NULL;
  size_t n = 0;
  if (!portgroup)
    return NULL;
  xml_each(group, root, "portgroup")
  {
    const char *name = xml_attr(group, "name");
    if (str_eq(name, portgroup))
      return NULL;
    names = ARRAY_ROOM(ctx, names, const char *, n);
    if (name)
      names[n++] = name;
  }
  return n ? name_remedy(ctx, names, n, portgroup) : "there is no other, drop portgroup=";
}

/* ROOT is <network>; libvirt's docs/formatnetwork.rst. */
static void
read_definition(TALLOC_CTX *ctx, xmlNode *root, const char *portgroup, struct host_network *network)
{
  static const char *const macvtap_modes[] = { "vepa", "bridge", "private", "passthrough" };
  xmlNode *forward = xml_child(root, "forward");
  const char *mode = forward ? xml_attr(forward, "mode") : NULL;
  const char *bridge = xml_get(root, "bridge/@name", NULL);
  network->address = xml_get(root, "ip/@address", NULL);
  network->no_portgroup = portgroup_remedy(ctx, root, portgroup);
  if (str_eq(mode, "hostdev")) {
    network->kind = NETWORK_HOSTDEV;
  } else if (bridge) {
    network->kind = NETWORK_BRIDGE;
    network->dev = bridge;
    network->open_vswitch = str_eq(xml_get(root, "virtualport/@type", NULL), "openvswitch");
    network->vlan = network_vlan(ctx, vlan_of(root, portgroup));
  } else if (mode && name_find(macvtap_modes, ARRAY_SIZE(macvtap_modes), mode) >= 0 && forward_dev(forward)) {
    network->kind = NETWORK_DIRECT;
    network->dev = forward_dev(forward);
    network->mode = mode;
  }
}

static void
read_file(TALLOC_CTX *ctx, const struct host *host, const char *path, const char *portgroup,
          struct host_network *network)
{
  size_t length;
  char *text = host_read(ctx, host, path, DEFINITION_MAX, &length);
  if (!text)
    return;
  struct diag *deaf = diag_new(ctx); /* a file of libvirt's: what is wrong in it is not the user's XML */
  xmlNode *root = xml_read_memory(ctx, path, text, length, deaf);
  if (root && strcmp((const char *)root->name, "networkstatus") == 0)
    root = xml_child(root, "network");
  if (root && strcmp((const char *)root->name, "network") == 0)
    read_definition(ctx, root, portgroup, network);
}

struct host_network
network_find(TALLOC_CTX *ctx, const struct host *host, const char *const *options, const char *name,
             const char *portgroup)
{
  /* of what runs, then of what is defined */
  static const char *const folders[] = { "/run/libvirt/network", "/etc/libvirt/qemu/networks" };
  struct host_network network = { .kind = NETWORK_UNKNOWN };
  for (; options && *options; options++)
    if (option_names(ctx, *options, name, &network))
      return network;
  if (host_is_offline(host) || strchr(name, '/'))
    return network;
  for (size_t i = 0; i < ARRAY_SIZE(folders) && network.kind == NETWORK_UNKNOWN; i++)
    read_file(ctx, host, talloc_asprintf(ctx, "%s/%s.xml", folders[i], name), portgroup, &network);
  return network;
}
