/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/nfs_gluster.c - files on NFS and Gluster servers, reached by QEMU itself */

#include "block/network.h"
#include "host/accounts.h"

struct nfs_id {
  const char *name; /* NULL: not given, or its number was */
  struct place place;
  struct num number;
};

struct nfs {
  struct nfs_id user, group;
};

/* "+36" or "36" is a number. */
static const char *
parse_id(TALLOC_CTX *ctx, const char *text, void *member)
{
  struct nfs_id *id = member;
  uint64_t number;
  (void)ctx;
  id->name = text;
  if (!parse_uint(text[0] == '+' ? text + 1 : text, &number) || number >= UINT32_MAX)
    return NULL;
  id->number = num_of(number);
  id->name = NULL;
  return NULL;
}

static const struct attr nfs_attrs[] = {
  ATTR_WORD("identity/@user", struct nfs, user, parse_id, "name or +number",
            .place = ATTR_AT(struct nfs, user.place, struct place), .dflt = "that of QEMU's process",
            .doc = "The user as whom files on the NFS server are opened."),
  ATTR_WORD("identity/@group", struct nfs, group, parse_id, "name or +number",
            .place = ATTR_AT(struct nfs, group.place, struct place), .dflt = "that of QEMU's process",
            .doc = "The group as which files on the NFS server are opened."),
  ATTR_END
};

static void
resolve_id(struct image *image, const char *attribute, struct nfs_id *id, const char *file, struct stage *stage)
{
  uint64_t number = 0;
  if (!id->name)
    return;
  bool asked = !host_is_offline(stage->host);
  if (strcmp(id->name, "root") == 0 || (asked && accounts_number(image, stage->host, file, id->name, &number)))
    id->number = num_of(number);
  else if (!asked)
    diag_unasked(stage->diag, id->place, image->dev->subject,
                 "identity %s='%s': --offline forbids to look it up; write its number, as in '+1000'", attribute,
                 id->name);
  else
    diag_error(stage->diag, id->place, image->dev->subject,
               "identity %s='%s': %s does not know it; write its number, as in '+1000'", attribute, id->name,
               host_shown(image, stage->host, file));
}

/* Names are this host's, as with libvirt. */
static void
nfs_resolve(struct image *image, struct stage *stage)
{
  struct nfs *nfs = network_of(image)->own;
  resolve_id(image, "user", &nfs->user, "/etc/passwd", stage);
  resolve_id(image, "group", &nfs->group, "/etc/group", stage);
}

static void
nfs_check(const struct image *image, struct stage *stage)
{
  const struct network_host *host = &network_of(image)->hosts[0];
  if (host->port)
    diag_error(stage->diag, xml_place(host->node, "port"), image->dev->subject,
               "QEMU's nfs driver has no port of its own; drop port='%u'", host->port);
}

enum { RPCBIND = 111 };

static void
nfs_props(const struct image *image, struct props *p)
{
  const struct network *net = network_of(image);
  const struct nfs *nfs = net->own;
  struct props *server = props_dict(p, "server");
  props_address(server, "host", net->hosts[0].name);
  network_server(server, net, &net->hosts[0], RPCBIND); /* libnfs asks there for all else */
  props_str(server, "type", "inet");
  props_remote(p, "path", net->name);
  props_num(p, "user", nfs->user.number);
  props_num(p, "group", nfs->group.number);
}

/* QEMU docs/about/deprecated.rst: since 9.2. */
static void
gluster_check(const struct image *image, struct stage *stage)
{
  if (caps_version(stage->caps) >= QEMU_VERSION(9, 2, 0) && caps_has(stage->caps, FEAT_DRIVE_GLUSTER))
    diag_warning(stage->diag, xml_place(image->node, NULL), image->dev->subject,
                 "protocol 'gluster' is deprecated and gone from QEMU 11.1; mount the volume and write type='file'");
}

static void
gluster_props(const struct image *image, struct props *p)
{
  const struct network *net = network_of(image);
  props_remote(p, "volume", net->volume);
  props_remote(p, "path", net->name);
  struct props *servers = props_list(p, "server");
  for (size_t i = 0; i < net->n_hosts; i++)
    network_socket_address(props_dict(servers, NULL), net, &net->hosts[i]);
  props_uint(p, "debug", 4); /* warnings: libvirt's default */
}

const struct protocol nfs_protocol = {
  .name = "nfs",
  .min_hosts = 1,
  .max_hosts = 1,
  .size = sizeof(struct nfs),
  .attrs = nfs_attrs,
  .resolve = nfs_resolve,
  .check = nfs_check,
  .props = nfs_props,
};

const struct protocol gluster_protocol = {
  .name = "gluster",
  .flags = PROTOCOL_SPLIT | PROTOCOL_UNIX,
  .port = 24007,
  .min_hosts = 1,
  .needs = FEAT_DRIVE_GLUSTER,
  .check = gluster_check,
  .props = gluster_props,
};
