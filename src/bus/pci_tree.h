/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/pci_tree.h - PCI as the guest finds it: what sits on each bus, and what lies behind it */

#ifndef BUS_PCI_TREE_H
#define BUS_PCI_TREE_H

#include "domain/kind.h"

struct pci_branch;

/* A function of a bus. */
struct pci_seat {
  uint8_t slot, function;
  const struct device *dev;  /* NULL: a part of the machine or of another device */
  const char *what;          /* where DEV is NULL */
  struct pci_branch *behind; /* the bus that it makes; NULL: none */
};

struct pci_branch {
  const char *bus;           /* QEMU's name of it */
  unsigned segment;          /* a root: the guest's PCI domain */
  unsigned number, last;     /* of it, and the highest behind it, as firmware counts */
  const struct device *from; /* a root that a device makes: that one */
  struct pci_seat *seats;    /* by slot and function */
  size_t n;
  struct pci_branch *next; /* root */
};

/* The roots of a domain whose devices have their addresses; NULL: it has no PCI. A talloc child of CTX. */
struct pci_branch *pci_tree(TALLOC_CTX *ctx, const struct domain *domain);

#endif
