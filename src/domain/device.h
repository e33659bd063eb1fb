/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/device.h - what every device has, whatever its kind */

/* A struct device is the first member of every kind's struct. Devices belong to their domain
 * (talloc) and never move. */

#ifndef DOMAIN_DEVICE_H
#define DOMAIN_DEVICE_H

#include "core/diag.h"
#include "core/xml.h"
#include "domain/address.h"

struct domain;
struct kind;
struct props;

/* The wishes of a device for the bus that will give it an address; bus/place.h fills them in. */
struct bus_wish {
  bool pci;        /* has or wants a place on PCI */
  bool express;    /* a PCI Express port where the machine has them; else conventional PCI */
  bool integrated; /* sits on the root complex itself, not behind a port */
  bool preferred;  /* q35: first try bus 0, PREFER_SLOT, if nobody sits there */
  uint8_t prefer_slot;
  bool primary_display;        /* goes where QEMU itself would put the first display */
  const struct kind *order_as; /* gets its slot when that kind does; NULL: its own kind */
  unsigned isolation_group;    /* pseries: of one IOMMU group of the host; 0: the common one */
  int drive_controller;        /* a DRIVE address: enum controller_type of its controller */
  bool drive_open;             /* a DRIVE address: the next free unit */
  bool scsi_host;              /* a DRIVE address: a SCSI device of the host, no disk */
  uint32_t vio_reg;            /* spapr-vio: the first register to try */
  bool console;                /* virtio-serial: a console */
  bool unplaced;               /* QEMU is to choose bus and port */
};

/* <driver iommu= ats= packed= page_per_vq=>, of every virtio device. */
struct virtio_options {
  enum tristate iommu, ats, packed, page_per_vq;
};

/* <rom bar= file= enabled=>, of PCI devices. */
struct rom {
  enum tristate enabled, bar;
  const char *file;
};

struct device {
  const struct kind *kind;
  struct domain *domain;
  xmlNode *node;       /* NULL: invented */
  size_t nth;          /* among those of its kind, from 0 */
  struct place place;  /* of the element; of what implied an invented one */
  const char *rule;    /* what invented it ("machine q35 has a SATA controller"); NULL: the XML did */
  const char *subject; /* "disk vda": how messages call it */
  const char *id;      /* QEMU's id of it: "virtio-disk0"; set by the alias stage */
  bool broken;         /* read with errors: later stages pass it by */
  bool refused;        /* by a check of it alone */
  bool completed;
  bool user_id; /* <alias name='ua-...'>, kept as it is */
  struct address address;
  bool address_given; /* the XML has an <address>, complete or not */
  struct bus_wish wish;
  const char *alias;    /* <alias name='...'>, whoever gave it */
  uint32_t boot_order;  /* <boot order='N'>; 0: none */
  const char *loadparm; /* <boot loadparm='...'>, s390x */
  struct rom rom;
  struct virtio_options virtio;
};

/* Where the <address> of a device stands; without one, the device. */
struct place device_address_place(const struct device *dev);

/* Properties that P gets from now on come from PATH in the device's element (as with xml_get()), or from as much of
 * that path as is there; NULL: from the device again. --explain and messages show the place. Returns P. */
struct props *device_at(struct props *p, const struct device *dev, const char *path);

/* Sets rom, virtio (iommu_platform, ats, packed, page-per-vq), bootindex of a -device. */
void device_rom_props(struct props *p, const struct device *dev);

/* The host's PCI device that DEV opens by vfio-pci, by address or descriptor; DEV has claimed it. */
void device_host_pci_props(struct props *p, const struct device *dev);
void device_virtio_props(struct props *p, const struct device *dev);
/* Does the XML set any of them? Refused where the device turns out to be none of virtio's. */
bool device_has_virtio_options(const struct device *dev);
void device_boot_props(struct props *p, const struct device *dev);
/* QEMU has no loadparm for this one, whatever it boots from: says so and forgets it. For complete hooks. */
void device_drop_loadparm(struct device *dev, struct diag *diag);

/* model='virtio', 'virtio-transitional', 'virtio-non-transitional', as many virtio devices have it. */
enum virtio_model {
  VIRTIO_MODEL_DEFAULT,
  VIRTIO_MODEL_VIRTIO,
  VIRTIO_MODEL_TRANSITIONAL,
  VIRTIO_MODEL_NON_TRANSITIONAL,
  VIRTIO_MODELS
};

extern const char *const virtio_model_names[VIRTIO_MODELS];

/* The suffix of MODEL, for virtio_driver(): "-transitional", "-non-transitional" or NULL. */
const char *virtio_model_suffix(enum virtio_model model);

/* Runs the complete and place hooks of DEV unless they have run; for whoever adds a device late. */
struct stage;
void device_complete(struct device *dev, struct stage *stage);

/* ALIAS and the number after the highest that a device of the domain has so far: "hostdev2". For
 * identify hooks, where kinds share a name or the user's own names take no number. */
const char *device_next_id(struct device *dev, const char *alias);

/* The device that people mean by NAME: its id, how messages call it ("disk vda"), or the last word of that. NULL:
 * none, and what they may have meant then. */
const struct device *device_find(const struct domain *domain, const char *name);
const char *device_remedy(TALLOC_CTX *ctx, const struct domain *domain, const char *name);

/* "virtio-net" becomes "virtio-net-pci", "-ccw" or "-device" by the device's address; with
 * MODEL_SUFFIX ("-transitional", "-non-transitional", NULL) appended for PCI. */
const char *virtio_driver(TALLOC_CTX *ctx, const struct device *dev, const char *base, const char *model_suffix);

#endif
