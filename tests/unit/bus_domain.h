/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/bus_domain.h - a domain of a few devices, completed: where does each sit? */

#ifndef TESTS_UNIT_BUS_DOMAIN_H
#define TESTS_UNIT_BUS_DOMAIN_H

#include "domain/kind.h"

/* Reads a domain of MACHINE ("x86_64 q35") with DEVICES for QEMU 9.0, and fills STAGE for completing it. Lasts
 * until the next call of these two. */
struct domain *bus_domain_read(const char *machine, const char *devices, struct stage *stage);

/* Reads a domain of MACHINE ("x86_64 q35") with DEVICES and completes it, as QEMU 9.0 has it.
 *
 * Returns "ID ADDRESS; ..." of every device of the kinds ELEMENTS ("controller hostdev") in their
 * order, implied ones too; those on no bus are left out. Where something was refused, the text of
 * the first error. */
const char *bus_domain(const char *machine, const char *devices, const char *elements);

#endif
