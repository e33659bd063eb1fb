/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/memory.h - what memory the host has, and its huge pages */

/* Facts; hugepages_check() alone reports. Below the host's root: /proc/meminfo, /proc/mounts,
 * /sys/kernel/mm/hugepages, /sys/devices/system/node. */

#ifndef HOST_MEMORY_H
#define HOST_MEMORY_H

#include "host/host.h"

/* Memory that the host can give in pages of the usual size, in bytes. */
struct memory_room {
  uint64_t all;         /* memory and swap */
  uint64_t available;   /* without taking it from another program */
  uint64_t uncommitted; /* OVERCOMMIT 2: what nobody was promised */
  unsigned overcommit;  /* vm.overcommit_memory */
};

/* False: the host does not tell. */
bool memory_room(const struct host *host, struct memory_room *room);

/* The size of a huge page where none is asked for; 0: none. */
uint64_t hugepages_default(const struct host *host);

/* Where a hugetlbfs with pages of SIZE bytes is mounted; NULL: nowhere. */
char *hugepages_mount(TALLOC_CTX *ctx, const struct host *host, uint64_t size);

/* Can BYTES be had in pages of SIZE (0: the default)? Reports what is missing: the size, a mount (in FOLDER, if
 * there is none at all; FOLDER is NULL: none is needed), enough free pages, with the command that makes them. */
bool hugepages_check(const struct host *host, uint64_t size, uint64_t bytes, const char *folder, struct place place,
                     const char *subject, struct diag *diag);

#endif
