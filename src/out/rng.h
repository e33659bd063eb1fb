/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/rng.h - patterns of RELAX NG as trees, and their XML */

#ifndef OUT_RNG_H
#define OUT_RNG_H

#include "core/util.h"

/* A node of the grammar: an element with its attributes and kids, or text alone (TAG NULL). */
struct rng {
  const char *tag;
  const char *attrs; /* as they stand behind the tag: " name=\"disk\""; "" */
  const char *text;  /* escaped */
  size_t target;     /* of a <ref>: the pattern of that number in the pool (out/schema_pool.h) */
  struct rng **kids;
  size_t n;
};

/* A talloc child of CTX. */
struct rng *rng_new(TALLOC_CTX *ctx, const char *tag);
struct rng *rng_named(TALLOC_CTX *ctx, const char *tag, const char *attribute, const char *value);
/* <TAG>TEXT</TAG>: a value, a sentence. */
struct rng *rng_text(TALLOC_CTX *ctx, const char *tag, const char *text);

/* KID becomes the last in PARENT. */
void rng_add(struct rng *parent, struct rng *kid);

/* The shortest pattern for the <group> ITEMS: itself, its only kid, or <empty/>. */
struct rng *rng_whole(struct rng *items);

/* In one line; equal patterns have equal lines. A talloc child of CTX. */
char *rng_flat(TALLOC_CTX *ctx, const struct rng *node);

/* Adds NODE to TEXT, indented by DEPTH levels: in one line where it fits. */
char *rng_print(char *text, const struct rng *node, unsigned depth);

#endif
