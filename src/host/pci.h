/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/pci.h - what sysfs says of a PCI device */

/* Facts, no judgement, no messages; below the host's root. Sources: Linux
 * Documentation/ABI/testing/sysfs-bus-pci, sysfs-kernel-iommu_groups. */

#ifndef HOST_PCI_H
#define HOST_PCI_H

#include "host/host.h"

#define PCI_DEVICES "/sys/bus/pci/devices"
#define PCI_DRIVERS "/sys/bus/pci/drivers"

struct pci_device {
  const char *address; /* "0000:01:00.0" */
  uint32_t class;      /* base class, sub-class, interface: 0x010802 */
  uint16_t vendor, device;
  const char *driver; /* NULL: none */
  const char *group;  /* IOMMU group, "4"; NULL: none, so no IOMMU */
  bool noiommu;       /* a group that vfio made up without an IOMMU */
  int numa_node;      /* -1: none */
};

/* ADDRESS as sysfs spells it. NULL: no such device. */
struct pci_device *pci_look(TALLOC_CTX *ctx, const struct host *host, const char *address);

/* The devices of an IOMMU group, by address; *COUNT of them. */
struct pci_device **pci_group(TALLOC_CTX *ctx, const struct host *host, const char *group, size_t *count);

/* Linux vfio: a group can be used when each of its devices is without a driver or with one that
 * leaves DMA alone. True for such a member: bridges, pci-stub, pcieport and the vfio drivers. */
bool pci_keeps_group_viable(const struct pci_device *device);

bool pci_is_nvme(const struct pci_device *device);
bool pci_is_bridge(const struct pci_device *device);

/* Conventional PCI: its configuration space is 256 bytes, without the capability of PCI Express. */
bool pci_is_conventional(const struct host *host, const char *address);

/* How many virtual functions of an SR-IOV device there are now: they go when its driver does. */
unsigned pci_virtual_functions(const struct host *host, const char *address);

/* "a display controller": for messages. */
const char *pci_class_name(uint32_t class);

/* "/sys/bus/pci/devices/0000:01:00.0/driver_override" */
char *pci_path(TALLOC_CTX *ctx, const char *address, const char *attribute);

/* The IOMMU is there at all (some device has a group). */
bool pci_iommu_on(const struct host *host);

#endif
