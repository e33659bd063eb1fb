/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/ram.h - memory backends: what <memoryBacking> and <numatune> make of a piece of RAM */

/* The machine's own RAM (vm/memory.c), NUMA cells (vm/numa.c) and memory devices (dev/memory.c)
 * all stand on an -object memory-backend-*, by the same rules. Pure. */

#ifndef DOMAIN_RAM_H
#define DOMAIN_RAM_H

#include "domain/kind.h"

struct ram {
  const char *id;             /* of the object */
  uint64_t size;              /* bytes */
  int cell;                   /* the guest's NUMA node, -1: none */
  bool system;                /* RAM that the machine starts with */
  enum memory_access access;  /* UNSET: by cell, then by domain */
  enum tristate discard;      /* likewise */
  uint64_t page_size;         /* bytes, of this device's own <pagesize>; 0: by <hugepages> */
  const struct numset *nodes; /* of the host, this device's own; NULL: by <numatune> */
  const char *path;           /* its own file (nvdimm, virtio-pmem); NULL: none */
  bool nvdimm;                /* the file stands for an NVDIMM */
  bool pmem;                  /* the file is persistent memory */
  uint64_t align;             /* bytes; 0: QEMU's choice */
  bool epc;                   /* SGX enclave memory */
  const struct device *dev;   /* whose it is; NULL: the machine's, or a cell's */
  bool lazy;                  /* virtio-mem: the device sees to pages itself */
};

/* The guest's memory is given as objects: by NUMA cells, or as the machine's own. Old machine types
 * take plain numbers, and a guest that may be migrated from or to an older QEMU needs it so. */
bool ram_by_objects(const struct domain *domain, const struct caps *caps);

/* The folder for memory in files, where the XML says no more than that. */
extern const char ram_file_path[];

/* The piece of RAM that NUMA cell CELL has. */
struct ram ram_of_cell(TALLOC_CTX *ctx, const struct domain *domain, size_t cell);

/* The piece of RAM behind a memory device, with the object id ID. */
struct memory_device;
struct ram ram_of_device(const struct memory_device *memory, const char *id);

/* Other processes may map all of the guest's memory, as vhost-user and virtiofsd must. */
bool ram_is_shared(const struct domain *domain);

/* All its pages are taken from the host before the guest starts. */
bool ram_is_filled(const struct domain *domain, const struct ram *ram);

/* Appends the object, and the thread context that fills it. */
void ram_build(const struct ram *ram, const struct build *b, struct argv *argv);

/* The id of the RAM that the machine QEMU calls NAME starts with ("pc.ram"), NULL: it has none
 * that can be given as an object. */
const char *ram_default_id(const struct domain *domain, const struct caps *caps);

/* Of the huge pages that RAM lies in, bytes; 0: in none. */
uint64_t ram_page_size(const struct domain *domain, const struct ram *ram);

/* RAM is a file without a name, which lies in no file system's folder. */
bool ram_is_memfd(const struct domain *domain, const struct ram *ram);

/* The first <page> asks for huge ones: what is said for the guest as a whole, without objects. */
bool ram_has_huge_pages(const struct domain *domain);

/* Can a host have pages of SIZE bytes (0: the default)? Of those that we know, x86; others may. */
bool ram_is_page_size(const struct domain *domain, uint64_t size);

/* Where pages of SIZE bytes (0: the default) are mounted on the host; a default without a host. */
const char *ram_huge_path(const struct domain *domain, uint64_t size);

/* VALUE rounded up to a multiple of UNIT; false: it is too large. */
bool ram_round(uint64_t *value, uint64_t unit);

/* Bytes of all memory modules, as the XML has them. */
uint64_t ram_modules(const struct domain *domain);

/* QEMU rounds RAM to a multiple of this many bytes on this architecture. */
uint64_t ram_alignment(const struct domain *domain);

#endif
