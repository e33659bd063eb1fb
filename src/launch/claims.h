/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/claims.h - the host's PCI devices that a guest opens, and whether it can */

/* Questions only: what is reported here is refused before anything is touched. */

#ifndef LAUNCH_CLAIMS_H
#define LAUNCH_CLAIMS_H

#include "host/host.h"

/* One device of the guest that opens a PCI device of the host through VFIO. */
struct claim {
  const char *address;     /* "0000:01:00.0" */
  bool managed;            /* we bind it to vfio-pci and give it back */
  uint32_t nvme_namespace; /* QEMU's NVMe driver opens it for this one; 0: all of it is the guest's */
  bool uncached;           /* with it: the controller must be able to switch its write cache */
  const char *subject;     /* "disk vda" */
  struct place place;
};

/* Reports everything that would keep QEMU from opening the claimed devices, or the host from
 * surviving it: absent, not NVMe, no such namespace, in use, no IOMMU, a group shared with a
 * driver of the host, one controller or group opened twice, not on vfio-pci, no vfio, no rights.
 * True: nothing. */
bool claims_check(const struct host *host, const struct claim *claims, size_t n, struct diag *diag);

/* The first claim on each device, in the order of addresses: a new array of *COUNT pointers. */
const struct claim **claims_devices(TALLOC_CTX *ctx, const struct claim *claims, size_t n, size_t *count);

#endif
