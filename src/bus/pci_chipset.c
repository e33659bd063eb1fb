/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/pci_chipset.c - what sits on PCI bus 0 by nature or by custom: PIIX3, ICH9, the first display */

/* Where QEMU puts these parts itself: hw/i386/pc_piix.c, hw/i386/pc_q35.c. libvirt keeps to that and
 * to what real Q35 boards had; so do we, since guests have seen those addresses for years. */

#include "bus/pci.h"

static const struct pci_need any_given = { .connect = CONNECT_PCI | CONNECT_PCIE };

/* The host bridge's slot takes nobody, by the model of its bus. */
static const struct pci_part i440fx_parts[] = {
  { 0, 0, "host bridge", .unreserved = true },
  { 1, 0, "ISA bridge" },
  { 1, 1, "IDE controller", .unreserved = true },
  { 1, 3, "power management", .acpi = true },
};
static const struct pci_part q35_parts[] = {
  { 0, 0, "host bridge", .unreserved = true },
  { 0x1f, 0, "ISA bridge" },
  { 0x1f, 3, "SMBus controller" },
};

const struct pci_part *
pci_chipset_parts(const struct domain *domain, size_t *n)
{
  if (domain_is_i440fx(domain)) {
    *n = ARRAY_SIZE(i440fx_parts);
    return i440fx_parts;
  }
  /* QEMU hw/pci-host/gpex.c: other machines with PCI Express have a host bridge */
  *n = domain_is_q35(domain) ? ARRAY_SIZE(q35_parts) : domain_has_pcie(domain) ? 1 : 0;
  return q35_parts;
}

static bool
reserve_parts(struct pci_space *space)
{
  size_t n;
  const struct pci_part *parts = pci_chipset_parts(space->domain, &n);
  bool fine = true;
  for (size_t i = 0; i < n; i++) {
    struct pci_address address = { .slot = parts[i].slot, .function = parts[i].function };
    if (!parts[i].unreserved)
      fine &= pci_reserve(space, &address, &any_given, (struct pci_holder){ .what = parts[i].what }, true);
  }
  return fine;
}

/* DEV goes to bus 0, SLOT.FUNCTION. */
static bool
put(struct pci_space *space, struct device *dev, uint8_t slot, uint8_t function)
{
  struct pci_address address = { .slot = slot, .function = function };
  if (!pci_reserve(space, &address, &any_given, (struct pci_holder){ .dev = dev }, true))
    return false;
  dev->address.pci.slot = slot;
  dev->address.pci.function = function;
  dev->address.pci.multifunction = UNSET;
  return true;
}

/* A controller of the XML that is a part of the chipset: it can sit at SLOT and FUNCTION alone. */
static bool
settle(struct pci_space *space, struct device *dev, uint8_t slot, uint8_t function, bool collected)
{
  const struct pci_address *pci = &dev->address.pci;
  if (pci_wanted(dev))
    return put(space, dev, slot, function);
  if (!pci_present(dev))
    return true;
  if (pci->domain || pci->bus || pci->slot != slot || pci->function != function) {
    diag_error(space->stage->diag, device_address_place(dev), dev->subject,
               "it is a part of the machine at PCI address 0000:00:%02x.%x; write that or leave the address out", slot,
               function);
    return false;
  }
  return collected || put(space, dev, slot, function);
}

static bool
place_display(struct pci_space *space, uint8_t slot)
{
  for (size_t i = 0; i < space->domain->devices.n; i++) {
    struct device *dev = space->domain->devices.items[i];
    if (!dev->wish.primary_display || !pci_wanted(dev))
      continue;
    if (!pci_slot_used(space, 0, slot))
      return put(space, dev, slot, 0);
    struct pci_need need = pci_need_of(space, dev);
    struct pci_address found;
    if (!pci_reserve_next(space, dev, &need, -1, &found))
      return false;
    /* libvirt's first walk forgets this place, and the display takes another with its kind: a machine whose
     * buses are made here has one free port more, and keeps it */
    if (space->growing)
      return true;
    dev->address.pci.bus = found.bus;
    dev->address.pci.slot = found.slot;
    dev->address.pci.function = found.function;
    dev->address.pci.multifunction = UNSET;
    return true;
  }
  return true;
}

static bool
place_i440fx(struct pci_space *space, const struct device_list *controllers)
{
  bool fine = true;
  for (size_t i = 0; i < controllers->n; i++) {
    struct controller *c = (struct controller *)controllers->items[i];
    if (c->dev.broken || c->index.value != 0)
      continue;
    if (c->type == CONTROLLER_IDE)
      fine &= settle(space, &c->dev, 1, 1, false);
    else if (c->type == CONTROLLER_USB && (c->model == USB_PIIX3_UHCI || c->model == MODEL_DEFAULT))
      fine &= settle(space, &c->dev, 1, 2, false);
  }
  fine &= reserve_parts(space);
  /* QEMU's own first free slot, after the PIIX3 */
  return fine && place_display(space, 2);
}

/* Custom only: where it is taken, the device goes with the others. */
static bool
put_if_free(struct pci_space *space, struct device *dev, uint8_t slot)
{
  return pci_slot_used(space, 0, slot) || put(space, dev, slot, 0);
}

static bool
place_q35_controller(struct pci_space *space, struct controller *c)
{
  if (c->type == CONTROLLER_SATA && c->index.value == 0)
    return settle(space, &c->dev, 0x1f, 2, true);
  if (!pci_wanted(&c->dev) || c->dev.address_given)
    return true;
  if (c->type == CONTROLLER_PCI && c->model == DMI_TO_PCI_BRIDGE)
    return put_if_free(space, &c->dev, 0x1e);
  if (c->type != CONTROLLER_USB || c->model != USB_ICH9_UHCI1)
    return true;
  uint8_t slot = pci_slot_used(space, 0, 0x1d) ? 0x1a : 0x1d;
  if (pci_slot_used(space, 0, slot))
    return true;
  if (!put(space, &c->dev, slot, 0))
    return false;
  c->dev.address.pci.multifunction = ON;
  return true;
}

static bool
place_q35(struct pci_space *space, const struct device_list *controllers)
{
  bool fine = true;
  for (size_t i = 0; i < controllers->n; i++)
    if (!controllers->items[i]->broken)
      fine &= place_q35_controller(space, (struct controller *)controllers->items[i]);
  fine &= reserve_parts(space);
  if (!fine || !place_display(space, 1))
    return false;
  for (size_t i = 0; i < space->domain->devices.n; i++) {
    struct device *dev = space->domain->devices.items[i];
    if (dev->wish.preferred && pci_wanted(dev))
      fine &= put_if_free(space, dev, dev->wish.prefer_slot);
  }
  return fine;
}

bool
pci_place_chipset(struct pci_space *space)
{
  const struct device_list *controllers = domain_devices_of(space->domain, ROLE_CONTROLLER);
  if (space->n && domain_is_i440fx(space->domain))
    return place_i440fx(space, controllers);
  if (space->n && domain_is_q35(space->domain))
    return place_q35(space, controllers);
  return true;
}
