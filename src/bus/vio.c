/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/vio.c - the virtual I/O bus of pseries: a register each */

#include "bus/buses.h"

#include <uthash.h>

enum { VIO_STEP = 0x1000, MACHINE_NVRAM = 0x71000000 };

struct vio_used {
  uint64_t reg, next; /* NEXT: all between the two are used */
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

/* The first from REG on that is free, and now is used. */
static uint64_t
take_from(struct vio_used *used, uint64_t reg)
{
  struct vio_used *first = find(used, reg), *entry;
  while ((entry = find(used, reg)))
    reg = entry->next;
  if (first)
    first->next = reg + VIO_STEP;
  return reg;
}

/* QEMU hw/ppc/spapr_vio.c, spapr_vio_reg_to_irq(): which of 256 interrupts a register stands for. */
static unsigned
interrupt_of(uint64_t reg)
{
  if (reg >= MACHINE_NVRAM)
    return reg & 0xff;
  return reg >= 0x30000000 ? 0xf0 | (reg >> 12 & 0xf) : reg >> 12 & 0xff;
}

/* The machine's NVRAM, which libvirt moves where the XML names one, has an interrupt too. */
static void
check_interrupts(const struct domain *domain, struct device *const *devices, size_t n, struct stage *stage)
{
  const struct device *taken[256] = { 0 };
  bool moved = domain_devices_of(domain, ROLE_NVRAM)->n > 0;
  for (size_t i = 0; i < n; i++) {
    const struct device *dev = devices[i];
    if (dev->address.type != ADDR_SPAPR_VIO || dev->broken)
      continue;
    unsigned interrupt = interrupt_of(dev->address.spapr_reg.value);
    const struct device *holder = taken[interrupt];
    taken[interrupt] = dev;
    if (!holder && (interrupt != interrupt_of(MACHINE_NVRAM) || moved))
      continue;
    diag_unstartable(stage->diag, device_address_place(dev), dev->subject,
                     "reg %#jx stands for the same interrupt as that of %s: this guest will not start; choose another",
                     (uintmax_t)dev->address.spapr_reg.value,
                     holder ? talloc_asprintf(stage->diag, "%s on line %u", holder->subject, holder->place.line)
                            : "the machine's NVRAM");
  }
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
        dev->address.spapr_reg = num_of(take_from(used, dev->wish.vio_reg));
      entry = find(used, dev->address.spapr_reg.value);
      if (entry) {
        bus_conflict(dev, entry->dev, stage);
        continue;
      }
      entry = talloc_zero(ctx, struct vio_used);
      entry->reg = dev->address.spapr_reg.value;
      entry->next = entry->reg + VIO_STEP;
      entry->dev = dev;
      HASH_ADD(hh, used, reg, sizeof(entry->reg), entry);
    }
  HASH_CLEAR(hh, used);
  check_interrupts(domain, devices, n, stage);
  talloc_free(ctx);
}
