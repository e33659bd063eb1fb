/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/hostdev.h - the struct that the files of the hostdev slice share */

/* Private to dev/hostdev*.c. */

#ifndef DEV_HOSTDEV_H
#define DEV_HOSTDEV_H

#include "block/image.h"
#include "core/numset.h"
#include "domain/kinds.h"
#include "domain/usb_host.h"

enum hostdev_type {
  HOSTDEV_UNSET,
  HOSTDEV_USB,
  HOSTDEV_PCI,
  HOSTDEV_SCSI,
  HOSTDEV_SCSI_HOST,
  HOSTDEV_MDEV,
  HOSTDEV_TYPES
};

enum mdev_model { MDEV_UNSET, MDEV_VFIO_PCI, MDEV_VFIO_CCW, MDEV_VFIO_AP, MDEV_MODELS };

enum vhost_model { VHOST_DEFAULT, VHOST_VIRTIO, VHOST_TRANSITIONAL, VHOST_NON_TRANSITIONAL };

enum scsi_way { SCSI_BY_ANY, SCSI_BY_ADAPTER, SCSI_BY_ISCSI };

struct hostdev {
  struct device dev;
  enum hostdev_type type;
  enum tristate managed;
  int mode, driver;
  xmlNode *source;
  /* PCI */
  struct pci_address pci;
  enum tristate teaming;
  const char *failover; /* <teaming persistent=>: alias of the interface it stands in for */
  enum tristate iommufd;
  struct numset *acpi_nodes; /* NUMA cells that it brings memory or work to; NULL: none */
  /* They are counted through the guest: "gi0" is the first cell of the first device that has any. */
  uint64_t acpi_nodes_before;
  /* PCI, MDEV */
  enum tristate display, ramfb;
  enum mdev_model mdev_model;
  const char *mdev_uuid;
  struct usb_host usb;
  /* SCSI: a host's device through its generic node, or an iSCSI LUN */
  const char *adapter; /* "scsi_host0" */
  uint32_t scsi_bus, scsi_target;
  uint64_t scsi_unit;
  struct image *image; /* after complete */
  enum scsi_way protocol;
  bool readonly, shareable;
  /* SCSI_HOST */
  enum vhost_model vhost_model;
  const char *wwpn;
};

/* Reads <source> and what goes with the type. */
void hostdev_parse(struct device *dev, xmlNode *node, struct stage *stage);
extern const struct attr hostdev_attrs[];

/* Finds on the host what the XML names by id: USB devices, SCSI generic nodes. */
void hostdev_resolve(struct device *dev, struct stage *stage);

#endif
