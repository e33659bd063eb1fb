/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/diag_source.c - the lines that reports speak of: which may be shown, and where on them a word stands */

#include "core/diag_internal.h"
#include "core/utf8.h"

void
diag_source(struct diag *diag, const char *file, const char *text, size_t length)
{
  diag->sources = talloc_realloc(diag, diag->sources, struct source, diag->n_sources + 1);
  char *copy = talloc_strndup(diag, text, length); /* whatever stands behind a NUL is no text */
  diag->sources[diag->n_sources++] =
      (struct source){ .file = talloc_strdup(diag, file), .text = copy, .line = 1, .at = copy };
}

static struct source *
find_source(struct diag *diag, const char *file)
{
  for (size_t i = 0; i < diag->n_sources; i++)
    if (str_eq(diag->sources[i].file, file))
      return &diag->sources[i];
  return NULL;
}

/* Goes to LINE; false: there is none. */
static bool
go_to(struct source *source, unsigned line)
{
  if (line != source->line) {
    source->measured = false;
    source->counted = source->characters = 0;
  }
  if (line < source->line) {
    source->line = 1;
    source->at = source->text;
  }
  while (source->line < line) {
    const char *newline = strchr(source->at, '\n');
    if (!newline)
      return false;
    source->at = newline + 1;
    source->line++;
  }
  return true;
}

/* WORD as an element, else as a whole value, as an attribute, wherever it is first; NULL: not on the line. */
static const char *
find_word(const char *line, size_t length, const char *word)
{
  size_t n = strlen(word);
  const char *end = line + length, *found[4] = { NULL };
  for (const char *p = line; n && (p = str_find(p, (size_t)(end - p), word)); p++) {
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

/* Where the tag, or the element, ends that begins at AT: behind ENDING, or at END, the text's. */
static const char *
behind(const char *at, const char *end, const char *ending)
{
  const char *found = str_find(at, (size_t)(end - at), ending);
  return found ? found + strlen(ending) : end;
}

/* Is NAME at AT, within TEXT, an attribute's, with a value behind it? */
static bool
is_attribute(const char *text, const char *at, const char *name)
{
  const char *value = at + strlen(name);
  value += strspn(value, " \t\r\n");
  return *value == '=' && at > text && strchr(" \t\r\n'\"", at[-1]);
}

static void
hide(struct source *source, const char *from, const char *to)
{
  memset(source->hidden + (from - source->text), true, (size_t)(to - from));
}

/* Once a source: a file may have a hundred thousand mistakes. Each byte is looked at once or twice, however often the
 * words stand there: BEGIN, the last "<", is looked for behind what was looked through before. */
static void
find_secrets(struct diag *diag, struct source *source)
{
  static const char attribute[] = "passwd", element[] = "<cookie";
  const char *text = source->text, *end = text + strlen(text), *begin = NULL, *seen = text, *to;
  source->hidden = talloc_zero_array(diag, bool, (size_t)(end - text) + 1);
  for (const char *at = text; (at = str_find(at, (size_t)(end - at), attribute)); at = seen = to) {
    const char *nearer = memrchr(seen, '<', (size_t)(at - seen));
    begin = nearer ? nearer : begin;
    to = at + strlen(attribute);
    if (begin && is_attribute(text, at, attribute)) {
      hide(source, begin, to = behind(at, end, ">"));
      begin = to;
    }
  }
  for (const char *at = text; (at = str_find(at, (size_t)(end - at), element)); at = to)
    hide(source, at, to = behind(at, end, "</cookie"));
}

/* Looks through the line that SOURCE is at. */
static void
measure(struct diag *diag, struct source *source)
{
  if (source->measured)
    return;
  if (!source->hidden)
    find_secrets(diag, source);
  source->length = strcspn(source->at, "\r\n");
  source->line_hidden = memchr(source->hidden + (source->at - source->text), 1 /* true */, source->length) != NULL;
  source->measured = true;
}

/* A file may be one line of 16 MiB with a hundred thousand mistakes: in a longer line than this no word is looked for. */
enum { SEARCHED = 32768 };

bool
diag_quote(struct diag *diag, struct place place, struct quote *quote)
{
  struct source *source = find_source(diag, place.file);
  if (!source || !place.line || !go_to(source, place.line))
    return false;
  measure(diag, source);
  *quote = (struct quote){ .line = source->at, .length = source->length };
  if (source->line_hidden)
    return false;
  quote->word_length = place.word ? strlen(place.word) : 0;
  if (place.column && place.word && place.column <= quote->length &&
      quote->word_length <= quote->length + 1 - place.column)
    quote->word = quote->line + place.column - 1;
  else if (place.word && quote->length <= SEARCHED)
    quote->word = find_word(quote->line, quote->length, place.word);
  return true;
}

/* How many characters stand before AT on the line of SOURCE. Mistakes mostly come in their order, so what is counted is
 * what lies between this one and the last. */
static size_t
characters_before(struct source *source, const char *at)
{
  const char *last = source->at + source->counted;
  if (at >= last)
    source->characters += utf8_count(last, (size_t)(at - last));
  else
    source->characters -= utf8_count(at, (size_t)(last - at));
  source->counted = (size_t)(at - source->at);
  return source->characters;
}

unsigned
diag_columns(struct diag *diag, struct place place, unsigned *end)
{
  struct quote quote;
  if (!place.word || !diag_quote(diag, place, &quote) || !quote.word)
    return 0;
  unsigned column = (unsigned)characters_before(find_source(diag, place.file), quote.word) + 1;
  if (end)
    *end = column + (unsigned)utf8_count(quote.word, quote.word_length);
  return column;
}
