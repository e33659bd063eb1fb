/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/network.c - storage on other machines: what all protocols share */

#include "block/network.h"
#include "core/names.h"

/* QEMU's sources and change logs: block/sheepdog.c left in 6.1, block/vxhs.c in 5.1, curl's tftp in 2.8. */
static const struct protocol sheepdog_protocol = {
  .name = "sheepdog",
  .flags = PROTOCOL_NAMELESS,
  .gone = "QEMU 6.1 dropped it; serve the image over nbd",
};
static const struct protocol vxhs_protocol = {
  .name = "vxhs",
  .flags = PROTOCOL_NAMELESS | PROTOCOL_TLS,
  .gone = "QEMU 5.1 dropped it; serve the image over nbd",
};
static const struct protocol tftp_protocol = {
  .name = "tftp",
  .flags = PROTOCOL_NAMELESS,
  .gone = "QEMU 2.8 dropped it; use https or nbd",
};

static const struct protocol *const protocols[] = {
  &nbd_protocol,      &iscsi_protocol, &rbd_protocol,  &http_protocol, &https_protocol,
  &ftp_protocol,      &ftps_protocol,  &ssh_protocol,  &nfs_protocol,  &gluster_protocol,
  &sheepdog_protocol, &vxhs_protocol,  &tftp_protocol,
};

static const char *const transport_names[TRANSPORTS] = {
  [TRANSPORT_TCP] = "tcp",
  [TRANSPORT_UNIX] = "unix",
  [TRANSPORT_RDMA] = "rdma",
  [TRANSPORT_FD] = "fd",
};

const char *
network_protocol_name(const struct image *image)
{
  return network_of(image)->protocol->name;
}

static bool
protocol_case(size_t i, struct attr_case *found)
{
  if (i >= ARRAY_SIZE(protocols))
    return false;
  *found = (struct attr_case){ protocols[i]->name, protocols[i]->attrs };
  return true;
}

static const char *
parse_protocol(TALLOC_CTX *ctx, const char *text, void *member)
{
  const char *names[ARRAY_SIZE(protocols)];
  for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
    names[i] = protocols[i]->name;
    if (strcmp(text, names[i]) != 0)
      continue;
    *(const struct protocol **)member = protocols[i];
    return NULL;
  }
  return talloc_asprintf(ctx, "unknown; %s", name_remedy(ctx, names, ARRAY_SIZE(names), text));
}

static const struct attr tcp_attrs[] = { ATTR_STRING("@name", struct network_host, name, .required = true,
                                                     .missing = "host without a name; write name='server.example.org'",
                                                     .doc = "The name or the address of the server."),
                                         ATTR_UINT("@port", struct network_host, port, .max = UINT16_MAX,
                                                   .dflt = "the protocol's own", .doc = "The TCP port of the host."),
                                         ATTR_END };

static const struct attr unix_attrs[] = {
  ATTR_STRING("@socket", struct network_host, socket, .required = true,
              .missing = "transport='unix' without a socket; write socket='/path'",
              .doc = "The path of the UNIX socket on which the server listens."),
  ATTR_END
};

static const struct attr *const transport_tables[TRANSPORTS] = {
  [TRANSPORT_TCP] = tcp_attrs,
  [TRANSPORT_UNIX] = unix_attrs,
};

static const struct attr host_attrs[] = {
  ATTR_NODE(".", struct network_host, node),
  ATTR_ENUM("@transport", struct network_host, transport, transport_names, .dflt = "tcp",
            .doc = "How the server is reached: over TCP or a UNIX socket."),
  ATTR_CHOICE("@transport", struct network_host, transport, transport_names, transport_tables), ATTR_END
};

/* These are read once the protocol is known to be one that QEMU still has. */
const struct attr network_served_attrs[] = {
  ATTR_STRING("@name", struct network, name, .empty_ok = true, .required_where = "unless protocol is nbd",
              .dflt = "the server's default export",
              .doc = "Which of its exports, images, paths or units the server is asked for."),
  ATTR_LIST("host", struct network, hosts, n_hosts, struct network_host, host_attrs,
            .doc = "A server that has the storage; several where the protocol knows them."),
  ATTR_YESNO("@tls", struct network, tls, .dflt = "no", .doc = "Whether the connection is encrypted."),
  ATTR_STRING("@tlsHostname", struct network, tls_hostname, .empty_ok = true, .dflt = "the name of <host>",
              .needs = FEAT_BLOCKDEV_NBD_TLS_HOSTNAME,
              .doc = "The name that the server's certificate must show, where it differs from the host's."),
  ATTR_END
};

static const struct attr network_attrs[] = {
  ATTR_WORD("@protocol", struct network, protocol, parse_protocol, "protocol", .cases = protocol_case, .required = true,
            .missing = "network storage without protocol; write protocol='nbd', or which it is",
            .doc = "Which protocol the storage server speaks; each has attributes of its own."),
  ATTR_SEE("@protocol", NULL, .cases = protocol_case), ATTR_SEE(".", network_served_attrs), ATTR_END
};

static void
check_host(const struct network *net, struct network_host *host, const char *subject, struct stage *stage)
{
  xmlNode *node = host->node;
  switch (host->transport) {
  case TRANSPORT_TCP:
    if (!host->port)
      host->port = net->protocol->port;
    if (xml_has(node, "@socket"))
      diag_error(stage->diag, xml_place(node, "socket"), subject,
                 "a socket belongs to transport='unix', this is '%s'; write transport='unix'",
                 transport_names[host->transport]);
    return;
  case TRANSPORT_UNIX:
    host->port = net->protocol->port;
    if (!(net->protocol->flags & PROTOCOL_UNIX))
      diag_error(stage->diag, xml_place(node, "unix"), subject,
                 "protocol '%s' is spoken over TCP alone; name a host instead of a socket", net->protocol->name);
    return;
  case TRANSPORT_RDMA:
    diag_error(stage->diag, xml_place(node, "rdma"), subject, "transport 'rdma' is gone from QEMU; write 'tcp'");
    xml_skip(node);
    return;
  case TRANSPORT_FD:
    diag_error(stage->diag, xml_place(node, "fd"), subject,
               "transport 'fd' needs a running libvirt to pass the descriptor; write 'unix' and socket='/path'");
    xml_skip(node);
    return;
  case TRANSPORTS:
    return;
  }
}

static void
check_hosts(struct network *net, xmlNode *source, const char *subject, struct stage *stage)
{
  const struct protocol *protocol = net->protocol;
  for (size_t i = 0; i < net->n_hosts; i++)
    check_host(net, &net->hosts[i], subject, stage);
  if (net->n_hosts < protocol->min_hosts)
    diag_error(stage->diag, xml_place(source, NULL), subject,
               "protocol '%s' needs a host; add <host name='server.example.org'/>", protocol->name);
  else if (protocol->max_hosts && net->n_hosts > protocol->max_hosts)
    diag_error(stage->diag, xml_place(net->hosts[protocol->max_hosts].node, NULL), subject,
               "protocol '%s' takes one host, here are %zu; keep one", protocol->name, net->n_hosts);
}

/* rbd and gluster: the pool or volume stands before the first slash. */
static void
split_name(struct image *image, xmlNode *source, struct stage *stage)
{
  struct network *net = image->stored;
  const char *slash = net->name ? strchr(net->name, '/') : NULL;
  if (!net->name)
    return;
  if (!slash || slash == net->name || !slash[1]) {
    diag_error(stage->diag, xml_place(source, net->name), image->dev->subject,
               "name '%s': protocol '%s' needs a pool and an image in it; write name='POOL/IMAGE'", net->name,
               net->protocol->name);
    return;
  }
  net->volume = talloc_strndup(net, net->name, (size_t)(slash - net->name));
  net->name = slash + 1;
}

static void
check_name(struct image *image, xmlNode *source, struct stage *stage)
{
  struct network *net = image->stored;
  const struct protocol *protocol = net->protocol;
  bool root = net->name && (protocol->flags & PROTOCOL_ROOT);
  if (net->name && !*net->name)
    net->name = NULL;
  if (!net->name && !root && !(protocol->flags & PROTOCOL_NAMELESS))
    diag_error(stage->diag, xml_place(source, NULL), image->dev->subject,
               "protocol '%s' needs the name of the storage; write name='...'", protocol->name);
  if (protocol->flags & PROTOCOL_SPLIT)
    split_name(image, source, stage);
}

static bool
network_read(struct image *image, xmlNode *source, struct stage *stage)
{
  unsigned before = diag_errors(stage->diag);
  const char *subject = image->dev->subject;
  struct network *net = image->stored;
  const struct protocol *protocol = net->protocol;
  if (protocol && protocol->gone)
    diag_error(stage->diag, xml_place(source, protocol->name), subject, "protocol '%s' is gone: %s", protocol->name,
               protocol->gone);
  if (!protocol || protocol->gone) {
    xml_skip(source);
    return false;
  }
  bool fine = attr_read(network_served_attrs, source, net, subject, stage->diag);
  check_name(image, source, stage);
  if (fine)
    check_hosts(net, source, subject, stage);
  net->own = talloc_zero_size(image, protocol->size);
  attr_read(protocol->attrs, source, net->own, subject, stage->diag);
  if (protocol->read)
    protocol->read(image, source, stage);
  return diag_errors(stage->diag) == before;
}

struct network *
network_set(struct image *image, const struct protocol *protocol, size_t n_hosts)
{
  struct network *net = talloc_zero(image, struct network);
  net->protocol = protocol;
  net->hosts = talloc_zero_array(net, struct network_host, (unsigned)n_hosts);
  net->n_hosts = n_hosts;
  image->stored = net;
  image->storage = &network_storage;
  return net;
}

static void
network_complete(struct image *image, struct stage *stage)
{
  const struct network *net = image->stored;
  if (net->protocol->complete)
    net->protocol->complete(image, stage);
}

static bool
network_resolve(struct image *image, bool optional, struct stage *stage)
{
  const struct network *net = image->stored;
  (void)optional;
  if (net->protocol->resolve)
    net->protocol->resolve(image, stage);
  return true;
}

static void
check_auth(const struct image *image, struct stage *stage)
{
  const struct protocol *protocol = network_of(image)->protocol;
  const struct auth *auth = image->auth;
  if (!auth)
    return;
  struct place place = xml_place(auth->node, NULL);
  if (!(protocol->flags & PROTOCOL_AUTH))
    diag_error(stage->diag, place, image->dev->subject, "protocol '%s' knows no <auth>; drop it", protocol->name);
  if (!auth->secret_type)
    diag_error(stage->diag, place, image->dev->subject, "auth with a secret of no type; write <secret type='%s' ...>",
               protocol == &rbd_protocol ? "ceph" : "iscsi");
  enum auth_secret wanted = protocol == &rbd_protocol     ? AUTH_SECRET_CEPH
                            : protocol == &iscsi_protocol ? AUTH_SECRET_ISCSI
                                                          : AUTH_SECRET_NONE;
  if (wanted && auth->secret_type && auth->secret_type != wanted)
    diag_error(stage->diag, place, image->dev->subject,
               "secret type '%s' does not fit protocol '%s'; write <secret type='%s'>",
               auth_secret_names[auth->secret_type], protocol->name, auth_secret_names[wanted]);
}

static void
network_check(const struct image *image, struct stage *stage)
{
  const struct network *net = image->stored;
  const struct protocol *protocol = net->protocol;
  const char *subject = image->dev->subject;
  const char *driver = protocol->driver ? protocol->driver : protocol->name;
  if (caps_schema(stage->caps, talloc_asprintf(stage->diag, "blockdev-add/+%s", driver)) == OFF)
    diag_error(stage->diag, xml_place(image->node, protocol->name), subject,
               "protocol '%s': this QEMU (%s) was built without it; use another binary, or serve the image over nbd",
               protocol->name, caps_version_string(stage->caps));
  else
    stage_need(stage, protocol->needs, xml_place(image->node, protocol->name), subject);
  if (net->tls == ON && !(protocol->flags & PROTOCOL_TLS))
    diag_error(stage->diag, xml_place(image->node, "tls"), subject,
               "protocol '%s' has no TLS of QEMU's; drop tls='yes'", protocol->name);
  if (net->tls_hostname && protocol != &nbd_protocol)
    diag_error(stage->diag, xml_place(image->node, "tlsHostname"), subject, "tlsHostname is for nbd; drop it");
  if (image->reservations)
    diag_warning(stage->diag, xml_place(image->node, NULL), subject,
                 "reservations are for devices of this host, they have no effect; drop <reservations>");
  check_auth(image, stage);
  if (protocol->check)
    protocol->check(image, stage);
}

static void
network_objects(const struct image *image, struct argv *argv)
{
  const struct network *net = image->stored;
  if (net->protocol->objects)
    net->protocol->objects(image, argv);
}

static void
network_props(const struct image *image, struct props *p)
{
  const struct protocol *protocol = network_of(image)->protocol;
  props_str(p, "driver", protocol->driver ? protocol->driver : protocol->name);
  protocol->props(image, p);
  const char *driver = props_get(p, "driver")->string; /* nbdkit's is nbd, which QEMU has built in */
  bool web = str_starts(driver, "http") || str_starts(driver, "ftp");
  if (!str_eq(driver, "nbd"))
    props_implies(p, WANT_MODULE, talloc_asprintf(p, "block-%s", web ? "curl" : driver), 0);
}

/* Of several hosts, one that answers may do. */
void
network_server(struct props *p, const struct network *net, const struct network_host *host, uint32_t port)
{
  enum want_kind want = net->n_hosts > 1 ? WANT_NOTHING : port ? WANT_SERVER : WANT_PEER;
  props_port(p, want, host->name, port ? talloc_asprintf(p, "%u", port) : NULL);
}

void
network_inet_address(struct props *p, const struct network *net, const struct network_host *host)
{
  props_address(p, "host", host->name);
  props_strf(p, "port", "%u", host->port);
  network_server(p, net, host, host->port);
}

void
network_socket_address(struct props *p, const struct network *net, const struct network_host *host)
{
  if (host->transport == TRANSPORT_UNIX) {
    props_str(p, "type", "unix");
    props_host(p, "path", WANT_CONNECT, host->socket);
    return;
  }
  props_str(p, "type", "inet");
  network_inet_address(p, net, host);
}

const char *
network_auth_secret(const struct image *image)
{
  const struct secret *secret = image->auth && image->storage == &network_storage ? image->auth->secret : NULL;
  return secret && !secret->found ? secret->id : NULL;
}

static const char *
network_text(TALLOC_CTX *ctx, const struct image *image)
{
  const struct network *net = image->stored;
  const struct network_host *host = net->n_hosts ? &net->hosts[0] : NULL;
  const char *at = !host ? "" : host->transport == TRANSPORT_UNIX ? host->socket : host->name;
  return talloc_asprintf(ctx, "%s %s%s%s%s%s", net->protocol->name, at, *at && (net->name || net->volume) ? " " : "",
                         net->volume ? net->volume : "", net->volume ? "/" : "", net->name ? net->name : "");
}

const struct storage network_storage = {
  .type = "network",
  .example = "<source protocol='...' name='...'>",
  .size = sizeof(struct network),
  .attrs = network_attrs,
  .read = network_read,
  .complete = network_complete,
  .check = network_check,
  .resolve = network_resolve,
  .objects = network_objects,
  .props = network_props,
  .text = network_text,
};
