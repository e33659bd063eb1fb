/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/tool.c - one run of the tool, and what must hold of every one */

#include "fuzz/fuzz.h"

#include "core/utf8.h"
#include "diff.h"
#include "many.h"
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Standard output, from tool_prepare() on. libFuzzer itself writes to standard error. */
void
tool_prepare(void)
{
  int fd = memfd_create("stdout", 0);
  if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
    perror("fuzz: standard output"), exit(2);
  close(fd);
}

static const char *
take_output(TALLOC_CTX *ctx, size_t *length)
{
  fflush(stdout);
  off_t size = lseek(STDOUT_FILENO, 0, SEEK_END);
  char *text = talloc_zero_size(ctx, (size_t)size + 1);
  if (pread(STDOUT_FILENO, text, (size_t)size, 0) != size || ftruncate(STDOUT_FILENO, 0) < 0)
    perror("fuzz: standard output"), exit(2);
  lseek(STDOUT_FILENO, 0, SEEK_SET);
  *length = (size_t)size;
  return text;
}

static struct outcome
run(TALLOC_CTX *ctx, const struct options *options)
{
  struct diag *diag = many_diag(ctx, options);
  struct outcome outcome = { .status = pipeline_run(options, NULL, diag) };
  char *said = NULL;
  size_t length;
  FILE *stream = open_memstream(&said, &length);
  diag_show(diag, stream);
  fclose(stream);
  outcome.said = talloc_strdup(ctx, said);
  free(said);
  outcome.out = take_output(ctx, &outcome.length);
  talloc_free(diag);
  return outcome;
}

json_object *
fuzz_json(const char *text, size_t length)
{
  struct json_tokener *tokener = json_tokener_new_ex(512);
  char *copy = talloc_strndup(NULL, text, length); /* json-c wants to see the end, and nothing else there */
  json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
  json_object *object = json_tokener_parse_ex(tokener, copy, (int)strlen(copy) + 1);
  if (json_tokener_get_error(tokener) != json_tokener_success || strlen(copy) != length) {
    json_object_put(object);
    object = NULL;
  }
  talloc_free(copy);
  json_tokener_free(tokener);
  return object;
}

void
fuzz_require_harmless(const char *text, bool colour)
{
  for (;;) {
    size_t good = utf8_prefix((const uint8_t *)text, strlen(text));
    for (const char *end = text + good; text < end; text++) {
      bool plain = (unsigned char)*text >= ' ' || *text == '\n' || *text == '\t' || (colour && *text == '\033');
      fuzz_require(plain && *text != 0x7f, "a terminal obeys nothing of what is shown");
    }
    if (!*text)
      return;
    fuzz_require((unsigned char)*text++ >= 0xa0, "a terminal of 8 bits obeys nothing either");
  }
}

static void
require_json(const char *text, size_t length, const char *what)
{
  while (length && text[length - 1] == '\n')
    length--;
  json_object *object = fuzz_json(text, length);
  fuzz_require(object != NULL, what);
  json_object_put(object);
}

static void
require_json_lines(const char *text, const char *what)
{
  for (const char *end; *text; text = end + 1) {
    end = strchr(text, '\n');
    fuzz_require(end != NULL, "a message ends its line");
    require_json(text, (size_t)(end - text), what);
  }
}

static bool
is_json(const struct options *options)
{
  return options->format == FORMAT_JSON && options->mode != MODE_GRAPH;
}

static void
look(const struct options *options, const struct outcome *outcome)
{
  bool diff = options->mode == MODE_DIFF;
  fuzz_require(diff ? outcome->status <= DIFF_TROUBLE : outcome->status != EXIT_OURS,
               "no mistake of our own is reported");
  fuzz_require(outcome->status == EXIT_DONE || diff || options->mode == MODE_STATUS || *outcome->said ||
                   options->style.quiet,
               "a refusal has a reason");
  if (is_json(options) && outcome->length)
    require_json(outcome->out, outcome->length, "JSON parses");
  if (options->style.json)
    require_json_lines(outcome->said, "each message is JSON");
  fuzz_require_harmless(outcome->said, options->style.colour);
}

struct outcome
tool_run(TALLOC_CTX *ctx, const struct options *options)
{
  struct outcome first = run(ctx, options), second = run(ctx, options);
  fuzz_require(first.status == second.status && first.length == second.length &&
                   memcmp(first.out, second.out, first.length) == 0 && strcmp(first.said, second.said) == 0,
               "the same input comes to the same");
  look(options, &first);
  return first;
}
