/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/numa.h - <cpu><numa> and <numatune>: filled by vm/numa.c and vm/numatune.c */

#ifndef DOMAIN_NUMA_H
#define DOMAIN_NUMA_H

#include "domain/memory.h"

enum numa_mode { NUMA_MODE_UNSET, NUMA_STRICT, NUMA_PREFERRED, NUMA_INTERLEAVE, NUMA_RESTRICTIVE, NUMA_MODES };
enum numa_associativity { ASSOCIATIVITY_NONE, ASSOCIATIVITY_DIRECT, ASSOCIATIVITY_FULL, ASSOCIATIVITIES };
enum numa_write_policy { WRITE_POLICY_NONE, WRITE_BACK, WRITE_THROUGH, WRITE_POLICIES };
enum numa_access { NUMA_ACCESS, NUMA_READ, NUMA_WRITE, NUMA_ACCESSES };

/* A cache before a cell's memory, that the guest is told of by HMAT. */
struct numa_cache {
  uint32_t level;      /* 1 is nearest to the CPU */
  uint64_t size, line; /* bytes */
  enum numa_associativity associativity;
  enum numa_write_policy policy;
  struct place place;
};

/* <interconnects>: how fast one cell's CPUs reach another's memory. */
struct numa_link {
  bool bandwidth;             /* else latency */
  uint32_t initiator, target; /* cells */
  uint32_t cache;             /* of the target; 0: its memory */
  enum numa_access access;
  uint64_t value; /* nanoseconds; bytes per second */
  struct place place;
};

/* <cell>: a NUMA node of the guest; its index is its id. */
struct numa_cell {
  struct numset *cpus; /* NULL: none */
  uint64_t memory;     /* bytes, rounded by complete */
  bool empty;          /* that is 0, and said to be so */
  enum memory_access access;
  enum tristate discard;
  uint8_t *distances; /* to each cell; 0: not given. NULL: none is */
  struct numa_cache *caches;
  size_t n_caches;
  struct place place; /* file NULL: no such cell was read */
};

/* How memory is laid on the host's nodes: all of it, or <memnode> that of one cell. */
struct numa_tune {
  bool given;
  enum numa_mode mode;
  bool placement_auto;  /* of all the host's nodes, as numad would advise an idle host */
  struct numset *nodes; /* of the host; NULL: left open */
  struct place place;
};

struct numa {
  struct numa_cell *cells;
  size_t n_cells;
  bool made; /* nobody described cells: <maxMemory> asks for one */
  struct numa_link *links;
  size_t n_links;
  struct numa_tune tune;         /* <numatune><memory> */
  struct numa_tune *cell_tunes;  /* by cell; NULL: none */
  bool hmat;                     /* the guest is told of caches or links: ACPI's HMAT */
  struct numset *emulator_nodes; /* of the host: where QEMU's own threads may run; NULL: anywhere */
};

#endif
