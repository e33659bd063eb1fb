/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/hostdev_read.c - <hostdev>: which device of the host, in each way of naming one */

#include "dev/hostdev.h"
#include "core/uuid.h"

static const char *const hostdev_type_names[] = {
  [HOSTDEV_USB] = "usb",   [HOSTDEV_PCI] = "pci", [HOSTDEV_SCSI] = "scsi", [HOSTDEV_SCSI_HOST] = "scsi_host",
  [HOSTDEV_MDEV] = "mdev",
};
static_assert(ARRAY_SIZE(hostdev_type_names) == HOSTDEV_TYPES, "a hostdev type has no name");

static const char *const mdev_model_names[] = {
  [MDEV_VFIO_PCI] = "vfio-pci",
  [MDEV_VFIO_CCW] = "vfio-ccw",
  [MDEV_VFIO_AP] = "vfio-ap",
};
static const char *const vhost_model_names[] = {
  [VHOST_VIRTIO] = "virtio",
  [VHOST_TRANSITIONAL] = "virtio-transitional",
  [VHOST_NON_TRANSITIONAL] = "virtio-non-transitional",
};
static const char *const mode_names[] = { "subsystem", "capabilities" };
static const char *const driver_names[] = { "vfio", "kvm", "xen" };

const struct attr hostdev_attrs[] = { ATTR_ENUM("@type", struct hostdev, type, hostdev_type_names, .required = true),
                                      ATTR_YESNO("@managed", struct hostdev, managed), ATTR_END };

static const struct attr mdev_attrs[] = {
  ATTR_ENUM("@model", struct hostdev, mdev_model, mdev_model_names, .required = true),
  ATTR_ONOFF("@display", struct hostdev, display), ATTR_ONOFF("@ramfb", struct hostdev, ramfb), ATTR_END
};

static const struct attr pci_attrs[] = { ATTR_ONOFF("@display", struct hostdev, display),
                                         ATTR_ONOFF("@ramfb", struct hostdev, ramfb), ATTR_END };

static const struct attr scsi_attrs[] = {
  ATTR_STRING("source/adapter/@name", struct hostdev, adapter, .required = true),
  ATTR_UINT("source/address/@bus", struct hostdev, scsi_bus, .required = true),
  ATTR_UINT("source/address/@target", struct hostdev, scsi_target, .required = true),
  ATTR_UINT("source/address/@unit", struct hostdev, scsi_unit, .required = true), ATTR_END
};

static const struct attr vhost_attrs[] = { ATTR_ENUM("@model", struct hostdev, vhost_model, vhost_model_names),
                                           ATTR_STRING("source/@wwpn", struct hostdev, wwpn, .required = true),
                                           ATTR_END };

static void
parse_pci(struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  const char *subject = hostdev->dev.subject;
  int driver = 0;
  xmlNode *where, *address = xml_child(hostdev->source, "address");
  attr_read(pci_attrs, node, hostdev, subject, stage->diag);
  read_enum(node, "driver/@name", driver_names, ARRAY_SIZE(driver_names), &driver, subject, stage->diag);
  if (driver)
    diag_error(stage->diag, xml_place(xml_child(node, "driver"), NULL), subject,
               "driver '%s': QEMU passes devices through by vfio alone; drop <driver>", driver_names[driver]);
  /* which host driver to bind to is for who hands the device over */
  xml_get(node, "driver/@model", NULL);
  xml_skip_all(hostdev->source, "origstates"); /* what a running libvirt found the device in */
  if (xml_get(hostdev->source, "@writeFiltering", &where))
    diag_error(stage->diag, xml_place(where, "writeFiltering"), subject, "QEMU has no write filtering; drop it");
  if (!address) {
    diag_error(stage->diag, xml_place(hostdev->source, NULL), subject,
               "no <address>; write the host's PCI address: <address domain='0' bus='1' slot='0' function='0'/>");
    return;
  }
  const char *type = xml_attr(address, "type");
  if (type && strcmp(type, "pci") != 0)
    diag_error(stage->diag, xml_place(address, type), subject, "address type '%s' is not 'pci'", type);
  address_read_pci(address, &hostdev->pci, subject, stage->diag);
  xmlNode *teaming = xml_child(node, "teaming");
  if (!teaming)
    return;
  hostdev->failover = xml_attr(teaming, "persistent");
  if (!str_eq(xml_attr(teaming, "type"), "transient") || !hostdev->failover)
    diag_error(stage->diag, xml_place(teaming, NULL), subject,
               "teaming of a host device needs type='transient' and persistent='ALIAS'");
}

static void
parse_usb(struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  usb_host_read(&hostdev->usb, node, hostdev->dev.subject, stage->diag);
}

static void
parse_scsi(struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  const char *subject = hostdev->dev.subject;
  const char *sgio = xml_attr(node, "sgio");
  xml_attr(node, "rawio"); /* a capability that the process must have: a manager's */
  hostdev->readonly = xml_child(node, "readonly") != NULL;
  hostdev->shareable = xml_child(node, "shareable") != NULL;
  if (sgio && strcmp(sgio, "filtered") != 0)
    diag_error(stage->diag, xml_place(node, sgio), subject, "sgio '%s': Linux filters SG_IO always; drop it", sgio);
  hostdev->protocol = xml_attr(hostdev->source, "protocol");
  if (str_eq(hostdev->protocol, "adapter"))
    hostdev->protocol = NULL; /* what it is without a word */
  if (!hostdev->protocol) {
    attr_read(scsi_attrs, node, hostdev, subject, stage->diag);
    if (hostdev->adapter && !str_starts(hostdev->adapter, "scsi_host"))
      diag_error(stage->diag, xml_place(hostdev->source, hostdev->adapter), subject,
                 "adapter '%s' is none; the host calls them scsi_host0, scsi_host1, ...", hostdev->adapter);
    return;
  }
  if (strcmp(hostdev->protocol, "iscsi") != 0)
    diag_error(stage->diag, xml_place(hostdev->source, hostdev->protocol), subject,
               "protocol '%s' is unknown here; it must be adapter or iscsi", hostdev->protocol);
  else
    hostdev->image = image_read_source(&hostdev->dev, hostdev->source, "network", stage);
}

static void
parse_mdev(struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  const char *subject = hostdev->dev.subject;
  xmlNode *address = xml_child(hostdev->source, "address");
  uint8_t bytes[16];
  attr_read(mdev_attrs, node, hostdev, subject, stage->diag);
  hostdev->mdev_uuid = address ? xml_attr(address, "uuid") : NULL;
  if (!hostdev->mdev_uuid)
    diag_error(stage->diag, xml_place(address ? address : hostdev->source, NULL), subject,
               "uuid is missing; name the mediated device: <address uuid='...'/>");
  else if (!uuid_parse(hostdev->mdev_uuid, bytes))
    diag_error(stage->diag, xml_place(address, hostdev->mdev_uuid), subject, "uuid '%s' is malformed; 32 hex digits",
               hostdev->mdev_uuid);
  else
    hostdev->mdev_uuid = uuid_text(hostdev, bytes); /* as sysfs writes it */
}

static bool
is_wwpn(const char *text)
{
  const char *digits = text + strlen("naa.");
  return str_starts(text, "naa.") && strlen(digits) == 16 && strspn(digits, "0123456789abcdefABCDEF") == 16;
}

static void
parse_vhost(struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  const char *protocol = xml_attr(hostdev->source, "protocol");
  attr_read(vhost_attrs, node, hostdev, hostdev->dev.subject, stage->diag);
  if (!str_eq(protocol, "vhost"))
    diag_error(stage->diag, xml_place(hostdev->source, protocol), hostdev->dev.subject,
               "protocol '%s': a SCSI host is passed through by vhost alone", protocol ? protocol : "");
  if (hostdev->wwpn && !is_wwpn(hostdev->wwpn))
    diag_error(stage->diag, xml_place(hostdev->source, hostdev->wwpn), hostdev->dev.subject,
               "wwpn '%s' is malformed; 'naa.' and 16 hex digits", hostdev->wwpn);
}

/* What belongs to one type alone; on another it would be read and then ignored. */
static void
refuse_strays(const struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  static const struct {
    const char *attribute;
    unsigned types;
  } strays[] = {
    { "sgio", 1u << HOSTDEV_SCSI },
    { "rawio", 1u << HOSTDEV_SCSI },
    { "model", 1u << HOSTDEV_MDEV | 1u << HOSTDEV_SCSI_HOST },
  };
  static const char *const scsi_words[] = { "readonly", "shareable" };
  const char *type = hostdev_type_names[hostdev->type];
  for (size_t i = 0; i < ARRAY_SIZE(strays); i++)
    if (!(strays[i].types & 1u << hostdev->type) && xml_attr(node, strays[i].attribute))
      diag_error(stage->diag, xml_place(node, strays[i].attribute), hostdev->dev.subject,
                 "%s does not go with type='%s'; drop it", strays[i].attribute, type);
  for (size_t i = 0; i < ARRAY_SIZE(scsi_words) && hostdev->type != HOSTDEV_SCSI; i++)
    if (xml_child(node, scsi_words[i]))
      diag_warning(stage->diag, xml_place(xml_child(node, scsi_words[i]), NULL), hostdev->dev.subject,
                   "<%s> is for type='scsi', it has no effect on type '%s'", scsi_words[i], type);
  if (hostdev->type != HOSTDEV_USB && xml_attr(hostdev->source, "startupPolicy"))
    diag_error(stage->diag, xml_place(hostdev->source, "startupPolicy"), hostdev->dev.subject,
               "startupPolicy goes with type='usb' only");
}

void
hostdev_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  static void (*const parsers[HOSTDEV_TYPES])(struct hostdev * hostdev, xmlNode * node, struct stage * stage) = {
    [HOSTDEV_USB] = parse_usb,         [HOSTDEV_PCI] = parse_pci,   [HOSTDEV_SCSI] = parse_scsi,
    [HOSTDEV_SCSI_HOST] = parse_vhost, [HOSTDEV_MDEV] = parse_mdev,
  };
  struct hostdev *hostdev = (struct hostdev *)dev;
  int mode = 0;
  read_enum(node, "@mode", mode_names, ARRAY_SIZE(mode_names), &mode, dev->subject, stage->diag);
  hostdev->source = xml_child(node, "source");
  if (mode)
    diag_error(stage->diag, xml_place(node, "capabilities"), dev->subject,
               "mode 'capabilities' is for containers; QEMU takes mode='subsystem'");
  else if (!hostdev->source)
    diag_error(stage->diag, dev->place, dev->subject, "no <source>: which device of the host?");
  else if (parsers[hostdev->type]) {
    refuse_strays(hostdev, node, stage);
    if (hostdev->type != HOSTDEV_PCI && xml_child(node, "teaming"))
      diag_error(stage->diag, xml_place(xml_child(node, "teaming"), NULL), dev->subject,
                 "teaming is for type='pci' alone; drop <teaming>");
    parsers[hostdev->type](hostdev, node, stage);
  }
}
