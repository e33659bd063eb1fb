/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/network.h - storage on other machines: what a protocol tells block/network.c */

/* Within block/ alone. A protocol is one of these structs, listed in network.c. Name, hosts, TLS
 * and <auth> are read for all of them; the rest is the protocol's. */

#ifndef BLOCK_NETWORK_H
#define BLOCK_NETWORK_H

#include "block/storage.h"

enum transport { TRANSPORT_TCP, TRANSPORT_UNIX, TRANSPORT_RDMA, TRANSPORT_FD, TRANSPORTS };

struct network_host {
  enum transport transport;
  const char *name;
  uint32_t port;
  const char *socket; /* TRANSPORT_UNIX */
  xmlNode *node;
};

enum {
  PROTOCOL_AUTH = 1, /* takes <auth> */
  PROTOCOL_UNIX = 2, /* a host may be a UNIX socket */
  PROTOCOL_TLS = 4,
  PROTOCOL_NAMELESS = 8, /* the name may be absent */
  PROTOCOL_SPLIT = 16,   /* the name is VOLUME/NAME */
  PROTOCOL_ROOT = 32,    /* the name may be empty: the server's root */
};

struct protocol {
  const char *name;
  const char *driver; /* QEMU's; NULL: as NAME */
  unsigned flags;
  uint16_t port;               /* 0: no default */
  size_t min_hosts, max_hosts; /* MAX 0: any number */
  const char *gone;            /* why no QEMU has it any more; NULL: they do */
  enum feature needs;
  /* network.own is SIZE bytes of the protocol's own, which ATTRS fills from <source>. */
  size_t size;
  const struct attr *attrs;
  void (*read)(struct image *image, xmlNode *source, struct stage *stage); /* what the table cannot say */
  void (*complete)(struct image *image, struct stage *stage);
  void (*check)(const struct image *image, struct stage *stage);
  void (*resolve)(struct image *image, struct stage *stage);
  void (*objects)(const struct image *image, struct argv *argv);
  void (*props)(const struct image *image, struct props *p);
};

struct network {
  const struct protocol *protocol;
  const char *name;   /* NULL: absent */
  const char *volume; /* PROTOCOL_SPLIT */
  struct network_host *hosts;
  size_t n_hosts;
  enum tristate tls;
  const char *tls_hostname;
  void *own; /* the protocol's */
};

extern const struct protocol nbd_protocol, iscsi_protocol, rbd_protocol, http_protocol, https_protocol, ftp_protocol,
    ftps_protocol, ssh_protocol, nfs_protocol, gluster_protocol;

/* The attributes of a <source>, of any protocol and of iSCSI. */
extern const struct attr network_served_attrs[], iscsi_source_attrs[];

static inline struct network *
network_of(const struct image *image)
{
  return image->stored;
}

/* {"type": "inet", "host":, "port":} or {"type": "unix", "path":}: QAPI's SocketAddress. */
void network_socket_address(struct props *p, const struct network *net, const struct network_host *host);
/* {"host":, "port":}: QAPI's InetSocketAddress. */
void network_inet_address(struct props *p, const struct network *net, const struct network_host *host);
/* P, which names HOST, makes QEMU connect to PORT there; 0: to one that nobody but its library knows. */
void network_server(struct props *p, const struct network *net, const struct network_host *host, uint32_t port);

/* The id of the object with <auth>'s secret, NULL: none, or a helper's affair. */
const char *network_auth_secret(const struct image *image);

/* Makes IMAGE a network storage of PROTOCOL with room for N hosts (pools do). */
struct network *network_set(struct image *image, const struct protocol *protocol, size_t n_hosts);

/* Sets the iSCSI target that a pool names; INITIATOR may be NULL. After network_set(). In iscsi.c. */
void iscsi_set(struct image *image, const char *target, uint64_t lun, const char *initiator);

#endif
