/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/handover.c - host devices to vfio-pci and back, all or none, whatever happens */

/* The steps of a hand-over, and why they can be undone at any point:
 *
 * 1. The claims are checked: is every device there, is nothing of it in use (claims.c)? Nothing is changed yet.
 * 2. Each device is locked; one that still has the journal of an earlier run is refused, since nobody knows any more
 *    what its driver was meant to be. Then the claims are checked again under the locks, since the host may have
 *    changed, and the block devices of NVMe controllers are held open until all is taken: nobody can mount one
 *    between the look and the unbind.
 * 3. Each managed device that vfio-pci does not have yet is taken (rebind.c): its driver and driver_override are
 *    read; then come driver_override, unbind, drivers_probe, each written to the journal on disk before it is done;
 *    the driver link then proves that vfio-pci has the device.
 * 4. QEMU runs. It inherits the locks, so that they tell others of it even when we are gone.
 * 5. Everything is given back in the reverse order and proved by the driver link; only then the journal goes.
 *
 * When a step fails or a signal comes, the devices taken so far are given back at once. A step that hangs in the
 * kernel is left to a child at the deadline: its device keeps lock and journal, since touching it again would hang
 * as well, and --reattach does the rest later. When we are killed, the journal says how far each device was;
 * --reattach reads it, sees by the lock and by the owner in it (a process and its start time) that nobody lives who
 * holds the device, and does step 5. A device that somebody else has rebound since is left alone and reported.
 *
 * --detach stops after step 3: no lock stays, and the journal says "detached", by which the next guest and
 * --reattach know that this was meant. */

#include "launch/handover.h"

#include "host/pci.h"
#include "launch/rebind.h"
#include "launch/signals.h"
#include "launch/state.h"

#include <errno.h>
#include <unistd.h>

enum { DEADLINE_MS = 30000 };

/* One device that we hold. */
struct held {
  const struct claim *claim;
  struct lock *lock;
  struct journal *journal; /* NULL: not ours to rebind, or not begun */
};

struct handover {
  struct host *host;
  const char *dir;
  const char *guest;
  unsigned deadline_ms;
  bool detached; /* as of struct handover_options; while taking: nobody gives back when we have ended */
  struct held *held;
  size_t n;
  int *fds;
};

/* --- locks --- */

/* --detach has brought it to vfio-pci, where a guest finds it and leaves it. */
static bool
is_detached(const struct handover *h, const char *address)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *wrong;
  struct journal *journal = journal_read(scratch, h->host, h->dir, address, &wrong);
  struct pci_device *device = pci_look(scratch, h->host, address);
  bool detached =
      journal && journal->detached && journal->step == STEP_BOUND && device && str_eq(device->driver, "vfio-pci");
  talloc_free(scratch);
  return detached;
}

/* Something that was asked for DEVICE was not answered: says so. */
static bool
is_unknown(const struct handover *h, const struct claim *claim, struct diag *diag)
{
  const char *path;
  int error = host_unanswered(h->host, &path);
  if (error)
    diag_host(diag, claim->place, claim->subject, "%s: %s: %s; nothing is done on a guess", claim->address,
              host_shown(diag, h->host, path), strerror(error));
  return error != 0;
}

/* False after it was reported that the device is still as an earlier run left it. */
static bool
has_no_past(const struct handover *h, const struct claim *claim, struct diag *diag)
{
  host_ask_afresh(h->host);
  bool left = host_exists(h->host, journal_path(diag, h->dir, claim->address)) && !is_detached(h, claim->address);
  if (is_unknown(h, claim, diag))
    return false;
  if (left)
    diag_host(diag, claim->place, claim->subject,
              "%s was never given back by an earlier run; domxml2qemu --reattach does it", claim->address);
  return !left;
}

static void
say_in_use(const struct claim *claim, const char *who, struct diag *diag)
{
  diag_host(diag, claim->place, claim->subject, "%s is in use by another domxml2qemu: %s; stop that guest first",
            claim->address, who);
}

static bool
lock_one(struct handover *h, struct held *held, struct diag *diag)
{
  const struct claim *claim = held->claim;
  const char *who = NULL;
  held->lock = lock_take(h, h->host, h->dir, claim->address, h->guest, &who);
  if (!held->lock && errno == EWOULDBLOCK)
    say_in_use(claim, who, diag);
  else if (!held->lock)
    diag_host(diag, claim->place, claim->subject, "%s: cannot lock it in %s: %s", claim->address,
              host_shown(diag, h->host, h->dir), strerror(errno));
  return held->lock && has_no_past(h, claim, diag);
}

static void
unlock(struct handover *h)
{
  for (size_t i = 0; i < h->n; i++)
    TALLOC_FREE(h->held[i].lock);
}

static bool
lock_all(struct handover *h, struct diag *diag)
{
  bool good = h->n == 0 || state_make(h->host, "journals", diag);
  for (size_t i = 0; good && i < h->n; i++) {
    good = lock_one(h, &h->held[i], diag);
    if (good)
      h->fds[i] = h->held[i].lock->fd;
  }
  return good;
}

/* --- there --- */

static struct rebind
rebind_of(const struct handover *h, const struct claim *claim, struct diag *diag)
{
  return (struct rebind){
    .host = h->host,
    .dir = h->dir,
    .deadline_ms = h->deadline_ms,
    .diag = diag,
    .place = claim->place,
    .subject = claim->subject,
  };
}

static bool
take_one(struct handover *h, struct held *held, struct diag *diag)
{
  const struct claim *claim = held->claim;
  host_ask_afresh(h->host);
  struct pci_device *device = pci_look(h, h->host, claim->address);
  struct rebind rebind = rebind_of(h, claim, diag);
  bool good;
  if (is_unknown(h, claim, diag))
    return false;
  if (!claim->managed || (device && str_eq(device->driver, "vfio-pci")))
    return true;
  held->journal = talloc_zero(h, struct journal);
  held->journal->address = claim->address;
  held->journal->guest = h->guest;
  held->journal->owner = owner_self(held->journal);
  held->journal->detached = h->detached;
  good = rebind_take(&rebind, held->journal);
  if (rebind.hung) {
    held->lock->keep = true; /* for the child that hangs; and asking more would hang as well */
    held->journal = NULL;
  }
  if (good && signals_wait()) {
    diag_host(diag, claim->place, claim->subject, "interrupted by a signal; everything is given back");
    return false;
  }
  return good;
}

/* Where nobody can tell, there is one: giving back looks at what is there. */
static bool
journal_exists(struct handover *h, const struct held *held)
{
  if (!held->journal)
    return false;
  host_ask_afresh(h->host);
  return host_exists(h->host, journal_path(h, h->dir, held->journal->address)) || host_unanswered(h->host, NULL);
}

static struct handover *
handover_new(TALLOC_CTX *ctx, struct host *host, const struct claim *claims, size_t n,
             const struct handover_options *options)
{
  struct handover *h = talloc_zero(ctx, struct handover);
  const struct claim **devices = claims_devices(h, claims, n, &h->n);
  h->host = host;
  h->dir = journal_dir(h, host);
  h->guest = talloc_strdup(h, options->guest ? options->guest : "");
  h->deadline_ms = options->deadline_ms ? options->deadline_ms : DEADLINE_MS;
  h->detached = options->detached;
  h->held = talloc_zero_array(h, struct held, h->n);
  h->fds = talloc_zero_array(h, int, h->n);
  for (size_t i = 0; i < h->n; i++)
    h->held[i].claim = devices[i];
  return h;
}

bool
handover_check(struct host *host, const struct claim *claims, size_t n, struct diag *diag)
{
  const struct handover_options options = { 0 };
  struct handover *h = handover_new(NULL, host, claims, n, &options);
  bool good = claims_check(host, claims, n, NULL, diag);
  for (size_t i = 0; h->dir && i < h->n; i++) {
    const struct claim *claim = h->held[i].claim;
    const char *who = lock_holder(h, host, h->dir, claim->address);

    if (who)
      say_in_use(claim, who, diag);
    good = !who && has_no_past(h, claim, diag) && good;
  }
  talloc_free(h);
  return good;
}

struct handover *
handover_take(TALLOC_CTX *ctx, struct host *host, const struct claim *claims, size_t n,
              const struct handover_options *options, struct diag *diag)
{
  struct handover *h = handover_new(ctx, host, claims, n, options);
  sigset_t before;
  bool good;

  signals_hold(&before);
  /* once without side effects, once more when nobody else of us can interfere */
  struct block_hold *hold = block_hold_new(h);
  good = claims_check(host, claims, n, NULL, diag) && lock_all(h, diag) && claims_check(host, claims, n, hold, diag);
  for (size_t i = 0; good && i < h->n; i++)
    good = take_one(h, &h->held[i], diag);
  talloc_free(hold); /* nobody could come between the look and the unbind */
  if (!good) {
    handover_give_back(h, diag);
    TALLOC_FREE(h);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return h;
}

bool
handover_detach(struct host *host, const struct claim *claims, size_t n, const struct handover_options *options,
                unsigned *count, struct diag *diag)
{
  struct claim *managed = talloc_memdup(NULL, claims, (n + 1) * sizeof(*claims));
  struct handover_options ours = *options;
  for (size_t i = 0; i < n; i++)
    managed[i].managed = true;
  ours.detached = true;
  *count = 0;
  struct handover *h = handover_take(managed, host, managed, n, &ours, diag);
  for (size_t i = 0; h && i < h->n; i++) {
    const struct claim *claim = h->held[i].claim;
    if (h->held[i].journal)
      ++*count;
    else
      diag_note(diag, claim->place, claim->subject, "%s is on vfio-pci already%s", claim->address,
                is_detached(h, claim->address) ? ", by an earlier --detach" : "; who bound it there gives it back");
  }
  talloc_free(managed);
  return h != NULL;
}

const int *
handover_fds(const struct handover *h, size_t *count)
{
  *count = h->n;
  return h->fds;
}

bool
handover_is_managed(const struct handover *h)
{
  for (size_t i = 0; i < h->n; i++) {
    if (h->held[i].journal)
      return true;
  }
  return false;
}

void
handover_sign(struct handover *h, pid_t pid)
{
  for (size_t i = 0; i < h->n; i++)
    lock_sign(h->held[i].lock, pid, h->guest);
}

/* --- and back --- */

bool
handover_give_back(struct handover *h, struct diag *diag)
{
  sigset_t before;
  bool good = true;

  signals_hold(&before);
  for (size_t i = h->n; i-- > 0;) {
    struct held *held = &h->held[i];
    struct rebind rebind = rebind_of(h, held->claim, diag);

    if (journal_exists(h, held) && !rebind_back(&rebind, held->journal))
      good = false;
    if (rebind.hung)
      held->lock->keep = true;
    held->journal = NULL;
  }
  unlock(h);
  h->n = 0;
  sigprocmask(SIG_SETMASK, &before, NULL);
  return good;
}

/* --- after a crash --- */

/* Or it was reported that nobody can tell. */
static bool
is_absent(struct handover *h, const char *file, struct diag *diag)
{
  host_ask_afresh(h->host);
  bool absent = !host_exists(h->host, file);
  if (absent && host_unanswered(h->host, NULL))
    diag_host(diag, (struct place){ .file = host_shown(diag, h->host, file) }, NULL, "cannot be looked at: %s",
              strerror(host_unanswered(h->host, NULL)));
  return absent;
}

static bool
reattach_one(struct handover *h, const char *address, bool named, unsigned *count, struct diag *diag)
{
  struct rebind rebind = { .host = h->host, .dir = h->dir, .deadline_ms = h->deadline_ms, .diag = diag };
  char *file = journal_path(h, h->dir, address);
  const char *who = NULL, *wrong = NULL;
  struct lock *lock = lock_take(h, h->host, h->dir, address, "(reattaching)", &who);
  struct journal *journal = NULL;
  bool good = false;
  if (!lock && errno == EWOULDBLOCK) {
    (named ? diag_host : diag_note)(diag, (struct place){ 0 }, NULL,
                                    "%s is in use (%s); it is given back when that ends", address, who);
    return !named;
  }
  if (!lock)
    diag_host(diag, (struct place){ 0 }, NULL, "%s: cannot lock it in %s: %s", address,
              host_shown(diag, h->host, h->dir), strerror(errno));
  else if (is_absent(h, file, diag))
    good = !host_unanswered(h->host, NULL); /* given back by somebody since we looked */
  else if (!(journal = journal_read(lock, h->host, h->dir, address, &wrong)))
    diag_host(diag, (struct place){ .file = host_shown(diag, h->host, file) }, NULL,
              "this journal %s; nothing was changed. Look at lspci -ks %s, bind it by hand, then remove the file",
              wrong, address);
  else if (owner_lives(&journal->owner))
    diag_host(diag, (struct place){ 0 }, NULL, "%s is in use by process %d, guest %s; stop that first", address,
              (int)journal->owner.pid, journal->guest);
  else if (journal->detached && !named && !h->detached) {
    diag_note(diag, (struct place){ 0 }, NULL,
              "%s was handed over by --detach for %s and stays so; --reattach FILE or --all gives it back", address,
              journal->guest);
    good = true;
  } else if (rebind_back(&rebind, journal))
    good = ++*count > 0;
  if (lock)
    lock->keep = rebind.hung;
  talloc_free(lock);
  return good;
}

bool
handover_reattach(struct host *host, const char *const *addresses, const struct handover_options *options,
                  unsigned *count, struct diag *diag)
{
  struct handover *h = handover_new(NULL, host, NULL, 0, options);
  host_ask_afresh(host);
  char **all = h->dir ? journal_list(h, host, h->dir) : NULL;
  sigset_t before;
  bool good = !host_unanswered(host, NULL);

  *count = 0;
  if (!good)
    diag_host(diag, (struct place){ .file = host_shown(diag, host, h->dir) }, NULL,
              "cannot be listed: %s; whether something is to be given back is not known",
              strerror(host_unanswered(host, NULL)));
  signals_hold(&before);
  for (size_t i = 0; all && all[i]; i++) {
    bool named = false;

    for (size_t j = 0; addresses && addresses[j]; j++)
      named |= str_eq(addresses[j], all[i]);
    if ((named || !addresses) && !reattach_one(h, all[i], named, count, diag))
      good = false;
  }
  if (all)
    journal_tidy(host, h->dir);
  sigprocmask(SIG_SETMASK, &before, NULL);
  talloc_free(h);
  return good;
}
