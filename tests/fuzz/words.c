/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/words.c - any bytes as one value: of an option, an attribute, a secret, as JSON, as a word for sh */

#include "fuzz/fuzz.h"

#include "choose.h"
#include "core/attr.h"
#include "core/numset.h"
#include "core/utf8.h"
#include "core/uuid.h"
#include "host/ip.h"
#include "host/network.h"
#include "host/secret.h"
#include "out/out.h"
#include "qemu/json_scan.h"

#include <inttypes.h>

static void
read_numbers(TALLOC_CTX *ctx, const char *text)
{
  uint64_t number, bytes;
  int64_t negative;
  uint8_t uuid[16], again[16];
  if (parse_uint(text, &number))
    fuzz_require(parse_uint(talloc_asprintf(ctx, "%" PRIu64, number), &bytes) && bytes == number,
                 "a number is read as it is printed");
  parse_int(text, &negative);
  if (parse_size(1, text, &bytes))
    fuzz_require(bytes >= 1, "a unit is a byte at least");
  if (uuid_parse(text, uuid))
    fuzz_require(uuid_parse(uuid_text(ctx, uuid), again) && memcmp(uuid, again, sizeof uuid) == 0,
                 "a UUID is read as it is printed");
  struct numset *set = numset_parse(ctx, text, true);
  for (int i = set ? numset_next(set, 0) : -1; i >= 0; i = numset_next(set, (uint64_t)i + 1))
    fuzz_require(numset_has(set, (uint64_t)i), "a number that is next is in the set");
}

static void
read_options(TALLOC_CTX *ctx, const char *text)
{
  struct secret_book *book = secret_book_new(ctx);
  struct diag *diag = diag_new(ctx);
  network_option_wrong(ctx, text);
  qemu_version_wrong(ctx, text);
  secret_book_add(book, text);
  secret_book_unused(book, diag);
  ip_find(ctx, host_offline(ctx), text);
}

static void
read_base64(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  struct secret_value *value = secret_value_new(ctx, length + 1);
  memcpy(value->bytes, bytes, length);
  value->length = length;
  if (secret_value_decode(value))
    fuzz_require(value->length <= length / 4 * 3, "three bytes of four characters");
}

/* What the walker takes json-c must take, which has a limit of depth alone. */
static void
read_json(TALLOC_CTX *ctx, const char *text, size_t length)
{
  const char *end = text + length;
  const char *at = scan_blanks(text, end), *stop = scan_value(at, end);
  if (!stop)
    return;
  struct text value = { at, stop };
  struct walk walk = walk_begin(value);
  while (walk_next(&walk)) {
    fuzz_require(walk.value.at >= at && walk.value.end <= stop, "a member lies in its object");
    text_dup(ctx, walk.value);
  }
  text_member(value, "return");
  text_find(value, "name", "x");
  text_holds(value, "x");
}

static void
print_words(TALLOC_CTX *ctx, const char *text)
{
  char **words = fuzz_shell_words(ctx, talloc_asprintf(ctx, "x %s\n", out_quote(ctx, text)));
  fuzz_require(words && words[0] && words[1] && !words[2] && strcmp(words[1], text) == 0,
               "sh reads the word that was quoted");
  fuzz_require_harmless(utf8_shown(ctx, text, strlen(text), false), false);
  fuzz_require(utf8_is_text(utf8_clean(ctx, text)), "what is cleaned is text");
}

void
fuzz_words(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  char *text = talloc_zero_size(ctx, length + 1);
  memcpy(text, bytes, length);
  read_numbers(ctx, text);
  read_options(ctx, text);
  read_base64(ctx, bytes, length);
  read_json(ctx, text, length);
  print_words(ctx, text);
}
