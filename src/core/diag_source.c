/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/diag_source.c - the lines that reports speak of: which may be shown, and where on them a word stands */

#include "core/diag_internal.h"

void
diag_source(struct diag *diag, const char *file, const char *text, size_t length)
{
  diag->sources = talloc_realloc(diag, diag->sources, struct source, diag->n_sources + 1);
  char *copy = talloc_strndup(diag, text, length); /* whatever stands behind a NUL is no text */
  diag->sources[diag->n_sources++] = (struct source){ talloc_strdup(diag, file), copy, 1, copy };
}

const char *
diag_line(struct diag *diag, struct place place, size_t *length, const char **text)
{
  struct source *source = diag->sources, *end = diag->sources + diag->n_sources;
  while (source < end && !str_eq(source->file, place.file))
    source++;
  if (source == end || !place.line)
    return NULL;
  if (place.line < source->line) {
    source->line = 1;
    source->at = source->text;
  }
  while (source->line < place.line) {
    const char *newline = strchr(source->at, '\n');
    if (!newline)
      return NULL;
    source->at = newline + 1;
    source->line++;
  }
  *length = strcspn(source->at, "\r\n");
  *text = source->text;
  return source->at;
}

const char *
diag_find_word(const char *line, size_t length, const char *word)
{
  size_t n = strlen(word);
  const char *end = line + length, *found[4] = { NULL };
  for (const char *p = line; n && (p = memmem(p, (size_t)(end - p), word, n)); p++) {
    char before = p > line ? p[-1] : ' ', after = p + n < end ? p[n] : ' ';
    bool quoted = (before == '\'' || before == '"') && after == before;
    int as = before == '<' && strchr(" />", after) ? 0 : quoted ? 1 : before == ' ' && after == '=' ? 2 : 3;
    if (!found[as])
      found[as] = p;
  }
  for (size_t i = 0; i < ARRAY_SIZE(found); i++)
    if (found[i])
      return found[i];
  return NULL;
}

/* Where the tag, or the element, ends that begins at AT: behind ENDING, or at the end of TEXT. */
static const char *
behind(const char *at, const char *ending)
{
  const char *end = strstr(at, ending);
  return end ? end + strlen(ending) : at + strlen(at);
}

/* Is NAME at AT, within TEXT, an attribute's, with a value behind it? */
static bool
is_attribute(const char *text, const char *at, const char *name)
{
  const char *value = at + strlen(name);
  value += strspn(value, " \t\r\n");
  return *value == '=' && at > text && strchr(" \t\r\n'\"", at[-1]);
}

bool
diag_holds_secret(const char *text, const char *line, size_t length)
{
  static const char attribute[] = "passwd", element[] = "<cookie";
  for (const char *at = text; (at = strstr(at, attribute)); at += strlen(attribute)) {
    const char *begin = memrchr(text, '<', (size_t)(at - text));
    if (begin && is_attribute(text, at, attribute) && begin < line + length && behind(at, ">") > line)
      return true;
  }
  for (const char *at = text; (at = strstr(at, element)); at += strlen(element))
    if (at < line + length && behind(at, "</cookie") > line)
      return true;
  return false;
}
