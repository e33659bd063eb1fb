/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/address.h - addresses as -device spells them */

#ifndef BUS_ADDRESS_H
#define BUS_ADDRESS_H

#include "core/argv.h"

struct device;

/* Sets bus, addr and what belongs to them (acpi-index, multifunction, nr, scsi-id, unit, devno...)
 * of a -device, from the device's assigned address. For drives, what that is
 * comes from the model of the controller. */
void address_props(struct props *p, const struct device *dev);

/* Appends the device that DEV's address needs beside it: on s390x a zpci device each. */
void address_companion(const struct device *dev, struct argv *argv);

#endif
