/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/paravirt.c - <features><hyperv> and <kvm>: what the processor tells a guest that knows */

/* Only read here: vm/cpu.c makes properties of -cpu of it, vm/accel.c of -accel. */

#include "core/names.h"
#include "domain/kinds.h"

static const char *const hyperv_mode_names[] = { [HYPERV_CUSTOM] = "custom", [HYPERV_PASSTHROUGH] = "passthrough" };
static_assert(ARRAY_SIZE(hyperv_mode_names) == HYPERV_MODES, "a mode has no name");

static const char *const hyperv_names[] = {
  [HYPERV_RELAXED] = "relaxed",
  [HYPERV_VAPIC] = "vapic",
  [HYPERV_SPINLOCKS] = "spinlocks",
  [HYPERV_VPINDEX] = "vpindex",
  [HYPERV_RUNTIME] = "runtime",
  [HYPERV_SYNIC] = "synic",
  [HYPERV_STIMER] = "stimer",
  [HYPERV_RESET] = "reset",
  [HYPERV_VENDOR_ID] = "vendor_id",
  [HYPERV_FREQUENCIES] = "frequencies",
  [HYPERV_REENLIGHTENMENT] = "reenlightenment",
  [HYPERV_TLBFLUSH] = "tlbflush",
  [HYPERV_IPI] = "ipi",
  [HYPERV_EVMCS] = "evmcs",
  [HYPERV_AVIC] = "avic",
  [HYPERV_EMSR_BITMAP] = "emsr_bitmap",
  [HYPERV_XMM_INPUT] = "xmm_input",
};
static_assert(ARRAY_SIZE(hyperv_names) == HYPERV_FEATURES, "an enlightenment has no name");

static const char *const kvm_names[] = {
  [KVM_HIDDEN] = "hidden", [KVM_HINT_DEDICATED] = "hint-dedicated", [KVM_POLL_CONTROL] = "poll-control",
  [KVM_PV_IPI] = "pv-ipi", [KVM_DIRTY_RING] = "dirty-ring",
};
static_assert(ARRAY_SIZE(kvm_names) == KVM_FEATURES, "a KVM feature has no name");

static const struct attr paravirt_attrs[] = {
  ATTR_ENUM("features/hyperv/@mode", struct domain, features.hyperv.mode, hyperv_mode_names), ATTR_END
};

/* QEMU's hv-vendor-id holds twelve bytes. */
enum { VENDOR_ID_MAX = 12 };
enum { SPINLOCK_RETRIES_MIN = 4095 };
enum { DIRTY_RING_MIN = 1024, DIRTY_RING_MAX = 65536 };

static const char *const state_names[] = { [OFF] = "off", [ON] = "on" };

static enum tristate
read_state(xmlNode *node, struct diag *diag)
{
  int state = UNSET;
  if (!xml_attr(node, "state"))
    diag_error(diag, xml_place(node, NULL), NULL, "<%s> has no state; write state='on' or state='off'",
               (const char *)node->name);
  read_enum(node, "@state", state_names, ARRAY_SIZE(state_names), &state, NULL, diag);
  return (enum tristate)state;
}

static void
read_vendor_id(struct hyperv *hyperv, xmlNode *node, struct diag *diag)
{
  const char *value = xml_attr(node, "value");
  if (!value)
    diag_error(diag, xml_place(node, NULL), NULL, "<vendor_id> has no value; write value='KVM Hv', for one");
  else if (strlen(value) > VENDOR_ID_MAX)
    diag_error(diag, xml_place(node, value), NULL, "Hyper-V vendor_id '%s' has %zu characters; at most %d", value,
               strlen(value), VENDOR_ID_MAX);
  else if (strchr(value, ','))
    diag_error(diag, xml_place(node, value), NULL, "Hyper-V vendor_id '%s' has a comma, which it may not", value);
  hyperv->vendor_id = value;
}

/* stimer has the first of them, tlbflush both. */
static const char *const extra_names[] = { "direct", "extended" };

/* What is more to an enlightenment that is on. */
static enum tristate
read_extra(xmlNode *feature, const char *name, bool on, struct diag *diag)
{
  xmlNode *extra = xml_child(feature, name);
  if (extra && !on)
    xml_skip(extra);
  return extra && on ? read_state(extra, diag) : UNSET;
}

static void
read_hyperv(struct hyperv *hyperv, xmlNode *node, struct diag *diag)
{
  hyperv->place = xml_place(node, NULL);
  if (hyperv->mode == HYPERV_NONE)
    hyperv->mode = HYPERV_CUSTOM;
  if (hyperv->mode == HYPERV_PASSTHROUGH) {
    xml_skip(node); /* all that the host has, whatever else stands there */
    return;
  }
  refuse_unknown(node, hyperv_names, HYPERV_FEATURES, diag);
  for (size_t i = 0; i < HYPERV_FEATURES; i++) {
    xmlNode *feature = xml_child(node, hyperv_names[i]);
    if (!feature)
      continue;
    hyperv->state[i] = read_state(feature, diag);
    bool on = hyperv->state[i] == ON;
    if (on && (i == HYPERV_STIMER || i == HYPERV_TLBFLUSH))
      refuse_unknown(feature, extra_names, i == HYPERV_STIMER ? 1 : ARRAY_SIZE(extra_names), diag);
    if (i == HYPERV_STIMER)
      hyperv->stimer_direct = read_extra(feature, "direct", on, diag);
    if (i == HYPERV_TLBFLUSH) {
      hyperv->tlbflush_direct = read_extra(feature, "direct", on, diag);
      hyperv->tlbflush_extended = read_extra(feature, "extended", on, diag);
    }
    if (i == HYPERV_SPINLOCKS && hyperv->state[i] == ON) {
      uint64_t retries = 0;
      if (!xml_attr(feature, "retries"))
        diag_error(diag, xml_place(feature, NULL), NULL, "<spinlocks> has no retries; write retries='8191'");
      read_uint(feature, "@retries", SPINLOCK_RETRIES_MIN, UINT32_MAX, &retries, NULL, diag);
      hyperv->spinlock_retries = (uint32_t)retries;
    } else if (i == HYPERV_SPINLOCKS) {
      xml_attr(feature, "retries");
    } else if (i == HYPERV_VENDOR_ID && hyperv->state[i] == ON) {
      read_vendor_id(hyperv, feature, diag);
    } else if (i == HYPERV_VENDOR_ID) {
      xml_attr(feature, "value");
    }
  }
}

static void
read_kvm(struct kvm_features *kvm, xmlNode *node, struct diag *diag)
{
  refuse_unknown(node, kvm_names, KVM_FEATURES, diag);
  for (size_t i = 0; i < KVM_FEATURES; i++) {
    xmlNode *feature = xml_child(node, kvm_names[i]);
    if (!feature)
      continue;
    kvm->state[i] = read_state(feature, diag);
    if (i != KVM_DIRTY_RING)
      continue;
    uint64_t size = 0;
    const char *text = xml_attr(feature, "size");
    if (kvm->state[i] != ON)
      continue;
    if (!text)
      diag_error(diag, xml_place(feature, NULL), NULL, "<dirty-ring> has no size; write size='4096'");
    else if (!parse_uint(text, &size) || size < DIRTY_RING_MIN || size > DIRTY_RING_MAX || (size & (size - 1)))
      diag_error(diag, xml_place(feature, text), NULL, "dirty-ring size '%s': a power of two from %d to %d", text,
                 DIRTY_RING_MIN, DIRTY_RING_MAX);
    kvm->dirty_ring_size = (uint32_t)size;
  }
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
    if (hyperv->state[rows[i].feature] == ON && !has_enlightenment(domain, rows[i].needs))
      diag_unstartable(stage->diag, hyperv->place, NULL,
                       "<%s> builds on <%s>: this guest will not start; add <%s state='on'/>",
                       hyperv_names[rows[i].feature], hyperv_names[rows[i].needs], hyperv_names[rows[i].needs]);
  if (hyperv->tlbflush_direct == ON && !has_enlightenment(domain, HYPERV_VAPIC))
    diag_unstartable(stage->diag, hyperv->place, NULL,
                     "<tlbflush> with <direct> builds on <vapic>: this guest will not start; add <vapic state='on'/>");
  if (hyperv->state[HYPERV_STIMER] == ON && !(clock && clock->present == ON))
    diag_unstartable(stage->diag, hyperv->place, NULL,
                     "<stimer> builds on Hyper-V's clock: this guest will not start; add <clock><timer "
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
  else if (hyperv->mode == HYPERV_CUSTOM && arch_is_x86(domain->arch) && domain->virt == VIRT_KVM)
    check_foundations(domain, stage);
}

const struct section paravirt_section = {
  .name = "paravirt",
  .element = "features",
  .attrs = paravirt_attrs,
  .parse = paravirt_parse,
  .check = paravirt_check,
};
