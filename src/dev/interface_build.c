/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface_build.c - a network card's -netdev and -device */

#include "dev/interface.h"
#include "bus/place.h"

static const char *
netdev_id(TALLOC_CTX *ctx, const struct interface *i)
{
  return talloc_asprintf(ctx, "host%s", i->dev.id);
}

/* libvirt leaves the address of a server out: any. */
static void
socket_props(const struct interface *i, struct props *p)
{
  static const char *const keys[INTERFACE_TYPES] = {
    [INTERFACE_MCAST] = "mcast",
    [INTERFACE_SERVER] = "listen",
    [INTERFACE_CLIENT] = "connect",
    [INTERFACE_UDP] = "udp",
  };
  /* QEMU net/socket.c: a client that nobody takes starts all the same */
  static const enum want_kind wants[INTERFACE_TYPES] = {
    [INTERFACE_MCAST] = WANT_GROUP,
    [INTERFACE_SERVER] = WANT_PORT,
    [INTERFACE_CLIENT] = WANT_PEER,
    [INTERFACE_UDP] = WANT_PEER,
  };
  props_str(p, "type", "socket");
  props_addressf(p, keys[i->type], "%s:%u", i->address ? i->address : "", i->port);
  props_port_number(p, wants[i->type], i->address, i->port);
  if (i->type != INTERFACE_UDP)
    return;
  props_addressf(p, "localaddr", "%s:%u", i->local_address, i->local_port);
  props_port_number(p, WANT_UDP_PORT, i->local_address, i->local_port);
}

static void
vhost_user_props(const struct interface *i, struct props *p)
{
  props_str(p, "type", "vhost-user");
  props_refer(p, "chardev", ID_CHARDEV, chardev_id(p, &i->dev));
  if (i->virtio.queues > 1)
    props_uint(p, "queues", i->virtio.queues);
}

static void
vdpa_props(const struct interface *i, struct props *p)
{
  props_str(p, "type", "vhost-vdpa");
  props_host(p, "vhostdev", WANT_VDPA, i->source_dev);
  if (i->virtio.queues > 1)
    props_uint(p, "queues", i->virtio.queues);
}

static void
backend_props(const struct interface *i, const struct build *b, struct props *p)
{
  switch (i->type) {
  case INTERFACE_NETWORK:
  case INTERFACE_BRIDGE:
  case INTERFACE_ETHERNET:
  case INTERFACE_DIRECT:
    if (i->user_instead)
      interface_build_user(i, p);
    else
      interface_build_tap(i, b, p);
    return;
  case INTERFACE_USER:
  case INTERFACE_INTERNAL: /* as libvirt has it; interface_check() warns */
    if (i->backend == BACKEND_PASST)
      interface_build_passt(i, b, p);
    else
      interface_build_user(i, p);
    return;
  case INTERFACE_VHOSTUSER:
    vhost_user_props(i, p);
    return;
  case INTERFACE_VDPA:
    vdpa_props(i, p);
    return;
  case INTERFACE_MCAST:
  case INTERFACE_SERVER:
  case INTERFACE_CLIENT:
  case INTERFACE_UDP:
    socket_props(i, p);
    return;
  case INTERFACE_HOSTDEV:
  case INTERFACE_NULL:
  case INTERFACE_VDS:
  case INTERFACE_TYPES:
    return;
  }
}

static void
build_netdev(const struct interface *i, const struct build *b, struct argv *argv)
{
  if (i->chardev)
    chardev_build(i->chardev, chardev_id(argv, &i->dev), b, argv);
  struct props *p = caps_has(b->caps, FEAT_NETDEV_JSON) ? argv_json(argv, PHASE_DEVICE, "-netdev")
                                                        : argv_keyval(argv, PHASE_DEVICE, "-netdev", "type");
  device_at(p, &i->dev, "source");
  backend_props(i, b, p);
  device_at(p, &i->dev, NULL);
  props_define(p, "id", ID_NETDEV, netdev_id(p, i));
}

static void
offload_props(const struct interface_virtio *v, struct props *p)
{
  props_switch(p, "csum", v->host.csum);
  props_switch(p, "gso", v->host.gso);
  props_switch(p, "host_tso4", v->host.tso4);
  props_switch(p, "host_tso6", v->host.tso6);
  props_switch(p, "host_ecn", v->host.ecn);
  props_switch(p, "host_ufo", v->host.ufo);
  props_switch(p, "mrg_rxbuf", v->host.mrg_rxbuf);
  props_switch(p, "guest_csum", v->guest.csum);
  props_switch(p, "guest_tso4", v->guest.tso4);
  props_switch(p, "guest_tso6", v->guest.tso6);
  props_switch(p, "guest_ecn", v->guest.ecn);
  props_switch(p, "guest_ufo", v->guest.ufo);
}

static void
virtio_props(const struct interface *i, struct props *p)
{
  const struct interface_virtio *v = &i->virtio;
  device_virtio_props(p, &i->dev);
  device_at(p, &i->dev, "driver");
  if (v->txmode)
    props_str(p, "tx", v->txmode == TXMODE_TIMER ? "timer" : "bh");
  props_switch(p, "ioeventfd", v->ioeventfd);
  props_switch(p, "event_idx", v->event_idx);
  offload_props(v, p);
  if (v->queues > 1)
    props_bool(p, "mq", true);
  /* linux-kvm.org's Multiqueue: a vector for each direction of each queue, for control and for
   * the configuration; CCW and MMIO have no vectors */
  if (v->queues > 1 && i->dev.address.type == ADDR_PCI)
    props_uint(p, "vectors", 2 * (uint64_t)v->queues + 2);
  props_nonzero(p, "rx_queue_size", v->rx_queue_size);
  props_nonzero(p, "tx_queue_size", v->tx_queue_size);
  props_switch(p, "rss", v->rss);
  props_switch(p, "hash", v->rss_hash_report);
  device_at(p, &i->dev, "mtu");
  props_nonzero(p, "host_mtu", i->mtu);
  device_at(p, &i->dev, "teaming");
  if (i->teaming == TEAMING_PERSISTENT)
    props_bool(p, "failover", true);
  device_at(p, &i->dev, NULL);
}

/* A card of the board is no -device. */
static void
build_on_board(const struct interface *i, struct argv *argv)
{
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-net", "type");
  props_str(p, "type", "nic");
  device_at(p, &i->dev, "mac/@address");
  props_str(p, "macaddr", i->mac);
  device_at(p, &i->dev, NULL);
  props_refer(p, "netdev", ID_NETDEV, netdev_id(p, i));
  props_str(p, "model", i->model);
  props_str(p, "id", i->dev.id);
}

static void
build_card(const struct interface *i, struct argv *argv)
{
  const struct device *dev = &i->dev;
  const char *driver = i->is_virtio ? virtio_driver(argv, dev, "virtio-net", i->virtio_suffix) : i->model;
  struct props *p = argv_device(argv, PHASE_DEVICE, driver, dev->id);
  device_at(p, dev, "model");
  props_str(p, "driver", driver);
  device_at(p, dev, NULL);
  if (i->is_virtio)
    virtio_props(i, p);
  props_refer(p, "netdev", ID_NETDEV, netdev_id(p, i));
  device_at(p, dev, "mac/@address");
  props_str(p, "mac", i->mac);
  device_at(p, dev, NULL);
  device_boot_props(p, dev);
  address_props(p, dev);
  device_rom_props(p, dev);
}

static void
build_host_device(const struct interface *i, struct argv *argv)
{
  const struct device *dev = &i->dev;
  struct props *p = argv_device(argv, PHASE_DEVICE, "vfio-pci", dev->id);
  device_host_pci_props(p, dev);
  device_at(p, dev, "teaming");
  props_str(p, "failover_pair_id", i->teaming_with);
  device_at(p, dev, NULL);
  device_boot_props(p, dev);
  address_props(p, dev);
  device_rom_props(p, dev);
}

void
interface_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct interface *i = (const struct interface *)dev;
  if (i->is_usb) {
    if (!i->usb.missing)
      address_props(usb_host_build(&i->usb, dev, b, argv), dev);
    return;
  }
  if (i->type == INTERFACE_HOSTDEV) {
    build_host_device(i, argv);
    return;
  }
  build_netdev(i, b, argv);
  if (interface_on_board(i))
    build_on_board(i, argv);
  else
    build_card(i, argv);
}
