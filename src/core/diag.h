/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/diag.h - what we tell the user: errors, warnings, notes, each with its place */

/* Any room may report here. Whoever detects a problem reports it, once, with its place; callers
 * only pass the failure on. Nothing is printed until diag_show(): all reports of a run come
 * together, sorted by line, each said once. */

#ifndef CORE_DIAG_H
#define CORE_DIAG_H

#include "core/util.h"

#include <stdio.h>

enum severity { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

/* Where something stands. FILE NULL: nowhere in particular; LINE 0: the file as a whole.
 * WORD, where not NULL, is the text on that line that the caret shows: at byte COLUMN, from 1, where that is not 0,
 * else where it is found. */
struct place {
  const char *file;
  unsigned line;
  const char *word;
  unsigned column;
};

struct diag;

/* A new, empty collection, a talloc child of CTX. */
struct diag *diag_new(TALLOC_CTX *ctx);

/* Where one run looks at several files: messages without a place of their own are about FILE from now on. */
void diag_about(struct diag *diag, const char *file);

/* The domain is refused (exit status 1). SUBJECT names the device ("disk vda"), NULL: none.
 * The text says what is wrong, then what would be right: "namespace 0: NVMe namespaces count from 1". */
void diag_error(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The host is not ready: a device, a secret, a permission (exit status 3). Where nobody looks at the host that is
 * meant, a note. */
void diag_blind(struct diag *diag, bool blind);
void diag_host(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The host alone knows, and may not be asked: the domain is refused, unless nobody wants more than is in it. */
void diag_unasked(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

void diag_warning(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

void diag_note(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Something in the XML that we do not know: a warning, with --strict an error. */
void diag_unknown(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_strict(struct diag *diag, bool strict);

/* The same, where the guest would lack what is meant: an error too where it is to start, as below. */
void diag_missed(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The XML is well, but QEMU will not start with it: a warning, and an error where the guest is to
 * start now or we are asked whether it could (options_judges()). The text says so. */
void diag_unstartable(struct diag *diag, struct place place, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_starts(struct diag *diag, bool starts);

/* Says again what was reported to FROM. */
void diag_repeat(struct diag *diag, const struct diag *from);

/* How many errors so far, of both sorts; and of the host sort alone. */
unsigned diag_errors(const struct diag *diag);
unsigned diag_host_errors(const struct diag *diag);
unsigned diag_warnings(const struct diag *diag);

/* Calls SAY for each warning, in the order of printing; TEXT is the message without its place. */
void diag_each_warning(const struct diag *diag,
                       void (*say)(struct place place, const char *subject, const char *text, void *arg), void *arg);

/* Gives the text of FILE, so that messages can show the line they speak of. Copied. */
void diag_source(struct diag *diag, const char *file, const char *text, size_t length);

/* The column at which PLACE's word begins, in characters from 1, and *END (NULL: no matter) that behind it. 0: not
 * known, or on a line that is not to be shown. */
unsigned diag_columns(struct diag *diag, struct place place, unsigned *end);

/* How reports are printed. */
struct diag_style {
  bool json;
  bool colour; /* of text */
  bool quiet;  /* errors alone */
};
void diag_style(struct diag *diag, struct diag_style style);

/* Prints all reports to OUT as the style says, then forgets them; counts stay. Text is like a compiler's. JSON has
 * lines {"file","line","column","end_column","severity","device","message","remedy"}: columns count characters from 1,
 * the end is behind the word; what is not known is null. */
void diag_show(struct diag *diag, FILE *out);

#endif
