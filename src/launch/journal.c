/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/journal.c - what must be undone, on disk before it is done; and who works at a controller */

#include "launch/journal.h"

#include "core/hash.h"
#include "core/names.h"
#include "core/utf8.h"
#include "launch/state.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HEAD "domxml2qemu-journal "

enum { VERSION = 1, LONGEST = 16384 };

static const char *const step_names[] = {
  [STEP_OVERRIDE] = "override",
  [STEP_UNBIND] = "unbind",
  [STEP_PROBE] = "probe",
  [STEP_BOUND] = "bound",
};
static_assert(ARRAY_SIZE(step_names) == STEPS, "a step has no name");

/* --- the folder --- */

const char *
journal_dir(TALLOC_CTX *ctx, const struct host *host)
{
  return state_folder(ctx, host, "journals");
}

char *
journal_path(TALLOC_CTX *ctx, const char *dir, const char *address)
{
  return talloc_asprintf(ctx, "%s/%s.journal", dir, address);
}

int
journal_write(struct host *host, const char *dir, const struct journal *journal)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  char *text =
      talloc_asprintf(scratch,
                      HEAD "%d\ncontroller %s\nguest %s\nowner %d %llu %s\ndriver %s\noverride %s\nstep %s\n%s",
                      VERSION, journal->address, utf8_one_line(scratch, journal->guest), (int)journal->owner.pid,
                      journal->owner.start, journal->owner.boot, journal->driver ? journal->driver : "-",
                      journal->override ? journal->override : "-", step_names[journal->step],
                      journal->detached ? "detached yes\n" : "");
  int error;
  text = talloc_asprintf_append(text, "sum %016jx\n", (uintmax_t)hash_text(HASH_START, text));
  error = host_store(host, journal_path(scratch, dir, journal->address), text, strlen(text));
  talloc_free(scratch);
  return error;
}

int
journal_remove(struct host *host, const char *dir, const char *address)
{
  char *path = journal_path(NULL, dir, address);
  int error = host_remove(host, path);
  talloc_free(path);
  return error;
}

/* The value of the line KEY, NULL: no such line. */
static char *
value_of(TALLOC_CTX *ctx, const char *text, const char *key)
{
  size_t length = strlen(key);
  for (const char *line = text; line; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, key, length) == 0 && line[length] == ' ')
      return talloc_strndup(ctx, line + length + 1, strcspn(line + length + 1, "\n"));
  }
  return NULL;
}

static const char *
or_null(const char *word)
{
  return str_eq(word, "-") ? NULL : word;
}

static bool
is_whole(const char *text)
{
  const char *last = strstr(text, "\nsum ");
  char *end;
  uint64_t said;
  if (!last)
    return false;
  said = strtoull(last + strlen("\nsum "), &end, 16);
  return str_eq(end, "\n") && said == hash_bytes(HASH_START, text, (size_t)(last + 1 - text));
}

static struct journal *
parse(TALLOC_CTX *ctx, const char *text)
{
  struct journal *journal = talloc_zero(ctx, struct journal);
  const char *owner = value_of(journal, text, "owner"), *step = value_of(journal, text, "step");
  char boot[64];
  int pid, found = step ? name_find(step_names, STEPS, step) : -1;
  journal->address = value_of(journal, text, "controller");
  journal->guest = value_of(journal, text, "guest");
  journal->driver = value_of(journal, text, "driver");
  journal->override = value_of(journal, text, "override");
  if (!journal->address || !journal->guest || !journal->driver || !journal->override || !owner || found < 0 ||
      sscanf(owner, "%d %llu %63s", &pid, &journal->owner.start, boot) != 3) {
    talloc_free(journal);
    return NULL;
  }
  journal->owner.pid = pid;
  journal->owner.boot = talloc_strdup(journal, boot);
  journal->driver = or_null(journal->driver);
  journal->override = or_null(journal->override);
  journal->step = (enum journal_step)found;
  journal->detached = str_eq(value_of(journal, text, "detached"), "yes");
  return journal;
}

struct journal *
journal_read(TALLOC_CTX *ctx, const struct host *host, const char *dir, const char *address, const char **wrong)
{
  char *path = journal_path(ctx, dir, address);
  char *text = host_read(ctx, host, path, LONGEST, NULL);
  struct journal *journal = NULL;
  unsigned version;
  if (!text)
    *wrong = talloc_asprintf(ctx, "cannot be read: %s", strerror(errno));
  else if (sscanf(text, HEAD "%u\n", &version) != 1)
    *wrong = "is no journal, or was cut off";
  else if (version != VERSION)
    *wrong =
        talloc_asprintf(ctx, "was written by another version of domxml2qemu (journal version %u, this one knows %d)",
                        version, VERSION);
  else if (!is_whole(text))
    *wrong = "is damaged or was cut off";
  else if (!(journal = parse(ctx, text)) || !str_eq(journal->address, address))
    *wrong = "contradicts itself";
  else
    return journal;
  return NULL;
}

/* FILE without ENDING; NULL: it does not end so. */
static char *
without(TALLOC_CTX *ctx, const char *file, const char *ending)
{
  size_t length = strlen(file), tail = strlen(ending);
  if (length <= tail || file[0] == '.' || strcmp(file + length - tail, ending) != 0)
    return NULL;
  return talloc_strndup(ctx, file, length - tail);
}

/* "0000:01:00.0"; a file of another name is not ours. */
static bool
is_address(const char *text)
{
  unsigned domain, bus, slot, function;
  int end = 0;
  return sscanf(text, "%4x:%2x:%2x.%1u%n", &domain, &bus, &slot, &function, &end) == 4 && text[end] == '\0';
}

/* The devices that have a file of that ENDING, or of OTHER where it is not NULL. */
static char **
devices_with(TALLOC_CTX *ctx, const struct host *host, const char *dir, const char *ending, const char *other)
{
  char **files = host_list(ctx, host, dir);
  char **addresses = talloc_zero_array(ctx, char *, 1);
  size_t count = 0;
  for (size_t i = 0; files && files[i]; i++) {
    char *address = without(ctx, files[i], ending);

    if (!address && other)
      address = without(ctx, files[i], other);
    /* the files are sorted, so those of one device are neighbours */
    if (!address || !is_address(address) || (count && str_eq(addresses[count - 1], address)))
      continue;
    addresses = talloc_realloc(ctx, addresses, char *, count + 2);
    addresses[count++] = address;
    addresses[count] = NULL;
  }
  return addresses;
}

char **
journal_list(TALLOC_CTX *ctx, const struct host *host, const char *dir)
{
  return devices_with(ctx, host, dir, ".journal", NULL);
}

char **
journal_devices(TALLOC_CTX *ctx, const struct host *host, const char *dir)
{
  return devices_with(ctx, host, dir, ".journal", ".lock");
}

void
journal_tidy(struct host *host, const char *dir)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  char **files = host_list(scratch, host, dir);
  for (size_t i = 0; files && files[i]; i++) {
    char *path = talloc_asprintf(scratch, "%s/%s", dir, files[i]);
    const char *dot = strrchr(files[i], '.');
    int pid, fd;

    if (str_eq(dot, ".lock") && host_lock(host, path, &fd) == 0) {
      host_remove(host, path);
      close(fd);
    } else if (str_eq(dot, ".tmp") && files[i][0] == '.') {
      while (dot > files[i] && dot[-1] != '.')
        dot--;
      if (sscanf(dot, "%d.tmp", &pid) == 1 && kill(pid, 0) < 0 && errno == ESRCH)
        host_remove(host, path);
    }
  }
  talloc_free(scratch);
}

/* --- locks --- */

static int
lock_release(struct lock *lock)
{
  if (!lock->keep)
    host_remove(lock->host, lock->path);
  close(lock->fd);
  return 0;
}

char *
lock_path(TALLOC_CTX *ctx, const char *dir, const char *address)
{
  return talloc_asprintf(ctx, "%s/%s.lock", dir, address);
}

static const char *
signer(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  const char *who = host_read_line(ctx, host, path);
  return who && *who ? who : "another process";
}

const char *
lock_holder(TALLOC_CTX *ctx, const struct host *host, const char *dir, const char *address)
{
  char *path = talloc_asprintf(ctx, "%s/%s.lock", dir, address);
  return host_is_locked(host, path) ? signer(ctx, host, path) : NULL;
}

struct lock *
lock_take(TALLOC_CTX *ctx, struct host *host, const char *dir, const char *address, const char *guest, const char **who)
{
  struct lock *lock = talloc_zero(ctx, struct lock);
  int error;
  lock->host = host;
  lock->path = lock_path(lock, dir, address);
  error = host_lock(host, lock->path, &lock->fd);
  if (error == EWOULDBLOCK)
    *who = signer(ctx, host, lock->path);
  if (error) {
    talloc_free(lock);
    errno = error;
    return NULL;
  }
  talloc_set_destructor(lock, lock_release);
  lock_sign(lock, getpid(), guest);
  return lock;
}

/* Only for messages: a full disk is no reason to fail. */
void
lock_sign(struct lock *lock, pid_t pid, const char *guest)
{
  char *name = utf8_one_line(NULL, guest);
  char *text = talloc_asprintf(name, "process %d, guest %s\n", (int)pid, name);
  if (ftruncate(lock->fd, 0) < 0 || pwrite(lock->fd, text, strlen(text), 0) < 0)
    errno = 0;
  talloc_free(name);
}
