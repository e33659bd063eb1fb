/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/pci_tree.c - PCI as the guest finds it */

/* Buses have two numbers. That of the XML is the controller's index. The guest's comes from its firmware, which walks
 * over the functions in order and gives each bridge the next free number, before it goes on behind it (SeaBIOS
 * src/fw/pciinit.c; EDK2 does so too). An expander's is what the XML says. */

#include "bus/pci_tree.h"

#include "bus/pci.h"

#include <stdlib.h>

static void
sit(struct pci_branch *branch, struct pci_seat seat)
{
  branch->seats = talloc_realloc(branch, branch->seats, struct pci_seat, (unsigned)branch->n + 1);
  branch->seats[branch->n++] = seat;
}

static int
by_function(const void *a, const void *b)
{
  const struct pci_seat *x = a, *y = b;
  return x->slot != y->slot ? (int)x->slot - y->slot : (int)x->function - y->function;
}

static const struct controller *
pci_controller(const struct device *dev)
{
  const struct controller *c = (const struct controller *)dev;
  return dev->kind->role == ROLE_CONTROLLER && c->type == CONTROLLER_PCI ? c : NULL;
}

static bool
is_root(const struct controller *c)
{
  return c->model == PCI_ROOT || c->model == PCIE_ROOT;
}

static bool
is_expander(const struct controller *c)
{
  return c->model == PCI_EXPANDER_BUS || c->model == PCIE_EXPANDER_BUS;
}

static struct pci_branch *branch_of(TALLOC_CTX *ctx, const struct controller *c);

static void
add_devices(struct pci_branch *branch, const struct controller *c)
{
  const struct device_list *devices = &c->dev.domain->devices;
  for (size_t i = 0; i < devices->n; i++) {
    const struct device *dev = devices->items[i];
    const struct controller *other = pci_controller(dev);
    if (dev->broken || !pci_present(dev) || dev->address.pci.bus != c->index.value || (other && is_root(other)))
      continue;
    struct pci_seat seat = { .slot = dev->address.pci.slot, .function = dev->address.pci.function, .dev = dev };
    if (other && !is_expander(other))
      seat.behind = branch_of(branch, other);
    sit(branch, seat);
  }
}

static void
sort_seats(struct pci_branch *branch)
{
  if (branch->n)
    qsort(branch->seats, branch->n, sizeof(*branch->seats), by_function);
}

static struct pci_branch *
branch_of(TALLOC_CTX *ctx, const struct controller *c)
{
  struct pci_branch *branch = talloc_zero(ctx, struct pci_branch);
  branch->bus = pci_bus_name(branch, c->dev.domain, (uint32_t)c->index.value);
  add_devices(branch, c);
  sort_seats(branch);
  return branch;
}

/* QEMU hw/pci-bridge/pci_expander_bridge.c: behind a conventional one lies a bridge of the same id. */
static struct pci_branch *
expander_of(TALLOC_CTX *ctx, const struct controller *c)
{
  struct pci_branch *root = branch_of(ctx, c);
  if (c->model == PCI_EXPANDER_BUS) {
    struct pci_branch *bridge = root;
    root = talloc_zero(ctx, struct pci_branch);
    root->bus = bridge->bus;
    sit(root, (struct pci_seat){ .dev = &c->dev, .behind = bridge });
  }
  root->from = &c->dev;
  root->number = (unsigned)c->bus_nr.value;
  return root;
}

static bool
is_taken(const struct pci_branch *branch, const struct pci_part *part)
{
  for (size_t i = 0; i < branch->n; i++)
    if (branch->seats[i].slot == part->slot && branch->seats[i].function == part->function)
      return true;
  return false;
}

static struct pci_branch *
root_of(TALLOC_CTX *ctx, const struct controller *c)
{
  struct pci_branch *root = branch_of(ctx, c);
  size_t n;
  const struct pci_part *parts = pci_chipset_parts(c->dev.domain, &n);
  root->segment = (unsigned)c->index.value; /* pseries has several, each a PCI domain */
  for (size_t i = 0; c->index.value == 0 && i < n; i++)
    if (!is_taken(root, &parts[i]) && (!parts[i].acpi || c->dev.domain->features.acpi))
      sit(root, (struct pci_seat){ .slot = parts[i].slot, .function = parts[i].function, .what = parts[i].what });
  sort_seats(root);
  return root;
}

/* The highest number behind BRANCH, whose own is NUMBER. */
static unsigned
count(struct pci_branch *branch, unsigned number)
{
  branch->number = branch->last = number;
  for (size_t i = 0; i < branch->n; i++)
    if (branch->seats[i].behind)
      branch->last = count(branch->seats[i].behind, branch->last + 1);
  return branch->last;
}

struct pci_branch *
pci_tree(TALLOC_CTX *ctx, const struct domain *domain)
{
  struct pci_branch *first = NULL, **end = &first;
  const struct device_list *controllers = domain_devices_of(domain, ROLE_CONTROLLER);
  for (size_t i = 0; i < controllers->n; i++) {
    const struct controller *c = pci_controller(controllers->items[i]);
    if (!c || c->dev.broken || (!is_root(c) && !is_expander(c)))
      continue;
    *end = is_root(c) ? root_of(ctx, c) : expander_of(ctx, c);
    count(*end, (*end)->number);
    end = &(*end)->next;
  }
  return first;
}
