/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/block.h - the block devices of the host: what a path names, and what they hang on */

/* Facts from sysfs, no judgement, no messages; below the host's root. A made root has plain files for
 * device nodes: there a file below /dev is the block device that sysfs has by its name. */

#ifndef HOST_BLOCK_H
#define HOST_BLOCK_H

#include "host/host.h"

struct block_device {
  const char *name;   /* the kernel's: "nvme0n1p2" */
  const char *whole;  /* the disk that it is a partition of, "nvme0n1"; else its own name */
  const char *folder; /* in sysfs */
  const char *node;   /* "/dev/nvme0n1p2" */
  const char *number; /* "259:2" */
};

/* The device that PATH, a node or a link to one, names. NULL: it is absent, or no block device. */
struct block_device *block_find(TALLOC_CTX *ctx, const struct host *host, const char *path);

/* Does PATH, by udev's rules, name a disk on a PCI device; on ADDRESS? A look at the words alone. */
bool block_path_is_on_pci(const char *path);
bool block_path_is_on(const char *path, const char *address);

/* The device of that name of the kernel's. NULL: absent. */
struct block_device *block_named(TALLOC_CTX *ctx, const struct host *host, const char *name);

/* The names of the partitions of a disk; NULL ends. */
char **block_partitions(TALLOC_CTX *ctx, const struct host *host, const struct block_device *disk);

/* The names of the disks that a device lies on: the disk of a partition, those below a device-mapper volume
 * or a RAID; NULL ends. A plain disk is its own. */
char **block_disks(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device);

/* The names of the disks that hang on the PCI device ADDRESS, whatever controller it is; NULL ends. */
char **block_of_pci(TALLOC_CTX *ctx, const struct host *host, const char *address);

#endif
