/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_pool.c - the patterns of a grammar, each kept once; their names */

#include "out/schema_pool.h"

struct pooled {
  enum pool_sort sort;
  const char *path;
  const char *words;
  const char *given; /* a name; NULL: from the path */
  struct rng *body;  /* NULL: not yet known */
  const char *flat;
  size_t same; /* the number of an equal one that was there before, else its own */
  size_t uses;
  unsigned level; /* how many steps of the path are in the name */
  const char *name;
  bool inlined;
};

struct pool {
  struct pooled **all; /* by number, counted from 1 */
  size_t n;
  size_t *order; /* those that are used, as one meets them */
  size_t n_order;
};

struct pool *
pool_new(TALLOC_CTX *ctx)
{
  return talloc_zero(ctx, struct pool);
}

static struct pooled *
pooled(const struct pool *pool, size_t number)
{
  return pool->all[number - 1];
}

size_t
pool_begin(struct pool *pool, const char *path, const char *words)
{
  struct pooled *new = talloc_zero(pool, struct pooled);
  new->path = path;
  new->words = words;
  new->level = 1;
  pool->all = ARRAY_ROOM(pool, pool->all, struct pooled *, pool->n);
  pool->all[pool->n++] = new;
  new->same = pool->n;
  return pool->n;
}

struct rng *
pool_ref_to(struct pool *pool, size_t number)
{
  struct rng *ref = rng_new(pool, "ref");
  ref->target = pooled(pool, number)->same;
  return ref;
}

struct rng *
pool_end(struct pool *pool, size_t number, struct rng *body)
{
  struct pooled *new = pooled(pool, number);
  new->body = talloc_steal(pool, body);
  new->flat = rng_flat(pool, body);
  for (size_t i = 1; i <= pool->n; i++) {
    const struct pooled *other = pooled(pool, i);
    if (i != number && other->same == i && other->sort == new->sort &&str_eq(other->flat, new->flat)) {
      new->same = i;
      break;
    }
  }
  return pool_ref_to(pool, number);
}

struct rng *
pool_ref(struct pool *pool, enum pool_sort sort, const char *path, const char *words, const char *name,
         struct rng *body)
{
  size_t number = pool_begin(pool, path, words);
  pooled(pool, number)->sort = sort;
  pooled(pool, number)->given = name;
  return pool_end(pool, number, body);
}

const struct rng *
pool_body(const struct pool *pool, const struct rng *ref)
{
  return pooled(pool, ref->target)->body;
}

/* --- what is used, and how often --- */

static void
count_uses(struct pool *pool, const struct rng *node)
{
  if (node->target) {
    struct pooled *used = pooled(pool, node->target);
    if (used->uses++ == 0) {
      pool->order = ARRAY_ROOM(pool, pool->order, size_t, pool->n_order);
      pool->order[pool->n_order++] = node->target;
      count_uses(pool, used->body);
    }
  }
  for (size_t i = 0; i < node->n; i++)
    count_uses(pool, node->kids[i]);
}

/* How many attributes NODE has; many, where there are elements in it. */
static size_t
weight(const struct pool *pool, const struct rng *node)
{
  enum { HEAVY = 100 };
  size_t sum = str_eq(node->tag, "choice") ? 1 : 0;
  if (node->target && pooled(pool, node->target)->sort != POOL_VALUE)
    sum += pooled(pool, node->target)->sort == POOL_ELEMENT ? HEAVY : 1;
  for (size_t i = 0; i < node->n; i++)
    sum += weight(pool, node->kids[i]);
  return sum;
}

static bool
stands_inline(const struct pool *pool, const struct pooled *it)
{
  enum { SHORT = 50, FEW = 2 };
  switch (it->sort) {
  case POOL_VALUE:
    return it->uses == 1 || strlen(it->flat) < SHORT;
  case POOL_ATTRIBUTE:
    return it->uses == 1;
  case POOL_ELEMENT:
    return strlen(it->flat) < SHORT || (it->uses == 1 && weight(pool, it->body) <= FEW);
  }
  return false;
}

/* --- names --- */

/* The last LEVEL steps of PATH; *WHOLE: it has no more. */
static const char *
last_steps(const char *path, unsigned level, bool *whole)
{
  const char *at = path + strlen(path);
  while (at > path && level > 0) {
    do
      at--;
    while (at > path && at[-1] != '/');
    if (--level && at > path)
      at--;
  }
  *whole = at == path;
  return at;
}

/* False: there is no longer one. */
static bool
make_name(struct pool *pool, struct pooled *it)
{
  static const char *const suffixes[] = {
    [POOL_ELEMENT] = "", [POOL_ATTRIBUTE] = "-attribute", [POOL_VALUE] = "-value"
  };
  bool whole = true;
  char *name = it->given ? talloc_strdup(pool, it->given)
                         : talloc_asprintf(pool, "%s%s%s", last_steps(it->path, it->level, &whole), it->words,
                                           suffixes[it->sort]);
  size_t length = 0;
  for (const char *c = name; *c; c++)
    if (*c == '/' || *c == ':')
      name[length++] = '-';
    else if (!strchr("@()", *c))
      name[length++] = *c;
  name[length] = 0;
  it->name = name;
  return !whole;
}

/* Of two with one name, the one that is used less gets a longer one. */
static bool
part(struct pool *pool, size_t a, size_t b)
{
  struct pooled *first = pooled(pool, a), *second = pooled(pool, b);
  if (first->inlined || second->inlined || !str_eq(first->name, second->name))
    return false;
  struct pooled *longer = second->uses > first->uses || second->given ? first : second;
  longer->level++;
  if (!make_name(pool, longer) && str_eq(first->name, second->name))
    longer->name = talloc_asprintf(pool, "%s-%u", longer->name, longer->level);
  return true;
}

static void
name_all(struct pool *pool)
{
  bool again = true;
  for (size_t i = 0; i < pool->n_order; i++)
    make_name(pool, pooled(pool, pool->order[i]));
  while (again) {
    again = false;
    for (size_t i = 0; i < pool->n_order; i++)
      for (size_t j = i + 1; j < pool->n_order; j++)
        again |= part(pool, pool->order[i], pool->order[j]);
  }
}

/* --- print --- */

static struct rng *
resolved(struct pool *pool, const struct rng *node)
{
  const struct pooled *target = node->target ? pooled(pool, node->target) : NULL;
  if (target && target->inlined)
    return resolved(pool, target->body);
  struct rng *copy = target ? rng_named(pool, "ref", "name", target->name) : rng_new(pool, node->tag);
  if (!target)
    copy->attrs = node->attrs;
  copy->text = node->text;
  for (size_t i = 0; i < node->n; i++)
    rng_add(copy, resolved(pool, node->kids[i]));
  return copy;
}

char *
pool_print(struct pool *pool, const struct rng *start, char *text, unsigned depth)
{
  struct rng *first = rng_new(pool, "start");
  count_uses(pool, start);
  for (size_t i = 0; i < pool->n_order; i++) {
    struct pooled *it = pooled(pool, pool->order[i]);
    it->inlined = str_eq(it->path, "domain") ? false : stands_inline(pool, it);
  }
  name_all(pool);
  rng_add(first, resolved(pool, start));
  text = rng_print(text, first, depth);
  for (int sort = POOL_ELEMENT; sort <= POOL_VALUE; sort++)
    for (size_t i = 0; i < pool->n_order; i++) {
      const struct pooled *it = pooled(pool, pool->order[i]);
      if ((int)it->sort != sort || it->inlined)
        continue;
      struct rng *define = rng_named(pool, "define", "name", it->name);
      rng_add(define, resolved(pool, it->body));
      text = rng_print(text, define, depth);
    }
  return text;
}
