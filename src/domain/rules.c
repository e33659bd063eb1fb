/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/rules.c - what must hold between devices of whatever kind */

#include "domain/kinds.h"
#include "domain/nvme_remedy.h"
#include "host/block.h"
#include "core/options.h"

#include <stdlib.h>

static int
by_boot_order(const void *a, const void *b)
{
  const struct device *x = *(struct device *const *)a, *y = *(struct device *const *)b;
  if (x->boot_order != y->boot_order)
    return x->boot_order < y->boot_order ? -1 : 1;
  return x->place.line < y->place.line ? -1 : x->place.line > y->place.line;
}

static void
check_boot_order(const struct domain *domain, struct stage *stage)
{
  struct device **booting = talloc_array(stage->diag, struct device *, domain->devices.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < domain->devices.n; i++)
    if (domain->devices.items[i]->boot_order && domain->devices.items[i]->node)
      booting[n++] = domain->devices.items[i];
  if (n)
    qsort(booting, n, sizeof(*booting), by_boot_order);
  for (size_t i = 1; i < n; i++)
    if (booting[i]->boot_order == booting[i - 1]->boot_order)
      diag_error(stage->diag, booting[i]->place, booting[i]->subject,
                 "boot order %u is already that of %s (line %u); give each its own", booting[i]->boot_order,
                 booting[i - 1]->subject, booting[i - 1]->place.line);
  talloc_free(booting);
}

/* What opens a PCI device of the host, beside others that open the same one. */
struct pci_claims {
  const struct host_pci **claim; /* in the XML's order */
  size_t n;
};

/* The way out for all disks that open this NVMe controller. */
static const char *
nvme_remedy_for(const struct pci_claims *same, TALLOC_CTX *ctx)
{
  struct nvme_disk *disks = talloc_array(ctx, struct nvme_disk, (unsigned)same->n);
  size_t n = 0;
  for (size_t i = 0; i < same->n && n <= NVME_REMEDY_DISKS; i++)
    if (same->claim[i]->nvme_namespace)
      disks[n++] = (struct nvme_disk){ .subject = same->claim[i]->dev->subject,
                                       .address = pci_address_string(disks, &same->claim[i]->address),
                                       .id = same->claim[i]->nvme_namespace };
  const char *text = nvme_remedy(ctx, disks, n);
  talloc_free(disks);
  return text;
}

/* QEMU block/nvme.c, Linux vfio: a VFIO group opens once, whatever the namespace. */
static void
check_same_pci(const struct pci_claims *same, const struct host_pci *later, struct stage *stage)
{
  const struct host_pci *first = same->claim[0];
  const char *address = pci_address_string(stage->diag, &later->address);
  if (!first->nvme_namespace && !later->nvme_namespace)
    diag_error(stage->diag, later->place, later->dev->subject,
               "host device %s is already given to the guest by %s (line %u); name another or drop one", address,
               first->dev->subject, first->place.line);
  else if (options_starts(stage->options))
    return; /* launch/claims.c refuses it there */
  else if (!first->nvme_namespace || !later->nvme_namespace)
    diag_unstartable(stage->diag, later->place, later->dev->subject,
                     "%s is given to the guest whole and its namespaces to QEMU's NVMe driver (see %s, line %u): this "
                     "guest "
                     "will not start; drop one of the two",
                     address, first->dev->subject, first->place.line);
  else
    diag_unstartable(stage->diag, later->place, later->dev->subject,
                     "second disk on NVMe controller %s (the first is %s, line %u): QEMU opens a controller once, this "
                     "guest "
                     "will not start; %s",
                     address, first->dev->subject, first->place.line, nvme_remedy_for(same, stage->diag));
}

static int
by_address(const void *a, const void *b)
{
  const struct host_pci *x = *(const struct host_pci *const *)a, *y = *(const struct host_pci *const *)b;
  int order = pci_address_compare(&x->address, &y->address);
  return order ? order : x < y ? -1 : x > y;
}

/* All claims by their addresses, equal ones in the XML's order. */
static struct pci_claims
sorted_claims(const struct domain *domain, TALLOC_CTX *ctx)
{
  struct pci_claims all = { talloc_array(ctx, const struct host_pci *, (unsigned)domain->n_host_pcis),
                            domain->n_host_pcis };
  for (size_t i = 0; i < all.n; i++)
    all.claim[i] = &domain->host_pcis[i];
  if (all.n)
    qsort(all.claim, all.n, sizeof(*all.claim), by_address);
  return all;
}

/* Those of ALL that have the address of the one at AT, which is the first of them. */
static struct pci_claims
claims_from(const struct pci_claims *all, size_t at)
{
  struct pci_claims same = { &all->claim[at], 1 };
  while (at + same.n < all->n && pci_address_equal(&same.claim[0]->address, &same.claim[same.n]->address))
    same.n++;
  return same;
}

static void
check_host_pci(const struct pci_claims *all, struct stage *stage)
{
  for (size_t at = 0; at < all->n;) {
    struct pci_claims same = claims_from(all, at);
    for (size_t i = 1; i < same.n; i++)
      check_same_pci(&same, same.claim[i], stage);
    at += same.n;
  }
}

/* The node of a disk goes when its controller leaves the host. Here names alone tell; launch/claims.c asks sysfs. */
static void
check_host_disk(const struct image_claim *image, const struct pci_claims *all, struct stage *stage)
{
  for (size_t at = 0; at < all->n;) {
    struct pci_claims same = claims_from(all, at);
    const struct host_pci *pci = same.claim[0];
    const char *address = pci_address_string(stage->diag, &pci->address);
    if (block_path_is_on(image->path, address)) {
      diag_unstartable(stage->diag, image->place, image->dev->subject,
                       "%s lies on %s, which leaves the host for %s (line %u): this guest will not start; %s",
                       image->path, address, pci->dev->subject, pci->place.line,
                       pci->nvme_namespace ? nvme_remedy_for(&same, stage->diag) : "drop one of the two");
      return;
    }
    talloc_free((void *)address);
    at += same.n;
  }
}

static void
check_host_disks(const struct domain *domain, const struct pci_claims *all, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_images && !options_starts(stage->options); i++)
    if (block_path_is_on_pci(domain->images[i].path))
      check_host_disk(&domain->images[i], all, stage);
}

static int
by_path(const void *a, const void *b)
{
  const struct image_claim *x = a, *y = b;
  int order = strcmp(x->path, y->path);
  return order ? order : x->place.line < y->place.line ? -1 : x->place.line > y->place.line;
}

/* QEMU block/file-posix.c locks what it opens: who writes tolerates no other, and the other way round. */
static bool
is_locked_out(const struct image_claim *first, const struct image_claim *later)
{
  return first && first->dev != later->dev && str_eq(first->path, later->path) &&
         !(first->readonly && later->readonly) && !(first->shareable && later->shareable);
}

static void
report_lock(const struct image_claim *claim, const struct image_claim *other, struct stage *stage)
{
  if (claim->found || other->found)
    diag_host(stage->diag, claim->place, claim->dev->subject,
              "%s is an image of %s (line %u) too, as a header says: QEMU locks what it writes to; name another, or "
              "add <readonly/> to the disk that writes to it",
              claim->path, other->dev->subject, other->place.line);
  else
    diag_unstartable(stage->diag, claim->place, claim->dev->subject,
                     "%s is an image of %s (line %u) too: QEMU locks what it writes to, this guest will not start; "
                     "name another, or write <shareable/> in both",
                     claim->path, other->dev->subject, other->place.line);
}

static void
check_images(const struct domain *domain, struct stage *stage)
{
  struct image_claim *claims = talloc_memdup(stage->diag, domain->images, domain->n_images * sizeof(*claims));
  const struct image_claim *first = NULL, *writer = NULL;
  if (domain->n_images)
    qsort(claims, domain->n_images, sizeof(*claims), by_path);
  for (size_t i = 0; i < domain->n_images; i++) {
    const struct image_claim *claim = &claims[i];
    const struct image_claim *other = is_locked_out(first, claim)    ? first
                                      : is_locked_out(writer, claim) ? writer
                                                                     : NULL;
    if (other)
      report_lock(claim, other, stage);
    if (!first || !str_eq(first->path, claim->path)) {
      first = claim;
      writer = NULL;
    }
    if (!writer && !claim->readonly)
      writer = claim;
  }
  talloc_free(claims);
}

static int
by_id(const void *a, const void *b)
{
  return strcmp((*(struct device *const *)a)->id, (*(struct device *const *)b)->id);
}

static void
check_ids(const struct domain *domain, struct stage *stage)
{
  struct device **named = talloc_array(stage->diag, struct device *, domain->devices.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < domain->devices.n; i++)
    if (domain->devices.items[i]->user_id)
      named[n++] = domain->devices.items[i];
  if (n)
    qsort(named, n, sizeof(*named), by_id);
  for (size_t i = 1; i < n; i++)
    if (str_eq(named[i]->id, named[i - 1]->id))
      diag_error(stage->diag, named[i]->place, named[i]->subject, "alias '%s' is also that of %s (line %u)",
                 named[i]->id, named[i - 1]->subject, named[i - 1]->place.line);
  talloc_free(named);
}

void
rules_check(const struct domain *domain, struct stage *stage)
{
  struct pci_claims claims = sorted_claims(domain, stage->diag);
  check_boot_order(domain, stage);
  check_host_pci(&claims, stage);
  check_host_disks(domain, &claims, stage);
  check_images(domain, stage);
  check_ids(domain, stage);
  talloc_free(claims.claim);
}

void
rules_check_found(const struct domain *domain, struct stage *stage)
{
  bool any = false;
  for (size_t i = 0; i < domain->n_images && !any; i++)
    any = domain->images[i].found;
  if (any) /* nothing else clashes: rules_check() would have refused it, and no header been read */
    check_images(domain, stage);
}
