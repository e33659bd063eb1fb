/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/input.c - one input: options, and files with their names */

#include "fuzz/fuzz.h"

#include "choose.h"
#include "core/names.h"
#include "host/network.h"
#include "host/secret.h"
#include "out/out.h"
#include "qemu/caps.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- parts --- */

static const char *
next_line(const char *at, const char *end)
{
  const char *newline = memchr(at, '\n', (size_t)(end - at));
  return newline ? newline + 1 : end;
}

/* Does a line at AT begin a part? "=== PATH" or "==> PATH TARGET". */
static bool
is_title(const char *at, const char *end)
{
  return end - at > 5 && (memcmp(at, "=== /", 5) == 0 || memcmp(at, "==> /", 5) == 0);
}

static struct part *
add_part(struct input *input)
{
  input->parts = ARRAY_ROOM(input, input->parts, struct part, input->n);
  input->parts[input->n] = (struct part){ .path = "" };
  return &input->parts[input->n++];
}

static void
take_body(struct input *input, struct part *part, const char *at, const char *end)
{
  part->length = (size_t)(end - at);
  char *bytes = talloc_zero_size(input, part->length + 1);
  memcpy(bytes, at, part->length);
  part->bytes = bytes;
}

static void
take_title(struct input *input, struct part *part, const char *at, const char *end)
{
  char *line = talloc_strndup(input, at + 4, (size_t)(end - at) - 4);
  line[strcspn(line, "\n")] = '\0';
  part->path = line;
  char *blank = strchr(line, ' ');
  if (at[2] != '>' || !blank)
    return;
  *blank = '\0';
  part->link = blank + 1;
}

struct input *
input_split(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  struct input *input = talloc_zero(ctx, struct input);
  const char *at = (const char *)bytes, *end = at + length;
  size_t n = 0;
  input->head = talloc_zero_array(input, char *, 1);
  while (at < end && *at != '<' && !is_title(at, end)) {
    const char *next = next_line(at, end);
    char *word = talloc_strndup(input, at, (size_t)(next - at));
    word[strcspn(word, "\n")] = '\0';
    input->head = ARRAY_ROOM(input, input->head, char *, n + 1);
    input->head[n++] = word;
    input->head[n] = NULL;
    at = next;
  }
  while (at < end) {
    struct part *part = add_part(input);
    if (is_title(at, end)) {
      const char *next = next_line(at, end);
      take_title(input, part, at, next);
      at = next;
    }
    const char *body = at;
    while (at < end && !is_title(at, end))
      at = next_line(at, end);
    take_body(input, part, body, at);
  }
  return input;
}

const struct part *
input_part(const struct input *input, const char *path)
{
  static const struct part none = { .path = "", .bytes = "" };
  for (size_t i = 0; i < input->n; i++)
    if (!input->parts[i].link && strcmp(input->parts[i].path, path) == 0)
      return &input->parts[i];
  return &none;
}

const char *
input_file(TALLOC_CTX *ctx, unsigned i, const char *bytes, size_t length)
{
  int fd = input_descriptor(i);
  if (ftruncate(fd, 0) < 0 || pwrite(fd, bytes, length, 0) != (ssize_t)length)
    perror("fuzz: memfd"), exit(2);
  return talloc_asprintf(ctx, "/proc/self/fd/%d", fd);
}

int
input_descriptor(unsigned i)
{
  static int fds[4];
  if (!fds[i])
    fds[i] = memfd_create("input", MFD_CLOEXEC);
  if (fds[i] <= 0)
    perror("fuzz: memfd"), exit(2);
  return fds[i];
}

/* --- options --- */

static const char *const graph_words[GRAPHS] = {
  [GRAPH_BLOCKS] = "blocks", [GRAPH_DOT] = "dot", [GRAPH_PCI] = "pci", [GRAPH_PCI_DOT] = "pci-dot"
};

static void
append(TALLOC_CTX *ctx, const char ***list, const char *word)
{
  size_t n = 0;
  while (*list && (*list)[n])
    n++;
  *list = talloc_realloc(ctx, *list, const char *, n + 2);
  (*list)[n] = word;
  (*list)[n + 1] = NULL;
}

/* POOL/VOL=/PATH */
static bool
names_volume(const char *word)
{
  const char *slash = strchr(word, '/'), *equals = slash ? strstr(slash + 1, "=/") : NULL;
  return slash && slash != word && equals && equals != slash + 1;
}

/* What follows "--KEY=" in WORD; NULL: it is another option. */
static const char *
value_of(const char *word, const char *key)
{
  size_t length = strlen(key);
  return str_starts(word, "--") && strncmp(word + 2, key, length) == 0 && word[2 + length] == '=' && word[3 + length]
             ? word + 3 + length
             : NULL;
}

static void
take_switch(const char *word, struct options *options)
{
  static const struct {
    const char *word;
    enum run_mode mode;
  } modes[] = {
    { "--check", MODE_CHECK }, { "--explain", MODE_EXPLAIN }, { "--graph", MODE_GRAPH },
    { "--diff", MODE_DIFF },   { "--status", MODE_STATUS },
  };
  for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
    if (strcmp(word, modes[i].word) == 0)
      options->mode = modes[i].mode;
  options->strict |= str_eq(word, "--strict");
  options->paused |= str_eq(word, "--paused");
  options->several |= str_eq(word, "--several"); /* as though there were more files */
  options->offline |= str_eq(word, "--offline");
  options->style.quiet |= str_eq(word, "--quiet");
  options->style.json |= str_eq(word, "--diagnostics=json");
  options->style.colour |= str_eq(word, "--color=always");
  if (str_eq(word, "--nvme=kernel"))
    options->nvme = NVME_KERNEL;
}

static void
take_lists(TALLOC_CTX *ctx, struct secret_book *book, const char *word, struct options *options)
{
  const char *value = value_of(word, "secret");
  if (value && !secret_book_add(book, value))
    append(ctx, &options->secrets, value);
  value = value_of(word, "network");
  if (value && !network_option_wrong(ctx, value))
    append(ctx, &options->networks, value);
  value = value_of(word, "volume");
  if (value && names_volume(value))
    append(ctx, &options->volumes, value);
}

static void
take_value(TALLOC_CTX *ctx, const char *word, struct options *options)
{
  const char *value = value_of(word, "qemu-version");
  uint64_t pid;
  if (value && !qemu_version_wrong(ctx, value))
    options->qemu_version = value;
  value = value_of(word, "format");
  int found = value ? name_find(out_format_names, FORMATS, value) : -1;
  if (found >= 0)
    options->format = (enum out_format)found;
  value = value_of(word, "graph");
  found = value ? name_find(graph_words, GRAPHS, value) : -1;
  if (found >= 0)
    options->mode = MODE_GRAPH, options->graph = (enum graph)found;
  value = value_of(word, "explain");
  if (value)
    options->mode = MODE_EXPLAIN, options->device = value;
  value = value_of(word, "pid");
  if (value && parse_uint(value, &pid) && pid && pid <= INT32_MAX)
    options->pid = (int)pid;
  value = value_of(word, "qmp");
  options->qmp = value ? value : options->qmp;
  value = value_of(word, "qemu");
  options->qemu = value ? value : options->qemu;
}

struct options
input_options(TALLOC_CTX *ctx, char *const *head)
{
  struct options options = { .host_root = "/", .qemu_version = "10.0", .offline = false };
  struct secret_book *book = secret_book_new(ctx);
  for (; *head; head++) {
    if (options.extra || str_eq(*head, "--")) {
      append(ctx, &options.extra, *head);
      continue;
    }
    take_switch(*head, &options);
    take_value(ctx, *head, &options);
    take_lists(ctx, book, *head, &options);
  }
  if (options.extra)
    options.extra++; /* behind the -- */
  return options;
}
