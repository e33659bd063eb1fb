/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/machines.c - the machine types of each QEMU, built in */

#include "qemu/machines.h"
#include "qemu/boards.h"

#include <stdio.h>

static_assert(QEMU_NEWEST == QEMU_VERSION(11, 1, 0), "a newer QEMU: which releases go, what a new one has otherwise");

/* A machine that comes anew with each release, the older ones staying for a while: ALIAS is the newest. */
struct family {
  const char *prefix;
  const char *alias;
  unsigned arches;
  unsigned oldest; /* the oldest that QEMU 6.2 has, or the first ever */
  const char *cpu;
  const char *kvm_cpu; /* NULL: the same with KVM */
  const char *ram_id;
  unsigned max_cpus;
  bool acpi, hotplug, is_default;
  unsigned numa_mem; /* the last release that takes -numa node,mem=; 0: none */
};

static const struct family families[] = {
  { "pc-i440fx-", "pc", X86, V(1, 4), "qemu64", NULL, "pc.ram", 255, .acpi = true, .hotplug = true, .is_default = true,
    .numa_mem = V(5, 0) },
  { "pc-q35-", "q35", X86, V(2, 4), "qemu64", NULL, "pc.ram", 4096, .acpi = true, .hotplug = true,
    .numa_mem = V(5, 0) },
  { "virt-", "virt", ARM, V(2, 6), "cortex-a15", NULL, "mach-virt.ram", 512, .acpi = true, .numa_mem = V(5, 0) },
  { "pseries-", "pseries", PPC64, V(2, 1), "POWER10", "host", "ppc_spapr.ram", INT32_MAX, .hotplug = true,
    .is_default = true, .numa_mem = V(5, 0) },
  { "s390-ccw-virtio-", "s390-ccw-virtio", BIT(S390X), V(2, 4), "qemu", "host", "s390.ram", 248, .hotplug = true,
    .is_default = true },
  { "virt-", "virt", BIT(M68K), V(6, 0), NULL, NULL, "m68k_virt.ram", 1 },
  { "virt-", "virt", LOONG, V(11, 1), "la464", NULL, "loongarch.ram", 256, .acpi = true, .hotplug = true,
    .numa_mem = UINT32_MAX },
};

/* Before expires() set in: since SINCE a family's machines older than KEPT are gone. */
static const struct {
  const char *alias;
  unsigned since, kept;
} trims[] = {
  { "pc", V(9, 0), V(2, 0) },
  { "pc", V(10, 0), V(2, 4) },
  { "pseries", V(10, 0), V(3, 0) },
  { "s390-ccw-virtio", V(10, 0), V(2, 9) },
};

static const char *const preferred[] = {
  [ARCH_AARCH64] = "virt",
  [ARCH_ALPHA] = "clipper",
  [ARCH_ARMV6L] = "integratorcp",
  [ARCH_ARMV7L] = "virt",
  [ARCH_HPPA] = NULL, /* QEMU's own default */
  [ARCH_I686] = "pc",
  [ARCH_LOONGARCH64] = "virt",
  [ARCH_M68K] = "mcf5208evb",
  [ARCH_MICROBLAZE] = "petalogix-s3adsp1800",
  [ARCH_MICROBLAZEEL] = "petalogix-s3adsp1800",
  [ARCH_MIPS] = "malta",
  [ARCH_MIPSEL] = "malta",
  [ARCH_MIPS64] = "malta",
  [ARCH_MIPS64EL] = "malta",
  [ARCH_OPENRISC] = "or1k-sim",
  [ARCH_PPC] = "g3beige",
  [ARCH_PPC64] = "pseries",
  [ARCH_PPC64LE] = "pseries",
  [ARCH_RISCV32] = "virt",
  [ARCH_RISCV64] = "virt",
  [ARCH_S390X] = "s390-ccw-virtio",
  [ARCH_SH4] = "shix",
  [ARCH_SH4EB] = "shix",
  [ARCH_SPARC] = "SS-5",
  [ARCH_SPARC64] = "sun4u",
  [ARCH_X86_64] = "pc",
  [ARCH_XTENSA] = "sim",
  [ARCH_XTENSAEB] = "sim",
};
static_assert(ARRAY_SIZE(preferred) == ARCHES, "an architecture is missing");

const char *
machine_preferred(enum arch arch)
{
  return preferred[arch];
}

/* The release after V: 2.12 was followed by 3.0, 3.1 by 4.0, and each x.2 by the next x.0. */
static unsigned
next_release(unsigned v)
{
  if (v == V(1, 7) || v == V(2, 12) || v == V(3, 1) || (v >= V(4, 0) && v % 1000000 == 2000))
    return v - v % 1000000 + 1000000;
  return v + 1000;
}

/* QEMU hw/i386/pc_q35.c, hw/arm/virt.c: how the limit grew. */
static unsigned
max_cpus(const struct family *family, unsigned release)
{
  if (str_eq(family->alias, "q35"))
    return release < V(2, 8) ? 255 : release < V(8, 1) ? 288 : release < V(9, 0) ? 1024 : 4096;
  if (str_eq(family->alias, "virt") && release < V(3, 0))
    return 255;
  return family->max_cpus;
}

/* QEMU hw/ppc/spapr.c: which processor each release had. */
static const char *
default_cpu(const struct family *family, unsigned release, bool kvm)
{
  if (kvm && family->kvm_cpu)
    return family->kvm_cpu;
  if (str_eq(family->alias, "pseries"))
    return release <= V(2, 7) ? "POWER7" : release < V(4, 0) ? "POWER8" : release < V(9, 0) ? "POWER9" : family->cpu;
  return family->cpu;
}

/* QEMU include/hw/boards.h: since 9.1 a machine is deprecated three major releases later. */
static bool
is_deprecated(unsigned release, unsigned version)
{
  return version >= V(9, 1) && release + V(3, 0) <= version;
}

/* query-machines tells of it since 8.0; before, -no-acpi was the way to say so. */
static enum tristate
acpi_told(bool acpi, unsigned version)
{
  return version < V(8, 0) ? UNSET : acpi ? ON : OFF;
}

/* QEMU target/i386/cpu.h: TARGET_DEFAULT_CPU_TYPE; tables have those of 64 bit. */
static const char *
cpu_of_arch(const char *cpu, enum arch arch)
{
  static const struct {
    enum arch arch;
    const char *wide, *narrow;
  } spelt[] = {
    { ARCH_I686, "qemu64", "qemu32" },
    { ARCH_RISCV32, "rv64", "rv32" },
    { ARCH_RISCV32, "sifive-e51", "sifive-e31" },
    { ARCH_RISCV32, "sifive-u54", "sifive-u34" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(spelt); i++)
    if (spelt[i].arch == arch && str_eq(spelt[i].wide, cpu))
      return spelt[i].narrow;
  return cpu;
}

/* QEMU include/hw/boards.h: since 10.1 a machine goes six major releases later, deprecated for three. */
static bool
expires(unsigned release, unsigned version)
{
  return version >= V(10, 1) && release + V(6, 0) <= version;
}

static bool
has_release(const struct family *family, unsigned release, unsigned version)
{
  for (size_t i = 0; i < ARRAY_SIZE(trims); i++)
    if (str_eq(trims[i].alias, family->alias) && version >= trims[i].since && release < trims[i].kept)
      return false;
  return release >= family->oldest && release <= version && !expires(release, version);
}

/* A member of FAMILY as RELEASE brought it; VERSION's newest has the alias. */
static struct caps_machine
member(const struct family *family, unsigned release, unsigned version, enum arch arch, bool kvm)
{
  bool newest = release == version - version % 1000;
  return (struct caps_machine){
    .alias = newest ? family->alias : NULL,
    .is_default = family->is_default && newest,
    .deprecated = is_deprecated(release, version),
    .hotpluggable_cpus = family->hotplug && !(str_eq(family->alias, "pseries") && release < V(2, 7)),
    .numa_mem_supported = release <= family->numa_mem,
    .acpi = acpi_told(family->acpi, version),
    .max_cpus = max_cpus(family, release),
    .default_cpu = cpu_of_arch(default_cpu(family, release, kvm), arch),
    .default_ram_id = family->ram_id,
  };
}

static struct caps_machine *
add_family(TALLOC_CTX *ctx, struct caps_machine *machines, size_t *count, const struct family *family, unsigned version,
           enum arch arch, bool kvm)
{
  for (unsigned release = family->oldest; release <= version; release = next_release(release)) {
    if (!has_release(family, release, version))
      continue;
    struct caps_machine machine = member(family, release, version, arch, kvm);
    machines = talloc_realloc(ctx, machines, struct caps_machine, *count + 1);
    machine.name = talloc_asprintf(machines, "%s%u.%u", family->prefix, release / 1000000, release / 1000 % 1000);
    machines[(*count)++] = machine;
  }
  return machines;
}

static bool
has_board(const struct board *board, unsigned version)
{
  return version >= board->since && (!board->until || version < board->until);
}

struct caps_machine *
machines_of_version(TALLOC_CTX *ctx, unsigned version, enum arch arch, bool kvm, size_t *count)
{
  struct caps_machine *machines = talloc_array(ctx, struct caps_machine, 0);
  *count = 0;
  for (size_t i = 0; i < ARRAY_SIZE(families); i++)
    if (families[i].arches & (1u << arch))
      machines = add_family(ctx, machines, count, &families[i], version, arch, kvm);
  for (size_t i = 0; i < n_boards; i++) {
    const struct board *board = &boards[i];

    if (!(board->arches & (1u << arch)) || !has_board(board, version))
      continue;
    machines = talloc_realloc(ctx, machines, struct caps_machine, *count + 1);
    machines[(*count)++] = (struct caps_machine){
      .name = board->name,
      .alias = board->alias,
      .hotpluggable_cpus = board->hotplug,
      .numa_mem_supported = board->numa_mem,
      .acpi = acpi_told(board->acpi, version),
      .max_cpus = board->max_cpus,
      .default_cpu = cpu_of_arch(board->cpu, arch),
      .default_ram_id = board->ram_id,
    };
  }
  return machines;
}

unsigned
machine_min_cpus(const char *name)
{
  for (size_t i = 0; i < n_boards; i++)
    if (str_eq(boards[i].name, name) || str_eq(boards[i].alias, name))
      return boards[i].min_cpus;
  return 0;
}

/* --- names that are in no list: of other releases, and of distributions */

/* Machines of distributions by their own names: pc-q35-rhel9.4.0, pc-i440fx-noble, virt-rhel9.4.0; Ubuntu's aliases. */
static const struct family *
family_of(const char *name, enum arch arch)
{
  bool old_pc = str_starts(name, "rhel") || str_starts(name, "xenfv") ||
                (str_starts(name, "pc-") && name[3] >= '0' && name[3] <= '9');
  for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
    const struct family *family = &families[i];
    if (!(family->arches & (1u << arch)))
      continue;
    if ((str_starts(name, family->prefix) && name[strlen(family->prefix)]) || str_eq(name, family->alias))
      return family;
    if (str_eq(family->alias, "q35") ? str_eq(name, "ubuntu-q35") : str_eq(name, "ubuntu"))
      return family;
    if (str_eq(family->alias, "pc") && old_pc)
      return family;
  }
  return NULL;
}

/* 0: NAME is not spelt as upstream spells a release of FAMILY. */
static unsigned
release_of(const struct family *family, const char *name)
{
  unsigned major, minor;
  int end = 0;
  if (!str_starts(name, family->prefix) || sscanf(name + strlen(family->prefix), "%2u.%2u%n", &major, &minor, &end) < 2)
    return 0;
  return name[strlen(family->prefix) + (size_t)end] ? 0 : V(major, minor);
}

const char *
machine_family(const char *name, enum arch arch)
{
  const struct family *family = name ? family_of(name, arch) : NULL;
  return family ? family->alias : NULL;
}

const char *
machine_stem(const char *name, enum arch arch)
{
  for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
    size_t length = strlen(families[i].prefix) - 1;
    if (families[i].arches & (1u << arch) && strlen(name) == length && strncmp(families[i].prefix, name, length) == 0)
      return families[i].alias;
  }
  return NULL;
}

bool
machine_stand_in(const char *name, unsigned version, enum arch arch, bool kvm, struct caps_machine *machine)
{
  const struct family *family = family_of(name, arch);
  if (!family)
    return false;
  unsigned release = release_of(family, name);
  *machine = member(family, release ? release : version - version % 1000, version, arch, kvm);
  machine->alias = NULL;
  machine->is_default = false;
  machine->stands_in = true;
  machine->name = name;
  if (!release && family->arches & ARM)
    machine->default_cpu = NULL; /* distributions have their own */
  return true;
}

/* The first release after VERSION's for which HAS() is not what it is now. */
static struct machine_span
span_of_family(const struct family *family, unsigned release)
{
  struct machine_span span = { .since = release };
  for (unsigned version = release; version <= QEMU_NEWEST && !span.until; version = next_release(version))
    if (!has_release(family, release, version))
      span.until = version;
  return span;
}

struct machine_span
machine_span(const char *name, enum arch arch)
{
  const struct family *family = family_of(name, arch);
  struct machine_span span = { 0 };
  unsigned release = family ? release_of(family, name) : 0;
  if (release)
    return release >= family->oldest ? span_of_family(family, release) : span;
  for (size_t i = 0; i < n_boards; i++) {
    const struct board *board = &boards[i];
    if (!(board->arches & (1u << arch)) || !str_eq(board->name, name))
      continue;
    if (!span.since || board->since < span.since)
      span.since = board->since ? board->since : QEMU_OLDEST;
    span.until = board->until;
  }
  return span;
}

static const struct board *
board_of(const char *name, enum arch arch)
{
  for (size_t i = 0; i < n_boards; i++)
    if (boards[i].arches & (1u << arch) && str_eq(boards[i].name, name))
      return &boards[i];
  return NULL;
}

bool
machine_has_sound(const char *name, enum arch arch)
{
  const struct board *board = board_of(name, arch);
  return board && board->sound;
}

unsigned
machine_most_ram(const char *name, enum arch arch)
{
  const struct board *board = board_of(name, arch);
  return board ? board->most_mib : 0;
}
