/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/ccid.c - smartcard readers: a slot each */

#include "bus/buses.h"
#include "domain/notes.h"

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

static void
note_slot(struct device *dev, struct stage *stage)
{
  struct note *next = domain_note(dev->domain, "slot of reader 0", NULL);
  (void)stage;
  if (dev->address_given && dev->address.ccid.controller == 0 && dev->address.ccid.slot >= next->number)
    next->number = (uint64_t)dev->address.ccid.slot + 1;
}

/* Without an address: the slot after the highest of reader 0. */
static void
settle(struct device *dev, struct stage *stage)
{
  (void)stage;
  if (dev->address_given)
    return;
  dev->address.ccid.slot = (uint32_t)domain_note(dev->domain, "slot of reader 0", NULL)->number++;
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
  each_ccid(domain, stage, note_slot);
  each_ccid(domain, stage, settle);
  each_ccid(domain, stage, add_reader);
}

/* QEMU hw/usb/ccid.h: the bus takes as many as there are, but one slot holds one card. */
static void
reserve(struct device *dev, struct stage *stage)
{
  const struct ccid_address *a = &dev->address.ccid;
  const struct device *first = domain_first_number(dev, "reader and slot", (uint64_t)a->controller << 32 | a->slot);
  if (first != dev)
    bus_conflict(dev, first, stage);
}

void
ccid_assign(struct domain *domain, struct stage *stage)
{
  each_ccid(domain, stage, reserve);
}
