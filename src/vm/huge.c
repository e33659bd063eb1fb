/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/huge.c - where the host has its huge pages: /proc/mounts, /proc/meminfo */

#include "vm/huge.h"
#include "host/host.h"

#include <stdio.h>

enum { FILE_LIMIT = 1024 * 1024 };

/* "pagesize=2M" among mount options; 0: not there, the host's default. */
static uint64_t
page_size(const char *options)
{
  const char *option = strstr(options, "pagesize=");
  unsigned long long size;
  char unit = '\0';
  if (!option || sscanf(option + strlen("pagesize="), "%llu%c", &size, &unit) < 1)
    return 0;
  switch (unit) {
  case 'K':
  case 'k':
    return KIB(size);
  case 'M':
    return MIB(size);
  case 'G':
    return GIB(size);
  default:
    return size;
  }
}

static void
add_mount(struct domain *domain, const char *path, uint64_t size)
{
  struct memory *memory = &domain->memory;
  memory->huge_mounts = talloc_realloc(domain, memory->huge_mounts, struct huge_mount, memory->n_huge_mounts + 1);
  memory->huge_mounts[memory->n_huge_mounts++] =
    (struct huge_mount){ .size = size ? size : memory->huge_default, .path = talloc_strdup(domain, path) };
}

void
huge_resolve(struct domain *domain, const struct host *host)
{
  TALLOC_CTX *scratch = talloc_new(domain);
  char *info = host_read(scratch, host, "/proc/meminfo", FILE_LIMIT, NULL);
  const char *line = info ? strstr(info, "Hugepagesize:") : NULL;
  unsigned long long kib;
  if (line && sscanf(line, "Hugepagesize: %llu kB", &kib) == 1 && kib)
    domain->memory.huge_default = KIB(kib);
  char *mounts = host_read(scratch, host, "/proc/mounts", FILE_LIMIT, NULL), *rest = NULL;
  for (char *p = mounts ? strtok_r(mounts, "\n", &rest) : NULL; p; p = strtok_r(NULL, "\n", &rest)) {
    char path[1024], type[32], options[1024];
    if (sscanf(p, "%*s %1023s %31s %1023s", path, type, options) == 3 && strcmp(type, "hugetlbfs") == 0)
      add_mount(domain, path, page_size(options));
  }
  talloc_free(scratch);
}
