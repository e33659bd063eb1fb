/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/space.c - how much room a file system has left */

#include "host/space.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool
space_free(const struct host *host, const char *path, uint64_t *bytes)
{
  struct statvfs room;
  int fd = host_open_file(host, path, O_PATH, 0);
  if (fd < 0)
    return false;
  bool told = fstatvfs(fd, &room) == 0;
  close(fd);
  if (told)
    *bytes = (uint64_t)room.f_bavail * room.f_frsize;
  return told;
}
