/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/hostdev.c - <hostdev>: devices of the host, given to the guest as they are */

#include "block/network.h"
#include "bus/place.h"
#include "dev/hostdev.h"
#include "domain/notes.h"
#include "domain/display.h"

static const char *
vhost_suffix(const struct hostdev *hostdev)
{
  if (hostdev->vhost_model == VHOST_TRANSITIONAL)
    return "-transitional";
  return hostdev->vhost_model == VHOST_NON_TRANSITIONAL ? "-non-transitional" : NULL;
}

/* --- complete --- */

static size_t
number_of(const struct device *dev)
{
  const struct device_list *list = domain_devices(dev->domain, &hostdev_kind);
  size_t i = 0;
  while (list->items[i] != dev)
    i++;
  return i;
}

static void
complete_scsi(struct hostdev *hostdev, struct stage *stage)
{
  struct device *dev = &hostdev->dev;
  static const struct image_mode mode = { 0 };
  if (hostdev->adapter)
    hostdev->image = image_of_device(dev, hostdev->source, "");
  if (!hostdev->image)
    return;
  hostdev->image->readonly = hostdev->readonly;
  image_complete(hostdev->image, talloc_asprintf(dev, "hostdev%zu", number_of(dev)), &mode, stage);
}

static void
hostdev_complete(struct device *dev, struct stage *stage)
{
  struct hostdev *hostdev = (struct hostdev *)dev;
  if (hostdev->type == HOSTDEV_SCSI)
    complete_scsi(hostdev, stage);
  /* libvirt's qemuDomainDeviceHostdevDefPostParse: QEMU's own default would be "auto" */
  if (hostdev->type == HOSTDEV_MDEV && hostdev->mdev_model == MDEV_VFIO_PCI && hostdev->display == UNSET)
    hostdev->display = OFF;
  if (hostdev->type != HOSTDEV_SCSI && !(hostdev->type == HOSTDEV_MDEV && hostdev->mdev_model == MDEV_VFIO_CCW))
    device_drop_loadparm(dev, stage->diag);
  if (hostdev->iommufd == UNSET)
    hostdev->iommufd = dev->domain->misc.iommufd;
  if (hostdev->type == HOSTDEV_PCI)
    domain_claim_pci(dev->domain,
                     &(struct host_pci){ .dev = dev,
                                         .address = hostdev->pci,
                                         .managed = hostdev->managed == ON,
                                         .iommufd = hostdev->iommufd == ON && dev->address.type != ADDR_UNASSIGNED,
                                         .place = dev->place });
  if (hostdev->acpi_nodes) {
    struct note *nodes = domain_note(dev->domain, "ACPI nodes", NULL);
    hostdev->acpi_nodes_before = nodes->number;
    nodes->number += numset_count(hostdev->acpi_nodes);
  }
}

static void
hostdev_place(struct device *dev, struct stage *stage)
{
  struct hostdev *hostdev = (struct hostdev *)dev;
  switch (hostdev->type) {
  case HOSTDEV_PCI:
    /* "unassigned": only taken from the host, the guest does not see it */
    if (dev->address.type != ADDR_UNASSIGNED)
      place_pci_host(dev, &hostdev->pci, stage);
    return;
  case HOSTDEV_USB:
    place_usb(dev, stage);
    return;
  case HOSTDEV_SCSI:
    place_scsi_next(dev, stage);
    return;
  case HOSTDEV_SCSI_HOST:
    place_virtio(dev, hostdev->vhost_model == VHOST_TRANSITIONAL, stage);
    return;
  case HOSTDEV_MDEV:
    if (hostdev->mdev_model == MDEV_VFIO_PCI)
      place_pci(dev, PLACE_EXPRESS, stage);
    else if (hostdev->mdev_model == MDEV_VFIO_CCW && dev->address.type == ADDR_NONE)
      dev->address.type = ADDR_CCW;
    else if (hostdev->mdev_model == MDEV_VFIO_CCW)
      place_fixed(dev, ADDR_CCW, stage);
    else if (hostdev->mdev_model == MDEV_VFIO_AP)
      place_fixed(dev, ADDR_NONE, stage);
    return;
  case HOSTDEV_UNSET:
  case HOSTDEV_TYPES:
    return;
  }
}

/* --- check --- */

static const char *
get_or(const struct hostdev *hostdev, const char *path, const char *otherwise)
{
  /* by hand: they are the storage's rows, and only compared */
  const char *text = xml_get(hostdev->source, path, NULL);
  return text ? text : otherwise;
}

static const struct device *
first_of_scsi(const struct hostdev *h)
{
  if (h->adapter)
    return domain_first(&h->dev, "SCSI device of an adapter",
                        talloc_asprintf(h, "%u:%u:%ju %s", h->scsi_bus, h->scsi_target, (uintmax_t)h->scsi_unit,
                                        h->adapter));
  const char *port = talloc_asprintf(h, "%u", iscsi_protocol.port);
  return domain_first(&h->dev, "SCSI device of iSCSI",
                      talloc_asprintf(h, "%s %s %s", get_or(h, "host/@port", port), get_or(h, "host/@name", ""),
                                      get_or(h, "@name", "")));
}

/* Who has the same device of the host first; libvirt domain_conf.c, virDomainHostdevMatch. */
static const struct device *
first_of_device(const struct hostdev *hostdev)
{
  const struct device *dev = &hostdev->dev;
  switch (hostdev->type) {
  case HOSTDEV_SCSI:
    return first_of_scsi(hostdev);
  case HOSTDEV_SCSI_HOST:
    return hostdev->wwpn ? domain_first(dev, "SCSI host", hostdev->wwpn) : dev;
  case HOSTDEV_MDEV:
    return hostdev->mdev_uuid ? domain_first(dev, "mdev", hostdev->mdev_uuid) : dev;
  case HOSTDEV_USB: /* usb_host_check(), and domain/rules.c: other kinds open these, too */
  case HOSTDEV_PCI:
  case HOSTDEV_UNSET:
  case HOSTDEV_TYPES:
    return dev;
  }
  return dev;
}

static void
check_others(const struct hostdev *hostdev, struct stage *stage)
{
  const struct device *dev = &hostdev->dev, *first = first_of_device(hostdev);
  if (first != dev)
    diag_error(stage->diag, dev->place, dev->subject, "the same device of the host as on line %u; drop one of them",
               first->place.line);
  first = hostdev->ramfb == ON ? domain_first(dev, "ramfb", NULL) : dev;
  if (first != dev)
    diag_error(stage->diag, dev->place, dev->subject, "ramfb='on' here and on line %u; a guest has one",
               first->place.line);
  first = hostdev->mdev_model == MDEV_VFIO_AP ? domain_first(dev, "vfio-ap", NULL) : dev;
  if (first != dev)
    diag_error(stage->diag, dev->place, dev->subject,
               "second vfio-ap device (the first is on line %u); a guest has one", first->place.line);
}

static void
check_boot(const struct hostdev *hostdev, struct stage *stage)
{
  const struct device *dev = &hostdev->dev;
  bool bootable = hostdev->type == HOSTDEV_PCI || hostdev->type == HOSTDEV_USB || hostdev->type == HOSTDEV_SCSI ||
                  hostdev->mdev_model == MDEV_VFIO_CCW;
  if (dev->boot_order && !bootable)
    diag_error(stage->diag, dev->place, dev->subject, "a guest cannot boot from this kind of host device; drop <boot>");
}

/* QEMU hw/acpi/acpi_generic_initiator.c: it ends where the cell or ACPI is not there. */
static void
check_acpi_nodes(const struct hostdev *hostdev, struct stage *stage)
{
  const struct device *dev = &hostdev->dev;
  size_t cells = dev->domain->numa.n_cells;
  struct place place = xml_place_of(dev->node, "acpi/@nodeset");
  if (!hostdev->acpi_nodes)
    return;
  stage_need(stage, FEAT_ACPI_GENERIC_INITIATOR, place, dev->subject);
  if ((size_t)numset_last(hostdev->acpi_nodes) >= cells)
    diag_unstartable(stage->diag, place, dev->subject,
                     "nodeset: the guest has no NUMA cell %d, it has %zu, this guest will not start; describe "
                     "<cpu><numa>",
                     numset_last(hostdev->acpi_nodes), cells);
}

static void
hostdev_check(const struct device *dev, struct stage *stage)
{
  const struct hostdev *hostdev = (const struct hostdev *)dev;
  static const enum feature needs[HOSTDEV_TYPES] = {
    [HOSTDEV_PCI] = FEAT_DEVICE_VFIO_PCI,
    [HOSTDEV_SCSI_HOST] = FEAT_DEVICE_VHOST_SCSI,
  };
  static const enum feature mdev_needs[MDEV_MODELS] = {
    [MDEV_VFIO_PCI] = FEAT_DEVICE_VFIO_PCI,
    [MDEV_VFIO_CCW] = FEAT_DEVICE_VFIO_CCW,
    [MDEV_VFIO_AP] = FEAT_DEVICE_VFIO_AP,
  };
  stage_need(stage, hostdev->type == HOSTDEV_MDEV ? mdev_needs[hostdev->mdev_model] : needs[hostdev->type], dev->place,
             dev->subject);
  stage_check_virtio_suffix(stage, dev, vhost_suffix(hostdev));
  if (hostdev->type == HOSTDEV_USB)
    usb_host_check(&hostdev->usb, dev, stage);
  check_others(hostdev, stage);
  check_boot(hostdev, stage);
  check_acpi_nodes(hostdev, stage);
  if (hostdev->display == ON && !domain_devices(dev->domain, &graphics_kind)->n)
    diag_error(stage->diag, dev->place, dev->subject, "display='on' has nowhere to be seen; add a <graphics>");
  /* QEMU hw/vfio/pci.c; left to itself it finds out whether the device has a display */
  if (hostdev->ramfb == ON && hostdev->display == OFF)
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "ramfb='on' is the display's early picture, this guest will not start; write display='on'");
  if (hostdev->type == HOSTDEV_MDEV && hostdev->mdev_model != MDEV_VFIO_PCI && hostdev->display != UNSET)
    diag_error(stage->diag, dev->place, dev->subject, "only model='vfio-pci' has a display; drop display=");
  if (hostdev->image)
    image_check(hostdev->image, stage);
}

/* --- build --- */

/* QEMU hw/vfio/pci.c: only the variant without hot plug has the property. */
static struct props *
vfio_device(const struct hostdev *hostdev, const char *driver, struct argv *argv)
{
  bool ramfb = hostdev->ramfb == ON;
  struct props *p = argv_device(argv, PHASE_DEVICE, ramfb ? "vfio-pci-nohotplug" : driver, hostdev->dev.id);
  props_onoff(p, "display", hostdev->display);
  if (ramfb)
    props_bool(p, "ramfb", true);
  return p;
}

static void
build_acpi_nodes(const struct hostdev *hostdev, struct argv *argv)
{
  uint64_t n = hostdev->acpi_nodes_before;
  int node = hostdev->acpi_nodes ? numset_next(hostdev->acpi_nodes, 0) : -1;
  for (; node >= 0; node = numset_next(hostdev->acpi_nodes, (uint64_t)node + 1)) {
    struct props *p =
        argv_object(argv, PHASE_DEVICE, "acpi-generic-initiator", talloc_asprintf(argv, "gi%ju", (uintmax_t)n++));
    props_refer(p, "pci-dev", ID_DEVICE, hostdev->dev.id);
    props_uint(p, "node", (uint64_t)node);
  }
}

static void
build_pci(const struct hostdev *hostdev, struct argv *argv)
{
  const struct device *dev = &hostdev->dev;
  if (dev->address.type == ADDR_UNASSIGNED)
    return; /* taken from the host, not given to the guest */
  struct props *p = vfio_device(hostdev, "vfio-pci", argv);
  device_at(p, dev, "source");
  device_host_pci_props(p, dev);
  device_at(p, dev, NULL);
  props_str(p, "failover_pair_id", hostdev->failover);
  device_boot_props(p, dev);
  address_props(p, dev);
  device_rom_props(p, dev);
  build_acpi_nodes(hostdev, argv);
}

static void
build_mdev(const struct hostdev *hostdev, struct argv *argv)
{
  static const char *const drivers[MDEV_MODELS] = {
    [MDEV_VFIO_PCI] = "vfio-pci",
    [MDEV_VFIO_CCW] = "vfio-ccw",
    [MDEV_VFIO_AP] = "vfio-ap",
  };
  struct props *p = vfio_device(hostdev, drivers[hostdev->mdev_model], argv);
  props_host(p, "sysfsdev", WANT_MDEV, talloc_asprintf(p, "/sys/bus/mdev/devices/%s", hostdev->mdev_uuid));
  device_boot_props(p, &hostdev->dev);
  address_props(p, &hostdev->dev);
}

static void
build_scsi(const struct hostdev *hostdev, const struct build *b, struct argv *argv)
{
  const struct device *dev = &hostdev->dev;
  const char *node = image_build(hostdev->image, b, argv);
  struct props *p = argv_device(argv, PHASE_DEVICE, "scsi-generic", dev->id);
  props_refer(p, "drive", ID_NODE, node);
  device_boot_props(p, dev);
  address_props(p, dev);
}

static void
build_vhost(const struct hostdev *hostdev, struct argv *argv)
{
  const struct device *dev = &hostdev->dev;
  struct props *p =
      argv_device(argv, PHASE_DEVICE, virtio_driver(argv, dev, "vhost-scsi", vhost_suffix(hostdev)), dev->id);
  props_str(p, "wwpn", hostdev->wwpn);
  props_implies(p, WANT_DEVICE, "/dev/vhost-scsi", 0);
  device_virtio_props(p, dev);
  address_props(p, dev);
}

static void
hostdev_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct hostdev *hostdev = (const struct hostdev *)dev;
  switch (hostdev->type) {
  case HOSTDEV_PCI:
    build_pci(hostdev, argv);
    return;
  case HOSTDEV_MDEV:
    build_mdev(hostdev, argv);
    return;
  case HOSTDEV_USB:
    if (!hostdev->usb.missing)
      address_props(usb_host_build(&hostdev->usb, dev, b, argv), dev);
    return;
  case HOSTDEV_SCSI:
    build_scsi(hostdev, b, argv);
    return;
  case HOSTDEV_SCSI_HOST:
    build_vhost(hostdev, argv);
    return;
  case HOSTDEV_UNSET:
  case HOSTDEV_TYPES:
    return;
  }
}

/* Network cards of the host have taken the first numbers. */
static void
hostdev_identify(struct device *dev, struct stage *stage)
{
  (void)stage;
  dev->id = device_next_id(dev, "hostdev");
}

const struct kind hostdev_kind = {
  .element = "hostdev",
  .size = sizeof(struct hostdev),
  .name_path = "@type",
  .takes = TAKES_BOOT | TAKES_ROM | TAKES_VIRTIO,
  .attrs = hostdev_attrs,
  .parse = hostdev_parse,
  .complete = hostdev_complete,
  .place = hostdev_place,
  .identify = hostdev_identify,
  .check = hostdev_check,
  .resolve = hostdev_resolve,
  .build = hostdev_build,
};
