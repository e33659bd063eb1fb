/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_part.h - the patterns of an attribute and of an element's text, for the grammar */

#ifndef OUT_SCHEMA_PART_H
#define OUT_SCHEMA_PART_H

#include "out/schema_pool.h"
#include "out/schema_tree.h"

struct schema {
  TALLOC_CTX *ctx;
  struct element *root;
  struct pool *pool;
  struct begun *begun;
  size_t n_begun;
};

/* An element under the choices that have a bearing on it. */
struct begun {
  const char *key;
  size_t number;
};

/* The pattern of KEY ("@type") under CHOICE, optional where it is not required; NULL: it is not taken there. */
struct rng *schema_attribute(struct schema *s, const struct element *element, const char *key,
                             const struct choice *choice);
/* The same of the text. Beside elements a grammar can only say that there is text. */
struct rng *schema_text(struct schema *s, const struct element *element, const struct choice *choice);

/* WHAT, in an <optional> where it is not REQUIRED. */
struct rng *schema_optional(struct schema *s, struct rng *what, bool required);

/* Adds to NODE the sentence of the row for KEY, if there is one. */
void schema_add_sentence(struct schema *s, struct rng *node, const struct element *element, const char *key,
                         const struct choice *choice);
bool schema_is_required(const struct element *element, const char *key, const struct choice *choice);

/* The decision at PATH, of ELEMENT or one above it. */
const struct decision *schema_decision(const struct element *element, const char *path);
/* Adds to VALUES the word that was MADE of DECISION; NULL: the names at its path that have no tables of their own. */
void schema_add_words(struct schema *s, struct rng *values, const struct decision *decision, const struct choice *made);
/* Are there such names? */
bool schema_has_others(struct schema *s, const struct decision *decision, const struct choice *choice);
bool schema_has_word(const char *const *words, size_t n, const char *word);

#endif
