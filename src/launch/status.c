/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/status.c - what this user's guests hold of the host, and what ended ones have left */

#include "launch/status.h"

#include "host/pci.h"
#include "launch/journal.h"

#include <stdio.h>
#include <sys/stat.h>

const char *const hold_names[HOLDS] = {
  [HOLD_GUEST] = "held",
  [HOLD_DETACHED] = "detached",
  [HOLD_LEFT] = "left over",
  [HOLD_DAMAGED] = "damaged",
};

/* When FILE was written last; 0: it is not there. */
static int64_t
written(const struct host *host, const char *file)
{
  struct stat st;
  return host_stat(host, file, &st) ? (int64_t)st.st_mtime : 0;
}

static const char *
process_name(TALLOC_CTX *ctx, int pid)
{
  struct host *here = host_open(NULL, NULL, NULL);
  const char *name = host_read_line(ctx, here, talloc_asprintf(here, "/proc/%d/comm", pid));
  talloc_free(here);
  return name;
}

static void
look_at_device(struct held_device *held, TALLOC_CTX *ctx, const struct host *host)
{
  struct pci_device *device = pci_look(ctx, host, held->address);
  held->what = device ? pci_class_name(device->class) : NULL;
  held->driver = device ? device->driver : NULL;
}

static void
read_journal(struct held_device *held, TALLOC_CTX *ctx, const struct host *host, const char *dir)
{
  const char *path = journal_path(ctx, dir, held->address), *wrong = NULL;
  struct journal *journal = journal_read(ctx, host, dir, held->address, &wrong);
  held->journal = host_exists(host, path);
  if (!held->journal)
    return;
  held->since = written(host, path);
  held->hold = !journal ? HOLD_DAMAGED : journal->detached ? HOLD_DETACHED : HOLD_LEFT;
  held->wrong = wrong;
  if (!journal)
    return;
  held->before = journal->driver;
  held->guest = journal->guest;
  held->pid = journal->owner.pid;
  if (owner_lives(&journal->owner)) {
    held->comm = process_name(ctx, held->pid);
    held->hold = HOLD_GUEST;
  }
}

/* The lock says who works with the device now. */
static void
read_lock(struct held_device *held, TALLOC_CTX *ctx, const struct host *host, const char *dir)
{
  const char *path = lock_path(ctx, dir, held->address), *text;
  int pid = 0, at = 0;
  if (!host_is_locked(host, path))
    return;
  if (held->hold != HOLD_DAMAGED)
    held->hold = HOLD_GUEST;
  held->since = written(host, path);
  text = host_read_line(ctx, host, path);
  if (!text || sscanf(text, "process %d, guest %n", &pid, &at) < 1 || !at)
    return;
  held->pid = pid;
  held->guest = talloc_strdup(ctx, text + at);
  held->comm = process_name(ctx, pid);
}

static bool
is_among(const char *const *names, const char *name)
{
  for (; names && *names; names++)
    if (str_eq(*names, name))
      return true;
  return false;
}

static void
add_devices(struct status *status, const struct host *host, const char *const *addresses)
{
  const char *dir = journal_dir(status, host);
  char **all = dir ? journal_devices(status, host, dir) : NULL;
  for (; all && *all; all++) {
    struct held_device held = { .address = *all };

    if (addresses && !is_among(addresses, *all))
      continue;
    look_at_device(&held, status, host);
    read_journal(&held, status, host, dir);
    read_lock(&held, status, host, dir);
    if (!held.journal && held.hold == HOLD_GUEST && !held.pid)
      continue; /* a file that nobody holds, to be tidied up */
    status->devices = talloc_realloc(status, status->devices, struct held_device, status->n_devices + 1);
    status->devices[status->n_devices++] = held;
  }
}

struct status *
status_look(TALLOC_CTX *ctx, const struct host *host, const char *const *addresses, const char *guest)
{
  struct status *status = talloc_zero(ctx, struct status);
  size_t n, kept = 0;
  add_devices(status, host, addresses);
  status->guests = guest_list(status, host, &n);
  for (size_t i = 0; i < n; i++)
    if (!guest || str_eq(status->guests[i].record->guest, guest))
      status->guests[kept++] = status->guests[i];
  status->n_guests = kept;
  return status;
}

bool
status_has_leftovers(const struct status *status)
{
  for (size_t i = 0; i < status->n_devices; i++)
    if (status->devices[i].hold == HOLD_LEFT || status->devices[i].hold == HOLD_DAMAGED)
      return true;
  for (size_t i = 0; i < status->n_guests; i++)
    if (status->guests[i].leftovers)
      return true;
  return false;
}
