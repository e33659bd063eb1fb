/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/dimm.c - memory modules in the machine's slots, as many as <maxMemory slots=> says */

#include "bus/buses.h"

static void
take_given(struct device *dev, struct device **slots, size_t n, struct stage *stage)
{
  struct num slot = dev->address.dimm.slot;
  if (slot.value >= n)
    diag_error(stage->diag, device_address_place(dev), dev->subject,
               "memory slot %ju: there are %zu; write <maxMemory slots='%ju'>", (uintmax_t)slot.value, n,
               (uintmax_t)slot.value + 1);
  else if (slots[slot.value])
    bus_conflict(dev, slots[slot.value], stage);
  else
    slots[slot.value] = dev;
}

static void
take_free(struct device *dev, struct device **slots, size_t n, struct stage *stage)
{
  size_t slot = 0;
  while (slot < n && slots[slot])
    slot++;
  if (slot == n) {
    diag_error(stage->diag, dev->place, dev->subject,
               "no memory slot is free, there are %zu; write a larger <maxMemory slots='...'>", n);
    return;
  }
  slots[slot] = dev;
  dev->address.dimm.slot = num_of(slot);
}

void
dimm_assign(struct domain *domain, struct stage *stage)
{
  if ((!domain->memory.slots && !domain->memory.max) || xml_refused(domain->root, "maxMemory"))
    return; /* no room at all, as vm/memory.c says */
  size_t n = domain->memory.slots < DIMM_SLOTS ? domain->memory.slots : DIMM_SLOTS;
  struct device **slots = talloc_zero_array(domain, struct device *, n + 1);
  for (int given = 1; given >= 0; given--)
    for (size_t i = 0; i < domain->devices.n; i++) {
      struct device *dev = domain->devices.items[i];
      if (dev->broken || dev->address.type != ADDR_DIMM || dev->address.given != given)
        continue;
      if (given)
        take_given(dev, slots, n, stage);
      else
        take_free(dev, slots, n, stage);
    }
  talloc_free(slots);
}
