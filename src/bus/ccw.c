/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/ccw.c - s390x channel subsystem: a device number each */

#include "bus/buses.h"

#include <uthash.h>

/* QEMU's virtio-ccw devices live in channel subsystem 254 (docs/system/s390x/css.rst). */
enum { CCW_CSSID = 0xfe, CCW_SSIDS = 4, CCW_DEVNOS = 0x10000 };

struct ccw_used {
  uint32_t key;
  struct device *dev;
  UT_hash_handle hh;
};

static uint32_t
key_of(const struct ccw_address *ccw)
{
  return ((uint32_t)ccw->cssid << 24) | ((uint32_t)ccw->ssid << 16) | ccw->devno;
}

static struct ccw_used *
find(struct ccw_used *used, uint32_t key)
{
  struct ccw_used *entry;
  HASH_FIND(hh, used, &key, sizeof(key), entry);
  return entry;
}

static struct ccw_used *
take(TALLOC_CTX *ctx, struct ccw_used *used, struct device *dev)
{
  struct ccw_used *entry = talloc_zero(ctx, struct ccw_used);
  entry->key = key_of(&dev->address.ccw);
  entry->dev = dev;
  HASH_ADD(hh, used, key, sizeof(entry->key), entry);
  return used;
}

static bool
check_machine(const struct domain *domain, struct device **devices, size_t n, struct stage *stage)
{
  for (size_t i = 0; i < n && !domain_is_s390(domain); i++)
    if (devices[i]->address.type == ADDR_CCW)
      diag_error(stage->diag, device_address_place(devices[i]), devices[i]->subject,
                 "machine %s has no channel subsystem; leave the address out", domain->os.machine);
  return domain_is_s390(domain);
}

void
ccw_assign(struct domain *domain, struct stage *stage)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct ccw_used *used = NULL;
  size_t n;
  struct device **devices = bus_order(ctx, domain, &n);
  if (!check_machine(domain, devices, n, stage))
    n = 0;
  for (size_t i = 0; i < n; i++) {
    struct device *dev = devices[i];
    if (dev->address.type != ADDR_CCW || !dev->address.given)
      continue;
    struct ccw_used *first = find(used, key_of(&dev->address.ccw));
    if (first)
      bus_conflict(dev, first->dev, stage);
    else
      used = take(ctx, used, dev);
  }
  uint32_t next = 0;
  for (size_t i = 0; i < n; i++) {
    struct device *dev = devices[i];
    if (dev->address.type != ADDR_CCW || dev->address.given)
      continue;
    for (; next < CCW_SSIDS * CCW_DEVNOS; next++) {
      dev->address.ccw = (struct ccw_address){ CCW_CSSID, (uint8_t)(next / CCW_DEVNOS), (uint16_t)next };
      if (!find(used, key_of(&dev->address.ccw)))
        break;
    }
    if (next == CCW_SSIDS * CCW_DEVNOS)
      diag_error(stage->diag, dev->place, dev->subject, "no CCW device number is left; use fewer devices");
    next++;
  }
  HASH_CLEAR(hh, used);
  talloc_free(ctx);
}
