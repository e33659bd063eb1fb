/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/host.c - the one door to the system: paths below a root, questions */

#include "host/door.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The first question that nobody answered. */
struct unanswered {
  int error; /* 0: none */
  char path[256];
};

struct host {
  const char *root; /* NULL: the real system */
  int fd;           /* the root folder; -1: the real system, or offline */
  bool offline;
  struct unanswered *unanswered;
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

static struct host *
host_new(TALLOC_CTX *ctx)
{
  struct host *host = talloc_zero(ctx, struct host);
  host->unanswered = talloc_zero(host, struct unanswered);
  host->fd = -1;
  return host;
}

struct host *
host_offline(TALLOC_CTX *ctx)
{
  struct host *host = host_new(ctx);
  host->offline = true;
  return host;
}

/* A C library older than the kernel has no name for it; the number is the same everywhere but on alpha. */
#if !defined SYS_openat2 && !defined __alpha__
#define SYS_openat2 437
#endif

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
  struct host *host = host_new(ctx);
  int probe;
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
host_as_root(const struct host *host)
{
  return !host_is_real(host) || geteuid() == 0;
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
host_tell(const struct host *host, enum host_change change, bool done, const char *path, const char *text)
{
  const struct host_step step = { .change = change, .done = done, .path = path, .text = text };
  return host->watch ? host->watch(&step, host->watch_arg) : 0;
}

/* ESRCH: of a process that has ended. */
static bool
is_absence(int error)
{
  return error == ENOENT || error == ENOTDIR || error == ESRCH;
}

/* -1, with ERROR in errno. */
static int
fail(const struct host *host, const char *path, int error)
{
  struct unanswered *u = host->unanswered;
  if (!u->error && !is_absence(error)) {
    u->error = error;
    snprintf(u->path, sizeof u->path, "%s", path);
  }
  errno = error;
  return -1;
}

static int
open_unnoticed(const struct host *host, const char *path, int flags, mode_t mode)
{
  if (host->offline) {
    errno = ENOMEDIUM;
    return -1;
  }
  if (!host->root)
    return open(path, flags | O_CLOEXEC, mode);
  return open_below(host->fd, path, flags, mode);
}

int
host_open_file(const struct host *host, const char *path, int flags, mode_t mode)
{
  int error = host_tell(host, HOST_OPEN, false, path, NULL);
  int fd = error ? -1 : open_unnoticed(host, path, flags, mode);
  return fd >= 0 ? fd : fail(host, path, error ? error : errno);
}

/* --- questions --- */

int
host_unanswered(const struct host *host, const char **path)
{
  if (path)
    *path = host->unanswered->path;
  return host->unanswered->error;
}

void
host_ask_afresh(const struct host *host)
{
  host->unanswered->error = 0;
}

ssize_t
host_read_at(int fd, uint64_t offset, void *bytes, size_t length)
{
  size_t got = 0;
  if (offset > (uint64_t)INT64_MAX - length) {
    errno = EOVERFLOW;
    return -1;
  }
  while (got < length) {
    ssize_t n = pread(fd, (char *)bytes + got, length - got, (off_t)(offset + got));
    if (n < 0)
      return -1;
    if (n == 0)
      break;
    got += (size_t)n;
  }
  return (ssize_t)got;
}

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
  int error;
  if (fd < 0)
    return NULL;
  error = host_tell(host, HOST_READ, false, path, NULL);
  if (!error && fstat(fd, &st) < 0)
    error = errno;
  if (!error && !S_ISREG(st.st_mode))
    error = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
  if (!error && !(bytes = read_all(ctx, fd, max, length)))
    error = errno;
  close(fd);
  if (error)
    fail(host, path, error);
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
  ssize_t length = -1;
  int error;
  if (fd < 0)
    return NULL;
  error = host_tell(host, HOST_READ, false, path, NULL);
  if (!error && (length = readlinkat(fd, "", target, sizeof target)) < 0)
    error = errno == ENOENT ? EINVAL : errno; /* "": not a link, which is an answer */
  close(fd);
  if (error && error != EINVAL)
    fail(host, path, error);
  errno = error;
  return length < 0 ? NULL : talloc_strndup(ctx, target, (size_t)length);
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
  int error;
  if (fd < 0)
    return NULL;
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  length = readlink(name, found, sizeof found - 1);
  error = length < 0 ? errno : 0;
  close(fd);
  if (host->root && !error) {
    snprintf(name, sizeof name, "/proc/self/fd/%d", host->fd);
    skip = readlink(name, root, sizeof root - 1);
    error = skip < 0 ? errno : skip > length ? EXDEV : 0;
  }
  if (error) {
    fail(host, path, error);
    return NULL;
  }
  found[length] = '\0';
  return talloc_strdup(ctx, found[skip] ? found + skip : "/");
}

static int
by_name(const void *a, const void *b)
{
  return strverscmp(*(char *const *)a, *(char *const *)b);
}

/* NULL: the end, or *ERROR. */
static struct dirent *
next_entry(DIR *dir, int *error)
{
  struct dirent *entry;
  errno = 0;
  entry = readdir(dir);
  *error = entry ? 0 : errno;
  return entry;
}

char **
host_list(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  int fd = host_open_file(host, path, O_RDONLY | O_DIRECTORY, 0);
  DIR *dir = fd < 0 ? NULL : fdopendir(fd);
  char **names;
  size_t count = 0;
  struct dirent *entry;
  int error;
  if (!dir && fd >= 0)
    close(fd);
  if (!dir)
    return NULL;
  names = talloc_array(ctx, char *, 1);
  error = host_tell(host, HOST_READ, false, path, NULL);
  while (!error && (entry = next_entry(dir, &error))) {
    if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
      continue;
    names = talloc_realloc(ctx, names, char *, count + 2);
    names[count++] = talloc_strdup(names, entry->d_name);
  }
  closedir(dir);
  if (error) {
    talloc_free(names);
    fail(host, path, error);
    return NULL;
  }
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

/* Whether somebody else has it is not told by these: there is no such device, or it is not ours to open. */
static bool
is_no_claim(int error)
{
  return is_absence(error) || error == EBUSY || error == EACCES || error == EPERM || error == ENXIO ||
         error == ENODEV || error == ENOMEDIUM;
}

int
host_claim(const struct host *host, const char *node, int *fd)
{
  int error = host_tell(host, HOST_CLAIM, false, node, NULL);
  *fd = error ? -1 : open_unnoticed(host, node, O_RDONLY | O_EXCL | O_NONBLOCK | O_NOCTTY, 0);
  if (!error && *fd < 0)
    error = errno;
  if (error && !is_no_claim(error))
    fail(host, node, error);
  return error;
}

void
host_watch(struct host *host, int (*watch)(const struct host_step *step, void *arg), void *arg)
{
  host->watch = watch;
  host->watch_arg = arg;
}
