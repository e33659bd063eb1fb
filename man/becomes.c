/* SPDX-License-Identifier: GPL-2.0-or-later */
/* man/becomes.c - what a row becomes on QEMU's command line, in mdoc */

#include "becomes.h"
#include "table.h"

#include <fnmatch.h>

struct line {
  const char *pattern; /* by hand; else a path */
  const char *when;    /* NULL: by hand */
  const char *words;
  enum { DOES, NOTHING, SAYS } kind; /* what WORDS are: names, the reason why there are none, a sentence */
};

struct becomes {
  struct line *lines;
  size_t n;
};

struct becomes *
becomes_new(TALLOC_CTX *ctx)
{
  return talloc_zero(ctx, struct becomes);
}

/* Up to MOST fields of LINE, which tabs part; those that are not there are empty. */
static void
split(char *line, const char **fields, size_t most)
{
  for (size_t i = 0; i < most; i++) {
    char *end = strchr(line, '\t');
    fields[i] = line;
    line = end ? end + 1 : line + strlen(line);
    if (end)
      *end = '\0';
  }
}

void
becomes_add(struct becomes *all, char *text)
{
  const char *fields[3];
  for (char *end; (end = strchr(text, '\n')); text = end + 1) {
    *end = '\0';
    if (!*text || *text == '#')
      continue;
    split(text, fields, ARRAY_SIZE(fields));
    bool nothing = strcmp(fields[1], "nothing") == 0, says = strcmp(fields[1], "says") == 0;
    bool hand = nothing || says || strcmp(fields[1], "becomes") == 0;
    all->lines = ARRAY_ROOM(all, all->lines, struct line, all->n);
    all->lines[all->n++] = (struct line){ .pattern = talloc_strdup(all, fields[0]),
                                          .when = hand ? NULL : talloc_strdup(all, fields[1]),
                                          .words = talloc_strdup(all, fields[2]),
                                          .kind = nothing ? NOTHING
                                                  : says  ? SAYS
                                                          : DOES };
  }
}

/* --- mdoc --- */

/* Appends the front of an item, "-device", "virtiofsd" or "environment"; NAMED: names follow it. */
static char *
add_front(char *text, const char *front, bool named)
{
  if (*front == '-')
    return talloc_asprintf_append_buffer(text, ".Fl %s%s", front + 1, named ? " Cm" : "");
  if (strcmp(front, "environment") == 0)
    return talloc_strdup_append_buffer(text, "the environment's\n.Ev");
  if (strcmp(front, "host") == 0)
    return talloc_strdup_append_buffer(text, "a need of the host,\n.Cm");
  if (strcmp(front, "emulator") == 0)
    return talloc_strdup_append_buffer(text, ".No the emulator");
  return talloc_asprintf_append_buffer(text, ".Cm %s", front);
}

/* NAMES, "cache.direct=, cache.no-flush=", behind what stands there: each in a line of its own. */
static char *
add_names(char *text, char *names, const char *end)
{
  for (char *name = names, *next; name; name = next) {
    next = strstr(name, ", ");
    if (next) {
      *next = '\0';
      next += strlen(", ");
    }
    const char *dashes = str_starts(name, "--") ? "\\-\\-" : *name == '-' ? "\\-" : "";
    text = talloc_asprintf_append_buffer(text, "%s %s%s%s\n", name == names ? "" : ".Cm", dashes,
                                         name + strspn(name, "-"), next ? " ," : end);
  }
  return text;
}

/* "-device a=, b=; host tap" as a sentence. */
static const char *
sentence(TALLOC_CTX *ctx, const char *words)
{
  char *text = talloc_strdup(ctx, "Becomes\n"), *rest = talloc_strdup(ctx, words);
  for (char *item = rest; item; item = rest) {
    rest = strstr(item, "; ");
    if (rest) {
      *rest = '\0';
      rest += strlen("; ");
    }
    const char *end = !rest ? " ." : strcmp(rest, "...") == 0 ? "" : " ;";
    char *names = strchr(item, ' ');
    if (strcmp(item, "...") == 0) {
      text = talloc_strdup_append_buffer(text, "and more.\n");
    } else if (names) {
      *names = '\0';
      text = add_names(add_front(text, item, true), names + 1, end);
    } else {
      text = talloc_asprintf_append_buffer(add_front(text, item, false), "%s\n", end);
    }
  }
  return text;
}

/* Said of all that is below an element: the words before its table say why. */
static bool
is_family(const char *pattern)
{
  size_t length = strlen(pattern);
  return length > 2 && strcmp(pattern + length - 2, "/*") == 0;
}

static const char *
text_of(TALLOC_CTX *ctx, const struct line *line)
{
  const char *text = line->words;
  if (line->kind == NOTHING)
    text = is_family(line->pattern) ? "No option." : talloc_asprintf(ctx, "No option: %s.", line->words);
  return line->kind == DOES ? sentence(ctx, text) : mdoc_text(talloc_strdup(ctx, ""), text);
}

const char *
becomes_of(const struct becomes *all, const char *path, const char *when)
{
  const char *title = *when ? talloc_asprintf(all, "%s (%s)", path, when) : path;
  for (size_t i = 0; i < all->n; i++)
    if (!all->lines[i].when && fnmatch(all->lines[i].pattern, title, 0) == 0)
      return text_of((void *)all, &all->lines[i]);
  for (size_t i = 0; i < all->n; i++)
    if (all->lines[i].when && strcmp(all->lines[i].pattern, path) == 0 && strcmp(all->lines[i].when, when) == 0)
      return text_of((void *)all, &all->lines[i]);
  return NULL;
}
