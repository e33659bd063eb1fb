/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/lib/failing_malloc.c - a preload for tests: allocation number FAIL_AT fails, and no other */

/* With FAIL_COUNT=FILE none fails, and their number is written to FILE at the end; it is opened at once, since a run
 * that only prints cannot do so any more. Programs that the tool starts are left alone. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static long fail_at, count;
static int count_fd = -1;

__attribute__((constructor)) static void
begin(void)
{
  const char *at = getenv("FAIL_AT");
  fail_at = at ? atol(at) : 0;
  const char *file = getenv("FAIL_COUNT");
  int fd = file ? open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;
  if (fd >= 0) {
    count_fd = fcntl(fd, F_DUPFD_CLOEXEC, 100); /* the tool's own have the numbers that they always have */
    close(fd);
  }
  count = 0;
  unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void
end(void)
{
  if (count_fd >= 0)
    dprintf(count_fd, "%ld\n", count);
}

static int
fails(void)
{
  if (++count != fail_at)
    return 0;
  errno = ENOMEM;
  return 1;
}

void *
malloc(size_t size)
{
  if (!next_malloc)
    *(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
  return fails() ? NULL : next_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
  if (!next_calloc)
    *(void **)&next_calloc = dlsym(RTLD_NEXT, "calloc");
  return fails() ? NULL : next_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
  if (!next_realloc)
    *(void **)&next_realloc = dlsym(RTLD_NEXT, "realloc");
  return fails() ? NULL : next_realloc(old, size);
}
