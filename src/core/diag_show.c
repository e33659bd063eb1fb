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

/* Escapes bytes that a terminal would take for a command, or a reader for the next report. */
static void
put_clean(const char *text, size_t length, FILE *out)
{
  char *shown = utf8_shown(NULL, text, length, false);
  fputs(shown, out);
  talloc_free(shown);
}

/* As many columns as put_clean() takes for TEXT, with FILL in each, but for tabs. */
static void
put_columns(const char *text, size_t length, char fill, FILE *out)
{
  char *shown = utf8_shown(NULL, text, length, false);
  for (const char *p = shown; *p; p++)
    if (((unsigned char)*p & 0xc0) != 0x80)
      fputc(*p == '\t' ? '\t' : fill, out);
  talloc_free(shown);
}

static void
print_snippet(const char *text, const char *line, size_t length, const struct report *r, FILE *out)
{
  const size_t widest = 160;
  if (diag_holds_secret(text, line, length))
    return;
  size_t shown = length < widest ? length : widest;
  fprintf(out, "%5u | ", r->place.line);
  put_clean(line, shown, out);
  fputc('\n', out);
  const char *at = r->place.word ? diag_find_word(line, shown, r->place.word) : NULL;
  if (!at)
    return;
  fputs("      | ", out);
  put_columns(line, (size_t)(at - line), ' ', out);
  fputc('^', out);
  put_columns(at + 1, strlen(r->place.word) - 1, '~', out);
  fputc('\n', out);
}

void
diag_print(struct diag *diag, FILE *out)
{
  diag_sort(diag);
  for (size_t i = 0; i < diag->n_reports; i++) {
    const struct report *r = &diag->reports[i];
    if (r->place.file)
      put_clean(r->place.file, strlen(r->place.file), out);
    else
      fputs("domxml2qemu", out);
    if (r->place.line)
      fprintf(out, ":%u", r->place.line);
    fprintf(out, ": %s: ", severity_names[r->severity]);
    if (r->subject) {
      put_clean(r->subject, strlen(r->subject), out);
      fputs(": ", out);
    }
    put_clean(r->text, strlen(r->text), out);
    fputc('\n', out);
    size_t length = 0;
    const char *text;
    const char *line = r->severity == DIAG_ERROR && r->place.word ? diag_line(diag, r->place, &length, &text) : NULL;
    if (line)
      print_snippet(text, line, length, r, out);
  }
  diag->n_reports = 0;
}

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

void
diag_print_json(struct diag *diag, FILE *out)
{
  diag_sort(diag);
  for (size_t i = 0; i < diag->n_reports; i++) {
    const struct report *r = &diag->reports[i];
    json_object *o = json_object_new_object();
    json_object_object_add(o, "file", json_text(r->place.file));
    json_object_object_add(o, "line", r->place.line ? json_object_new_int64(r->place.line) : NULL);
    json_object_object_add(o, "severity", json_object_new_string(severity_names[r->severity]));
    json_object_object_add(o, "device", json_text(r->subject));
    json_object_object_add(o, "message", json_text(r->text));
    fprintf(out, "%s\n", json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(o);
  }
  diag->n_reports = 0;
}

/* At one go: standard error has no buffer of its own. */
void
diag_show(struct diag *diag, bool json, FILE *out)
{
  char *text = NULL;
  size_t length = 0;
  diag_note_dropped(diag);
  FILE *all = open_memstream(&text, &length);
  (json ? diag_print_json : diag_print)(diag, all ? all : out);
  if (!all)
    return;
  fclose(all);
  fwrite(text, 1, length, out);
  free(text);
}
