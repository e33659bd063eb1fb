/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/numset.h - sets of small numbers: "0-3,^2,8", of CPUs or NUMA nodes */

/* Pure functions on a bit map. A set that is NULL is not given; an empty one is. */

#ifndef CORE_NUMSET_H
#define CORE_NUMSET_H

#include "core/util.h"

/* libvirt's limit of CPUs and nodes in such a list. */
enum { NUMSET_LIMIT = 16384 };

struct numset {
  uint64_t words[NUMSET_LIMIT / 64];
};

/* From ranges and single numbers, "^N" taking one out of what stands before it. NULL: malformed,
 * too large, or empty where EMPTY_OK is false. A talloc child of CTX. */
struct numset *numset_parse(TALLOC_CTX *ctx, const char *text, bool empty_ok);
/* For a row of a table (core/attr.h), of a struct numset *: one that is not empty. */
const char *numset_word(TALLOC_CTX *ctx, const char *text, void *member);
/* The same, of one that may be empty: "" or "0,^0". */
const char *numset_any_word(TALLOC_CTX *ctx, const char *text, void *member);
struct numset *numset_new(TALLOC_CTX *ctx);

bool numset_has(const struct numset *set, uint64_t number);
void numset_add(struct numset *set, uint64_t number);
unsigned numset_count(const struct numset *set);

/* The lowest member not below FROM, -1: none. */
int numset_next(const struct numset *set, uint64_t from);

/* The highest member, -1: empty. */
int numset_last(const struct numset *set);

/* The lowest number that is in both, -1: none. */
int numset_common(const struct numset *a, const struct numset *b);

/* The lowest number of PART that WHOLE lacks, -1: none. */
int numset_beyond(const struct numset *part, const struct numset *whole);

/* Calls SAY for each run of consecutive members. */
void numset_each_run(const struct numset *set, void (*say)(unsigned first, unsigned last, void *arg), void *arg);

#endif
