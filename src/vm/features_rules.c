/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/features_rules.c - which <features> fit which machine, architecture and QEMU */

#include "domain/kinds.h"

static xmlNode *
feature_node(const struct domain *domain, const char *name)
{
  xmlNode *features = xml_child(domain->root, "features");
  return features ? xml_child(features, name) : NULL;
}

#define REFUSE(name, fmt, ...) \
  diag_error(stage->diag, xml_place(feature_node(domain, name), NULL), NULL, "feature %s: " fmt, name, ##__VA_ARGS__)

#define CANNOT_START(name, fmt, ...) \
  diag_unstartable(stage->diag, xml_place(feature_node(domain, name), NULL), NULL, \
                   "feature %s: " fmt ", this guest will not start", name, ##__VA_ARGS__)

/* QEMU hw/arm/virt.c. The emulator for 32 bit is told of no version and takes 3 where 2 is too small. */
static void
check_gic_room(const struct domain *domain, struct stage *stage)
{
  enum { GIC2_CPUS = 8 };
  xmlNode *gic = feature_node(domain, "gic");
  if (domain->features.gic_version == GIC_2 && domain->cpu.vcpus > GIC2_CPUS && caps_arch(stage->caps) == ARCH_AARCH64)
    diag_unstartable(stage->diag, gic ? xml_place(gic, NULL) : domain->place, NULL,
                     "feature gic: version 2%s has room for %d virtual CPUs, <vcpu> says %u, this guest will not "
                     "start; "
                     "write <gic version='3'/>",
                     gic ? "" : ", the default,", GIC2_CPUS, domain->cpu.vcpus);
}

/* Reports features that libvirt passes on and QEMU's machines then refuse. */
static void
check_limits(const struct domain *domain, struct stage *stage)
{
  const struct features *f = &domain->features;
  bool tcg = domain->virt == VIRT_QEMU;
  if (f->smm != UNSET && !arch_is_x86(domain->arch))
    CANNOT_START("smm", "it is x86's, this is %s", arch_names[domain->arch]);
  if (f->gic_version == GIC_HOST && tcg)
    CANNOT_START("gic", "version 'host' is KVM's");
  check_gic_room(domain, stage);
  if (f->htm == ON && tcg)
    CANNOT_START("htm", "it is KVM's");
  if (f->hpt_max_page & (f->hpt_max_page - 1))
    CANNOT_START("hpt", "maxpagesize is no power of two");
}

/* QEMU hw/ppc/spapr.c: properties of the pseries machine alone. */
static void
check_pseries(const struct domain *domain, struct stage *stage)
{
  const struct features *f = &domain->features;
  const struct {
    const char *name;
    bool given;
  } rows[] = {
    { "hpt", f->hpt_resizing != HPT_UNSET || f->hpt_max_page },
    { "htm", f->htm != UNSET },
    { "nested-hv", f->nested_hv != UNSET },
    { "ccf-assist", f->ccf_assist != UNSET },
    { "cfpc", f->cfpc != SPECTRE_UNSET },
    { "sbbc", f->sbbc != SPECTRE_UNSET },
    { "ibs", f->ibs != IBS_UNSET },
  };
  if (domain_is_pseries(domain))
    return;
  for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
    if (rows[i].given)
      REFUSE(rows[i].name, "it is the pseries machine's, this is %s (%s); drop it", domain->os.machine,
             arch_names[domain->arch]);
}

static void
check_x86(const struct domain *domain, struct stage *stage)
{
  const struct features *f = &domain->features;
  if (arch_is_x86(domain->arch))
    return;
  if (f->ioapic != IOAPIC_UNSET)
    REFUSE("ioapic", "%s has none; drop it", arch_names[domain->arch]);
  if (f->eoi != UNSET)
    REFUSE("apic", "eoi is x86's, this is %s; drop it", arch_names[domain->arch]);
  if (f->pvspinlock != UNSET)
    REFUSE("pvspinlock", "it is x86's, this is %s; drop it", arch_names[domain->arch]);
}

/* QEMU hw/i386/pc.c: vmport=, i8042=. */
static void
check_pc(const struct domain *domain, struct stage *stage)
{
  const struct features *f = &domain->features;
  if (f->vmport != UNSET && (!domain_is_pc(domain) || !caps_has(stage->caps, FEAT_MACHINE_VMPORT_OPT)))
    REFUSE("vmport", "it is a PC's, this is %s; drop it", domain->os.machine);
  if (f->vmport == ON && f->ps2 == OFF)
    REFUSE("vmport", "it needs the PS/2 controller; write <ps2 state='on'/>");
  if (f->ps2 == UNSET)
    return;
  if (!domain_is_pc(domain))
    REFUSE("ps2", "it is a PC's, this is %s; drop it", domain->os.machine);
  else if (!caps_has(stage->caps, FEAT_MACHINE_I8042_OPT))
    REFUSE("ps2", "this QEMU (%s) cannot choose; drop it", caps_version_string(stage->caps));
}

static void
check_virt(const struct domain *domain, struct stage *stage)
{
  const struct features *f = &domain->features;
  if (f->gic && !domain_is_arm_virt(domain))
    REFUSE("gic", "it is Arm's virt machine's, this is %s (%s); drop it", domain->os.machine, arch_names[domain->arch]);
  else if (f->gic && f->gic_version >= GIC_3 && caps_arch(stage->caps) != ARCH_AARCH64)
    REFUSE("gic", "version 3 needs an emulator for aarch64; write version='2'");
  if (f->ras != UNSET && !domain_is_arm_virt(domain))
    REFUSE("ras", "it is Arm's virt machine's, this is %s (%s); drop it", domain->os.machine, arch_names[domain->arch]);
  else if (f->ras != UNSET && !caps_has(stage->caps, FEAT_MACHINE_VIRT_RAS))
    REFUSE("ras", "this QEMU (%s) cannot choose; drop it", caps_version_string(stage->caps));
  if (f->virtualization != UNSET && !domain_is_arm_virt(domain))
    REFUSE("virtualization", "it is Arm's virt machine's, this is %s (%s); drop it", domain->os.machine,
           arch_names[domain->arch]);
  if (f->aia != AIA_UNSET && !(arch_is_riscv(domain->arch) && domain_is_virt(domain)))
    REFUSE("aia", "it is RISC-V's virt machine's, this is %s (%s); drop it", domain->os.machine,
           arch_names[domain->arch]);
  else if (f->aia != AIA_UNSET && !caps_has(stage->caps, FEAT_MACHINE_VIRT_AIA))
    REFUSE("aia", "this QEMU (%s) cannot choose; drop it", caps_version_string(stage->caps));
}

static void
check_tseg(const struct domain *domain, struct stage *stage)
{
  const struct features *f = &domain->features;
  if (!f->tseg_set)
    return;
  if (!domain_is_q35(domain))
    REFUSE("smm", "only the q35 machine has a TSEG to size, this is %s; drop <tseg>", domain->os.machine);
  else if (!caps_has(stage->caps, FEAT_MCH_EXTENDED_TSEG_MBYTES))
    REFUSE("smm", "this QEMU (%s) cannot size the TSEG; drop <tseg>", caps_version_string(stage->caps));
  if (f->tseg % MIB(1))
    REFUSE("smm", "a TSEG of %ju bytes is no whole number of MiB", (uintmax_t)f->tseg);
}

static void
check_tcg(const struct domain *domain, struct stage *stage)
{
  const struct features *f = &domain->features;
  if (!f->tb_cache)
    return;
  if (domain->virt != VIRT_QEMU)
    REFUSE("tcg", "this domain does not run under TCG; drop it, or write <domain type='qemu'>");
  if (f->tb_cache % MIB(1))
    REFUSE("tcg", "a tb-cache of %ju bytes is no whole number of MiB", (uintmax_t)f->tb_cache);
}

static void
check_acpi(const struct domain *domain, struct stage *stage)
{
  const struct caps_machine *machine = caps_machine(stage->caps, domain->os.machine, domain->virt == VIRT_KVM);
  /* domains of s390x have said so for years, without effect */
  if (domain->features.acpi && machine && machine->acpi == OFF && !domain_is_s390(domain))
    REFUSE("acpi", "machine %s has none; drop it", domain->os.machine);
}

static void
features_check(const struct domain *domain, struct stage *stage)
{
  const struct features *f = &domain->features;
  check_pseries(domain, stage);
  check_x86(domain, stage);
  check_pc(domain, stage);
  check_virt(domain, stage);
  check_tseg(domain, stage);
  check_tcg(domain, stage);
  check_acpi(domain, stage);
  check_limits(domain, stage);
  if (f->pmu == OFF && arch_is_ppc64(domain->arch))
    REFUSE("pmu", "%s always has one; drop it", arch_names[domain->arch]);
  if (f->vmcoreinfo == ON && !caps_has(stage->caps, FEAT_DEVICE_VMCOREINFO))
    REFUSE("vmcoreinfo", "this QEMU (%s) was built without it", caps_version_string(stage->caps));
  if (f->async_teardown == ON && !caps_has(stage->caps, FEAT_RUN_WITH_ASYNC_TEARDOWN))
    REFUSE("async-teardown", "it needs QEMU 8.0 on Linux, this is %s", caps_version_string(stage->caps));
}

const struct section features_rules_section = {
  .name = "features_rules",
  .check = features_check,
};
