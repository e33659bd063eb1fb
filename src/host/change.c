/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/change.c - the one door to the system: changes, and locks */

#include "host/door.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int
write_all(int fd, const char *bytes, size_t length)
{
  while (length > 0) {
    ssize_t put = write(fd, bytes, length);

    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return errno;
    bytes += put;
    length -= (size_t)put;
  }
  return 0;
}

static int
write_once(struct host *host, const char *path, const char *text)
{
  int fd = host_open_file(host, path, O_WRONLY | O_TRUNC | O_NOCTTY, 0);
  int error = 0;
  if (fd < 0)
    return errno;
  if (write(fd, text, strlen(text)) < 0)
    error = errno;
  close(fd);
  return error;
}

int
host_write(struct host *host, const char *path, const char *text)
{
  int error = host_tell(host, HOST_WRITE, false, path, text);
  if (!error)
    error = write_once(host, path, text);
  if (!error)
    error = host_tell(host, HOST_WRITE, true, path, text);
  return error;
}

/* The folder that PATH is in, and PATH's own name there. */
static int
open_parent(const struct host *host, const char *path, const char **name)
{
  const char *slash = strrchr(path, '/');
  char *parent = path_folder(NULL, path);
  int fd = host_open_file(host, parent, O_RDONLY | O_DIRECTORY, 0);
  *name = slash ? slash + 1 : path;
  talloc_free(parent);
  return fd;
}

/* Not every file system can sync a folder: fsync(2). */
static int
sync_folder(int dir)
{
  return fsync(dir) < 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
}

static int
store_in(struct host *host, const char *path, int dir, const char *name, const char *bytes, size_t length)
{
  char *temporary = talloc_asprintf(NULL, ".%s.%d.tmp", name, (int)getpid());
  int fd, error;
  unlinkat(dir, temporary, 0); /* a process of our number, that was killed; or a trap laid in /tmp */
  fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  error = fd < 0 ? errno : write_all(fd, bytes, length);
  if (!error && fsync(fd) < 0)
    error = errno;
  if (fd >= 0 && close(fd) < 0 && !error)
    error = errno;
  if (!error)
    error = host_tell(host, HOST_RENAME, false, path, NULL);
  if (!error && renameat(dir, temporary, dir, name) < 0)
    error = errno;
  if (error && fd >= 0)
    unlinkat(dir, temporary, 0);
  talloc_free(temporary);
  return error ? error : sync_folder(dir);
}

int
host_store(struct host *host, const char *path, const char *bytes, size_t length)
{
  int error = host_tell(host, HOST_STORE, false, path, NULL);
  const char *name;
  int dir;
  if (error)
    return error;
  dir = open_parent(host, path, &name);
  if (dir < 0)
    return errno;
  error = store_in(host, path, dir, name, bytes, length);
  close(dir);
  return error ? error : host_tell(host, HOST_STORE, true, path, NULL);
}

static int
make_one_dir(struct host *host, const char *path, mode_t mode)
{
  const char *name;
  int dir = open_parent(host, path, &name);
  int error;
  if (dir < 0)
    return errno;
  error = mkdirat(dir, name, mode) < 0 ? errno : 0;
  close(dir);
  return error;
}

int
host_make_dir(struct host *host, const char *path, mode_t mode)
{
  struct stat st;
  char *parent;
  int error;
  if (host_stat(host, path, &st))
    return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
  parent = path_folder(NULL, path);
  error = strcmp(parent, path) == 0 ? ENOENT : host_make_dir(host, parent, mode); /* no root: no end */
  talloc_free(parent);
  if (!error)
    error = host_tell(host, HOST_MAKE_DIR, false, path, NULL);
  if (!error)
    error = make_one_dir(host, path, mode);
  if (!error)
    error = host_tell(host, HOST_MAKE_DIR, true, path, NULL);
  return error == EEXIST ? 0 : error;
}

/* FLAGS: of unlinkat(2). */
static int
remove_entry(struct host *host, const char *path, int flags)
{
  int error = host_tell(host, HOST_REMOVE, false, path, NULL);
  const char *name;
  int dir;
  if (error)
    return error;
  dir = open_parent(host, path, &name);
  if (dir < 0)
    return errno == ENOENT ? 0 : errno;
  if (unlinkat(dir, name, flags) < 0)
    error = errno == ENOENT ? 0 : errno;
  else
    error = sync_folder(dir);
  close(dir);
  return error ? error : host_tell(host, HOST_REMOVE, true, path, NULL);
}

int
host_remove(struct host *host, const char *path)
{
  return remove_entry(host, path, 0);
}

int
host_remove_dir(struct host *host, const char *path)
{
  return remove_entry(host, path, AT_REMOVEDIR);
}

/* A holder removes the file before it gives the lock up. So a lock that we get on a file whose name is gone, or leads
 * to another file by now, keeps nobody out: it has to be taken once more. */
static int
lock_once(struct host *host, const char *path, int *fd)
{
  const struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  struct stat mine, named;
  int error;
  *fd = host_open_file(host, path, O_RDWR | O_CREAT | O_NOFOLLOW, 0644);
  if (*fd < 0)
    return errno;
  if (fcntl(*fd, F_OFD_SETLK, &whole) == 0 && fstat(*fd, &mine) == 0) {
    bool there = host_stat(host, path, &named);

    if (there && mine.st_ino == named.st_ino && mine.st_dev == named.st_dev)
      return 0;
    error = there || errno == ENOENT ? EAGAIN : errno;
  } else {
    error = errno == EAGAIN || errno == EACCES ? EBUSY : errno;
  }
  close(*fd);
  return error;
}

int
host_lock(struct host *host, const char *path, int *fd)
{
  int error = host_tell(host, HOST_LOCK, false, path, NULL);
  if (error)
    return error;
  do
    error = lock_once(host, path, fd);
  while (error == EAGAIN);
  if (error)
    return error == EBUSY ? EWOULDBLOCK : error;
  error = host_tell(host, HOST_LOCK, true, path, NULL);
  if (error)
    close(*fd);
  return error;
}

bool
host_is_locked(const struct host *host, const char *path)
{
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = host_open_file(host, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
  if (fd < 0)
    return false;
  bool locked = fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
  close(fd);
  return locked;
}
