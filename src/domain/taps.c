/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/taps.c - the taps that a domain's network cards want of us */

#include "domain/taps.h"

struct tap_want *
taps_want(struct domain *domain)
{
  struct tap_want *want = talloc_zero(domain, struct tap_want);
  want->tap.queues = 1;
  domain->taps = ARRAY_ROOM(domain, domain->taps, struct tap_want *, domain->n_taps);
  domain->taps[domain->n_taps++] = want;
  return want;
}
