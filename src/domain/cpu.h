/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/cpu.h - <vcpu>, <vcpus>, <cpu>: filled by vm/vcpus.c and vm/cpu.c */

#ifndef DOMAIN_CPU_H
#define DOMAIN_CPU_H

#include "core/diag.h"
#include "core/numset.h"

enum cpu_mode { CPU_UNSET, CPU_CUSTOM, CPU_HOST_MODEL, CPU_HOST_PASSTHROUGH, CPU_MAXIMUM, CPU_MODES };
enum cpu_match { CPU_MATCH_UNSET, CPU_MATCH_MINIMUM, CPU_MATCH_EXACT, CPU_MATCH_STRICT, CPU_MATCHES };
enum cpu_check { CPU_CHECK_UNSET, CPU_CHECK_NONE, CPU_CHECK_PARTIAL, CPU_CHECK_FULL, CPU_CHECKS };
enum cpu_fallback { CPU_FALLBACK_UNSET, CPU_FALLBACK_ALLOW, CPU_FALLBACK_FORBID, CPU_FALLBACKS };
enum cpu_policy { CPU_POLICY_UNSET, CPU_FORCE, CPU_REQUIRE, CPU_OPTIONAL, CPU_DISABLE, CPU_FORBID, CPU_POLICIES };
enum cpu_cache_mode { CPU_CACHE_UNSET, CPU_CACHE_EMULATE, CPU_CACHE_PASSTHROUGH, CPU_CACHE_DISABLE, CPU_CACHE_MODES };
enum cpu_bits_mode { CPU_BITS_UNSET, CPU_BITS_PASSTHROUGH, CPU_BITS_EMULATE, CPU_BITS_MODES };

struct cpu_feature {
  const char *name;
  enum cpu_policy policy;
  struct place place;
};

/* <vcpus><vcpu>: one virtual CPU that the XML speaks of. */
struct vcpu {
  uint32_t id;
  enum tristate enabled, hotpluggable;
  uint32_t order;
  struct place place;
};

struct cpu {
  uint32_t vcpus;     /* at most so many, as <vcpu> says; 1 where it is missing */
  uint32_t vcpus_now; /* at start; after complete never 0 */
  struct vcpu *each;  /* <vcpus>, in XML order */
  size_t n_each;
  struct numset *host_cpus;     /* <vcpu cpuset=>; NULL: any */
  struct numset *emulator_cpus; /* <cputune><emulatorpin>; NULL: any */
  bool placement_auto;

  bool given;         /* there is a <cpu> */
  enum cpu_mode mode; /* CPU_CUSTOM with a NULL model: QEMU's own default */
  enum cpu_match match;
  enum cpu_check check;
  enum cpu_fallback fallback;
  enum tristate migratable, deprecated_features;
  const char *model;
  const char *vendor;    /* what the host must be, by libvirt's name; NULL: any */
  const char *vendor_id; /* what the guest shall see, twelve letters */
  const char *rule;      /* what chose the model where the XML does not */
  struct cpu_feature *features;
  size_t n_features;

  struct num sockets, dies, clusters, cores, threads;
  enum cpu_cache_mode cache;
  struct num cache_level;
  enum cpu_bits_mode bits_mode;
  struct num bits, bits_limit;
};

#endif
