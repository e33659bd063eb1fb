/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/vserial.c - virtio-serial: ports of channels and consoles, controllers as they are needed */

#include "bus/buses.h"

#define RULE "a virtio channel or console needs a virtio-serial controller"

/* QEMU hw/char/virtio-serial-bus.c; port 0 is for a console alone. */
enum { VSERIAL_PORTS = 31 };

struct vserial_ports {
  size_t n;
  const struct device **owner;
  size_t lowest; /* no port below is free */
};

struct vserial {
  struct domain *domain;
  struct stage *stage;
  struct vserial_ports **of; /* by controller index */
  uint32_t full;             /* so many controllers, from the first on, are full */
};

static bool
is_port(const struct device *dev)
{
  return !dev->broken && dev->address.type == ADDR_VIRTIO_SERIAL;
}

/* Port 0 is no choice of the user's: libvirt takes it for "any". */
static bool
is_given(const struct device *dev)
{
  return dev->address.vserial.port != 0;
}

void
vserial_add_controllers(struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    if (!is_port(dev))
      continue;
    uint32_t index = dev->address.vserial.controller;
    if (index > CONTROLLER_INDEX_MAX) {
      diag_error(stage->diag, device_address_place(dev), dev->subject, "controller %u is too high; %u is the most",
                 index, CONTROLLER_INDEX_MAX);
      dev->broken = true;
    } else if (!controller_find(domain, CONTROLLER_VIRTIO_SERIAL, index)) {
      controller_add(domain, CONTROLLER_VIRTIO_SERIAL, MODEL_DEFAULT, index, RULE, dev->place);
    }
  }
}

static struct vserial_ports *
ports_of(struct vserial *v, uint32_t index)
{
  const struct controller *c = controller_find(v->domain, CONTROLLER_VIRTIO_SERIAL, index);
  size_t had = talloc_array_length(v->of);
  if (!c)
    return NULL;
  if (index >= had) {
    size_t room = index + index / 2 + 8;
    v->of = talloc_realloc(v, v->of, struct vserial_ports *, room);
    memset(v->of + had, 0, (room - had) * sizeof(*v->of));
  }
  if (!v->of[index]) {
    struct vserial_ports *ports = v->of[index] = talloc_zero(v, struct vserial_ports);
    ports->n = c->ports.set ? c->ports.value : VSERIAL_PORTS;
    if (ports->n > UINT16_MAX)
      ports->n = UINT16_MAX; /* QEMU does not start with so many */
    ports->owner = talloc_zero_array(ports, const struct device *, ports->n + 1);
    ports->lowest = 1;
  }
  return v->of[index];
}

static void
reserve(struct vserial *v, struct device *dev)
{
  const struct virtio_serial_address *a = &dev->address.vserial;
  struct vserial_ports *ports = ports_of(v, a->controller);
  if (!ports)
    return;
  if (a->bus != 0)
    diag_unstartable(v->stage->diag, device_address_place(dev), dev->subject,
                     "bus %u: QEMU's virtio-serial%u has bus 0 alone, this guest will not start; write bus='0'", a->bus,
                     a->controller);
  if (ports->n < 2)
    diag_error(v->stage->diag, device_address_place(dev), dev->subject,
               "virtio-serial%u has one port, for a console; give the controller more ports='...'", a->controller);
  else if (a->port >= ports->n)
    diag_error(v->stage->diag, device_address_place(dev), dev->subject,
               "virtio-serial%u has ports 1 to %zu; choose one of them or give the controller more", a->controller,
               ports->n - 1);
  else if (ports->owner[a->port])
    bus_conflict(dev, ports->owner[a->port], v->stage);
  else
    ports->owner[a->port] = dev;
}

/* The lowest free port of a controller, 0: none. */
static uint32_t
free_port(struct vserial_ports *ports)
{
  while (ports->lowest < ports->n && ports->owner[ports->lowest])
    ports->lowest++;
  return ports->lowest < ports->n ? (uint32_t)ports->lowest : 0;
}

static bool
give_from(struct vserial *v, struct device *dev, uint32_t index)
{
  struct vserial_ports *ports = ports_of(v, index);
  uint32_t port = ports ? free_port(ports) : 0;
  if (!port)
    return false;
  ports->owner[port] = dev;
  dev->address.vserial = (struct virtio_serial_address){ .controller = index, .port = port };
  return true;
}

static uint32_t
add_controller(struct vserial *v, const struct device *dev)
{
  uint32_t index = controller_next_index(v->domain, CONTROLLER_VIRTIO_SERIAL);
  struct controller *c = controller_add(v->domain, CONTROLLER_VIRTIO_SERIAL, MODEL_DEFAULT, index, RULE, dev->place);
  device_complete(&c->dev, v->stage);
  return index;
}

/* By controllers in their order; where all are full, the first index that is free is added. */
static void
give(struct vserial *v, struct device *dev)
{
  if (dev->address_given) {
    if (!give_from(v, dev, dev->address.vserial.controller))
      diag_error(v->stage->diag, device_address_place(dev), dev->subject,
                 "virtio-serial%u has no free port; give it more ports='...' or use another",
                 dev->address.vserial.controller);
    return;
  }
  uint32_t end = controller_index_end(v->domain, CONTROLLER_VIRTIO_SERIAL);
  for (uint32_t index = v->full; index < end; index++) {
    if (give_from(v, dev, index))
      return;
    /* the next that is added fills the first gap */
    if (index == v->full && ports_of(v, index))
      v->full++;
  }
  give_from(v, dev, add_controller(v, dev));
}

/* Port 0 by name is kept as a port of controller 0, whatever its own is: libvirt's channels have
 * counted on from there for years. */
static void
keep_port_0(struct vserial *v, const struct device *dev)
{
  struct vserial_ports *ports = ports_of(v, 0);
  uint32_t port = ports ? free_port(ports) : 0;
  if (port)
    ports->owner[port] = dev;
}

/* A console without an address: QEMU chooses its port, port 0 for the first. libvirt finds port 0
 * for each of them and keeps none: channels count from 1 all the same. */
static void
place_console(struct vserial *v, struct device *dev)
{
  dev->wish.unplaced = !dev->address_given;
  if (dev->address_given)
    keep_port_0(v, dev);
}

void
vserial_assign(struct domain *domain, struct stage *stage)
{
  struct vserial *v = talloc_zero(NULL, struct vserial);
  v->domain = domain;
  v->stage = stage;
  for (size_t i = 0; i < domain->devices.n; i++)
    if (is_port(domain->devices.items[i]) && is_given(domain->devices.items[i]))
      reserve(v, domain->devices.items[i]);
  for (int console = 1; console >= 0; console--)
    for (size_t i = 0; i < domain->devices.n; i++) {
      struct device *dev = domain->devices.items[i];
      if (is_port(dev) && !is_given(dev) && dev->wish.console == console)
        (console ? place_console : give)(v, dev);
    }
  talloc_free(v);
}
