/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/memory_device.h - <memory model='...'>: RAM on a module; filled by dev/memory.c */

#ifndef DOMAIN_MEMORY_DEVICE_H
#define DOMAIN_MEMORY_DEVICE_H

#include "domain/kind.h"

enum memory_model {
  MEMORY_DIMM = 1,
  MEMORY_NVDIMM,
  MEMORY_VIRTIO_PMEM,
  MEMORY_VIRTIO_MEM,
  MEMORY_SGX_EPC,
  MEMORY_MODELS
};

struct memory_device {
  struct device dev;
  enum memory_model model;
  enum memory_access access;
  enum tristate discard;
  const char *uuid; /* NVDIMM, pseries */

  /* <source>: of the host */
  const char *path;     /* NVDIMM, virtio-pmem */
  uint64_t page_size;   /* bytes; 0: as the domain's */
  struct numset *nodes; /* NULL: as the domain's */
  uint64_t align;       /* bytes */
  bool pmem;

  /* <target>: in the guest */
  uint64_t size;             /* bytes, rounded by complete */
  uint64_t requested, block; /* bytes, virtio-mem */
  uint64_t label;            /* bytes, NVDIMM */
  struct num node;           /* NUMA cell */
  struct num base;           /* virtio: where in the guest's memory */
  bool readonly;
  enum tristate dynamic_slots;
  uint64_t epc_number; /* SGX_EPC: how many come before it */
};

#endif
