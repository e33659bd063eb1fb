/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/place.h - a device says on which bus it sits */

/* For place hooks. Each call sets address.type where the XML gave none, and what the bus must know
 * beside it. An address of a type that the device cannot have is reported. */

#ifndef BUS_PLACE_H
#define BUS_PLACE_H

#include "bus/address.h"
#include "bus/controller.h"

enum place_pci {
  PLACE_CONVENTIONAL,       /* a conventional PCI device */
  PLACE_EXPRESS,            /* PCI Express where the machine has it, else conventional */
  PLACE_INTEGRATED,         /* a conventional device of the root complex itself (pvpanic) */
  PLACE_INTEGRATED_EXPRESS, /* the same for a virtio device (virtio-iommu) */
};

void place_pci(struct device *dev, enum place_pci how, struct stage *stage);

/* The host's device HOST_PCI, handed on: PCI Express, unless the host knows it as conventional. */
void place_pci_host(struct device *dev, const struct pci_address *host_pci, struct stage *stage);

/* A virtio device: PCI Express, CCW or virtio-mmio by the machine and by what the XML says of
 * other devices. TRANSITIONAL ones need a conventional PCI slot. */
void place_virtio(struct device *dev, bool transitional, struct stage *stage);

/* The same for the virtio devices that are not primed for virtio-mmio in libvirt (file systems, sockets):
 * on a machine that has PCI as well they go there. */
void place_virtio_late(struct device *dev, bool transitional, struct stage *stage);

/* A SCSI controller that is not virtio's: conventional PCI; where virtio's would be virtio-mmio devices,
 * libvirt takes it for one too, and QEMU puts it where it likes. */
void place_scsi_controller(struct device *dev, struct stage *stage);

/* Beside place_pci() or place_virtio(). On q35, first try bus 0, SLOT: ICH9 sound was at 1b. */
void place_pci_prefer(struct device *dev, uint8_t slot);

/* The first display of the guest: it goes where QEMU would put it, slot 1 or 2, before all others. */
void place_pci_primary(struct device *dev);

/* DEV gets its slot in turn with KIND (interfaces of type hostdev with the hostdevs). */
void place_pci_order_as(struct device *dev, const struct kind *kind);

/* A drive. INDEX is that of its target name (sda 0, sdb 1): the address where none is given. */
void place_drive(struct device *dev, enum controller_type type, uint32_t index, struct stage *stage);

/* A SCSI device of the host, said as soon as it is read: bus_add_read_controllers() looks for it. */
void place_scsi_host(struct device *dev);

/* Such a device, where it has no address: the next free unit of a SCSI controller. */
void place_scsi_next(struct device *dev, struct stage *stage);

void place_usb(struct device *dev, struct stage *stage);
void place_ccid(struct device *dev, struct stage *stage);

/* CONSOLE: a virtconsole; without an address QEMU gives it a port. Else a virtserialport. */
void place_virtio_serial(struct device *dev, bool console, struct stage *stage);

/* FIRST_REG is QEMU's default for this device, the first to try. */
void place_spapr_vio(struct device *dev, uint32_t first_reg, struct stage *stage);

/* A memory module in a slot of the machine. */
void place_dimm(struct device *dev, struct stage *stage);

/* The device sits on no bus that has addresses; one of TYPE alone may be given (ADDR_ISA for a
 * serial line), ADDR_NONE: none at all. */
void place_fixed(struct device *dev, enum addr_type type, struct stage *stage);

#endif
