/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/hostdev_read.c - <hostdev>: which device of the host, in each way of naming one */

#include "dev/hostdev.h"
#include "bus/place.h"
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
static const char *const sgio_names[] = { "filtered" };
static const char *const protocol_names[] = { [SCSI_BY_ADAPTER] = "adapter", [SCSI_BY_ISCSI] = "iscsi" };
static const char *const vhost_names[] = { "vhost" };
static const char *const address_names[] = { "pci" };
/* sparse: only the other partner, <interface>, is "persistent" */
static const char *const teaming_names[] = { [ON] = "transient" };

static const struct attr mdev_attrs[] = {
  ATTR_ENUM("@model", struct hostdev, mdev_model, mdev_model_names, .required = true,
            .doc = "Which kind of mediated device it is: of PCI, of a channel, or a cryptographic adapter of s390x."),
  ATTR_ONOFF("@display", struct hostdev, display, .dflt = "off of vfio-pci; none of others",
             .doc = "Whether the device's picture is shown by a display."),
  ATTR_ONOFF("@ramfb", struct hostdev, ramfb, .dflt = "off",
             .doc = "Whether a simple picture is there before the guest's driver starts."),
  ATTR_WORD("source/address/@uuid", struct hostdev, mdev_uuid, uuid_word, "UUID", .required = true,
            .missing = "uuid is missing; name the mediated device: <address uuid='...'/>",
            .doc = "The mediated device of the host."),
  ATTR_END
};

static const struct attr pci_attrs[] = {
  ATTR_ONOFF("@display", struct hostdev, display, .dflt = "QEMU's (off)",
             .doc = "Whether the device's picture is shown by a display."),
  ATTR_ONOFF("@ramfb", struct hostdev, ramfb, .dflt = "off",
             .doc = "Whether a simple picture is there before the guest's driver starts."),
  ATTR_ENUM("driver/@name", struct hostdev, driver, driver_names, .dflt = "vfio",
            .doc = "Who hands the device through: vfio."),
  ATTR_YESNO("driver/@iommufd", struct hostdev, iommufd, .dflt = "the domain's <iommufd>, else no",
             .doc = "Whether QEMU opens the device by itself (IOMMUFD) and not by its IOMMU group."),
  ATTR_WORD("acpi/@nodeset", struct hostdev, acpi_nodes, numset_word, "list of numbers", .dflt = "none",
            .doc = "The NUMA cells of the guest that ACPI says belong to the device (generic initiators)."),
  ATTR_QUIET("driver/@model", .doc = "The driver of the host to bind the device to, for whoever hands it "
                                     "over."),
  ATTR_QUIET("source/origstates", .doc = "What a running libvirt found the device in; it has no "
                                         "effect."),
  ATTR_REFUSED("source/@writeFiltering", "QEMU has no write filtering; drop it",
               .doc = "Xen's filter of the guest's writes; QEMU has none."),
  ATTR_ENUM_ONLY("source/address/@type", address_names, .dflt = "pci",
                 .doc = "The kind of the host device's address: pci."),
  ATTR_STRUCT("source/address", struct hostdev, pci, host_pci_attrs, .required = true,
              .doc = "Where the device is on the host.",
              .missing = "no <address>; write the host's PCI address: "
                         "<address domain='0' bus='1' slot='0' function='0'/>"),
  ATTR_ENUM("teaming/@type", struct hostdev, teaming, teaming_names, .dflt = "none",
            .doc = "Whether the device comes and goes beside an interface that stays."),
  ATTR_STRING("teaming/@persistent", struct hostdev, failover, .dflt = "none", .required_where = "in <teaming>",
              .doc = "The alias of the interface that stays."),
  ATTR_END
};

static const struct attr adapter_attrs[] = {
  ATTR_STRING("source/adapter/@name", struct hostdev, adapter, .required = true,
              .doc = "The SCSI adapter of the host, such as scsi_host0."),
  ATTR_UINT("source/address/@bus", struct hostdev, scsi_bus, .required = true,
            .doc = "The bus of the SCSI device on its adapter."),
  ATTR_UINT("source/address/@target", struct hostdev, scsi_target, .required = true,
            .doc = "The target of the SCSI device."),
  ATTR_UINT("source/address/@unit", struct hostdev, scsi_unit, .required = true,
            .doc = "The logical unit of the SCSI device."),
  ATTR_END
};

static const struct attr iscsi_attrs[] = { ATTR_SEE("source", image_iscsi_attrs), ATTR_END };

static const struct attr *const scsi_tables[] = { [SCSI_BY_ADAPTER] = adapter_attrs, [SCSI_BY_ISCSI] = iscsi_attrs };

static const struct attr scsi_attrs[] = {
  ATTR_ENUM_ONLY("@sgio", sgio_names, .why = "Linux filters SG_IO always; drop it", .dflt = "filtered",
                 .doc = "Whether SCSI commands are filtered by the host's kernel."),
  ATTR_QUIET("@rawio", .doc = "Whether the guest's process may send any command, which a manager "
                              "allows."),
  ATTR_PRESENT("readonly", struct hostdev, readonly, .dflt = "off", .doc = "The guest cannot write to it."),
  ATTR_PRESENT("shareable", struct hostdev, shareable, .dflt = "off", .doc = "Several guests may use it at once."),
  ATTR_ENUM("source/@protocol", struct hostdev, protocol, protocol_names, .dflt = "adapter",
            .doc = "How the SCSI device is reached: by an adapter of the host, or over iSCSI by QEMU itself."),
  ATTR_SEE_BY("source/@protocol", protocol_names, scsi_tables),
  ATTR_END
};

static const char *
parse_wwpn(TALLOC_CTX *ctx, const char *text, void *member)
{
  const char *digits = text + strlen("naa.");
  (void)ctx;
  *(const char **)member = text;
  if (str_starts(text, "naa.") && strlen(digits) == 16 && strspn(digits, "0123456789abcdefABCDEF") == 16)
    return NULL;
  return "must be 'naa.' and 16 hex digits";
}

static const struct attr vhost_attrs[] = {
  ATTR_ENUM("@model", struct hostdev, vhost_model, vhost_model_names, .dflt = "virtio",
            .doc = "Which generation of the virtio device it is."),
  ATTR_ENUM_ONLY("source/@protocol", vhost_names, .required = true,
                 .missing = "a SCSI host is passed through by vhost alone; write <source protocol='vhost'>",
                 .doc = "How the SCSI host is reached: by the host kernel's vhost."),
  ATTR_WORD("source/@wwpn", struct hostdev, wwpn, parse_wwpn, "WWPN", .required = true,
            .doc = "The port name of the host's vhost-scsi target."),
  ATTR_END
};

static const struct attr *const tables[HOSTDEV_TYPES] = {
  [HOSTDEV_USB] = usb_host_attrs,    [HOSTDEV_PCI] = pci_attrs,   [HOSTDEV_SCSI] = scsi_attrs,
  [HOSTDEV_SCSI_HOST] = vhost_attrs, [HOSTDEV_MDEV] = mdev_attrs,
};

const struct attr hostdev_attrs[] = {
  ATTR_ENUM("@type", struct hostdev, type, hostdev_type_names, .required = true,
            .doc = "What kind of host device it is; each is named in its own way."),
  ATTR_ENUM("@mode", struct hostdev, mode, mode_names, .dflt = "subsystem",
            .doc = "Whether it is a device or what a container may do; QEMU has the first alone."),
  ATTR_YESNO("@managed", struct hostdev, managed, .dflt = "no",
             .doc = "Whether a start takes the device from the host's driver and gives it back afterwards."),
  ATTR_SEE_BY("@type", hostdev_type_names, tables), ATTR_END
};

static void
parse_pci(struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  const char *subject = hostdev->dev.subject;
  xmlNode *teaming = xml_child(node, "teaming");
  bool fine = attr_read(pci_attrs, node, hostdev, subject, stage->diag);
  if (hostdev->driver)
    diag_error(stage->diag, xml_place(xml_child(node, "driver"), NULL), subject,
               "driver '%s': QEMU passes devices through by vfio alone; drop <driver>", driver_names[hostdev->driver]);
  if (fine && teaming && (!hostdev->teaming || !hostdev->failover))
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
  place_scsi_host(&hostdev->dev);
  const char *subject = hostdev->dev.subject;
  if (!attr_read(scsi_attrs, node, hostdev, subject, stage->diag))
    return;
  if (hostdev->protocol == SCSI_BY_ISCSI) {
    hostdev->image = image_read_source(&hostdev->dev, hostdev->source, "network", stage);
    return;
  }
  attr_read(adapter_attrs, node, hostdev, subject, stage->diag);
  if (hostdev->adapter && !str_starts(hostdev->adapter, "scsi_host"))
    diag_error(stage->diag, xml_place(hostdev->source, hostdev->adapter), subject,
               "adapter '%s' is none; the host calls them scsi_host0, scsi_host1, ...", hostdev->adapter);
}

static void
parse_mdev(struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  attr_read(mdev_attrs, node, hostdev, hostdev->dev.subject, stage->diag);
}

static void
parse_vhost(struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  attr_read(vhost_attrs, node, hostdev, hostdev->dev.subject, stage->diag);
}

/* Attributes of one type alone; on another they would be read and then ignored. */
static void
refuse_strays(const struct hostdev *hostdev, xmlNode *node, struct stage *stage)
{
  static const struct {
    const char *attribute;
    unsigned types;
  } strays[] = {
    { "@sgio", 1u << HOSTDEV_SCSI },
    { "@rawio", 1u << HOSTDEV_SCSI },
    { "@model", 1u << HOSTDEV_MDEV | 1u << HOSTDEV_SCSI_HOST },
  };
  static const char *const scsi_words[] = { "readonly", "shareable" };
  const char *type = hostdev_type_names[hostdev->type];
  for (size_t i = 0; i < ARRAY_SIZE(strays); i++)
    if (!(strays[i].types & 1u << hostdev->type) && xml_has(node, strays[i].attribute))
      diag_error(stage->diag, xml_place(node, strays[i].attribute + 1), hostdev->dev.subject,
                 "%s does not go with type='%s'; drop it", strays[i].attribute + 1, type);
  for (size_t i = 0; i < ARRAY_SIZE(scsi_words) && hostdev->type != HOSTDEV_SCSI; i++)
    if (xml_child(node, scsi_words[i]))
      diag_warning(stage->diag, xml_place(xml_child(node, scsi_words[i]), NULL), hostdev->dev.subject,
                   "<%s> is for type='scsi', it has no effect on type '%s'", scsi_words[i], type);
  if (hostdev->type != HOSTDEV_USB && xml_has(hostdev->source, "@startupPolicy"))
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
  hostdev->source = xml_child(node, "source");
  if (hostdev->mode)
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
