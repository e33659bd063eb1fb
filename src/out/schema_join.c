/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_join.c - attributes of one value joined in one pattern, where an element has many of them */

/* libxml2 goes on with and without each attribute that may be absent but is there, and compares what is left with all
 * else that is left: sixteen of them take it ten seconds. One pattern of several names, repeated, takes them one after
 * the other. */

#include "out/schema_join.h"

/* The <attribute> in ITEM, an <optional>; NULL: it is something else. */
static const struct rng *
optional_attribute(struct schema *s, const struct rng *item)
{
  if (!str_eq(item->tag, "optional") || item->n != 1)
    return NULL;
  const struct rng *inside = item->kids[0]->target ? pool_body(s->pool, item->kids[0]) : item->kids[0];
  return str_eq(inside->tag, "attribute") ? inside : NULL;
}

static struct rng *
value_in(const struct rng *attribute)
{
  return attribute->kids[attribute->n - 1];
}

static const char *
name_in(struct schema *s, const struct rng *attribute)
{
  const char *begin = strchr(attribute->attrs, '"') + 1;
  return talloc_strndup(s->ctx, begin, strcspn(begin, "\""));
}

static struct rng *
joined(struct schema *s, const struct rng *const *attributes, size_t n)
{
  struct rng *names = rng_new(s->ctx, "choice"), *attribute = rng_new(s->ctx, "attribute");
  for (size_t i = 0; i < n; i++) {
    const struct rng *first = attributes[i]->kids[0];
    const char *name = name_in(s, attributes[i]);
    rng_add(names, rng_text(s->ctx, "name", name));
    if (!str_eq(first->tag, "a:documentation"))
      continue;
    struct rng *sentence = rng_new(s->ctx, "a:documentation");
    sentence->text = talloc_asprintf(s->ctx, "%s: %s", name, first->text);
    rng_add(attribute, sentence);
  }
  rng_add(attribute, names);
  rng_add(attribute, value_in(attributes[0]));
  struct rng *times = rng_new(s->ctx, "zeroOrMore");
  rng_add(times, attribute);
  return times;
}

/* Those of GROUP from the FIRST on that have its value. */
static size_t
find_alike(struct schema *s, const struct rng *group, size_t first, const struct rng **alike)
{
  const struct rng *attribute = optional_attribute(s, group->kids[first]);
  const char *value = attribute ? rng_flat(s->ctx, value_in(attribute)) : NULL;
  size_t n = 0;
  for (size_t i = first; value && i < group->n; i++) {
    const struct rng *other = optional_attribute(s, group->kids[i]);
    if (other && str_eq(rng_flat(s->ctx, value_in(other)), value))
      alike[n++] = other;
  }
  return n;
}

void
schema_join_attributes(struct schema *s, struct rng *group)
{
  enum { FEW = 8 };
  const struct rng **alike = talloc_array(s->ctx, const struct rng *, group->n + 1);
  size_t n_optional = 0;
  for (size_t i = 0; i < group->n; i++)
    n_optional += optional_attribute(s, group->kids[i]) != NULL;
  for (size_t i = 0; n_optional > FEW && i < group->n; i++) {
    size_t n = find_alike(s, group, i, alike), kept = i + 1;
    if (n < 2)
      continue;
    for (size_t k = i + 1; k < group->n; k++) {
      const struct rng *other = optional_attribute(s, group->kids[k]);
      bool is_in = false;
      for (size_t a = 0; a < n; a++)
        is_in |= other == alike[a];
      if (!is_in)
        group->kids[kept++] = group->kids[k];
    }
    group->kids[i] = joined(s, alike, n);
    group->n = kept;
  }
}
