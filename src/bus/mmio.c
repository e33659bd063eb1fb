/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/mmio.c - virtio-mmio: a device takes the transport that those before it on the command line leave */

#include "bus/buses.h"

#include <stdlib.h>

struct queued {
  struct device *dev;
  size_t kind;  /* its place in ORDER_ARGUMENTS */
  bool serial;  /* of the controllers, those after SCSI's */
  size_t place; /* among its kind */
};

static int
by_command_line(const void *a, const void *b)
{
  const struct queued *x = a, *y = b;
  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  if (x->serial != y->serial)
    return x->serial ? 1 : -1;
  return x->place < y->place ? -1 : x->place > y->place;
}

static size_t
rank_of(const struct kind **order, const struct kind *kind)
{
  size_t i = 0;
  while (order[i] != kind)
    i++;
  return i;
}

/* Their arguments stand in the order of the domain's devices: they change places with each other. */
void
mmio_order(struct domain *domain)
{
  struct device **items = domain->devices.items;
  struct queued *queue = talloc_array(domain, struct queued, (unsigned)domain->devices.n + 1);
  const struct kind **order = kinds_ordered(queue, ORDER_ARGUMENTS);
  size_t n = 0, next = 0;
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = items[i];
    if (dev->address.type != ADDR_VIRTIO_MMIO)
      continue;
    bool serial = dev->kind->role == ROLE_CONTROLLER && ((struct controller *)dev)->type == CONTROLLER_VIRTIO_SERIAL;
    queue[n++] = (struct queued){ dev, rank_of(order, dev->kind), serial, dev->nth };
  }
  if (n)
    qsort(queue, n, sizeof(*queue), by_command_line);
  for (size_t i = 0; i < domain->devices.n && next < n; i++)
    if (items[i]->address.type == ADDR_VIRTIO_MMIO)
      items[i] = queue[next++].dev;
  talloc_free(queue);
}
