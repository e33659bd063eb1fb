/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/features.c - <features>: what the machine can, and what of it is said to QEMU's -machine */

/* Hyper-V and KVM, the processor's, are read by vm/paravirt.c; the rules are in vm/features_rules.c. */

#include "domain/kinds.h"

#include <json-c/json.h>

static const char *const gic_names[] = { [GIC_2] = "2", [GIC_3] = "3", [GIC_HOST] = "host" };
static_assert(ARRAY_SIZE(gic_names) == GIC_VERSIONS, "a GIC version has no name");

static const char *const ioapic_names[] = { [IOAPIC_QEMU] = "qemu", [IOAPIC_KVM] = "kvm" };
static_assert(ARRAY_SIZE(ioapic_names) == IOAPICS, "an I/O APIC has no name");

static const char *const hpt_names[] = {
  [HPT_ENABLED] = "enabled",
  [HPT_DISABLED] = "disabled",
  [HPT_REQUIRED] = "required",
};
static_assert(ARRAY_SIZE(hpt_names) == HPT_RESIZINGS, "a way of resizing has no name");

static const char *const spectre_names[] = {
  [SPECTRE_BROKEN] = "broken",
  [SPECTRE_WORKAROUND] = "workaround",
  [SPECTRE_FIXED] = "fixed",
};
static_assert(ARRAY_SIZE(spectre_names) == SPECTRE_FIXES, "a fix has no name");

static const char *const ibs_names[] = {
  [IBS_BROKEN] = "broken",       [IBS_WORKAROUND] = "workaround", [IBS_FIXED_IBS] = "fixed-ibs",
  [IBS_FIXED_CCD] = "fixed-ccd", [IBS_FIXED_NA] = "fixed-na",
};
static_assert(ARRAY_SIZE(ibs_names) == IBS_FIXES, "a fix has no name");

static const char *const aia_names[] = {
  [AIA_NONE] = "none",
  [AIA_APLIC] = "aplic",
  [AIA_APLIC_IMSIC] = "aplic-imsic",
};
static_assert(ARRAY_SIZE(aia_names) == AIAS, "an AIA has no name");

static const char *const unknown_msrs[] = { "ignore", "fault" };
static const char *const xen_modes[] = { "sync_pt", "share_pt" };

static const struct attr tseg_attrs[] = {
  ATTR_SIZE("features/smm/tseg/text()", struct domain, features.tseg, "MiB", .empty_none = true,
            .given = ATTR_AT(struct domain, features.tseg_set, bool), .dflt = "QEMU's (16 MiB)",
            .doc = "How much memory system management mode has."),
  ATTR_END
};

static const struct attr tseg_off[] = { ATTR_UNREAD("features/smm/tseg/text()"), ATTR_END };

static const struct attr features_attrs[] = {
  ATTR_PRESENT("features/acpi", struct domain, features.acpi, .dflt = "off",
               .doc = "The guest has ACPI: it can be turned off and finds its devices."),
  ATTR_PRESENT_ONLY("features/apic", .dflt = "QEMU's PCs always have them",
                    .doc = "A word for the interrupt controllers of newer PCs; only its eoi has an effect."),
  ATTR_PRESENT_ONLY("features/pae", .dflt = "QEMU's processors always may",
                    .doc = "A word for a guest that may use more than 4 GiB on 32 bits; it has no effect."),
  ATTR_PRESENT_ONLY("features/viridian", .dflt = "off",
                    .doc = "Xen's word for Hyper-V's enlightenments; it has no effect."),
  ATTR_PRESENT("features/gic", struct domain, features.gic, .dflt = "always there on Arm's virt machine",
               .doc = "The guest has Arm's interrupt controller."),
  ATTR_ONOFF("features/apic/@eoi", struct domain, features.eoi, .dflt = "QEMU's (on)",
             .doc = "Whether ends of interrupts can be told without leaving the guest."),
  ATTR_ENUM("features/gic/@version", struct domain, features.gic_version, gic_names,
            .dflt = "2; under KVM the newest that the host has",
            .doc = "Which version of Arm's interrupt controller it is."),
  ATTR_ENUM("features/ioapic/@driver", struct domain, features.ioapic, ioapic_names, .dflt = "QEMU's (kvm, under KVM)",
            .doc = "Whether KVM or QEMU makes the I/O APIC."),
  ATTR_ENUM("features/hpt/@resizing", struct domain, features.hpt_resizing, hpt_names, .dflt = "QEMU's",
            .doc = "Whether the guest may resize its page table, on pseries."),
  ATTR_SIZE("features/hpt/maxpagesize/text()", struct domain, features.hpt_max_page, "KiB", .empty_none = true,
            .dflt = "QEMU's (64 KiB)", .doc = "The largest pages of the guest, on pseries."),
  ATTR_ENUM("features/cfpc/@value", struct domain, features.cfpc, spectre_names, .dflt = "QEMU's (workaround)",
            .doc = "What the guest is told of its caches' protection, on pseries."),
  ATTR_ENUM("features/sbbc/@value", struct domain, features.sbbc, spectre_names, .dflt = "QEMU's (workaround)",
            .doc = "What the guest is told of bounds checks' protection, on pseries."),
  ATTR_ENUM("features/ibs/@value", struct domain, features.ibs, ibs_names, .dflt = "QEMU's (workaround)",
            .doc = "What the guest is told of indirect branches' protection, on pseries."),
  ATTR_ENUM("features/aia/@value", struct domain, features.aia, aia_names, .dflt = "QEMU's (none)",
            .needs = FEAT_MACHINE_VIRT_AIA, .doc = "Which interrupt controller of RISC-V the guest has."),
  ATTR_SIZE("features/tcg/tb-cache/text()", struct domain, features.tb_cache, "KiB", .empty_none = true,
            .dflt = "QEMU's (1 GiB, at most an eighth of the host's memory)",
            .doc = "How much translated code QEMU's emulation keeps."),
  ATTR_YESNO("features/async-teardown/@enabled", struct domain, features.async_teardown, .bare = ON,
             .dflt = "QEMU's (no)", .needs = FEAT_RUN_WITH_ASYNC_TEARDOWN,
             .doc = "Whether memory is given back to the host in the background when the guest ends."),
  /* without a state it is on, but for those that demand one */
  ATTR_ONOFF("features/vmcoreinfo/@state", struct domain, features.vmcoreinfo, .bare = ON, .dflt = "off",
             .doc = "Whether the guest's kernel may say how its crash dump is read."),
  ATTR_ONOFF("features/pmu/@state", struct domain, features.pmu, .bare = ON, .dflt = "the CPU model's",
             .doc = "Whether the guest has performance counters."),
  ATTR_ONOFF("features/pvspinlock/@state", struct domain, features.pvspinlock, .bare = ON, .dflt = "the CPU model's",
             .doc = "Whether the guest may tell that it waits for a lock."),
  ATTR_ONOFF("features/vmport/@state", struct domain, features.vmport, .bare = ON, .dflt = "QEMU's (on)",
             .doc = "Whether VMware's port is emulated."),
  ATTR_ONOFF("features/smm/@state", struct domain, features.smm, .bare = ON,
             .dflt = "QEMU's (on, where KVM can); on for firmware that needs it",
             .doc = "Whether there is a system management mode, which secure boot needs."),
  ATTR_ONOFF("features/htm/@state", struct domain, features.htm, .required_here = true,
             .doc = "Whether there is transactional memory, on pseries."),
  ATTR_ONOFF("features/nested-hv/@state", struct domain, features.nested_hv, .required_here = true,
             .doc = "Whether the guest may run guests of its own, on pseries."),
  ATTR_ONOFF("features/ccf-assist/@state", struct domain, features.ccf_assist, .required_here = true,
             .doc = "Whether the processor helps to flush its cache of counts, on pseries."),
  ATTR_ONOFF("features/ras/@state", struct domain, features.ras, .required_here = true,
             .doc = "Whether memory errors are told to the guest, on Arm."),
  ATTR_ONOFF("features/virtualization/@state", struct domain, features.virtualization, .bare = ON,
             .dflt = "QEMU's (off)", .doc = "Whether the guest may run guests of its own, on Arm's virt machine."),
  ATTR_ONOFF("features/ps2/@state", struct domain, features.ps2, .required_here = true, .needs = FEAT_MACHINE_I8042_OPT,
             .doc = "Whether there is a PS/2 controller."),
  ATTR_SEE(".", tseg_attrs),
  ATTR_IF("features/smm/@state", "off", tseg_off),
  ATTR_ENUM_ONLY("features/msrs/@unknown", unknown_msrs, .required_here = true,
                 .missing = "<msrs> has no unknown; write unknown='ignore' or unknown='fault'",
                 .doc = "What bhyve does where the guest reads a register that it does not know; it has no effect."),
  { .path = "features/hap/@state",
    .type = ATTR_T_ONOFF,
    .offset = ATTR_NOWHERE,
    .dflt = "on",
    .doc = "Xen's; it has no effect." },
  /* Xen's own, without an effect here; malformed is refused all the same. */
  { .path = "features/xen/e820_host/@state",
    .type = ATTR_T_ONOFF,
    .offset = ATTR_NOWHERE,
    .required_here = true,
    .doc = "Xen's; it has no effect." },
  { .path = "features/xen/passthrough/@state",
    .type = ATTR_T_ONOFF,
    .offset = ATTR_NOWHERE,
    .required_here = true,
    .doc = "Xen's; it has no effect." },
  ATTR_ENUM_ONLY("features/xen/passthrough/@mode", xen_modes, .dflt = "none", .doc = "Xen's; it has no effect."),
  ATTR_QUIET("features/privnet", .doc = "A container's; it has no effect."),
  ATTR_QUIET("features/capabilities", .doc = "A container's; it has no effect."),
  ATTR_END
};

/* All that libvirt knows: a word that is none of these is refused, as it does, since a guest that
 * lacks what was asked for starts all the same. */
static const char *const feature_names[] = {
  "acpi",      "aia", "apic",     "async-teardown", "capabilities", "ccf-assist", "cfpc", "gic",
  "hap",       "hpt", "htm",      "hyperv",         "ibs",          "ioapic",     "kvm",  "msrs",
  "nested-hv", "pae", "pmu",      "privnet",        "ps2",          "pvspinlock", "ras",  "sbbc",
  "smm",       "tcg", "viridian", "virtualization", "vmcoreinfo",   "vmport",     "xen",
};

static const char *const xen_names[] = { "e820_host", "passthrough" };

static void
features_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xml_fold(root, "features");
  xmlNode *features = xml_child(root, "features");
  if (!features)
    return;
  xml_fold(features, NULL); /* as libvirt takes them: one after the other */
  attr_read(features_attrs, root, domain, NULL, stage->diag);
  refuse_unknown(features, feature_names, ARRAY_SIZE(feature_names), stage->diag);
  xmlNode *xen = xml_child(features, "xen"), *smm = xml_child(features, "smm");
  xmlNode *tseg = smm ? xml_child(smm, "tseg") : NULL;
  if (xen) {
    refuse_unknown(xen, xen_names, ARRAY_SIZE(xen_names), stage->diag);
    xml_skip(xen);
  }
  if (tseg && domain->features.smm != OFF)
    domain->features.tseg_set &= attr_read(tseg_attrs, root, domain, NULL, stage->diag);
  else if (tseg)
    xml_skip(tseg);
}

/* The GIC versions that KVM takes, as query-gic-capabilities told; not told: the host's own. */
static enum gic_version
newest_gic(const struct caps *caps)
{
  struct json_object *list = caps_reply(caps, "query-gic-capabilities", true);
  enum gic_version newest = list ? GIC_2 : GIC_HOST;
  for (size_t i = 0; list && i < json_object_array_length(list); i++) {
    struct json_object *entry = json_object_array_get_idx(list, i), *version, *kernel;
    if (json_object_object_get_ex(entry, "version", &version) && json_object_object_get_ex(entry, "kernel", &kernel) &&
        json_object_get_boolean(kernel) && json_object_get_int(version) == 3)
      newest = GIC_3;
  }
  return newest;
}

/* The virt machine always has a GIC. With TCG version 2: libvirt's qemuDomainDefEnableDefaultFeatures. */
static void
complete_gic(struct domain *domain, struct stage *stage)
{
  struct features *features = &domain->features;
  if (!domain_is_arm_virt(domain) || features->gic_version != GIC_UNSET)
    return;
  features->gic = true;
  features->gic_version =
      domain->virt == VIRT_KVM && caps_arch(stage->caps) == ARCH_AARCH64 ? newest_gic(stage->caps) : GIC_2;
}

static void
features_complete(struct domain *domain, struct stage *stage)
{
  complete_gic(domain, stage);
}

static void
at(struct props *p, const struct domain *domain, const char *path)
{
  props_at(p, xml_place_at(domain->root, path));
}

static void
machine_props(const struct domain *domain, const struct caps *caps, struct props *p)
{
  const struct features *f = &domain->features;
  at(p, domain, "features/vmport");
  props_onoff(p, "vmport", f->vmport);
  at(p, domain, "features/smm");
  props_onoff(p, "smm", f->smm);
  at(p, domain, "features/gic");
  if (f->gic && caps_arch(caps) == ARCH_AARCH64)
    props_str(p, "gic-version", gic_names[f->gic_version]);
  at(p, domain, "features/ioapic");
  if (f->ioapic != IOAPIC_UNSET)
    props_str(p, "kernel_irqchip", f->ioapic == IOAPIC_QEMU ? "split" : "on");
  at(p, domain, "features/hpt");
  props_str(p, "resize-hpt", hpt_names[f->hpt_resizing]);
  if (f->hpt_max_page)
    props_strf(p, "cap-hpt-max-page-size", "%juk", (uintmax_t)((f->hpt_max_page + 1023) / 1024));
  at(p, domain, "features/htm");
  props_onoff(p, "cap-htm", f->htm);
  at(p, domain, "features/nested-hv");
  props_onoff(p, "cap-nested-hv", f->nested_hv);
  at(p, domain, "features/ccf-assist");
  props_onoff(p, "cap-ccf-assist", f->ccf_assist);
  at(p, domain, "features/cfpc");
  props_str(p, "cap-cfpc", spectre_names[f->cfpc]);
  at(p, domain, "features/sbbc");
  props_str(p, "cap-sbbc", spectre_names[f->sbbc]);
  at(p, domain, "features/ibs");
  props_str(p, "cap-ibs", ibs_names[f->ibs]);
  at(p, domain, "features/ras");
  props_onoff(p, "ras", f->ras);
  at(p, domain, "features/virtualization");
  props_onoff(p, "virtualization", f->virtualization);
  at(p, domain, "features/ps2");
  props_onoff(p, "i8042", f->ps2);
  at(p, domain, "features/aia");
  props_str(p, "aia", aia_names[f->aia]);
}

/* libvirt says so to every aarch64 machine; but where QEMU's has no such property it will not start. */
static bool
may_be_without_acpi(const struct domain *domain)
{
  return arch_is_x86(domain->arch) || (domain->arch == ARCH_AARCH64 && domain_is_arm_virt(domain));
}

static void
features_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct features *f = &domain->features;
  struct props *machine = argv_single(argv, PHASE_MACHINE, "-machine", "type");
  machine_props(domain, b->caps, machine);
  const struct caps_machine *facts = caps_machine(b->caps, domain->os.machine, domain->virt == VIRT_KVM);
  enum tristate told = facts ? facts->acpi : UNSET;
  at(machine, domain, "features/acpi");
  if (told == ON)
    props_onoff(machine, "acpi", f->acpi ? ON : OFF);
  else if (told == UNSET && !f->acpi && may_be_without_acpi(domain))
    argv_flag(argv, PHASE_GLOBAL, "-no-acpi");
  props_at(machine, (struct place){ 0 });
  xmlNode *root = domain->root;
  if (f->tseg_set) {
    argv_origin(argv, xml_place_at(root, "features/smm/tseg"), NULL, NULL);
    const char *megabytes = talloc_asprintf(argv, "%ju", (uintmax_t)(f->tseg >> 20));
    argv_global(argv, "mch", "extended-tseg-mbytes", megabytes);
  }
  argv_origin(argv, xml_place_at(root, "features/vmcoreinfo"), NULL, NULL);
  if (f->vmcoreinfo == ON)
    argv_device(argv, PHASE_DEVICE, "vmcoreinfo", NULL);
  argv_origin(argv, xml_place_at(root, "features/async-teardown"), NULL, NULL);
  if (f->async_teardown != UNSET && caps_has(b->caps, FEAT_RUN_WITH_ASYNC_TEARDOWN))
    props_onoff(argv_keyval(argv, PHASE_LAST, "-run-with", NULL), "async-teardown", f->async_teardown);
}

/* Read once the elements of one name are folded into one. */
static const struct attr folded_attrs[] = { ATTR_SEE(".", features_attrs), ATTR_END };

const struct section features_section = {
  .name = "features",
  .attrs = folded_attrs,
  .element = "features",
  .parse = features_parse,
  .complete = features_complete,
  .build = features_build,
};
