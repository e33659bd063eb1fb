/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/vio.c - the virtual I/O bus of pseries: a register each */

#include "bus/buses.h"

#include <uthash.h>

enum { VIO_STEP = 0x1000 };

struct vio_used {
  uint64_t reg;
  const struct device *dev;
  UT_hash_handle hh;
};

static struct vio_used *
find(struct vio_used *used, uint64_t reg)
{
  struct vio_used *entry;
  HASH_FIND(hh, used, &reg, sizeof(reg), entry);
  return entry;
}

void
vio_assign(struct domain *domain, struct stage *stage)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct vio_used *used = NULL, *entry;
  size_t n;
  struct device **devices = bus_order(ctx, domain, &n);
  for (int given = 1; given >= 0; given--)
    for (size_t i = 0; i < n; i++) {
      struct device *dev = devices[i];
      if (dev->address.type != ADDR_SPAPR_VIO || dev->address.given != given)
        continue;
      if (!given)
        dev->address.spapr_reg = num_of(dev->wish.vio_reg);
      while (!given && find(used, dev->address.spapr_reg.value))
        dev->address.spapr_reg.value += VIO_STEP;
      entry = find(used, dev->address.spapr_reg.value);
      if (entry) {
        bus_conflict(dev, entry->dev, stage);
        continue;
      }
      entry = talloc_zero(ctx, struct vio_used);
      entry->reg = dev->address.spapr_reg.value;
      entry->dev = dev;
      HASH_ADD(hh, used, reg, sizeof(entry->reg), entry);
    }
  HASH_CLEAR(hh, used);
  talloc_free(ctx);
}
