/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/guest_record.h - what is written down about a guest that runs: its processes, and since when */

/* The text of a guest's lock:
 *
 *     domxml2qemu-guest 1
 *     guest NAME
 *     since 1764349871                    seconds since 1970
 *     process PID START BOOT domxml2qemu  who holds the lock; with --exec that has become QEMU
 *     process PID START BOOT swtpm        the others in the order in which they were started
 *
 * It is for messages and lists: whether a guest runs is said by the lock alone. So a part of it, or
 * nothing (a full disk), is no error. */

#ifndef LAUNCH_GUEST_RECORD_H
#define LAUNCH_GUEST_RECORD_H

#include "launch/owner.h"

struct guest_process {
  const char *name;
  struct owner owner;
};

struct guest_record {
  const char *guest;
  int64_t since;
  struct guest_process *processes;
  size_t n;
};

void guest_record_add(struct guest_record *record, const char *name, pid_t pid);

/* A talloc child of CTX. */
char *guest_record_write(TALLOC_CTX *ctx, const struct guest_record *record);

/* The record in TEXT; members that it does not have are NULL, 0, none. Never NULL itself. */
struct guest_record *guest_record_read(TALLOC_CTX *ctx, const char *text);

/* "domxml2qemu (process 12), QEMU (process 14), since 2026-11-28 17:04:11": those that live. */
const char *guest_record_words(TALLOC_CTX *ctx, const struct guest_record *record);

#endif
