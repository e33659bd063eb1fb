/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/host.c - the one door to the system: paths below a root, questions, changes */

#include "host/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct host {
  const char *root; /* NULL: the real system */
  int fd;           /* the root folder; -1: the real system, or offline */
  bool offline;
  int (*watch)(const struct host_step *step, void *arg);
  void *watch_arg;
};

enum { LINE_MAX_BYTES = 4096 };

static int
host_close(struct host *host)
{
  if (host->fd >= 0)
    close(host->fd);
  return 0;
}

struct host *
host_offline(TALLOC_CTX *ctx)
{
  struct host *host = talloc_zero(ctx, struct host);
  host->fd = -1;
  host->offline = true;
  return host;
}

/* Linux 5.6: openat2(2) resolves "..", and links that start with "/", inside the root. */
static int
open_below(int root, const char *path, int flags, mode_t mode)
{
  struct open_how how = {
    .flags = (unsigned)(flags | O_CLOEXEC),
    .mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? mode : 0,
    .resolve = RESOLVE_IN_ROOT,
  };
  long fd;
  do
    fd = syscall(SYS_openat2, root, path, &how, sizeof how);
  while (fd < 0 && errno == EAGAIN); /* a rename raced with ".." */
  return (int)fd;
}

/* "/" in any spelling. */
static bool
is_real_root(const char *root)
{
  struct stat st, real;
  return !root || str_eq(root, "/") ||
         (stat(root, &st) == 0 && stat("/", &real) == 0 && st.st_dev == real.st_dev && st.st_ino == real.st_ino);
}

struct host *
host_open(TALLOC_CTX *ctx, const char *root, struct diag *diag)
{
  struct host *host = talloc_zero(ctx, struct host);
  int probe;
  host->fd = -1;
  if (is_real_root(root))
    return host;

  host->root = talloc_strdup(host, root);
  host->fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  talloc_set_destructor(host, host_close);
  probe = host->fd < 0 ? -1 : open_below(host->fd, "/", O_PATH, 0);
  if (probe < 0) {
    diag_host(diag, (struct place){ .file = root }, NULL, "%s; a host root is a folder with sys, proc, etc, usr, dev%s",
              strerror(errno), errno == ENOSYS ? ", and needs Linux 5.6 (openat2)" : "");
    talloc_free(host);
    return NULL;
  }
  close(probe);
  return host;
}

bool
host_is_real(const struct host *host)
{
  return !host->root && !host->offline;
}

bool
host_is_offline(const struct host *host)
{
  return host->offline;
}

char *
host_shown(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  size_t length = host->root ? strlen(host->root) : 0;
  while (length > 0 && host->root[length - 1] == '/')
    length--;
  return talloc_asprintf(ctx, "%.*s%s", (int)length, host->root ? host->root : "", path);
}

int
host_open_file(const struct host *host, const char *path, int flags, mode_t mode)
{
  if (host->offline) {
    errno = ENOMEDIUM;
    return -1;
  }
  if (!host->root)
    return open(path, flags | O_CLOEXEC, mode);
  return open_below(host->fd, path, flags, mode);
}

/* --- questions --- */

/* Reads until the end or until MAX + 1 bytes are there. */
static char *
read_all(TALLOC_CTX *ctx, int fd, size_t max, size_t *length)
{
  size_t size = max < 4096 ? max + 1 : 4096, used = 0;
  char *bytes = talloc_array(ctx, char, size + 1);
  for (;;) {
    ssize_t got = read(fd, bytes + used, size - used);

    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      break;
    if (got == 0) {
      bytes[used] = '\0';
      if (length)
        *length = used;
      return bytes;
    }
    used += (size_t)got;
    if (used > max) {
      errno = EFBIG;
      break;
    }
    if (used == size) {
      size = size * 2 > max ? max + 1 : size * 2;
      bytes = talloc_realloc(ctx, bytes, char, size + 1);
    }
  }
  talloc_free(bytes);
  return NULL;
}

char *
host_read(TALLOC_CTX *ctx, const struct host *host, const char *path, size_t max, size_t *length)
{
  int fd = host_open_file(host, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  struct stat st;
  char *bytes = NULL;
  int saved;
  if (fd < 0)
    return NULL;
  if (fstat(fd, &st) == 0) {
    if (S_ISREG(st.st_mode))
      bytes = read_all(ctx, fd, max, length);
    else
      errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
  }
  saved = errno;
  close(fd);
  errno = saved;
  return bytes;
}

char *
host_read_line(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  char *line = host_read(ctx, host, path, LINE_MAX_BYTES, NULL);
  size_t length;
  if (!line)
    return NULL;
  length = strcspn(line, "\n");
  while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
    length--;
  line[length] = '\0';
  return line;
}

bool
host_read_number(const struct host *host, const char *path, long long *value)
{
  char *line = host_read_line(NULL, host, path);
  char *end = NULL;
  bool good = false;
  if (!line)
    return false;
  errno = 0;
  *value = strtoll(line, &end, 0);
  if (errno == 0 && end != line && *end == '\0')
    good = true;
  talloc_free(line);
  return good;
}

char *
host_link(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  int fd = host_open_file(host, path, O_PATH | O_NOFOLLOW, 0);
  char target[4096];
  ssize_t length;
  int saved;
  if (fd < 0)
    return NULL;
  length = readlinkat(fd, "", target, sizeof target);
  saved = length < 0 && errno == ENOENT ? EINVAL : errno; /* "": not a link */
  close(fd);
  errno = saved;
  if (length < 0)
    return NULL;
  return talloc_strndup(ctx, target, (size_t)length);
}

char *
host_link_name(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  char *target = host_link(NULL, host, path);
  const char *slash;
  char *name;
  if (!target)
    return NULL;
  slash = strrchr(target, '/');
  name = talloc_strdup(ctx, slash ? slash + 1 : target);
  talloc_free(target);
  return name;
}

/* The kernel knows the path of a descriptor; a made root is cut off its front. */
char *
host_real_path(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  int fd = host_open_file(host, path, O_PATH, 0);
  char name[64], found[4096], root[4096];
  ssize_t length, skip = 0;
  if (fd < 0)
    return NULL;
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  length = readlink(name, found, sizeof found - 1);
  close(fd);
  if (length < 0)
    return NULL;
  found[length] = '\0';
  if (host->root) {
    snprintf(name, sizeof name, "/proc/self/fd/%d", host->fd);
    skip = readlink(name, root, sizeof root - 1);
    if (skip < 0 || skip > length)
      return NULL;
  }
  return talloc_strdup(ctx, found[skip] ? found + skip : "/");
}

static int
by_name(const void *a, const void *b)
{
  return strverscmp(*(char *const *)a, *(char *const *)b);
}

char **
host_list(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  int fd = host_open_file(host, path, O_RDONLY | O_DIRECTORY, 0);
  DIR *dir = fd < 0 ? NULL : fdopendir(fd);
  char **names;
  size_t count = 0;
  struct dirent *entry;
  if (!dir && fd >= 0)
    close(fd);
  if (!dir)
    return NULL;
  names = talloc_array(ctx, char *, 1);
  while ((entry = readdir(dir))) {
    if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
      continue;
    names = talloc_realloc(ctx, names, char *, count + 2);
    names[count++] = talloc_strdup(names, entry->d_name);
  }
  closedir(dir);
  names[count] = NULL;
  qsort(names, count, sizeof *names, by_name);
  return names;
}

bool
host_stat(const struct host *host, const char *path, struct stat *st)
{
  int fd = host_open_file(host, path, O_PATH, 0);
  bool good;
  if (fd < 0)
    return false;
  good = fstat(fd, st) == 0;
  close(fd);
  return good;
}

bool
host_exists(const struct host *host, const char *path)
{
  struct stat st;
  return host_stat(host, path, &st);
}

bool
host_may(const struct host *host, const char *path, int mode)
{
  int fd = host_open_file(host, path, O_PATH, 0);
  char name[64];
  int saved;
  bool good;
  if (fd < 0)
    return false;
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  good = faccessat(AT_FDCWD, name, mode, AT_EACCESS) == 0;
  saved = errno;
  close(fd);
  errno = saved;
  return good;
}

/* --- changes --- */

static int
tell(const struct host *host, enum host_change change, bool done, const char *path, const char *text)
{
  const struct host_step step = { .change = change, .done = done, .path = path, .text = text };
  return host->watch ? host->watch(&step, host->watch_arg) : 0;
}

bool
host_unclaimed(const struct host *host, const char *node)
{
  int error = tell(host, HOST_CLAIM, false, node, NULL);
  int fd;
  if (error) {
    errno = error;
    return error != EBUSY;
  }
  fd = host_open_file(host, node, O_RDONLY | O_EXCL | O_NONBLOCK | O_NOCTTY, 0);
  if (fd < 0)
    return errno != EBUSY;
  close(fd);
  errno = 0;
  return true;
}

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
  int error = tell(host, HOST_WRITE, false, path, text);
  if (!error)
    error = write_once(host, path, text);
  if (!error)
    error = tell(host, HOST_WRITE, true, path, text);
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
    error = tell(host, HOST_RENAME, false, path, NULL);
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
  int error = tell(host, HOST_STORE, false, path, NULL);
  const char *name;
  int dir;
  if (error)
    return error;
  dir = open_parent(host, path, &name);
  if (dir < 0)
    return errno;
  error = store_in(host, path, dir, name, bytes, length);
  close(dir);
  return error ? error : tell(host, HOST_STORE, true, path, NULL);
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
    error = tell(host, HOST_MAKE_DIR, false, path, NULL);
  if (!error)
    error = make_one_dir(host, path, mode);
  if (!error)
    error = tell(host, HOST_MAKE_DIR, true, path, NULL);
  return error == EEXIST ? 0 : error;
}

int
host_remove(struct host *host, const char *path)
{
  int error = tell(host, HOST_REMOVE, false, path, NULL);
  const char *name;
  int dir;
  if (error)
    return error;
  dir = open_parent(host, path, &name);
  if (dir < 0)
    return errno == ENOENT ? 0 : errno;
  if (unlinkat(dir, name, 0) < 0)
    error = errno == ENOENT ? 0 : errno;
  else
    error = sync_folder(dir);
  close(dir);
  return error ? error : tell(host, HOST_REMOVE, true, path, NULL);
}

/* Whoever gives a lock up removes its file first: a lock on a file that has lost its name is none. */
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
  int error = tell(host, HOST_LOCK, false, path, NULL);
  if (error)
    return error;
  do
    error = lock_once(host, path, fd);
  while (error == EAGAIN);
  if (error)
    return error == EBUSY ? EWOULDBLOCK : error;
  error = tell(host, HOST_LOCK, true, path, NULL);
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

void
host_watch(struct host *host, int (*watch)(const struct host_step *step, void *arg), void *arg)
{
  host->watch = watch;
  host->watch_arg = arg;
}
