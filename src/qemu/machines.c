/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/machines.c - the machine types of each QEMU, built in */

#include "qemu/machines.h"

#define V(major, minor) QEMU_VERSION(major, minor, 0)
#define BIT(arch) (1u << ARCH_##arch)

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
  MIPS = BIT(MIPS) | BIT(MIPSEL) | BIT(MIPS64) | BIT(MIPS64EL),
};

/* A machine that comes anew with each release, the older ones staying: ALIAS is the newest. */
struct family {
  const char *prefix;
  const char *alias;
  unsigned arches;
  unsigned oldest;        /* the oldest that QEMU 6.2 has */
  unsigned trimmed, kept; /* since TRIMMED, only from KEPT on; 0: not */
  const char *cpu;
  const char *kvm_cpu; /* NULL: the same with KVM */
  const char *ram_id;
  unsigned max_cpus;
  bool acpi, hotplug, is_default;
  bool numa_mem; /* up to 5.0: -numa node,mem= */
};

static const struct family families[] = {
  { "pc-i440fx-", "pc", X86, V(1, 4), V(9, 0), V(2, 0), "qemu64", NULL, "pc.ram", 255, .acpi = true, .hotplug = true,
    .is_default = true, .numa_mem = true },
  { "pc-q35-", "q35", X86, V(2, 4), 0, 0, "qemu64", NULL, "pc.ram", 4096, .acpi = true, .hotplug = true,
    .numa_mem = true },
  { "virt-", "virt", ARM, V(2, 6), 0, 0, "cortex-a15", NULL, "mach-virt.ram", 512, .acpi = true, .numa_mem = true },
  { "pseries-", "pseries", PPC64, V(2, 1), 0, 0, "POWER10", "host", "ppc_spapr.ram", INT32_MAX, .hotplug = true,
    .is_default = true, .numa_mem = true },
  { "s390-ccw-virtio-", "s390-ccw-virtio", BIT(S390X), V(2, 4), V(10, 0), V(2, 9), "qemu", "host", "s390.ram", 248,
    .hotplug = true, .is_default = true },
};

/* A machine that is the same in all releases. */
struct board {
  const char *name;
  unsigned arches;
  unsigned max_cpus;
  const char *cpu;
  const char *ram_id;
  bool acpi, hotplug, numa_mem;
};

/* Sorted by architecture, then name. */
static const struct board boards[] = {
  { "isapc", X86, 1, .cpu = "486", .ram_id = "pc.ram", .acpi = true, .hotplug = true },
  { "microvm", X86, 288, .cpu = "qemu64", .ram_id = "microvm.ram", .acpi = true },
  { "pc-q35-4.0.1", X86, 288, .cpu = "qemu64", .ram_id = "pc.ram", .acpi = true, .numa_mem = true, .hotplug = true },
  { "xenpv", X86, 1, .cpu = "qemu64", .ram_id = "xen.ram" },
  { "akita", ARM, 1, .cpu = "pxa270-c0" },
  { "ast1030-evb", ARM, 1, .ram_id = "ram" },
  { "ast2500-evb", ARM, 1, .ram_id = "ram" },
  { "ast2600-evb", ARM, 2, .ram_id = "ram" },
  { "bletchley-bmc", ARM, 2, .ram_id = "ram" },
  { "borzoi", ARM, 1, .cpu = "pxa270-c0" },
  { "bpim2u", ARM, 4, .cpu = "cortex-a7", .ram_id = "bpim2u.ram" },
  { "canon-a1100", ARM, 1, .ram_id = "ram" },
  { "cheetah", ARM, 1, .cpu = "ti925t", .ram_id = "omap1.dram" },
  { "collie", ARM, 1, .cpu = "sa1110", .ram_id = "strongarm.sdram" },
  { "connex", ARM, 1, .ram_id = NULL },
  { "cubieboard", ARM, 1, .cpu = "cortex-a8", .ram_id = "cubieboard.ram" },
  { "emcraft-sf2", ARM, 1, .cpu = "cortex-m3" },
  { "fby35", ARM, 3, .ram_id = NULL },
  { "fby35-bmc", ARM, 2, .ram_id = "ram" },
  { "fp5280g2-bmc", ARM, 1, .ram_id = "ram" },
  { "fuji-bmc", ARM, 2, .ram_id = "ram" },
  { "g220a-bmc", ARM, 1, .ram_id = "ram" },
  { "highbank", ARM, 4, .ram_id = "highbank.dram" },
  { "imx25-pdk", ARM, 1, .ram_id = "imx25.ram" },
  { "integratorcp", ARM, 1, .cpu = "arm926", .ram_id = "integrator.ram" },
  { "kudo-bmc", ARM, 2, .cpu = "cortex-a9", .ram_id = "ram" },
  { "kzm", ARM, 1, .ram_id = "kzm.ram" },
  { "lm3s6965evb", ARM, 1, .cpu = "cortex-m3" },
  { "lm3s811evb", ARM, 1, .cpu = "cortex-m3" },
  { "mainstone", ARM, 1, .cpu = "pxa270-c5" },
  { "mcimx6ul-evk", ARM, 1, .ram_id = "mcimx6ul-evk.ram" },
  { "mcimx7d-sabre", ARM, 2, .ram_id = "mcimx7d-sabre.ram" },
  { "microbit", ARM, 1, .ram_id = NULL },
  { "midway", ARM, 4, .ram_id = "highbank.dram" },
  { "mori-bmc", ARM, 2, .cpu = "cortex-a9", .ram_id = "ram" },
  { "mps2-an385", ARM, 1, .cpu = "cortex-m3", .ram_id = "mps.ram" },
  { "mps2-an386", ARM, 1, .cpu = "cortex-m4", .ram_id = "mps.ram" },
  { "mps2-an500", ARM, 1, .cpu = "cortex-m7", .ram_id = "mps.ram" },
  { "mps2-an505", ARM, 1, .cpu = "cortex-m33", .ram_id = "mps.ram" },
  { "mps2-an511", ARM, 1, .cpu = "cortex-m3", .ram_id = "mps.ram" },
  { "mps2-an521", ARM, 2, .cpu = "cortex-m33", .ram_id = "mps.ram" },
  { "mps3-an524", ARM, 2, .cpu = "cortex-m33", .ram_id = "DDR" },
  { "mps3-an547", ARM, 1, .cpu = "cortex-m55", .ram_id = "DDR" },
  { "musca-a", ARM, 2, .cpu = "cortex-m33" },
  { "musca-b1", ARM, 2, .cpu = "cortex-m33" },
  { "musicpal", ARM, 1, .cpu = "arm926", .ram_id = "musicpal.ram" },
  { "n800", ARM, 1, .cpu = "arm1136-r2", .ram_id = "omap2.dram" },
  { "n810", ARM, 1, .cpu = "arm1136-r2", .ram_id = "omap2.dram" },
  { "netduino2", ARM, 1, .ram_id = NULL },
  { "netduinoplus2", ARM, 1, .ram_id = NULL },
  { "npcm750-evb", ARM, 2, .cpu = "cortex-a9", .ram_id = "ram" },
  { "npcm845-evb", A64, 4, .ram_id = "ram" },
  { "nuri", ARM, 2, .ram_id = NULL },
  { "olimex-stm32-h405", ARM, 1, .ram_id = NULL },
  { "orangepi-pc", ARM, 4, .cpu = "cortex-a7", .ram_id = "orangepi.ram" },
  { "palmetto-bmc", ARM, 1, .ram_id = "ram" },
  { "qcom-dc-scm-v1-bmc", ARM, 2, .ram_id = "ram" },
  { "qcom-firework-bmc", ARM, 2, .ram_id = "ram" },
  { "quanta-gbs-bmc", ARM, 2, .cpu = "cortex-a9", .ram_id = "ram" },
  { "quanta-gsj", ARM, 2, .cpu = "cortex-a9", .ram_id = "ram" },
  { "quanta-q71l-bmc", ARM, 1, .ram_id = "ram" },
  { "rainier-bmc", ARM, 2, .ram_id = "ram" },
  { "raspi0", ARM, 1, .ram_id = "ram" },
  { "raspi1ap", ARM, 1, .ram_id = "ram" },
  { "raspi2b", ARM, 4, .ram_id = "ram" },
  { "realview-eb", ARM, 1, .cpu = "arm926" },
  { "realview-eb-mpcore", ARM, 4, .cpu = "arm11mpcore" },
  { "realview-pb-a8", ARM, 1, .cpu = "cortex-a8" },
  { "realview-pbx-a9", ARM, 4, .cpu = "cortex-a9" },
  { "romulus-bmc", ARM, 1, .ram_id = "ram" },
  { "sabrelite", ARM, 4, .ram_id = "sabrelite.ram" },
  { "smdkc210", ARM, 2, .ram_id = NULL },
  { "sonorapass-bmc", ARM, 1, .ram_id = "ram" },
  { "spitz", ARM, 1, .cpu = "pxa270-c0" },
  { "stm32vldiscovery", ARM, 1, .ram_id = NULL },
  { "supermicro-x11spi-bmc", ARM, 1, .ram_id = "ram" },
  { "supermicrox11-bmc", ARM, 1, .ram_id = "ram" },
  { "sx1", ARM, 1, .cpu = "ti925t", .ram_id = "omap1.dram" },
  { "sx1-v1", ARM, 1, .cpu = "ti925t", .ram_id = "omap1.dram" },
  { "tacoma-bmc", ARM, 2, .ram_id = "ram" },
  { "terrier", ARM, 1, .cpu = "pxa270-c5" },
  { "tiogapass-bmc", ARM, 1, .ram_id = "ram" },
  { "tosa", ARM, 1, .ram_id = NULL },
  { "verdex", ARM, 1, .cpu = "pxa270-c0" },
  { "versatileab", ARM, 1, .cpu = "arm926", .ram_id = "versatile.ram" },
  { "versatilepb", ARM, 1, .cpu = "arm926", .ram_id = "versatile.ram" },
  { "vexpress-a15", ARM, 4, .cpu = "cortex-a15", .ram_id = "vexpress.highmem" },
  { "vexpress-a9", ARM, 4, .cpu = "cortex-a9", .ram_id = "vexpress.highmem" },
  { "witherspoon-bmc", ARM, 1, .ram_id = "ram" },
  { "xilinx-zynq-a9", ARM, 1, .cpu = "cortex-a9", .ram_id = "zynq.ext_ram" },
  { "yosemitev2-bmc", ARM, 1, .ram_id = "ram" },
  { "z2", ARM, 1, .cpu = "pxa270-c5" },
  { "raspi3ap", A64, 4, .ram_id = "ram" },
  { "raspi3b", A64, 4, .ram_id = "ram" },
  { "raspi4b", A64, 4, .ram_id = "ram" },
  { "sbsa-ref", A64, 512, .cpu = "neoverse-n1", .ram_id = "sbsa-ref.ram" },
  { "xlnx-versal-virt", A64, 4, .ram_id = "ddr" },
  { "xlnx-zcu102", A64, 6, .ram_id = "ddr-ram" },
  { "40p", PPC64, 1, .cpu = "ppc" },
  { "bamboo", PPC64, 1, .cpu = "440ep", .ram_id = "ppc4xx.sdram" },
  { "g3beige", PPC64, 1, .cpu = "g3", .ram_id = "ppc_heathrow.ram" },
  { "mac99", PPC64, 1, .cpu = "ppc64", .ram_id = "ppc_core99.ram" },
  { "mpc8544ds", PPC64, 15, .ram_id = "mpc8544ds.ram" },
  { "pegasos2", PPC64, 1, .cpu = "g4", .ram_id = "pegasos2.ram" },
  { "powernv10", PPC64, 2048, .cpu = "POWER10", .ram_id = "pnv.ram" },
  { "powernv8", PPC64, 2048, .cpu = "POWER8", .ram_id = "pnv.ram" },
  { "powernv9", PPC64, 2048, .cpu = "POWER9", .ram_id = "pnv.ram" },
  { "ppce500", PPC64, 32, .ram_id = "mpc8544ds.ram" },
  { "ref405ep", PPC64, 1, .ram_id = "ef405ep.ram" },
  { "sam460ex", PPC64, 1, .cpu = "460ex", .ram_id = "ppc4xx.sdram" },
  { "taihu", PPC64, 1, .ram_id = "taihu_405ep.ram" },
  { "virtex-ml507", PPC64, 1, .ram_id = "ram" },
  { "microchip-icicle-kit", RISCV, 5, .ram_id = "microchip.icicle.kit.ram" },
  { "shakti_c", RISCV, 1, .cpu = "shakti-c", .ram_id = "riscv.shakti.c.ram" },
  { "sifive_e", RISCV, 1, .cpu = "sifive-e51", .ram_id = "riscv.sifive.e.ram" },
  { "sifive_u", RISCV, 5, .cpu = "sifive-u54", .ram_id = "riscv.sifive.u.ram" },
  { "spike", RISCV, 8, .cpu = "rv64", .ram_id = "riscv.spike.ram", .numa_mem = true },
  { "virt", RISCV, 512, .cpu = "rv64", .ram_id = "riscv_virt_board.ram", .acpi = true, .numa_mem = true },
  { "virt", LOONG, 256, .cpu = "la464", .ram_id = "loongarch.ram", .acpi = true, .numa_mem = true },
  { "clipper", BIT(ALPHA), 4, .ram_id = "ram" },
  { "malta", MIPS, 16, .ram_id = "mips_malta.ram" },
  { "magnum", MIPS, 1, .ram_id = "mips_jazz.ram" },
  { "pica61", MIPS, 1, .ram_id = "mips_jazz.ram" },
  { "mipssim", MIPS, 1, .ram_id = "mips_mipssim.ram" },
  { "fuloong2e", MIPS, 1, .ram_id = "fuloong2e.ram" },
  { "boston", MIPS, 16, .ram_id = "boston.ddr" },
  { "loongson3-virt", MIPS, 16, .ram_id = "loongson3.highram" },
  { "mcf5208evb", BIT(M68K), 1, .ram_id = "mcf5208.ram" },
  { "an5206", BIT(M68K), 1, .ram_id = "an5206.ram" },
  { "q800", BIT(M68K), 1, .ram_id = "m68k_mac.ram" },
  { "virt", BIT(M68K), 1, .ram_id = "m68k_virt.ram" },
  { "next-cube", BIT(M68K), 1, .ram_id = "next.ram" },
  { "g3beige", BIT(PPC), 1, .ram_id = "ppc_heathrow.ram" },
  { "mac99", BIT(PPC), 1, .ram_id = "ppc_core99.ram" },
  { "40p", BIT(PPC), 1, .ram_id = NULL },
  { "bamboo", BIT(PPC), 1, .ram_id = "ppc4xx.sdram" },
  { "ppce500", BIT(PPC), 32, .ram_id = "mpc8544ds.ram" },
  { "pegasos2", BIT(PPC), 1, .ram_id = "pegasos2.ram" },
  { "sam460ex", BIT(PPC), 1, .ram_id = "ppc4xx.sdram" },
  { "amigaone", BIT(PPC), 1, .ram_id = "ram" },
  { "SS-5", BIT(SPARC), 1, .ram_id = "sun4m.ram" },
  { "SS-10", BIT(SPARC), 4, .ram_id = "sun4m.ram" },
  { "SS-20", BIT(SPARC), 4, .ram_id = "sun4m.ram" },
  { "LX", BIT(SPARC), 1, .ram_id = "sun4m.ram" },
  { "leon3_generic", BIT(SPARC), 4, .ram_id = "leon3.ram" },
  { "sun4u", BIT(SPARC64), 1, .ram_id = NULL },
  { "sun4v", BIT(SPARC64), 1, .ram_id = NULL },
  { "niagara", BIT(SPARC64), 1, .ram_id = "sun4v-partition.ram" },
  { "petalogix-ml605", MBLAZE, 1, .ram_id = NULL },
  { "petalogix-s3adsp1800", MBLAZE, 1, .ram_id = NULL },
  { "xlnx-zynqmp-pmu", MBLAZE, 1, .ram_id = NULL },
  { "or1k-sim", BIT(OPENRISC), 4, .cpu = "or1200" },
  { "virt", BIT(OPENRISC), 4, .cpu = "or1200" },
  { "r2d", SH, 1, .ram_id = NULL },
  { "shix", SH, 1, .ram_id = NULL },
  { "B160L", BIT(HPPA), 8, .ram_id = "ram" },
  { "C3700", BIT(HPPA), 8, .ram_id = "ram" },
  { "kc705", XTENSA, 32, .ram_id = NULL },
  { "kc705-nommu", XTENSA, 32, .ram_id = NULL },
  { "lx200", XTENSA, 32, .ram_id = NULL },
  { "lx200-nommu", XTENSA, 32, .ram_id = NULL },
  { "lx60", XTENSA, 32, .ram_id = NULL },
  { "lx60-nommu", XTENSA, 32, .ram_id = NULL },
  { "ml605", XTENSA, 32, .ram_id = NULL },
  { "ml605-nommu", XTENSA, 32, .ram_id = NULL },
  { "sim", XTENSA, 4, .ram_id = NULL },
  { "virt", XTENSA, 32, .ram_id = NULL },
};

static const char *const preferred[ARCHES] = {
  [ARCH_AARCH64] = "virt",
  [ARCH_ALPHA] = "clipper",
  [ARCH_ARMV6L] = "integratorcp",
  [ARCH_ARMV7L] = "virt",
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

/* QEMU target/i386/cpu.h: TARGET_DEFAULT_CPU_TYPE; tables have that of x86_64. */
static const char *
cpu_of_arch(const char *cpu, enum arch arch)
{
  return arch == ARCH_I686 && str_eq(cpu, "qemu64") ? "qemu32" : cpu;
}

static struct caps_machine *
add_family(TALLOC_CTX *ctx, struct caps_machine *machines, size_t *count, const struct family *family, unsigned version,
           enum arch arch, bool kvm)
{
  unsigned newest = version - version % 1000;
  unsigned oldest = family->trimmed && version >= family->trimmed ? family->kept : family->oldest;
  for (unsigned release = oldest; release <= newest; release = next_release(release)) {
    struct caps_machine machine = {
      .alias = release == newest ? family->alias : NULL,
      .is_default = family->is_default && release == newest,
      .deprecated = is_deprecated(release, version),
      .hotpluggable_cpus = family->hotplug && !(str_eq(family->alias, "pseries") && release < V(2, 7)),
      .numa_mem_supported = family->numa_mem && release <= V(5, 0),
      .acpi = acpi_told(family->acpi, version),
      .max_cpus = max_cpus(family, release),
      .default_cpu = cpu_of_arch(default_cpu(family, release, kvm), arch),
      .default_ram_id = family->ram_id,
    };
    machines = talloc_realloc(ctx, machines, struct caps_machine, *count + 1);
    machine.name = talloc_asprintf(machines, "%s%u.%u", family->prefix, release / 1000000, release / 1000 % 1000);
    machines[(*count)++] = machine;
  }
  return machines;
}

struct caps_machine *
machines_of_version(TALLOC_CTX *ctx, unsigned version, enum arch arch, bool kvm, size_t *count)
{
  struct caps_machine *machines = talloc_array(ctx, struct caps_machine, 0);
  *count = 0;
  for (size_t i = 0; i < ARRAY_SIZE(families); i++)
    if (families[i].arches & (1u << arch))
      machines = add_family(ctx, machines, count, &families[i], version, arch, kvm);
  for (size_t i = 0; i < ARRAY_SIZE(boards); i++) {
    const struct board *board = &boards[i];

    if (!(board->arches & (1u << arch)))
      continue;
    machines = talloc_realloc(ctx, machines, struct caps_machine, *count + 1);
    machines[(*count)++] = (struct caps_machine){
      .name = board->name,
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
