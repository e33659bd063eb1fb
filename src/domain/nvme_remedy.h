/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/nvme_remedy.h - what to write where disks would open an NVMe controller, or its group, twice */

#ifndef DOMAIN_NVME_REMEDY_H
#define DOMAIN_NVME_REMEDY_H

#include "core/util.h"

/* A disk of type='nvme'. */
struct nvme_disk {
  const char *subject; /* "disk vda" */
  const char *address; /* of the controller: "0000:01:00.0" */
  uint64_t id;         /* of the namespace */
};

/* So many disks are named; of more there is a word. */
enum { NVME_REMEDY_DISKS = 16 };

/* The two ways in which all of DISKS start: "use --nvme=kernel, or type='block' for all of them: PATH for disk
 * vda, PATH for disk vdb". One alone by type='block' would lose its node to the other. */
char *nvme_remedy(TALLOC_CTX *ctx, const struct nvme_disk *disks, size_t n);

#endif
