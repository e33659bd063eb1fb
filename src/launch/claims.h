/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/claims.h - the host's PCI devices that a guest opens, and whether it can */

/* Questions only: what is reported here is refused before anything is touched. */

#ifndef LAUNCH_CLAIMS_H
#define LAUNCH_CLAIMS_H

#include "host/block_use.h"

/* One device of the guest that opens a PCI device of the host through VFIO. */
struct claim {
  const char *address;     /* "0000:01:00.0" */
  bool managed;            /* we bind it to vfio-pci and give it back */
  uint32_t nvme_namespace; /* QEMU's NVMe driver opens it for this one; 0: all of it is the guest's */
  bool uncached;           /* with it: the controller must be able to switch its write cache */
  bool iommufd;            /* its node in /dev/vfio/devices is opened, not its group's */
  int fd;                  /* with it: the number under which QEMU inherits the node; 0: none */
  const char *subject;     /* "disk vda" */
  struct place place;
};

/* Reports everything that would keep QEMU from opening the claimed devices, or the host from
 * surviving it: absent, not NVMe, no such namespace, in use (disks, the default route, virtual functions), no
 * IOMMU, a group shared with a driver of the host, a controller that is opened twice, or a group beside QEMU's NVMe
 * driver, not on vfio-pci, no vfio, no rights; and what could not be found out. Devices of one group are one claim.
 * HOLD, if not NULL, keeps others from what was looked at. True: nothing. */
bool claims_check(const struct host *host, const struct claim *claims, size_t n, struct block_hold *hold,
                  struct diag *diag);

/* A block device of the host that the guest opens as an image. */
struct claimed_block {
  const char *path;
  const char *subject;
  struct place place;
};

/* Reports those that lie on a claimed device: their nodes would go when it does. True: none. */
bool claims_check_blocks(const struct host *host, const struct claim *claims, size_t n,
                         const struct claimed_block *blocks, size_t n_blocks, struct diag *diag);

/* The first claim on each device, in the order of addresses: a new array of *COUNT pointers. */
const struct claim **claims_devices(TALLOC_CTX *ctx, const struct claim *claims, size_t n, size_t *count);

#endif
