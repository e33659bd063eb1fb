/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/kind.h - what a kind of device, or a section of the domain, tells the spine */

/* Two registries in kinds.c, kinds and sections, list everything that the spine drives. Adding to what
 * a domain can say is a file with one of these structs and a row there. Hooks that are NULL have
 * nothing to do. The stages call them in the order in which they stand here, each stage over the
 * whole domain before the next begins. Every hook reports what is wrong and goes on. */

#ifndef DOMAIN_KIND_H
#define DOMAIN_KIND_H

#include "core/argv.h"
#include "core/attr.h"
#include "domain/device.h"
#include "domain/domain.h"
#include "qemu/caps.h"

struct host;
struct options;

/* The stages before build may look at this. */
struct stage {
  struct diag *diag;
  const struct caps *caps; /* NULL while reading */
  struct host *host;       /* never NULL; with --offline one that has no answer */
  const struct options *options;
  const char *runtime; /* folder for what a guest needs while it runs; NULL: the system's */
  const char *session; /* folder for what it keeps, as libvirt's session has it; NULL: the system's */
};

/* --- stage.c --- */

/* Is FEATURE there? If not, that is reported in the spine's words. For what no attr row can say. */
bool stage_need(struct stage *stage, enum feature feature, struct place place, const char *subject);

/* Reports a virtio model, "-transitional" or the like (NULL: plain virtio), of a device that is not on PCI. */
void stage_check_virtio_suffix(struct stage *stage, const struct device *dev, const char *suffix);

/* Building may look at this. */
struct build {
  const struct domain *domain;
  const struct caps *caps;
  const struct options *options;
};

/* The generic parts that a kind takes beside <address> and <alias>; what it does not take stays
 * unread, and the user is told. */
enum takes {
  TAKES_BOOT = 1,   /* <boot order= loadparm=> */
  TAKES_ROM = 2,    /* <rom ...> */
  TAKES_VIRTIO = 4, /* <driver iommu= ats= packed= page_per_vq=> */
};

/* Other rooms look for devices by their role, without knowing the kinds: a bus for its controllers and hubs, a
 * section of the domain whether there is a display, which memory modules there are. */
enum role {
  ROLE_NONE,
  ROLE_CONTROLLER, /* struct controller of bus/controller.h */
  ROLE_HUB,        /* offers USB ports behind a port */
  ROLE_CONSOLE,    /* where a guest is read and typed to, beside serial lines */
  ROLE_DISPLAY,
  ROLE_FLASH, /* a chip that holds the firmware's variables */
  ROLE_IOMMU,
  ROLE_MEMORY, /* struct memory_device of domain/memory_device.h */
  ROLE_NETWORK,
  ROLE_NVRAM, /* of pseries */
  ROLE_SERIAL,
  ROLES
};

struct kind {
  const char *element;   /* the element's name below <devices> */
  const char *path;      /* where that stands below <domain>, if it is none of <devices>; else NULL */
  size_t size;           /* of the struct that begins with struct device */
  const char *name_path; /* what names it in messages: "target/@dev" makes "disk vda"; NULL: none */
  const char *alias;     /* ids are ALIAS0, ALIAS1, ... in order, unless .identify says else */
  unsigned takes;        /* enum takes, or-ed */
  enum role role;        /* no two kinds have the same, but ROLE_NONE */
  const struct attr *attrs;

  /* read: what the table cannot say. */
  void (*parse)(struct device *dev, xmlNode *node, struct stage *stage);

  /* complete: adds to DOMAIN what its other devices or the machine imply of this kind. Once a domain. */
  void (*imply)(struct domain *domain, struct stage *stage);
  /* complete: defaults by machine, architecture and QEMU. */
  void (*complete)(struct device *dev, struct stage *stage);
  /* complete: gives address.type where it is ADDR_NONE, and for PCI the wish. */
  void (*place)(struct device *dev, struct stage *stage);
  /* complete: the id, where it is not ALIAS and a number. Addresses are assigned by now. */
  void (*identify)(struct device *dev, struct stage *stage);

  void (*check)(const struct device *dev, struct stage *stage);
  void (*resolve)(struct device *dev, struct stage *stage);
  /* In place of resolve, where the domain is refused, and not for this device: tells what the host lacks. */
  void (*look)(struct device *dev, struct stage *stage);
  void (*build)(const struct device *dev, const struct build *b, struct argv *argv);

  /* --graph: what lies behind the device, "qcow2 <- file /disk.img"; NULL: nothing. A talloc child of CTX. */
  const char *(*graph)(TALLOC_CTX *ctx, const struct device *dev);
};

/* A part of the domain that is not a device. ATTRS' paths start at <domain>, offsets at struct domain. */
struct section {
  const char *name;
  const char *element; /* the child of <domain> that its arguments come from, NULL: no single one */
  const struct attr *attrs;
  void (*parse)(struct domain *domain, xmlNode *root, struct stage *stage);
  void (*complete)(struct domain *domain, struct stage *stage); /* before the devices' imply */
  void (*finish)(struct domain *domain, struct stage *stage);   /* after the devices' addresses and ids */
  void (*check)(const struct domain *domain, struct stage *stage);
  void (*resolve)(struct domain *domain, struct stage *stage);
  void (*build)(const struct domain *domain, const struct build *b, struct argv *argv);
  /* build: changes what all sections and devices have built. */
  void (*amend)(const struct domain *domain, const struct build *b, struct argv *argv);
};

/* The rows that read.c, the spine, reads itself: of <domain>, of every device, and of those that take it. */
extern const struct attr domain_attrs[], device_attrs[], device_boot_attrs[], device_rom_attrs[], device_virtio_attrs[];

/* --- kinds.c --- */

/* The registries; NULL ends. A kind's place is the order in which PCI slots are given out where
 * the XML leaves them open, as libvirt does it (qemu_domain_address.c). */
extern const struct kind *const kinds[];
extern const struct section *const sections[];

/* libvirt's other two walks over all devices. */
enum kind_order {
  ORDER_INFOS,     /* domain_conf.c, virDomainDeviceInfoIterateFlags: all addresses but those of PCI and drives */
  ORDER_ARGUMENTS, /* qemu_command.c, qemuBuildCommandLine: who takes the first virtio-mmio transport */
  KIND_ORDERS
};

/* All kinds in ORDER; those that its list does not name come last. A talloc child of CTX; NULL ends. */
const struct kind **kinds_ordered(TALLOC_CTX *ctx, enum kind_order order);

/* The kind of ROLE, never NULL; and its devices. */
const struct kind *kind_of_role(enum role role);
const struct device_list *domain_devices_of(const struct domain *domain, enum role role);

/* The kind of <devices> child ELEMENT, NULL: unknown. */
const struct kind *kind_find(const char *element);

#endif
