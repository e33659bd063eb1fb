/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/launch.h - from an invocation to a running QEMU */

#ifndef LAUNCH_LAUNCH_H
#define LAUNCH_LAUNCH_H

#include "core/argv.h"
#include "domain/kind.h"
#include "domain/secrets.h"
#include "launch/guest_lock.h"

/* Becomes QEMU (--exec), or starts it and waits for its end (--run); guest.h says in which order what
 * is done and undone. LOCK is the guest's. What ready_check() reports was refused before, and taps are open. Returns the
 * exit status; with --exec only after a failure, which was reported. */
int launch(const struct domain *domain, const struct argv *argv, struct guest_lock *lock, struct stage *stage);

/* The exit status for an emulator that could not be started with errno ERROR: env(1)'s 126, 127. */
int launch_status(int error);

#endif
