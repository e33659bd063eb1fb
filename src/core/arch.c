/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/arch.c - names of architectures, libvirt's and QEMU's */

#include "core/arch.h"

const char *const arch_names[] = {
  [ARCH_AARCH64] = "aarch64",
  [ARCH_ALPHA] = "alpha",
  [ARCH_ARMV6L] = "armv6l",
  [ARCH_ARMV7L] = "armv7l",
  [ARCH_HPPA] = "hppa",
  [ARCH_I686] = "i686",
  [ARCH_LOONGARCH64] = "loongarch64",
  [ARCH_M68K] = "m68k",
  [ARCH_MICROBLAZE] = "microblaze",
  [ARCH_MICROBLAZEEL] = "microblazeel",
  [ARCH_MIPS] = "mips",
  [ARCH_MIPSEL] = "mipsel",
  [ARCH_MIPS64] = "mips64",
  [ARCH_MIPS64EL] = "mips64el",
  [ARCH_OPENRISC] = "openrisc",
  [ARCH_PPC] = "ppc",
  [ARCH_PPC64] = "ppc64",
  [ARCH_PPC64LE] = "ppc64le",
  [ARCH_RISCV32] = "riscv32",
  [ARCH_RISCV64] = "riscv64",
  [ARCH_S390X] = "s390x",
  [ARCH_SH4] = "sh4",
  [ARCH_SH4EB] = "sh4eb",
  [ARCH_SPARC] = "sparc",
  [ARCH_SPARC64] = "sparc64",
  [ARCH_X86_64] = "x86_64",
  [ARCH_XTENSA] = "xtensa",
  [ARCH_XTENSAEB] = "xtensaeb",
};
static_assert(ARRAY_SIZE(arch_names) == ARCHES, "an architecture has no name");

const char *
arch_qemu_suffix(enum arch arch)
{
  if (arch == ARCH_I686)
    return "i386";
  if (arch == ARCH_ARMV6L || arch == ARCH_ARMV7L)
    return "arm";
  if (arch == ARCH_PPC64LE)
    return "ppc64";
  if (arch == ARCH_OPENRISC)
    return "or1k";
  return arch_names[arch];
}

enum arch
arch_from_qemu(const char *suffix)
{
  if (str_eq(suffix, "i386"))
    return ARCH_I686;
  if (str_eq(suffix, "arm"))
    return ARCH_ARMV7L;
  if (str_eq(suffix, "or1k"))
    return ARCH_OPENRISC;
  for (enum arch arch = ARCH_NONE + 1; arch < ARCHES; arch++)
    if (str_eq(arch_names[arch], suffix))
      return arch;
  return ARCH_NONE;
}

bool
arch_is_twin(enum arch a, enum arch b)
{
  static const enum arch twins[][2] = {
    { ARCH_MICROBLAZE, ARCH_MICROBLAZEEL }, { ARCH_MIPS, ARCH_MIPSEL },
    { ARCH_MIPS64, ARCH_MIPS64EL },         { ARCH_SH4, ARCH_SH4EB },
    { ARCH_XTENSA, ARCH_XTENSAEB },
  };
  for (size_t i = 0; i < ARRAY_SIZE(twins); i++)
    if ((twins[i][0] == a && twins[i][1] == b) || (twins[i][0] == b && twins[i][1] == a))
      return true;
  return false;
}

enum arch
arch_host(void)
{
#if defined(__x86_64__)
  return ARCH_X86_64;
#elif defined(__i386__)
  return ARCH_I686;
#elif defined(__aarch64__)
  return ARCH_AARCH64;
#elif defined(__arm__)
  return ARCH_ARMV7L;
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return ARCH_PPC64LE;
#elif defined(__powerpc64__)
  return ARCH_PPC64;
#elif defined(__s390x__)
  return ARCH_S390X;
#elif defined(__riscv) && __riscv_xlen == 64
  return ARCH_RISCV64;
#elif defined(__loongarch64)
  return ARCH_LOONGARCH64;
#else
  return ARCH_X86_64;
#endif
}
