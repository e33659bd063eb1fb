/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/place.c - a device says on which bus it sits */

#include "bus/place.h"
#include "bus/pci.h"
#include "host/pci.h"

/* TYPE is the device's, or was not given and becomes it. */
static bool
settle(struct device *dev, enum addr_type type, struct stage *stage)
{
  if (dev->address.type == ADDR_NONE)
    dev->address.type = type;
  if (dev->address.type == type)
    return true;
  diag_error(stage->diag, device_address_place(dev), dev->subject,
             "it cannot have an address of type '%s'; write <address type='%s' .../> or leave the address out",
             addr_type_names[dev->address.type], addr_type_names[type]);
  dev->broken = true;
  return false;
}

static void
wish_pci(struct device *dev, enum place_pci how)
{
  dev->wish.pci = true;
  dev->wish.express = how == PLACE_EXPRESS || how == PLACE_INTEGRATED_EXPRESS;
  dev->wish.integrated = how == PLACE_INTEGRATED || how == PLACE_INTEGRATED_EXPRESS;
}

void
place_pci(struct device *dev, enum place_pci how, struct stage *stage)
{
  if (settle(dev, ADDR_PCI, stage))
    wish_pci(dev, how);
}

void
place_pci_host(struct device *dev, const struct pci_address *host_pci, struct stage *stage)
{
  const char *address = pci_address_string(stage->diag, host_pci);
  bool conventional = pci_is_conventional(stage->host, address);
  place_pci(dev, conventional ? PLACE_CONVENTIONAL : PLACE_EXPRESS, stage);
}

void
place_pci_prefer(struct device *dev, uint8_t slot)
{
  dev->wish.preferred = true;
  dev->wish.prefer_slot = slot;
}

void
place_pci_primary(struct device *dev)
{
  dev->wish.primary_display = true;
}

void
place_pci_order_as(struct device *dev, const struct kind *kind)
{
  dev->wish.order_as = kind;
}

/* libvirt qemu_domain_address.c: virtio-mmio is the default of a virt machine that already has
 * a virtio-mmio device, and of machines without PCI Express. */
static enum addr_type
virtio_default(const struct domain *domain)
{
  bool vexpress = arch_is_arm(domain->arch) && str_starts(domain->os.machine, "vexpress-");
  bool virt = domain_is_arm_virt(domain) || (arch_is_riscv(domain->arch) && domain_is_virt(domain));
  if (domain_is_s390(domain))
    return ADDR_CCW;
  if (domain_is_microvm(domain) || vexpress)
    return ADDR_VIRTIO_MMIO;
  for (size_t i = 0; virt && i < domain->devices.n; i++)
    if (domain->devices.items[i]->address.type == ADDR_VIRTIO_MMIO)
      return ADDR_VIRTIO_MMIO;
  return ADDR_PCI;
}

/* Transports that the machine itself must bring. */
static void
refuse_mmio(struct device *dev, struct stage *stage)
{
  if (!domain_is_pc(dev->domain) && !domain_is_pseries(dev->domain) && !domain_is_s390(dev->domain))
    return;
  diag_error(stage->diag, device_address_place(dev), dev->subject,
             "machine %s has no virtio-mmio; leave the address out", dev->domain->os.machine);
  dev->broken = true;
}

/* Boards of Arm and RISC-V: which transport their virtio devices take must be said. */
static bool
has_transport(struct device *dev, struct stage *stage)
{
  const struct domain *domain = dev->domain;
  if (pci_has_addresses(domain))
    return true;
  const char *yet = dev->rule ? talloc_asprintf(stage->diag, ", yet %s", dev->rule) : "";
  diag_error(stage->diag, dev->place, dev->subject,
             "machine %s has no PCI bus that we know of%s; drop it, or write <address type='virtio-mmio'/> where the "
             "board has that",
             domain->os.machine, yet);
  dev->broken = true;
  return false;
}

void
place_virtio(struct device *dev, bool transitional, struct stage *stage)
{
  struct domain *domain = dev->domain;
  enum addr_type type = dev->address.type;
  if (domain->virtio_address == ADDR_NONE)
    domain->virtio_address = virtio_default(domain);
  if (type == ADDR_NONE)
    type = domain->virtio_address;
  if (dev->address.type == ADDR_NONE && type == ADDR_PCI && !has_transport(dev, stage))
    return;
  if (type != ADDR_CCW && type != ADDR_VIRTIO_MMIO)
    place_pci(dev, transitional ? PLACE_CONVENTIONAL : PLACE_EXPRESS, stage);
  else
    dev->address.type = type;
  if (type == ADDR_VIRTIO_MMIO)
    refuse_mmio(dev, stage);
}

void
place_virtio_late(struct device *dev, bool transitional, struct stage *stage)
{
  if (dev->address.type == ADDR_NONE && domain_has_pcie(dev->domain))
    dev->address.type = ADDR_PCI;
  place_virtio(dev, transitional, stage);
}

void
place_scsi_controller(struct device *dev, struct stage *stage)
{
  if (dev->address.type == ADDR_NONE && virtio_default(dev->domain) == ADDR_VIRTIO_MMIO)
    return;
  place_pci(dev, PLACE_CONVENTIONAL, stage);
}

static void
index_to_drive(struct drive_address *drive, enum controller_type type, uint32_t index)
{
  /* libvirt domain_conf.c, virDomainDiskDefAssignAddress: how many drives a controller holds.
   * A SCSI bus counts as narrow: seven, unit 7 being the controller itself. */
  static const uint32_t numbers[CONTROLLER_TYPES] = {
    [CONTROLLER_IDE] = 4,
    [CONTROLLER_SATA] = 6,
    [CONTROLLER_FDC] = 2,
    [CONTROLLER_SCSI] = 7,
    [CONTROLLER_NVME] = NVME_NAMESPACES,
  };
  uint32_t per_controller = numbers[type];
  drive->controller = index / per_controller;
  drive->unit = index % per_controller;
  if (type == CONTROLLER_IDE) {
    drive->bus = drive->unit / 2;
    drive->unit %= 2;
  }
}

void
place_drive(struct device *dev, enum controller_type type, uint32_t index, struct stage *stage)
{
  bool given = dev->address.type != ADDR_NONE;
  if (!settle(dev, ADDR_DRIVE, stage))
    return;
  dev->wish.drive_controller = type;
  if (!given)
    index_to_drive(&dev->address.drive, type, index);
}

void
place_scsi_host(struct device *dev)
{
  dev->wish.drive_controller = CONTROLLER_SCSI;
  dev->wish.scsi_host = true;
}

void
place_scsi_next(struct device *dev, struct stage *stage)
{
  bool given = dev->address.type != ADDR_NONE;
  if (settle(dev, ADDR_DRIVE, stage))
    dev->wish.drive_open = !given;
}

void
place_usb(struct device *dev, struct stage *stage)
{
  settle(dev, ADDR_USB, stage);
}

void
place_ccid(struct device *dev, struct stage *stage)
{
  settle(dev, ADDR_CCID, stage);
}

void
place_virtio_serial(struct device *dev, bool console, struct stage *stage)
{
  dev->wish.console = console;
  settle(dev, ADDR_VIRTIO_SERIAL, stage);
}

void
place_spapr_vio(struct device *dev, uint32_t first_reg, struct stage *stage)
{
  dev->wish.vio_reg = first_reg;
  settle(dev, ADDR_SPAPR_VIO, stage);
}

void
place_dimm(struct device *dev, struct stage *stage)
{
  bool slotted = dev->address.type == ADDR_DIMM && dev->address.dimm.slot.set;
  if (settle(dev, ADDR_DIMM, stage))
    dev->address.given = slotted;
}

/* libvirt qemu_command.c, qemuBuildDeviceAddressProps: an ISA address always has its port, if only 0. */
static void
warn_port_0(const struct device *dev, struct stage *stage)
{
  if (dev->address.type == ADDR_ISA && !dev->address.isa.iobase.set)
    diag_warning(stage->diag, device_address_place(dev), dev->subject,
                 "an ISA address without iobase means I/O port 0, where no guest looks; write iobase='...' or leave "
                 "the "
                 "address out");
}

void
place_fixed(struct device *dev, enum addr_type type, struct stage *stage)
{
  if (dev->address.type == type)
    warn_port_0(dev, stage);
  if (dev->address.type == ADDR_NONE || dev->address.type == type)
    return;
  if (type != ADDR_NONE) {
    settle(dev, type, stage);
    return;
  }
  diag_error(stage->diag, device_address_place(dev), dev->subject, "it has no address; leave <address type='%s'> out",
             addr_type_names[dev->address.type]);
  dev->broken = true;
}
