/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/utf8.c - which bytes are text */

#include "core/utf8.h"

#include <stdio.h>

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

/* Unicode's Bidi_Control. */
static bool
turns_direction(unsigned code)
{
  return code == 0x61c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

/* The character at TEXT if it is one of two or three bytes, else its first byte; *BYTES of it. */
static unsigned
character_at(const uint8_t *text, size_t length, size_t *bytes)
{
  *bytes = 1;
  if ((text[0] & 0xe0) == 0xc0 && length >= 2 && utf8_prefix(text, 2) == 2)
    *bytes = 2;
  if ((text[0] & 0xf0) == 0xe0 && length >= 3 && utf8_prefix(text, 3) == 3)
    *bytes = 3;
  if (*bytes == 2)
    return (text[0] & 0x1fu) << 6 | (text[1] & 0x3fu);
  if (*bytes == 3)
    return (text[0] & 0x0fu) << 12 | (text[1] & 0x3fu) << 6 | (text[2] & 0x3fu);
  return text[0];
}

char *
utf8_shown(TALLOC_CTX *ctx, const char *text, size_t length, bool lines)
{
  char *shown = talloc_array(ctx, char, 6 * length + 1), *out = shown;
  const uint8_t *in = (const uint8_t *)text;
  for (size_t bytes; length > 0; in += bytes, length -= bytes) {
    unsigned code = character_at(in, length, &bytes);
    bool control =
        (code < 0x20 && code != '\t' && !(lines && code == '\n')) || code == 0x7f || (bytes == 2 && code < 0xa0);
    if (control || (bytes > 1 && turns_direction(code))) {
      out += sprintf(out, "\\u%04x", code);
      continue;
    }
    memcpy(out, in, bytes);
    out += bytes;
  }
  *out = '\0';
  return shown;
}
