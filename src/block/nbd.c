/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/nbd.c - network block devices: over TCP or a UNIX socket, with TLS */

#include "block/network.h"
#include "domain/tls.h"

struct nbd {
  uint32_t reconnect_delay; /* seconds; 0: QEMU's default */
  struct tls *tls;          /* NULL: in the clear */
};

static const struct attr nbd_attrs[] = {
  ATTR_UINT("reconnect/@delay", struct nbd, reconnect_delay, .unit = "seconds", .dflt = "0: they fail at once",
            .doc = "How long to try again after the connection broke before requests fail."),
  ATTR_END
};

static void
nbd_read(struct image *image, xmlNode *source, struct stage *stage)
{
  static const char *const others[] = { "enabled", "timeout" };
  xmlNode *reconnect = xml_child(source, "reconnect");
  for (size_t i = 0; i < ARRAY_SIZE(others); i++)
    if (xml_has(source, talloc_asprintf(image, "reconnect/@%s", others[i])))
      diag_warning(stage->diag, xml_place(reconnect, others[i]), image->dev->subject,
                   "'%s' of <reconnect> means nothing to nbd; write delay='10', in seconds", others[i]);
}

static void
nbd_complete(struct image *image, struct stage *stage)
{
  struct network *net = network_of(image);
  struct nbd *nbd = net->own;
  (void)stage;
  if (net->tls == ON)
    nbd->tls = tls_new(image->dev->domain, talloc_asprintf(nbd, "%s-tls0", image->storage_node), TLS_CLIENT,
                       xml_place(image->node, "tls"), image->dev->subject);
}

static void
nbd_check(const struct image *image, struct stage *stage)
{
  const struct network *net = network_of(image);
  if (net->tls_hostname && net->tls != ON)
    diag_warning(stage->diag, xml_place(image->node, "tlsHostname"), image->dev->subject,
                 "tlsHostname has no effect without TLS; add tls='yes'");
  if (net->tls_hostname && !caps_has(stage->caps, FEAT_BLOCKDEV_NBD_TLS_HOSTNAME))
    diag_error(stage->diag, xml_place(image->node, "tlsHostname"), image->dev->subject,
               "tlsHostname needs QEMU 7.0, this is %s; drop it", caps_version_string(stage->caps));
}

static void
nbd_objects(const struct image *image, struct argv *argv)
{
  const struct nbd *nbd = network_of(image)->own;
  if (nbd->tls)
    tls_build(nbd->tls, argv);
}

static void
nbd_props(const struct image *image, struct props *p)
{
  const struct network *net = network_of(image);
  const struct nbd *nbd = net->own;
  network_socket_address(props_dict(p, "server"), net, &net->hosts[0]);
  props_remote(p, "export", net->name);
  if (nbd->tls)
    props_refer(p, "tls-creds", ID_OBJECT, tls_id(nbd->tls));
  props_str(p, "tls-hostname", net->tls_hostname);
  props_nonzero(p, "reconnect-delay", nbd->reconnect_delay);
}

const struct protocol nbd_protocol = {
  .name = "nbd",
  .flags = PROTOCOL_UNIX | PROTOCOL_TLS | PROTOCOL_NAMELESS,
  .port = 10809,
  .min_hosts = 1,
  .max_hosts = 1,
  .size = sizeof(struct nbd),
  .attrs = nbd_attrs,
  .read = nbd_read,
  .complete = nbd_complete,
  .check = nbd_check,
  .objects = nbd_objects,
  .props = nbd_props,
};
