/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/controller.h - controllers: the devices that offer buses */

/* The one kind that the buses know. dev/controller*.c read, check and build them; bus/ looks them
 * up, adds those that are implied, and names the bus that each offers. */

#ifndef BUS_CONTROLLER_H
#define BUS_CONTROLLER_H

#include "domain/kind.h"

enum controller_type {
  CONTROLLER_NONE,
  CONTROLLER_IDE,
  CONTROLLER_FDC,
  CONTROLLER_SCSI,
  CONTROLLER_SATA,
  CONTROLLER_VIRTIO_SERIAL,
  CONTROLLER_CCID,
  CONTROLLER_USB,
  CONTROLLER_PCI,
  CONTROLLER_XENBUS,
  CONTROLLER_ISA,
  CONTROLLER_NVME,
  CONTROLLER_TYPES
};

extern const char *const controller_type_names[CONTROLLER_TYPES];

/* All models of all types in one list; those of one type stand together. */
enum controller_model {
  MODEL_DEFAULT,
  /* PCI */
  PCI_ROOT,
  PCIE_ROOT,
  PCI_BRIDGE,
  DMI_TO_PCI_BRIDGE,
  PCIE_TO_PCI_BRIDGE,
  PCIE_ROOT_PORT,
  PCIE_SWITCH_UPSTREAM_PORT,
  PCIE_SWITCH_DOWNSTREAM_PORT,
  PCI_EXPANDER_BUS,
  PCIE_EXPANDER_BUS,
  /* USB */
  USB_NONE,
  USB_PIIX3_UHCI,
  USB_PIIX4_UHCI,
  USB_EHCI,
  USB_ICH9_EHCI1,
  USB_ICH9_UHCI1,
  USB_ICH9_UHCI2,
  USB_ICH9_UHCI3,
  USB_VT82C686B_UHCI,
  USB_PCI_OHCI,
  USB_NEC_XHCI,
  USB_QEMU_XHCI,
  USB_QUSB1,
  USB_QUSB2,
  /* SCSI */
  SCSI_AUTO,
  SCSI_BUSLOGIC,
  SCSI_LSILOGIC,
  SCSI_LSISAS1068,
  SCSI_VMPVSCSI,
  SCSI_IBMVSCSI,
  SCSI_VIRTIO,
  SCSI_LSISAS1078,
  SCSI_VIRTIO_TRANSITIONAL,
  SCSI_VIRTIO_NON_TRANSITIONAL,
  SCSI_NCR53C90,
  SCSI_DC390,
  SCSI_AM53C974,
  /* IDE */
  IDE_PIIX3,
  IDE_PIIX4,
  IDE_ICH6,
  /* virtio-serial */
  VSERIAL_VIRTIO,
  VSERIAL_VIRTIO_TRANSITIONAL,
  VSERIAL_VIRTIO_NON_TRANSITIONAL,
  CONTROLLER_MODELS
};

/* As <controller model='...'> spells them. */
extern const char *const controller_model_names[CONTROLLER_MODELS];

/* The models of a type: FIRST to FIRST + N - 1; N 0: it has none to choose from. */
struct model_range {
  enum controller_model first;
  size_t n;
};
extern const struct model_range controller_models_of[CONTROLLER_TYPES];

struct iothread_map;

struct controller {
  struct device dev; /* first */
  enum controller_type type;
  enum controller_model model;
  const char *model_word; /* as the XML has it */
  struct num index;       /* set after complete */

  /* PCI */
  const char *device_name; /* <model name='ioh3420'>: QEMU's device; NULL: by model and machine */
  struct num chassis, chassis_nr, port, bus_nr, numa_node, target_index;
  enum tristate hotplug;
  uint64_t pcihole64; /* bytes; with pcihole64_set, 0 is a value */
  bool pcihole64_set;
  uint64_t mem_reserve; /* KiB; 0: not given */

  /* USB, virtio-serial */
  struct num ports, vectors;
  struct num master_startport; /* set: a companion, with its first port on the EHCI of its index */

  /* NVMe */
  const char *serial;

  /* SCSI */
  uint32_t queues, cmd_per_lun, max_sectors;
  enum tristate ioeventfd;
  uint32_t iothread;
  const struct iothread_map *iothreads;
};

/* More controllers of one type than anybody has: what is beyond is a slip of the pen. */
enum { CONTROLLER_INDEX_MAX = 9999, PCI_BUS_MAX = 255 };

/* QEMU hw/nvme/nvme.h: the namespaces of a controller, which count from 1. */
enum { NVME_NAMESPACES = 256 };

/* Warns of a serial number that an emulated NVMe controller has no room for. */
void nvme_check_serial(const char *serial, struct place place, const char *subject, struct stage *stage);

/* The controller of TYPE with INDEX (for USB companions the master), NULL: none. */
struct controller *controller_find(const struct domain *domain, enum controller_type type, uint32_t index);

/* One more, invented because of RULE. */
struct controller *controller_add(struct domain *domain, enum controller_type type, enum controller_model model,
                                  uint32_t index, const char *rule, struct place place);

/* The lowest index that no controller of TYPE has. */
uint32_t controller_next_index(const struct domain *domain, enum controller_type type);

/* Brings the domain's controllers into the order in which addresses are given. */
void controllers_sort(struct domain *domain);

/* Above the highest index of TYPE. */
uint32_t controller_index_end(const struct domain *domain, enum controller_type type);

/* The index of C is known now: controller_find() finds it. */
void controller_register(struct controller *c);

/* ehci1 and uhci1 to 3 of the ICH9: parts of one USB 2 controller when their index is the same. */
bool controller_is_ich9_usb(const struct controller *c);

/* The machine brings it: it has no -device, its bus a name of the machine's choosing. */
bool controller_is_builtin(const struct controller *c);

/* The machine's own: IDE ("ide.0"), NCR53C90 SCSI ("scsi.0"). */
bool machine_has_ide(const struct domain *domain);
bool machine_has_esp(const struct domain *domain);

/* In pci.c: we know that there is no PCI bus, by the machine or by the XML. So there is no place for a USB
 * controller, all of which are PCI devices. Known once controllers are complete. */
bool machine_lacks_pci(const struct domain *domain);

/* QEMU's name of the bus that a controller offers: "scsi0.0", "virtio-serial0.0", "ccid0.0",
 * "pci.1" or "pcie.0", "usb.0", "ide.0" (IDE: bus 0; SATA: port 0), "nvme0". A talloc child of CTX. */
const char *controller_bus(TALLOC_CTX *ctx, const struct domain *domain, enum controller_type type, uint32_t index);
const char *pci_bus_name(TALLOC_CTX *ctx, const struct domain *domain, uint32_t bus);
const char *usb_bus_name(TALLOC_CTX *ctx, const struct domain *domain, uint32_t bus);

/* bus and unit of a drive (scsi-id, lun, channel...) as the controller's model has them. */
void drive_props(struct props *p, const struct device *dev);

/* Calls OFFER for each bus that is there without a -device: "pci.0", "pcie.0", "ide.0", "usb.0"... */
void bus_builtin(const struct domain *domain, void (*offer)(const char *name, void *arg), void *arg);

#endif
