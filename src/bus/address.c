/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/address.c - addresses as -device spells them */

#include "bus/address.h"
#include "bus/controller.h"

static void
pci_props(struct props *p, const struct device *dev)
{
  const struct pci_address *pci = &dev->address.pci;
  props_refer(p, "bus", ID_BUS, pci_bus_name(p, dev->domain, pci->bus));
  if (pci->multifunction == ON)
    props_bool(p, "multifunction", true);
  else if (pci->multifunction == OFF)
    props_bool(p, "multifunction", false);
  if (pci->function)
    props_strf(p, "addr", "0x%x.0x%x", pci->slot, pci->function);
  else
    props_strf(p, "addr", "0x%x", pci->slot);
  props_num(p, "acpi-index", dev->address.acpi_index);
}

static void
vserial_props(struct props *p, const struct device *dev)
{
  const struct virtio_serial_address *a = &dev->address.vserial;
  const char *bus = controller_bus(p, dev->domain, CONTROLLER_VIRTIO_SERIAL, a->controller);
  if (a->bus == 0)
    props_refer(p, "bus", ID_BUS, bus);
  else /* there is none: warned of, and said as asked */
    props_strf(p, "bus", "%.*s%u", (int)(strrchr(bus, '.') + 1 - bus), bus, a->bus);
  props_uint(p, "nr", a->port);
}

static void
props_of_address(struct props *p, const struct device *dev)
{
  const struct address *a = &dev->address;
  switch (a->type) {
  case ADDR_PCI:
    pci_props(p, dev);
    return;
  case ADDR_USB:
    props_refer(p, "bus", ID_BUS, usb_bus_name(p, dev->domain, a->usb.bus));
    props_guest(p, "port", usb_port_string(p, &a->usb));
    props_behind(p, "port", usb_hub_behind(p, &a->usb));
    return;
  case ADDR_VIRTIO_SERIAL:
    if (dev->wish.unplaced)
      return;
    vserial_props(p, dev);
    return;
  case ADDR_CCID:
    props_refer(p, "bus", ID_BUS, controller_bus(p, dev->domain, CONTROLLER_CCID, a->ccid.controller));
    return;
  case ADDR_CCW:
    props_strf(p, "devno", "%x.%x.%04x", a->ccw.cssid, a->ccw.ssid, a->ccw.devno);
    return;
  case ADDR_SPAPR_VIO:
    if (a->spapr_reg.set)
      props_uint(p, "reg", a->spapr_reg.value);
    return;
  case ADDR_ISA:
    props_uint(p, "iobase", a->isa.iobase.value);
    props_nonzero(p, "irq", a->isa.irq.value);
    return;
  case ADDR_DIMM:
    props_num(p, "slot", a->dimm.slot);
    props_nonzero(p, "addr", a->dimm.base.value);
    return;
  case ADDR_DRIVE:
    drive_props(p, dev);
    return;
  case ADDR_NONE:
  case ADDR_VIRTIO_MMIO:
  case ADDR_MDEV:
  case ADDR_UNASSIGNED:
  case ADDR_TYPES:
    return;
  }
}

void
address_props(struct props *p, const struct device *dev)
{
  device_at(p, dev, "address");
  props_of_address(p, dev);
  device_at(p, dev, NULL);
}

void
address_companion(const struct device *dev, struct argv *argv)
{
  const struct pci_address *pci = &dev->address.pci;
  if (dev->address.type != ADDR_PCI || !pci->zpci_uid.set || !pci->zpci_fid.set || !dev->id)
    return;
  /* before its target, whatever that is: QEMU hw/s390x/s390-pci-bus.c looks for it by name */
  struct props *p =
      argv_device(argv, PHASE_CONTROLLER, "zpci", talloc_asprintf(argv, "zpci%ju", (uintmax_t)pci->zpci_uid.value));
  props_num(p, "uid", pci->zpci_uid);
  props_num(p, "fid", pci->zpci_fid);
  props_str(p, "target", dev->id);
}
