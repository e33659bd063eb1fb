/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/order.c - how devices queue for addresses, and what is said of two that want the same */

#include "bus/order.h"

static const char *const order[] = {
  "disk",    "interface", "sound", "hostdev",    "video",    "controller", "smartcard", "serial", "parallel",
  "channel", "console",   "input", "filesystem", "watchdog", "memballoon", "rng",       "nvram",  "hub",
  "shmem",   "tpm",       "panic", "memory",     "redirdev", "iommu",      "vsock",     "crypto", "pstore",
};

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
  *n = 0;
  for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
    const struct kind *kind = kind_find(order[i]);
    if (kind)
      append_live(devices, n, domain_devices(domain, kind));
  }
  return devices;
}

void
bus_conflict(const struct device *dev, const struct device *first, struct stage *stage)
{
  diag_error(stage->diag, device_address_place(dev), dev->subject,
             "%s is already that of %s (line %u); give one of them another, or leave it out",
             address_text(stage->diag, &dev->address), first->subject, first->place.line);
}
