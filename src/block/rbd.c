/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/rbd.c - images of a Ceph cluster */

#include "block/network.h"

struct rbd {
  const char *namespace; /* NULL: the pool's own */
  const char *image, *snapshot, *config;
};

static const struct attr rbd_attrs[] = {
  ATTR_STRING("snapshot/@name", struct rbd, snapshot, .empty_none = true, .dflt = "none",
              .doc = "The snapshot of the image to open, which can only be read."),
  ATTR_STRING("config/@file", struct rbd, config, .empty_none = true, .dflt = "Ceph's (/etc/ceph/ceph.conf)",
              .doc = "The Ceph configuration file, where it is not the usual one."),
  ATTR_END
};

/* "POOL/NAMESPACE/IMAGE": block/network.c took the pool away. */
static void
split_namespace(struct rbd *rbd, const char *name)
{
  const char *slash = name ? strchr(name, '/') : NULL;
  rbd->image = slash ? slash + 1 : name;
  rbd->namespace = slash ? talloc_strndup(rbd, name, (size_t)(slash - name)) : NULL;
}

static void
rbd_read(struct image *image, xmlNode *source, struct stage *stage)
{
  (void)source, (void)stage;
  split_namespace(network_of(image)->own, network_of(image)->name);
}

/* QEMU block/rbd.c, qemu_rbd_open() */
static void
rbd_check(const struct image *image, struct stage *stage)
{
  const struct rbd *rbd = network_of(image)->own;
  if (rbd->snapshot && !image->readonly)
    diag_unstartable(stage->diag, xml_place(xml_child(image->node, "snapshot"), NULL), image->dev->subject,
                     "snapshot '%s': nothing is written to a snapshot, this guest will not start; add <readonly/>, or "
                     "make "
                     "it the <backingStore> of another image",
                     rbd->snapshot);
}

static void
rbd_props(const struct image *image, struct props *p)
{
  const struct network *net = network_of(image);
  const struct rbd *rbd = net->own;
  props_remote(p, "pool", net->volume);
  props_remote(p, "namespace", rbd->namespace);
  props_remote(p, "image", rbd->image);
  props_remote(p, "snapshot", rbd->snapshot);
  props_host(p, "conf", WANT_READ, rbd->config);
  struct props *servers = net->n_hosts ? props_list(p, "server") : NULL;
  for (size_t i = 0; i < net->n_hosts; i++)
    network_inet_address(props_dict(servers, NULL), net, &net->hosts[i]);
  encryption_librbd_props(image, p);
  if (!network_auth_secret(image))
    return;
  props_remote(p, "user", image->auth->username);
  struct props *methods = props_list(p, "auth-client-required");
  props_str(methods, NULL, "cephx");
  props_str(methods, NULL, "none");
  props_refer(p, "key-secret", ID_OBJECT, network_auth_secret(image));
}

const struct protocol rbd_protocol = {
  .name = "rbd",
  .flags = PROTOCOL_AUTH | PROTOCOL_SPLIT,
  .size = sizeof(struct rbd),
  .attrs = rbd_attrs,
  .read = rbd_read,
  .check = rbd_check,
  .props = rbd_props,
};
