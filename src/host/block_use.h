/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/block_use.h - what the host does with a block device */

/* Facts, worded for messages; below the host's root. */

#ifndef HOST_BLOCK_USE_H
#define HOST_BLOCK_USE_H

#include "host/block.h"

/* The use that is about to be made of a block device. */
enum block_way {
  BLOCK_READ,    /* a guest reads it */
  BLOCK_SHARED,  /* a guest writes to it, others may as well */
  BLOCK_WRITTEN, /* a guest writes to it */
  BLOCK_TAKEN,   /* its controller leaves the host: no QEMU may have it, in whatever way */
};

/* Descriptors that were opened while asking, and QEMU's locks that we took: until it is freed, nobody can
 * mount the device or give it to a QEMU. */
struct block_hold;
struct block_hold *block_hold_new(TALLOC_CTX *ctx);

/* Says how the host uses DEVICE, or a partition of it, or the disk that it is a partition of; and the way
 * out: "nvme0n1p1 is mounted on /srv; umount /srv". Mounts, swap, volumes and RAIDs above it, QEMU's locks, whoever
 * has it exclusively. NULL: nothing, as far as we can see. HOLD may be NULL. */
char *block_use(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device, enum block_way way,
                struct block_hold *hold);

/* Another process that has it, or one of those, open: "process 123 (dd)". NULL: none that we may look into. One of
 * udev's is gone a moment later. */
char *block_opener(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device);

#endif
