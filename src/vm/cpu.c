/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/cpu.c - <cpu>: the model that the guest sees, and its features */

#include "domain/kinds.h"
#include "core/names.h"

static const char *const mode_names[] = {
  [CPU_CUSTOM] = "custom",
  [CPU_HOST_MODEL] = "host-model",
  [CPU_HOST_PASSTHROUGH] = "host-passthrough",
  [CPU_MAXIMUM] = "maximum",
};
static_assert(ARRAY_SIZE(mode_names) == CPU_MODES, "a mode has no name");

static const char *const match_names[] = {
  [CPU_MATCH_MINIMUM] = "minimum", [CPU_MATCH_EXACT] = "exact", [CPU_MATCH_STRICT] = "strict",
};
static_assert(ARRAY_SIZE(match_names) == CPU_MATCHES, "a match has no name");

static const char *const check_names[] = {
  [CPU_CHECK_NONE] = "none", [CPU_CHECK_PARTIAL] = "partial", [CPU_CHECK_FULL] = "full",
};
static_assert(ARRAY_SIZE(check_names) == CPU_CHECKS, "a check has no name");

static const char *const fallback_names[] = { [CPU_FALLBACK_ALLOW] = "allow", [CPU_FALLBACK_FORBID] = "forbid" };

static const char *const policy_names[] = {
  [CPU_FORCE] = "force",     [CPU_REQUIRE] = "require", [CPU_OPTIONAL] = "optional",
  [CPU_DISABLE] = "disable", [CPU_FORBID] = "forbid",
};
static_assert(ARRAY_SIZE(policy_names) == CPU_POLICIES, "a policy has no name");

static const char *const cache_names[] = {
  [CPU_CACHE_EMULATE] = "emulate", [CPU_CACHE_PASSTHROUGH] = "passthrough", [CPU_CACHE_DISABLE] = "disable",
};
static const char *const bits_names[] = { [CPU_BITS_PASSTHROUGH] = "passthrough", [CPU_BITS_EMULATE] = "emulate" };

static const struct attr cpu_attrs[] = {
  ATTR_ENUM("cpu/@mode", struct domain, cpu.mode, mode_names),
  ATTR_ENUM("cpu/@match", struct domain, cpu.match, match_names),
  ATTR_ENUM("cpu/@check", struct domain, cpu.check, check_names),
  ATTR_ONOFF("cpu/@migratable", struct domain, cpu.migratable),
  ATTR_ONOFF("cpu/@deprecated_features", struct domain, cpu.deprecated_features),
  ATTR_ENUM("cpu/model/@fallback", struct domain, cpu.fallback, fallback_names),
  ATTR_STRING("cpu/model/@vendor_id", struct domain, cpu.vendor_id),
  ATTR_STRING("cpu/vendor/text()", struct domain, cpu.vendor),
  ATTR_END
};

static const struct attr feature_attrs[] = {
  ATTR_STRING("@name", struct cpu_feature, name, .required = true),
  ATTR_ENUM("@policy", struct cpu_feature, policy, policy_names),
  ATTR_END
};

static const struct attr cache_attrs[] = {
  ATTR_ENUM("@mode", struct cpu, cache, cache_names, .required = true),
  ATTR_NUM("@level", struct cpu, cache_level, .max = 3),
  ATTR_END
};

static const struct attr bits_attrs[] = {
  ATTR_ENUM("@mode", struct cpu, bits_mode, bits_names, .required = true),
  ATTR_NUM("@bits", struct cpu, bits, .max = INT32_MAX),
  ATTR_NUM("@limit", struct cpu, bits_limit, .min = 1, .max = UINT32_MAX),
  ATTR_END
};

static void
read_feature(struct cpu *cpu, xmlNode *node, struct domain *domain, struct stage *stage)
{
  struct cpu_feature feature = { .policy = CPU_REQUIRE, .place = xml_place(node, NULL) };
  if (!attr_read(feature_attrs, node, &feature, NULL, stage->diag))
    return;
  for (size_t i = 0; i < cpu->n_features; i++)
    if (strcmp(cpu->features[i].name, feature.name) == 0) {
      diag_error(stage->diag, xml_place(node, feature.name), NULL,
                 "CPU feature '%s' is already named on line %u; drop one", feature.name, cpu->features[i].place.line);
      return;
    }
  cpu->features = talloc_realloc(domain, cpu->features, struct cpu_feature, cpu->n_features + 1);
  cpu->features[cpu->n_features++] = feature;
}

static void
cpu_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  xmlNode *node = xml_child(root, "cpu");
  if (!node)
    return;
  cpu->given = true;
  if (cpu->mode == CPU_UNSET)
    cpu->mode = CPU_CUSTOM;
  const char *model = xml_get(node, "model/text()", NULL);
  cpu->model = model && *model ? model : NULL;
  xml_each(feature, node, "feature")
    read_feature(cpu, feature, domain, stage);
  xmlNode *cache = xml_child(node, "cache");
  if (cache)
    attr_read(cache_attrs, cache, cpu, NULL, stage->diag);
  xmlNode *bits = xml_child(node, "maxphysaddr");
  if (bits)
    attr_read(bits_attrs, bits, cpu, NULL, stage->diag);
}

/* libvirt qemu_postparse.c: QEMU's default is spelt out, since it may change with QEMU. Elsewhere
 * than on these architectures what QEMU tells holds for TCG only. */
static void
choose_default(struct domain *domain, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  bool kvm = domain->virt == VIRT_KVM;
  bool known = arch_is_x86(domain->arch) || domain->arch == ARCH_S390X || arch_is_ppc64(domain->arch);
  if (!domain->os.machine || (kvm && !known))
    return;
  const struct caps_machine *machine = caps_machine(stage->caps, domain->os.machine, kvm);
  if (!machine || !machine->default_cpu)
    return;
  if (strcmp(machine->default_cpu, "host") == 0) {
    cpu->mode = domain->arch == ARCH_S390X ? CPU_HOST_MODEL : CPU_HOST_PASSTHROUGH;
    return;
  }
  cpu->mode = CPU_CUSTOM;
  cpu->check = CPU_CHECK_NONE;
  cpu->model = machine->default_cpu;
  cpu->rule = "the default CPU of the machine";
}

static void
cpu_complete(struct domain *domain, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  if (cpu->mode == CPU_UNSET || (cpu->mode == CPU_CUSTOM && !cpu->model))
    choose_default(domain, stage);
  if (cpu->mode == CPU_HOST_PASSTHROUGH && cpu->migratable == UNSET) {
    if (caps_has(stage->caps, FEAT_CPU_MIGRATABLE))
      cpu->migratable = ON;
    else if (arch_is_x86(domain->arch))
      cpu->migratable = OFF;
  }
}

static void
build_features(const struct cpu *cpu, struct props *p)
{
  for (size_t i = 0; i < cpu->n_features; i++) {
    const struct cpu_feature *feature = &cpu->features[i];
    if (feature->policy == CPU_FORCE || feature->policy == CPU_REQUIRE)
      props_bool(p, feature->name, true);
    else if (feature->policy != CPU_OPTIONAL)
      props_bool(p, feature->name, false);
  }
}

static void
cpu_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct cpu *cpu = &domain->cpu;
  bool host = cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_MAXIMUM;
  if (!host && !cpu->model)
    return;                     /* QEMU's own default */
  if (cpu->rule)
    argv_origin(argv, domain->place, NULL, cpu->rule);
  struct props *p = argv_keyval(argv, PHASE_MACHINE, "-cpu", "model");
  if (host) {
    props_str(p, "model", cpu->mode == CPU_MAXIMUM ? "max" : "host");
    if (caps_has(b->caps, FEAT_CPU_MIGRATABLE))
      props_switch(p, "migratable", cpu->migratable);
  } else {
    props_str(p, "model", cpu->model);
  }
  props_str(p, "vendor", cpu->vendor_id);
  build_features(cpu, p);
}

const struct section cpu_section = {
  .name = "cpu",
  .attrs = cpu_attrs,
  .parse = cpu_parse,
  .complete = cpu_complete,
  .build = cpu_build,
};
