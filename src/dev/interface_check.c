/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface_check.c - what cannot be asked of a network card */

#include "bus/address.h"
#include "core/names.h"
#include "core/options.h"
#include "dev/interface.h"
#include "domain/notes.h"
#include "domain/ram.h"
#include "host/tun.h"

#include <arpa/inet.h>

#define BY_NETWORK "write type='network' and <source network='default'/>"

/* What a libvirt network does, and what other programs call it. */
const struct meaning interface_type_meant[] = {
  { "nat", "NAT is what libvirt's network 'default' does; " BY_NETWORK ", or type='user'" },
  { "default", "that is the name of a network of libvirt's; " BY_NETWORK },
  { "route", "routing is what a network of libvirt's does; write type='network' and <source network='NAME'/>" },
  { "isolated", "that is what a network of libvirt's is; write type='network' and <source network='NAME'/>" },
  { "slirp", "QEMU's own network is 'user'; write type='user'" },
  { "passt", "write type='user' and <backend type='passt'/>" },
  { "bridged", "write type='bridge' and <source bridge='NAME'/>" },
  { "tap", "a tap is 'ethernet'; write type='ethernet' and <target dev='NAME'/>" },
  { "macvtap", "a macvtap is 'direct'; write type='direct' and <source dev='NAME' mode='bridge'/>" },
  { "openvswitch", "write type='bridge', <source bridge='NAME'/> and <virtualport type='openvswitch'/>" },
  { NULL, NULL },
};

/* QEMU's network cards that -device makes, up to 10.0, and libvirt's words for virtio. */
static const char *const known_models[] = {
  "virtio",
  "virtio-transitional",
  "virtio-non-transitional",
  "virtio-net",
  "virtio-net-pci",
  "virtio-net-pci-transitional",
  "virtio-net-pci-non-transitional",
  "virtio-net-ccw",
  "e1000",
  "e1000-82544gc",
  "e1000-82545em",
  "e1000e",
  "igb",
  "igbvf",
  "i82550",
  "i82551",
  "i82557a",
  "i82557b",
  "i82557c",
  "i82558a",
  "i82558b",
  "i82559a",
  "i82559b",
  "i82559c",
  "i82559er",
  "i82562",
  "i82801",
  "lan9118",
  "ne2k_isa",
  "ne2k_pci",
  "pcnet",
  "rocker",
  "rtl8139",
  "smc91c111",
  "spapr-vlan",
  "sungem",
  "sunhme",
  "tulip",
  "usb-net",
  "virtio-net-device",
  "vmxnet3",
  "xen-net-device",
};

static struct place
place_of(const struct interface *i, const char *path)
{
  return i->dev.node ? xml_place_of(i->dev.node, path) : i->dev.place;
}

static bool
is_tap(const struct interface *i)
{
  return i->type == INTERFACE_NETWORK || i->type == INTERFACE_BRIDGE || i->type == INTERFACE_ETHERNET ||
         i->type == INTERFACE_DIRECT;
}

/* QEMU net/socket.c; of a name, only the resolver could tell. */
static void
check_multicast(const struct interface *i, struct stage *stage)
{
  struct in_addr address;
  if (i->type == INTERFACE_MCAST && inet_pton(AF_INET, i->address, &address) == 1 &&
      !IN_MULTICAST(ntohl(address.s_addr)))
    diag_unstartable(stage->diag, place_of(i, "source/@address"), i->dev.subject,
                     "%s is no multicast address, this guest will not start; write one of 224.0.0.0 to 239.255.255.255",
                     i->address);
}

static void
check_type(const struct interface *i, struct stage *stage)
{
  const char *subject = i->dev.subject;
  if (i->type == INTERFACE_VDS)
    diag_error(stage->diag, i->dev.place, subject, "type 'vds' is VMware's switch; use 'bridge' or 'network'");
  if (i->type == INTERFACE_NULL)
    diag_error(stage->diag, i->dev.place, subject,
               "type 'null', a card without a plug, is other hypervisors'; "
               "write type='user' with <link state='down'/>");
  if (i->type == INTERFACE_INTERNAL)
    diag_warning(stage->diag, i->dev.place, subject,
                 "QEMU has no internal networks: the card gets QEMU's own network, as type='user' does; "
                 "guests that share a type='mcast' address and port are among themselves");
  check_multicast(i, stage);
  if (i->is_usb)
    usb_host_check(&i->usb, &i->dev, stage);
  else if (i->type == INTERFACE_HOSTDEV)
    stage_need(stage, FEAT_DEVICE_VFIO_PCI, i->dev.place, subject);
  if (i->type == INTERFACE_VDPA && !caps_has(stage->caps, FEAT_NETDEV_VHOST_VDPA))
    stage_need(stage, FEAT_NETDEV_VHOST_VDPA, i->dev.place, subject);
  if (i->type == INTERFACE_VHOSTUSER && !i->path && i->backend != BACKEND_PASST)
    diag_error(stage->diag, place_of(i, "source/@path"), subject,
               "no socket; write <source type='unix' path='...' mode='client'/>");
  if (i->type == INTERFACE_VHOSTUSER && !ram_is_shared(i->dev.domain))
    diag_error(stage->diag, i->dev.place, subject,
               "vhost-user needs the guest's memory shared; write <memoryBacking><source type='memfd'/>"
               "<access mode='shared'/></memoryBacking>");
  if (i->chardev)
    chardev_check(i->chardev, &i->dev, stage);
  if (i->chardev && i->chardev->mode == SOCKET_BIND && i->chardev->reconnect.enabled == ON)
    diag_error(stage->diag, place_of(i, "source/reconnect/@enabled"), subject,
               "a server waits for its clients, it does not reconnect; drop <reconnect>, or write mode='client'");
}

/* libvirt takes any word for a model and leaves it to QEMU. Here a binary's own word counts, then our
 * list; what resembles one of that is a slip, anything else may be a card of somebody's own QEMU. */
static void
check_known(const struct interface *i, struct place place, struct stage *stage)
{
  enum tristate there = caps_device(stage->caps, i->model);
  const char *near = name_nearest(known_models, ARRAY_SIZE(known_models), i->model);
  bool known = str_eq(near, i->model);
  bool board = str_eq(i->model, "lan9118") || str_eq(i->model, "smc91c111"); /* nobody can plug those in */
  if (!board && (there == ON || (there == UNSET && known)))
    return;
  if (near && !known)
    diag_error(stage->diag, place, i->dev.subject, "QEMU has no network card '%s'; did you mean '%s'?", i->model, near);
  else
    diag_unstartable(stage->diag, place, i->dev.subject,
                     "%s (%s) has no network card '%s' to plug in, this guest will not start; write 'virtio' or "
                     "'e1000e'",
                     there != UNSET ? "this QEMU" : "QEMU as we know it", caps_version_string(stage->caps), i->model);
}

static void
check_model(const struct interface *i, struct stage *stage)
{
  bool virtio_only = i->type == INTERFACE_VDPA || i->type == INTERFACE_VHOSTUSER;
  struct place place = place_of(i, "model/@type");
  if (virtio_only && !i->is_virtio)
    diag_error(stage->diag, place, i->dev.subject, "type '%s' works with model 'virtio' alone, not '%s'",
               interface_type_names[i->type], i->model);
  if (!i->is_virtio && !interface_on_board(i))
    check_known(i, place, stage);
}

/* QEMU hw/net/virtio-net.c: VIRTIO_NET_RX_QUEUE_MIN_SIZE, VIRTQUEUE_MAX_SIZE, ... */
static void
check_queue_size(const struct interface *i, const char *path, uint32_t size, struct stage *stage)
{
  const char *name = strchr(path, '@') + 1;
  if (size & (size - 1))
    diag_error(stage->diag, place_of(i, path), i->dev.subject, "%s '%u' is no power of two; use 256, 512 or 1024", name,
               size);
  else if (size && (size < 256 || size > 1024))
    diag_unstartable(stage->diag, place_of(i, path), i->dev.subject,
                     "%s '%u': QEMU takes 256, 512 or 1024, this guest will not start", name, size);
}

static void
check_options(const struct interface *i, struct stage *stage)
{
  const struct virtio_options *o = &i->dev.virtio;
  bool virtio = i->is_virtio && i->type != INTERFACE_HOSTDEV;
  if (!virtio && (o->iommu || o->ats || o->packed || o->page_per_vq))
    diag_error(stage->diag, place_of(i, "driver"), i->dev.subject,
               "iommu, ats, packed and page_per_vq are virtio's: drop them, or write <model type='virtio'/>");
}

static void
check_virtio(const struct interface *i, struct stage *stage)
{
  const struct interface_virtio *v = &i->virtio;
  const char *subject = i->dev.subject;
  if (i->virtio_suffix && i->dev.address.type != ADDR_PCI)
    diag_error(stage->diag, place_of(i, "model/@type"), subject,
               "model '%s' is one of PCI's; write <model type='virtio'/>", i->model);
  check_queue_size(i, "driver/@rx_queue_size", v->rx_queue_size, stage);
  check_queue_size(i, "driver/@tx_queue_size", v->tx_queue_size, stage);
  /* QEMU hw/net/virtio-net.c, virtio_net_max_tx_queue_size */
  if (v->tx_queue_size > 256 && v->tx_queue_size <= 1024 && i->type != INTERFACE_VHOSTUSER && i->type != INTERFACE_VDPA)
    diag_unstartable(stage->diag, place_of(i, "driver/@tx_queue_size"), subject,
                     "tx_queue_size '%u': QEMU takes more than 256 on types 'vhostuser' and 'vdpa' alone, "
                     "this guest will not start",
                     v->tx_queue_size);
  if (v->rss)
    stage_need(stage, FEAT_VIRTIO_NET_RSS, place_of(i, "driver/@rss"), subject);
  if (v->rss_hash_report)
    stage_need(stage, FEAT_VIRTIO_NET_RSS, place_of(i, "driver/@rss_hash_report"), subject);
  if (v->queues > 1 && !is_tap(i) && i->type != INTERFACE_VHOSTUSER && i->type != INTERFACE_VDPA)
    diag_error(stage->diag, place_of(i, "driver/@queues"), subject, "type '%s' has one queue; drop queues='%u'",
               interface_type_names[i->type], v->queues);
}

static void
check_teaming(const struct interface *i, struct stage *stage)
{
  struct place place = place_of(i, "teaming/@type");
  const char *subject = i->dev.subject;
  if (i->teaming_with && i->teaming != TEAMING_TRANSIENT)
    diag_error(stage->diag, place, subject, "persistent='%s' belongs to the card of teaming type 'transient'",
               i->teaming_with);
  if (i->teaming == TEAMING_TRANSIENT && !i->teaming_with)
    diag_error(stage->diag, place, subject,
               "which card is the other of the team? write persistent='ALIAS' of the virtio one");
  if (i->teaming == TEAMING_TRANSIENT && i->type == INTERFACE_NETWORK)
    diag_error(stage->diag, place, subject,
               "the transient one of a team is a host device, which libvirt would take out of network '%s': choose one "
               "and "
               "write <interface type='hostdev'> with its <source><address type='pci' .../></source>",
               i->network);
  else if (i->teaming == TEAMING_TRANSIENT && i->type != INTERFACE_HOSTDEV)
    diag_error(stage->diag, place, subject, "the transient one of a team is a host device: type='hostdev', not '%s'",
               interface_type_names[i->type]);
  if (i->teaming == TEAMING_PERSISTENT && !i->is_virtio)
    diag_error(stage->diag, place, subject, "the persistent one of a team is <model type='virtio'/>, not '%s'",
               i->model ? i->model : "a host device");
}

/* Reports attributes that only a tap has, or only one that the user brings. */
static void
check_tap_words(const struct interface *i, struct stage *stage)
{
  const char *subject = i->dev.subject, *type = interface_type_names[i->type];
  if (i->script && i->type != INTERFACE_ETHERNET && i->type != INTERFACE_HOSTDEV)
    diag_error(stage->diag, place_of(i, "script/@path"), subject,
               "scripts set up the tap of type 'ethernet', not of '%s'; drop <script>", type);
  else if (i->script && i->type == INTERFACE_HOSTDEV)
    diag_warning(stage->diag, place_of(i, "script/@path"), subject,
                 "type 'hostdev' has no tap that a script could set up; <script> has no effect");
  if (i->downscript && i->type != INTERFACE_ETHERNET)
    diag_warning(stage->diag, place_of(i, "downscript/@path"), subject,
                 "scripts are for the tap of type 'ethernet', not of '%s'; <downscript> has no effect", type);
  if (i->sndbuf.set && !is_tap(i))
    diag_warning(stage->diag, place_of(i, "tune/sndbuf"), subject, "type '%s' has no tap; <sndbuf> has no effect",
                 type);
}

static void
check_host_end(const struct interface *i, struct stage *stage)
{
  const char *subject = i->dev.subject, *type = interface_type_names[i->type];
  bool passt = i->backend == BACKEND_PASST;
  bool opens_tap = is_tap(i) && i->type != INTERFACE_DIRECT;
  if (i->tap_path && !opens_tap)
    diag_error(stage->diag, place_of(i, "backend/@tap"), subject, "type '%s' opens no tap; drop tap='%s'", type,
               i->tap_path);
  else if (interface_other_path(i->tap_path, TUN) && !options_launch(stage->options))
    diag_warning(stage->diag, place_of(i, "backend/@tap"), subject,
                 "QEMU opens " TUN ", not '%s'; --exec and --run open that one for it", i->tap_path);
  bool vhost = opens_tap || i->type == INTERFACE_DIRECT;
  if (i->vhost_path && !(i->is_virtio && vhost))
    diag_warning(stage->diag, place_of(i, "backend/@vhost"), subject,
                 "vhost-net is for virtio cards on a tap; vhost='%s' has no effect", i->vhost_path);
  else if (interface_other_path(i->vhost_path, VHOST_NET) && !options_launch(stage->options))
    diag_warning(stage->diag, place_of(i, "backend/@vhost"), subject,
                 "QEMU opens " VHOST_NET ", not '%s'; --exec and --run open that one for it", i->vhost_path);
  if (i->target_managed == OFF && i->type != INTERFACE_ETHERNET)
    diag_error(stage->diag, place_of(i, "target/@managed"), subject,
               "an interface that is there already is type='ethernet', not '%s'", type);
  if (i->target_managed == OFF && !i->target)
    diag_error(stage->diag, place_of(i, "target/@managed"), subject,
               "which interface is there already? write <target dev='NAME' managed='no'/>");
  bool takes_mtu = opens_tap || i->type == INTERFACE_VHOSTUSER || (i->type == INTERFACE_USER && passt);
  if (i->mtu && !takes_mtu)
    diag_error(stage->diag, place_of(i, "mtu/@size"), subject, "type '%s' cannot set an MTU; drop <mtu>", type);
  if (is_tap(i) && i->target && strlen(i->target) > 15)
    diag_unstartable(stage->diag, place_of(i, "target/@dev"), subject,
                     "target '%s': Linux takes 15 characters, this guest will not start", i->target);
  if (i->link_down && i->type == INTERFACE_HOSTDEV)
    diag_warning(stage->diag, place_of(i, "link/@state"), subject,
                 "QEMU cannot cut the link of a host device; <link> has no effect");
  else if (i->link_down && stage->options->mode != MODE_RUN)
    diag_warning(stage->diag, place_of(i, "link/@state"), subject,
                 "QEMU starts with the link up; to cut it, start with --run, or send over QMP: "
                 "{\"execute\":\"set_link\",\"arguments\":{\"name\":\"%s\",\"up\":false}}",
                 i->dev.id);
}

static void
check_same_mac(const struct interface *i, struct stage *stage)
{
  bool alone = i->mac && !i->teaming; /* the cards of a team share one */
  const struct device *first = alone ? domain_first(&i->dev, "MAC address", i->mac) : &i->dev;
  if (first != &i->dev)
    diag_warning(stage->diag, place_of(i, "mac/@address"), i->dev.subject,
                 "MAC address %s is also that of the card in line %u; on one network neither will work", i->mac,
                 first->place.line);
}

/* A virtual function has its address from its physical one: netlink's business, not QEMU's. */
static void
check_host_device(const struct interface *i, struct stage *stage)
{
  if (i->mac && i->is_usb)
    diag_note(stage->diag, place_of(i, "mac/@address"), i->dev.subject,
              "a USB device keeps its own MAC address; the guest can set %s", i->mac);
  else if (i->mac)
    diag_note(stage->diag, place_of(i, "mac/@address"), i->dev.subject,
              "the MAC address of a host device is set on the host, before the guest starts: "
              "ip link set DEVICE vf NUMBER mac %s",
              i->mac);
  xmlNode *vlan = i->dev.node ? xml_child(i->dev.node, "vlan") : NULL;
  if (vlan)
    diag_note(stage->diag, xml_place(vlan, NULL), i->dev.subject,
              "the VLAN of a host device is set on the host, before the guest starts: "
              "ip link set DEVICE vf NUMBER vlan TAG");
}

/* libvirt sets the rules of a filter at the card's tap; whoever wrote one relies on what is not there. */
static void
warn_filter(const struct interface *i, struct stage *stage)
{
  xmlNode *filter = i->dev.node ? xml_child(i->dev.node, "filterref") : NULL;
  /* by hand: nothing but this warning has a use for it, the element itself is a row */
  const char *name = filter ? xml_attr(filter, "filter") : NULL;
  if (!name || options_draws(stage->options))
    return;
  diag_warning(stage->diag, xml_place(filter, NULL), i->dev.subject,
               "filter '%s' is not set: all that the guest sends and gets passes, from whatever MAC and IP address it "
               "claims to have; put rules for the card on the host (nft, family bridge), or drop <filterref>",
               name);
}

void
interface_check(const struct device *dev, struct stage *stage)
{
  const struct interface *i = (const struct interface *)dev;
  check_type(i, stage);
  check_options(i, stage);
  check_tap_words(i, stage);
  check_host_end(i, stage);
  warn_filter(i, stage);
  check_teaming(i, stage);
  check_same_mac(i, stage);
  interface_check_user(i, stage);
  if (i->type == INTERFACE_HOSTDEV) {
    check_host_device(i, stage);
    return;
  }
  check_model(i, stage);
  check_virtio(i, stage);
}
