/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/channel.c - <channel>: a named pipe between host and guest, over virtio-serial or the network */

#include "bus/place.h"
#include "chardev/chardev.h"
#include "domain/kinds.h"
#include "domain/runtime.h"

#include <arpa/inet.h>

enum channel_type { CHANNEL_NONE, CHANNEL_GUESTFWD, CHANNEL_VIRTIO, CHANNEL_XEN, CHANNEL_TYPES };

static const char *const channel_type_names[] = {
  [CHANNEL_GUESTFWD] = "guestfwd",
  [CHANNEL_VIRTIO] = "virtio",
  [CHANNEL_XEN] = "xen",
};
static_assert(ARRAY_SIZE(channel_type_names) == CHANNEL_TYPES, "a type of channel has no name");

struct channel {
  struct device dev;
  struct chardev *chardev;
  enum channel_type type;
  const char *name;    /* VIRTIO: how the guest finds it; NULL: by number alone */
  const char *address; /* GUESTFWD: IPv4, within the guest's network */
  uint16_t port;
};

static const struct attr virtio_attrs[] = {
  ATTR_STRING("target/@name", struct channel, name, .dflt = "com.redhat.spice.0 of spicevmc, none of others",
              .doc = "The name under which the guest finds the channel, such as org.qemu.guest_agent.0."),
  ATTR_QUIET("target/@state", .doc = "Whether the guest has it open, as a running libvirt notes; it has no effect."),
  /* of a running domain, as dumpxml writes it */ ATTR_END
};

static const struct attr guestfwd_attrs[] = { ATTR_STRING("target/@address", struct channel, address, .required = true,
                                                          .doc = "The address at which the guest reaches the service."),
                                              ATTR_UINT("target/@port", struct channel, port, .min = 1,
                                                        .required = true,
                                                        .doc = "The port at which the guest reaches the service."),
                                              ATTR_END };

static const struct attr *const type_attrs[] = { [CHANNEL_VIRTIO] = virtio_attrs, [CHANNEL_GUESTFWD] = guestfwd_attrs };

static const struct attr channel_attrs[] = {
  ATTR_ENUM("target/@type", struct channel, type, channel_type_names, .required = true,
            .doc = "How the channel shows in the guest: a virtio port, or an address of its network."),
  ATTR_SEE_BY("target/@type", channel_type_names, type_attrs), ATTR_SEE(".", chardev_attrs), ATTR_END
};

/* The agent in the guest looks for this name. */
#define SPICE_AGENT "com.redhat.spice.0"

static void
parse_virtio(struct channel *channel, xmlNode *node, struct diag *diag)
{
  const char *subject = channel->dev.subject;
  attr_read(virtio_attrs, node, channel, subject, diag);
  if (channel->chardev->type != CHARDEV_SPICEVMC)
    return;
  channel->chardev->channel = "vdagent";
  if (!channel->name)
    channel->name = SPICE_AGENT;
  if (strcmp(channel->name, SPICE_AGENT) != 0)
    diag_error(diag, channel->dev.place, subject,
               "a spicevmc channel carries SPICE's agent alone; write <target type='virtio' name='" SPICE_AGENT "'/>");
}

static void
parse_guestfwd(struct channel *channel, xmlNode *node, struct diag *diag)
{
  const char *subject = channel->dev.subject;
  struct in_addr ipv4;
  bool fine = attr_read(guestfwd_attrs, node, channel, subject, diag);
  /* by hand: the subject has it, so that it counts as read */
  if (xml_has(node, "target/@name"))
    diag_warning(diag, xml_place(xml_child(node, "target"), "name"), subject,
                 "'name' of <target> means nothing to type 'guestfwd'");
  if (fine && inet_pton(AF_INET, channel->address, &ipv4) != 1)
    diag_error(diag, xml_place(xml_child(node, "target"), channel->address), subject,
               "address '%s' is no IPv4 address; guestfwd takes one of the guest's network, as 10.0.2.1",
               channel->address);
}

static void
channel_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct channel *channel = (struct channel *)dev;
  channel->chardev = chardev_read(dev, node, CHARDEV_PTY, dev->subject, stage->diag);
  if (channel->type == CHANNEL_VIRTIO)
    parse_virtio(channel, node, stage->diag);
  if (channel->type == CHANNEL_GUESTFWD)
    parse_guestfwd(channel, node, stage->diag);
}

/* The socket that libvirt would make up, in a folder of our own. */
static const char *
default_path(const struct channel *channel)
{
  struct domain *domain = channel->dev.domain;
  const struct device_list *list = domain_devices(domain, &channel_kind);
  size_t number = 0;
  if (channel->name && !strchr(channel->name, '/') && channel->name[0] != '.')
    return runtime_path(domain, channel->name);
  while (list->items[number] != &channel->dev)
    number++;
  return runtime_path(domain, talloc_asprintf(domain, "channel%zu.sock", number));
}

/* The rest of a path below libvirt's folder of channels, the system's or a user's; NULL: the path is elsewhere. */
static const char *
below_channels(const char *path)
{
  static const char *const folders[] = { "/libvirt/qemu/channel/", "/libvirt/qemu/run/channel/" };
  for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
    const char *at = strstr(path, folders[i]);
    if (at)
      return at + strlen(folders[i]);
  }
  return NULL;
}

/* Did libvirt make this path up for one run: CHANNELS/[target/]GUEST.NAME, .../domain-N-GUEST/NAME,
 * .../N-GUEST/NAME? It makes it up again for the next, and removes the folder (qemu_domain.c). */
static bool
is_made_up(const char *path, const char *name)
{
  const char *guest = below_channels(path);
  size_t length = strlen(path), tail = strlen(name);
  if (!guest || length <= tail || strcmp(path + length - tail, name) != 0)
    return false;
  if (str_starts(guest, "target/"))
    guest += strlen("target/");
  const char *end = path + length - tail;
  if (end - guest < 2 || memchr(guest, '/', (size_t)(end - guest - 1)))
    return false;
  bool per_run = str_starts(guest, "domain-") || (*guest >= '0' && *guest <= '9');
  return end[-1] == '.' || (end[-1] == '/' && per_run);
}

static void
channel_complete(struct device *dev, struct stage *stage)
{
  struct channel *channel = (struct channel *)dev;
  struct chardev *chardev = channel->chardev;
  if (channel->type != CHANNEL_VIRTIO || chardev->type != CHARDEV_UNIX)
    return;
  if (chardev->path && !(channel->name && is_made_up(chardev->path, channel->name)))
    return;
  if (chardev->mode == SOCKET_CONNECT && chardev->reconnect.enabled != UNSET)
    diag_error(stage->diag, chardev->place, dev->subject,
               "QEMU listens on the socket that is made up for it; to connect, and reconnect, name another path");
  chardev->mode = SOCKET_BIND;
  chardev->path = default_path(channel);
}

static void
channel_place(struct device *dev, struct stage *stage)
{
  if (((struct channel *)dev)->type == CHANNEL_VIRTIO)
    place_virtio_serial(dev, false, stage);
  else
    place_fixed(dev, ADDR_NONE, stage);
}

static void
channel_check(const struct device *dev, struct stage *stage)
{
  const struct channel *channel = (const struct channel *)dev;
  chardev_check(channel->chardev, dev, stage);
  if (channel->type == CHANNEL_XEN)
    diag_error(stage->diag, dev->place, dev->subject, "a channel of type 'xen' is Xen's; use <target type='virtio'/>");
}

/* The network card's user network is another; this one has no card, only the forwarded port. */
static void
build_guestfwd(const struct channel *channel, const char *id, const struct build *b, struct argv *argv)
{
  const char *rule = talloc_asprintf(argv, "tcp:%s:%u-chardev:%s", channel->address, channel->port, id);
  if (!caps_has(b->caps, FEAT_NETDEV_JSON)) {
    struct props *p = argv_keyval(argv, PHASE_DEVICE, "-netdev", "type");
    props_str(p, "type", "user");
    props_define(p, "id", ID_NETDEV, channel->dev.id);
    props_str(p, "guestfwd", rule);
    return;
  }
  struct props *p = argv_json(argv, PHASE_DEVICE, "-netdev");
  props_str(p, "type", "user");
  props_define(p, "id", ID_NETDEV, channel->dev.id);
  props_str(props_dict(props_list(p, "guestfwd"), NULL), "str", rule);
}

static void
channel_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct channel *channel = (const struct channel *)dev;
  const char *id = chardev_id(argv, dev);
  chardev_build(channel->chardev, id, b, argv);
  if (channel->type == CHANNEL_GUESTFWD) {
    build_guestfwd(channel, id, b, argv);
    return;
  }
  struct props *p = argv_device(argv, PHASE_DEVICE, "virtserialport", dev->id);
  props_refer(p, "chardev", ID_CHARDEV, id);
  props_guest(p, "name", channel->name);
  address_props(p, dev);
}

const struct kind channel_kind = {
  .element = "channel",
  .size = sizeof(struct channel),
  .name_path = "target/@name",
  .alias = "channel",
  .attrs = channel_attrs,
  .parse = channel_parse,
  .complete = channel_complete,
  .place = channel_place,
  .check = channel_check,
  .build = channel_build,
};
