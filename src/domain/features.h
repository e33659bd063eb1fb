/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/features.h - <features>: filled by vm/features.c */

/* Some are the machine's (-machine, built by vm/features.c), some the processor's (-cpu, built by
 * whoever builds that): the members say which. */

#ifndef DOMAIN_FEATURES_H
#define DOMAIN_FEATURES_H

#include "core/diag.h"

enum hyperv_mode { HYPERV_NONE, HYPERV_CUSTOM, HYPERV_PASSTHROUGH, HYPERV_HOST_MODEL, HYPERV_MODES };

/* In the order of libvirt's documentation. */
enum hyperv_feature {
  HYPERV_RELAXED,
  HYPERV_VAPIC,
  HYPERV_SPINLOCKS,
  HYPERV_VPINDEX,
  HYPERV_RUNTIME,
  HYPERV_SYNIC,
  HYPERV_STIMER,
  HYPERV_RESET,
  HYPERV_VENDOR_ID,
  HYPERV_FREQUENCIES,
  HYPERV_REENLIGHTENMENT,
  HYPERV_TLBFLUSH,
  HYPERV_IPI,
  HYPERV_EVMCS,
  HYPERV_AVIC,
  HYPERV_EMSR_BITMAP,
  HYPERV_XMM_INPUT,
  HYPERV_FEATURES
};

/* As <hyperv> has them: domain.c, for the two files that read and build them. */
extern const char *const hyperv_names[HYPERV_FEATURES];

struct hyperv {
  enum hyperv_mode mode;
  enum tristate state[HYPERV_FEATURES];
  uint32_t spinlock_retries; /* with HYPERV_SPINLOCKS on: 4095 or more */
  const char *vendor_id;     /* with HYPERV_VENDOR_ID on: 1 to 12 characters */
  enum tristate stimer_direct, tlbflush_direct, tlbflush_extended;
  bool crash; /* <panic model='hyperv'>: no device but a word of the processor's */
  struct place place;
};

enum kvm_feature { KVM_HIDDEN, KVM_HINT_DEDICATED, KVM_POLL_CONTROL, KVM_PV_IPI, KVM_DIRTY_RING, KVM_FEATURES };

struct kvm_features {
  enum tristate state[KVM_FEATURES];
  uint32_t dirty_ring_size; /* with KVM_DIRTY_RING on; -accel's */
};

enum gic_version { GIC_UNSET, GIC_2, GIC_3, GIC_HOST, GIC_VERSIONS };
enum ioapic { IOAPIC_UNSET, IOAPIC_QEMU, IOAPIC_KVM, IOAPICS };
enum hpt_resizing { HPT_UNSET, HPT_ENABLED, HPT_DISABLED, HPT_REQUIRED, HPT_RESIZINGS };
enum spectre_fix { SPECTRE_UNSET, SPECTRE_BROKEN, SPECTRE_WORKAROUND, SPECTRE_FIXED, SPECTRE_FIXES };
enum indirect_fix { IBS_UNSET, IBS_BROKEN, IBS_WORKAROUND, IBS_FIXED_IBS, IBS_FIXED_CCD, IBS_FIXED_NA, IBS_FIXES };
enum aia { AIA_UNSET, AIA_NONE, AIA_APLIC, AIA_APLIC_IMSIC, AIAS };

struct features {
  /* the machine's */
  bool acpi;
  bool gic; /* <gic> stands there, or the machine has one */
  enum gic_version gic_version;
  enum ioapic ioapic;
  enum tristate smm, vmport, ps2, ras, virtualization;
  bool tseg_set;
  uint64_t tseg; /* bytes */
  enum aia aia;
  enum tristate vmcoreinfo;     /* a device */
  enum tristate async_teardown; /* -run-with */
  uint64_t tb_cache;            /* bytes, TCG's; -accel */

  /* the machine's, pseries */
  enum hpt_resizing hpt_resizing;
  uint64_t hpt_max_page; /* bytes */
  enum tristate htm, nested_hv, ccf_assist;
  enum spectre_fix cfpc, sbbc;
  enum indirect_fix ibs;

  /* the processor's */
  bool hap;
  enum tristate eoi; /* <apic eoi=> */
  enum tristate pvspinlock, pmu;
  struct hyperv hyperv;
  struct kvm_features kvm;
};

#endif
