/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/utf8.c - which bytes are text */

#include "core/utf8.h"

#include <stdio.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* The length of the character at S, which has LEFT bytes, at least one; 0: it is none. *CODE becomes its number. */
static size_t
decode(const uint8_t *s, size_t left, uint32_t *code)
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
  *code = c;
  return c < least[more] || surrogate || c > 0x10ffff ? 0 : more + 1;
}

size_t
utf8_prefix(const uint8_t *text, size_t length)
{
  size_t at = 0, step;
  uint32_t code;
  while (at < length && (step = decode(text + at, length - at, &code)) > 0)
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

/* The character at TEXT, or its first byte where it is none; *BYTES of it. */
static uint32_t
character_at(const char *text, size_t length, size_t *bytes)
{
  uint32_t code;
  *bytes = decode((const uint8_t *)text, length, &code);
  if (*bytes)
    return code;
  *bytes = 1;
  return (uint8_t)*text;
}

char *
utf8_one_line(TALLOC_CTX *ctx, const char *text)
{
  char *line = talloc_strdup(ctx, text ? text : "");
  for (char *c = line; *c; c++)
    if ((unsigned char)*c < ' ')
      *c = '?';
  return line;
}

size_t
utf8_count(const char *text, size_t length)
{
  size_t count = 0, bytes;
  for (; length > 0; text += bytes, length -= bytes, count++)
    character_at(text, length, &bytes);
  return count;
}

struct range {
  uint32_t from, to;
};

static bool
is_within(uint32_t code, const struct range *ranges, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (code >= ranges[i].from && code <= ranges[i].to)
      return true;
  return false;
}

unsigned
utf8_columns(const char *text, size_t length, size_t *bytes)
{
  /* Unicode: combining marks, joiners and variation selectors */
  static const struct range none[] = {
    { 0x300, 0x36f },   { 0x483, 0x489 },   { 0x591, 0x5bd },   { 0x64b, 0x65f },   { 0x1ab0, 0x1aff },
    { 0x1dc0, 0x1dff }, { 0x200b, 0x200d }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
  };
  /* EastAsianWidth.txt: wide and full width */
  static const struct range two[] = {
    { 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf }, { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },
    { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1faff }, { 0x20000, 0x3fffd },
  };
  uint32_t code = character_at(text, length, bytes);
  return is_within(code, none, ARRAY_SIZE(none)) ? 0 : is_within(code, two, ARRAY_SIZE(two)) ? 2 : 1;
}

char *
utf8_shown(TALLOC_CTX *ctx, const char *text, size_t length, bool lines)
{
  char *shown = talloc_array(ctx, char, 6 * length + 1), *out = shown;
  for (size_t bytes; length > 0; text += bytes, length -= bytes) {
    uint32_t code = character_at(text, length, &bytes);
    bool control = (code < 0x20 && code != '\t' && !(lines && code == '\n')) || (code >= 0x7f && code < 0xa0);
    if (control || (bytes > 1 && turns_direction(code))) {
      out += sprintf(out, "\\u%04x", (unsigned)code);
      continue;
    }
    memcpy(out, text, bytes);
    out += bytes;
  }
  *out = '\0';
  return shown;
}
