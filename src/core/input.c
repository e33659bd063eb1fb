/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/input.c - opening a file that the user named */

/* A blocking open of a FIFO waits for somebody who writes, without end. One that does not block comes back at once,
 * but then a read says "end of file" as long as nobody has it open. tee(2) tells the one from the other and takes
 * nothing out: 0 is nobody, EAGAIN somebody who has written nothing yet. */

#include "core/input.h"

#include "core/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static_assert(INPUT_SECONDS == 10, "a message says how long it was");
enum { SLICE_MILLISECONDS = 100, SLICES = INPUT_SECONDS * 1000 / SLICE_MILLISECONDS };

/* The pipes of a shell (/dev/fd/63) lie in a file system of their own: nobody comes to them later. */
static bool
is_fifo(int fd)
{
  struct stat st;
  struct statfs fs;
  return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) && !(fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC);
}

/* Has somebody come who writes, even if it has left since? */
static bool
somebody_writes(int fd, int spare)
{
  for (int slice = 0; slice < SLICES; slice++) {
    struct pollfd wait = { .fd = fd, .events = POLLIN };

    if (tee(fd, spare, 1, SPLICE_F_NONBLOCK) != 0)
      return true;
    if (poll(&wait, 1, SLICE_MILLISECONDS) > 0)
      return true;
  }
  return false;
}

const char *
input_wait(int fd)
{
  int spare[2], flags = fcntl(fd, F_GETFL);
  bool written = true;
  if (is_fifo(fd) && pipe2(spare, O_CLOEXEC) == 0) {
    written = somebody_writes(fd, spare[1]);
    close(spare[0]);
    close(spare[1]);
  }
  fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  errno = 0;
  return written ? NULL : "it is a FIFO that nobody opened for writing in 10 seconds";
}

int
input_open(const char *file, const char **wrong)
{
  int fd = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), error = errno;
  struct stat st;
  *wrong = fd < 0 ? strerror(error) : input_wait(fd);
  if (error == ENXIO && fd < 0 && stat(file, &st) == 0 && S_ISSOCK(st.st_mode))
    *wrong = "it is a socket";
  if (!*wrong)
    return fd;
  if (fd >= 0)
    close(fd);
  errno = fd < 0 ? error : 0;
  return -1;
}
