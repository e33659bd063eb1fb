/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/cpu_build.c - -cpu: model, features, timers, enlightenments and caches in one option */

#include "vm/cpu_model.h"
#include "core/names.h"
#include "domain/kinds.h"
#include "qemu/x86_cpu.h"

#include <json-c/json.h>

/* libvirt qemu_capabilities.c: names of its own that QEMU has never known, or dropped. */
static bool
is_ignored(const char *name)
{
  static const char *const ignored[] = {
    "cmt", "mbm_total", "mbm_local", "osxsave", "ospke", "vmx-ept-uc", "vmx-ept-wb", "vmx-invvpid-single-context",
  };
  return name_find(ignored, ARRAY_SIZE(ignored), name) >= 0;
}

/* These flags say that the guest has several threads. QEMU works them out from -smp, and since 10.0
 * (target/i386/cpu.c) ignores what -cpu says. libvirt 12.9 names them to no QEMU, 11.3 did to those of its time. */
static bool
follows_from_topology(const char *name, const struct caps *caps)
{
  static const char *const reckoned[] = { "ht", "cmp_legacy", "cmp-legacy" };
  return caps_version(caps) >= QEMU_VERSION(10, 1, 0) && name_find(reckoned, ARRAY_SIZE(reckoned), name) >= 0;
}

/* A feature that QEMU does not know is off anyway, and QEMU refuses its name. */
static bool
can_be_off(const char *name, const struct domain *domain, const struct caps *caps)
{
  bool kvm = domain->virt == VIRT_KVM;
  const char *base;
  struct json_object *known = NULL;
  if (!arch_is_x86(domain->arch))
    return true;
  /* A QEMU that was asked where there is no KVM knows the same names. */
  if (!caps_expand_cpu(caps, kvm ? "host" : "max", kvm, true, &base, &known) &&
      !caps_expand_cpu(caps, "max", false, true, &base, &known))
    return true;
  if (!known)
    return true;
  return json_object_object_get_ex(known, name, NULL);
}

static void
build_features(const struct domain *domain, const struct caps *caps, struct props *p)
{
  bool x86 = arch_is_x86(domain->arch);
  for (size_t i = 0; i < domain->cpu.n_features; i++) {
    const struct cpu_feature *feature = &domain->cpu.features[i];
    const char *name = x86 ? x86_feature_for_qemu(feature->name) : feature->name;
    bool on = feature->policy == CPU_FORCE || feature->policy == CPU_REQUIRE;
    if (feature->policy == CPU_OPTIONAL)
      continue;
    if (x86 && (is_ignored(feature->name) || follows_from_topology(feature->name, caps)))
      continue;
    props_at(p, feature->place);
    if (on || can_be_off(name, domain, caps))
      props_bool(p, name, on);
  }
}

static void
at(struct props *p, const struct domain *domain, const char *path)
{
  props_at(p, xml_place_at(domain->root, path));
}

static void
at_timer(struct props *p, const struct timer *timer)
{
  props_at(p, timer ? timer->place : (struct place){ 0 });
}

static void
build_timers(const struct clock *clock, struct props *p)
{
  const struct timer *timer = clock_timer(clock, TIMER_KVMCLOCK);
  at_timer(p, timer);
  if (timer)
    props_switch(p, "kvmclock", timer->present);
  timer = clock_timer(clock, TIMER_HYPERVCLOCK);
  at_timer(p, timer);
  if (timer && timer->present == ON)
    props_bool(p, "hv-time", true);
  timer = clock_timer(clock, TIMER_TSC);
  at_timer(p, timer);
  if (timer)
    props_nonzero(p, "tsc-frequency", timer->frequency);
  timer = clock_timer(clock, TIMER_ARMVTIMER);
  at_timer(p, timer);
  if (timer && (timer->policy == TICK_DELAY || timer->policy == TICK_DISCARD))
    props_bool(p, "kvm-no-adjvtime", timer->policy == TICK_DISCARD);
}

static void
build_hyperv(const struct domain *domain, struct props *p)
{
  const struct hyperv *hyperv = &domain->features.hyperv;
  /* sparse: the others have a value of their own */
  static const char *const names[HYPERV_FEATURES] = {
    [HYPERV_RELAXED] = "hv-relaxed",
    [HYPERV_VAPIC] = "hv-vapic",
    [HYPERV_VPINDEX] = "hv-vpindex",
    [HYPERV_RUNTIME] = "hv-runtime",
    [HYPERV_SYNIC] = "hv-synic",
    [HYPERV_STIMER] = "hv-stimer",
    [HYPERV_RESET] = "hv-reset",
    [HYPERV_FREQUENCIES] = "hv-frequencies",
    [HYPERV_REENLIGHTENMENT] = "hv-reenlightenment",
    [HYPERV_TLBFLUSH] = "hv-tlbflush",
    [HYPERV_IPI] = "hv-ipi",
    [HYPERV_EVMCS] = "hv-evmcs",
    [HYPERV_AVIC] = "hv-avic",
    [HYPERV_EMSR_BITMAP] = "hv-emsr-bitmap",
    [HYPERV_XMM_INPUT] = "hv-xmm-input",
  };
  at(p, domain, "features/hyperv/@mode");
  if (hyperv->mode == HYPERV_PASSTHROUGH)
    props_bool(p, "hv-passthrough", true);
  for (int i = 0; i < HYPERV_FEATURES; i++) {
    if (hyperv->state[i] != ON)
      continue;
    at(p, domain, talloc_asprintf(p, "features/hyperv/%s", hyperv_names[i]));
    if (names[i])
      props_bool(p, names[i], true);
    else if (i == HYPERV_SPINLOCKS)
      props_strf(p, "hv-spinlocks", "0x%x", hyperv->spinlock_retries);
    else if (i == HYPERV_VENDOR_ID)
      props_guest(p, "hv-vendor-id", hyperv->vendor_id);
  }
  at(p, domain, "features/hyperv/stimer/direct");
  if (hyperv->stimer_direct == ON)
    props_bool(p, "hv-stimer-direct", true);
  at(p, domain, "features/hyperv/tlbflush/direct");
  if (hyperv->tlbflush_direct == ON)
    props_bool(p, "hv-tlbflush-direct", true);
  at(p, domain, "features/hyperv/tlbflush/extended");
  if (hyperv->tlbflush_extended == ON)
    props_bool(p, "hv-tlbflush-ext", true);
}

static void
build_paravirt(const struct domain *domain, struct props *p)
{
  const struct features *features = &domain->features;
  const struct kvm_features *kvm = &features->kvm;
  at(p, domain, "features/apic/@eoi");
  props_switch(p, "kvm-pv-eoi", features->eoi);
  at(p, domain, "features/pvspinlock");
  props_switch(p, "kvm-pv-unhalt", features->pvspinlock);
  build_hyperv(domain, p);
  at(p, domain, "devices/panic");
  if (features->hyperv.crash)
    props_bool(p, "hv-crash", true);
  at(p, domain, "features/kvm/hidden");
  if (kvm->state[KVM_HIDDEN] == ON)
    props_bool(p, "kvm", false);
  at(p, domain, "features/kvm/hint-dedicated");
  if (kvm->state[KVM_HINT_DEDICATED] == ON)
    props_bool(p, "kvm-hint-dedicated", true);
  at(p, domain, "features/kvm/poll-control");
  if (kvm->state[KVM_POLL_CONTROL] == ON)
    props_bool(p, "kvm-poll-control", true);
  at(p, domain, "features/kvm/pv-ipi");
  if (kvm->state[KVM_PV_IPI] == OFF)
    props_bool(p, "kvm-pv-ipi", false);
  at(p, domain, "features/pmu");
  /* PowerPC's is always there, without a switch */
  if (!arch_is_ppc64(domain->arch))
    props_switch(p, "pmu", features->pmu);
}

static void
build_caches(const struct cpu *cpu, struct props *p)
{
  bool host = cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_MAXIMUM;
  if (cpu->cache == CPU_CACHE_EMULATE)
    props_bool(p, "l3-cache", true);
  if (cpu->cache == CPU_CACHE_PASSTHROUGH)
    props_bool(p, "host-cache-info", true);
  else if (cpu->cache != CPU_CACHE_UNSET && host)
    props_bool(p, "host-cache-info", false);
  if (cpu->cache == CPU_CACHE_PASSTHROUGH || cpu->cache == CPU_CACHE_DISABLE)
    props_bool(p, "l3-cache", false);
}

static void
build_address_bits(const struct cpu *cpu, struct props *p)
{
  if (cpu->bits_mode == CPU_BITS_PASSTHROUGH) {
    props_bool(p, "host-phys-bits", true);
    props_num(p, "host-phys-bits-limit", cpu->bits_limit);
  }
  if (cpu->bits_mode == CPU_BITS_EMULATE && cpu->bits.value)
    props_num(p, "phys-bits", cpu->bits);
  else if (cpu->bits_mode == CPU_BITS_EMULATE)
    props_bool(p, "host-phys-bits", false);
}

static void
build_flags(const struct domain *domain, struct props *p)
{
  build_timers(&domain->clock, p);
  build_paravirt(domain, p);
  at(p, domain, "cpu/cache");
  build_caches(&domain->cpu, p);
  at(p, domain, "cpu/maxphysaddr");
  build_address_bits(&domain->cpu, p);
  props_at(p, (struct place){ 0 });
}

struct props *
cpu_flags(TALLOC_CTX *ctx, const struct domain *domain)
{
  struct props *p = props_new(ctx);
  build_flags(domain, p);
  return p;
}

bool
cpu_has_flags(const struct domain *domain)
{
  struct props *p = cpu_flags(NULL, domain);
  bool any = p->n;
  talloc_free(p);
  return any;
}

void
cpu_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct cpu *cpu = &domain->cpu;
  /* host-model is left where -cpu host itself runs in a compatibility mode: PowerPC */
  bool host = cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_HOST_MODEL;
  const char *model = host ? "host" : cpu->mode == CPU_MAXIMUM ? "max" : cpu->model;
  if (!model)
    return; /* QEMU's own default */
  argv_origin(argv, xml_place_at(domain->root, "cpu"), NULL, cpu->rule);
  if (cpu->mode == CPU_HOST_MODEL && domain_is_pseries(domain))
    props_str(argv_single(argv, PHASE_MACHINE, "-machine", "type"), "max-cpu-compat", cpu->model);
  struct props *p = argv_keyval(argv, PHASE_MACHINE, "-cpu", "model");
  at(p, domain, cpu->mode == CPU_CUSTOM ? "cpu/model" : "cpu/@mode");
  props_str(p, "model", model);
  if (host || cpu->mode == CPU_MAXIMUM) {
    /* a 32 bit guest of a 64 bit QEMU */
    if (domain->arch == ARCH_ARMV7L && caps_arch(b->caps) == ARCH_AARCH64)
      props_bool(p, "aarch64", false);
    if (caps_has(b->caps, FEAT_CPU_MIGRATABLE))
      props_switch(p, "migratable", cpu->migratable);
  }
  at(p, domain, "cpu/model");
  props_guest(p, "vendor", cpu->vendor_id);
  build_features(domain, b->caps, p);
  build_flags(domain, p);
}
