/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/pci_zpci.c - s390x: each PCI device has a user-defined id (uid) and a function id (fid) */

#include "bus/pci.h"

#include <uthash.h>

struct zpci_id {
  uint64_t id;
  const struct device *dev;
  UT_hash_handle hh;
};

struct zpci_ids {
  TALLOC_CTX *ctx;
  struct zpci_id *used;
  uint64_t next, max;
  const char *name;
};

static void
take(struct zpci_ids *ids, const struct device *dev, uint64_t value, struct stage *stage)
{
  struct zpci_id *id;
  HASH_FIND(hh, ids->used, &value, sizeof(value), id);
  if (id) {
    diag_error(stage->diag, device_address_place(dev), dev->subject,
               "zpci %s 0x%jx is already that of %s (line %u); give one of them another, or leave it out", ids->name,
               (uintmax_t)value, id->dev->subject, id->dev->place.line);
    return;
  }
  id = talloc_zero(ids->ctx, struct zpci_id);
  id->id = value;
  id->dev = dev;
  HASH_ADD(hh, ids->used, id, sizeof(id->id), id);
}

static void
give(struct zpci_ids *ids, const struct device *dev, struct num *member, struct stage *stage)
{
  struct zpci_id *id;
  if (member->set)
    return;
  for (; ids->next <= ids->max; ids->next++) {
    HASH_FIND(hh, ids->used, &ids->next, sizeof(ids->next), id);
    if (id)
      continue;
    *member = num_of(ids->next);
    take(ids, dev, ids->next, stage);
    return;
  }
  diag_error(stage->diag, dev->place, dev->subject, "no zpci %s is left; use fewer devices", ids->name);
}

/* libvirt: character devices have none. */
static bool
has_zpci(const struct device *dev)
{
  return pci_present(dev) && dev->kind->role != ROLE_SERIAL;
}

static void
check_given(const struct device *dev, bool has, struct stage *stage)
{
  const struct pci_address *pci = &dev->address.pci;
  if (dev->address.type != ADDR_PCI || (!pci->zpci_uid.set && !pci->zpci_fid.set))
    return;
  if (!has)
    diag_error(stage->diag, device_address_place(dev), dev->subject, "<zpci> is for s390x with zpci; leave it out");
  else if (pci->zpci_uid.set && pci->zpci_uid.value == 0)
    diag_error(stage->diag, device_address_place(dev), dev->subject, "zpci uid 0: they count from 1 to 0xffff");
}

void
zpci_assign(struct domain *domain, struct stage *stage)
{
  bool has = domain_is_s390(domain) && caps_has(stage->caps, FEAT_DEVICE_ZPCI);
  for (size_t i = 0; i < domain->devices.n; i++)
    check_given(domain->devices.items[i], has, stage);
  if (!has)
    return;
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct zpci_ids uids = { .ctx = ctx, .next = 1, .max = 0xffff, .name = "uid" };
  struct zpci_ids fids = { .ctx = ctx, .next = 0, .max = 0xffffffff, .name = "fid" };
  size_t n;
  struct device **devices = bus_order(ctx, domain, &n);
  for (size_t i = 0; i < n; i++) {
    const struct pci_address *pci = &devices[i]->address.pci;
    if (has_zpci(devices[i]) && pci->zpci_uid.set)
      take(&uids, devices[i], pci->zpci_uid.value, stage);
    if (has_zpci(devices[i]) && pci->zpci_fid.set)
      take(&fids, devices[i], pci->zpci_fid.value, stage);
  }
  /* those that have one of the two first, as libvirt does it */
  for (int partial = 1; partial >= 0; partial--)
    for (size_t i = 0; i < n; i++) {
      struct pci_address *pci = &devices[i]->address.pci;
      if (!has_zpci(devices[i]) || (pci->zpci_uid.set || pci->zpci_fid.set) != partial)
        continue;
      give(&uids, devices[i], &pci->zpci_uid, stage);
      give(&fids, devices[i], &pci->zpci_fid, stage);
    }
  HASH_CLEAR(hh, uids.used);
  HASH_CLEAR(hh, fids.used);
  talloc_free(ctx);
}
