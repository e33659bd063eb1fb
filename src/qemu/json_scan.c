/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/json_scan.c - walk JSON text where it lies, without building objects */

#include "qemu/json_scan.h"

#include <stdlib.h>

/* json-c, which reads parts of the same text, stops at this depth. */
#define DEPTH 32

static const char *value_at(const char *at, const char *end, unsigned depth);

const char *
scan_blanks(const char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
    at++;
  return at;
}

static bool
is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static const char *
string_at(const char *at, const char *end)
{
  for (at++; at < end && (unsigned char)*at >= ' '; at++) {
    if (*at == '"')
      return at + 1;
    if (*at == '\\' && ++at < end && !strchr("\"\\/bfnrtu", *at))
      return NULL;
  }
  return NULL;
}

static const char *
digits_at(const char *at, const char *end)
{
  const char *begin = at;
  while (at < end && is_digit(*at))
    at++;
  return at > begin ? at : NULL;
}

static const char *
number_at(const char *at, const char *end)
{
  if (*at == '-')
    at++;
  at = digits_at(at, end);
  if (at && at < end && *at == '.')
    at = digits_at(at + 1, end);
  if (at && at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-'))
      at++;
    at = digits_at(at, end);
  }
  return at;
}

static const char *
word_at(const char *at, const char *end)
{
  static const char *const words[] = { "true", "false", "null" };
  for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
    size_t length = strlen(words[i]);
    if ((size_t)(end - at) >= length && memcmp(at, words[i], length) == 0)
      return at + length;
  }
  return NULL;
}

/* An object or an array: AT stands on the bracket. */
static const char *
inside_at(const char *at, const char *end, unsigned depth)
{
  const char close = *at == '{' ? '}' : ']';
  at = scan_blanks(at + 1, end);
  if (at < end && *at == close)
    return at + 1;
  for (;;) {
    if (close == '}') {
      if (at == end || *at != '"' || !(at = string_at(at, end)))
        return NULL;
      at = scan_blanks(at, end);
      if (at == end || *at++ != ':')
        return NULL;
    }
    at = value_at(at, end, depth);
    if (!at)
      return NULL;
    at = scan_blanks(at, end);
    if (at < end && *at == close)
      return at + 1;
    if (at == end || *at++ != ',')
      return NULL;
    at = scan_blanks(at, end);
  }
}

static const char *
value_at(const char *at, const char *end, unsigned depth)
{
  at = scan_blanks(at, end);
  if (at == end || depth == 0)
    return NULL;
  if (*at == '"')
    return string_at(at, end);
  if (*at == '{' || *at == '[')
    return inside_at(at, end, depth - 1);
  if (*at == '-' || is_digit(*at))
    return number_at(at, end);
  return word_at(at, end);
}

const char *
scan_value(const char *at, const char *end)
{
  return value_at(at, end, DEPTH);
}

struct walk
walk_begin(struct text value)
{
  if (!value.at || (*value.at != '{' && *value.at != '['))
    return (struct walk){ 0 };
  return (struct walk){ .at = value.at + 1, .end = value.end - 1 };
}

bool
walk_next(struct walk *walk)
{
  const char *at = walk->at ? scan_blanks(walk->at, walk->end) : NULL;
  if (at == walk->end)
    return false;
  if (*at == ',')
    at = scan_blanks(at + 1, walk->end);
  walk->key = (struct text){ 0 };
  walk->value = (struct text){ at, scan_value(at, walk->end) };

  at = scan_blanks(walk->value.end, walk->end);
  if (at < walk->end && *at == ':') {
    walk->key = walk->value;
    at = scan_blanks(at + 1, walk->end);
    walk->value = (struct text){ at, scan_value(at, walk->end) };
  }
  walk->at = walk->value.end;
  return true;
}

bool
text_is(struct text value, const char *s)
{
  size_t length = strlen(s);
  return value.at && (size_t)(value.end - value.at) == length + 2 && *value.at == '"' &&
         memcmp(value.at + 1, s, length) == 0;
}

bool
text_is_word(struct text value, const char *word)
{
  size_t length = strlen(word);
  return value.at && (size_t)(value.end - value.at) == length && memcmp(value.at, word, length) == 0;
}

bool
text_number(struct text value, uint64_t *number)
{
  if (!value.at || !is_digit(*value.at))
    return false;
  *number = strtoull(value.at, NULL, 10);
  return true;
}

struct text
text_member(struct text object, const char *key)
{
  struct walk walk = walk_begin(object);
  while (walk_next(&walk))
    if (text_is(walk.key, key))
      return walk.value;
  return (struct text){ 0 };
}

bool
text_holds(struct text array, const char *s)
{
  struct walk walk = walk_begin(array);
  while (walk_next(&walk))
    if (text_is(walk.value, s))
      return true;
  return false;
}

struct text
text_find(struct text array, const char *key, const char *s)
{
  struct walk walk = walk_begin(array);
  while (walk_next(&walk))
    if (text_is(text_member(walk.value, key), s))
      return walk.value;
  return (struct text){ 0 };
}

char *
text_dup(TALLOC_CTX *ctx, struct text value)
{
  if (!value.at || *value.at != '"')
    return NULL;
  return talloc_strndup(ctx, value.at + 1, (size_t)(value.end - value.at) - 2);
}
