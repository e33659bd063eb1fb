/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/pci_fill.c - what follows from PCI addresses: multifunction, chassis, ports, bus numbers */

#include "bus/pci.h"

/* QEMU takes functions above 0 only where function 0 says multifunction=on. What the user said stays. */
static void
fill_multifunction(struct domain *domain, struct stage *stage)
{
  struct device **first = talloc_zero_array(domain, struct device *, (PCI_BUS_MAX + 1) * PCI_SLOTS);
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    if (pci_present(dev) && dev->address.pci.function == 0)
      first[dev->address.pci.bus * PCI_SLOTS + dev->address.pci.slot] = dev;
  }
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    if (!pci_present(dev) || dev->address.pci.function == 0)
      continue;
    struct device *zero = first[dev->address.pci.bus * PCI_SLOTS + dev->address.pci.slot];
    if (zero && zero->address.pci.multifunction == UNSET)
      zero->address.pci.multifunction = ON;
    else if (zero && zero->address.pci.multifunction == OFF)
      diag_unstartable(stage->diag, device_address_place(zero), zero->subject,
                       "multifunction='off', yet %s is function %u of this slot: this guest will not start; drop "
                       "multifunction",
                       dev->subject, dev->address.pci.function);
  }
  talloc_free(first);
}

/* Expanders count down from 254, two numbers each (theirs and that of the bridge inside), so that
 * the buses below the root have room to grow. */
static void
fill_bus_nr(struct domain *domain, struct controller *c, struct stage *stage)
{
  uint64_t lowest = 256;
  for (unsigned i = 0; i <= PCI_BUS_MAX; i++) {
    const struct controller *other = controller_find(domain, CONTROLLER_PCI, i);
    if (other && other->bus_nr.set && other->bus_nr.value < lowest)
      lowest = other->bus_nr.value;
  }
  if (c->bus_nr.set)
    return;
  if (lowest > 2)
    c->bus_nr = num_of(lowest - 2);
  else
    diag_error(stage->diag, c->dev.place, c->dev.subject,
               "no bus number is left below %ju, the lowest in use; write <target busNr='...'/>", (uintmax_t)lowest);
}

/* QEMU hw/ppc/spapr_pci.c: 32 host bridges, 0 is the default one. */
static void
fill_target_index(struct domain *domain, struct controller *c, struct stage *stage)
{
  bool used[32] = { false };
  if (c->target_index.set || !domain_is_pseries(domain))
    return;
  for (unsigned i = 0; i <= PCI_BUS_MAX; i++) {
    const struct controller *other = controller_find(domain, CONTROLLER_PCI, i);
    if (other && other->model == PCI_ROOT && other->target_index.set && other->target_index.value < ARRAY_SIZE(used))
      used[other->target_index.value] = true;
  }
  uint32_t index = c->index.value == 0 ? 0 : 1;
  while (c->index.value && index < ARRAY_SIZE(used) && used[index])
    index++;
  if (index < ARRAY_SIZE(used))
    c->target_index = num_of(index);
  else
    diag_error(stage->diag, c->dev.place, c->dev.subject, "a pseries machine has 32 host bridges at most; drop one");
}

static const char *
default_device(const struct controller *c, struct stage *stage)
{
  if (c->model == PCI_ROOT && domain_is_pseries(c->dev.domain))
    return "spapr-pci-host-bridge";
  if (c->model == PCIE_ROOT_PORT && !caps_has(stage->caps, FEAT_DEVICE_PCIE_ROOT_PORT))
    return "ioh3420";
  return pci_models[c->model].device;
}

static void
fill_controller(struct domain *domain, struct controller *c, struct stage *stage)
{
  const struct pci_address *pci = &c->dev.address.pci;
  bool port = c->model == PCIE_ROOT_PORT || c->model == PCIE_SWITCH_DOWNSTREAM_PORT;
  if (!c->device_name)
    c->device_name = default_device(c, stage);
  if (c->model == PCI_BRIDGE && !c->chassis_nr.set)
    c->chassis_nr = c->index;
  if (port && !c->chassis.set)
    c->chassis = c->index;
  if (port && !c->port.set)
    c->port = num_of(c->model == PCIE_ROOT_PORT ? (pci->slot << 3) + pci->function : pci->slot);
  if (c->model == PCI_EXPANDER_BUS || c->model == PCIE_EXPANDER_BUS)
    fill_bus_nr(domain, c, stage);
  if (c->model == PCI_ROOT)
    fill_target_index(domain, c, stage);
  if (c->model == PCI_BRIDGE && c->index.value <= pci->bus)
    diag_error(stage->diag, device_address_place(&c->dev), c->dev.subject,
               "index %ju is not above its own bus, %u; a bridge has a higher index than the bus it plugs into",
               (uintmax_t)c->index.value, pci->bus);
}

/* Numbers that QEMU wants no two controllers to have. */
static const struct unique {
  const char *name;
  enum controller_model models[2];
  size_t member; /* offset of the struct num */
} uniques[] = {
  /* hw/pci/pcie_port.c */
  { "chassis", { PCIE_ROOT_PORT, PCIE_SWITCH_DOWNSTREAM_PORT }, offsetof(struct controller, chassis) },
  /* hw/pci-bridge/pci_expander_bridge.c */
  { "busNr", { PCI_EXPANDER_BUS, PCIE_EXPANDER_BUS }, offsetof(struct controller, bus_nr) },
  /* hw/ppc/spapr_pci.c */
  { "index", { PCI_ROOT, PCI_ROOT }, offsetof(struct controller, target_index) },
};

static void
check_unique(const struct domain *domain, const struct unique *unique, struct stage *stage)
{
  const struct controller *first[256] = { NULL };
  for (unsigned i = 0; i <= PCI_BUS_MAX; i++) {
    const struct controller *c = controller_find(domain, CONTROLLER_PCI, i);
    if (!c || c->dev.broken || (c->model != unique->models[0] && c->model != unique->models[1]))
      continue;
    const struct num *number = (const struct num *)((const char *)c + unique->member);
    if (!number->set || number->value >= ARRAY_SIZE(first))
      continue;
    if (first[number->value])
      diag_unstartable(stage->diag, c->dev.place, c->dev.subject,
                       "target %s %ju is also that of %s, this guest will not start; give each its own", unique->name,
                       (uintmax_t)number->value, first[number->value]->dev.subject);
    else
      first[number->value] = c;
  }
}

void
pci_fill(struct domain *domain, struct stage *stage)
{
  const struct device_list *controllers = domain_devices_of(domain, ROLE_CONTROLLER);
  fill_multifunction(domain, stage);
  /* in the order of the list, not of the indices: the first to come gets the first number */
  for (size_t i = 0; i < controllers->n; i++) {
    struct controller *c = (struct controller *)controllers->items[i];
    if (c->type == CONTROLLER_PCI && !c->dev.broken)
      fill_controller(domain, c, stage);
  }
  for (size_t i = 0; i < ARRAY_SIZE(uniques); i++)
    check_unique(domain, &uniques[i], stage);
}
