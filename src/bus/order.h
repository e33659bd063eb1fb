/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/order.h - the buses below: how devices queue for addresses, and who gives them */

/* Inside of bus/ only. Each *_assign() reports what cannot be; devices with a broken address are
 * passed by. */

#ifndef BUS_ORDER_H
#define BUS_ORDER_H

#include "bus/assign.h"

/* The domain's devices in the order in which all buses but PCI and drives give out addresses
 * (libvirt domain_conf.c, virDomainDeviceInfoIterateFlags). Broken ones are left out. */
struct device **bus_order(TALLOC_CTX *ctx, const struct domain *domain, size_t *n);

/* "already that of NAME (line N)" for DEV, at its address. */
void bus_conflict(const struct device *dev, const struct device *first, struct stage *stage);

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

#endif
