/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/names.c - look-up of words, and the nearest word to a wrong one */

#include "core/names.h"

int
name_find(const char *const *names, size_t n, const char *word)
{
  for (size_t i = 0; i < n; i++)
    if (names[i] && strcmp(names[i], word) == 0)
      return (int)i;
  return -1;
}

enum { LONGEST = 63 };

/* Damerau-Levenshtein, restricted: insert, delete, replace, swap neighbours. LONGEST: more than MOST. */
static unsigned
distance(const char *a, const char *b, unsigned most)
{
  size_t la = strlen(a), lb = strlen(b), apart = la < lb ? lb - la : la - lb;
  if (la > LONGEST || lb > LONGEST || apart > most)
    return LONGEST;
  unsigned rows[3][LONGEST + 1];
  unsigned *before = rows[0], *last = rows[1], *now = rows[2];
  for (size_t j = 0; j <= lb; j++)
    last[j] = (unsigned)j;
  for (size_t i = 1; i <= la; i++) {
    now[0] = (unsigned)i;
    for (size_t j = 1; j <= lb; j++) {
      unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);
      if (last[j] + 1 < best)
        best = last[j] + 1;
      if (now[j - 1] + 1 < best)
        best = now[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
        best = before[j - 2] + 1;
      now[j] = best;
    }
    unsigned *spare = before;
    before = last;
    last = now;
    now = spare;
  }
  return last[lb];
}

/* Is WORD a part of NAME, as xhci of qemu-xhci? */
static bool
is_part(const char *name, const char *word)
{
  size_t length = strlen(word);
  for (const char *at = strcasestr(name, word); at; at = strcasestr(at + 1, word))
    if ((at == name || at[-1] == '-') && (at[length] == '-' || at[length] == '\0'))
      return true;
  return false;
}

/* "did you mean 'nec-xhci' or 'qemu-xhci'?"; NULL where none or many have WORD in them. */
static char *
longer_names(TALLOC_CTX *ctx, const char *const *names, size_t n, const char *word)
{
  enum { FEW = 3 };
  const char *found[FEW];
  size_t count = 0;
  for (size_t i = 0; *word && i < n; i++) {
    if (!names[i] || !is_part(names[i], word))
      continue;
    if (count == FEW)
      return NULL;
    found[count++] = names[i];
  }
  char *text = count ? talloc_asprintf(ctx, "did you mean '%s'", found[0]) : NULL;
  for (size_t i = 1; i < count; i++)
    text = talloc_asprintf_append_buffer(text, "%s '%s'", i + 1 < count ? "," : " or", found[i]);
  return count ? talloc_strdup_append_buffer(text, "?") : NULL;
}

const char *
name_nearest(const char *const *names, size_t n, const char *word)
{
  const char *nearest = NULL;
  unsigned least = strlen(word) > LONGEST ? 0 : (unsigned)(strlen(word) + 2) / 3; /* a third of it may be wrong */
  for (size_t i = 0; i < n; i++)
    if (names[i] && strcasecmp(names[i], word) == 0)
      return names[i];
  for (size_t i = 0; i < n; i++) {
    unsigned d = names[i] ? distance(names[i], word, least) : LONGEST;
    if (d <= least && (!nearest || d < least)) {
      nearest = names[i];
      least = d;
    }
  }
  return nearest;
}

bool
name_is_slip(const char *meant, const char *word)
{
  size_t longer = strlen(word), shorter = strlen(meant);
  const char *whole = word, *part = meant;
  if (longer < shorter) {
    size_t swap = longer;
    longer = shorter, shorter = swap;
    whole = meant, part = word;
  }
  bool grown =
      longer >= shorter + 2 && (strncmp(whole, part, shorter) == 0 || strcmp(whole + longer - shorter, part) == 0);
  const unsigned most = longer > 4 ? 2 : 1;
  return !grown && distance(meant, word, most) <= most;
}

const char *
name_remedy(TALLOC_CTX *ctx, const char *const *names, size_t n, const char *word)
{
  char *longer = longer_names(ctx, names, n, word);
  const char *nearest = name_nearest(names, n, word);
  if (longer)
    return longer;
  if (nearest)
    return talloc_asprintf(ctx, "did you mean '%s'?", nearest);
  char *list = talloc_strdup(ctx, "one of ");
  const char *only = NULL;
  size_t words = 0;
  for (size_t i = 0; i < n; i++) {
    if (!names[i])
      continue;
    list = talloc_asprintf_append_buffer(list, "%s%s", words++ ? ", " : "", names[i]);
    only = names[i];
  }
  return words == 1 ? talloc_asprintf(ctx, "write '%s'", only) : list;
}

const char *
name_meant(const struct meaning *meanings, const char *word)
{
  for (; meanings && meanings->word; meanings++)
    if (strcmp(meanings->word, word) == 0)
      return meanings->remedy;
  return NULL;
}
