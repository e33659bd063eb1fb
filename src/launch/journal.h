/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/journal.h - what must be undone, on disk before it is done; and who works at a controller */

/* One folder, two files a controller: ADDRESS.journal says how the controller was before we
 * touched it, ADDRESS.lock is held as long as somebody, QEMU included, works with it.
 * Journals are text:
 *
 *     domxml2qemu-journal 1
 *     controller 0000:01:00.0
 *     guest NAME
 *     owner PID START BOOT
 *     driver nvme                 "-": it had none
 *     override -                  "-": there was none
 *     step unbind                 what was about to be done
 *     detached yes                only where --detach did it: it stays so until it is asked for by name
 *     sum 0123456789abcdef        FNV-1a of all lines before
 */

#ifndef LAUNCH_JOURNAL_H
#define LAUNCH_JOURNAL_H

#include "launch/owner.h"

enum journal_step { STEP_OVERRIDE, STEP_UNBIND, STEP_PROBE, STEP_BOUND, STEPS };

struct journal {
  const char *address;
  const char *guest;
  struct owner owner;
  const char *driver;   /* NULL: it had none */
  const char *override; /* NULL: there was none */
  enum journal_step step;
  bool detached; /* by --detach: no guest has it, and it is meant to stay with vfio-pci */
};

/* The folder of this user's journals (state.h). NULL: none to be had. */
const char *journal_dir(TALLOC_CTX *ctx, const struct host *host);

char *journal_path(TALLOC_CTX *ctx, const char *dir, const char *address);

/* 0 or errno: then the journal on disk is the one before. */
int journal_write(struct host *host, const char *dir, const struct journal *journal);
int journal_remove(struct host *host, const char *dir, const char *address);

/* NULL with *WRONG saying why: absent (ENOENT in errno), cut off, of another version. */
struct journal *journal_read(TALLOC_CTX *ctx, const struct host *host, const char *dir, const char *address,
                             const char **wrong);

/* The controllers that have a journal, and those that have a journal or a lock's file; NULL ends. Never NULL. */
char **journal_list(TALLOC_CTX *ctx, const struct host *host, const char *dir);
char **journal_devices(TALLOC_CTX *ctx, const struct host *host, const char *dir);

/* Removes temporary files of dead processes and locks that nobody holds. */
void journal_tidy(struct host *host, const char *dir);

/* --- locks --- */

struct lock {
  struct host *host;
  const char *path;
  int fd;    /* a child that inherits it holds the lock too */
  bool keep; /* the file stays: a hanging child may still hold it */
};

/* Held or not, there or not. */
char *lock_path(TALLOC_CTX *ctx, const char *dir, const char *address);

/* The lock of a controller, released and its file removed by the destructor. NULL with errno;
 * for EWOULDBLOCK *WHO names the holder ("process 123, guest NAME"). */
struct lock *lock_take(TALLOC_CTX *ctx, struct host *host, const char *dir, const char *address, const char *guest,
                       const char **who);

/* Says who holds the lock now, as *WHO above; NULL: nobody. */
const char *lock_holder(TALLOC_CTX *ctx, const struct host *host, const char *dir, const char *address);

/* After fork: says in the lock's file who is using the controller now. */
void lock_sign(struct lock *lock, pid_t pid, const char *guest);

#endif
