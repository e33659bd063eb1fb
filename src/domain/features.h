/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/features.h - <features>: filled by vm/features.c */

#ifndef DOMAIN_FEATURES_H
#define DOMAIN_FEATURES_H

#include "core/util.h"

struct features {
  bool acpi, pae;
  enum tristate apic;
};

#endif
