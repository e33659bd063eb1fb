/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/machines.h - the machine types of each QEMU, built in */

/* For caps.c, where no binary was asked. Facts of upstream's builds; touches nothing. */

#ifndef QEMU_MACHINES_H
#define QEMU_MACHINES_H

#include "qemu/caps.h"

/* The machines that VERSION has on ARCH; the array and its strings are children of CTX. */
struct caps_machine *machines_of_version(TALLOC_CTX *ctx, unsigned version, enum arch arch, bool kvm, size_t *count);

/* The family that NAME belongs to, whoever built it, as its alias: "pc", "q35", "virt", "pseries",
 * "s390-ccw-virtio"; NULL: none. */
const char *machine_family(const char *name, enum arch arch);

/* The alias of the family whose names begin with NAME and more: "q35" for "pc-q35"; NULL: none. */
const char *machine_stem(const char *name, enum arch arch);

/* The machine that stands in for NAME, which VERSION does not have: the family's machine of that release, or its
 * newest where a distribution named it. False: it is of no family. NAME is borrowed. */
bool machine_stand_in(const char *name, unsigned version, enum arch arch, bool kvm, struct caps_machine *machine);

/* Has the board sound of its own, which wants a back end? */
bool machine_has_sound(const char *name, enum arch arch);

/* How many MiB of RAM the board takes at most; 0: that is not known. */
unsigned machine_most_ram(const char *name, enum arch arch);

/* How many processors the board NAME has at least, as QEMU's query-machines does not tell; 0: one will do. */
unsigned machine_min_cpus(const char *name);

/* When upstream had NAME; all 0 where it never had. */
struct machine_span {
  unsigned since, until; /* UNTIL: the first version without it; 0: still there */
};
struct machine_span machine_span(const char *name, enum arch arch);

/* The machine for a domain that names none, by name or alias; NULL: whatever QEMU has as default. */
const char *machine_preferred(enum arch arch);

#endif
