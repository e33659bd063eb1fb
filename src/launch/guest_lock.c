/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/guest_lock.c - one guest runs once: a lock for each, and the list of those that run */

#include "launch/guest_lock.h"

#include "domain/runtime.h"
#include "host/socket.h"
#include "launch/guest_folder.h"
#include "launch/state.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { RECORD_MAX = 65536 };

struct guest_lock {
  struct host *host;
  const char *path;
  int fd;
  struct guest_record *record;
};

/* NULL: nowhere. */
static const char *
lock_path(TALLOC_CTX *ctx, const struct host *host, const char *file)
{
  const char *folder = state_folder(ctx, host, "locks");
  return folder ? talloc_asprintf(ctx, "%s/%s", folder, file) : NULL;
}

static const struct guest_record *
read_record(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  return guest_record_read(ctx, host_read(ctx, host, path, RECORD_MAX, NULL));
}

static void
report_running(const struct host *host, const struct domain *domain, const char *path, struct diag *diag)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  diag_host(diag, domain->place, NULL,
            "the guest %s runs already: %s; end that one first, or give this one another name", domain->name,
            guest_record_words(scratch, read_record(scratch, host, path)));
  talloc_free(scratch);
}

/* Only for messages: that a disk is full is no reason to fail. One write, the rest cut off behind it: a reader
 * finds whole lines. */
static void
write_record(struct guest_lock *lock)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  char *text = guest_record_write(scratch, lock->record);
  ssize_t length = (ssize_t)strlen(text);
  if (pwrite(lock->fd, text, (size_t)length, 0) != length || ftruncate(lock->fd, length) < 0)
    errno = 0;
  talloc_free(scratch);
}

static int
release(struct guest_lock *lock)
{
  host_remove(lock->host, lock->path);
  close(lock->fd);
  return 0;
}

struct guest_lock *
guest_lock_take(TALLOC_CTX *ctx, struct host *host, const struct domain *domain, struct diag *diag)
{
  if (!state_make(host, "locks", diag))
    return NULL;
  struct guest_lock *lock = talloc_zero(ctx, struct guest_lock);
  lock->host = host;
  lock->path = lock_path(lock, host, runtime_guest(lock, domain->name));
  int error = host_lock(host, lock->path, &lock->fd);
  if (error == EWOULDBLOCK)
    report_running(host, domain, lock->path, diag);
  else if (error)
    diag_host(diag, domain->place, NULL, "cannot lock the guest in %s: %s", host_shown(lock, host, lock->path),
              strerror(error));
  if (error) {
    talloc_free(lock);
    return NULL;
  }
  talloc_set_destructor(lock, release);
  lock->record = talloc_zero(lock, struct guest_record);
  lock->record->guest = domain->name;
  lock->record->since = time(NULL);
  guest_lock_add(lock, "domxml2qemu", getpid());
  return lock;
}

bool
guest_lock_check(const struct host *host, const struct domain *domain, struct diag *diag)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *path = lock_path(scratch, host, runtime_guest(scratch, domain->name));
  bool good = state_check(host, diag);
  if (good && path && host_is_locked(host, path)) {
    report_running(host, domain, path, diag);
    good = false;
  }
  talloc_free(scratch);
  return good;
}

int
guest_lock_fd(const struct guest_lock *lock)
{
  return lock->fd;
}

void
guest_lock_add(struct guest_lock *lock, const char *name, pid_t pid)
{
  guest_record_add(lock->record, name, pid);
  write_record(lock);
}

/* --- all of them --- */

static bool
some_live(const struct guest_record *record)
{
  for (size_t i = 0; i < record->n; i++)
    if (owner_lives(&record->processes[i].owner))
      return true;
  return false;
}

/* The first socket in FOLDER that somebody listens on, NULL: none. */
static const char *
listened(TALLOC_CTX *ctx, const struct host *host, const char *folder)
{
  char **files = host_list(ctx, host, folder);
  for (; files && *files; files++) {
    const char *path = talloc_asprintf(ctx, "%s/%s", folder, *files);
    if (socket_listener(host, path) == 0)
      return path;
  }
  return NULL;
}

static struct guest_entry
look(TALLOC_CTX *ctx, const struct host *host, const char *file)
{
  const char *path = lock_path(ctx, host, file);
  struct guest_record *record = guest_record_read(ctx, host_read(ctx, host, path, RECORD_MAX, NULL));
  struct guest_entry entry = { .record = record, .runs = host_is_locked(host, path) };
  entry.folder = talloc_asprintf(ctx, "%s/%s", state_folder(ctx, host, "guests"), file);
  if (!record->guest)
    record->guest = file;
  if (!entry.runs && !some_live(record))
    entry.socket = listened(ctx, host, entry.folder);
  entry.runs |= entry.socket != NULL;
  entry.log = entry.runs ? NULL : guest_folder_log(ctx, host, entry.folder);
  entry.leftovers = !entry.runs && (some_live(record) || host_exists(host, entry.folder));
  return entry;
}

void
guest_tidy(struct host *host)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *folder = state_folder(scratch, host, "locks");
  char **files = folder ? host_list(scratch, host, folder) : NULL;
  for (; files && *files; files++) {
    const char *path = lock_path(scratch, host, *files);
    int fd;

    if (some_live(read_record(scratch, host, path)) || host_lock(host, path, &fd) != 0)
      continue;
    host_remove(host, path);
    close(fd);
  }
  talloc_free(scratch);
}

static int
by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

struct guest_entry *
guest_list(TALLOC_CTX *ctx, const struct host *host, size_t *n)
{
  struct guest_entry *entries = talloc_array(ctx, struct guest_entry, 0);
  char **files = NULL;
  size_t n_files = 0;
  *n = 0;
  for (size_t i = 0; i < 2; i++) {
    const char *folder = state_folder(entries, host, i == 0 ? "locks" : "guests");
    char **some = folder ? host_list(entries, host, folder) : NULL;

    for (; some && *some; some++) {
      files = talloc_realloc(entries, files, char *, n_files + 1);
      files[n_files++] = *some;
    }
  }
  if (n_files)
    qsort(files, n_files, sizeof *files, by_name);
  for (size_t i = 0; i < n_files; i++) {
    struct guest_entry entry;

    if (i > 0 && strcmp(files[i], files[i - 1]) == 0)
      continue;
    entry = look(entries, host, files[i]);
    if (!entry.runs && !entry.leftovers)
      continue;
    entries = talloc_realloc(ctx, entries, struct guest_entry, *n + 1);
    entries[(*n)++] = entry;
  }
  return entries;
}
