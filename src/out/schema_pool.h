/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_pool.h - the patterns of a grammar, each kept once; their names */

/* Elements, attributes and values that are equal are one pattern, whoever uses them. What is used in one place only and
 * is short stands there in the print; the rest becomes a <define>, with the shortest name that is its alone. */

#ifndef OUT_SCHEMA_POOL_H
#define OUT_SCHEMA_POOL_H

#include "out/rng.h"

enum pool_sort { POOL_ELEMENT, POOL_ATTRIBUTE, POOL_VALUE };

struct pool;

struct pool *pool_new(TALLOC_CTX *ctx);

/* A <ref> to BODY. PATH, "domain/devices/disk", says where its name may come from, WORDS ("-nvme") what follows that.
 * NAME is to be taken instead where it is not NULL. */
struct rng *pool_ref(struct pool *pool, enum pool_sort sort, const char *path, const char *words, const char *name,
                     struct rng *body);

/* The same for an element whose body will refer to the element itself: begin gives its number, never 0. */
size_t pool_begin(struct pool *pool, const char *path, const char *words);
struct rng *pool_end(struct pool *pool, size_t number, struct rng *body);
struct rng *pool_ref_to(struct pool *pool, size_t number);

/* What REF, made by one of these, stands for. */
const struct rng *pool_body(const struct pool *pool, const struct rng *ref);

/* All that START, a pattern, needs: its own print in <start>, then defines. */
char *pool_print(struct pool *pool, const struct rng *start, char *text, unsigned depth);

#endif
