/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/pci_space.c - PCI buses with their slots: what fits, what is free, how they grow */

#include "bus/pci.h"

/* Docs: libvirt's formatdomain and pci-hotplug; QEMU docs/pcie.txt. First slots: 0 is the bus's
 * own on conventional buses (SHPC) and the host bridge's on the roots. */
const struct pci_model pci_models[] = {
  [PCI_ROOT] = { .accepts = CONNECT_PCI | CONNECT_BRIDGE | CONNECT_EXPANDER,
                 .automatic = true,
                 .first = 1,
                 .last = 31 },
  [PCIE_ROOT] = { .accepts = CONNECT_PCIE | CONNECT_ROOT_PORT | CONNECT_DMI_BRIDGE | CONNECT_PCIE_EXPANDER,
                  .first = 1,
                  .last = 31 },
  [PCI_BRIDGE] = { .device = "pci-bridge",
                   .feature = FEAT_DEVICE_PCI_BRIDGE,
                   .plugs = CONNECT_BRIDGE,
                   .accepts = CONNECT_PCI | CONNECT_BRIDGE,
                   .automatic = true,
                   .first = 1,
                   .last = 31 },
  [DMI_TO_PCI_BRIDGE] = { .device = "i82801b11-bridge",
                          .feature = FEAT_DEVICE_DMI_TO_PCI_BRIDGE,
                          .plugs = CONNECT_DMI_BRIDGE,
                          .accepts = CONNECT_PCI | CONNECT_BRIDGE,
                          .last = 31 },
  [PCIE_TO_PCI_BRIDGE] = { .device = "pcie-pci-bridge",
                           .feature = FEAT_DEVICE_PCIE_PCI_BRIDGE,
                           .plugs = CONNECT_TO_PCI_BRIDGE,
                           .accepts = CONNECT_PCI | CONNECT_BRIDGE,
                           .automatic = true,
                           .first = 1,
                           .last = 31 },
  [PCIE_ROOT_PORT] = { .device = "pcie-root-port",
                       .feature = FEAT_DEVICE_PCIE_ROOT_PORT,
                       .plugs = CONNECT_ROOT_PORT,
                       .accepts = CONNECT_PCIE | CONNECT_UPSTREAM | CONNECT_TO_PCI_BRIDGE,
                       .automatic = true },
  [PCIE_SWITCH_UPSTREAM_PORT] = { .device = "x3130-upstream",
                                  .feature = FEAT_DEVICE_X3130_UPSTREAM,
                                  .plugs = CONNECT_UPSTREAM,
                                  .accepts = CONNECT_DOWNSTREAM,
                                  .last = 31 },
  [PCIE_SWITCH_DOWNSTREAM_PORT] = { .device = "xio3130-downstream",
                                    .feature = FEAT_DEVICE_XIO3130_DOWNSTREAM,
                                    .plugs = CONNECT_DOWNSTREAM,
                                    .accepts = CONNECT_PCIE | CONNECT_UPSTREAM | CONNECT_TO_PCI_BRIDGE,
                                    .automatic = true },
  [PCI_EXPANDER_BUS] = { .device = "pxb",
                         .feature = FEAT_DEVICE_PXB,
                         .plugs = CONNECT_EXPANDER,
                         .accepts = CONNECT_PCI | CONNECT_BRIDGE,
                         .automatic = true,
                         .last = 31 },
  [PCIE_EXPANDER_BUS] = { .device = "pxb-pcie",
                          .feature = FEAT_DEVICE_PXB_PCIE,
                          .plugs = CONNECT_PCIE_EXPANDER,
                          .accepts = CONNECT_ROOT_PORT | CONNECT_DMI_BRIDGE,
                          .last = 31 },
};
static_assert(ARRAY_SIZE(pci_models) == PCIE_EXPANDER_BUS + 1, "a PCI controller is not described");

static const char *
connect_text(TALLOC_CTX *ctx, unsigned connect)
{
  if (connect & CONNECT_PCI)
    return "a conventional PCI device";
  if (connect & CONNECT_PCIE)
    return "a PCI Express device";
  for (size_t model = PCI_ROOT; model < ARRAY_SIZE(pci_models); model++)
    if (pci_models[model].plugs & connect)
      return talloc_asprintf(ctx, "a %s", controller_model_names[model]);
  return "this device";
}

/* --- a space --- */

static void
set_model(struct pci_space *space, unsigned index, enum controller_model model, struct place cause)
{
  struct pci_bus *bus = space->bus[index];
  if (!bus)
    bus = space->bus[index] = talloc_zero(space, struct pci_bus);
  bus->model = model;
  bus->accepts = pci_models[model].accepts;
  bus->cause = cause;
  if (index >= space->n)
    space->n = index + 1;
}

/* The model of a bus that an address names and no controller describes. */
static enum controller_model
default_model(const struct pci_space *space)
{
  if (domain_is_pseries(space->domain))
    return PCI_ROOT;
  return space->express ? PCIE_ROOT_PORT : PCI_BRIDGE;
}

struct pci_space *
pci_space_new(TALLOC_CTX *ctx, struct domain *domain, struct stage *stage, bool growing)
{
  struct pci_space *space = talloc_zero(ctx, struct pci_space);
  space->domain = domain;
  space->stage = stage;
  space->growing = growing;
  space->ich9 = notes_new(space);
  for (unsigned i = 0; i <= PCI_BUS_MAX; i++) {
    const struct controller *c = controller_find(domain, CONTROLLER_PCI, i);
    if (!c || c->dev.broken || c->model == MODEL_DEFAULT)
      continue;
    set_model(space, i, c->model, c->dev.place);
    space->bus[i]->isolation = c->dev.wish.isolation_group;
    space->express |= c->model == PCIE_ROOT;
  }
  /* libvirt: host devices stay off the default host bridge of pseries */
  if (space->n && space->bus[0] && domain_is_pseries(domain))
    space->bus[0]->isolation_locked = true;
  for (unsigned i = 0; i < space->n; i++)
    if (!space->bus[i])
      set_model(space, i, i == 0 ? PCI_ROOT : default_model(space), domain->place);
  return space;
}

bool
pci_slot_used(const struct pci_space *space, unsigned bus, unsigned slot)
{
  return space->bus[bus]->slot[slot].used != 0;
}

bool
pci_bus_full(const struct pci_bus *bus)
{
  for (unsigned slot = pci_models[bus->model].first; slot <= pci_models[bus->model].last; slot++)
    if (!bus->slot[slot].used)
      return false;
  return true;
}

/* --- growing --- */

static bool
cannot_grow(struct pci_space *space, struct device *dev, const struct pci_need *need, const char *why)
{
  diag_error(space->stage->diag, dev ? dev->place : space->domain->place, dev ? dev->subject : NULL,
             "no PCI slot is free for %s, and %s", dev ? connect_text(space->stage->diag, need->connect) : "hot-plug",
             why);
  return false;
}

/* No bus that can be added takes the NEED of DEV: what would. A bridge that we add ourselves is as far as it goes. */
static const char *
way_out(const struct pci_space *space, const struct device *dev, const struct pci_need *need)
{
  static const struct {
    enum pci_connect connect;
    const char *sits;
    enum controller_model below[2]; /* MODEL_DEFAULT: no second one */
  } places[] = {
    { CONNECT_TO_PCI_BRIDGE, "a root port", { PCIE_ROOT_PORT } },
    { CONNECT_DOWNSTREAM, "a root port and an upstream port", { PCIE_ROOT_PORT, PCIE_SWITCH_UPSTREAM_PORT } },
    { CONNECT_BRIDGE, "a bridge to conventional PCI", { DMI_TO_PCI_BRIDGE } },
  };
  const struct domain *domain = space->domain;
  TALLOC_CTX *ctx = space->stage->diag;
  if (!space->express && !(need->connect & (CONNECT_PCI | CONNECT_BRIDGE | CONNECT_EXPANDER)))
    return talloc_asprintf(ctx, "machine %s has no PCI Express; %s", domain->os.machine,
                           arch_is_x86(domain->arch) ? "write machine='q35', or drop it" : "drop it");
  if (dev && !dev->node)
    return "none can be added for it; use fewer devices";
  for (size_t i = 0; space->express && dev && i < ARRAY_SIZE(places); i++) {
    if (!(need->connect & places[i].connect))
      continue;
    char *text = talloc_asprintf(ctx, "it sits behind %s; write before it", places[i].sits);
    for (unsigned n = 0; n < ARRAY_SIZE(places[i].below) && places[i].below[n] != MODEL_DEFAULT; n++)
      text = talloc_asprintf_append_buffer(text, " <controller type='pci' index='%u' model='%s'/>", need->own_bus + n,
                                           controller_model_names[places[i].below[n]]);
    return talloc_asprintf_append_buffer(text, ", and give it a higher index");
  }
  return space->growing ? "none can be added for it; add a controller that takes it, or drop one"
                        : "none can be added for it; use fewer devices";
}

/* A pure PCI Express guest needs a bridge for its first conventional device: QEMU docs/pcie.txt
 * wants pcie-pci-bridge behind a root port; older ones had i82801b11. */
static unsigned
grow_conventional(struct pci_space *space, struct place cause)
{
  for (unsigned i = 0; i < space->n; i++)
    if (space->bus[i]->accepts & CONNECT_BRIDGE)
      return 0;
  if (!caps_has(space->stage->caps, FEAT_DEVICE_PCIE_PCI_BRIDGE)) {
    set_model(space, space->n, DMI_TO_PCI_BRIDGE, cause);
    return 1;
  }
  unsigned port = space->n;
  set_model(space, port, PCIE_ROOT_PORT, cause);
  /* nobody else may take the port meanwhile, the spare one for hot-plug least of all */
  space->bus[port]->accepts = CONNECT_TO_PCI_BRIDGE;
  set_model(space, port + 1, PCIE_TO_PCI_BRIDGE, cause);
  return 2;
}

/* Adds buses up to address->bus, which is moved where more than one was needed. */
static bool
grow(struct pci_space *space, struct pci_address *address, unsigned bus, const struct pci_need *need,
     struct device *dev)
{
  struct place cause = dev ? dev->place : space->domain->place;
  enum controller_model model;
  unsigned wanted = bus + 1 - space->n;
  if (need->connect & CONNECT_PCI) {
    model = domain_is_pseries(space->domain) ? PCI_ROOT : PCI_BRIDGE;
    if (model == PCI_BRIDGE && space->n + wanted + 1 <= PCI_BUS_MAX) {
      unsigned before = space->n, added = grow_conventional(space, cause);
      /* the bus that was asked for is the conventional one */
      if (added && wanted == 1)
        bus = before + 1;
    }
  } else if (space->express && need->connect & (CONNECT_PCIE | CONNECT_UPSTREAM)) {
    model = PCIE_ROOT_PORT;
  } else {
    return cannot_grow(space, dev, need, way_out(space, dev, need));
  }
  if (bus > PCI_BUS_MAX)
    return cannot_grow(space, dev, need, "256 buses are the most there can be; use fewer devices");
  while (space->n <= bus)
    set_model(space, space->n, model, cause);
  address->bus = (uint8_t)bus;
  return true;
}

/* --- fitting --- */

static bool
misfit(struct pci_space *space, const struct pci_address *address, struct pci_holder holder, const char *fact)
{
  TALLOC_CTX *ctx = space->stage->diag;
  const char *text = pci_address_string(ctx, address);
  if (holder.dev)
    diag_error(space->stage->diag, device_address_place(holder.dev), holder.dev->subject, "PCI address %s: %s", text,
               fact);
  else
    diag_error(space->stage->diag, space->domain->place, NULL, "PCI address %s of the machine's %s: %s", text,
               holder.what, fact);
  return false;
}

/* Would bus take the need? GIVEN: the user said so, and may mix PCI and PCI Express. */
static bool
accepts(const struct pci_bus *bus, unsigned index, const struct pci_need *need, bool given)
{
  unsigned takes = bus->accepts, connect = need->connect;
  bool automatic = pci_models[bus->model].automatic;
  if (need->integrated) {
    if (index != 0)
      return false;
    takes |= CONNECT_PCI;
    automatic = true;
  }
  if (given) {
    if (takes & (CONNECT_PCI | CONNECT_PCIE))
      takes |= CONNECT_PCI | CONNECT_PCIE;
    if (connect & CONNECT_BRIDGE)
      connect |= CONNECT_PCI;
  } else if (need->automatic && !automatic) {
    return false;
  }
  return takes & connect;
}

static bool
validate(struct pci_space *space, const struct pci_address *address, const struct pci_need *need,
         struct pci_holder holder, bool given)
{
  TALLOC_CTX *ctx = space->stage->diag;
  if (space->n == 0)
    return misfit(space, address, holder, "this machine has no PCI bus; choose another machine or device model");
  if (address->domain != 0)
    return misfit(space, address, holder, "QEMU has PCI domain 0 only; write domain='0'");
  if (address->bus >= space->n)
    return misfit(space, address, holder,
                  talloc_asprintf(ctx, "there are PCI buses 0 to %u; add a controller or use one of them",
                                  space->n - 1));
  const struct pci_bus *bus = space->bus[address->bus];
  const struct pci_model *model = &pci_models[bus->model];
  if (need->integrated && address->bus != 0)
    return misfit(space, address, holder, "it is a device of the root complex; give it an address on bus 0");
  if (!accepts(bus, address->bus, need, given))
    return misfit(space, address, holder,
                  talloc_asprintf(ctx, "bus %u, of a %s, does not take %s; use another bus", address->bus,
                                  controller_model_names[bus->model], connect_text(ctx, need->connect)));
  if (address->slot >= model->first && address->slot <= model->last)
    return true;
  const char *name = controller_model_names[bus->model];
  return misfit(space, address, holder,
                model->first == model->last
                    ? talloc_asprintf(ctx, "a %s has slot %u only; use that", name, model->first)
                    : talloc_asprintf(ctx, "a %s has slots %u to %u; use one of them", name, model->first,
                                      model->last));
}

static bool
conflict(struct pci_space *space, const struct pci_address *address, struct pci_holder holder,
         const struct pci_holder *first)
{
  TALLOC_CTX *ctx = space->stage->diag;
  if (!first->dev)
    return misfit(space, address, holder,
                  talloc_asprintf(ctx, "it is that of the machine's %s; choose another or leave it out", first->what));
  /* the machine's part is rightful, the device is not */
  if (!holder.dev)
    return misfit(space, address, *first,
                  talloc_asprintf(ctx, "it is that of the machine's %s; choose another or leave it out", holder.what));
  if (!holder.dev->node && first->dev->node)
    return misfit(space, address, *first,
                  talloc_asprintf(ctx, "it is that of %s (%s); choose another or leave it out", holder.dev->subject,
                                  holder.dev->rule));
  /* the device that was given the address gets the error, with the line that says so */
  struct pci_holder told = holder.dev->address_given || !first->dev->address_given ? holder : *first;
  struct device *other = told.dev == holder.dev ? first->dev : holder.dev;
  return misfit(space, address, told,
                talloc_asprintf(ctx, "already that of %s (line %u); give one of them another, or leave it out",
                                other->subject, other->place.line));
}

bool
pci_reserve(struct pci_space *space, struct pci_address *address, const struct pci_need *need, struct pci_holder holder,
            bool given)
{
  if (space->growing && space->n && address->bus >= space->n && address->domain == 0 &&
      !grow(space, address, address->bus, need, holder.dev))
    return false;
  if (!validate(space, address, need, holder, given))
    return false;
  struct pci_bus *bus = space->bus[address->bus];
  uint8_t bit = (uint8_t)(1u << address->function);
  if (bus->slot[address->slot].used & bit)
    return conflict(space, address, holder, &bus->slot[address->slot].holder[address->function]);
  /* the first device on a bus decides for which isolation group it is; one of another group that the XML puts there
   * makes it a bus of no group */
  if (bus->n_used == 0 && !bus->isolation_locked)
    bus->isolation = need->isolation;
  else if (bus->isolation != need->isolation && given)
    bus->isolation = 0;
  if (!bus->slot[address->slot].used) {
    bus->n_used++;
    bus->slot[address->slot].aggregate = need->aggregate;
    bus->aggregates |= need->aggregate;
  }
  bus->slot[address->slot].used |= bit;
  bus->full = bus->full || pci_bus_full(bus);
  bus->slot[address->slot].holder[address->function] = holder;
  return true;
}

/* --- finding --- */

static bool
find_on_bus(const struct pci_bus *bus, const struct pci_need *need, int function, struct pci_address *address)
{
  const struct pci_model *model = &pci_models[bus->model];
  bool share = need->aggregate && bus->aggregates;
  if (!share && bus->full)
    return false;
  for (unsigned slot = model->first; slot <= model->last; slot++) {
    uint8_t used = bus->slot[slot].used;
    if (used && !(share && bus->slot[slot].aggregate))
      continue;
    for (unsigned f = function < 0 ? 0 : (unsigned)function;
         f < (function < 0 ? PCI_FUNCTIONS : (unsigned)function + 1); f++)
      if (!(used & (1u << f))) {
        address->slot = (uint8_t)slot;
        address->function = (uint8_t)f;
        return true;
      }
  }
  return false;
}

/* First the buses of its own isolation group, then an empty one that may join it. */
static bool
find(const struct pci_space *space, const struct pci_need *need, int function, struct pci_address *address)
{
  for (int lax = 0; lax < 2; lax++)
    for (unsigned i = 0; i < space->n; i++) {
      const struct pci_bus *bus = space->bus[i];
      if (!space->growing && need->own_bus && (i == need->own_bus || (need->bridge && i > need->own_bus)))
        continue;
      bool candidate = lax ? bus->n_used == 0 && !bus->isolation_locked : bus->isolation == need->isolation;
      if (!candidate || !accepts(bus, i, need, false) || !find_on_bus(bus, need, function, address))
        continue;
      address->bus = (uint8_t)i;
      return true;
    }
  return false;
}

bool
pci_reserve_next(struct pci_space *space, struct device *dev, const struct pci_need *need, int function,
                 struct pci_address *address)
{
  struct pci_address found = { .domain = 0 };
  struct pci_holder holder = { .dev = dev, .what = dev ? NULL : "place for hot-plug" };
  if (space->n == 0)
    return cannot_grow(space, dev, need, "this machine has no PCI bus; choose another machine or device model");
  if (!find(space, need, function, &found)) {
    if (!space->growing)
      return cannot_grow(space, dev, need, way_out(space, dev, need));
    found.function = (uint8_t)(function < 0 ? 0 : function);
    if (!grow(space, &found, space->n, need, dev))
      return false;
    found.slot = pci_models[space->bus[found.bus]->model].first;
  }
  if (!pci_reserve(space, &found, need, holder, false))
    return false;
  *address = found;
  return true;
}

/* --- devices --- */

struct pci_need
pci_need_of(const struct pci_space *space, const struct device *dev)
{
  struct pci_need need = { .connect = CONNECT_PCI,
                           .automatic = true,
                           .integrated = dev->wish.integrated,
                           .isolation = dev->wish.isolation_group };
  const struct controller *c = dev->kind->role == ROLE_CONTROLLER ? (const struct controller *)dev : NULL;
  if (c && c->type == CONTROLLER_PCI) {
    need.connect = pci_models[c->model].plugs;
    need.automatic = false;
    need.aggregate = c->model == PCIE_ROOT_PORT;
    need.own_bus = (unsigned)c->index.value;
    need.bridge = c->model == PCI_BRIDGE;
  } else if (dev->wish.express && space->express) {
    need.connect = CONNECT_PCIE;
  }
  return need;
}

/* libvirt: 0000:00:00 stands for "not given", whatever the function. */
static bool
is_empty(const struct pci_address *pci)
{
  return !pci->domain && !pci->bus && !pci->slot;
}

bool
pci_present(const struct device *dev)
{
  return !dev->broken && dev->address.type == ADDR_PCI && !is_empty(&dev->address.pci);
}

bool
pci_wanted(const struct device *dev)
{
  return !dev->broken && dev->wish.pci && dev->address.type == ADDR_PCI && is_empty(&dev->address.pci);
}
