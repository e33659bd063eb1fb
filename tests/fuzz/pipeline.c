/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/pipeline.c - any bytes as domain XML, printed in every way, without a host */

/* What is printed must be the same words in every format, and what we make ourselves as JSON must be that. */

#include "fuzz/fuzz.h"

#include "core/utf8.h"
#include "pipeline.h"

static char **
nul_words(TALLOC_CTX *ctx, const struct outcome *outcome, size_t *n)
{
  char **words = talloc_zero_array(ctx, char *, 1);
  *n = 0;
  for (const char *at = outcome->out; at < outcome->out + outcome->length; at += strlen(at) + 1) {
    words = ARRAY_ROOM(ctx, words, char *, *n + 1);
    words[(*n)++] = talloc_strdup(words, at);
    words[*n] = NULL;
  }
  return words;
}

static bool
same_words(char *const *a, char *const *b)
{
  while (*a && *b && strcmp(*a, *b) == 0)
    a++, b++;
  return !*a && !*b;
}

static void
compare_shell(TALLOC_CTX *ctx, struct options options, enum out_format format, char *const *words)
{
  options.format = format;
  struct outcome outcome = tool_run(ctx, &options);
  char **read = fuzz_shell_words(ctx, outcome.out);
  fuzz_require(outcome.status == EXIT_DONE, "what is printed in one format is printed in another");
  fuzz_require(read != NULL, "what is printed for sh has nothing special in it");
  fuzz_require(same_words(read, words), "sh reads the words that --format=nul prints");
}

static void
compare_json(TALLOC_CTX *ctx, struct options options, char *const *words, size_t n)
{
  options.format = FORMAT_JSON;
  struct outcome outcome = tool_run(ctx, &options);
  json_object *root = outcome.status == EXIT_DONE ? fuzz_json(outcome.out, outcome.length - 1) : NULL;
  json_object *argv = root ? json_object_object_get(root, "argv") : NULL;
  if (outcome.status == EXIT_USAGE)
    return; /* bytes that are no text */
  fuzz_require(json_object_get_type(argv) == json_type_array && json_object_array_length(argv) == n,
               "JSON has as many words as --format=nul");
  for (size_t i = 0; i < n; i++)
    fuzz_require(str_eq(json_object_get_string(json_object_array_get_idx(argv, i)), words[i]),
                 "JSON has the words that --format=nul prints");
  json_object_put(root);
}

/* Values of ours that begin as JSON does; the user's own may be anything. */
static void
check_values(char *const *words, size_t n)
{
  static const char *const options[] = { "-blockdev", "-device", "-object", "-netdev" };
  for (size_t i = 0; i + 1 < n; i++)
    for (size_t o = 0; o < ARRAY_SIZE(options); o++)
      if (strcmp(words[i], options[o]) == 0 && words[i + 1][0] == '{') {
        json_object *value = fuzz_json(words[i + 1], strlen(words[i + 1]));
        fuzz_require(value != NULL, "an argument that begins as JSON is JSON");
        json_object_put(value);
      }
}

static void
compare_formats(TALLOC_CTX *ctx, const struct options *given, const char *xml)
{
  struct options options = *given;
  size_t n;
  options.format = FORMAT_NUL;
  struct outcome outcome = tool_run(ctx, &options);
  fuzz_require(outcome.status == EXIT_DONE, "what is printed in one format is printed in another");
  char **words = nul_words(ctx, &outcome, &n);
  compare_shell(ctx, options, FORMAT_SHELL, words);
  compare_shell(ctx, options, FORMAT_LINE, words);
  compare_json(ctx, options, words, n);
  if (!options.extra && !strstr(xml, "http://libvirt.org/schemas/domain/qemu/"))
    check_values(words, n);
}

void
fuzz_pipeline(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  const struct input *input = input_split(ctx, bytes, length);
  struct options options = input_options(ctx, input->head);
  const struct part *domain = input_part(input, ""), *other = input_part(input, "/other.xml");
  options.offline = true;
  options.pid = 0;
  options.file = input_file(ctx, 0, domain->bytes, domain->length);
  options.other = input_file(ctx, 1, other->bytes, other->length);
  if (options.mode == MODE_STATUS)
    options.mode = MODE_PRINT;
  struct outcome outcome = tool_run(ctx, &options);
  if (options.mode == MODE_PRINT && outcome.status == EXIT_DONE && options.format != FORMAT_SCRIPT && !options.several)
    compare_formats(ctx, &options, domain->bytes);
}
