/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/huge.h - where the host has its huge pages */

#ifndef VM_HUGE_H
#define VM_HUGE_H

#include "domain/kind.h"

/* Fills the default page size and the mounts of DOMAIN's memory, where HOST tells. */
void huge_resolve(struct domain *domain, const struct host *host);

#endif
