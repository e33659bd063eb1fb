/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/boards.h - the machines that have no releases of their own, for machines.c */

#ifndef QEMU_BOARDS_H
#define QEMU_BOARDS_H

#include "qemu/caps.h"

#define V(major, minor) QEMU_VERSION(major, minor, 0)
#define BIT(arch) (1u << ARCH_##arch)

static_assert(ARCHES <= 32, "struct board has a bit for each architecture");

/* Architectures that have the same boards. */
enum {
  X86 = BIT(X86_64) | BIT(I686),
  ARM = BIT(AARCH64) | BIT(ARMV7L) | BIT(ARMV6L),
  A64 = BIT(AARCH64),
  PPC64 = BIT(PPC64) | BIT(PPC64LE),
  RISCV = BIT(RISCV64) | BIT(RISCV32),
  LOONG = BIT(LOONGARCH64),
  MBLAZE = BIT(MICROBLAZE) | BIT(MICROBLAZEEL),
  SH = BIT(SH4) | BIT(SH4EB),
  XTENSA = BIT(XTENSA) | BIT(XTENSAEB),
  MIPS64 = BIT(MIPS64) | BIT(MIPS64EL),
  MIPS = BIT(MIPS) | BIT(MIPSEL) | BIT(MIPS64) | BIT(MIPS64EL),
};

struct board {
  const char *name;
  unsigned arches;
  unsigned max_cpus;
  unsigned min_cpus; /* 0: one will do */
  const char *alias;
  const char *cpu;
  const char *ram_id;
  unsigned since, until; /* the first version that has it, the first that has not; 0: all */
  bool acpi, hotplug, numa_mem;
  bool sound;        /* on the board: -machine audiodev= */
  unsigned most_mib; /* of RAM; 0: as much as there is, or not known */
};

extern const struct board boards[];
extern const size_t n_boards;

#endif
