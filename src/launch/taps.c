/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/taps.c - opening the taps that a domain's network cards want of us */

#include "launch/taps.h"

#include "launch/macvtap.h"
#include "launch/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Behind a fork, the child's copy of a want is not its to undo. */
static pid_t maker;

static int
undo(struct tap_want *want)
{
  if (want->made && getpid() == maker)
    macvtap_remove(want->made);
  return 0;
}

static bool
open_tap(struct tap_want *want, int *fds, struct stage *stage)
{
  const struct tap *tap = &want->tap;
  bool macvtap = tap->lower || (tap->existing && macvtap_is(stage->host, tap->name));
  if (!macvtap)
    return tap_open(want, stage->host, tap, fds, &want->name, want->place, want->subject, stage->diag);
  maker = getpid();
  talloc_set_destructor(want, undo);
  signals_hold(NULL); /* from here on there is something to undo */
  return macvtap_open(want, stage->host, tap, fds, &want->name, &want->made, want->place, want->subject, stage->diag);
}

static void
open_one(struct tap_want *want, struct stage *stage)
{
  unsigned queues = want->tap.queues;
  int *fds = talloc_zero_array(want, int, queues);
  if (!open_tap(want, fds, stage))
    return;
  want->fds = fds;
  if (want->vhost == TAP_VHOST_NO)
    return;
  fds = talloc_zero_array(want, int, queues);
  if (tap_open_vhost(want->vhost_path, fds, queues, want->vhost == TAP_VHOST_REQUIRED, want->place, want->subject,
                     stage->diag))
    want->vhost_fds = fds;
}

void
taps_open(struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_taps; i++)
    open_one(domain->taps[i], stage);
}

void
taps_note_left(const struct domain *domain, struct diag *diag)
{
  for (size_t i = 0; i < domain->n_taps; i++) {
    const struct tap_want *want = domain->taps[i];
    if (want->made)
      diag_note(diag, want->place, want->subject,
                "when QEMU has ended, ip link del %s removes its macvtap; --run does it by itself", want->name);
  }
}

/* Opening it changes nothing, and only opening tells whether a container's rules let us. */
static void
check_vhost(const struct tap_want *want, struct stage *stage)
{
  int fd = want->vhost == TAP_VHOST_NO ? -1 : host_open_file(stage->host, want->vhost_path, O_RDWR, 0);
  if (fd >= 0)
    close(fd);
  else if (want->vhost != TAP_VHOST_NO)
    tap_lacks_vhost(want->vhost_path, errno, want->vhost == TAP_VHOST_REQUIRED, want->place, want->subject,
                    stage->diag);
}

static void
check_one(const struct tap_want *want, struct stage *stage)
{
  if (want->tap.lower)
    macvtap_check(stage->host, &want->tap, want->place, want->subject, stage->diag);
  else
    tap_check(stage->host, &want->tap, want->place, want->subject, stage->diag);
  check_vhost(want, stage);
}

void
taps_check(const struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_taps; i++)
    check_one(domain->taps[i], stage);
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
