/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/numa.c - /sys/devices/system/node */

#include "host/numa.h"

struct numset *
host_numa_nodes(TALLOC_CTX *ctx, const struct host *host)
{
  char *online = host_read_line(ctx, host, "/sys/devices/system/node/online");
  struct numset *nodes = online ? numset_parse(ctx, online, false) : NULL;
  talloc_free(online);
  return nodes;
}

struct numset *
host_numa_of_cpus(TALLOC_CTX *ctx, const struct host *host, const struct numset *nodes, const struct numset *cpus)
{
  struct numset *found = numset_new(ctx);
  for (int node = numset_next(nodes, 0); node >= 0; node = numset_next(nodes, (uint64_t)node + 1)) {
    TALLOC_CTX *scratch = talloc_new(ctx);
    const char *path = talloc_asprintf(scratch, "/sys/devices/system/node/node%d/cpulist", node);
    char *list = host_read_line(scratch, host, path);
    struct numset *here = list ? numset_parse(scratch, list, true) : NULL;
    if (here && numset_common(here, cpus) >= 0)
      numset_add(found, (uint64_t)node);
    talloc_free(scratch);
  }
  return found;
}
