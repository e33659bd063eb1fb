/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/diag.c - collects reports, and sorts them by line */

#include "core/diag_internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <uthash.h>

/* Nobody reads more, and a file of nothing but mistakes shall not use up the memory. Behind that many
 * there is room for as many errors, which are the reason for the exit status. */
enum { REPORTS_MAX = 100000 };

/* So that a report is said once, however many paths lead to it. */
struct said {
  const char *key;
  UT_hash_handle hh;
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

void
diag_blind(struct diag *diag, bool blind)
{
  diag->blind = blind;
}

void
diag_about(struct diag *diag, const char *file)
{
  diag->about = talloc_strdup(diag, file);
}

void
diag_style(struct diag *diag, struct diag_style style)
{
  diag->style = style;
}

/* The first "; " of TEXT outside of quotes: what is quoted is the user's. NULL: none. */
static const char *
find_remedy(const char *text)
{
  bool quoted = false;
  for (; *text; text++) {
    quoted ^= *text == '\'';
    if (!quoted && str_starts(text, "; "))
      return text;
  }
  return NULL;
}

/* A message is a fact, "; ", and a way out. The one that FMT has counts, for a fact may quote a "; "; only where the
 * message was put together elsewhere is it looked for in TEXT. Returns the length of the fact. */
static size_t
fact_length(const char *text, const char *fmt, va_list ap)
{
  const char *in_fmt = NULL;
  for (const char *at = fmt; (at = strstr(at, "; ")); at++)
    in_fmt = at;
  if (!in_fmt) {
    const char *remedy = find_remedy(text);
    return remedy ? (size_t)(remedy - text) : strlen(text);
  }
  char *until = talloc_strndup(NULL, fmt, (size_t)(in_fmt - fmt));
  int length = vsnprintf(NULL, 0, until, ap);
  talloc_free(until);
  return length < 0 ? strlen(text) : (size_t)length;
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

/* Copies the strings that R points to. */
static void
add(struct diag *diag, struct report r)
{
  r.place.file = r.place.file ? r.place.file : diag->about;
  if (is_full(diag, r.severity)) {
    diag->n_dropped++;
    count(diag, r.severity, r.host);
    return;
  }
  if (already_said(diag, &r))
    return;
  r.place.file = talloc_strdup(diag, r.place.file);
  r.place.word = talloc_strdup(diag, r.place.word);
  r.subject = talloc_strdup(diag, r.subject);
  r.text = talloc_strdup(diag, r.text);
  keep(diag, r);
  count(diag, r.severity, r.host);
}

static void
report(struct diag *diag, enum severity severity, bool host, struct place place, const char *subject, const char *fmt,
       va_list ap)
{
  va_list again;
  va_copy(again, ap);
  char *text = talloc_vasprintf(NULL, fmt, ap);
  size_t fact = severity == DIAG_NOTE ? strlen(text) : fact_length(text, fmt, again);
  va_end(again);
  add(diag, (struct report){ severity, host, place, subject, text, fact, 0 });
  talloc_free(text);
}

void
diag_repeat(struct diag *diag, const struct diag *from)
{
  for (size_t i = 0; i < from->n_reports; i++)
    add(diag, from->reports[i]);
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
  REPORT(diag->blind ? DIAG_NOTE : DIAG_ERROR, !diag->blind);
}

void
diag_unasked(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
{
  REPORT(diag->blind ? DIAG_NOTE : DIAG_ERROR, false);
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

void
diag_sort(struct diag *diag)
{
  if (diag->n_reports)
    qsort(diag->reports, diag->n_reports, sizeof(*diag->reports), compare_reports);
}

void
diag_each_warning(const struct diag *diag,
                  void (*say)(struct place place, const char *subject, const char *text, void *arg), void *arg)
{
  diag_sort((struct diag *)diag);
  for (size_t i = 0; i < diag->n_reports; i++)
    if (diag->reports[i].severity == DIAG_WARNING)
      say(diag->reports[i].place, diag->reports[i].subject, diag->reports[i].text, arg);
}

/* It names no file, so it comes first, where it is seen. */
void
diag_note_dropped(struct diag *diag)
{
  if (!diag->n_dropped)
    return;
  const char *text = talloc_asprintf(diag, "%zu more messages are left out; mend these first", diag->n_dropped);
  keep(diag, (struct report){ .severity = DIAG_NOTE, .text = text, .fact = strlen(text) });
  diag->n_dropped = 0;
}
