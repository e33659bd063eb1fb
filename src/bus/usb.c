/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/usb.c - USB ports: buses of controllers, hubs, hubs that are added where ports run out */

#include "bus/pci.h"

#define RULE_HUB "there are more USB devices than ports"

/* QEMU hw/usb/dev-hub.c: NUM_PORTS; the address takes four levels. */
enum { HUB_PORTS = 8 };

struct usb_port {
  const struct device *dev; /* NULL: free */
  struct usb_hub *hub;      /* DEV is a hub: what it offers */
};

struct usb_hub {
  size_t n;
  struct usb_port *port; /* [0] is port 1 */
  size_t lowest;         /* no port below is free */
  bool full;             /* nor behind a hub on it; it stays so */
};

struct usb {
  struct domain *domain;
  struct stage *stage;
  struct usb_hub **bus; /* by index; NULL: none */
  size_t n;
  uint32_t full; /* so many buses, from the first on, are full */
};

/* QEMU hw/usb: how many ports a controller offers. */
static const uint8_t model_ports[CONTROLLER_MODELS] = {
  [MODEL_DEFAULT] = 2,  [USB_PIIX3_UHCI] = 2, [USB_PIIX4_UHCI] = 2, [USB_VT82C686B_UHCI] = 2, [USB_EHCI] = 6,
  [USB_ICH9_EHCI1] = 6, [USB_PCI_OHCI] = 3,   [USB_NEC_XHCI] = 4,   [USB_QEMU_XHCI] = 4,
};

static size_t
ports_of(const struct controller *c)
{
  bool xhci = c->model == USB_NEC_XHCI || c->model == USB_QEMU_XHCI;
  if (c->model >= USB_ICH9_UHCI1 && c->model <= USB_ICH9_UHCI3)
    return 0; /* a companion's ports are its master's */
  if (!xhci || !c->ports.set)
    return model_ports[c->model];
  return c->ports.value < UINT8_MAX ? c->ports.value : UINT8_MAX; /* beyond what any has: refused later */
}

static struct usb_hub *
hub_new(struct usb *usb, size_t n)
{
  struct usb_hub *hub = talloc_zero(usb, struct usb_hub);
  hub->n = n;
  hub->port = talloc_zero_array(hub, struct usb_port, n + 1);
  return hub;
}

static bool
has_port(const struct device *dev)
{
  return dev->address.usb.port[0] != 0;
}

static const char *
port_text(struct usb *usb, const struct device *dev)
{
  return usb_port_string(usb->stage->diag, &dev->address.usb);
}

static void
add_buses(struct usb *usb, const struct device_list *controllers)
{
  usb->n = controller_index_end(usb->domain, CONTROLLER_USB);
  usb->bus = talloc_zero_array(usb, struct usb_hub *, usb->n + 1);
  for (size_t i = 0; i < controllers->n; i++) {
    const struct controller *c = (const struct controller *)controllers->items[i];
    size_t ports = c->type == CONTROLLER_USB && !c->dev.broken ? ports_of(c) : 0;
    if (!ports)
      continue;
    struct usb_hub **bus = &usb->bus[c->index.value];
    if (*bus)
      diag_error(usb->stage->diag, c->dev.place, c->dev.subject,
                 "another USB controller has index %ju too; only an ICH9 EHCI and its companions share one",
                 (uintmax_t)c->index.value);
    else
      *bus = hub_new(usb, ports);
  }
}

/* The port that DEV's address names; reports where there is none. */
static struct usb_port *
find_port(struct usb *usb, const struct device *dev)
{
  const struct usb_address *a = &dev->address.usb;
  struct usb_hub *hub = a->bus < usb->n ? usb->bus[a->bus] : NULL;
  if (!hub) {
    diag_error(usb->stage->diag, device_address_place(dev), dev->subject,
               "there is no USB controller with index %u; add one or use another bus", a->bus);
    return NULL;
  }
  for (size_t depth = 0;; depth++) {
    if (a->port[depth] > hub->n) {
      diag_error(usb->stage->diag, device_address_place(dev), dev->subject,
                 "USB bus %u has no port %s: there are %zu ports at that point; choose one of them", a->bus,
                 port_text(usb, dev), hub->n);
      return NULL;
    }
    struct usb_port *port = &hub->port[a->port[depth] - 1];
    if (depth + 1 == USB_PORT_DEPTH || !a->port[depth + 1])
      return port;
    if (!port->hub) {
      diag_error(usb->stage->diag, device_address_place(dev), dev->subject,
                 "USB bus %u port %s goes through port %u, where no hub is; add <hub type='usb'> there", a->bus,
                 port_text(usb, dev), a->port[depth]);
      return NULL;
    }
    hub = port->hub;
  }
}

static void
take(struct usb *usb, struct usb_port *port, struct device *dev)
{
  port->dev = dev;
  if (dev->kind->role == ROLE_HUB)
    port->hub = hub_new(usb, HUB_PORTS);
}

static void
reserve(struct usb *usb, struct device *dev)
{
  struct usb_port *port = find_port(usb, dev);
  if (!port)
    dev->broken = true;
  else if (port->dev)
    bus_conflict(dev, port->dev, usb->stage);
  else
    take(usb, port, dev);
}

/* The first free port below HUB, the hub's own before those of hubs on it. */
static struct usb_port *
free_port(struct usb_hub *hub, uint8_t path[USB_PORT_DEPTH], size_t depth)
{
  while (hub->lowest < hub->n && hub->port[hub->lowest].dev)
    hub->lowest++;
  if (hub->lowest < hub->n) {
    path[depth] = (uint8_t)(hub->lowest + 1);
    return &hub->port[hub->lowest];
  }
  for (size_t i = 0; !hub->full && i < hub->n && depth + 1 < USB_PORT_DEPTH; i++) {
    struct usb_port *port = hub->port[i].hub ? free_port(hub->port[i].hub, path, depth + 1) : NULL;
    if (port) {
      path[depth] = (uint8_t)(i + 1);
      return port;
    }
  }
  hub->full = true;
  return NULL;
}

/* DEV has no port: on the bus that it names, or on any. */
static void
give(struct usb *usb, struct device *dev)
{
  uint32_t asked = dev->address.usb.bus;
  if (dev->address_given && (asked >= usb->n || !usb->bus[asked])) {
    find_port(usb, dev);
    return;
  }
  while (usb->full < usb->n && (!usb->bus[usb->full] || usb->bus[usb->full]->full))
    usb->full++;
  uint32_t first = dev->address_given ? asked : usb->full, end = dev->address_given ? asked + 1 : (uint32_t)usb->n;
  for (uint32_t bus = first; bus < end; bus++) {
    struct usb_address found = { .bus = bus };
    struct usb_port *port = usb->bus[bus] ? free_port(usb->bus[bus], found.port, 0) : NULL;
    if (!port)
      continue;
    dev->address.usb = found;
    take(usb, port, dev);
    return;
  }
  diag_error(usb->stage->diag, dev->place, dev->subject, "no USB port is free; add a USB controller");
}

/* One hub takes a port and offers eight. */
static void
add_hubs(struct usb *usb, size_t devices, struct place cause)
{
  size_t ports = 0;
  const struct device_list *hubs = domain_devices_of(usb->domain, ROLE_HUB);
  for (size_t i = 0; i < usb->n; i++)
    ports += usb->bus[i] ? usb->bus[i]->n : 0;
  ports += hubs->n * HUB_PORTS;
  if (devices <= ports)
    return;
  size_t needed = (devices - ports + 1 + HUB_PORTS - 2) / (HUB_PORTS - 1);
  for (size_t i = 0; i < needed; i++) {
    struct device *hub = domain_add(usb->domain, kind_of_role(ROLE_HUB), RULE_HUB, cause);
    device_complete(hub, usb->stage);
    hub->address.type = ADDR_USB;
  }
}

static bool
wants_usb(const struct device *dev)
{
  return !dev->broken && dev->address.type == ADDR_USB;
}

/* The line that says so; 0: none does, the machine just brings none. */
static unsigned
line_of_none(const struct domain *domain)
{
  const struct device_list *list = domain_devices_of(domain, ROLE_CONTROLLER);
  for (size_t i = 0; i < list->n; i++) {
    const struct controller *c = (const struct controller *)list->items[i];
    /* by hand: "none" may be the machine's default, which its row does not tell */
    if (c->type == CONTROLLER_USB && c->dev.node && str_eq(xml_get(c->dev.node, "@model", NULL), "none"))
      return c->dev.place.line;
  }
  return 0;
}

static bool
usb_is_there(struct usb *usb, const struct device *first)
{
  for (size_t i = 0; i < usb->n; i++)
    if (usb->bus[i])
      return true;
  unsigned none = line_of_none(usb->domain);
  const char *where = pci_has_addresses(usb->domain) ? "" : ", if the board has PCI";
  if (machine_lacks_pci(usb->domain))
    diag_error(usb->stage->diag, first->place, first->subject,
               "machine %s has no PCI bus, and so no USB; write another bus, or another machine%s",
               usb->domain->os.machine, arch_is_x86(usb->domain->arch) ? " (pc and q35 have USB)" : "");
  else if (none)
    diag_error(usb->stage->diag, first->place, first->subject,
               "this guest has no USB, as line %u says; write <controller type='usb' model='qemu-xhci'/> there%s", none,
               where);
  else
    diag_error(usb->stage->diag, first->place, first->subject,
               "this guest has no USB; add <controller type='usb' model='qemu-xhci'/>%s", where);
  return false;
}

static void
assign_all(struct usb *usb, struct device **devices, size_t n)
{
  const struct device_list *hubs = domain_devices_of(usb->domain, ROLE_HUB);
  /* hubs first: the addresses of others may lead through them */
  for (size_t i = 0; hubs && i < hubs->n; i++)
    if (wants_usb(hubs->items[i]) && has_port(hubs->items[i]))
      reserve(usb, hubs->items[i]);
  for (size_t i = 0; i < n; i++)
    if (devices[i]->kind->role != ROLE_HUB && wants_usb(devices[i]) && has_port(devices[i]))
      reserve(usb, devices[i]);
  for (size_t i = 0; hubs && i < hubs->n; i++)
    if (wants_usb(hubs->items[i]) && !has_port(hubs->items[i]))
      give(usb, hubs->items[i]);
  for (size_t i = 0; i < n; i++)
    if (devices[i]->kind->role != ROLE_HUB && wants_usb(devices[i]) && !has_port(devices[i]))
      give(usb, devices[i]);
}

void
usb_assign(struct domain *domain, struct stage *stage)
{
  struct usb *usb = talloc_zero(NULL, struct usb);
  size_t n, count = 0;
  struct device *first = NULL;
  usb->domain = domain;
  usb->stage = stage;
  struct device **devices = bus_order(usb, domain, &n);
  add_buses(usb, domain_devices_of(domain, ROLE_CONTROLLER));
  for (size_t i = 0; i < n; i++)
    if (wants_usb(devices[i])) {
      count++;
      first = first ? first : devices[i];
    }
  if (count && usb_is_there(usb, first)) {
    add_hubs(usb, count, first->place);
    assign_all(usb, devices, n);
  }
  talloc_free(usb);
}
