/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/controller_build.c - controllers as QEMU's devices, and the buses they offer */

#include "dev/controller.h"
#include "domain/iothread_map.h"

static const struct {
  const char *driver;
  enum feature feature;
} drivers[CONTROLLER_MODELS] = {
  [USB_PIIX3_UHCI] = { "piix3-usb-uhci", FEAT_PIIX3_USB_UHCI },
  [USB_PIIX4_UHCI] = { "piix4-usb-uhci", FEAT_PIIX4_USB_UHCI },
  [USB_EHCI] = { "usb-ehci", FEAT_USB_EHCI },
  [USB_ICH9_EHCI1] = { "ich9-usb-ehci1", FEAT_ICH9_USB_EHCI1 },
  [USB_ICH9_UHCI1] = { "ich9-usb-uhci1", FEAT_ICH9_USB_EHCI1 },
  [USB_ICH9_UHCI2] = { "ich9-usb-uhci2", FEAT_ICH9_USB_EHCI1 },
  [USB_ICH9_UHCI3] = { "ich9-usb-uhci3", FEAT_ICH9_USB_EHCI1 },
  [USB_VT82C686B_UHCI] = { "vt82c686b-usb-uhci", FEAT_VT82C686B_USB_UHCI },
  [USB_PCI_OHCI] = { "pci-ohci", FEAT_PCI_OHCI },
  [USB_NEC_XHCI] = { "nec-usb-xhci", FEAT_NEC_USB_XHCI },
  [USB_QEMU_XHCI] = { "qemu-xhci", FEAT_DEVICE_QEMU_XHCI },
  [SCSI_LSILOGIC] = { "lsi", FEAT_SCSI_LSI },
  [SCSI_IBMVSCSI] = { "spapr-vscsi", FEAT_NONE },
  [SCSI_LSISAS1068] = { "mptsas1068", FEAT_SCSI_MPTSAS1068 },
  [SCSI_LSISAS1078] = { "megasas", FEAT_SCSI_MEGASAS },
  [SCSI_VMPVSCSI] = { "pvscsi", FEAT_SCSI_PVSCSI },
  [SCSI_AM53C974] = { "am53c974", FEAT_SCSI_AM53C974 },
  [SCSI_DC390] = { "dc390", FEAT_SCSI_DC390 },
  [SCSI_NCR53C90] = { NULL, FEAT_SCSI_NCR53C90 },
  [SCSI_VIRTIO] = { NULL, FEAT_VIRTIO_SCSI },
  [SCSI_VIRTIO_TRANSITIONAL] = { NULL, FEAT_VIRTIO_SCSI },
  [SCSI_VIRTIO_NON_TRANSITIONAL] = { NULL, FEAT_VIRTIO_SCSI },
};

static const char *
controller_driver(enum controller_model model)
{
  return drivers[model].driver;
}

enum feature
controller_feature(enum controller_model model)
{
  return drivers[model].feature;
}

static struct props *
begin(const struct controller *c, const char *driver, struct argv *argv)
{
  return argv_device(argv, c->type == CONTROLLER_PCI ? PHASE_BUS : PHASE_CONTROLLER, driver, c->dev.id);
}

/* Address last, and the buses NAME.0 to NAME.(N-1). */
static void
finish(const struct controller *c, struct props *p, unsigned buses, struct argv *argv)
{
  address_props(p, &c->dev);
  for (unsigned i = 0; i < buses; i++)
    argv_props_offer_bus(argv, p, talloc_asprintf(p, "%s.%u", c->dev.id, i));
}

static const char *
model_suffix(enum controller_model model)
{
  if (model == SCSI_VIRTIO_TRANSITIONAL || model == VSERIAL_VIRTIO_TRANSITIONAL)
    return "-transitional";
  if (model == SCSI_VIRTIO_NON_TRANSITIONAL || model == VSERIAL_VIRTIO_NON_TRANSITIONAL)
    return "-non-transitional";
  return NULL;
}

static void
build_scsi(const struct controller *c, struct argv *argv)
{
  if (!model_is_virtio_scsi(c->model)) {
    finish(c, begin(c, controller_driver(c->model), argv), 1, argv);
    return;
  }
  struct props *p = begin(c, virtio_driver(argv, &c->dev, "virtio-scsi", model_suffix(c->model)), argv);
  if (c->iothread)
    props_refer(p, "iothread", ID_OBJECT, talloc_asprintf(p, "iothread%u", c->iothread));
  props_nonzero(p, "num_queues", c->queues);
  iothread_map_props(p, c->iothreads);
  props_nonzero(p, "cmd_per_lun", c->cmd_per_lun);
  props_nonzero(p, "max_sectors", c->max_sectors);
  props_switch(p, "ioeventfd", c->ioeventfd);
  device_virtio_props(p, &c->dev);
  finish(c, p, 1, argv);
}

static void
build_virtio_serial(const struct controller *c, struct argv *argv)
{
  struct props *p = begin(c, virtio_driver(argv, &c->dev, "virtio-serial", model_suffix(c->model)), argv);
  props_num(p, "max_ports", c->ports);
  props_num(p, "vectors", c->vectors);
  device_virtio_props(p, &c->dev);
  finish(c, p, 1, argv);
}

/* A companion has no id: its bus is its master's. */
static void
build_usb(const struct controller *c, struct argv *argv)
{
  if (c->model == USB_NONE || c->model == MODEL_DEFAULT)
    return;
  if (c->master_startport.set) {
    struct props *p = argv_device(argv, PHASE_CONTROLLER, controller_driver(c->model), NULL);
    props_refer(p, "masterbus", ID_BUS, usb_bus_name(p, c->dev.domain, (uint32_t)c->index.value));
    props_num(p, "firstport", c->master_startport);
    address_props(p, &c->dev);
    return;
  }
  struct props *p = begin(c, controller_driver(c->model), argv);
  props_num(p, "p2", c->ports);
  props_num(p, "p3", c->ports);
  finish(c, p, 1, argv);
}

static void
build_pci_globals(const struct controller *c, struct argv *argv)
{
  bool express = c->model == PCIE_ROOT;
  if (c->index.value != 0)
    return;
  if (c->pcihole64_set)
    argv_global(argv, express ? "q35-pcihost" : "i440FX-pcihost", "pci-hole64-size",
                talloc_asprintf(argv, "%juK", (uintmax_t)((c->pcihole64 + 1023) / 1024)));
  if (c->model == PCI_ROOT && c->hotplug != UNSET)
    argv_global(argv, "PIIX4_PM", "acpi-root-pci-hotplug", c->hotplug == ON ? "on" : "off");
}

static void
build_pci(const struct controller *c, struct argv *argv)
{
  build_pci_globals(c, argv);
  if (controller_is_builtin(c))
    return;
  struct props *p = begin(c, c->device_name, argv);
  props_num(p, "chassis_nr", c->chassis_nr);
  props_num(p, "bus_nr", c->bus_nr);
  props_num(p, "numa_node", c->numa_node);
  props_num(p, "port", c->port);
  props_num(p, "chassis", c->chassis);
  props_num(p, "index", c->target_index);
  if (c->model != PCI_ROOT)
    props_switch(p, "hotplug", c->hotplug);
  props_nonzero(p, "mem-reserve", c->mem_reserve * 1024);
  address_props(p, &c->dev);
  argv_props_offer_bus(argv, p, pci_bus_name(p, c->dev.domain, (uint32_t)c->index.value));
}

/* Floppies boot through their controller. Q35 has none of its own. */
static void
build_fdc(const struct controller *c, struct argv *argv)
{
  static const char *const keys[] = { "bootindexA", "bootindexB" };
  const struct domain *domain = c->dev.domain;
  uint32_t order[2] = { 0 };
  bool used = false;
  for (size_t i = 0; i < domain->devices.n; i++) {
    const struct device *dev = domain->devices.items[i];
    if (dev->address.type != ADDR_DRIVE || dev->wish.drive_controller != CONTROLLER_FDC)
      continue;
    used = true;
    order[dev->address.drive.unit != 0] = dev->boot_order;
  }
  if (used && domain_is_q35(domain)) {
    struct props *p = argv_device(argv, PHASE_CONTROLLER, "isa-fdc", NULL);
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
      props_nonzero(p, keys[i], order[i]);
    return;
  }
  for (size_t i = 0; used && i < ARRAY_SIZE(keys); i++)
    if (order[i])
      argv_global(argv, "isa-fdc", keys[i], talloc_asprintf(argv, "%u", order[i]));
}

/* QEMU wants a serial, of 20 characters at most. What is made up stays the same, as guests know it by that. */
static void
build_nvme(const struct controller *c, struct argv *argv)
{
  const struct domain *domain = c->dev.domain;
  struct props *p = begin(c, "nvme", argv);
  props_str(p, "serial",
            c->serial ? c->serial : talloc_asprintf(p, "%.13s-%ju", domain->uuid, (uintmax_t)c->index.value));
  finish(c, p, 0, argv);
  argv_props_offer_bus(argv, p, c->dev.id);
}

void
controller_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct controller *c = (const struct controller *)dev;
  (void)b;
  if (c->type == CONTROLLER_PCI)
    build_pci(c, argv);
  else if (c->type == CONTROLLER_FDC)
    build_fdc(c, argv);
  else if (c->type == CONTROLLER_USB)
    build_usb(c, argv);
  else if (controller_is_builtin(c))
    return;
  else if (c->type == CONTROLLER_SCSI)
    build_scsi(c, argv);
  else if (c->type == CONTROLLER_SATA)
    finish(c, begin(c, "ahci", argv), 6, argv);
  else if (c->type == CONTROLLER_VIRTIO_SERIAL)
    build_virtio_serial(c, argv);
  else if (c->type == CONTROLLER_NVME)
    build_nvme(c, argv);
  else if (c->type == CONTROLLER_CCID)
    finish(c, begin(c, "usb-ccid", argv), 1, argv);
}
