/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/owner.h - a process, told apart from later ones of the same number */

#ifndef LAUNCH_OWNER_H
#define LAUNCH_OWNER_H

#include "host/host.h"

/* A process, told apart from later ones of the same number. */
struct owner {
  pid_t pid;
  unsigned long long start; /* ticks since boot, /proc/PID/stat field 22 */
  const char *boot;         /* /proc/sys/kernel/random/boot_id */
};

/* About processes of this machine, whatever root a host has. */
struct owner owner_self(TALLOC_CTX *ctx);
struct owner owner_of(TALLOC_CTX *ctx, pid_t pid);
/* Where the kernel does not tell (out of descriptors), it does. */
bool owner_lives(const struct owner *owner);

#endif
