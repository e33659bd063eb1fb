/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/nvme.h - a namespace of an NVMe controller, whoever drives the controller */

/* For block/nvme.c, which reads it and has QEMU drive it, and block/nvme_kernel.c, for --nvme=kernel. */

#ifndef BLOCK_NVME_H
#define BLOCK_NVME_H

#include "block/storage.h"

enum nvme_source { NVME_SOURCE_NONE, NVME_SOURCE_PCI, NVME_SOURCES };

struct nvme {
  enum nvme_source type, address_type;
  struct pci_address address; /* on the host */
  uint64_t namespace;         /* counts from 1 */
  enum tristate managed;      /* handed over to vfio-pci and given back */
  struct place place;
  const char *node; /* with --nvme=kernel the namespace's device node; else NULL */
};

/* --nvme=kernel: the namespace becomes a block device of the host. IMAGE->stored stays a struct nvme. */
void nvme_kernel_complete(struct image *image);

#endif
