/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/assign.c - every device gets its address, bus by bus */

#include "bus/assign.h"
#include "bus/buses.h"

static bool
has_rom(const struct device *dev)
{
  return dev->rom.enabled != UNSET || dev->rom.bar != UNSET || dev->rom.file;
}

/* QEMU hw/pci/pci.c, pci_qdev_realize(): no two devices with one index, none above a limit. */
static void
check_acpi_index(struct device **by_index, struct device *dev, struct stage *stage)
{
  uint64_t index = dev->address.acpi_index.value;
  const struct device *first = index <= ACPI_INDEX_MAX ? by_index[index] : NULL;
  if (index > ACPI_INDEX_MAX)
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "ACPI index %ju: QEMU takes at most %u, this guest will not start; choose another",
                     (uintmax_t)index, ACPI_INDEX_MAX);
  else if (!first)
    by_index[index] = dev;
  else
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "ACPI index %ju is already that of %s (line %u), this guest will not start; give each its own",
                     (uintmax_t)index, first->subject, first->place.line);
  if (!caps_has(stage->caps, FEAT_ACPI_INDEX))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU (%s) has no ACPI index; drop <acpi>",
               caps_version_string(stage->caps));
}

/* QEMU hw/virtio/virtio-pci.c: the two that are not of virtio itself. */
static void
check_virtio_parts(const struct device *dev, struct stage *stage)
{
  bool elsewhere = dev->address.type == ADDR_CCW || dev->address.type == ADDR_VIRTIO_MMIO;
  if (elsewhere && (dev->virtio.ats || dev->virtio.page_per_vq))
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "%s is of virtio on PCI, this device is not there and the guest will not start; drop it",
                     dev->virtio.ats ? "ats" : "page_per_vq");
}

/* Reports parts of PCI devices on devices that are elsewhere. */
static void
check_pci_parts(struct domain *domain, struct stage *stage)
{
  struct device **by_index = NULL;
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    bool pci = dev->address.type == ADDR_PCI || dev->address.type == ADDR_NONE;
    if (dev->broken)
      continue;
    check_virtio_parts(dev, stage);
    if (!pci && dev->address.type != ADDR_UNASSIGNED && has_rom(dev))
      diag_error(stage->diag, dev->place, dev->subject, "<rom> is for PCI devices; drop it here");
    if (!dev->address.acpi_index.set)
      continue;
    if (!pci) {
      diag_error(stage->diag, dev->place, dev->subject, "<acpi index> is for PCI devices; drop it here");
      continue;
    }
    if (!by_index)
      by_index = talloc_zero_array(domain, struct device *, ACPI_INDEX_MAX + 1);
    check_acpi_index(by_index, dev, stage);
  }
  talloc_free(by_index);
}

void
bus_add_read_controllers(struct domain *domain, struct stage *stage)
{
  drive_add_host_controllers(domain, stage);
}

void
bus_add_controllers(struct domain *domain, struct stage *stage)
{
  drive_place_open(domain, stage);
  drive_add_controllers(domain, stage);
  vserial_add_controllers(domain, stage);
  ccid_add_controllers(domain, stage);
  drive_add_host_controllers(domain, stage);
}

/* libvirt qemu_domain_address.c, qemuDomainAssignAddresses. */
void
bus_assign(struct domain *domain, struct stage *stage)
{
  dimm_assign(domain, stage);
  drive_assign(domain, stage);
  vserial_assign(domain, stage);
  ccid_assign(domain, stage);
  vio_assign(domain, stage);
  ccw_assign(domain, stage);
  pci_assign(domain, stage);
  zpci_assign(domain, stage);
  usb_assign(domain, stage);
  mmio_order(domain);
  check_pci_parts(domain, stage);
}
