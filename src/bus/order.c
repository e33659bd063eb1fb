/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/order.c - how devices queue for addresses, and what is said of two that want the same */

#include "bus/order.h"

static void
append_live(struct device **devices, size_t *n, const struct device_list *list)
{
  for (size_t i = 0; i < list->n; i++)
    if (!list->items[i]->broken)
      devices[(*n)++] = list->items[i];
}

struct device **
bus_order(TALLOC_CTX *ctx, const struct domain *domain, size_t *n)
{
  struct device **devices = talloc_array(ctx, struct device *, domain->devices.n + 1);
  const struct kind **all = kinds_ordered(ctx, ORDER_INFOS);
  *n = 0;
  for (const struct kind **kind = all; *kind; kind++)
    append_live(devices, n, domain_devices(domain, *kind));
  talloc_free(all);
  return devices;
}

void
bus_conflict(const struct device *dev, const struct device *first, struct stage *stage)
{
  diag_error(stage->diag, device_address_place(dev), dev->subject,
             "%s is already that of %s (line %u); give one of them another, or leave it out",
             address_text(stage->diag, &dev->address), first->subject, first->place.line);
}
