/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/paravirt.c - <features><hyperv> and <kvm>: what the processor tells a guest that knows */

/* Only read here: vm/cpu.c makes properties of -cpu of it, vm/accel.c of -accel. */

#include "core/names.h"
#include "domain/kinds.h"

#include <json-c/json.h>

static const char *const hyperv_mode_names[] = {
  [HYPERV_CUSTOM] = "custom",
  [HYPERV_PASSTHROUGH] = "passthrough",
  [HYPERV_HOST_MODEL] = "host-model",
};
static_assert(ARRAY_SIZE(hyperv_mode_names) == HYPERV_MODES, "a mode has no name");

static const char *const kvm_names[] = {
  [KVM_HIDDEN] = "hidden", [KVM_HINT_DEDICATED] = "hint-dedicated", [KVM_POLL_CONTROL] = "poll-control",
  [KVM_PV_IPI] = "pv-ipi", [KVM_DIRTY_RING] = "dirty-ring",
};
static_assert(ARRAY_SIZE(kvm_names) == KVM_FEATURES, "a KVM feature has no name");

/* QEMU's hv-vendor-id holds twelve bytes. */
enum { VENDOR_ID_MAX = 12 };
enum { SPINLOCK_RETRIES_MIN = 4095 };
enum { DIRTY_RING_MIN = 1024, DIRTY_RING_MAX = 65536 };

static const char *
parse_vendor_id(TALLOC_CTX *ctx, const char *text, void *member)
{
  *(const char **)member = text;
  if (strlen(text) > VENDOR_ID_MAX)
    return talloc_asprintf(ctx, "it has %zu characters; at most %d", strlen(text), VENDOR_ID_MAX);
  return strchr(text, ',') ? "it has a comma, which it may not" : NULL;
}

static const char *
parse_ring_size(TALLOC_CTX *ctx, const char *text, void *member)
{
  uint64_t size;
  if (!parse_uint(text, &size) || size < DIRTY_RING_MIN || size > DIRTY_RING_MAX || (size & (size - 1)))
    return talloc_asprintf(ctx, "must be a power of two from %d to %d", DIRTY_RING_MIN, DIRTY_RING_MAX);
  *(uint32_t *)member = (uint32_t)size;
  return NULL;
}

/* The further attributes of an enlightenment that is on. */
static const struct attr spinlocks_attrs[] = {
  ATTR_UINT("spinlocks/@retries", struct hyperv, spinlock_retries, .min = SPINLOCK_RETRIES_MIN,
            .dflt = "4294967295: it never tells",
            .doc = "How often the guest tries for a lock before it tells the host."),
  ATTR_END
};

static const struct attr vendor_attrs[] = {
  ATTR_WORD("vendor_id/@value", struct hyperv, vendor_id, parse_vendor_id, "up to twelve characters", .required = true,
            .pattern = "[^,]{0,12}", .missing = "<vendor_id> has no value; write value='KVM Hv', for one",
            .doc = "The vendor that the guest reads."),
  ATTR_END
};

static const struct attr stimer_attrs[] = { ATTR_ONOFF("stimer/direct/@state", struct hyperv, stimer_direct,
                                                       .required_here = true,
                                                       .doc = "Whether timers interrupt the guest directly."),
                                            ATTR_END };

static const struct attr tlbflush_attrs[] = {
  ATTR_ONOFF("tlbflush/direct/@state", struct hyperv, tlbflush_direct, .required_here = true,
             .needs = FEAT_CPU_HV_EMSR_BITMAP, .doc = "Whether a nested guest may flush directly."),
  ATTR_ONOFF("tlbflush/extended/@state", struct hyperv, tlbflush_extended, .required_here = true,
             .needs = FEAT_CPU_HV_EMSR_BITMAP, .doc = "Whether flushes may name ranges."),
  ATTR_END
};

/* What the rows above want of an enlightenment that is on; the grammar reads both where the element may be off, too. */
static const struct attr vendor_on[] = { ATTR_NEEDED_HERE("vendor_id/@value"), ATTR_END };

/* What is off is not looked at further. */
static const struct attr spinlocks_off[] = { ATTR_UNREAD("spinlocks/@retries"), ATTR_END };
static const struct attr vendor_off[] = { ATTR_UNREAD("vendor_id/@value"), ATTR_END };
static const struct attr stimer_off[] = { ATTR_UNREAD("stimer/direct/@state"), ATTR_END };
static const struct attr tlbflush_off[] = { ATTR_UNREAD("tlbflush/direct/@state"),
                                            ATTR_UNREAD("tlbflush/extended/@state"), ATTR_END };

static const struct attr *const more_attrs[HYPERV_FEATURES] = {
  [HYPERV_SPINLOCKS] = spinlocks_attrs,
  [HYPERV_VENDOR_ID] = vendor_attrs,
  [HYPERV_STIMER] = stimer_attrs,
  [HYPERV_TLBFLUSH] = tlbflush_attrs,
};

static const struct attr hyperv_attrs[] = {
  ATTR_ONOFF("relaxed/@state", struct hyperv, state[HYPERV_RELAXED], .required_here = true,
             .doc = "Whether the guest forgives late timers."),
  ATTR_ONOFF("vapic/@state", struct hyperv, state[HYPERV_VAPIC], .required_here = true,
             .doc = "Whether the guest has a faster interrupt controller."),
  ATTR_ONOFF("spinlocks/@state", struct hyperv, state[HYPERV_SPINLOCKS], .required_here = true,
             .doc = "Whether the guest tells that it waits for a lock."),
  ATTR_ONOFF("vpindex/@state", struct hyperv, state[HYPERV_VPINDEX], .required_here = true,
             .doc = "Whether the guest can read its virtual CPU's number."),
  ATTR_ONOFF("runtime/@state", struct hyperv, state[HYPERV_RUNTIME], .required_here = true,
             .doc = "Whether the guest can read how long its virtual CPUs ran."),
  ATTR_ONOFF("synic/@state", struct hyperv, state[HYPERV_SYNIC], .required_here = true,
             .doc = "Whether there is an interrupt controller for the host's messages."),
  ATTR_ONOFF("stimer/@state", struct hyperv, state[HYPERV_STIMER], .required_here = true,
             .doc = "Whether there are timers of the host's."),
  ATTR_ONOFF("reset/@state", struct hyperv, state[HYPERV_RESET], .required_here = true,
             .doc = "Whether the guest can reset itself through the host."),
  ATTR_ONOFF("vendor_id/@state", struct hyperv, state[HYPERV_VENDOR_ID], .required_here = true,
             .doc = "Whether the guest reads a vendor of your own."),
  ATTR_ONOFF("frequencies/@state", struct hyperv, state[HYPERV_FREQUENCIES], .required_here = true,
             .doc = "Whether the guest can read its clocks' frequencies."),
  ATTR_ONOFF("reenlightenment/@state", struct hyperv, state[HYPERV_REENLIGHTENMENT], .required_here = true,
             .doc = "Whether the guest is told that its clocks changed."),
  ATTR_ONOFF("tlbflush/@state", struct hyperv, state[HYPERV_TLBFLUSH], .required_here = true,
             .doc = "Whether the host flushes other virtual CPUs' translations."),
  ATTR_ONOFF("ipi/@state", struct hyperv, state[HYPERV_IPI], .required_here = true,
             .doc = "Whether the host sends interrupts between virtual CPUs."),
  ATTR_ONOFF("evmcs/@state", struct hyperv, state[HYPERV_EVMCS], .required_here = true,
             .doc = "Whether nested guests on Intel are faster."),
  ATTR_ONOFF("avic/@state", struct hyperv, state[HYPERV_AVIC], .required_here = true,
             .doc = "Whether interrupts go through the processor's own support."),
  ATTR_ONOFF("emsr_bitmap/@state", struct hyperv, state[HYPERV_EMSR_BITMAP], .required_here = true,
             .needs = FEAT_CPU_HV_EMSR_BITMAP, .doc = "Whether nested guests spare checks of registers."),
  ATTR_ONOFF("xmm_input/@state", struct hyperv, state[HYPERV_XMM_INPUT], .required_here = true,
             .needs = FEAT_CPU_HV_EMSR_BITMAP, .doc = "Whether calls to the host may pass values in registers."),
  ATTR_SEE(".", spinlocks_attrs),
  ATTR_SEE(".", vendor_attrs),
  ATTR_SEE(".", stimer_attrs),
  ATTR_SEE(".", tlbflush_attrs),
  ATTR_IF("vendor_id/@state", "on", vendor_on),
  ATTR_IF("spinlocks/@state", "off", spinlocks_off),
  ATTR_IF("vendor_id/@state", "off", vendor_off),
  ATTR_IF("stimer/@state", "off", stimer_off),
  ATTR_IF("tlbflush/@state", "off", tlbflush_off),
  ATTR_END
};

static const struct attr ring_attrs[] = {
  ATTR_WORD("dirty-ring/@size", struct kvm_features, dirty_ring_size, parse_ring_size, "power of two", .required = true,
            .pattern = "0*(1024|2048|4096|8192|16384|32768|65536)|0[xX]0*(400|800|1000|2000|4000|8000|10000)",
            .missing = "<dirty-ring> has no size; write size='4096'",
            .doc = "How many entries each virtual CPU's ring has."),
  ATTR_END
};

static const struct attr ring_on[] = { ATTR_NEEDED_HERE("dirty-ring/@size"), ATTR_END };
static const struct attr ring_off[] = { ATTR_UNREAD("dirty-ring/@size"), ATTR_END };

static const struct attr kvm_attrs[] = {
  ATTR_ONOFF("hidden/@state", struct kvm_features, state[KVM_HIDDEN], .required_here = true,
             .doc = "Whether the guest is not told that KVM runs it."),
  ATTR_ONOFF("hint-dedicated/@state", struct kvm_features, state[KVM_HINT_DEDICATED], .required_here = true,
             .doc = "Whether the guest is told that its CPUs are its own."),
  ATTR_ONOFF("poll-control/@state", struct kvm_features, state[KVM_POLL_CONTROL], .required_here = true,
             .doc = "Whether the guest may say how long the host polls."),
  ATTR_ONOFF("pv-ipi/@state", struct kvm_features, state[KVM_PV_IPI], .required_here = true,
             .doc = "Whether the host sends interrupts between virtual CPUs."),
  ATTR_ONOFF("dirty-ring/@state", struct kvm_features, state[KVM_DIRTY_RING], .required_here = true,
             .doc = "Whether written pages are noted in rings."),
  ATTR_SEE(".", ring_attrs),
  ATTR_IF("dirty-ring/@state", "on", ring_on),
  ATTR_IF("dirty-ring/@state", "off", ring_off),
  ATTR_END
};

static const struct attr paravirt_attrs[] = {
  ATTR_ENUM("features/hyperv/@mode", struct domain, features.hyperv.mode, hyperv_mode_names, .dflt = "custom",
            .doc = "Whether the enlightenments are named, or all that the host has (one by one with host-model)."),
  ATTR_SEE("features/hyperv", hyperv_attrs), ATTR_SEE("features/kvm", kvm_attrs), ATTR_END
};

/* stimer has the first of them, tlbflush both. */
static const char *const extra_names[] = { "direct", "extended" };

static void
read_hyperv(struct hyperv *hyperv, xmlNode *node, struct diag *diag)
{
  hyperv->place = xml_place(node, NULL);
  if (hyperv->mode == HYPERV_NONE)
    hyperv->mode = HYPERV_CUSTOM;
  if (hyperv->mode == HYPERV_PASSTHROUGH) {
    /* all that the host has, whatever else stands there */
    xml_idle(node, hyperv_names, HYPERV_FEATURES, "mode 'passthrough'", NULL, diag);
    return;
  }
  refuse_unknown(node, hyperv_names, HYPERV_FEATURES, diag);
  attr_read(hyperv_attrs, node, hyperv, NULL, diag);
  for (size_t i = 0; i < HYPERV_FEATURES; i++) {
    xmlNode *feature = xml_child(node, hyperv_names[i]);
    if (!feature || !more_attrs[i])
      continue;
    bool on = hyperv->state[i] == ON;
    if (on && (i == HYPERV_STIMER || i == HYPERV_TLBFLUSH))
      refuse_unknown(feature, extra_names, i == HYPERV_STIMER ? 1 : ARRAY_SIZE(extra_names), diag);
    if (i == HYPERV_SPINLOCKS)
      hyperv->spinlock_retries = UINT32_MAX;
    if (on)
      attr_read(more_attrs[i], node, hyperv, NULL, diag);
    else
      xml_skip(feature);
  }
}

static void
read_kvm(struct kvm_features *kvm, xmlNode *node, struct diag *diag)
{
  refuse_unknown(node, kvm_names, KVM_FEATURES, diag);
  attr_read(kvm_attrs, node, kvm, NULL, diag);
  xmlNode *ring = xml_child(node, kvm_names[KVM_DIRTY_RING]);
  if (ring && kvm->state[KVM_DIRTY_RING] == ON)
    attr_read(ring_attrs, node, kvm, NULL, diag);
  else if (ring)
    xml_has(ring, "@size");
}

static void
paravirt_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xmlNode *features = xml_child(root, "features");
  xmlNode *hyperv = features ? xml_child(features, "hyperv") : NULL;
  xmlNode *kvm = features ? xml_child(features, "kvm") : NULL;
  if (hyperv)
    read_hyperv(&domain->features.hyperv, hyperv, stage->diag);
  if (kvm)
    read_kvm(&domain->features.kvm, kvm, stage->diag);
}

/* --- host-model --- */

static struct json_object *
host_value(struct json_object *host, const char *name)
{
  struct json_object *value = NULL;
  char *flag = talloc_asprintf(NULL, "hv-%s", name);
  for (char *c = flag; *c; c++)
    *c = *c == '_' ? '-' : *c;
  json_object_object_get_ex(host, flag, &value);
  talloc_free(flag);
  return value;
}

static bool
host_has(struct json_object *host, const char *name)
{
  struct json_object *value = host_value(host, name);
  return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

static void
take_extra(struct json_object *host, const char *name, bool on, enum tristate *state)
{
  if (on && *state == UNSET && host_has(host, name))
    *state = ON;
}

/* libvirt 11.9 and newer: what the XML says holds, the host's KVM decides the rest. */
static void
take_host(struct domain *domain, struct json_object *host)
{
  struct hyperv *hyperv = &domain->features.hyperv;
  int64_t retries = json_object_get_int64(host_value(host, hyperv_names[HYPERV_SPINLOCKS]));
  const char *vendor = json_object_get_string(host_value(host, hyperv_names[HYPERV_VENDOR_ID]));
  for (size_t i = 0; i < HYPERV_FEATURES; i++)
    if (hyperv->state[i] == UNSET && host_has(host, hyperv_names[i]))
      hyperv->state[i] = ON;
  if (hyperv->state[HYPERV_SPINLOCKS] == UNSET && retries >= SPINLOCK_RETRIES_MIN && retries < UINT32_MAX) {
    hyperv->state[HYPERV_SPINLOCKS] = ON;
    hyperv->spinlock_retries = (uint32_t)retries;
  }
  if (hyperv->state[HYPERV_VENDOR_ID] == UNSET && vendor && *vendor) {
    hyperv->state[HYPERV_VENDOR_ID] = ON;
    hyperv->vendor_id = vendor;
  }
  take_extra(host, "stimer-direct", hyperv->state[HYPERV_STIMER] == ON, &hyperv->stimer_direct);
  take_extra(host, "tlbflush-direct", hyperv->state[HYPERV_TLBFLUSH] == ON, &hyperv->tlbflush_direct);
  take_extra(host, "tlbflush-ext", hyperv->state[HYPERV_TLBFLUSH] == ON, &hyperv->tlbflush_extended);
  struct clock *clock = &domain->clock;
  if (!host_has(host, "time") || clock_timer(clock, TIMER_HYPERVCLOCK))
    return;
  clock->timers = talloc_realloc(domain, clock->timers, struct timer, clock->n_timers + 1);
  clock->timers[clock->n_timers++] = (struct timer){ .name = TIMER_HYPERVCLOCK, .present = ON, .place = hyperv->place };
}

/* mode='host-model' asks the host's KVM. TCG and other processors have no Hyper-V features that it could tell. */
static void
paravirt_complete(struct domain *domain, struct stage *stage)
{
  const struct hyperv *hyperv = &domain->features.hyperv;
  if (hyperv->mode != HYPERV_HOST_MODEL || domain->virt != VIRT_KVM || !arch_is_x86(domain->arch))
    return;
  struct json_object *host = caps_host_hyperv(stage->caps);
  if (host)
    take_host(domain, host);
  else
    diag_warning(stage->diag, hyperv->place, NULL,
                 "mode 'host-model': which enlightenments this host has only its QEMU can tell (--probe, "
                 "--capabilities=FILE), the guest gets none but those that stand here; mode='passthrough' gives all");
}

static bool
has_enlightenment(const struct domain *domain, enum hyperv_feature feature)
{
  const char *flag = talloc_asprintf(domain, "hv-%s", hyperv_names[feature]);
  for (size_t i = 0; i < domain->cpu.n_features; i++)
    if (strcmp(domain->cpu.features[i].name, flag) == 0)
      return true;
  return domain->features.hyperv.state[feature] == ON;
}

/* QEMU target/i386/kvm/kvm.c, kvm_hyperv_properties: without what they build on KVM's CPUs do not come up. */
static void
check_foundations(const struct domain *domain, struct stage *stage)
{
  static const struct {
    enum hyperv_feature feature, needs;
  } rows[] = {
    { HYPERV_STIMER, HYPERV_SYNIC }, { HYPERV_SYNIC, HYPERV_VPINDEX }, { HYPERV_TLBFLUSH, HYPERV_VPINDEX },
    { HYPERV_IPI, HYPERV_VPINDEX },  { HYPERV_EVMCS, HYPERV_VAPIC },
  };
  const struct hyperv *hyperv = &domain->features.hyperv;
  const struct timer *clock = clock_timer(&domain->clock, TIMER_HYPERVCLOCK);
  for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
    if (hyperv->state[rows[i].feature] == ON && !has_enlightenment(domain, rows[i].needs) &&
        !xml_refused(domain->root, "features/hyperv"))
      diag_error(stage->diag, hyperv->place, NULL, "<%s> builds on <%s>; add <%s state='on'/>",
                 hyperv_names[rows[i].feature], hyperv_names[rows[i].needs], hyperv_names[rows[i].needs]);
  if (hyperv->tlbflush_direct == ON && !has_enlightenment(domain, HYPERV_VAPIC))
    diag_unstartable(stage->diag, hyperv->place, NULL,
                     "<tlbflush> with <direct> builds on <vapic>: this guest will not start; add <vapic state='on'/>");
  if (hyperv->state[HYPERV_STIMER] == ON && !(clock && clock->present == ON))
    diag_error(stage->diag, hyperv->place, NULL,
               "<stimer> builds on Hyper-V's clock; add <clock><timer "
               "name='hypervclock' present='yes'/>");
}

static void
paravirt_check(const struct domain *domain, struct stage *stage)
{
  const struct hyperv *hyperv = &domain->features.hyperv;
  if (hyperv->mode != HYPERV_NONE && !arch_is_x86(domain->arch) && !domain_is_arm_virt(domain))
    diag_error(stage->diag, hyperv->place, NULL,
               "Hyper-V enlightenments are for x86 and Arm's virt machine, this is %s; drop <hyperv>",
               arch_names[domain->arch]);
  else if (hyperv->mode != HYPERV_NONE && hyperv->mode != HYPERV_PASSTHROUGH && arch_is_x86(domain->arch) &&
           domain->virt == VIRT_KVM)
    check_foundations(domain, stage);
}

const struct section paravirt_section = {
  .name = "paravirt",
  .element = "features",
  .attrs = paravirt_attrs,
  .parse = paravirt_parse,
  .complete = paravirt_complete,
  .check = paravirt_check,
};
