/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/assign.h - gives every device its address */

/* Buses know addresses, not kinds: a device has said by a place_*() call in its place hook on which
 * bus it sits (bus/place.h). Controllers are the one kind that buses know (bus/controller.h). */

#ifndef BUS_ASSIGN_H
#define BUS_ASSIGN_H

#include "domain/kind.h"

/* Adds the controllers that SCSI devices of the host call for as they are written, one without an address
 * for the first controller: before those that wait for an index get it, and before the machine's. */
void bus_add_read_controllers(struct domain *domain, struct stage *stage);

/* Adds the controllers that the machine brings and that devices' addresses call for:
 * drive, virtio-serial, USB, CCID. PCI's own grow while addresses are given. */
void bus_add_controllers(struct domain *domain, struct stage *stage);

/* Gives an address to each device that has none; reports conflicts with both lines, full buses,
 * addresses that cannot be. */
void bus_assign(struct domain *domain, struct stage *stage);

#endif
