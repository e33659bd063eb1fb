/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/iommufd.h - opening /dev/iommu and the nodes of host devices that QEMU is given by IOMMUFD */

/* A device has its node only once vfio-pci has it, which is after QEMU's arguments are made. So the arguments name
 * numbers that are taken beforehand, and the nodes are opened under these after the hand-over. */

#ifndef LAUNCH_IOMMUFD_H
#define LAUNCH_IOMMUFD_H

#include "domain/kind.h"
#include "launch/claims.h"

/* Opens /dev/iommu, and takes a number for each device; before the arguments are made. What fails is reported. */
void iommufd_reserve(struct domain *domain, struct stage *stage);

/* Opens the devices' nodes under the numbers that CLAIMS have; after the hand-over. False after an error was reported. */
bool iommufd_open(struct host *host, const struct claim *claims, size_t n, struct diag *diag);

/* Closes what CLAIMS have: vfio-pci lets go of no device that anybody has open (Linux drivers/vfio/vfio_main.c,
 * vfio_unregister_group_dev), so it comes before the device is given back. */
void iommufd_close(const struct claim *claims, size_t n);

/* All descriptors, for QEMU to inherit: a talloc child of CTX, *N many. */
int *iommufd_fds(TALLOC_CTX *ctx, const struct domain *domain, size_t *n);

/* The node of the PCI device ADDRESS below /dev/vfio/devices; NULL: it has none. */
const char *iommufd_node(TALLOC_CTX *ctx, const struct host *host, const char *address);

#endif
