/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/diag_show.c - prints reports, as a compiler does or as JSON lines */

#include "core/diag_internal.h"
#include "core/utf8.h"

#include <json-c/json.h>
#include <stdlib.h>

static const char *const severity_names[] = {
  [DIAG_ERROR] = "error",
  [DIAG_WARNING] = "warning",
  [DIAG_NOTE] = "note",
};

/* --- text --- */

/* ECMA-48: bold, and bold in a colour. */
#define BOLD "\033[1m"
#define GREEN "\033[1;32m"
#define PLAIN "\033[m"

static const char *const severity_colours[] = {
  [DIAG_ERROR] = "\033[1;31m",
  [DIAG_WARNING] = "\033[1;35m",
  [DIAG_NOTE] = "\033[1;36m",
};

/* Columns of a source line that are shown. */
enum { WIDEST = 160 };

/* Escapes bytes that a terminal would take for a command, or a reader for the next report. */
static void
put_clean(const char *text, size_t length, FILE *out)
{
  char *shown = utf8_shown(NULL, text, length, false);
  fputs(shown, out);
  talloc_free(shown);
}

static void
put_coloured(const struct diag *diag, const char *colour, const char *text, FILE *out)
{
  fputs(diag->style.colour ? colour : "", out);
  put_clean(text, strlen(text), out);
  fputs(diag->style.colour ? PLAIN : "", out);
}

/* As many columns as put_clean() takes for TEXT, with FILL in each, but for tabs. */
static void
put_columns(const char *text, size_t length, char fill, FILE *out)
{
  char *shown = utf8_shown(NULL, text, length, false);
  size_t left = strlen(shown), bytes;
  for (const char *at = shown; left > 0; at += bytes, left -= bytes)
    for (unsigned columns = utf8_columns(at, left, &bytes); columns > 0; columns--)
      fputc(*at == '\t' ? '\t' : fill, out);
  talloc_free(shown);
}

/* AT, or where the character begins that it is in the middle of. */
static const char *
character_begin(const char *line, const char *at)
{
  while (at > line && ((unsigned char)*at & 0xc0) == 0x80)
    at--;
  return at;
}

/* The line, cut so that the word is in what is left: *BEGIN to *END. */
static void
cut(const struct quote *quote, const char **begin, const char **end)
{
  const char *line = quote->line, *line_end = line + quote->length, *word = quote->word ? quote->word : line;
  size_t around = quote->word_length < WIDEST ? (WIDEST - quote->word_length) / 2 : 0;
  *begin = line;
  *end = line_end;
  if (quote->length <= WIDEST)
    return;
  if ((size_t)(word - line) > around)
    *begin = word - around;
  if (line_end - *begin < WIDEST)
    *begin = line_end - WIDEST;
  *begin = character_begin(line, *begin);
  if (line_end - *begin > WIDEST)
    *end = character_begin(line, *begin + WIDEST);
}

static void
print_quote(const struct diag *diag, const struct quote *quote, unsigned line, FILE *out)
{
  const char *begin, *end, *word = quote->word;
  cut(quote, &begin, &end);
  const char *before = begin > quote->line ? "..." : "", *after = end < quote->line + quote->length ? "..." : "";
  fprintf(out, "%5u | %s", line, before);
  put_clean(begin, (size_t)(end - begin), out);
  fprintf(out, "%s\n", after);
  if (!word)
    return;
  size_t length = quote->word_length < (size_t)(end - word) ? quote->word_length : (size_t)(end - word), first = 0;
  fprintf(out, "      | %*s", (int)strlen(before), "");
  put_columns(begin, (size_t)(word - begin), ' ', out);
  fputs(diag->style.colour ? GREEN "^" : "^", out);
  if (length)
    utf8_columns(word, length, &first);
  put_columns(word + first, length - first, '~', out);
  fputs(diag->style.colour ? PLAIN "\n" : "\n", out);
}

static void
print_text(struct diag *diag, const struct report *r, FILE *out)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *file = r->place.file ? r->place.file : "domxml2qemu";
  char *place =
      r->place.line ? talloc_asprintf(scratch, "%s:%u:", file, r->place.line) : talloc_asprintf(scratch, "%s:", file);
  struct quote quote;
  put_coloured(diag, BOLD, place, out);
  fputc(' ', out);
  put_coloured(diag, severity_colours[r->severity], talloc_asprintf(scratch, "%s:", severity_names[r->severity]), out);
  fputc(' ', out);
  if (r->subject) {
    put_clean(r->subject, strlen(r->subject), out);
    fputs(": ", out);
  }
  put_clean(r->text, strlen(r->text), out);
  fputc('\n', out);
  if (r->severity == DIAG_ERROR && r->place.word && diag_quote(diag, r->place, &quote))
    print_quote(diag, &quote, r->place.line, out);
  talloc_free(scratch);
}

/* --- JSON --- */

/* A file's name may be any bytes, JSON is UTF-8. */
static json_object *
json_text(const char *text)
{
  if (!text || utf8_is_text(text))
    return text ? json_object_new_string(text) : NULL;
  char *clean = utf8_clean(NULL, text);
  json_object *string = json_object_new_string(clean);
  talloc_free(clean);
  return string;
}

static void
print_json(struct diag *diag, const struct report *r, FILE *out)
{
  json_object *o = json_object_new_object();
  char *fact = talloc_strndup(NULL, r->text, r->fact);
  unsigned end, column = diag_columns(diag, r->place, &end);
  json_object_object_add(o, "file", json_text(r->place.file));
  json_object_object_add(o, "line", r->place.line ? json_object_new_int64(r->place.line) : NULL);
  json_object_object_add(o, "column", column ? json_object_new_int64(column) : NULL);
  json_object_object_add(o, "end_column", column ? json_object_new_int64(end) : NULL);
  json_object_object_add(o, "severity", json_object_new_string(severity_names[r->severity]));
  json_object_object_add(o, "device", json_text(r->subject));
  json_object_object_add(o, "message", json_text(fact));
  json_object_object_add(o, "remedy", r->text[r->fact] ? json_text(r->text + r->fact + strlen("; ")) : NULL);
  /* what a terminal would obey is escaped as JSON does it */
  const char *text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  char *line = utf8_shown(NULL, text, strlen(text), false);
  fprintf(out, "%s\n", line);
  talloc_free(line);
  json_object_put(o);
  talloc_free(fact);
}

/* --- either --- */

static void
print_all(struct diag *diag, FILE *out)
{
  diag_sort(diag);
  for (size_t i = 0; i < diag->n_reports; i++) {
    const struct report *r = &diag->reports[i];
    if (diag->style.quiet && r->severity != DIAG_ERROR)
      continue;
    (diag->style.json ? print_json : print_text)(diag, r, out);
  }
  diag->n_reports = 0;
}

/* At one go: standard error has no buffer of its own. */
void
diag_show(struct diag *diag, FILE *out)
{
  char *text = NULL;
  size_t length = 0;
  diag_note_dropped(diag);
  if (!diag->n_reports)
    return;
  FILE *all = open_memstream(&text, &length);
  print_all(diag, all ? all : out);
  if (!all)
    return;
  fclose(all);
  fwrite(text, 1, length, out);
  free(text);
}
