/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/node.h - a device node that may not be opened: what would let this user */

#ifndef LAUNCH_NODE_H
#define LAUNCH_NODE_H

#include "host/host.h"

/* PATH was not to be opened for reading and writing, with ERROR. What helps, a talloc child of CTX; NULL: ERROR is
 * none of rights, or PATH cannot be looked at, because of a folder on the way. */
const char *node_remedy(TALLOC_CTX *ctx, const struct host *host, const char *path, int error);

#endif
