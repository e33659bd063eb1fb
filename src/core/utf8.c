/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/utf8.c - which bytes are text */

#include "core/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* The length of the character at S, which has LEFT bytes, at least one; 0: it is none. */
static size_t
character(const uint8_t *s, size_t left)
{
  static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
  size_t more = s[0] < 0x80                   ? 0
                : s[0] >= 0xc2 && s[0] < 0xe0 ? 1
                : s[0] >= 0xe0 && s[0] < 0xf0 ? 2
                : s[0] >= 0xf0 && s[0] < 0xf5 ? 3
                                              : left;
  if (more >= left)
    return 0;
  uint32_t c = more ? s[0] & (0x3fu >> more) : s[0];
  for (size_t i = 1; i <= more; i++) {
    if ((s[i] & 0xc0) != 0x80)
      return 0;
    c = c << 6 | (s[i] & 0x3fu);
  }
  bool surrogate = c >= 0xd800 && c < 0xe000;
  return c < least[more] || surrogate || c > 0x10ffff ? 0 : more + 1;
}

size_t
utf8_prefix(const uint8_t *text, size_t length)
{
  size_t at = 0, step;
  while (at < length && (step = character(text + at, length - at)) > 0)
    at += step;
  return at;
}

bool
utf8_is_text(const char *text)
{
  size_t length = strlen(text);
  return utf8_prefix((const uint8_t *)text, length) == length;
}

char *
utf8_clean(TALLOC_CTX *ctx, const char *text)
{
  char *clean = talloc_strdup(ctx, "");
  for (;;) {
    size_t good = utf8_prefix((const uint8_t *)text, strlen(text));
    clean = talloc_strndup_append_buffer(clean, text, good);
    text += good;
    if (!*text)
      return clean;
    clean = talloc_strdup_append_buffer(clean, REPLACEMENT);
    text++;
  }
}
