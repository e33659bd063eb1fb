/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/uuid.c - UUIDs as text and bytes */

#include "core/uuid.h"
#include "core/hash.h"

#include <ctype.h>

static int
hex_digit(char c)
{
  return c >= '0' && c <= '9' ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

bool
uuid_parse(const char *text, uint8_t out[16])
{
  size_t digits = 0;
  for (; *text; text++) {
    if (*text == '-' && digits && digits % 2 == 0)
      continue;
    if (!isxdigit((unsigned char)*text) || digits == 32)
      return false;
    if (out)
      out[digits / 2] = (uint8_t)(digits % 2 ? out[digits / 2] | hex_digit(*text) : hex_digit(*text) << 4);
    digits++;
  }
  return digits == 32;
}

const char *
uuid_text(TALLOC_CTX *ctx, const uint8_t u[16])
{
  return talloc_asprintf(ctx, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", u[0], u[1], u[2],
                         u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15]);
}

const char *
uuid_word(TALLOC_CTX *ctx, const char *text, void *member)
{
  uint8_t bytes[16];
  if (!uuid_parse(text, bytes))
    return "must be 32 hex digits, as in 0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f";
  *(const char **)member = uuid_text(ctx, bytes);
  return NULL;
}

void
uuid_from_text(const char *text, uint8_t out[16])
{
  uint64_t halves[2] = { hash_text(HASH_START, text), hash_text(UINT64_C(0x84222325cbf29ce4), text) };
  for (size_t i = 0; i < 16; i++)
    out[i] = (uint8_t)(halves[i / 8] >> (8 * (i % 8)));
  out[6] = (uint8_t)((out[6] & 0x0f) | 0x80);
  out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}
