/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/cpu_model.c - which CPU model the guest gets: QEMU's default, the host's, or the one named */

#include "vm/cpu_model.h"
#include "core/names.h"
#include "qemu/x86_cpu.h"

#include <json-c/json.h>

static struct cpu_feature *
find_feature(struct cpu *cpu, const char *name)
{
  for (size_t i = 0; i < cpu->n_features; i++)
    if (strcmp(cpu->features[i].name, name) == 0)
      return &cpu->features[i];
  return NULL;
}

static void
add_feature(struct domain *domain, const char *name, enum cpu_policy policy, struct place place)
{
  struct cpu *cpu = &domain->cpu;
  cpu->features = ARRAY_ROOM(domain, cpu->features, struct cpu_feature, cpu->n_features);
  cpu->features[cpu->n_features++] = (struct cpu_feature){ .name = name, .policy = policy, .place = place };
}

static void
set_feature(struct domain *domain, const char *name, enum cpu_policy policy, struct place place)
{
  struct cpu_feature *feature = find_feature(&domain->cpu, name);
  if (feature)
    feature->policy = policy;
  else
    add_feature(domain, name, policy, place);
}

/* A PC whose machine type no table knows has no model either, but -cpu needs one where flags, or 32 bits, are asked
 * for. */
static void
choose_pc_default(struct domain *domain, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  bool narrow = domain->arch == ARCH_I686 && caps_arch(stage->caps) == ARCH_X86_64;
  if (!arch_is_x86(domain->arch) || !(narrow || cpu_has_flags(domain)))
    return;
  cpu->rule = "QEMU's CPU for a PC";
  cpu->mode = CPU_CUSTOM;
  cpu->check = CPU_CHECK_NONE;
  cpu->model = domain->arch == ARCH_I686 ? "qemu32" : "qemu64";
}

/* Machines of s390x older than its CPU models: KVM gives them the host's processor, nothing else. */
static bool
has_host_only(const struct domain *domain)
{
  static const char *const machines[] = {
    "s390-ccw-virtio-2.4",
    "s390-ccw-virtio-2.5",
    "s390-ccw-virtio-2.6",
    "s390-ccw-virtio-2.7",
  };
  return domain->arch == ARCH_S390X && domain->virt == VIRT_KVM && domain->os.machine &&
         name_find(machines, ARRAY_SIZE(machines), domain->os.machine) >= 0;
}

/* libvirt qemu_postparse.c: QEMU's default is spelt out, since it may change with QEMU: on x86,
 * s390x and PowerPC always, on those others that libvirt knows the CPUs of, where QEMU tells TCG's. */
static void
choose_default(struct domain *domain, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  bool kvm = domain->virt == VIRT_KVM;
  bool told = arch_is_x86(domain->arch) || domain->arch == ARCH_S390X || arch_is_ppc64(domain->arch);
  bool named = told || (domain->virt == VIRT_QEMU && (arch_is_arm(domain->arch) || domain->arch == ARCH_RISCV64 ||
                                                      domain->arch == ARCH_LOONGARCH64));
  const struct caps_machine *machine =
      domain->os.machine && named ? caps_machine(stage->caps, domain->os.machine, kvm) : NULL;
  if (!machine || !machine->default_cpu) {
    choose_pc_default(domain, stage);
    return;
  }
  cpu->rule = "the default CPU of the machine";
  if (strcmp(machine->default_cpu, "host") == 0) {
    cpu->mode = domain->arch == ARCH_S390X && !has_host_only(domain) ? CPU_HOST_MODEL : CPU_HOST_PASSTHROUGH;
    return;
  }
  cpu->mode = CPU_CUSTOM;
  cpu->check = CPU_CHECK_NONE;
  cpu->model = machine->default_cpu;
}

/* The vector lengths make sense with SVE only. */
static void
complete_sve(struct domain *domain, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  struct cpu_feature *sve = find_feature(cpu, "sve"), *length = NULL;
  for (size_t i = 0; i < cpu->n_features; i++)
    if (str_starts(cpu->features[i].name, "sve") && &cpu->features[i] != sve)
      length = &cpu->features[i];
  if (!length || !arch_is_arm(domain->arch))
    return;
  if (sve && (sve->policy == CPU_DISABLE || sve->policy == CPU_FORBID))
    diag_error(stage->diag, length->place, NULL,
               "feature '%s' is a vector length of SVE, which line %u takes away; "
               "drop one",
               length->name, sve->place.line);
  else
    set_feature(domain, "sve", CPU_REQUIRE, length->place);
}

/* The model and features of MODEL become the guest's, the XML's own features on top. */
static void
take_model(struct domain *domain, const struct caps_cpu *model)
{
  struct cpu *cpu = &domain->cpu;
  struct cpu_feature *own = cpu->features;
  size_t n = cpu->n_features;
  cpu->features = NULL;
  cpu->n_features = 0;
  cpu->model = model->model;
  for (size_t i = 0; i < model->n_features; i++)
    add_feature(domain, model->features[i].name, model->features[i].on ? CPU_REQUIRE : CPU_DISABLE, domain->place);
  for (size_t i = 0; i < n; i++)
    set_feature(domain, own[i].name, own[i].policy, own[i].place);
  cpu->mode = CPU_CUSTOM;
}

/* The host's features, as its QEMU told; NULL: it did not. */
static struct json_object *
host_features(const struct domain *domain, const struct caps *caps)
{
  bool kvm = domain->virt == VIRT_KVM;
  const char *base;
  struct json_object *properties = NULL;
  caps_expand_cpu(caps, kvm ? "host" : "max", kvm, true, &base, &properties);
  return properties;
}

/* "optional" is on where the host has it. */
static void
settle_optional(struct domain *domain, struct json_object *host)
{
  struct cpu *cpu = &domain->cpu;
  for (size_t i = 0; host && i < cpu->n_features; i++) {
    struct json_object *value;
    if (cpu->features[i].policy == CPU_OPTIONAL) {
      bool there = json_object_object_get_ex(host, x86_feature_for_qemu(cpu->features[i].name), &value) &&
                   json_object_get_boolean(value);
      cpu->features[i].policy = there ? CPU_REQUIRE : CPU_DISABLE;
    }
  }
}

/* "forbid": a guest that must not run where the host has it. */
static void
check_forbidden(const struct domain *domain, struct json_object *host, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  for (size_t i = 0; host && cpu->check != CPU_CHECK_NONE && i < cpu->n_features; i++) {
    const struct cpu_feature *feature = &cpu->features[i];
    struct json_object *value;
    if (feature->policy == CPU_FORBID && domain->virt == VIRT_KVM &&
        json_object_object_get_ex(host, x86_feature_for_qemu(feature->name), &value) &&
        json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value))
      diag_error(stage->diag, feature->place, NULL,
                 "CPU feature '%s' is forbidden, and this host has it; policy='disable' hides it from the guest",
                 feature->name);
  }
}

/* QEMU hw/ppc/compat.c: what a POWER processor can run as. */
static const char *const power_modes[] = { "power6", "power7", "power8", "power9", "power10", "power11" };

/* Nobody asked this host's QEMU: "host" is the nearest that can be said. */
static void
stand_in(struct domain *domain, struct place place, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  bool kvm = domain->virt == VIRT_KVM;
  if (arch_is_ppc64(domain->arch)) { /* -cpu host, in a compatibility mode */
    if (cpu->model && name_find(power_modes, ARRAY_SIZE(power_modes), cpu->model) < 0)
      diag_error(stage->diag, place, NULL, "compatibility mode '%s': unknown; %s", cpu->model,
                 name_remedy(stage->diag, power_modes, ARRAY_SIZE(power_modes), cpu->model));
    if (!kvm)
      diag_unstartable(stage->diag, place, NULL,
                       "mode 'host-model': it is KVM's, TCG has no CPU 'host' and will not start; name a <model>");
    return;
  }
  if (!arch_is_x86(domain->arch) && !domain_is_s390(domain)) {
    diag_error(stage->diag, place, NULL, "mode 'host-model': no QEMU tells the model of a host of %s; write mode='%s'",
               arch_names[domain->arch], kvm ? "host-passthrough" : "maximum");
    return;
  }
  if (!kvm && !caps_has(stage->caps, FEAT_CPU_MAX)) {
    diag_error(stage->diag, place, NULL, "mode 'host-model': TCG has no such CPU for %s; name a <model>",
               arch_names[domain->arch]);
    return;
  }
  if (!cpu->rule)
    diag_warning(stage->diag, place, NULL,
                 "mode 'host-model': which model this host's CPU is only its QEMU can tell (--probe, "
                 "--capabilities=FILE); '%s' stands for it",
                 kvm ? "host" : "max");
  cpu->mode = kvm ? CPU_HOST_PASSTHROUGH : CPU_MAXIMUM;
  if (kvm && caps_has(stage->caps, FEAT_CPU_MIGRATABLE))
    cpu->migratable = ON;
}

static void
complete_host_model(struct domain *domain, struct place place, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  struct caps_cpu model;
  if (arch_is_x86(domain->arch) && cpu->mode == CPU_HOST_MODEL) {
    check_forbidden(domain, host_features(domain, stage->caps), stage);
    settle_optional(domain, host_features(domain, stage->caps));
  }
  if (caps_host_model(domain, stage->caps, domain->virt == VIRT_KVM, &model))
    take_model(domain, &model);
  else
    stand_in(domain, place, stage);
}

/* Switches off what a model of that name had once, unless the XML says otherwise. */
static void
disable_removed(struct domain *domain)
{
  for (const char *p = x86_model_removed(domain->cpu.model); *p; p += strspn(p, " ")) {
    const char *name = talloc_strndup(domain, p, strcspn(p, " "));
    if (!find_feature(&domain->cpu, name))
      add_feature(domain, name, CPU_DISABLE, domain->place);
    p += strlen(name);
  }
}

/* libvirt cpu_ppc64.c: revisions that are the same model. */
static void
convert_ppc64(struct cpu *cpu)
{
  static const char *const revisions[][2] = {
    { "POWER7_v2.1", "POWER7" },
    { "POWER7_v2.3", "POWER7" },
    { "POWER7+_v2.1", "POWER7" },
    { "POWER8_v1.0", "POWER8" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(revisions); i++)
    if (str_eq(cpu->model, revisions[i][0]))
      cpu->model = revisions[i][1];
}

/* MODEL without what names a version of it: "EPYC-v2", "Cascadelake-Server-noTSX". */
static const char *
model_family(TALLOC_CTX *ctx, const char *model)
{
  static const char *const versions[] = { "-noTSX", "-IBRS", "-IBPB" };
  char *family = talloc_strdup(ctx, model), *dash;
  while ((dash = strrchr(family, '-'))) {
    bool number = dash[1] == 'v' && dash[2] && !dash[2 + strspn(dash + 2, "0123456789")];
    if (!number && name_find(versions, ARRAY_SIZE(versions), dash) < 0)
      break;
    *dash = '\0';
  }
  return family;
}

/* Is it a model of x86's, or a version of one? The second: those that only guests name. */
static bool
is_x86_family(const char *family)
{
  return x86_model(family) || *x86_model_removed(family);
}

/* The model that MODEL, nearly, is the name of, where MODEL is none itself; NULL: none is near. */
static const char *
near_model(TALLOC_CTX *ctx, const char *model)
{
  const char *base = model_family(ctx, model);
  const char **names = talloc_array(ctx, const char *, x86_n_models);
  if (is_x86_family(base))
    return NULL;
  for (size_t i = 0; i < x86_n_models; i++)
    names[i] = x86_models[i].name;
  return name_nearest(names, x86_n_models, base);
}

/* No binary was asked. A name that is nearly one we know is likely to be wrong. */
static void
suggest_model(const struct domain *domain, struct place place, struct stage *stage)
{
  const char *model = domain->cpu.model, *near = near_model(stage->diag, model);
  if (near)
    diag_warning(stage->diag, place, NULL,
                 "CPU model '%s': QEMU has none of that name that we know; did you mean '%s'?", model, near);
}

/* A domain that was a PC's keeps its model: no binary need be asked whether another architecture has that. */
static bool
refuse_foreign(const struct domain *domain, struct place place, struct stage *stage)
{
  const char *model = domain->cpu.model;
  /* QEMU target/ppc/cpu-models.c: "max" was a 7400 there, which no pseries takes, and went */
  bool max = !arch_is_ppc64(domain->arch) && caps_has(stage->caps, FEAT_CPU_MAX);
  if (arch_is_x86(domain->arch) || !is_x86_family(model_family(stage->diag, model)))
    return false;
  diag_error(stage->diag, place, NULL, "CPU model '%s': it is an x86 processor, no QEMU for %s has it; %s", model,
             arch_names[domain->arch],
             domain->virt == VIRT_KVM ? "write <cpu mode='host-passthrough'/>"
             : max                    ? "write <cpu mode='maximum'/>"
                                      : "leave <model> out");
  return true;
}

static void
refuse_model(const struct domain *domain, struct place place, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  const char *near = arch_is_x86(domain->arch) ? near_model(stage->diag, cpu->model) : NULL;
  if (near && caps_cpu_model(stage->caps, near, domain->virt == VIRT_KVM) == OFF)
    near = NULL;
  diag_error(stage->diag, place, NULL, "CPU model '%s': this QEMU has none of that name%s%s%s%s", cpu->model,
             cpu->fallback == CPU_FALLBACK_FORBID ? ", and fallback='forbid' allows no other" : "",
             near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* QEMU has them among its models, libvirt as modes; "base" is there to be built upon. */
static bool
is_mode(const struct domain *domain, struct place place, struct stage *stage)
{
  const char *model = domain->cpu.model;
  if (!arch_is_x86(domain->arch))
    return false;
  if (strcmp(model, "host") == 0 || strcmp(model, "max") == 0)
    diag_error(stage->diag, place, NULL, "CPU model '%s' is no model; write <cpu mode='%s'/>", model,
               model[0] == 'h' ? "host-passthrough" : "maximum");
  else if (strcmp(model, "base") == 0)
    diag_error(stage->diag, place, NULL, "CPU model 'base' is no processor; name one, or write <cpu mode='maximum'/>");
  else
    return false;
  return true;
}

static void
complete_custom(struct domain *domain, struct place place, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  bool kvm = domain->virt == VIRT_KVM;
  if (is_mode(domain, place, stage) || refuse_foreign(domain, place, stage))
    return;
  if (arch_is_x86(domain->arch)) {
    struct json_object *host = host_features(domain, stage->caps);
    check_forbidden(domain, host, stage);
    settle_optional(domain, host);
    if (cpu->match == CPU_MATCH_MINIMUM && host) {
      complete_host_model(domain, place, stage);
      return;
    }
  }
  struct caps_cpu nearest;
  enum tristate there = caps_cpu_model(stage->caps, cpu->model, kvm);
  if (there == UNSET && arch_is_x86(domain->arch))
    suggest_model(domain, place, stage);
  if (there != OFF)
    return;
  if (cpu->fallback == CPU_FALLBACK_FORBID || !caps_nearest_model(domain, stage->caps, cpu->model, kvm, &nearest)) {
    refuse_model(domain, place, stage);
    return;
  }
  diag_warning(stage->diag, place, NULL, "CPU model '%s': this QEMU has none of that name, '%s' comes nearest",
               cpu->model, nearest.model);
  take_model(domain, &nearest);
}

/* s390x: what QEMU says will go one day. */
static void
disable_deprecated(struct domain *domain, struct stage *stage)
{
  struct json_object *list = caps_deprecated_props(stage->caps, domain->virt == VIRT_KVM);
  for (size_t i = 0; list && i < json_object_array_length(list); i++)
    set_feature(domain, json_object_get_string(json_object_array_get_idx(list, i)), CPU_DISABLE, domain->place);
}

void
cpu_model_complete(struct domain *domain, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  xmlNode *node = xml_child(domain->root, "cpu");
  struct place place = node ? xml_place(node, NULL) : domain->place;
  cpu_check_features(domain, stage);
  if (cpu->mode == CPU_UNSET || (cpu->mode == CPU_CUSTOM && !cpu->model))
    choose_default(domain, stage);
  if (cpu->mode == CPU_HOST_PASSTHROUGH && cpu->migratable == UNSET) {
    if (caps_has(stage->caps, FEAT_CPU_MIGRATABLE))
      cpu->migratable = ON;
    else if (arch_is_x86(domain->arch))
      cpu->migratable = OFF;
  }
  if (((cpu->mode == CPU_CUSTOM && cpu->model) || cpu->mode == CPU_HOST_MODEL || cpu->mode == CPU_MAXIMUM) &&
      has_host_only(domain)) {
    diag_error(stage->diag, place, NULL, "machine %s knows no CPU models; write mode='host-passthrough'",
               domain->os.machine);
    return;
  }
  complete_sve(domain, stage);
  if (arch_is_ppc64(domain->arch))
    convert_ppc64(cpu);
  if (cpu->mode == CPU_HOST_MODEL)
    complete_host_model(domain, place, stage);
  else if (cpu->mode == CPU_CUSTOM && cpu->model && !cpu->rule)
    complete_custom(domain, place, stage);
  if (cpu->mode == CPU_CUSTOM && cpu->model && arch_is_x86(domain->arch))
    disable_removed(domain);
  if (cpu->deprecated_features == OFF)
    disable_deprecated(domain, stage);
}
