/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/diag.c - collects reports, sorts them by line, prints them as a compiler does */

#include "core/diag.h"
#include "core/utf8.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <uthash.h>

struct report {
  enum severity severity;
  struct place place;
  const char *subject;
  const char *text;
  size_t seq;
};

/* LINE and AT: how far the search for lines has come. Reports come sorted, so one walk finds them all. */
struct source {
  const char *file;
  const char *text;
  unsigned line;
  const char *at;
};

/* Nobody reads more, and a file of nothing but mistakes shall not use up the memory. Behind that many
 * there is room for as many errors, which are the reason for the exit status. */
enum { REPORTS_MAX = 100000 };

/* So that a report is said once, however many paths lead to it. */
struct said {
  const char *key;
  UT_hash_handle hh;
};

struct diag {
  struct report *reports;
  size_t n_reports;
  size_t n_dropped;
  unsigned warnings;
  unsigned errors;
  unsigned host_errors;
  bool strict;
  bool starts;
  struct source *sources;
  size_t n_sources;
  struct said *said;
};

static int
diag_free(struct diag *diag)
{
  HASH_CLEAR(hh, diag->said);
  return 0;
}

struct diag *
diag_new(TALLOC_CTX *ctx)
{
  struct diag *diag = talloc_zero(ctx, struct diag);
  talloc_set_destructor(diag, diag_free);
  return diag;
}

void
diag_strict(struct diag *diag, bool strict)
{
  diag->strict = strict;
}

void
diag_starts(struct diag *diag, bool starts)
{
  diag->starts = starts;
}

static bool
already_said(struct diag *diag, const struct report *r)
{
  char *key = talloc_asprintf(diag, "%d %s:%u %s: %s", r->severity, r->place.file ? r->place.file : "", r->place.line,
                              r->subject ? r->subject : "", r->text);
  struct said *said;
  HASH_FIND_STR(diag->said, key, said);
  if (said) {
    talloc_free(key);
    return true;
  }
  said = talloc_zero(diag, struct said);
  said->key = talloc_steal(said, key);
  HASH_ADD_KEYPTR(hh, diag->said, said->key, strlen(said->key), said);
  return false;
}

static bool
is_full(const struct diag *diag, enum severity severity)
{
  return diag->n_reports >= (severity == DIAG_ERROR ? 2 * REPORTS_MAX : REPORTS_MAX);
}

static void
keep(struct diag *diag, struct report report)
{
  report.seq = diag->n_reports;
  diag->reports = ARRAY_ROOM(diag, diag->reports, struct report, diag->n_reports);
  diag->reports[diag->n_reports++] = report;
}

static void
count(struct diag *diag, enum severity severity, bool host)
{
  diag->warnings += severity == DIAG_WARNING;
  diag->errors += severity == DIAG_ERROR;
  diag->host_errors += severity == DIAG_ERROR && host;
}

static void
report(struct diag *diag, enum severity severity, bool host, struct place place, const char *subject, const char *fmt,
       va_list ap)
{
  if (is_full(diag, severity)) {
    diag->n_dropped++;
    count(diag, severity, host);
    return;
  }
  char *text = talloc_vasprintf(diag, fmt, ap);
  struct report r = { .severity = severity, .place = place, .subject = subject, .text = text };
  if (already_said(diag, &r)) {
    talloc_free(text);
    return;
  }
  r.place.file = talloc_strdup(diag, place.file);
  r.place.word = talloc_strdup(diag, place.word);
  r.subject = talloc_strdup(diag, subject);
  keep(diag, r);
  count(diag, severity, host);
}

#define REPORT(severity, host) \
  do { \
    va_list ap; \
    va_start(ap, fmt); \
    report(diag, severity, host, place, subject, fmt, ap); \
    va_end(ap); \
  } while (0)

void
diag_error(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
{
  REPORT(DIAG_ERROR, false);
}

void
diag_host(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
{
  REPORT(DIAG_ERROR, true);
}

void
diag_warning(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
{
  REPORT(DIAG_WARNING, false);
}

void
diag_note(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
{
  REPORT(DIAG_NOTE, false);
}

void
diag_unknown(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
{
  REPORT(diag->strict ? DIAG_ERROR : DIAG_WARNING, false);
}

void
diag_missed(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
{
  REPORT(diag->strict || diag->starts ? DIAG_ERROR : DIAG_WARNING, false);
}

void
diag_unstartable(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
{
  REPORT(diag->starts ? DIAG_ERROR : DIAG_WARNING, false);
}

unsigned
diag_errors(const struct diag *diag)
{
  return diag->errors;
}

unsigned
diag_warnings(const struct diag *diag)
{
  return diag->warnings;
}

unsigned
diag_host_errors(const struct diag *diag)
{
  return diag->host_errors;
}

void
diag_source(struct diag *diag, const char *file, const char *text, size_t length)
{
  diag->sources = talloc_realloc(diag, diag->sources, struct source, diag->n_sources + 1);
  char *copy = talloc_strndup(diag, text, length); /* whatever stands behind a NUL is no text */
  diag->sources[diag->n_sources++] = (struct source){ talloc_strdup(diag, file), copy, 1, copy };
}

/* A line without its end, and the *TEXT that it is of; NULL: not known. */
static const char *
source_line(struct diag *diag, struct place place, size_t *length, const char **text)
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

static int
compare_reports(const void *a, const void *b)
{
  const struct report *x = a, *y = b;
  const char *fx = x->place.file ? x->place.file : "", *fy = y->place.file ? y->place.file : "";
  int files = strcmp(fx, fy);
  if (files)
    return files;
  if (x->place.line != y->place.line)
    return x->place.line < y->place.line ? -1 : 1;
  return x->seq < y->seq ? -1 : 1;
}

static void
sort_reports(struct diag *diag)
{
  if (diag->n_reports)
    qsort(diag->reports, diag->n_reports, sizeof(*diag->reports), compare_reports);
}

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

/* WORD as an element, else as a whole value, as an attribute, wherever it is first; NULL: not on the line. */
static const char *
find_word(const char *line, size_t length, const char *word)
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

/* Messages end up in logs: what has the password of a display or the cookie of a server is not shown, none of
 * its lines. */
static bool
holds_secret(const char *text, const char *line, size_t length)
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

static void
print_snippet(const char *text, const char *line, size_t length, const struct report *r, FILE *out)
{
  const size_t widest = 160;
  if (holds_secret(text, line, length))
    return;
  size_t shown = length < widest ? length : widest;
  fprintf(out, "%5u | ", r->place.line);
  put_clean(line, shown, out);
  fputc('\n', out);
  const char *at = r->place.word ? find_word(line, shown, r->place.word) : NULL;
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
  sort_reports(diag);
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
    const char *line = r->severity == DIAG_ERROR && r->place.word ? source_line(diag, r->place, &length, &text) : NULL;
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
  sort_reports(diag);
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

void
diag_each_warning(const struct diag *diag,
                  void (*say)(struct place place, const char *subject, const char *text, void *arg), void *arg)
{
  sort_reports((struct diag *)diag);
  for (size_t i = 0; i < diag->n_reports; i++)
    if (diag->reports[i].severity == DIAG_WARNING)
      say(diag->reports[i].place, diag->reports[i].subject, diag->reports[i].text, arg);
}

/* It names no file, so it comes first, where it is seen. */
static void
note_dropped(struct diag *diag)
{
  if (!diag->n_dropped)
    return;
  const char *text = talloc_asprintf(diag, "%zu more messages are left out; mend these first", diag->n_dropped);
  keep(diag, (struct report){ .severity = DIAG_NOTE, .text = text });
  diag->n_dropped = 0;
}

/* At one go: standard error has no buffer of its own. */
void
diag_show(struct diag *diag, bool json, FILE *out)
{
  char *text = NULL;
  size_t length = 0;
  note_dropped(diag);
  FILE *all = open_memstream(&text, &length);
  (json ? diag_print_json : diag_print)(diag, all ? all : out);
  if (!all)
    return;
  fclose(all);
  fwrite(text, 1, length, out);
  free(text);
}
