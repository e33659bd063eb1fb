/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/numa_hmat.h - ACPI's Heterogeneous Memory Attribute Table: caches and links of NUMA cells */

#ifndef VM_NUMA_HMAT_H
#define VM_NUMA_HMAT_H

#include "domain/kind.h"

extern const struct attr hmat_attrs[];
void hmat_read_caches(struct numa_cell *cell, xmlNode *node, struct domain *domain, struct stage *stage);
void hmat_read_links(struct numa *numa, xmlNode *node, struct domain *domain, struct stage *stage);
bool hmat_is_given(const struct numa *numa);
void hmat_check(const struct domain *domain, struct stage *stage);

/* The cell whose CPUs are nearest to the memory of CELL. */
size_t hmat_initiator(const struct numa *numa, size_t cell);

/* Links first: QEMU takes a cache only after them. */
void hmat_build(const struct domain *domain, struct argv *argv);

#endif
