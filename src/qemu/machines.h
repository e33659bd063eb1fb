/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/machines.h - the machine types of each QEMU, built in */

/* For caps.c, where no binary was asked. Facts of upstream's builds; touches nothing. */

#ifndef QEMU_MACHINES_H
#define QEMU_MACHINES_H

#include "qemu/caps.h"

/* The machines that VERSION has on ARCH; the array and its strings are children of CTX. */
struct caps_machine *machines_of_version(TALLOC_CTX *ctx, unsigned version, enum arch arch, bool kvm, size_t *count);

/* The machine for a domain that names none, by name or alias; NULL: whatever QEMU has as default. */
const char *machine_preferred(enum arch arch);

#endif
