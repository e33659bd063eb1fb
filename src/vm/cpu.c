/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/cpu.c - <cpu>: the model that the guest sees, and its features */

#include "vm/cpu_model.h"
#include "core/names.h"
#include "domain/kinds.h"
#include "domain/notes.h"

static const char *const mode_names[] = {
  [CPU_CUSTOM] = "custom",
  [CPU_HOST_MODEL] = "host-model",
  [CPU_HOST_PASSTHROUGH] = "host-passthrough",
  [CPU_MAXIMUM] = "maximum",
};
static_assert(ARRAY_SIZE(mode_names) == CPU_MODES, "a mode has no name");

static const char *const match_names[] = {
  [CPU_MATCH_MINIMUM] = "minimum",
  [CPU_MATCH_EXACT] = "exact",
  [CPU_MATCH_STRICT] = "strict",
};
static_assert(ARRAY_SIZE(match_names) == CPU_MATCHES, "a match has no name");

static const char *const check_names[] = {
  [CPU_CHECK_NONE] = "none",
  [CPU_CHECK_PARTIAL] = "partial",
  [CPU_CHECK_FULL] = "full",
};
static_assert(ARRAY_SIZE(check_names) == CPU_CHECKS, "a check has no name");

static const char *const fallback_names[] = { [CPU_FALLBACK_ALLOW] = "allow", [CPU_FALLBACK_FORBID] = "forbid" };

static const char *const policy_names[] = {
  [CPU_FORCE] = "force",     [CPU_REQUIRE] = "require", [CPU_OPTIONAL] = "optional",
  [CPU_DISABLE] = "disable", [CPU_FORBID] = "forbid",
};
static_assert(ARRAY_SIZE(policy_names) == CPU_POLICIES, "a policy has no name");

static const char *const cache_names[] = {
  [CPU_CACHE_EMULATE] = "emulate",
  [CPU_CACHE_PASSTHROUGH] = "passthrough",
  [CPU_CACHE_DISABLE] = "disable",
};
static const char *const bits_names[] = { [CPU_BITS_PASSTHROUGH] = "passthrough", [CPU_BITS_EMULATE] = "emulate" };

static const struct attr feature_attrs[] = {
  ATTR_STRING("@name", struct cpu_feature, name, .required = true,
              .doc = "A feature of the processor, as QEMU or libvirt name it."),
  ATTR_ENUM("@policy", struct cpu_feature, policy, policy_names, .dflt = "require",
            .doc = "Whether the guest has the feature, and what holds where the host lacks it."),
  ATTR_END
};

static const struct attr cache_attrs[] = {
  ATTR_ENUM("@mode", struct cpu, cache, cache_names, .required = true,
            .doc = "Whether the guest sees caches like those of QEMU's model, those of the host, or none."),
  ATTR_NUM("@level", struct cpu, cache_level, .max = 3, .dflt = "all", .doc = "The level of cache that this is for."),
  ATTR_END
};

static const struct attr bits_attrs[] = {
  ATTR_ENUM("@mode", struct cpu, bits_mode, bits_names, .required = true,
            .doc = "Whether the guest's physical addresses are as wide as the host's, or as bits says."),
  ATTR_NUM("@bits", struct cpu, bits, .max = INT32_MAX, .unit = "bits", .dflt = "QEMU's (40)",
           .doc = "How wide the guest's physical addresses are."),
  ATTR_NUM("@limit", struct cpu, bits_limit, .min = 1, .max = UINT32_MAX, .unit = "bits", .dflt = "none",
           .doc = "How wide they are at most, where the host's are wider."),
  ATTR_END
};

static const struct attr cpu_attrs[] = {
  ATTR_ENUM("cpu/@mode", struct domain, cpu.mode, mode_names,
            .dflt = "custom, with the machine's own model where none is named; the host's under KVM on s390x and ppc64",
            .doc = "Whether the processor is a named one, the host's, or the best that can be had."),
  ATTR_ENUM("cpu/@match", struct domain, cpu.match, match_names, .dflt = "exact",
            .doc = "How closely the host must fit; here it has no effect."),
  ATTR_ENUM("cpu/@check", struct domain, cpu.check, check_names, .dflt = "partial",
            .doc = "Who checks that the host can do it."),
  ATTR_ONOFF("cpu/@migratable", struct domain, cpu.migratable, .dflt = "QEMU's (on)",
             .doc = "Whether features are left out that keep the guest from moving."),
  ATTR_ONOFF("cpu/@deprecated_features", struct domain, cpu.deprecated_features, .dflt = "on",
             .doc = "Whether features that processors are about to lose are there, on s390x."),
  ATTR_ENUM("cpu/model/@fallback", struct domain, cpu.fallback, fallback_names, .empty_none = true, .dflt = "allow",
            .doc = "Whether a nearby model may stand in."),
  ATTR_STRING("cpu/model/@vendor_id", struct domain, cpu.vendor_id, .empty_none = true, .dflt = "the model's",
              .doc = "The vendor that the guest sees."),
  ATTR_STRING("cpu/vendor/text()", struct domain, cpu.vendor, .empty_none = true, .dflt = "any",
              .doc = "Whose processor the host must have."),
  ATTR_STRING("cpu/model/text()", struct domain, cpu.model, .empty_none = true,
              .dflt = "the machine's, or what the mode finds", .doc = "The processor's model."),
  ATTR_SEE("cpu/feature", feature_attrs, .many = true, .doc = "A feature that is added to the model, or taken away."),
  ATTR_SEE("cpu/cache", cache_attrs),
  ATTR_SEE("cpu/maxphysaddr", bits_attrs),
  ATTR_END
};

/* QEMU parts -cpu at commas and equals signs, whatever is written before them. */
static bool
is_word(const char *text)
{
  return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")] == '\0';
}

static void
read_feature(struct cpu *cpu, xmlNode *node, struct domain *domain, struct stage *stage)
{
  struct cpu_feature feature = { .policy = CPU_REQUIRE, .place = xml_place(node, NULL) };
  if (!attr_read(feature_attrs, node, &feature, NULL, stage->diag))
    return;
  if (!is_word(feature.name)) {
    diag_error(stage->diag, xml_place(node, feature.name), NULL,
               "CPU feature '%s' has other characters than letters, digits, '.', '-', '_' and '+'", feature.name);
    return;
  }
  struct note *note = domain_note(domain, "CPU feature", feature.name);
  if (note->number) {
    diag_error(stage->diag, xml_place(node, feature.name), NULL,
               "CPU feature '%s' is already named on line %u; drop one", feature.name,
               cpu->features[note->number - 1].place.line);
    return;
  }
  cpu->features = ARRAY_ROOM(domain, cpu->features, struct cpu_feature, cpu->n_features);
  cpu->features[cpu->n_features++] = feature;
  note->number = cpu->n_features;
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
  bool model = xml_child(node, "model") != NULL;
  if (cpu->model && !is_word(cpu->model)) {
    diag_error(stage->diag, xml_place(xml_child(node, "model"), cpu->model), NULL,
               "CPU model '%s' has other characters than letters, digits, '.', '-', '_' and '+'", cpu->model);
    cpu->model = NULL;
  }
  xml_each(feature, node, "feature") read_feature(cpu, feature, domain, stage);
  /* the host's own CPU keeps its names, whatever the XML says */
  if (cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_MAXIMUM)
    cpu->vendor_id = NULL;
  /* as with libvirt, which heeds it only beside a model */
  if (cpu->check != CPU_CHECK_UNSET && cpu->mode == CPU_CUSTOM && !cpu->model) {
    diag_note(stage->diag, xml_place(node, check_names[cpu->check]), NULL,
              "check '%s' has no effect without a <model>: the CPU is QEMU's choice", check_names[cpu->check]);
    cpu->check = CPU_CHECK_UNSET;
  }
  if (cpu->vendor && !model)
    diag_error(stage->diag, xml_place(xml_child(node, "vendor"), NULL), NULL,
               "<vendor> says whose model it is; name "
               "the <model>");
  if (cpu->n_features && !model && cpu->mode == CPU_CUSTOM && !xml_refused(node, "@mode"))
    diag_error(stage->diag, cpu->features[0].place, NULL,
               "a feature of which CPU? Name its <model>, or write "
               "mode='host-model'");
  xmlNode *cache = xml_child(node, "cache");
  if (cache && xml_next(cache, "cache")) {
    diag_error(stage->diag, xml_place(xml_next(cache, "cache"), NULL), NULL, "a second <cache>; keep one");
    xml_skip(xml_next(cache, "cache"));
  }
  if (cache)
    attr_read(cache_attrs, cache, cpu, NULL, stage->diag);
  xmlNode *bits = xml_child(node, "maxphysaddr");
  if (bits)
    attr_read(bits_attrs, bits, cpu, NULL, stage->diag);
}

/* --- check --- */

static void
check_cache(const struct domain *domain, xmlNode *node, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  struct place place = xml_place(xml_child(node, "cache"), NULL);
  bool host = cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_MAXIMUM;
  if (!arch_is_x86(domain->arch)) {
    diag_error(stage->diag, place, NULL, "cache: QEMU lets only x86 guests choose, this one is %s; drop it",
               arch_names[domain->arch]);
    return;
  }
  if (cpu->cache == CPU_CACHE_EMULATE && !(cpu->cache_level.set && cpu->cache_level.value == 3))
    diag_error(stage->diag, place, NULL, "cache mode 'emulate' is for the third level; write level='3'");
  if (cpu->cache != CPU_CACHE_EMULATE && cpu->cache_level.set)
    diag_error(stage->diag, place, NULL, "level '%ju': cache mode '%s' is for all levels; drop level",
               (uintmax_t)cpu->cache_level.value, cache_names[cpu->cache]);
  if (cpu->cache == CPU_CACHE_PASSTHROUGH && !host)
    diag_error(stage->diag, place, NULL,
               "cache mode 'passthrough' needs <cpu mode='host-passthrough'> or 'maximum', this one is '%s'",
               mode_names[cpu->mode]);
}

/* QEMU target/i386/cpu.c, x86_cpu_realizefn(). */
enum { BITS_LEAST = 32, BITS_MOST = 52 };

static void
check_bits(const struct domain *domain, xmlNode *node, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  struct place place = xml_place(xml_child(node, "maxphysaddr"), NULL);
  if (!arch_is_x86(domain->arch))
    diag_error(stage->diag, place, NULL, "maxphysaddr: QEMU lets only x86 guests choose, this one is %s; drop it",
               arch_names[domain->arch]);
  const struct num *range = cpu->bits_mode == CPU_BITS_EMULATE ? &cpu->bits : &cpu->bits_limit;
  if (range->value && (range->value < BITS_LEAST || range->value > BITS_MOST))
    diag_unstartable(stage->diag, place, NULL, "%ju bits: QEMU takes %d to %d, this guest will not start",
                     (uintmax_t)range->value, BITS_LEAST, BITS_MOST);
  if (cpu->bits_mode == CPU_BITS_PASSTHROUGH && cpu->bits.set)
    diag_error(stage->diag, place, NULL,
               "bits '%ju': mode 'passthrough' takes the host's; drop bits or write "
               "mode='emulate'",
               (uintmax_t)cpu->bits.value);
  if (cpu->bits_mode == CPU_BITS_EMULATE && cpu->bits_limit.set)
    diag_error(stage->diag, place, NULL, "limit '%ju' is for mode 'passthrough'; write bits",
               (uintmax_t)cpu->bits_limit.value);
}

static void
check_mode(const struct domain *domain, struct place place, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  bool host = cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_MAXIMUM;
  if (cpu->mode == CPU_HOST_PASSTHROUGH && domain->virt == VIRT_QEMU)
    diag_error(stage->diag, place, NULL,
               "mode 'host-passthrough' needs the host's CPU, TCG emulates one; write <domain type='kvm'> or "
               "mode='maximum'");
  if (cpu->mode == CPU_MAXIMUM && !caps_has(stage->caps, FEAT_CPU_MAX))
    diag_error(stage->diag, place, NULL, "mode 'maximum': this QEMU has no CPU model 'max'; name a model");
  if (cpu->migratable != UNSET && !host)
    diag_error(stage->diag, place, NULL, "migratable is for mode 'host-passthrough' and 'maximum'; drop it");
  if (cpu->migratable == ON && cpu->mode == CPU_HOST_PASSTHROUGH && !caps_has(stage->caps, FEAT_CPU_MIGRATABLE))
    diag_error(stage->diag, place, NULL, "migratable: QEMU's %s 'host' knows no such switch; drop it",
               arch_names[domain->arch]);
  if (cpu->deprecated_features != UNSET && !caps_has(stage->caps, FEAT_QUERY_CPU_MODEL_EXPANSION_DEPRECATED_PROPS))
    diag_error(stage->diag, place, NULL, "deprecated_features: which features are deprecated this QEMU does not tell");
}

static void
check_model(const struct domain *domain, xmlNode *node, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  if (cpu->vendor_id && (strlen(cpu->vendor_id) != 12 || strchr(cpu->vendor_id, ',')))
    diag_error(stage->diag, xml_place(xml_child(node, "model"), cpu->vendor_id), NULL,
               "vendor_id '%s' must be 12 characters, none a comma, as in 'GenuineIntel'", cpu->vendor_id);
}

/* The element that asks for the flag NAME of -cpu. */
static const char *
element_of_flag(const char *name)
{
  static const char *const of_timers[] = { "kvmclock", "hv-time", "tsc-frequency", "kvm-no-adjvtime" };
  static const char *const of_cpu[] = { "l3-cache", "host-cache-info", "host-phys-bits", "host-phys-bits-limit",
                                        "phys-bits" };
  if (name_find(of_timers, ARRAY_SIZE(of_timers), name) >= 0)
    return "clock";
  return name_find(of_cpu, ARRAY_SIZE(of_cpu), name) >= 0 ? "cpu" : "features";
}

static struct place
place_of_flag(const struct domain *domain, const char *name)
{
  xmlNode *node = xml_child(domain->root, element_of_flag(name));
  return node ? xml_place(node, NULL) : domain->place; /* <panic model='hyperv'> is a device */
}

/* Hyper-V, kvmclock and the like are properties of QEMU's x86 processors; Arm's have but two of them. */
static void
check_flags(const struct domain *domain, const struct props *flags, struct stage *stage)
{
  bool pmu = arch_is_arm(domain->arch) || domain->arch == ARCH_LOONGARCH64;
  for (size_t i = 0; !arch_is_x86(domain->arch) && i < flags->n; i++) {
    const char *name = flags->items[i].key;
    if ((pmu && strcmp(name, "pmu") == 0) || (arch_is_arm(domain->arch) && strcmp(name, "kvm-no-adjvtime") == 0))
      continue;
    /* those that are refused where they stand */
    if (strcmp(element_of_flag(name), "cpu") == 0 || strcmp(name, "kvm-pv-eoi") == 0 ||
        strcmp(name, "kvm-pv-unhalt") == 0 || (str_starts(name, "hv-") && !domain_is_arm_virt(domain)))
      continue;
    diag_unstartable(stage->diag, place_of_flag(domain, name), NULL,
                     "QEMU's processors for %s have no '%s', this guest will not start; drop what asks for it",
                     arch_names[domain->arch], name);
  }
}

/* QEMU target/i386/cpu.c: what came with QEMU 7.1, all at once. */
static void
check_hyperv(const struct domain *domain, const struct props *flags, struct stage *stage)
{
  static const char *const later[] = { "hv-emsr-bitmap", "hv-xmm-input", "hv-tlbflush-direct", "hv-tlbflush-ext" };
  for (size_t i = 0; arch_is_x86(domain->arch) && i < flags->n; i++)
    if (name_find(later, ARRAY_SIZE(later), flags->items[i].key) >= 0 &&
        !caps_has(stage->caps, FEAT_CPU_HV_EMSR_BITMAP))
      diag_unstartable(stage->diag, domain->features.hyperv.place, NULL,
                       "%s needs QEMU 7.1, this is %s: this guest will not start; drop what asks for it",
                       flags->items[i].key, caps_version_string(stage->caps));
}

/* QEMU hw/arm/virt.c: the default is of 32 bit, whatever the emulator's name says; target/arm/kvm.c takes
 * none of these. libvirt names it to TCG alone. Where <os><type> was refused, the architecture may be this host's. */
static void
check_width(const struct domain *domain, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  bool kvm = domain->virt == VIRT_KVM, none = cpu->mode == CPU_UNSET || (cpu->mode == CPU_CUSTOM && !cpu->model);
  const struct caps_machine *machine =
      domain->os.type && domain_is_arm_virt(domain) ? caps_machine(stage->caps, domain->os.machine, kvm) : NULL;
  if (!machine || !(none || cpu->rule) || !str_eq(machine->default_cpu, "cortex-a15"))
    return;
  if (kvm)
    diag_unstartable(stage->diag, domain->place, NULL,
                     "no CPU is named, and KVM runs none of 32 bit as the machine's default, %s: this guest will not "
                     "start; write <cpu mode='host-passthrough'/>",
                     machine->default_cpu);
  else if (domain->arch == ARCH_AARCH64 && domain->virt == VIRT_QEMU)
    diag_warning(stage->diag, domain->place, NULL,
                 "CPU %s, the machine's default, has 32 bits: no system for aarch64 starts on it; write "
                 "<cpu mode='maximum'/>",
                 machine->default_cpu);
}

static void
cpu_check(const struct domain *domain, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  xmlNode *node = xml_child(domain->root, "cpu");
  const struct props *flags = cpu_flags(stage->diag, domain);
  if ((cpu->mode == CPU_UNSET || cpu->mode == CPU_CUSTOM) && !cpu->model && flags->n)
    diag_error(stage->diag, place_of_flag(domain, flags->items[0].key), NULL,
               "features and timers of a CPU that is QEMU's choice; name it, as in <cpu mode='host-passthrough'/>");
  check_flags(domain, flags, stage);
  check_hyperv(domain, flags, stage);
  check_width(domain, stage);
  if (!node)
    return;
  check_mode(domain, xml_place(node, NULL), stage);
  check_model(domain, node, stage);
  if (cpu->cache != CPU_CACHE_UNSET)
    check_cache(domain, node, stage);
  if (cpu->bits_mode != CPU_BITS_UNSET)
    check_bits(domain, node, stage);
}

const struct section cpu_section = {
  .name = "cpu",
  .element = "cpu",
  .attrs = cpu_attrs,
  .parse = cpu_parse,
  .complete = cpu_model_complete,
  .check = cpu_check,
  .build = cpu_build,
};
