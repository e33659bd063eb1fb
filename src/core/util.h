/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/util.h - the few words that every room uses */

/* Plain macros and value types. No I/O, no state. */

#ifndef CORE_UTIL_H
#define CORE_UTIL_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* ARRAY of N items, a talloc child of CTX or NULL, with room for one more: what may become long grows in leaps. */
#define ARRAY_ROOM(ctx, array, type, n) \
  ((n) < talloc_array_length(array) ? (array) : talloc_realloc(ctx, array, type, (n) ? 2 * (n) : 8))

#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)
#define GIB(n) ((uint64_t)(n) << 30)

/* A switch that may be left alone. */
enum tristate { UNSET, OFF, ON };

/* A number that may be left alone; 0 is a value like any other. */
struct num {
  bool set;
  uint64_t value;
};

static inline struct num
num_of(uint64_t value)
{
  return (struct num){ .set = true, .value = value };
}

/* Equal, and both there. */
static inline bool
str_eq(const char *a, const char *b)
{
  return a && b && strcmp(a, b) == 0;
}

static inline bool
str_starts(const char *s, const char *prefix)
{
  return s && strncmp(s, prefix, strlen(prefix)) == 0;
}

/* WORD, which is not empty, in LENGTH bytes of TEXT. AddressSanitizer's memmem() and strstr() look at all of the text in
 * each call, so a loop over what they find would take hours there. */
static inline const char *
str_find(const char *text, size_t length, const char *word)
{
  const char *end = text + length;
  size_t n = strlen(word);
  for (; (text = memchr(text, *word, (size_t)(end - text))); text++)
    if ((size_t)(end - text) >= n && memcmp(text, word, n) == 0)
      return text;
  return NULL;
}

/* The folder that PATH is in; "." where PATH names none. */
static inline char *
path_folder(TALLOC_CTX *ctx, const char *path)
{
  const char *slash = strrchr(path, '/');
  if (!slash)
    return talloc_strdup(ctx, ".");
  return slash == path ? talloc_strdup(ctx, "/") : talloc_strndup(ctx, path, (size_t)(slash - path));
}

#endif
