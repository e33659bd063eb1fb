/* SPDX-License-Identifier: GPL-2.0-or-later */
/* man/table.h - rows of the program's tables as a table of the manual */

/* For man/manual.c alone: it says which rows stand in a table, this how they look in mdoc(7). */

#ifndef MAN_TABLE_H
#define MAN_TABLE_H

#include "domain/attr_walk.h"

/* A row where the walk found it. */
struct fact {
  const char *path;
  const char *when; /* words, "type=network protocol=nbd" */
  const char *again;
  const struct attr *row;
  const struct attr_condition *condition;
  const char *becomes; /* sentences of mdoc; NULL: none */
};

/* Text of mdoc, TEXT's end: lines broken at 78, none of them a request by mistake. */
char *mdoc_text(char *text, const char *words);

/* Appends to TEXT the table of FACTS, all at or below the element ROOT; WHEN holds for all of them. */
char *mdoc_table(char *text, const struct fact *const *facts, size_t n, const char *root, const char *when);

/* The parts of a path: is KEY an attribute or an element's text? */
bool is_key(const char *step);
/* PATH without its last step, where that is a key. */
const char *element_of(TALLOC_CTX *ctx, const char *path);
/* Of a size: its values are told once for all of them, and no table has them. */
bool is_unit(const struct fact *fact);
/* Is WORD one of the blank-separated WORDS? */
bool has_word(const char *words, const char *word);

#endif
