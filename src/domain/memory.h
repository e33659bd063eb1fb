/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/memory.h - <memory> and its backing: filled by vm/memory.c */

#ifndef DOMAIN_MEMORY_H
#define DOMAIN_MEMORY_H

#include "core/util.h"

struct memory {
  uint64_t size;                /* bytes, as the guest starts */
  uint64_t current;             /* bytes: the balloon's target */
  uint64_t hard_limit;          /* bytes; 0: none */
};

#endif
