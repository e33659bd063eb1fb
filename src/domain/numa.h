/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/numa.h - <cpu><numa> and <numatune>: filled by vm/numa.c */

#ifndef DOMAIN_NUMA_H
#define DOMAIN_NUMA_H

#include "domain/memory.h"

enum numa_mode { NUMA_MODE_UNSET, NUMA_STRICT, NUMA_PREFERRED, NUMA_INTERLEAVE, NUMA_RESTRICTIVE, NUMA_MODES };

/* A cache that the guest is told of by HMAT. */
struct numa_cache {
  uint32_t level;               /* 1 is nearest to the CPU */
  uint64_t size, line;          /* bytes */
  int associativity, policy;    /* vm/hmat.c */
  struct place place;
};

/* <cell>: a NUMA node of the guest; its index is its id. */
struct numa_cell {
  struct numset *cpus;          /* NULL: none */
  uint64_t memory;              /* bytes, rounded by complete */
  enum memory_access access;
  enum tristate discard;
  uint8_t *distances;           /* to each cell; 0: not given. NULL: none is */
  struct numa_cache *caches;
  size_t n_caches;
  struct place place;
  bool seen;
};

/* How memory is laid on the host's nodes: of the domain, or <memnode> of one cell. */
struct numa_tune {
  bool given;
  enum numa_mode mode;
  struct numset *nodes;         /* of the host; NULL: left open */
  struct place place;
};

struct numa {
  struct numa_cell *cells;
  size_t n_cells;
  bool has_distances, has_hmat;
  struct numa_tune tune;        /* <numatune><memory> */
  struct numa_tune *cell_tunes; /* by cell, NULL: none */
  bool placement_auto;
  struct numset *emulator_nodes; /* of the host: where QEMU's own threads may run; NULL: anywhere */
  struct numa_link *links;      /* vm/hmat.c: <interconnects> */
  size_t n_links;
};

#endif
