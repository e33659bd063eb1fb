/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/filesystem.h - the struct that the files of the filesystem slice share */

/* Private to dev/filesystem.c and dev/filesystem_virtiofs.c. */

#ifndef DEV_FILESYSTEM_H
#define DEV_FILESYSTEM_H

#include "chardev/chardev.h"
#include "domain/kinds.h"

enum fs_type { FS_TYPE_MOUNT };
enum fs_driver { FS_DRIVER_DEFAULT, FS_PATH, FS_HANDLE, FS_LOOP, FS_NBD, FS_PLOOP, FS_VIRTIOFS, FS_MTP, FS_DRIVERS };
enum fs_access { FS_ACCESS_DEFAULT, FS_PASSTHROUGH, FS_MAPPED, FS_SQUASH };
enum fs_multidevs { MULTIDEVS_DEFAULT, MULTIDEVS_REMAP, MULTIDEVS_FORBID, MULTIDEVS_WARN };
enum fs_model { FS_MODEL_DEFAULT, FS_MODEL_VIRTIO, FS_MODEL_TRANSITIONAL, FS_MODEL_NON_TRANSITIONAL };

/* <idmap><uid start= target= count=/> */
struct id_range {
  bool group;
  uint32_t start, target, count;
};

/* The attributes of virtiofsd alone. */
struct virtiofs {
  const char *socket; /* of a daemon that somebody else started; NULL: ours */
  const char *binary;
  uint32_t queue;
  enum tristate xattr, posix_lock, flock;
  int cache, sandbox;
  int32_t thread_pool; /* its size; below 0: the daemon's default */
  uint64_t open_files; /* 0: the daemon's default */
  struct id_range *ranges;
  size_t n_ranges;
  struct chardev *chardev;
};

struct filesystem {
  struct device dev;
  enum fs_type type;
  enum fs_driver driver;
  enum fs_access access;
  enum fs_multidevs multidevs;
  enum fs_model model;
  uint32_t fmode, dmode; /* 0: not given */
  int wrpolicy;
  const char *dir; /* on the host */
  const char *tag; /* what the guest mounts */
  bool readonly;
  struct virtiofs virtiofs;
};

extern const struct attr virtiofs_attrs[];
void virtiofs_parse(struct filesystem *fs, xmlNode *node, struct stage *stage);
/* Names the socket and the program to start; the device has its id by now. */
void virtiofs_start(struct filesystem *fs, struct stage *stage);
void virtiofs_check(const struct filesystem *fs, struct stage *stage);
void virtiofs_build(const struct filesystem *fs, const struct build *b, struct argv *argv);

#endif
