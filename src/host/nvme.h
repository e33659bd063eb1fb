/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/nvme.h - the namespaces of an NVMe controller */

/* Facts, no messages; below the host's root. They are there only while the kernel's nvme driver
 * has the controller. With native multipath the block device hangs below nvme-subsystem, not
 * below the controller (Linux drivers/nvme/host/multipath.c: nvme0c1n2 is a path to nvme0n2). */

#ifndef HOST_NVME_H
#define HOST_NVME_H

#include "host/host.h"

struct nvme_namespace {
  uint32_t id;       /* as QEMU counts; 0: this kernel does not tell */
  const char *block; /* "nvme0n1" */
  uint64_t size;     /* bytes */
};

struct nvme_controller {
  const char *name; /* "nvme0" */
  struct nvme_namespace *namespaces;
  size_t n_namespaces;
};

/* NULL: the nvme driver has no controller at that PCI address. */
struct nvme_controller *nvme_look(TALLOC_CTX *ctx, const struct host *host, const char *address);

const struct nvme_namespace *nvme_namespace(const struct nvme_controller *controller, uint32_t id);

/* The link that udev makes to the node of a namespace, known without a look at the host: systemd,
 * rules.d/60-persistent-storage.rules. */
char *nvme_by_path(TALLOC_CTX *ctx, const char *address, uint64_t id);

/* "1, 2": the namespaces there are. */
const char *nvme_namespace_list(TALLOC_CTX *ctx, const struct nvme_controller *controller);

#endif
