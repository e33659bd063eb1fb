/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/guest_lock.h - one guest runs once: a lock for each, and the list of those that run */

/* The lock is held by whoever starts the guest and is inherited by QEMU, and by no helper: so it is
 * free as soon as both are gone, however they went. */

#ifndef LAUNCH_GUEST_LOCK_H
#define LAUNCH_GUEST_LOCK_H

#include "domain/domain.h"
#include "launch/guest_record.h"

struct guest_lock;

/* Takes the lock of DOMAIN's guest; freeing gives it up. NULL after an error was reported: it runs
 * already (by whom, and since when), or the lock cannot be had. */
struct guest_lock *guest_lock_take(TALLOC_CTX *ctx, struct host *host, const struct domain *domain, struct diag *diag);

/* Would that be refused? Takes nothing. False after an error was reported. */
bool guest_lock_check(const struct host *host, const struct domain *domain, struct diag *diag);

/* The descriptor that QEMU inherits. */
int guest_lock_fd(const struct guest_lock *lock);

/* Writes down a process that was started for the guest. */
void guest_lock_add(struct guest_lock *lock, const char *name, pid_t pid);

/* --- all of them --- */

/* A guest of this user that runs, or of which something is left. */
struct guest_entry {
  const char *folder;                /* of its sockets and logs, there or not */
  const struct guest_record *record; /* .guest is never NULL */
  bool runs;                         /* its lock is held, or it has .socket */
  const char *socket;                /* of the folder, that somebody listens on who holds no lock: a printed command,
                                      * or a script; NULL: none */
  const char *log;                   /* of FOLDER, where the guest has ended: it may say why; NULL: none */
  bool leftovers;                    /* it does not run, but a process of it lives or its folder is there */
};

/* Removes the files of locks that nobody holds: with --exec, whoever took one is not there to do so. */
void guest_tidy(struct host *host);

/* In the order of their names; *N of them. A talloc child of CTX. */
struct guest_entry *guest_list(TALLOC_CTX *ctx, const struct host *host, size_t *n);

#endif
