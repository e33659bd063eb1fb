/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/hash.h - FNV-1a, a number that stands for text */

/* For keys, sums and made-up ids: nobody is kept from making another text with the same number. */

#ifndef CORE_HASH_H
#define CORE_HASH_H

#include "core/util.h"

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* HASH (HASH_START, or that of what comes before) and LENGTH more bytes of TEXT. */
static inline uint64_t
hash_bytes(uint64_t hash, const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
  return hash;
}

static inline uint64_t
hash_text(uint64_t hash, const char *text)
{
  return hash_bytes(hash, text, strlen(text));
}

#endif
