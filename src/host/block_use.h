/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/block_use.h - what the host does with a block device */

/* Facts, worded for messages; below the host's root. */

#ifndef HOST_BLOCK_USE_H
#define HOST_BLOCK_USE_H

#include "host/host.h"

/* What the host does with a block device or a partition of it, with the way out:
 * "nvme0n1p1 is mounted on /srv; umount /srv". NULL: nothing, as far as we can see. */
char *block_use(TALLOC_CTX *ctx, const struct host *host, const char *block);

#endif
