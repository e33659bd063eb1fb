/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/pci.c - gives out PCI addresses: one walk to learn which controllers it takes, one for good */

/* Addresses are given in two walks over the domain, as libvirt gives them (qemu_domain_address.c), so that a guest
 * keeps its hardware when it moves from there to here.
 *
 * The first walk finds out how many controllers it takes. It works on a struct pci_space that may grow: the
 * addresses of the XML are reserved first (they may name buses that nobody wrote), then the machine's own parts
 * (pci_chipset.c), then a slot for each device without an address. A device that finds no slot makes the space grow
 * by a bus of the model that suits it. Only the machine's own parts and the first display keep an address of this walk,
 * since they come before all. At its end the buses that grew become controllers, and these are devices too, with
 * default values and a need of a slot of their own.
 *
 * The second walk has all controllers and may not grow. It reserves in the same order and writes the addresses
 * down: PCI controllers before all, since others plug into them, then kind by kind in the order of the registry,
 * within a kind in the order of the XML. Two walks are needed because a controller that was found necessary for
 * the last device gets its slot before the first one.
 *
 * pci_space.c knows which slot suits whom; pci_fill.c sets in the end what follows from the addresses. */

#include "bus/pci.h"

#include "core/attr.h"
#include "domain/kinds.h"
#include "host/pci.h"

/* Above all groups that Linux numbers. */
enum { GROUP_GUESSED = 1 << 30 };

#define RULE_GROWN "the PCI devices need another bus"
#define RULE_SPARE "PCI Express machines get a free port for hot-plug"

/* PIIX3: libvirt leaves IDE and USB at their customary functions to pci_chipset.c. */
static bool
is_chipset_function(const struct controller *c)
{
  const struct pci_address *pci = &c->dev.address.pci;
  if (pci->domain || pci->bus || pci->slot != 1 || c->index.value != 0)
    return false;
  return (c->type == CONTROLLER_IDE && pci->function == 1) ||
         (c->type == CONTROLLER_USB && (c->model == USB_PIIX3_UHCI || c->model == MODEL_DEFAULT) && pci->function == 2);
}

/* Every address that is known already. The first to name a bus that is not there decides what it is. */
static bool
collect(struct pci_space *space)
{
  size_t n;
  struct device **devices = bus_order(space, space->domain, &n);
  bool fine = true;
  for (size_t i = 0; i < n; i++) {
    struct device *dev = devices[i];
    if (!pci_present(dev))
      continue;
    if (dev->kind->role == ROLE_CONTROLLER && is_chipset_function((struct controller *)dev)) {
      if (!space->express)
        continue;
      diag_error(space->stage->diag, device_address_place(dev), dev->subject,
                 "it is a part of the PIIX3, which this machine has not; leave its address out or change its model");
      fine = false;
      continue;
    }
    struct pci_need need = pci_need_of(space, dev);
    fine &= pci_reserve(space, &dev->address.pci, &need, (struct pci_holder){ .dev = dev }, true);
  }
  return fine;
}

/* --- giving --- */

static bool
give(struct pci_space *space, struct device *dev, int function, enum tristate multifunction)
{
  struct pci_need need = pci_need_of(space, dev);
  struct pci_address found;
  if (!pci_reserve_next(space, dev, &need, function, &found)) {
    dev->broken = true;
    return false;
  }
  if (space->growing)
    return true;
  struct pci_address *pci = &dev->address.pci;
  pci->bus = found.bus;
  pci->slot = found.slot;
  pci->function = found.function;
  pci->multifunction = multifunction; /* that of an address without slot is forgotten, as libvirt does it */
  return true;
}

static struct note *
ich9_of(struct pci_space *space, const struct controller *c)
{
  return notes_find(space->ich9, "index", talloc_asprintf(space, "%ju", (uintmax_t)c->index.value));
}

/* The ICH9 USB controllers of one index share a slot: QEMU docs/usb2.txt. */
static bool
give_ich9_usb(struct pci_space *space, struct controller *c)
{
  static const uint8_t functions[] = { 7, 0, 1, 2 };
  uint8_t function = functions[c->model - USB_ICH9_EHCI1];
  enum tristate multifunction = function == 0 ? ON : UNSET;
  struct note *placed = ich9_of(space, c);
  if (!placed->dev) {
    if (!give(space, &c->dev, function, multifunction))
      return false;
    placed->dev = pci_present(&c->dev) ? &c->dev : NULL; /* a space that grows gives no address yet */
    return true;
  }
  struct pci_address address = placed->dev->address.pci;
  address.function = function;
  struct pci_need need = pci_need_of(space, &c->dev);
  if (!pci_reserve(space, &address, &need, (struct pci_holder){ .dev = &c->dev }, true))
    return false;
  c->dev.address.pci = address;
  c->dev.address.pci.multifunction = multifunction;
  return true;
}

/* The first IDE controller is a part of the machine, and QEMU's board knows where. */
static bool
give_controllers(struct pci_space *space, const struct device_list *list, bool pci)
{
  bool fine = true;
  for (size_t i = list->n; i-- > 0;) {
    const struct controller *c = (const struct controller *)list->items[i];
    if (controller_is_ich9_usb(c) && pci_present(&c->dev))
      ich9_of(space, c)->dev = &c->dev;
  }
  for (size_t i = 0; i < list->n; i++) {
    struct controller *c = (struct controller *)list->items[i];
    bool first_ide = c->type == CONTROLLER_IDE && c->index.value == 0;
    if ((c->type == CONTROLLER_PCI) != pci || first_ide || !pci_wanted(&c->dev))
      continue;
    fine &= controller_is_ich9_usb(c) ? give_ich9_usb(space, c) : give(space, &c->dev, -1, UNSET);
  }
  return fine;
}

/* Devices that wait until KIND's turn comes: an <interface type='hostdev'> with the hostdevs. */
static bool
give_deferred(struct pci_space *space, const struct kind *kind)
{
  const struct device_list *all = &space->domain->devices;
  bool fine = true;
  for (size_t i = 0; i < all->n; i++)
    if (all->items[i]->wish.order_as == kind && all->items[i]->kind != kind && pci_wanted(all->items[i]))
      fine &= give(space, all->items[i], -1, UNSET);
  return fine;
}

/* In the order of kinds[]; PCI controllers before all, since the rest may plug into them. */
static bool
give_all(struct pci_space *space)
{
  const struct kind *controllers = kind_of_role(ROLE_CONTROLLER);
  bool fine = give_controllers(space, domain_devices(space->domain, controllers), true);
  for (const struct kind *const *kind = kinds; *kind; kind++) {
    const struct device_list *list = domain_devices(space->domain, *kind);
    if (*kind == controllers) {
      fine &= give_controllers(space, list, false);
      continue;
    }
    fine &= give_deferred(space, *kind);
    for (size_t i = 0; i < list->n; i++)
      if (pci_wanted(list->items[i]) && !list->items[i]->wish.order_as)
        fine &= give(space, list->items[i], -1, UNSET);
  }
  return fine;
}

/* --- the first walk --- */

/* A conventional machine keeps a slot for a bridge to come, unless all are taken by hand. */
static bool
keep_slot(struct pci_space *space)
{
  struct pci_need need = { .connect = CONNECT_PCI, .automatic = true };
  struct pci_address unused;
  for (unsigned i = 0; i < space->n; i++)
    if (!pci_bus_full(space->bus[i]))
      return pci_reserve_next(space, NULL, &need, -1, &unused);
  return true;
}

/* Where nobody wrote PCI controllers but some were needed, one free port more: libvirt docs/pci-hotplug.rst. */
static bool
keep_port(struct pci_space *space)
{
  struct pci_need need = { .connect = CONNECT_PCIE, .automatic = true };
  struct pci_address unused;
  return pci_reserve_next(space, NULL, &need, -1, &unused);
}

/* Makes controllers of the buses that grew. */
static bool
add_controllers(struct pci_space *space, unsigned spare_from)
{
  bool fine = true;
  for (unsigned i = 1; fine && i < space->n; i++) {
    if (controller_find(space->domain, CONTROLLER_PCI, i))
      continue;
    struct controller *c = controller_add(space->domain, CONTROLLER_PCI, space->bus[i]->model, i,
                                          i >= spare_from ? RULE_SPARE : RULE_GROWN, space->bus[i]->cause);
    device_complete(&c->dev, space->stage);
    if (c->model != PCI_ROOT)
      fine &= give(space, &c->dev, -1, UNSET);
  }
  return fine;
}

static bool
grow_domain(struct domain *domain, struct stage *stage)
{
  struct pci_space *space = pci_space_new(domain, domain, stage, true);
  unsigned before = space->n;
  bool fine = collect(space) && pci_place_chipset(space);
  if (fine && before && !space->express)
    fine = keep_slot(space);
  fine = fine && give_all(space);
  unsigned spare_from = space->n;
  if (fine && before <= 1 && space->n > before && space->express)
    fine = keep_port(space);
  fine = fine && add_controllers(space, spare_from);
  talloc_free(space);
  return fine;
}

bool
pci_has_addresses(const struct domain *domain)
{
  if (arch_is_arm(domain->arch))
    return domain_is_arm_virt(domain) || domain_is_arm_pci(domain);
  return !arch_is_riscv(domain->arch) || domain_is_virt(domain);
}

bool
machine_lacks_pci(const struct domain *domain)
{
  return pci_has_addresses(domain) && !controller_find(domain, CONTROLLER_PCI, 0);
}

static struct device *
device_of(struct domain *domain, const struct host_pci *claim)
{
  return domain_devices(domain, claim->dev->kind)->items[claim->dev->nth];
}

/* The number of the IOMMU group that the host has ADDRESS in; -1: it has no such device, or no group. */
static long
group_on_host(const struct host *host, const struct pci_address *address)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const struct pci_device *device = pci_look(scratch, host, pci_address_string(scratch, address));
  uint64_t number;
  bool known = device && device->group && parse_uint(device->group, &number) && number < GROUP_GUESSED;
  talloc_free(scratch);
  return known ? (long)number : -1;
}

/* The first claim on the slot of the host that holds the device of claim N; asked for each in turn. */
static size_t
first_of_slot(const struct domain *domain, size_t n)
{
  const struct pci_address *pci = &domain->host_pcis[n].address;
  char slot[64];
  snprintf(slot, sizeof slot, "%x:%x:%x", pci->domain, pci->bus, pci->slot);
  struct note *first = domain_note(domain, "slot of the host", slot);
  if (!first->number)
    first->number = n + 1;
  return first->number - 1;
}

/* pseries: EEH resets a whole host bridge, so the guest has one for each isolation group of the host.
 * Which group a device is in only the host knows. Where it has no such device: that the functions
 * of one slot share one and others do not holds on POWER. */
static void
isolate_host_devices(struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_host_pcis && domain_is_pseries(domain); i++) {
    size_t first = first_of_slot(domain, i);
    struct device *dev = domain->host_pcis[i].nvme_namespace ? NULL : device_of(domain, &domain->host_pcis[i]);
    if (!dev || dev->wish.isolation_group)
      continue;
    long group = group_on_host(stage->host, &domain->host_pcis[i].address);
    /* 0 is the group of all that is not the host's */
    dev->wish.isolation_group = group < 0 ? GROUP_GUESSED + (unsigned)first : (unsigned)group + 1;
  }
}

static void
leave_to_qemu(struct domain *domain)
{
  for (size_t i = 0; i < domain->devices.n; i++)
    if (pci_wanted(domain->devices.items[i]))
      domain->devices.items[i]->address.type = ADDR_NONE;
}

/* Neither the machine nor the XML has a root: nobody can sit on PCI. */
static void
refuse_all(struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->devices.n; i++) {
    const struct device *dev = domain->devices.items[i];
    if (!pci_present(dev) && !(pci_wanted(dev) && pci_has_addresses(domain)))
      continue;
    if (dev->rule)
      diag_error(stage->diag, dev->place, dev->subject,
                 "machine %s has no PCI bus for it, yet %s; write otherwise, or choose another machine",
                 domain->os.machine, dev->rule);
    else
      diag_error(stage->diag, device_address_place(dev), dev->subject,
                 "machine %s has no PCI bus; choose another machine or another model of the device",
                 domain->os.machine);
  }
}

/* QEMU hw/ppc/pnv.c: with -nodefaults its chips come without host bridges. */
static void
warn_of_powernv(const struct domain *domain, struct stage *stage)
{
  if (!str_starts(domain->os.machine, "powernv"))
    return;
  for (size_t i = 0; i < domain->devices.n; i++) {
    const struct device *dev = domain->devices.items[i];
    if (!pci_present(dev) || dev->address.pci.bus ||
        dev == (const struct device *)controller_find(domain, CONTROLLER_PCI, 0))
      continue;
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "machine %s has no bus pci.0 where nothing else gives it one, this guest will not start; write "
                     "model='none' for the USB controller and the balloon, and no device on PCI",
                     domain->os.machine);
    return;
  }
}

/* Two ports, each on the bus of the other: libvirt lets it pass, QEMU could begin with neither. */
static void
refuse_circles(const struct domain *domain, struct stage *stage)
{
  for (uint32_t index = 1; index <= PCI_BUS_MAX; index++) {
    const struct controller *c = controller_find(domain, CONTROLLER_PCI, index), *above = c;
    for (unsigned steps = 0; above && steps <= PCI_BUS_MAX; steps++) {
      uint32_t bus = pci_present(&above->dev) ? above->dev.address.pci.bus : 0;
      above = bus ? controller_find(domain, CONTROLLER_PCI, bus) : NULL;
      if (above != c)
        continue;
      diag_error(stage->diag, device_address_place(&c->dev), c->dev.subject,
                 "it sits on bus %u, which in the end sits on its own; give it an <address> on another",
                 c->dev.address.pci.bus);
      return;
    }
  }
}

/* Without one of the buses all the rest would be wrong too. */
static bool
has_broken_bus(const struct domain *domain)
{
  for (unsigned index = 0; index <= PCI_BUS_MAX; index++) {
    const struct controller *c = controller_find(domain, CONTROLLER_PCI, index);
    if (c && c->dev.broken)
      return true;
  }
  return false;
}

void
pci_assign(struct domain *domain, struct stage *stage)
{
  const struct controller *root = controller_find(domain, CONTROLLER_PCI, 0);
  if (has_broken_bus(domain))
    return;
  if (!root)
    refuse_all(domain, stage);
  if (!pci_has_addresses(domain))
    leave_to_qemu(domain);
  isolate_host_devices(domain, stage);
  if (!root || !pci_has_addresses(domain) || !grow_domain(domain, stage))
    return;
  struct pci_space *space = pci_space_new(domain, domain, stage, false);
  if (collect(space) && pci_place_chipset(space) && give_all(space))
    pci_fill(domain, stage);
  refuse_circles(domain, stage);
  warn_of_powernv(domain, stage);
  talloc_free(space);
}
