/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/image_lock.c - does a running QEMU have an image? */

#include "host/image_lock.h"

#include <fcntl.h>
#include <unistd.h>

/* QEMU block/file-posix.c, include/block/block-common.h: a byte locked for each permission that one
 * has, and one for each that one grants to nobody else. */
enum { PERM_BASE = 100, UNSHARED_BASE = 200, CONSISTENT_READ = 0, WRITE = 1, PERMS = 4 };

static bool
is_locked_from(int fd, off_t byte, off_t length)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = length };
  return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static bool
is_locked(int fd, off_t byte)
{
  return is_locked_from(fd, byte, 1);
}

bool
image_is_locked(const struct host *host, const char *path, bool writes, bool shared)
{
  int fd = host_open_file(host, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  if (fd < 0)
    return false;
  bool locked = (!shared && is_locked(fd, PERM_BASE + WRITE)) || is_locked(fd, UNSHARED_BASE + CONSISTENT_READ) ||
                (writes && is_locked(fd, UNSHARED_BASE + WRITE));
  close(fd);
  return locked;
}

bool
image_is_open(int fd)
{
  return is_locked_from(fd, PERM_BASE, UNSHARED_BASE + PERMS - PERM_BASE);
}

void
image_lock(int fd)
{
  struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = UNSHARED_BASE, .l_len = PERMS };
  fcntl(fd, F_OFD_SETLK, &lock);
}
