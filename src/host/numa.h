/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/numa.h - the host's NUMA nodes */

/* Questions only, through struct host. */

#ifndef HOST_NUMA_H
#define HOST_NUMA_H

#include "core/numset.h"
#include "host/host.h"

/* The nodes that are online; NULL: the host does not tell (no sysfs, --offline). */
struct numset *host_numa_nodes(TALLOC_CTX *ctx, const struct host *host);

/* Those of NODES that one of CPUS is on. */
struct numset *host_numa_of_cpus(TALLOC_CTX *ctx, const struct host *host, const struct numset *nodes,
                                 const struct numset *cpus);

#endif
