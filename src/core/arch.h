/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/arch.h - the guest architectures and what holds for whole families of them */

#ifndef CORE_ARCH_H
#define CORE_ARCH_H

#include "core/util.h"

/* Spelt as libvirt's <type arch='...'> spells them. */
enum arch {
  ARCH_NONE,
  ARCH_AARCH64,
  ARCH_ALPHA,
  ARCH_ARMV6L,
  ARCH_ARMV7L,
  ARCH_HPPA,
  ARCH_I686,
  ARCH_LOONGARCH64,
  ARCH_M68K,
  ARCH_MICROBLAZE,
  ARCH_MICROBLAZEEL,
  ARCH_MIPS,
  ARCH_MIPSEL,
  ARCH_MIPS64,
  ARCH_MIPS64EL,
  ARCH_OPENRISC,
  ARCH_PPC,
  ARCH_PPC64,
  ARCH_PPC64LE,
  ARCH_RISCV32,
  ARCH_RISCV64,
  ARCH_S390X,
  ARCH_SH4,
  ARCH_SH4EB,
  ARCH_SPARC,
  ARCH_SPARC64,
  ARCH_X86_64,
  ARCH_XTENSA,
  ARCH_XTENSAEB,
  ARCHES
};

/* Index: enum arch; [ARCH_NONE] is NULL. */
extern const char *const arch_names[ARCHES];

/* The suffix of qemu-system-SUFFIX ("i386", "arm", "ppc64"). */
const char *arch_qemu_suffix(enum arch arch);

/* From QEMU's own name, as query-target tells it; ARCH_NONE: unknown. */
enum arch arch_from_qemu(const char *suffix);

/* The same processor in the two orders of bytes: mips and mipsel. */
bool arch_is_twin(enum arch a, enum arch b);

/* The architecture that this program was built for. */
enum arch arch_host(void);

static inline bool
arch_is_x86(enum arch arch)
{
  return arch == ARCH_I686 || arch == ARCH_X86_64;
}

static inline bool
arch_is_arm(enum arch arch)
{
  return arch == ARCH_AARCH64 || arch == ARCH_ARMV6L || arch == ARCH_ARMV7L;
}

static inline bool
arch_is_ppc64(enum arch arch)
{
  return arch == ARCH_PPC64 || arch == ARCH_PPC64LE;
}

static inline bool
arch_is_mips(enum arch arch)
{
  return arch == ARCH_MIPS || arch == ARCH_MIPSEL || arch == ARCH_MIPS64 || arch == ARCH_MIPS64EL;
}

static inline bool
arch_is_riscv(enum arch arch)
{
  return arch == ARCH_RISCV32 || arch == ARCH_RISCV64;
}

#endif
