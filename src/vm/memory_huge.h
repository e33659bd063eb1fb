/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/memory_huge.h - where the host has its huge pages */

#ifndef VM_MEMORY_HUGE_H
#define VM_MEMORY_HUGE_H

#include "domain/kind.h"

/* Adds up what DOMAIN needs of each page size; fills in the host's default size and its mounts. */
void huge_resolve(struct domain *domain, const struct host *host);

#endif
