/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/secret_value.c - bytes that must not stay behind: own pages, wiped, not dumped */

#include "host/secret.h"

#include <errno.h>
#include <sys/mman.h>
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
    errno = 0;                 /* a low memlock limit is no reason to refuse; swap is the admin's */
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
