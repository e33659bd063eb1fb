/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/cpu.h - <vcpu>, <cpu>: filled by vm/cpu.c */

#ifndef DOMAIN_CPU_H
#define DOMAIN_CPU_H

#include "core/util.h"

enum cpu_mode { CPU_UNSET, CPU_CUSTOM, CPU_HOST_MODEL, CPU_HOST_PASSTHROUGH, CPU_MAXIMUM, CPU_MODES };

struct cpu {
  uint32_t vcpus;               /* at most so many, as <vcpu> says */
  uint32_t vcpus_now;           /* at start; 0: all */
  enum cpu_mode mode;
  const char *model;
};

#endif
