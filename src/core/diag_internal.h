/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/diag_internal.h - what the files behind diag.h share: reports and the texts that they speak of */

#ifndef CORE_DIAG_INTERNAL_H
#define CORE_DIAG_INTERNAL_H

#include "core/diag.h"

struct report {
  enum severity severity;
  bool host; /* an error that is the host's */
  struct place place;
  const char *subject;
  const char *text;
  size_t fact; /* how long the fact is at the beginning of TEXT: behind it stands "; ", and the remedy, or nothing */
  size_t seq;
};

/* LINE and AT: how far the search for lines has come. Reports come sorted, so one walk finds them all. */
struct source {
  const char *file;
  const char *text;
  unsigned line;
  const char *at;
  size_t length;    /* of that line; a document may be one line with ten thousand mistakes */
  bool line_hidden; /* something on that line */
  bool measured;    /* both are known */
  size_t counted;   /* so many bytes of that line, and their characters: where a column was last asked for */
  size_t characters;
  bool *hidden; /* for each byte of the text: is it not to be shown? NULL: not looked for yet */
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
  bool blind;
  const char *about; /* NULL: no file */
  struct diag_style style;
  struct source *sources;
  size_t n_sources;
  struct said *said;
};

/* By file and line; what was said first comes first: diag.c. */
void diag_sort(struct diag *diag);

/* Where so much was said that not all was kept: says so; diag.c. */
void diag_note_dropped(struct diag *diag);

/* --- diag_source.c --- */

/* A line of a file, without its end, and the word on it that a report is about. */
struct quote {
  const char *line;
  size_t length;
  const char *word; /* NULL: it is not on the line */
  size_t word_length;
};

/* Finds the source line at PLACE. False: it is not known, or must not be shown: messages end up in logs, so no line
 * of an element is quoted that has the password of a display or the cookie of a server. */
bool diag_quote(struct diag *diag, struct place place, struct quote *quote);

#endif
