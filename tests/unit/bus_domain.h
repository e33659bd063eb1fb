/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/bus_domain.h - a domain of a few devices, completed: where does each sit? */

#ifndef TESTS_UNIT_BUS_DOMAIN_H
#define TESTS_UNIT_BUS_DOMAIN_H

/* Reads a domain of MACHINE ("x86_64 q35") with DEVICES and completes it, as QEMU 9.0 has it.
 *
 * Returns "ID ADDRESS; ..." of every device of the kind ELEMENT in the order of their ids' making
 * (implied ones too; those on no bus are left out), or, where something was refused, "line N: TEXT"
 * of the first report. Lasts until the next call. */
const char *bus_domain(const char *machine, const char *devices, const char *element);

#endif
