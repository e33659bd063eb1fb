/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/ccid.c - smartcard readers: a slot each */

#include "bus/buses.h"

#define RULE "a smartcard needs a reader"

static void
each_ccid(struct domain *domain, struct stage *stage, void (*visit)(struct device *dev, struct stage *stage))
{
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    if (!dev->broken && dev->address.type == ADDR_CCID)
      visit(dev, stage);
  }
}

/* Without an address: the slot after the highest of reader 0. */
static void
settle(struct device *dev, struct stage *stage)
{
  const struct domain *domain = dev->domain;
  uint32_t slot = 0;
  (void)stage;
  if (dev->address_given)
    return;
  for (size_t i = 0; i < domain->devices.n; i++) {
    const struct device *other = domain->devices.items[i];
    bool known = other->address_given || other->address.given;
    if (!other->broken && known && other->address.type == ADDR_CCID && other->address.ccid.controller == 0 &&
        other->address.ccid.slot >= slot)
      slot = other->address.ccid.slot + 1;
  }
  dev->address.ccid.slot = slot;
  dev->address.given = true;
}

static void
add_reader(struct device *dev, struct stage *stage)
{
  uint32_t index = dev->address.ccid.controller;
  if (index > CONTROLLER_INDEX_MAX)
    diag_error(stage->diag, device_address_place(dev), dev->subject, "controller %u is too high; %u is the most", index,
               CONTROLLER_INDEX_MAX);
  else if (!controller_find(dev->domain, CONTROLLER_CCID, index))
    controller_add(dev->domain, CONTROLLER_CCID, MODEL_DEFAULT, index, RULE, dev->place);
}

void
ccid_add_controllers(struct domain *domain, struct stage *stage)
{
  each_ccid(domain, stage, settle);
  each_ccid(domain, stage, add_reader);
}

/* QEMU hw/usb/ccid.h: the bus takes as many as there are, but one slot holds one card. */
void
ccid_assign(struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->devices.n; i++) {
    const struct device *dev = domain->devices.items[i];
    if (dev->broken || dev->address.type != ADDR_CCID)
      continue;
    for (size_t j = 0; j < i; j++) {
      const struct device *first = domain->devices.items[j];
      if (!first->broken && first->address.type == ADDR_CCID &&
          first->address.ccid.controller == dev->address.ccid.controller &&
          first->address.ccid.slot == dev->address.ccid.slot)
        bus_conflict(dev, first, stage);
    }
  }
}
