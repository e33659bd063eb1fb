/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/buses.h - the buses, which bus/assign.c calls one after the other */

/* Inside of bus/ only. Each *_assign() reports what cannot be; devices with a broken address are
 * passed by. */

#ifndef BUS_BUSES_H
#define BUS_BUSES_H

#include "bus/order.h"

/* drive.c */
void drive_place_open(struct domain *domain, struct stage *stage);
void drive_add_controllers(struct domain *domain, struct stage *stage);
void drive_add_host_controllers(struct domain *domain, struct stage *stage);
void drive_assign(struct domain *domain, struct stage *stage);

/* vserial.c: virtio-serial ports */
void vserial_add_controllers(struct domain *domain, struct stage *stage);
void vserial_assign(struct domain *domain, struct stage *stage);

/* ccid.c: smartcard slots */
void ccid_add_controllers(struct domain *domain, struct stage *stage);
void ccid_assign(struct domain *domain, struct stage *stage);

/* ccw.c, vio.c: the channel subsystem, virtual I/O of pseries */
void ccw_assign(struct domain *domain, struct stage *stage);
void vio_assign(struct domain *domain, struct stage *stage);

/* dimm.c: slots of memory modules; DIMM_SLOTS: QEMU hw/core/machine.c (ACPI_MAX_RAM_SLOTS) */
enum { DIMM_SLOTS = 256 };
void dimm_assign(struct domain *domain, struct stage *stage);

/* mmio.c: brings the devices on virtio-mmio into the order in which they take its transports */
void mmio_order(struct domain *domain);

/* usb.c */
void usb_assign(struct domain *domain, struct stage *stage);

/* pci.c */
void pci_assign(struct domain *domain, struct stage *stage);

/* pci_zpci.c: uid and fid of PCI devices on s390x */
void zpci_assign(struct domain *domain, struct stage *stage);

#endif
