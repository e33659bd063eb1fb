/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/pci.h - the PCI address space: buses, slots, functions, and who sits there */

/* Inside of bus/ only. A space is filled with the addresses that are given, then asked for free
 * ones. While it grows, a full or missing bus becomes another controller: a first walk over the
 * domain finds out how many there must be, a second one gives the addresses (pci.c). */

#ifndef BUS_PCI_H
#define BUS_PCI_H

#include "bus/buses.h"
#include "domain/notes.h"

enum { PCI_SLOTS = 32, PCI_FUNCTIONS = 8 };

/* A device plugs in as one of these; a bus accepts some of them. */
enum pci_connect {
  CONNECT_PCI = 1,  /* a conventional device */
  CONNECT_PCIE = 2, /* a PCI Express device */
  CONNECT_BRIDGE = 4,
  CONNECT_ROOT_PORT = 8,
  CONNECT_UPSTREAM = 16,
  CONNECT_DOWNSTREAM = 32,
  CONNECT_DMI_BRIDGE = 64,
  CONNECT_TO_PCI_BRIDGE = 128,
  CONNECT_EXPANDER = 256,
  CONNECT_PCIE_EXPANDER = 512,
};

/* The facts of a model of PCI controller. */
struct pci_model {
  const char *device;   /* QEMU's; NULL: the machine's own */
  enum feature feature; /* that QEMU has it */
  unsigned plugs;       /* it plugs in as one of these */
  unsigned accepts;     /* these plug into it */
  bool automatic;       /* devices without an address may go there */
  uint8_t first, last;  /* slots */
};

/* libvirt qemu_domain.c, qemuDomainSupportsPCI: elsewhere devices go where QEMU puts them. */
bool pci_has_addresses(const struct domain *domain);

extern const struct pci_model pci_models[PCIE_EXPANDER_BUS + 1];

struct pci_holder {
  struct device *dev;
  const char *what; /* where DEV is NULL: a part of the machine; NULL: nobody */
};

struct pci_bus {
  enum controller_model model; /* MODEL_DEFAULT: there is no such bus */
  unsigned accepts;
  unsigned isolation;
  bool isolation_locked;
  unsigned n_used;    /* slots with somebody */
  bool full;          /* all of them have */
  bool aggregates;    /* some slot takes further functions */
  struct place cause; /* what made it grow */
  struct {
    uint8_t used;   /* a bit a function */
    bool aggregate; /* further ports may share it, a function each */
    struct pci_holder holder[PCI_FUNCTIONS];
  } slot[PCI_SLOTS];
};

struct pci_space {
  struct domain *domain;
  struct stage *stage;
  bool growing;
  bool express; /* the root is PCI Express */
  struct pci_bus *bus[PCI_BUS_MAX + 1];
  unsigned n;         /* buses, with gaps filled */
  struct notes *ich9; /* who of the ICH9 USB controllers of an index has a place */
};

/* A device's demands on its slot. */
struct pci_need {
  unsigned connect;
  bool automatic;  /* only where devices go by themselves */
  bool aggregate;  /* may share a slot with its like */
  bool integrated; /* on bus 0 itself */
  unsigned isolation;
  unsigned own_bus; /* the bus that it makes, where it does not plug in; 0: none */
  bool bridge;      /* nor behind one of a higher number */
};

/* A space with the domain's PCI controllers, a talloc child of CTX. */
struct pci_space *pci_space_new(TALLOC_CTX *ctx, struct domain *domain, struct stage *stage, bool growing);

/* Takes ADDRESS for HOLDER. GIVEN: the XML says so, the rules are laxer. Reports what is wrong, in
 * the name of HOLDER's device; false then. */
bool pci_reserve(struct pci_space *space, struct pci_address *address, const struct pci_need *need,
                 struct pci_holder holder, bool given);

/* The next free function for NEED, reserved for DEV. FUNCTION -1: any. False: reported. */
bool pci_reserve_next(struct pci_space *space, struct device *dev, const struct pci_need *need, int function,
                      struct pci_address *address);

bool pci_slot_used(const struct pci_space *space, unsigned bus, unsigned slot);
bool pci_bus_full(const struct pci_bus *bus);

/* The need of a device, by its wish or as a controller. */
struct pci_need pci_need_of(const struct pci_space *space, const struct device *dev);

/* The device has an address; or waits for one. */
bool pci_present(const struct device *dev);
bool pci_wanted(const struct device *dev);

/* pci_chipset.c: the machine's own parts, and devices with a customary place. */
bool pci_place_chipset(struct pci_space *space);

/* A part of the machine on bus 0 that no device stands for. */
struct pci_part {
  uint8_t slot, function;
  const char *what;
  bool acpi;       /* there with ACPI alone; its place is free for nobody all the same */
  bool unreserved; /* whoever stands for it in the XML takes its place */
};
const struct pci_part *pci_chipset_parts(const struct domain *domain, size_t *n);

/* pci_fill.c: what follows from the addresses: multifunction, chassis, ports, bus numbers. */
void pci_fill(struct domain *domain, struct stage *stage);

#endif
