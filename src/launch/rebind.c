/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/rebind.c - one device, one journal: there and back */

#include "launch/rebind.h"

#include "host/pci.h"
#include "launch/deadline.h"

#include <errno.h>

#define VFIO "vfio-pci"

enum { VERIFY_MS = 3000 };

#define SAY(r, ...) diag_host((r)->diag, (r)->place, (r)->subject, __VA_ARGS__)

/* The driver that the driver link names now; NULL: none. */
static const char *
driver_now(const struct rebind *r, TALLOC_CTX *ctx, const char *address)
{
  char *link = pci_path(NULL, address, "driver");
  const char *driver = host_link_name(ctx, r->host, link);
  talloc_free(link);
  return driver;
}

/* Every question since host_ask_afresh() was answered. False after it was reported: an absence that is none would
 * be taken for "no driver" or "no such device", and the way back be lost. */
static bool
is_known(const struct rebind *r, const char *address)
{
  const char *path;
  int error = host_unanswered(r->host, &path);
  if (error)
    SAY(r, "%s: cannot tell how it is: %s: %s; nothing is done on a guess", address, host_shown(r->diag, r->host, path),
        strerror(error));
  return !error;
}

static bool
same(const char *a, const char *b)
{
  return (!a && !b) || str_eq(a, b);
}

struct expectation {
  const struct rebind *rebind;
  const char *address, *driver;
};

static bool
is_as_expected(void *arg)
{
  struct expectation *e = arg;
  TALLOC_CTX *scratch = talloc_new(NULL);
  host_ask_afresh(e->rebind->host);
  bool is = same(driver_now(e->rebind, scratch, e->address), e->driver) && !host_unanswered(e->rebind->host, NULL);
  talloc_free(scratch);
  return is;
}

/* A probe may go on behind our back (nvme probes asynchronously), or fail in silence. */
static bool
verify(const struct rebind *r, const char *address, const char *driver)
{
  struct expectation e = { .rebind = r, .address = address, .driver = driver };
  return deadline_wait(is_as_expected, &e, r->deadline_ms < VERIFY_MS ? r->deadline_ms : VERIFY_MS);
}

/* One step in the kernel has ended with ERROR. False after it was reported what failed. */
static bool
is_done(struct rebind *r, const char *address, const char *path, int error, const char *doing)
{
  if (error == ETIMEDOUT) {
    r->hung = true;
    SAY(r,
        "%s: %s has not ended within %u s: the kernel waits for the device; dmesg may say why. Its journal stays: "
        "run domxml2qemu --reattach later, or reboot",
        address, doing, (r->deadline_ms + 999) / 1000);
  } else if (error) {
    SAY(r, "%s: %s failed: %s: %s%s", address, doing, host_shown(r->diag, r->host, path), strerror(error),
        error == EACCES || error == EPERM ? "; run as root"
        : error == EBUSY                  ? "; something on this host still uses it"
        : error == ENOENT                 ? "; it is gone from this host since it was looked at"
                                          : "");
  }
  return error == 0;
}

static bool
put(struct rebind *r, const char *address, const char *path, const char *text, const char *doing)
{
  return is_done(r, address, path, deadline_write(r->host, path, text, r->deadline_ms), doing);
}

static bool
put_override(struct rebind *r, const char *address, const char *driver)
{
  char *path = pci_path(NULL, address, "driver_override");
  char *text = talloc_asprintf(path, "%s\n", driver ? driver : "");
  bool good = put(r, address, path, text, driver ? "writing driver_override" : "clearing driver_override");
  talloc_free(path);
  return good;
}

/* Is the device there, without a driver? */
static bool
is_unbound(const struct rebind *r, const char *address)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  host_ask_afresh(r->host);
  bool is = host_exists(r->host, pci_path(scratch, address, "vendor")) && !driver_now(r, scratch, address) &&
            !host_unanswered(r->host, NULL);
  talloc_free(scratch);
  return is;
}

/* A driver that gives up by itself between our look and this leaves nothing to unbind from: ENOENT, or ENODEV where
 * it does so in that very moment. */
static bool
unbind(struct rebind *r, const char *address, const char *driver)
{
  char *path = pci_path(NULL, address, "driver/unbind");
  char *doing = talloc_asprintf(path, "unbinding it from %s", driver);
  int error = deadline_write(r->host, path, address, r->deadline_ms);
  if ((error == ENOENT || error == ENODEV) && is_unbound(r, address))
    error = 0;
  bool good = is_done(r, address, path, error, doing);
  talloc_free(path);
  return good;
}

static bool
probe(struct rebind *r, const char *address)
{
  return put(r, address, "/sys/bus/pci/drivers_probe", address, "looking for its driver");
}

/* "(null)" is the kernel's word for none. False after an error was reported. */
static bool
get_override(struct rebind *r, TALLOC_CTX *ctx, const char *address, const char **override)
{
  char *line, *path = pci_path(NULL, address, "driver_override");
  int error = deadline_read(ctx, r->host, path, &line, r->deadline_ms);
  *override = line && *line && !str_eq(line, "(null)") ? line : NULL;
  if (error == ETIMEDOUT) {
    r->hung = true;
    SAY(r, "%s: reading driver_override has not ended within %u s: something else holds the device; dmesg may say why",
        address, (r->deadline_ms + 999) / 1000);
  } else if (error) {
    SAY(r, "%s: cannot read %s: %s", address, host_shown(r->diag, r->host, path), strerror(error));
  }
  talloc_free(path);
  return error == 0;
}

static bool
note_step(struct rebind *r, struct journal *journal, enum journal_step step)
{
  int error;
  journal->step = step;
  error = journal_write(r->host, r->dir, journal);
  if (error)
    SAY(r, "%s: cannot write the journal in %s: %s; nothing is rebound that cannot be given back", journal->address,
        host_shown(r->diag, r->host, r->dir), strerror(error));
  return error == 0;
}

bool
rebind_take(struct rebind *r, struct journal *journal)
{
  const char *address = journal->address;
  if (!get_override(r, journal, address, &journal->override))
    return false;
  host_ask_afresh(r->host);
  journal->driver = driver_now(r, journal, address);
  if (!is_known(r, address))
    return false;
  if (!note_step(r, journal, STEP_OVERRIDE) || !put_override(r, address, VFIO))
    return false;
  if (!note_step(r, journal, STEP_UNBIND) || (journal->driver && !unbind(r, address, journal->driver)))
    return false;
  if (!note_step(r, journal, STEP_PROBE) || !probe(r, address))
    return false;
  if (!verify(r, address, VFIO)) {
    SAY(r, "%s: vfio-pci did not take it; dmesg says why", address);
    return false;
  }
  return note_step(r, journal, STEP_BOUND);
}

/* --- back --- */

/* Someone else's setting is not ours to undo. */
static bool
is_foreign(struct rebind *r, const struct journal *journal, const char *driver, const char *override)
{
  char *file = journal_path(r->diag, r->dir, journal->address);
  bool foreign_driver = driver && !str_eq(driver, VFIO) && !str_eq(driver, journal->driver);
  bool foreign_override = override && !str_eq(override, VFIO) && !str_eq(override, journal->override);
  if (foreign_driver)
    SAY(r, "%s was bound to %s by somebody else since (it was on %s); nothing was changed. If that is right, rm %s",
        journal->address, driver, journal->driver ? journal->driver : "no driver", host_shown(r->diag, r->host, file));
  else if (foreign_override)
    SAY(r, "%s got driver_override %s by somebody else since; nothing was changed. If that is right, rm %s",
        journal->address, override, host_shown(r->diag, r->host, file));
  return foreign_driver || foreign_override;
}

/* The override is right by now and no driver is bound. */
static bool
bind_original(struct rebind *r, const struct journal *journal)
{
  const char *driver = journal->driver;
  char *folder = talloc_asprintf(r->diag, PCI_DRIVERS "/%s", driver);
  host_ask_afresh(r->host);
  bool loaded = host_exists(r->host, folder);
  if (!is_known(r, journal->address))
    return false;
  if (!loaded) {
    SAY(r, "%s was on %s, which is not loaded any more; modprobe %s, then domxml2qemu --reattach", journal->address,
        driver, driver);
    return false;
  }
  if (!probe(r, journal->address))
    return false;
  if (verify(r, journal->address, driver))
    return true;
  SAY(r, "%s: %s did not take it back; dmesg says why. Its journal stays: domxml2qemu --reattach tries again",
      journal->address, driver);
  return false;
}

static bool
restore(struct rebind *r, const struct journal *journal, TALLOC_CTX *scratch)
{
  const char *address = journal->address, *override, *driver = driver_now(r, scratch, address);
  if (!is_known(r, address))
    return false;
  if (!get_override(r, scratch, address, &override) || is_foreign(r, journal, driver, override))
    return false;
  if (!same(override, journal->override) && !put_override(r, address, journal->override))
    return false;
  if (driver && !same(driver, journal->driver)) {
    if (!unbind(r, address, driver))
      return false;
    if (!verify(r, address, NULL)) {
      SAY(r, "%s: still bound to %s after unbinding; dmesg says why", address, driver);
      return false;
    }
    driver = NULL;
  }
  if (!driver && journal->driver && !bind_original(r, journal))
    return false;
  if (!get_override(r, scratch, address, &override))
    return false;
  if (!same(override, journal->override))
    SAY(r, "%s: driver_override is still %s; the kernel did not take %s", address, override ? override : "empty",
        journal->override ? journal->override : "an empty one");
  return same(override, journal->override);
}

bool
rebind_back(struct rebind *r, const struct journal *journal)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  host_ask_afresh(r->host);
  struct pci_device *device = pci_look(scratch, r->host, journal->address);
  bool good = is_known(r, journal->address) && (!device || restore(r, journal, scratch));
  int error;
  talloc_free(scratch);
  if (!good)
    return false;
  if (!device)
    diag_warning(r->diag, r->place, r->subject, "%s is gone from this host; there is nothing to give back",
                 journal->address);
  error = journal_remove(r->host, r->dir, journal->address);
  if (error)
    SAY(r, "%s was given back, but its journal in %s cannot be removed: %s; run domxml2qemu --reattach later",
        journal->address, host_shown(r->diag, r->host, r->dir), strerror(error));
  return error == 0;
}
