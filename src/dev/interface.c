/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface.c - <interface>: network cards and what they are plugged into */

#include "dev/interface.h"
#include "bus/place.h"
#include "core/names.h"
#include "core/uuid.h"
#include "domain/kinds.h"
#include "domain/wants.h"
#include "host/tun.h"

#include <ctype.h>
#include <strings.h>

const char *const interface_type_names[] = {
  [INTERFACE_USER] = "user",           [INTERFACE_NETWORK] = "network",   [INTERFACE_BRIDGE] = "bridge",
  [INTERFACE_ETHERNET] = "ethernet",   [INTERFACE_DIRECT] = "direct",     [INTERFACE_HOSTDEV] = "hostdev",
  [INTERFACE_VHOSTUSER] = "vhostuser", [INTERFACE_VDPA] = "vdpa",         [INTERFACE_MCAST] = "mcast",
  [INTERFACE_SERVER] = "server",       [INTERFACE_CLIENT] = "client",     [INTERFACE_UDP] = "udp",
  [INTERFACE_NULL] = "null",           [INTERFACE_INTERNAL] = "internal", [INTERFACE_VDS] = "vds",
};
static_assert(ARRAY_SIZE(interface_type_names) == INTERFACE_TYPES, "an interface type has no name");

static const char *const driver_names[] = { [DRIVER_QEMU] = "qemu", [DRIVER_VHOST] = "vhost" };
static const char *const host_driver_names[] = { "vfio", "kvm", "xen" };
static const char *const txmode_names[] = { [TXMODE_IOTHREAD] = "iothread", [TXMODE_TIMER] = "timer" };
static const char *const backend_names[] = { [BACKEND_DEFAULT] = "default", [BACKEND_PASST] = "passt" };
static const char *const teaming_names[] = { [TEAMING_PERSISTENT] = "persistent", [TEAMING_TRANSIENT] = "transient" };
static const char *const link_names[] = { "up", "down" };
static const char *const macvtap_names[] = { "vepa", "private", "bridge", "passthrough" };
static const char *const address_names[] = { [ADDRESS_PCI] = "pci", [ADDRESS_USB] = "usb" };
static const char *const vhostuser_names[] = { "unix" };
static const char *const mac_type_names[] = { "generated", "static" };
static const char *const socket_names[] = { [SOCKET_CONNECT] = "client", [SOCKET_BIND] = "server" };

/* Of virtio models alone. */
static const struct attr virtio_attrs[] = {
  ATTR_ENUM("driver/@name", struct interface, virtio.driver, driver_names,
            .dflt = "vhost on a tap where the host has it, qemu else",
            .doc = "Whether the host's kernel or QEMU moves packets."),
  ATTR_ENUM("driver/@txmode", struct interface, virtio.txmode, txmode_names, .dflt = "QEMU's (iothread)",
            .doc = "How packets are sent: at once, or after a while together."),
  ATTR_UINT("driver/@queues", struct interface, virtio.queues, .max = TAP_QUEUES_MAX, .dflt = "1",
            .doc = "How many pairs of queues the card has."),
  ATTR_UINT("driver/@rx_queue_size", struct interface, virtio.rx_queue_size, .dflt = "QEMU's (256)",
            .doc = "How many packets fit into a receive queue."),
  ATTR_UINT("driver/@tx_queue_size", struct interface, virtio.tx_queue_size, .dflt = "QEMU's (256)",
            .doc = "How many packets fit into a send queue."),
  ATTR_ONOFF("driver/@ioeventfd", struct interface, virtio.ioeventfd, .dflt = "QEMU's (on)",
             .doc = "Whether the guest's requests are taken outside the virtual CPU's thread."),
  ATTR_ONOFF("driver/@event_idx", struct interface, virtio.event_idx, .dflt = "QEMU's (on)",
             .doc = "Whether guest and QEMU spare each other interrupts that are not needed."),
  ATTR_ONOFF("driver/@rss", struct interface, virtio.rss, .dflt = "QEMU's (off)",
             .doc = "Whether packets are spread over the queues by a hash."),
  ATTR_ONOFF("driver/@rss_hash_report", struct interface, virtio.rss_hash_report, .dflt = "QEMU's (off)",
             .doc = "Whether the guest is told that hash."),
  ATTR_ONOFF("driver/host/@csum", struct interface, virtio.host.csum, .dflt = "QEMU's (on)",
             .doc = "Whether the host fills in checksums of what the guest sends."),
  ATTR_ONOFF("driver/host/@gso", struct interface, virtio.host.gso, .dflt = "QEMU's (on)",
             .doc = "Whether the host cuts large packets of the guest."),
  ATTR_ONOFF("driver/host/@tso4", struct interface, virtio.host.tso4, .dflt = "QEMU's (on)",
             .doc = "Whether the host cuts large TCP packets over IPv4."),
  ATTR_ONOFF("driver/host/@tso6", struct interface, virtio.host.tso6, .dflt = "QEMU's (on)",
             .doc = "Whether the host cuts large TCP packets over IPv6."),
  ATTR_ONOFF("driver/host/@ecn", struct interface, virtio.host.ecn, .dflt = "QEMU's (on)",
             .doc = "Whether the host cuts packets with congestion marks."),
  ATTR_ONOFF("driver/host/@ufo", struct interface, virtio.host.ufo, .dflt = "QEMU's (on)",
             .doc = "Whether the host cuts large UDP packets."),
  ATTR_ONOFF("driver/host/@mrg_rxbuf", struct interface, virtio.host.mrg_rxbuf, .dflt = "QEMU's (on)",
             .doc = "Whether a large packet may fill several of the guest's buffers."),
  ATTR_ONOFF("driver/guest/@csum", struct interface, virtio.guest.csum, .dflt = "QEMU's (on)",
             .doc = "Whether the guest takes packets with unfinished checksums."),
  ATTR_ONOFF("driver/guest/@tso4", struct interface, virtio.guest.tso4, .dflt = "QEMU's (on)",
             .doc = "Whether the guest takes large TCP packets over IPv4."),
  ATTR_ONOFF("driver/guest/@tso6", struct interface, virtio.guest.tso6, .dflt = "QEMU's (on)",
             .doc = "Whether the guest takes large TCP packets over IPv6."),
  ATTR_ONOFF("driver/guest/@ecn", struct interface, virtio.guest.ecn, .dflt = "QEMU's (on)",
             .doc = "Whether the guest takes packets with congestion marks."),
  ATTR_ONOFF("driver/guest/@ufo", struct interface, virtio.guest.ufo, .dflt = "QEMU's (on)",
             .doc = "Whether the guest takes large UDP packets."),
  ATTR_END
};

/* --- what each type has of its own --- */

/* portid: a running guest's, as "network", "bridge" elsewhere; portgroup: the switch's (QoS, VLAN, virtualport) */
static const struct attr port_attrs[] = {
  ATTR_QUIET("source/@portid", .doc = "What a running libvirt notes; it has no effect."),
  ATTR_QUIET("source/@portgroup", .doc = "The group of the switch's ports, for whoever configures the switch."),
  ATTR_END
};

static const struct attr network_attrs[] = {
  ATTR_STRING("source/@network", struct interface, network, .required = true,
              .doc = "The libvirt network that the card is plugged into."),
  ATTR_STRING("source/@bridge", struct interface, bridge, .dflt = "the network's",
              .doc = "The bridge of the host that the card is plugged into."),
  ATTR_TABLE(port_attrs), ATTR_END
};

static const struct attr bridge_attrs[] = { ATTR_STRING("source/@bridge", struct interface, bridge, .required = true,
                                                        .doc = "The bridge of the host that the card is plugged into."),
                                            ATTR_QUIET("source/@network",
                                                       .doc = "The libvirt network that the card is plugged into."),
                                            ATTR_TABLE(port_attrs), ATTR_END };

/* DIRECT, VDPA */
static const struct attr host_device_attrs[] = { ATTR_STRING("source/@dev", struct interface, source_dev,
                                                             .required = true,
                                                             .doc = "The device of the host that the card uses."),
                                                 ATTR_END };

static const struct attr direct_attrs[] = {
  ATTR_TABLE(host_device_attrs),
  ATTR_ENUM("source/@mode", struct interface, macvtap, macvtap_names, .dflt = "vepa",
            .doc = "How guests on one device of the host reach each other."),
  ATTR_QUIET("source/@network", .doc = "The libvirt network that the card is plugged into."),
  ATTR_QUIET("source/@bridge", .doc = "The bridge of the host that the card is plugged into."),
  ATTR_TABLE(port_attrs),
  ATTR_END
};

static const struct attr vhostuser_attrs[] = {
  ATTR_STRING("source/@path", struct interface, path, .required_where = "unless passt is the backend",
              .doc = "The socket of the process that moves the packets."),
  ATTR_ENUM("source/@mode", struct interface, path_mode, socket_names, .dflt = "client",
            .doc = "Whether QEMU connects to the socket (client) or listens on it (server)."),
  ATTR_ENUM_ONLY("source/@type", vhostuser_names, .dflt = "unix",
                 .doc = "How that process is reached: over a UNIX socket."),
  ATTR_SEE("source", reconnect_attrs), ATTR_END
};

static const struct attr host_driver_attrs[] = {
  ATTR_YESNO("driver/@iommufd", struct interface, iommufd, .dflt = "the domain's <iommufd>, else no",
             .doc = "Whether QEMU opens the device by itself (IOMMUFD) and not by its IOMMU group."),
  ATTR_ENUM("driver/@name", struct interface, host_driver, host_driver_names, .dflt = "vfio",
            .doc = "Whether the host's kernel or QEMU moves packets."),
  ATTR_QUIET("driver/@model", .doc = "The driver of the host to bind the device to, for whoever hands it "
                                     "over."),
  ATTR_END
};

static const struct attr pci_host_attrs[] = { ATTR_SEE("source/address", host_pci_attrs), ATTR_END };

/* Without an address it is a USB device, by its ids. */
static const struct attr *const host_address_tables[] = {
  usb_host_attrs, [ADDRESS_PCI] = pci_host_attrs, [ADDRESS_USB] = usb_host_attrs
};

static const struct attr hostdev_attrs[] = {
  ATTR_YESNO("@managed", struct interface, managed, .dflt = "no",
             .doc = "Whether a start takes the device from the host's driver and gives it back afterwards."),
  ATTR_QUIET("source/@missing", .doc = "What a running libvirt notes; it has no effect."),
  ATTR_ENUM("source/address/@type", struct interface, address_type, address_names,
            .required_where = "unless a USB device's vendor is given",
            .doc = "The kind of the host device's address: pci or usb."),
  ATTR_SEE(".", host_driver_attrs),
  ATTR_SEE_BY("source/address/@type", address_names, host_address_tables),
  ATTR_END
};

/* Another hypervisor's: the network has a name. */
static const struct attr internal_attrs[] = { ATTR_STRING("source/@name", struct interface, network, .required = true,
                                                          .doc = "The network's name at another hypervisor."),
                                              ATTR_END };

static const struct attr server_attrs[] = { ATTR_STRING("source/@address", struct interface, address,
                                                        .dflt = "all of the host's",
                                                        .doc = "The address to send to or to listen on."),
                                            ATTR_UINT("source/@port", struct interface, port, .min = 1,
                                                      .required = true, .doc = "The port to send to or to listen on."),
                                            ATTR_END };

static const struct attr client_attrs[] = { ATTR_STRING("source/@address", struct interface, address, .required = true,
                                                        .doc = "The address to send to or to listen on."),
                                            ATTR_UINT("source/@port", struct interface, port, .min = 1,
                                                      .required = true, .doc = "The port to send to or to listen on."),
                                            ATTR_END };

static const struct attr udp_attrs[] = { ATTR_STRING("source/@address", struct interface, address, .required = true,
                                                     .doc = "The address to send to or to listen on."),
                                         ATTR_UINT("source/@port", struct interface, port, .min = 1, .required = true,
                                                   .doc = "The port to send to or to listen on."),
                                         ATTR_STRING("source/local/@address", struct interface, local_address,
                                                     .required = true, .doc = "The address of this end."),
                                         ATTR_UINT("source/local/@port", struct interface, local_port, .min = 1,
                                                   .required = true, .doc = "The port of this end."),
                                         ATTR_END };

static const struct attr *const attrs_of_type[INTERFACE_TYPES] = {
  [INTERFACE_NETWORK] = network_attrs,  [INTERFACE_BRIDGE] = bridge_attrs,       [INTERFACE_DIRECT] = direct_attrs,
  [INTERFACE_VDPA] = host_device_attrs, [INTERFACE_VHOSTUSER] = vhostuser_attrs, [INTERFACE_HOSTDEV] = hostdev_attrs,
  [INTERFACE_SERVER] = server_attrs,    [INTERFACE_CLIENT] = client_attrs,       [INTERFACE_MCAST] = client_attrs,
  [INTERFACE_UDP] = udp_attrs,          [INTERFACE_INTERNAL] = internal_attrs,
};

/* As libvirt takes it: six numbers of one or two hex digits. */
static bool
scan_mac(const char *text, uint8_t mac[6])
{
  for (size_t i = 0; i < 6; i++) {
    unsigned digits = 0, value = 0;
    for (; isxdigit((unsigned char)*text) && digits < 2; text++, digits++)
      value = value * 16 +
              (unsigned)(isdigit((unsigned char)*text) ? *text - '0' : tolower((unsigned char)*text) - 'a' + 10);
    if (!digits || *text != (i < 5 ? ':' : '\0'))
      return false;
    mac[i] = (uint8_t)value;
    text++;
  }
  return true;
}

static const char *
mac_text(TALLOC_CTX *ctx, const uint8_t mac[6])
{
  return talloc_asprintf(ctx, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

/* All zero: none. */
static const char *
parse_mac(TALLOC_CTX *ctx, const char *text, void *member)
{
  static const uint8_t zero[6];
  uint8_t mac[6];
  if (!scan_mac(text, mac))
    return "must be six bytes in hex, like 52:54:00:12:34:56";
  if (mac[0] & 1)
    return "this is a multicast address; a card's first byte is even, like 52";
  if (memcmp(mac, zero, sizeof(mac)) != 0)
    *(const char **)member = mac_text(ctx, mac);
  return NULL;
}

static const struct attr *const user_tables[INTERFACE_TYPES] = {
  [INTERFACE_USER] = interface_user_attrs,
  [INTERFACE_VHOSTUSER] = interface_user_attrs,
};

static const struct attr interface_attrs[] = {
  ATTR_ENUM("@type", struct interface, type, interface_type_names, .dflt = "user", .meant = interface_type_meant,
            .doc = "What the card is plugged into; each type has its own source."),
  ATTR_STRING("model/@type", struct interface, model,
              .dflt = "rtl8139 on PCs, virtio on virt machines, microvm and s390x, lan9118 on other Arm boards",
              .doc = "Which network card the guest sees."),
  ATTR_STRING("target/@dev", struct interface, target, .dflt = "made of the MAC address, or left to whoever makes it",
              .doc = "The name of the host's end."),
  ATTR_YESNO("target/@managed", struct interface, target_managed, .dflt = "yes",
             .doc = "Whether the host's end is made for this guest, or is there already."),
  ATTR_ENUM("link/@state", struct interface, link_down, link_names, .dflt = "up",
            .doc = "Whether the cable is plugged in when the guest starts."),
  ATTR_UINT("mtu/@size", struct interface, mtu, .min = 68, .max = 65535, .zero_ok = true, .unit = "bytes",
            .dflt = "none: the guest is not told", .doc = "The largest packet that the guest is told to send."),
  ATTR_NUM("tune/sndbuf/text()", struct interface, sndbuf, .unit = "bytes", .dflt = "QEMU's (no limit)",
           .doc = "How much may wait in the host's end to be sent."),
  ATTR_STRING("script/@path", struct interface, script, .dflt = "none",
              .doc = "A program that sets the host's end up."),
  ATTR_STRING("downscript/@path", struct interface, downscript, .dflt = "none",
              .doc = "A program that takes the host's end down."),
  ATTR_ENUM("backend/@type", struct interface, backend, backend_names, .dflt = "default",
            .doc = "Who serves a network of the user's own: QEMU itself, or passt."),
  ATTR_STRING("backend/@tap", struct interface, tap_path, .dflt = TUN,
              .doc = "The device of the host from which taps come."),
  ATTR_STRING("backend/@vhost", struct interface, vhost_path, .dflt = VHOST_NET,
              .doc = "The device of the host through which its kernel moves packets."),
  ATTR_STRING("backend/@logFile", struct interface, log_file, .dflt = "none", .doc = "Where passt writes its log."),
  ATTR_STRING("backend/@hostname", struct interface, hostname, .dflt = "passt's",
              .doc = "The host name that the guest is given."),
  ATTR_STRING("backend/@fqdn", struct interface, fqdn, .dflt = "passt's",
              .doc = "The full host name that the guest is given."),
  ATTR_ENUM("teaming/@type", struct interface, teaming, teaming_names, .dflt = "none",
            .doc = "Whether the card stays, or comes and goes beside one that stays."),
  ATTR_STRING("teaming/@persistent", struct interface, teaming_with, .dflt = "none",
              .required_where = "of a transient card", .doc = "The alias of the card that stays."),
  ATTR_WORD("mac/@address", struct interface, mac, parse_mac, "MAC address",
            .dflt = "made of the guest's uuid and the card's position, with a warning",
            .doc = "The card's hardware address."),
  /* VMware's: who chose it, whether to check it; then what a running guest has set itself */
  ATTR_ENUM_ONLY("mac/@type", mac_type_names, .dflt = "none", .doc = "VMware's; it has no effect."),
  ATTR_YESNO_ONLY("mac/@check", .dflt = "none", .doc = "VMware's; it has no effect."),
  ATTR_QUIET("mac/@currentAddress", .doc = "The address that a running guest has set itself; it has no effect."),
  ATTR_SEE(".", virtio_attrs), ATTR_SEE_BY("@type", interface_type_names, attrs_of_type),
  ATTR_SEE_BY("@type", interface_type_names, user_tables), ATTR_SEE(".", interface_host_attrs), ATTR_END
};

/* --- reading --- */

/* libvirt domain_conf.c compares the models that it knows in any case, QEMU does not. */
static void
read_model(struct interface *i)
{
  static const struct {
    const char *name, *model, *suffix;
  } known[] = {
    { "virtio", "virtio", NULL },
    { "virtio-transitional", "virtio-transitional", "-transitional" },
    { "virtio-non-transitional", "virtio-non-transitional", "-non-transitional" },
    { "rtl8139", "rtl8139", NULL },
    { "e1000", "e1000", NULL },
    { "e1000e", "e1000e", NULL },
    { "igb", "igb", NULL },
    { "usb-net", "usb-net", NULL },
    { "spapr-vlan", "spapr-vlan", NULL },
    { "lan9118", "lan9118", NULL },
    { "scm91c111", "smc91c111", NULL }, /* libvirt's slip of the pen */
    { "vmxnet3", "vmxnet3", NULL },
  };
  for (size_t n = 0; i->model && n < ARRAY_SIZE(known); n++)
    if (strcasecmp(i->model, known[n].name) == 0) {
      i->model = known[n].model;
      i->is_virtio = str_starts(i->model, "virtio");
      i->virtio_suffix = known[n].suffix;
      return;
    }
}

/* libvirt reads them for virtio alone; its iommu, ats, ... are refused by interface_check(). */
static void
leave_driver_out(struct interface *i, xmlNode *driver, struct stage *stage)
{
  const struct virtio_options *o = &i->dev.virtio;
  bool refused = o->iommu || o->ats || o->packed || o->page_per_vq;
  i->virtio = (struct interface_virtio){ 0 };
  /* by hand: the others of its rows are not looked at */
  if (!refused && (driver->children || !str_eq(xml_attr(driver, "name"), "qemu")))
    diag_warning(stage->diag, xml_place(driver, NULL), i->dev.subject,
                 "model '%s' has no <driver> options, virtio alone has; they are left out", i->model);
  xml_skip(driver);
}

static void
read_host_driver(struct interface *i, xmlNode *node, struct stage *stage)
{
  static const char *const others[] = { "txmode",    "queues", "rx_queue_size",   "tx_queue_size", "ioeventfd",
                                        "event_idx", "rss",    "rss_hash_report", "host",          "guest" };
  attr_read(host_driver_attrs, node, i, i->dev.subject, stage->diag);
  xml_idle(xml_child(node, "driver"), others, ARRAY_SIZE(others), "type 'hostdev'", i->dev.subject, stage->diag);
  if (i->host_driver)
    diag_error(stage->diag, xml_place(xml_child(node, "driver"), host_driver_names[i->host_driver]), i->dev.subject,
               "driver '%s': QEMU passes devices through by vfio alone; drop <driver>",
               host_driver_names[i->host_driver]);
}

static void
read_driver(struct interface *i, xmlNode *node, struct stage *stage)
{
  xmlNode *driver = xml_child(node, "driver");
  if (driver && i->type == INTERFACE_HOSTDEV)
    read_host_driver(i, node, stage);
  else if (driver && (i->is_virtio || !i->model))
    attr_read(virtio_attrs, node, i, i->dev.subject, stage->diag);
  else if (driver)
    leave_driver_out(i, driver, stage);
}

static void
read_host_address(struct interface *i, xmlNode *node, struct stage *stage)
{
  xmlNode *source = xml_child(node, "source"), *address = source ? xml_child(source, "address") : NULL;
  i->is_usb = i->address_type == ADDRESS_USB || (source && !i->address_type && xml_child(source, "vendor"));
  if (i->is_usb) {
    usb_host_read(&i->usb, node, i->dev.subject, stage->diag);
    return;
  }
  if (source && xml_has(source, "@startupPolicy"))
    diag_error(stage->diag, xml_place(source, "startupPolicy"), i->dev.subject,
               "startupPolicy is for USB devices; drop it");
  if (!address)
    diag_error(stage->diag, xml_place(source ? source : node, NULL), i->dev.subject,
               "no host device; write <source><address type='pci' domain= bus= slot= function=/></source>");
  else if (i->address_type != ADDRESS_PCI)
    diag_error(stage->diag, xml_place(address, NULL), i->dev.subject,
               "the host device's address has no type; it must be 'pci' or 'usb'");
  else
    address_read_pci(address, &i->pci, i->dev.subject, stage->diag);
}

static void
read_source(struct interface *i, xmlNode *node, struct stage *stage)
{
  xmlNode *source = xml_child(node, "source");
  bool fine = attr_read(attrs_of_type[i->type], node, i, i->dev.subject, stage->diag);
  if (i->type == INTERFACE_DIRECT)
    i->macvtap_mode = macvtap_names[i->macvtap];
  if (i->type == INTERFACE_HOSTDEV && fine)
    read_host_address(i, node, stage);
  if (i->type == INTERFACE_VDS && source)
    xml_skip(source); /* refused as a whole */
  if (i->type == INTERFACE_VHOSTUSER && source)
    reconnect_read(source, &i->reconnect, i->dev.subject, stage->diag);
}

/* libvirt makes these up at run time and drops them when it reads the XML again. */
static bool
made_up_target(const char *name)
{
  return str_starts(name, "vnet") || str_starts(name, "macvtap") || str_starts(name, "macvlan");
}

static void
interface_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  struct interface *i = (struct interface *)dev;
  if (i->model && i->model[strspn(i->model, letters)] != '\0')
    diag_error(stage->diag, xml_place(xml_child(node, "model"), i->model), i->dev.subject,
               "model '%s' has other characters than letters, digits, '-' and '_'", i->model);
  read_model(i);
  read_driver(i, node, stage);
  read_source(i, node, stage);
  interface_parse_user(i, node, stage);
  interface_parse_host(i, node, stage);
  if (i->target_managed != OFF && made_up_target(i->target))
    i->target = NULL;
}

/* --- completing --- */

/* libvirt qemu_postparse.c, qemuDomainDefaultNetModel; isapc and microvm are ours. */
static const char *
default_model(const struct domain *domain, const struct caps *caps)
{
  if (domain_is_s390(domain) || domain_is_microvm(domain) || domain_is_arm_virt(domain) ||
      (domain_is_virt(domain) && !arch_is_x86(domain->arch)))
    return "virtio";
  if (arch_is_arm(domain->arch))
    return str_eq(domain->os.machine, "versatilepb") ? "smc91c111" : "lan9118";
  if (domain_is_isapc(domain))
    return "ne2k_isa";
  if (caps_has(caps, FEAT_DEVICE_RTL8139))
    return "rtl8139";
  if (caps_has(caps, FEAT_DEVICE_E1000))
    return "e1000";
  return caps_has(caps, FEAT_DEVICE_VIRTIO_NET) ? "virtio" : "rtl8139";
}

static size_t
index_of(const struct interface *i)
{
  const struct device_list *list = domain_devices(i->dev.domain, i->dev.kind);
  size_t n = 0;
  while (list->items[n] != &i->dev)
    n++;
  return n;
}

/* libvirt rolls dice; the same input must give the same bytes here. */
static void
make_mac(struct interface *i, struct stage *stage)
{
  const struct domain *domain = i->dev.domain;
  const char *from = domain->uuid ? domain->uuid : domain->name ? domain->name : "";
  uint8_t bytes[16];
  uuid_from_text(talloc_asprintf(i, "network card %zu of %s", index_of(i), from), bytes);
  i->mac = mac_text(i, (uint8_t[]){ 0x52, 0x54, 0x00, bytes[0], bytes[1], bytes[2] });
  diag_warning(stage->diag, i->dev.place, i->dev.subject,
               "it has no MAC address; %s is made from the domain's uuid and the card's position: "
               "write <mac address='%s'/> to keep it",
               i->mac, i->mac);
}

/* <os><boot dev='network'/>: the first card. */
static void
interface_imply(struct domain *domain, struct stage *stage)
{
  const struct device_list *list = domain_devices(domain, &interface_kind);
  (void)stage;
  for (size_t i = 0; list->n && i < domain->os.n_boot; i++)
    if (domain->os.boot[i] == BOOT_NETWORK)
      list->items[0]->boot_order = (uint32_t)i + 1;
}

static void
interface_complete(struct device *dev, struct stage *stage)
{
  struct interface *i = (struct interface *)dev;
  if (i->is_usb)
    return;
  if (i->type == INTERFACE_HOSTDEV) {
    if (caps_has(stage->caps, FEAT_VIRTIO_CCW_DEVICE_LOADPARM))
      device_drop_loadparm(dev, stage->diag); /* a machine's loadparm goes for any card */
    if (i->iommufd == UNSET)
      i->iommufd = dev->domain->misc.iommufd;
    domain_claim_pci(dev->domain, &(struct host_pci){ .dev = dev,
                                                      .address = i->pci,
                                                      .managed = i->managed == ON,
                                                      .iommufd = i->iommufd == ON,
                                                      .place = dev->place });
    return;
  }
  if (!i->model) {
    bool needs_virtio = i->type == INTERFACE_VDPA || i->type == INTERFACE_VHOSTUSER;
    i->model = needs_virtio ? "virtio" : default_model(dev->domain, stage->caps);
    read_model(i);
    xmlNode *driver = dev->node ? xml_child(dev->node, "driver") : NULL;
    if (driver && !i->is_virtio)
      leave_driver_out(i, driver, stage);
  }
  if (!i->mac)
    make_mac(i, stage);
  if (i->type == INTERFACE_VHOSTUSER && i->path) {
    i->chardev = chardev_unix(i, i->path, (enum chardev_mode)i->path_mode, dev->place);
    i->chardev->reconnect = i->reconnect;
    i->chardev->wait = true; /* QEMU cannot know what the card can do before the other side says so */
  }
  if (i->type == INTERFACE_USER && i->backend == BACKEND_DEFAULT && !caps_has(stage->caps, FEAT_NETDEV_USER) &&
      caps_has(stage->caps, FEAT_NETDEV_STREAM)) {
    i->backend = BACKEND_PASST;
    diag_note(stage->diag, dev->place, dev->subject,
              "this QEMU was built without slirp, its own network; passt serves the card");
  }
}

/* Boards of ARM without PCI have their cards built in: libvirt qemu_domain.c, qemuDomainSupportsNicdev. */
bool
interface_on_board(const struct interface *i)
{
  return arch_is_arm(i->dev.domain->arch) && i->dev.address.type == ADDR_NONE;
}

/* The cards that libvirt knows as conventional PCI (qemu_domain_address.c). What it only hands on
 * to QEMU (tulip, pcnet...) it takes for PCI Express, as e1000e and igb are. */
static bool
is_conventional(const char *model)
{
  static const char *const models[] = {
    "netfront",  "rtl8139",  "e1000",   "vlance",  "vmxnet",  "vmxnet2", "vmxnet3",
    "Am79C970A", "Am79C973", "82540EM", "82545EM", "82543GC", "lan9118", "smc91c111"
  };
  return name_find(models, ARRAY_SIZE(models), model) >= 0;
}

static void
interface_place(struct device *dev, struct stage *stage)
{
  const struct interface *i = (const struct interface *)dev;
  /* virt brings none of these, there libvirt takes them for PCI's. So it does on versatilepb, whose card the
   * second is: nobody can plug that in as a -device */
  bool on_board = arch_is_arm(dev->domain->arch) && !domain_is_arm_virt(dev->domain) &&
                  (str_eq(i->model, "lan9118") || str_eq(i->model, "smc91c111"));
  if (i->is_usb)
    place_usb(dev, stage);
  else if (i->type == INTERFACE_HOSTDEV) {
    place_pci_host(dev, &i->pci, stage);
    place_pci_order_as(dev, &hostdev_kind);
  } else if (i->is_virtio)
    place_virtio(dev, str_eq(i->virtio_suffix, "-transitional"), stage);
  else if (str_eq(i->model, "usb-net"))
    place_usb(dev, stage);
  else if (str_eq(i->model, "spapr-vlan"))
    place_spapr_vio(dev, 0x1000, stage); /* QEMU hw/ppc/spapr_vio.c counts on from there */
  else if (on_board)
    place_fixed(dev, ADDR_NONE, stage);
  else if (str_eq(i->model, "ne2k_isa"))
    place_fixed(dev, ADDR_ISA, stage);
  else
    place_pci(dev, is_conventional(i->model) ? PLACE_CONVENTIONAL : PLACE_EXPRESS, stage);
}

/* A host device counts with the <hostdev>s. */
static void
interface_identify(struct device *dev, struct stage *stage)
{
  (void)stage;
  dev->id = device_next_id(dev, ((struct interface *)dev)->type == INTERFACE_HOSTDEV ? "hostdev" : "net");
}

static void
interface_resolve(struct device *dev, struct stage *stage)
{
  struct interface *i = (struct interface *)dev;
  if (i->link_down && i->type != INTERFACE_HOSTDEV)
    domain_cut_link(dev, xml_place_of(dev->node, "link/@state"));
  interface_resolve_tap(i, stage);
  if (i->is_usb && !dev->broken)
    usb_host_find(&i->usb, dev, stage);
  if (i->type == INTERFACE_VDPA)
    wants_add(dev->domain,
              (struct want){ .kind = WANT_VDPA, .value = i->source_dev, .subject = dev->subject, .place = dev->place });
  if (i->backend == BACKEND_PASST)
    interface_resolve_passt(i, stage);
}

const struct kind interface_kind = {
  .element = "interface",
  .role = ROLE_NETWORK,
  .size = sizeof(struct interface),
  .name_path = "mac/@address",
  .takes = TAKES_BOOT | TAKES_ROM | TAKES_VIRTIO,
  .attrs = interface_attrs,
  .parse = interface_parse,
  .imply = interface_imply,
  .complete = interface_complete,
  .place = interface_place,
  .identify = interface_identify,
  .check = interface_check,
  .resolve = interface_resolve,
  .build = interface_build,
};
