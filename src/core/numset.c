/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/numset.c - reads and asks sets of small numbers */

#include "core/numset.h"

struct numset *
numset_new(TALLOC_CTX *ctx)
{
  return talloc_zero(ctx, struct numset);
}

static const char *
read_word(TALLOC_CTX *ctx, const char *text, bool empty_ok, struct numset **set)
{
  *set = numset_parse(ctx, text, empty_ok);
  return *set ? NULL : "must be a list of numbers, as in 0-3,^2,8";
}

const char *
numset_word(TALLOC_CTX *ctx, const char *text, void *member)
{
  return read_word(ctx, text, false, member);
}

const char *
numset_any_word(TALLOC_CTX *ctx, const char *text, void *member)
{
  return read_word(ctx, text, true, member);
}

bool
numset_has(const struct numset *set, uint64_t number)
{
  return number < NUMSET_LIMIT && (set->words[number / 64] >> (number % 64) & 1);
}

void
numset_add(struct numset *set, uint64_t number)
{
  set->words[number / 64] |= UINT64_C(1) << (number % 64);
}

static void
take_out(struct numset *set, uint64_t number)
{
  set->words[number / 64] &= ~(UINT64_C(1) << (number % 64));
}

static const char *
skip_blanks(const char *p)
{
  return p + strspn(p, " \t\n");
}

/* Digits up to the limit; NULL: none there, or too large. */
static const char *
read_number(const char *p, unsigned *number)
{
  if (*p < '0' || *p > '9')
    return NULL;
  for (*number = 0; *p >= '0' && *p <= '9'; p++) {
    *number = *number * 10 + (unsigned)(*p - '0');
    if (*number >= NUMSET_LIMIT)
      return NULL;
  }
  return p;
}

/* One "^N", "N" or "N-M"; NULL: it is none. */
static const char *
read_item(struct numset *set, const char *p)
{
  unsigned first, last;
  bool out = *p == '^';
  p = read_number(skip_blanks(out ? p + 1 : p), &first);
  if (!p)
    return NULL;
  if (out) {
    take_out(set, first);
    return p;
  }
  last = first;
  p = skip_blanks(p);
  if (*p == '-')
    p = read_number(skip_blanks(p + 1), &last);
  if (!p || last < first)
    return NULL;
  for (unsigned i = first; i <= last; i++)
    numset_add(set, i);
  return p;
}

struct numset *
numset_parse(TALLOC_CTX *ctx, const char *text, bool empty_ok)
{
  struct numset *set = numset_new(ctx);
  const char *p = skip_blanks(text);
  while (p && *p) {
    p = read_item(set, p);
    if (!p)
      break;
    p = skip_blanks(p);
    if (*p == ',') {
      p = skip_blanks(p + 1);
      if (!*p)
        p = NULL;
    } else if (*p) {
      p = NULL;
    }
  }
  if (p && (empty_ok || numset_count(set)))
    return set;
  talloc_free(set);
  return NULL;
}

unsigned
numset_count(const struct numset *set)
{
  unsigned n = 0;
  for (size_t i = 0; i < ARRAY_SIZE(set->words); i++)
    n += (unsigned)__builtin_popcountll(set->words[i]);
  return n;
}

int
numset_next(const struct numset *set, uint64_t from)
{
  for (; from < NUMSET_LIMIT; from = (from / 64 + 1) * 64) {
    uint64_t rest = set->words[from / 64] >> from % 64;
    if (rest)
      return (int)from + __builtin_ctzll(rest);
  }
  return -1;
}

int
numset_last(const struct numset *set)
{
  for (size_t i = ARRAY_SIZE(set->words); i-- > 0;)
    if (set->words[i])
      return (int)(i * 64 + 63) - __builtin_clzll(set->words[i]);
  return -1;
}

int
numset_common(const struct numset *a, const struct numset *b)
{
  for (size_t i = 0; i < ARRAY_SIZE(a->words); i++)
    if (a->words[i] & b->words[i])
      return (int)(i * 64) + __builtin_ctzll(a->words[i] & b->words[i]);
  return -1;
}

int
numset_beyond(const struct numset *part, const struct numset *whole)
{
  for (size_t i = 0; i < ARRAY_SIZE(part->words); i++)
    if (part->words[i] & ~whole->words[i])
      return (int)(i * 64) + __builtin_ctzll(part->words[i] & ~whole->words[i]);
  return -1;
}

void
numset_each_run(const struct numset *set, void (*say)(unsigned first, unsigned last, void *arg), void *arg)
{
  for (int first = numset_next(set, 0); first >= 0;) {
    int last = first;
    while (numset_has(set, (uint64_t)last + 1))
      last++;
    say((unsigned)first, (unsigned)last, arg);
    first = numset_next(set, (uint64_t)last + 1);
  }
}
