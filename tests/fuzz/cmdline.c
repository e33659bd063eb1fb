/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/cmdline.c - any bytes as the words of a QEMU that runs, as words after --, and as QEMU's -help */

#include "fuzz/fuzz.h"

#include "compare.h"
#include "qemu/caps.h"
#include "qemu/cmdline.h"
#include "qemu/given.h"

static char **
split(TALLOC_CTX *ctx, const char *bytes, size_t length, size_t *n)
{
  char **words = talloc_zero_array(ctx, char *, 1);
  *n = 0;
  for (const char *at = bytes; at < bytes + length; at += strlen(at) + 1) {
    words = ARRAY_ROOM(ctx, words, char *, *n + 1);
    words[(*n)++] = talloc_strdup(words, at);
    words[*n] = NULL;
  }
  return words;
}

static struct cmdline *
parse(TALLOC_CTX *ctx, char *const *words)
{
  struct cmdline *cmdline = cmdline_new(ctx);
  cmdline_add_words(cmdline, words);
  cmdline_finish(cmdline);
  return cmdline;
}

static void
take_given(TALLOC_CTX *ctx, const struct caps *caps, char *const *words, size_t n)
{
  size_t count, items;
  struct given *given = given_split(ctx, caps, (const char *const *)words, n, &count);
  for (size_t i = 0; i < count; i++) {
    fuzz_require(given[i].word < n, "an option is one of the words");
    given_type(ctx, caps, &given[i]);
    given_option_known(caps, given[i].option);
    if (given[i].value)
      given_items(ctx, given[i].value, "driver", &items);
  }
}

void
fuzz_cmdline(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  char *text = talloc_zero_size(ctx, length + 1);
  size_t n;
  memcpy(text, bytes, length);
  char **words = split(ctx, text, length, &n);
  struct cmdline *a = parse(ctx, words), *b = parse(ctx, words);
  fuzz_require(compare(ctx, a, b, false)->n == 0, "an invocation is like itself");
  fuzz_require(compare(ctx, a, b, true)->n == 0, "an invocation is like itself when it runs");
  /* against another one, for which differences are sorted and named */
  struct cmdline *half = parse(ctx, words + n / 2);
  struct differences *differences = compare(ctx, a, half, false);
  for (size_t i = 0; i < differences->n; i++)
    fuzz_require(difference_group(&differences->items[i]) != NULL, "a difference belongs somewhere");
  take_given(ctx, caps_from_version(ctx, QEMU_NEWEST, ARCH_X86_64), words, n);
  const char *options = given_options_of_help(ctx, text);
  json_object *parsed = fuzz_json(options, strlen(options));
  fuzz_require(parsed != NULL, "what is made of -help is JSON");
  json_object_put(parsed);
}
