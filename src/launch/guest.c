/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/guest.c - one guest from its arguments to its end: the order in which things happen */

#include "launch/guest.h"

#include "launch/handover.h"
#include "launch/iommufd.h"
#include "launch/signals.h"

/* swtpm_setup makes keys, which takes its time on a busy host; a helper that ends is noticed at once. */
enum { HELPER_MS = 30000 };

/* A guest on its way. */
struct launching {
  const struct guest *guest;
  struct handover *handover;
  struct program qemu;
};

/* QEMU inherits the locks too: they show that it still runs when we do not. */
static void
add_locks(struct launching *l, TALLOC_CTX *ctx)
{
  size_t n_locks;
  const int *locks = handover_fds(l->handover, &n_locks);
  int *fds = talloc_array(ctx, int, l->guest->qemu.n_fds + n_locks + 1);
  if (l->guest->qemu.n_fds)
    memcpy(fds, l->guest->qemu.fds, l->guest->qemu.n_fds * sizeof *fds);
  if (n_locks)
    memcpy(fds + l->guest->qemu.n_fds, locks, n_locks * sizeof *fds);
  l->qemu = l->guest->qemu;
  l->qemu.fds = fds;
  l->qemu.n_fds += n_locks;
  if (l->guest->lock)
    fds[l->qemu.n_fds++] = guest_lock_fd(l->guest->lock);
}

static bool
give_back(struct launching *l, struct diag *diag)
{
  iommufd_close(l->guest->claims, l->guest->n_claims);
  return handover_give_back(l->handover, diag);
}

/* Memory before devices: a limit needs no undoing. */
static bool
prepare(struct launching *l, struct host *host, TALLOC_CTX *ctx, struct diag *diag)
{
  const struct guest *guest = l->guest;
  struct place place = guest->n_claims ? guest->claims[0].place : (struct place){ 0 };
  const struct handover_options options = { .guest = guest->name };
  if (!exec_memlock(guest->memlock, place, guest->n_claims ? guest->claims[0].subject : NULL, diag))
    return false;
  l->handover = handover_take(ctx, host, guest->claims, guest->n_claims, &options, diag);
  if (!l->handover)
    return false;
  add_locks(l, ctx);
  if (iommufd_open(host, guest->claims, guest->n_claims, diag))
    return true;
  give_back(l, diag);
  return false;
}

static void
flush(const struct guest *guest)
{
  if (guest->flush)
    guest->flush(guest->arg);
}

int
guest_exec(struct host *host, const struct guest *guest, struct diag *diag)
{
  struct launching l = { .guest = guest };
  TALLOC_CTX *ctx = talloc_new(NULL);
  int status = GUEST_HOST;
  signals_hold(NULL);
  if (prepare(&l, host, ctx, diag)) {
    if (handover_is_managed(l.handover))
      diag_note(diag, guest->claims[0].place, NULL,
                "when QEMU has ended, domxml2qemu --reattach gives the controllers back; "
                "--run does it by itself");
    flush(guest);
    if (signals_wait())
      diag_host(diag, (struct place){ 0 }, NULL, "interrupted by a signal before QEMU was started");
    else
      status = exec_program(&l.qemu, diag);
    give_back(&l, diag);
  }
  talloc_free(ctx);
  return status;
}

static void
started(int pid, void *arg)
{
  struct launching *l = arg;
  handover_sign(l->handover, pid);
  if (l->guest->lock)
    guest_lock_add(l->guest->lock, "QEMU", pid);
}

static void
note_helper(const char *name, int pid, void *arg)
{
  guest_lock_add(arg, name, pid);
}

static void
flush_running(void *arg)
{
  struct launching *l = arg;
  flush(l->guest);
}

int
guest_run(struct host *host, const struct guest *guest, struct diag *diag)
{
  struct launching l = { .guest = guest };
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct run run = { .options = guest->run, .started = started, .flush = flush_running, .arg = &l };
  int status = GUEST_HOST;
  signals_hold(NULL);
  if (!prepare(&l, host, ctx, diag)) {
    talloc_free(ctx);
    return GUEST_HOST;
  }
  run.helpers = helpers_start(ctx, guest->helpers, guest->n_helpers, HELPER_MS, diag);
  if (run.helpers && guest->lock)
    helpers_each(run.helpers, note_helper, guest->lock);
  run.qemu = l.qemu;
  if (run.helpers && signals_wait())
    diag_host(diag, (struct place){ 0 }, NULL, "interrupted by a signal before QEMU was started");
  else if (run.helpers)
    status = run_qemu(&run, diag);
  if (run.helpers) {
    helpers_end(run.helpers);
    if (status == 0 && guest->folder)
      helpers_forget_logs(run.helpers, guest->folder);
  }
  TALLOC_FREE(run.helpers);
  if (!give_back(&l, diag) && status == 0)
    status = GUEST_HOST;
  talloc_free(ctx);
  return status;
}
