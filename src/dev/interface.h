/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface.h - what the files of <interface> share */

/* For dev/interface*.c alone. What the XML says is read by interface.c and interface_user.c, what a
 * name stands for is found out by interface_tap.c, and the arguments come from interface_build.c. */

#ifndef DEV_INTERFACE_H
#define DEV_INTERFACE_H

#include "chardev/chardev.h"
#include "core/names.h"
#include "domain/kind.h"
#include "domain/taps.h"
#include "domain/usb_host.h"
#include "host/network.h"

enum interface_type {
  INTERFACE_USER, /* also where the XML has no type */
  INTERFACE_NETWORK,
  INTERFACE_BRIDGE,
  INTERFACE_ETHERNET,
  INTERFACE_DIRECT,
  INTERFACE_HOSTDEV,
  INTERFACE_VHOSTUSER,
  INTERFACE_VDPA,
  INTERFACE_MCAST,
  INTERFACE_SERVER,
  INTERFACE_CLIENT,
  INTERFACE_UDP,
  INTERFACE_NULL, /* refused, as INTERFACE_VDS is */
  INTERFACE_INTERNAL,
  INTERFACE_VDS,
  INTERFACE_TYPES
};

extern const char *const interface_type_names[INTERFACE_TYPES];
extern const struct meaning interface_type_meant[];

enum interface_driver { DRIVER_DEFAULT, DRIVER_QEMU, DRIVER_VHOST };
enum interface_txmode { TXMODE_DEFAULT, TXMODE_IOTHREAD, TXMODE_TIMER };
enum interface_backend { BACKEND_DEFAULT, BACKEND_PASST };
enum interface_teaming { TEAMING_NONE, TEAMING_PERSISTENT, TEAMING_TRANSIENT };
enum interface_protocol { FORWARD_TCP, FORWARD_UDP };

/* How the host's end of a tap comes to be, in a printed command. */
enum tap_way {
  TAP_NONE,
  TAP_BY_HELPER, /* qemu-bridge-helper makes it and puts it into the bridge */
  TAP_BY_QEMU,   /* QEMU makes it, or opens the one of that name */
  TAP_BY_SHELL,  /* a descriptor that whoever starts QEMU opens: macvtap */
};

/* <range start= end= to= exclude=>. */
struct port_range {
  xmlNode *node;
  uint16_t start, end, to; /* END, TO 0: not given */
  enum tristate exclude;
};

/* <portForward proto= address= dev=>, for passt. */
struct port_forward {
  xmlNode *node;
  int protocol;
  const char *address, *dev;
  struct port_range *ranges;
  size_t n_ranges;
};

/* <ip address= prefix=>: the guest's. */
struct guest_ip {
  const char *address; /* NULL: none */
  uint8_t prefix;      /* 0: not given */
};

/* <driver> and what stands in it; of virtio models alone. */
struct interface_virtio {
  int driver, txmode;
  uint32_t queues, rx_queue_size, tx_queue_size; /* 0: QEMU's default */
  enum tristate ioeventfd, event_idx, rss, rss_hash_report;
  struct {
    enum tristate csum, gso, tso4, tso6, ecn, ufo, mrg_rxbuf;
  } host;
  struct {
    enum tristate csum, tso4, tso6, ecn, ufo;
  } guest;
};

struct interface {
  struct device dev;
  enum interface_type type;
  const char *mac; /* "52:54:00:ab:cd:ef" */
  const char *model;
  bool is_virtio;
  const char *virtio_suffix; /* "-transitional"; NULL: none */
  struct interface_virtio virtio;

  /* <source>, by type */
  const char *network, *bridge; /* NETWORK's bridge: what it was when the XML was dumped */
  const char *source_dev;       /* DIRECT: the lower device; VDPA; USER and VHOSTUSER with passt */
  int macvtap;                  /* DIRECT */
  const char *macvtap_mode;     /* DIRECT */
  const char *address, *local_address;
  uint16_t port, local_port;
  struct pci_address pci;                                       /* HOSTDEV, unless IS_USB */
  enum tristate managed;                                        /* HOSTDEV */
  enum { ADDRESS_NONE, ADDRESS_PCI, ADDRESS_USB } address_type; /* HOSTDEV */
  bool is_usb;                                                  /* HOSTDEV */
  enum tristate iommufd;                                        /* HOSTDEV */
  int host_driver;                                              /* HOSTDEV */
  struct usb_host usb;
  const char *path; /* VHOSTUSER */
  int path_mode;
  struct reconnect reconnect; /* VHOSTUSER */
  struct chardev *chardev;    /* VHOSTUSER */

  const char *target; /* the name on the host; NULL: any */
  enum tristate target_managed;
  const char *script, *downscript;
  const char *tap_path, *vhost_path; /* <backend tap= vhost=>; NULL: what QEMU opens */
  bool open_vswitch;                 /* <virtualport type='openvswitch'> */
  bool isolated;                     /* <port isolated='yes'> */
  uint32_t mtu;                      /* 0: not given */
  struct num sndbuf;
  int link_down; /* <link state='down'> */

  int teaming;
  const char *teaming_with; /* alias of the persistent one */

  int backend; /* passt */
  const char *log_file, *hostname, *fqdn;
  struct guest_ip ip4, ip6;
  const char *gateway4, *gateway6; /* passt's: <route gateway=> */
  struct port_forward *forwards;
  size_t n_forwards;
  const char *socket; /* passt's; after resolve */

  /* after resolve */
  enum tap_way way;
  const char *helper;   /* TAP_BY_HELPER: its path; NULL: the one that QEMU knows */
  bool user_instead;    /* NETWORK: --network NAME=user */
  struct tap_want *tap; /* NULL: no tap */
  unsigned shell_fd;    /* TAP_BY_SHELL: its first descriptor */
};

/* The card's queues, from 1. */
static inline unsigned
interface_queues(const struct interface *i)
{
  return i->virtio.queues ? i->virtio.queues : 1;
}

/* A card on the board, not a device of its own; once it is placed. */
bool interface_on_board(const struct interface *i);

/* interface_user.c */
extern const struct attr interface_user_attrs[];
void interface_parse_user(struct interface *i, xmlNode *node, struct stage *stage);
void interface_check_user(const struct interface *i, struct stage *stage);
void interface_resolve_passt(struct interface *i, struct stage *stage);
void interface_build_user(const struct interface *i, struct props *p);
void interface_build_passt(const struct interface *i, const struct build *b, struct props *p);

/* interface_host.c */
extern const struct attr interface_host_attrs[];
void interface_parse_host(struct interface *i, xmlNode *node, struct stage *stage);

/* interface_ip.c */
extern const struct attr interface_ip_attrs[], interface_route_attrs[];
void interface_check_addresses(const struct interface *i, xmlNode *source, struct stage *stage);

/* interface_check.c */
void interface_check(const struct device *dev, struct stage *stage);

/* interface_tap.c */
/* NULL where PATH is USUAL, with however many slashes it is written, or is NULL. */
const char *interface_other_path(const char *path, const char *usual);
void interface_resolve_tap(struct interface *i, struct stage *stage);
void interface_build_tap(const struct interface *i, const struct build *b, struct props *p);

/* interface_vlan.c */
/* The words behind "ovs-vsctl add-port" that put tap NAME into NETWORK's switch, with the VLANs and the id of the XML. */
const char *interface_ovs_port(const struct interface *i, const struct host_network *network, const char *name);
/* Nothing here sets the VLANs of a port of Linux's own bridge: tells who must. */
void interface_tell_vlan(const struct interface *i, const struct host_network *network, struct stage *stage);

/* interface_build.c */
void interface_build(const struct device *dev, const struct build *b, struct argv *argv);

#endif
