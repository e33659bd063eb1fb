/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/address.h - where a device sits: one struct for every kind of address */

/* Reading an <address>, comparing two, and naming one in a message. Which address a device gets is
 * the work of the bus concerned, and so is the spelling of it for QEMU. */

#ifndef DOMAIN_ADDRESS_H
#define DOMAIN_ADDRESS_H

#include "core/attr.h"

enum addr_type {
  ADDR_NONE, /* not given, not yet assigned */
  ADDR_PCI,
  ADDR_DRIVE,
  ADDR_VIRTIO_SERIAL,
  ADDR_CCID,
  ADDR_USB,
  ADDR_SPAPR_VIO,
  ADDR_CCW,
  ADDR_VIRTIO_MMIO,
  ADDR_ISA,
  ADDR_DIMM,
  ADDR_MDEV,
  ADDR_UNASSIGNED,
  ADDR_TYPES
};

/* As <address type='...'> spells them. */
extern const char *const addr_type_names[ADDR_TYPES];

struct pci_address {
  uint32_t domain; /* 0-ffff */
  uint8_t bus;
  uint8_t slot;     /* 0-1f */
  uint8_t function; /* 0-7 */
  enum tristate multifunction;
  struct num zpci_uid, zpci_fid;
};

struct drive_address {
  uint32_t controller, bus, target, unit;
};

/* "1.2.3": hub ports on the way, the device's own last. */
enum { USB_PORT_DEPTH = 4 };

struct usb_address {
  uint32_t bus;
  uint8_t port[USB_PORT_DEPTH]; /* from 1; 0 ends */
};

struct virtio_serial_address {
  uint32_t controller, bus, port;
};

struct ccid_address {
  uint32_t controller, slot;
};

struct ccw_address {
  uint8_t cssid, ssid;
  uint16_t devno;
};

struct isa_address {
  struct num iobase, irq;
};

struct dimm_address {
  struct num slot, base;
};

/* QEMU hw/acpi/pci.c: what fits into a name "onboardN". */
enum { ACPI_INDEX_MAX = 16383 };

struct address {
  enum addr_type type;
  bool given;            /* complete in the XML: not to be chosen by us */
  struct num acpi_index; /* <acpi index='N'/>, beside the address */
  union {
    struct pci_address pci;
    struct drive_address drive;
    struct usb_address usb;
    struct virtio_serial_address vserial;
    struct ccid_address ccid;
    struct ccw_address ccw;
    struct isa_address isa;
    struct dimm_address dimm;
    struct num spapr_reg;
    const char *mdev_uuid;
  };
};

/* The rows that address_read() reads: for whoever walks the tables. */
extern const struct attr address_attrs[];

/* Reads an <address> element. False: wrong, reported with SUBJECT. */
bool address_read(xmlNode *node, struct address *address, const char *subject, struct diag *diag);

/* Rows of a struct pci_address that says where a device is on the host. */
extern const struct attr host_pci_attrs[];

/* Reads the four parts of a host's PCI address (no type attribute, no ranges left out). */
bool address_read_pci(xmlNode *node, struct pci_address *pci, const char *subject, struct diag *diag);

/* Does NODE give any of the four? */
bool address_says_pci(xmlNode *node);

/* "0000:01:00.0", as sysfs and QEMU's nvme driver spell it; a talloc child of CTX. */
const char *pci_address_string(TALLOC_CTX *ctx, const struct pci_address *pci);
bool pci_address_equal(const struct pci_address *a, const struct pci_address *b);
/* As strcmp() has it. */
int pci_address_compare(const struct pci_address *a, const struct pci_address *b);

/* "1.2", as QEMU's port= has it; a talloc child of CTX. */
const char *usb_port_string(TALLOC_CTX *ctx, const struct usb_address *usb);

/* The name of the ports that a hub at this address offers, for the order of arguments; and the name of those
 * that a device's port is one of, NULL: the controller's own. */
const char *usb_hub_bus(TALLOC_CTX *ctx, const struct usb_address *hub);
const char *usb_hub_behind(TALLOC_CTX *ctx, const struct usb_address *usb);

/* "PCI 00:04.0", "drive 0-0-1": for messages. A talloc child of CTX. */
const char *address_text(TALLOC_CTX *ctx, const struct address *address);

#endif
