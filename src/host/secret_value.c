/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/secret_value.c - bytes that must not stay behind: own pages, wiped, not dumped */

/* read(2) and write(2) show their bytes to whoever traces us, so the kernel moves them (splice), and
 * we look at them through mappings. */

#include "host/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int
secret_value_wipe(struct secret_value *value)
{
  if (!value->bytes)
    return 0;
  explicit_bzero(value->bytes, value->size);
  munmap(value->bytes, value->size);
  return 0;
}

struct secret_value *
secret_value_new(TALLOC_CTX *ctx, size_t size)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  struct secret_value *value = talloc_zero(ctx, struct secret_value);
  void *pages;
  value->size = (size + page - 1) / page * page;
  pages = mmap(NULL, value->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
    talloc_free(value);
    return NULL;
  }
  value->bytes = pages;
  talloc_set_destructor(value, secret_value_wipe);
  madvise(pages, value->size, MADV_DONTDUMP);
  madvise(pages, value->size, MADV_WIPEONFORK);
  if (mlock(pages, value->size) < 0)
    errno = 0; /* a low memlock limit is no reason to refuse; swap is the admin's */
  return value;
}

/* 0 to 63; -1: no character of base64. */
static int
digit(uint8_t c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
secret_value_decode(struct secret_value *value)
{
  unsigned bits = 0, held = 0, digits = 0, padding = 0;
  size_t out = 0;
  for (size_t in = 0; in < value->length; in++) {
    uint8_t c = value->bytes[in];
    int d = digit(c);

    if (c == '\n')
      continue;
    if (c == '=') {
      padding++;
      continue;
    }
    if (d < 0 || padding)
      return false;
    digits++;
    bits = (bits << 6 | (unsigned)d) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      value->bytes[out++] = (uint8_t)(bits >> held);
    }
  }
  if (padding > 2 || (digits + padding) % 4 || (bits & ((1u << held) - 1)))
    return false;
  explicit_bzero(value->bytes + out, value->length - out);
  value->length = out;
  return true;
}

/* --- from a descriptor --- */

enum { PIPE_BYTES = 1 << 16 };

/* Moves what IN holds, up to MAX bytes, into MEMORY. 0 or errno; *MOVED anything at all. */
static int
pour(int in, int memory, size_t max, bool *moved)
{
  int ends[2], error = 0;
  if (pipe2(ends, O_CLOEXEC) < 0)
    return errno;
  for (size_t left = max; left && !error;) {
    ssize_t got = splice(in, NULL, ends[1], NULL, left < PIPE_BYTES ? left : PIPE_BYTES, 0);

    if (got == 0)
      break;
    if (got < 0) {
      error = errno == EINTR ? 0 : errno;
      continue;
    }
    *moved = true;
    left -= (size_t)got;
    while (got > 0 && !error) {
      ssize_t put = splice(ends[0], NULL, memory, NULL, (size_t)got, 0);

      if (put < 0)
        error = errno == EINTR ? 0 : errno;
      else
        got -= put;
    }
  }
  close(ends[0]);
  close(ends[1]);
  return error;
}

/* Copies what MEMORY holds behind VALUE's bytes, and wipes it there. */
static int
take(int memory, struct secret_value *value)
{
  struct stat st;
  void *pages;
  if (fstat(memory, &st) < 0)
    return errno;
  if (st.st_size == 0)
    return 0;
  pages = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  if (pages == MAP_FAILED)
    return errno;
  memcpy(value->bytes + value->length, pages, (size_t)st.st_size);
  value->length += (size_t)st.st_size;
  explicit_bzero(pages, (size_t)st.st_size);
  munmap(pages, (size_t)st.st_size);
  return 0;
}

/* A terminal and some files of /proc cannot be spliced. */
static int
read_plainly(int fd, struct secret_value *value)
{
  while (value->length < value->size) {
    ssize_t got = read(fd, value->bytes + value->length, value->size - value->length);

    if (got == 0)
      break;
    if (got > 0)
      value->length += (size_t)got;
    else if (errno != EINTR)
      return errno;
  }
  return 0;
}

bool
secret_value_read(struct secret_value *value, int fd)
{
  int memory = memfd_create("domxml2qemu-secret", MFD_CLOEXEC), error;
  bool moved = false;
  if (memory < 0)
    return false;
  error = pour(fd, memory, value->size - value->length, &moved);
  if (error == EINVAL && !moved)
    error = read_plainly(fd, value);
  else if (!error)
    error = take(memory, value);
  close(memory);
  errno = error;
  return error == 0;
}

int
secret_value_seal(const struct secret_value *value)
{
  int fd = memfd_create("domxml2qemu-secret", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  void *pages = MAP_FAILED;
  int error = 0;
  if (fd < 0)
    return -1;
  if (ftruncate(fd, (off_t)value->length) == 0)
    pages = mmap(NULL, value->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (pages == MAP_FAILED) {
    error = errno;
  } else {
    memcpy(pages, value->bytes, value->length);
    munmap(pages, value->length);
  }
  if (!error &&
      (fchmod(fd, 0400) < 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0))
    error = errno;
  if (!error)
    return fd;
  close(fd);
  errno = error;
  return -1;
}
