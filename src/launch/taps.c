/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/taps.c - the taps that a domain's network cards want of us */

#include "launch/taps.h"

struct tap_want *
taps_want(struct domain *domain)
{
  struct tap_want *want = talloc_zero(domain, struct tap_want);
  want->tap.queues = 1;
  domain->taps = talloc_realloc(domain, domain->taps, struct tap_want *, domain->n_taps + 1);
  domain->taps[domain->n_taps++] = want;
  return want;
}

static void
open_one(struct tap_want *want, struct stage *stage)
{
  unsigned queues = want->tap.queues;
  int *fds = talloc_zero_array(want, int, queues);
  if (!tap_open(want, &want->tap, fds, &want->name, want->place, want->subject, stage->diag))
    return;
  want->fds = fds;
  if (want->vhost == TAP_VHOST_NO)
    return;
  fds = talloc_zero_array(want, int, queues);
  if (tap_open_vhost(fds, queues, want->vhost == TAP_VHOST_REQUIRED, want->place, want->subject, stage->diag))
    want->vhost_fds = fds;
}

void
taps_open(struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_taps; i++)
    open_one(domain->taps[i], stage);
}

void
taps_check(const struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_taps; i++)
    tap_check(stage->host, &domain->taps[i]->tap, domain->taps[i]->place, domain->taps[i]->subject, stage->diag);
}

int *
taps_fds(TALLOC_CTX *ctx, const struct domain *domain, size_t *n)
{
  int *all = NULL;
  *n = 0;
  for (size_t i = 0; i < domain->n_taps; i++) {
    const struct tap_want *want = domain->taps[i];
    all = talloc_realloc(ctx, all, int, *n + 2 * want->tap.queues);
    for (unsigned q = 0; want->fds && q < want->tap.queues; q++)
      all[(*n)++] = want->fds[q];
    for (unsigned q = 0; want->vhost_fds && q < want->tap.queues; q++)
      all[(*n)++] = want->vhost_fds[q];
  }
  return all;
}
