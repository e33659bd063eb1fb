/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/dictionary.c - the words of our own tables, for the fuzzer */

/* Made when it is needed, so that it cannot be older than the tables: elements, attributes and their values by a walk
 * through every row, and what the feature table looks for in QEMU's answers. */

#include "fuzz/fuzz.h"

#include "domain/attr_walk.h"
#include "out/out.h"
#include "qemu/features.h"

#include <ctype.h>
#include <stdio.h>
#include <uthash.h>

struct seen {
  char *text;
  UT_hash_handle hh;
};

struct words {
  TALLOC_CTX *ctx;
  struct seen *seen;
};

/* "..." with what libFuzzer's parser needs escaped; each word once. */
static void
say(struct words *words, const char *text)
{
  struct seen *seen;
  HASH_FIND_STR(words->seen, text, seen);
  if (seen || !*text || strlen(text) > 64)
    return;
  seen = talloc_zero(words->ctx, struct seen);
  seen->text = talloc_strdup(seen, text);
  HASH_ADD_KEYPTR(hh, words->seen, seen->text, strlen(seen->text), seen);
  putchar('"');
  for (; *text; text++)
    if (*text == '"' || *text == '\\' || !isprint((unsigned char)*text))
      printf("\\x%02x", (unsigned char)*text);
    else
      putchar(*text);
  puts("\"");
}

static void
say_row(const struct attr_seen *seen, void *arg)
{
  struct words *words = arg;
  const char *last = strrchr(seen->path, '/');
  last = last ? last + 1 : seen->path;
  if (*last == '@')
    say(words, talloc_asprintf(words->ctx, " %s='", last + 1));
  else if (!strchr(last, '('))
    say(words, talloc_asprintf(words->ctx, "<%s>", last)), say(words, talloc_asprintf(words->ctx, "</%s>", last));
  for (size_t i = 0; seen->row->names && i < seen->row->n_names; i++)
    if (seen->row->names[i])
      say(words, talloc_asprintf(words->ctx, "'%s'", seen->row->names[i]));
}

/* Each word of TEXT, parted by one of SEPARATORS, in the quotes of JSON. */
static void
say_parts(struct words *words, const char *text, const char *separators)
{
  char *copy = talloc_strdup(words->ctx, text), *save = NULL;
  for (char *part = strtok_r(copy, separators, &save); part; part = strtok_r(NULL, separators, &save))
    say(words, talloc_asprintf(words->ctx, "\"%s\"", part));
}

void
fuzz_dictionary(void)
{
  static const char *const syntax[] = { "--check",
                                        "--diff",
                                        "--explain",
                                        "--graph=dot",
                                        "--graph=pci",
                                        "--status",
                                        "--strict",
                                        "--nvme=kernel",
                                        "--offline",
                                        "--pid=5",
                                        "--several",
                                        "--diagnostics=json",
                                        "--qemu-version=6.2",
                                        "--qemu-version=11.1",
                                        "\n=== /",
                                        "\n==> /",
                                        "\n--\n",
                                        "/other.xml\n",
                                        "/capabilities\n",
                                        "<![CDATA[",
                                        "]]>",
                                        "<!--",
                                        "-->",
                                        "&lt;",
                                        "&#1;",
                                        "{\"return\":",
                                        "{\"event\":",
                                        "{\"execute\":",
                                        "{\"error\":",
                                        "\"arguments\":",
                                        "QFI\xfb",
                                        "LUKS\xba\xbe" };
  struct words words = { .ctx = talloc_new(NULL) };
  attr_walk(say_row, &words);
  for (size_t i = 0; i < ARRAY_SIZE(syntax); i++)
    say(&words, syntax[i]);
  for (int format = 0; format < FORMATS; format++)
    say(&words, talloc_asprintf(words.ctx, "--format=%s", out_format_names[format]));
  for (int feature = 0; feature < FEATURES; feature++) {
    if (feature_rows[feature].where)
      say_parts(&words, feature_rows[feature].where, " ./");
    if (feature_rows[feature].confirm)
      say_parts(&words, feature_rows[feature].confirm, " ");
  }
  HASH_CLEAR(hh, words.seen);
  talloc_free(words.ctx);
}
