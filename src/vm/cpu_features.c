/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/cpu_features.c - which of <cpu>'s features there are, and what may be asked of them */

#include "vm/cpu_model.h"
#include "qemu/x86_cpu.h"

#include <json-c/json.h>

/* "sve128" to "sve2048": the vector lengths, in steps of 128 bits. */
static bool
is_sve_length(const char *name)
{
  uint64_t bits;
  return str_starts(name, "sve") && parse_uint(name + strlen("sve"), &bits) && bits >= 128 && bits <= 2048 &&
         bits % 128 == 0;
}

/* The words of libvirt's CPU maps; other architectures have no map, and any word is good. */
static bool
is_usual(enum arch arch, const char *name)
{
  if (arch_is_x86(arch))
    return x86_feature(name) >= 0 || str_starts(name, "hv-") || str_starts(name, "kvm_pv_");
  if (arch_is_arm(arch))
    return str_eq(name, "sve") || str_eq(name, "pauth") || is_sve_length(name);
  return true;
}

/* QEMU tells the properties of its CPUs by expanding the one that has them all. */
static void
check_known(const struct domain *domain, const struct cpu_feature *feature, struct stage *stage)
{
  bool kvm = domain->virt == VIRT_KVM;
  const char *base, *name = feature->name;
  struct json_object *known = NULL;
  if (is_usual(domain->arch, name))
    return;
  caps_expand_cpu(stage->caps, kvm ? "host" : "max", kvm, true, &base, &known);
  if (!known)
    caps_expand_cpu(stage->caps, "max", kvm, true, &base, &known);
  const char *meant = arch_is_x86(domain->arch) ? x86_feature_meant(name) : NULL;
  if (!known && meant)
    diag_warning(stage->diag, feature->place, NULL,
                 "CPU feature '%s' is not among those of %s that are known here; did you mean '%s'?", name,
                 arch_names[domain->arch], meant);
  else if (!known)
    diag_warning(stage->diag, feature->place, NULL,
                 "CPU feature '%s' is not among those of %s that are known here; QEMU may refuse it", name,
                 arch_names[domain->arch]);
  else if (!json_object_object_get_ex(known, arch_is_x86(domain->arch) ? x86_feature_for_qemu(name) : name, NULL))
    diag_error(stage->diag, feature->place, NULL,
               "CPU feature '%s': no %s processor has it, and this QEMU (%s) does "
               "not know it either; %s",
               name, arch_names[domain->arch], caps_version_string(stage->caps),
               meant ? talloc_asprintf(stage->diag, "did you mean '%s'?", meant) : "drop it");
}

void
cpu_check_features(const struct domain *domain, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  xmlNode *node = xml_child(domain->root, "cpu");
  /* s390x's models are what the hardware is: nothing is left to the host to decide */
  if (domain_is_s390(domain) && node && cpu->mode == CPU_CUSTOM && cpu->match == CPU_MATCH_MINIMUM)
    diag_error(stage->diag, xml_place(node, "minimum"), NULL,
               "match 'minimum': s390x has no such choice; write "
               "match='exact' or mode='host-model'");
  for (size_t i = 0; i < cpu->n_features; i++) {
    const struct cpu_feature *feature = &cpu->features[i];
    if (domain_is_s390(domain) && feature->policy == CPU_OPTIONAL)
      diag_error(stage->diag, feature->place, NULL,
                 "CPU feature '%s': s390x knows policy 'require' and 'disable', not "
                 "'optional'",
                 feature->name);
    check_known(domain, feature, stage);
  }
}
