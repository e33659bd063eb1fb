/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/names.h - words and the numbers that stand for them */

/* An enum's spelling is an array indexed by the enum; an entry of NULL has no spelling (usually
 * [0], "not given"). Pure functions. */

#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include "core/util.h"

/* The index of WORD in NAMES, -1: none. */
int name_find(const char *const *names, size_t n, const char *word);

/* WORD in other letter case, or the word of NAMES nearest to it by edits; NULL where none is near enough to suggest. */
const char *name_nearest(const char *const *names, size_t n, const char *word);

/* Is WORD probably MEANT with a slip of the pen, and not a word of its own? A word with a syllable more is not. */
bool name_is_slip(const char *meant, const char *word);

/* "one of a, b, c" ("write 'a'" where there is no other), or with a near word "did you mean 'b'?", or with few that have
 * WORD in them "did you mean 'a-x' or 'b-x'?", a talloc child of CTX. */
const char *name_remedy(TALLOC_CTX *ctx, const char *const *names, size_t n, const char *word);

/* A word that people write for another one, and the remedy: "hd is the hard disk; write dev='hd'". */
struct meaning {
  const char *word; /* NULL ends the list */
  const char *remedy;
};

/* The remedy for WORD, NULL: it is none of MEANINGS (NULL: there are none). */
const char *name_meant(const struct meaning *meanings, const char *word);

#endif
