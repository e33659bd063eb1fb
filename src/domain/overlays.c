/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/overlays.c - where the writes to <transient/> disks go, to be forgotten */

#include "domain/overlays.h"

struct overlay_want *
overlays_want(struct domain *domain)
{
  struct overlay_want *want = talloc_zero(domain, struct overlay_want);
  want->fd = -1;
  domain->overlays = ARRAY_ROOM(domain, domain->overlays, struct overlay_want *, domain->n_overlays);
  domain->overlays[domain->n_overlays++] = want;
  return want;
}
