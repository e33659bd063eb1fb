/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/record.h - what a binary said, one QMP exchange a line */

/* The room behind caps.h: the text of a recorded file or of a probe, and an index of its lines.
 * A record holds one run of the binary, or two: first with KVM, then without. */

#ifndef QEMU_RECORD_H
#define QEMU_RECORD_H

#include "core/diag.h"
#include "qemu/json_scan.h"

struct exchange {
  struct text command;   /* "query-machines", with its quotes */
  struct text arguments; /* AT NULL: none */
  struct text reply;     /* the value of "return"; AT NULL: it was an error */
  unsigned run;          /* 0: the first, 1: without KVM */
};

struct record {
  char *text;
  size_t length;
  struct exchange *exchanges;
  size_t n_exchanges;
};

/* All of FILE and a NUL after it; NULL, and *WRONG says why. */
char *record_text(TALLOC_CTX *ctx, const char *file, size_t *length, const char **wrong);

/* Reads FILE, whole. NULL after an error was reported. */
struct record *record_read(TALLOC_CTX *ctx, const char *file, struct diag *diag);

/* TEXT, LENGTH bytes, becomes a child of the record. FILE is for messages. */
struct record *record_parse(TALLOC_CTX *ctx, const char *file, char *text, size_t length, struct diag *diag);

/* Writes FILE: into a file beside it, which is then renamed. 0, or errno. */
int record_write(const char *file, const char *text, size_t length);

/* The first exchange of COMMAND in RUN; NULL: never asked. TYPENAME, where not NULL, is the one
 * that the arguments name. */
const struct exchange *record_find(const struct record *record, const char *command, const char *typename,
                                   unsigned run);

/* The reply to COMMAND in RUN, else in the first run; AT NULL: never asked, or an error. */
struct text record_reply(const struct record *record, const char *command, unsigned run);

#endif
