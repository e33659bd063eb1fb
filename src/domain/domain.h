/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/domain.h - a domain as the stages see it */

/* Everything here is a talloc child of the domain. Sections own their members: only vm/X.c writes
 * what X's header declares; anybody reads. Devices are reached by kind. */

#ifndef DOMAIN_DOMAIN_H
#define DOMAIN_DOMAIN_H

#include "core/arch.h"
#include "core/diag.h"
#include "core/xml.h"
#include "domain/address.h"
#include "domain/clock.h"
#include "domain/cpu.h"
#include "domain/features.h"
#include "domain/iothread.h"
#include "domain/memory.h"
#include "domain/misc.h"
#include "domain/numa.h"
#include "domain/os.h"
#include "domain/override.h"
#include "domain/security.h"
#include "domain/sysinfo.h"

struct kind;
struct device;
struct stage;
struct secret;
struct controller_map;
struct wants;
struct helper;
struct tap_want;
struct overlay_want;
struct throttle_group;
struct notes;
struct display_ports;

enum virt_type { VIRT_NONE, VIRT_QEMU, VIRT_KVM, VIRT_HVF };

struct device_list {
  struct device **items;
  size_t n;
};

/* A PCI device of the host that a device of the guest opens through VFIO. */
struct host_pci {
  const struct device *dev;
  struct pci_address address;
  bool managed;            /* to be handed over to vfio-pci and given back */
  uint32_t nvme_namespace; /* 0: the whole device goes to the guest */
  bool uncached;           /* with it: cache='none' or 'directsync' */
  bool iommufd;            /* opened as a device of its own, not by its IOMMU group */
  int fd;                  /* with it: the descriptor that QEMU inherits; 0: QEMU opens it by its address */
  struct place place;
};

/* A file or block device of the host that a device of the guest opens as an image. */
struct image_claim {
  const struct device *dev;
  const char *path;
  bool readonly;
  bool shareable; /* others may write to it at the same time */
  bool found;     /* in the header of another one */
  struct place place;
};

/* A network card whose link is down when the guest starts: QEMU has no option for that, a command of QMP alone. */
struct cut_link {
  const char *id; /* of the card */
  const char *subject;
  struct place place;
};

struct domain {
  xmlNode *root;
  struct place place;
  enum virt_type virt;
  const char *name;
  const char *title;
  const char *uuid; /* canonical text; made from the name where absent */
  bool uuid_made;
  const char *hwuuid;   /* the one that the guest sees; NULL: UUID */
  const char *emulator; /* never NULL after complete */
  const char *runtime;  /* of struct stage */
  const char *session;  /* likewise */
  bool strange;         /* vm/os.c: no machine that we know; of its devices nothing can be said */
  enum arch arch;
  struct os os;
  struct cpu cpu;
  struct memory memory;
  struct numa numa;
  struct iothreads iothreads;
  struct features features;
  struct clock clock;
  struct misc misc;
  struct security security;
  struct sysinfo sysinfo;
  struct override override;

  struct device_list devices;          /* all, in XML order, invented ones where they were added */
  struct device_list *of_kind;         /* by index in kinds[] */
  unsigned displays;                   /* 1 << enum graphics_type, of each <graphics> */
  bool display_gl;                     /* one of them draws with OpenGL */
  struct display_ports *display_ports; /* dev/graphics_port.c: those that are taken */

  enum addr_type virtio_address;      /* where virtio devices sit by default; bus/place.c finds out once */
  struct controller_map *controllers; /* bus/controller.c: by type and index */
  struct notes *notes;                /* domain/notes.h */

  struct throttle_group **throttle_groups; /* <throttlegroups>: block/throttle.c */
  size_t n_throttle_groups;

  /* Every secret that some device refers to, in order of use; see host/secret.h. */
  struct secret **secrets;
  size_t n_secrets;

  /* Every host PCI device that some device opens. */
  struct host_pci *host_pcis;
  size_t n_host_pcis;

  /* Every file and block device that is opened as an image, backing images too. */
  struct image_claim *images;
  size_t n_images;

  /* All else that the host must have or do first; domain/wants.h, domain/helper.h. */
  struct wants *wants;
  struct helper **helpers;
  size_t n_helpers;

  /* The taps that we open where we start QEMU ourselves; domain/taps.h. */
  struct tap_want **taps;
  size_t n_taps;

  /* The overlays that we make there for <transient/> disks; domain/overlays.h. */
  struct overlay_want **overlays;
  size_t n_overlays;

  struct cut_link *cut_links;
  size_t n_cut_links;
};

/* Reads FILE into a domain, a talloc child of CTX. NULL after a fatal error (not XML, not <domain>).
 * Other errors are reported and reading goes on, so that one run tells them all: read.c. */
struct domain *domain_read(TALLOC_CTX *ctx, const char *file, struct stage *stage);

/* Rules between devices: unique targets, boot order, one opener per NVMe controller...: rules.c. */
void rules_check(const struct domain *domain, struct stage *stage);

/* The same for the images that headers named; after domain_resolve(). */
void rules_check_found(const struct domain *domain, struct stage *stage);

/* All devices of a kind, invented ones last. The list may grow while it is walked: walk by index. */
const struct device_list *domain_devices(const struct domain *domain, const struct kind *kind);

/* A new device of KIND, zeroed, at the end of the domain: invented, because of RULE; PLACE is the
 * line of what implied it (the domain's own, if nothing else did). */
struct device *domain_add(struct domain *domain, const struct kind *kind, const char *rule, struct place place);

/* Sorts the devices of KIND, stably, within the places that they have. */
void domain_sort(struct domain *domain, const struct kind *kind,
                 int (*compare)(const struct device *a, const struct device *b));

/* DEV opens the host's PCI device ADDRESS; PLACE is where the XML says so. */
void domain_claim_pci(struct domain *domain, const struct host_pci *claim);

/* The claim of DEV; NULL: it has none. */
const struct host_pci *domain_claim_of(const struct device *dev);

/* The same for an image; before rules_check(), or rules_check_found(). */
void domain_claim_image(struct domain *domain, const struct image_claim *claim);

/* The link of the network card DEV is down when the guest starts, by what PLACE says. */
void domain_cut_link(const struct device *dev, struct place place);

/* i440fx ("pc", "pc-i440fx-*", "pc-0.*"...), q35, isapc, microvm, virt (arm, riscv, loongarch),
 * pseries, s390-ccw-virtio: by the machine's canonical or alias name. */
bool domain_is_i440fx(const struct domain *domain);
bool domain_is_q35(const struct domain *domain);
bool domain_is_pc(const struct domain *domain); /* i440fx, q35 or isapc */
bool domain_is_isapc(const struct domain *domain);
bool domain_is_microvm(const struct domain *domain);
bool domain_is_virt(const struct domain *domain); /* arm, riscv, loongarch */
bool domain_is_arm_virt(const struct domain *domain);
bool domain_is_arm_pci(const struct domain *domain); /* a board with a PCI slot: versatilepb, realview-eb */
bool domain_is_pseries(const struct domain *domain);
bool domain_is_s390(const struct domain *domain);
bool domain_is_mips_malta(const struct domain *domain);
bool domain_has_pcie(const struct domain *domain); /* the root is PCI Express */

#endif
