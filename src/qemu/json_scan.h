/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/json_scan.h - walk JSON text where it lies, without building objects */

/* A binary's answers about itself are half a megabyte, of which a conversion asks for a few lines.
 * scan_value() checks text once; all others take text that it has passed. No I/O, no allocation
 * but in text_dup(). */

#ifndef QEMU_JSON_SCAN_H
#define QEMU_JSON_SCAN_H

#include "core/util.h"

/* One JSON value, from its first character to after its last; AT NULL: there is none. */
struct text {
  const char *at, *end;
};

/* Where the value that begins at AT (blanks before it are skipped) ends; NULL: not JSON. */
const char *scan_value(const char *at, const char *end);

/* After the blanks at AT. */
const char *scan_blanks(const char *at, const char *end);

/* The members of an object, or the elements of an array (KEY.at is NULL then). */
struct walk {
  const char *at, *end;
  struct text key, value;
};

/* Values other than objects and arrays have nothing in them. */
struct walk walk_begin(struct text value);
bool walk_next(struct walk *walk);

/* The value of KEY in an object; AT NULL: no such member, or no object. */
struct text text_member(struct text object, const char *key);

/* Is VALUE the string S, the number N, the word W ("true")? */
bool text_is(struct text value, const char *s);
bool text_is_word(struct text value, const char *word);
bool text_number(struct text value, uint64_t *number);

/* Is the string S an element of ARRAY? Has an element the string S as its member KEY? */
bool text_holds(struct text array, const char *s);
struct text text_find(struct text array, const char *key, const char *s);

/* The string that VALUE is, as it stands between the quotes; NULL: no string. */
char *text_dup(TALLOC_CTX *ctx, struct text value);

#endif
