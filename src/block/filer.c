/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/filer.c - files on NFS and Gluster servers, reached by QEMU itself */

#include "block/network.h"

struct nfs {
  bool has_user, has_group;
  uint64_t user, group; /* ids */
};

/* "+36" or "36" is an id. A name would have to be looked up on the host, whose names may not be the server's. */
static bool
read_id(struct image *image, xmlNode *identity, const char *attribute, uint64_t *id, struct stage *stage)
{
  const char *text = xml_attr(identity, attribute);
  if (!text)
    return false;
  if (parse_uint(text[0] == '+' ? text + 1 : text, id) && *id < UINT32_MAX)
    return true;
  if (str_eq(text, "root")) {
    *id = 0;
    return true;
  }
  diag_error(stage->diag, xml_place(identity, text), image->dev->subject,
             "identity %s='%s': only the server knows its names; write the number, as in '+1000'", attribute,
             text);
  return false;
}

static void
nfs_read(struct image *image, xmlNode *source, struct stage *stage)
{
  struct nfs *nfs = talloc_zero(image, struct nfs);
  xmlNode *identity = xml_child(source, "identity");
  network_of(image)->own = nfs;
  if (!identity)
    return;
  nfs->has_user = read_id(image, identity, "user", &nfs->user, stage);
  nfs->has_group = read_id(image, identity, "group", &nfs->group, stage);
}

static void
nfs_check(const struct image *image, struct stage *stage)
{
  const struct network_host *host = &network_of(image)->hosts[0];
  if (host->port)
    diag_error(stage->diag, xml_place(host->node, "port"), image->dev->subject,
               "QEMU's nfs driver has no port of its own; drop port='%u'", host->port);
}

static void
nfs_props(const struct image *image, struct props *p)
{
  const struct network *net = network_of(image);
  const struct nfs *nfs = net->own;
  struct props *server = props_dict(p, "server");
  props_str(server, "host", net->hosts[0].name);
  props_str(server, "type", "inet");
  props_str(p, "path", net->name);
  if (nfs->has_user)
    props_uint(p, "user", nfs->user);
  if (nfs->has_group)
    props_uint(p, "group", nfs->group);
}

static void
gluster_props(const struct image *image, struct props *p)
{
  const struct network *net = network_of(image);
  props_str(p, "volume", net->volume);
  props_str(p, "path", net->name);
  struct props *servers = props_list(p, "server");
  for (size_t i = 0; i < net->n_hosts; i++)
    network_socket_address(props_dict(servers, NULL), &net->hosts[i]);
  props_uint(p, "debug", 4); /* warnings: libvirt's default */
}

const struct protocol nfs_protocol = {
  .name = "nfs",
  .min_hosts = 1,
  .max_hosts = 1,
  .read = nfs_read,
  .check = nfs_check,
  .props = nfs_props,
};

const struct protocol gluster_protocol = {
  .name = "gluster",
  .flags = PROTOCOL_SPLIT | PROTOCOL_UNIX,
  .port = 24007,
  .min_hosts = 1,
  .props = gluster_props,
};
