/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/memory.c - what memory the host has, and its huge pages */

#include "host/memory.h"

#include <inttypes.h>
#include <stdlib.h>

#define HUGEPAGES "/sys/kernel/mm/hugepages"

/* "Hugepagesize:    2048 kB" */
static uint64_t
meminfo(const struct host *host, const char *key)
{
  char *text = host_read(NULL, host, "/proc/meminfo", HOST_TEXT_MAX, NULL);
  char *line = text ? strstr(text, key) : NULL;
  uint64_t kib = line ? strtoull(line + strlen(key), NULL, 10) : 0;
  talloc_free(text);
  return KIB(kib);
}

bool
memory_room(const struct host *host, struct memory_room *room)
{
  long long overcommit = 0;
  uint64_t limit = meminfo(host, "CommitLimit:"), promised = meminfo(host, "Committed_AS:");
  host_read_number(host, "/proc/sys/vm/overcommit_memory", &overcommit);
  *room = (struct memory_room){
    .all = meminfo(host, "MemTotal:") + meminfo(host, "SwapTotal:"),
    .available = meminfo(host, "MemAvailable:") + meminfo(host, "SwapFree:"),
    .uncommitted = limit > promised ? limit - promised : 0,
    .overcommit = (unsigned)overcommit,
  };
  return room->all && room->available;
}

uint64_t
hugepages_default(const struct host *host)
{
  return meminfo(host, "Hugepagesize:");
}

/* "pagesize=2M", "pagesize=1024M", "pagesize=1G"; without, the default size. */
static uint64_t
page_size(const struct host *host, const char *options)
{
  const char *at = strstr(options, "pagesize=");
  char *unit;
  uint64_t size;
  if (!at)
    return hugepages_default(host);
  size = strtoull(at + strlen("pagesize="), &unit, 10);
  switch (*unit) {
  case 'K':
  case 'k':
    return KIB(size);
  case 'M':
  case 'm':
    return MIB(size);
  case 'G':
  case 'g':
    return GIB(size);
  default:
    return size;
  }
}

char *
hugepages_mount(TALLOC_CTX *ctx, const struct host *host, uint64_t size)
{
  char *text = host_read(NULL, host, "/proc/mounts", HOST_TEXT_MAX, NULL), *save = NULL, *found = NULL;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line && !found; line = strtok_r(NULL, "\n", &save)) {
    char point[4097], options[4097];

    if (sscanf(line, "%*s %4096s hugetlbfs %4096s", point, options) == 2 && page_size(host, options) == size)
      found = talloc_strdup(ctx, point);
  }
  talloc_free(text);
  return found;
}

/* Free pages of SIZE bytes on NUMA node NODE (-1: all nodes). False: no such size. */
static bool
hugepages_free(const struct host *host, uint64_t size, int node, uint64_t *pages)
{
  char *folder = node < 0 ? talloc_strdup(NULL, HUGEPAGES)
                          : talloc_asprintf(NULL, "/sys/devices/system/node/node%d/hugepages", node);
  long long count = 0;
  bool known =
      host_read_number(host, talloc_asprintf(folder, "%s/hugepages-%" PRIu64 "kB/free_hugepages", folder, size >> 10),
                       &count);
  *pages = known && count > 0 ? (uint64_t)count : 0;
  talloc_free(folder);
  return known;
}

/* Those who mount there what systemd has not mounted must make the folder first. */
static void
report_no_mount(const struct host *host, uint64_t size, const char *folder, struct place place, const char *subject,
                struct diag *diag)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  diag_host(diag, place, subject,
            "no hugetlbfs with pages of %" PRIu64 " KiB is mounted, and QEMU would take ordinary memory; %s"
            "mount -t hugetlbfs -o pagesize=%" PRIu64 "K hugetlbfs %s",
            size >> 10, host_exists(host, folder) ? "" : talloc_asprintf(ctx, "mkdir %s; ", folder), size >> 10,
            folder);
  talloc_free(ctx);
}

bool
hugepages_check(const struct host *host, uint64_t size, uint64_t bytes, const char *folder, struct place place,
                const char *subject, struct diag *diag)
{
  uint64_t pages, wanted = size ? size : hugepages_default(host), need;
  char *mount;
  bool good = true;
  if (!wanted || !hugepages_free(host, wanted, -1, &pages)) {
    diag_host(diag, place, subject, "this host has no huge pages of %" PRIu64 " KiB; %s", wanted >> 10,
              wanted >= GIB(1) ? "boot with hugepagesz=1G" : "use a kernel that has them, or leave out the size");
    return false;
  }
  mount = hugepages_mount(NULL, host, wanted);
  if (folder && !mount) {
    report_no_mount(host, wanted, folder, place, subject, diag);
    good = false;
  }
  talloc_free(mount);
  need = (bytes + wanted - 1) / wanted;
  if (pages < need) {
    diag_host(diag, place, subject,
              "%" PRIu64 " huge pages of %" PRIu64 " KiB are needed, %" PRIu64 " are free; add %" PRIu64
              " to " HUGEPAGES "/hugepages-%" PRIu64 "kB/nr_hugepages",
              need, wanted >> 10, pages, need - pages, wanted >> 10);
    good = false;
  }
  return good;
}
