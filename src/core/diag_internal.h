/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/diag_internal.h - what the files behind diag.h share: reports and the texts that they speak of */

#ifndef CORE_DIAG_INTERNAL_H
#define CORE_DIAG_INTERNAL_H

#include "core/diag.h"

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

/* By file and line; what was said first comes first. */
void diag_sort(struct diag *diag);

/* Where so much was said that not all was kept: says so. */
void diag_note_dropped(struct diag *diag);

/* The line at PLACE without its end, and the *TEXT that it is of; NULL: not known. */
const char *diag_line(struct diag *diag, struct place place, size_t *length, const char **text);

/* Where WORD is on the line: as an element, else as a whole value, as an attribute, wherever it is first; NULL: it is
 * not there. */
const char *diag_find_word(const char *line, size_t length, const char *word);

/* Messages end up in logs: what has the password of a display or the cookie of a server is not shown, none of
 * its lines. */
bool diag_holds_secret(const char *text, const char *line, size_t length);

#endif
