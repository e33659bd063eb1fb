/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_part.c - the patterns of an attribute and of an element's text, for the grammar */

#include "out/schema_part.h"
#include "out/schema_types.h"

bool
schema_has_word(const char *const *words, size_t n, const char *word)
{
  for (size_t i = 0; i < n; i++)
    if (str_eq(words[i], word))
      return true;
  return false;
}

static struct rng *
value_of_row(struct schema *s, const struct element *element, const struct fact *fact)
{
  const char *name;
  struct rng *value = schema_value(s->ctx, fact->row, *fact->key != '@', &name);
  const char *path = *fact->key == '@' ? talloc_asprintf(s->ctx, "%s/%s", element->path, fact->key) : element->path;
  return pool_ref(s->pool, POOL_VALUE, path, "", name, value);
}

static bool
says_key(const struct fact *fact, const char *key, const struct choice *choice)
{
  return strcmp(fact->key, key) == 0 && fact->row->type != ATTR_T_REFUSED && fact->row->type != ATTR_T_SEE &&
         fact->row->type != ATTR_T_RULE && condition_holds(fact->condition, choice);
}

/* Is there a row that reads KEY for certain? Then those that only know it say nothing. */
static bool
is_typed(const struct element *element, const char *key, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++)
    if (says_key(&element->facts[i], key, choice) && element->facts[i].row->type != ATTR_T_QUIET &&
        element->facts[i].sure && condition_is_met(element->facts[i].condition, choice))
      return true;
  return false;
}

/* All that the rows for KEY allow: several, where tables share an attribute. NULL: nothing. */
static struct rng *
value_of(struct schema *s, const struct element *element, const char *key, const struct choice *choice)
{
  struct rng *values = rng_new(s->ctx, "choice");
  bool typed = is_typed(element, key, choice);
  if (key_has_rule(element, key, ATTR_RULE_NEVER, choice))
    return NULL;
  if (key_has_rule(element, key, ATTR_RULE_UNREAD, choice))
    return rng_new(s->ctx, "text");
  for (size_t i = 0; i < element->n_facts; i++) {
    const struct fact *fact = &element->facts[i];
    if (!says_key(fact, key, choice) || (typed && fact->row->type == ATTR_T_QUIET))
      continue;
    struct rng *value = value_of_row(s, element, fact);
    bool known = false;
    for (size_t k = 0; k < values->n; k++)
      known |= values->kids[k]->target == value->target;
    if (!known)
      rng_add(values, value);
  }
  return values->n ? rng_whole(values) : NULL;
}

const struct decision *
schema_decision(const struct element *element, const char *path)
{
  for (; element; element = element->parent)
    for (size_t i = 0; i < element->n_decisions; i++)
      if (strcmp(element->decisions[i]->path, path) == 0)
        return element->decisions[i];
  return NULL;
}

/* The I-th word that ROW takes; NULL: there are no more. */
static const char *
word_of(const struct attr *row, size_t i)
{
  static const char *const switches[][2] = { { "yes", "no" }, { "on", "off" } };
  struct attr_case found;
  if (row->type == ATTR_T_YESNO || row->type == ATTR_T_ONOFF)
    return i < 2 ? switches[row->type == ATTR_T_ONOFF][i] : NULL;
  if (i < row->n_names)
    return row->names[i] ? row->names[i] : "";
  return row->cases && row->cases(i - row->n_names, &found) ? found.word : NULL;
}

/* Adds to VALUES what at DECISION's path has no tables of its own: the other names, or where there are none, all. */
static void
add_other_words(struct schema *s, struct rng *values, const struct decision *decision, const struct choice *choice)
{
  const struct attr *row = row_at(s->root, decision->path, choice);
  const char *word;
  for (size_t i = 0; row && (word = word_of(row, i)); i++)
    if (*word && !schema_has_word(decision->words, decision->n, word))
      rng_add(values, rng_text(s->ctx, "value", word));
  if (row && !word_of(row, 0)) {
    const char *key = strrchr(decision->path, '/') + 1;
    struct rng *value = value_of(s, element_at(s->root, decision->path), *key == '@' ? key : "text", choice);
    if (value)
      rng_add(values, value);
  }
}

void
schema_add_words(struct schema *s, struct rng *values, const struct decision *decision, const struct choice *made)
{
  const struct attr *row = row_at(s->root, decision->path, made);
  if (made->word && *made->word)
    rng_add(values, rng_text(s->ctx, "value", made->word));
  else if (!made->word)
    add_other_words(s, values, decision, made);
  if (row && row->empty_none && made->may_be_absent && values->n)
    rng_add(values, rng_text(s->ctx, "value", ""));
}

bool
schema_has_others(struct schema *s, const struct decision *decision, const struct choice *choice)
{
  struct rng *values = rng_new(s->ctx, "choice");
  add_other_words(s, values, decision, choice);
  return values->n > 0;
}

/* --- attributes and text --- */

bool
schema_is_required(const struct element *element, const char *key, const struct choice *choice)
{
  if (key_has_rule(element, key, ATTR_RULE_UNREAD, choice))
    return false;
  for (size_t i = 0; i < element->n_facts; i++) {
    const struct fact *fact = &element->facts[i];
    if (strcmp(fact->key, key) == 0 && ((fact->row->required && fact->sure) || fact->row->required_here) &&
        fact->row->type != ATTR_T_REFUSED && condition_is_met(fact->condition, choice))
      return true;
  }
  return false;
}

void
schema_add_sentence(struct schema *s, struct rng *node, const struct element *element, const char *key,
                    const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++)
    if (strcmp(element->facts[i].key, key) == 0 && element->facts[i].row->doc &&
        condition_holds(element->facts[i].condition, choice)) {
      rng_add(node, rng_text(s->ctx, "a:documentation", element->facts[i].row->doc));
      return;
    }
}

struct rng *
schema_optional(struct schema *s, struct rng *what, bool required)
{
  if (required)
    return what;
  struct rng *optional = rng_new(s->ctx, "optional");
  rng_add(optional, what);
  return optional;
}

struct rng *
schema_attribute(struct schema *s, const struct element *element, const char *key, const struct choice *choice)
{
  const struct choice *made = choice_at(choice, talloc_asprintf(s->ctx, "%s/%s", element->path, key));
  struct rng *value = made ? rng_new(s->ctx, "choice") : value_of(s, element, key, choice);
  if (made)
    schema_add_words(s, value, schema_decision(element, made->path), made);
  if (!value || (made && !value->n))
    return NULL;
  struct rng *node = rng_named(s->ctx, "attribute", "name", key + 1);
  schema_add_sentence(s, node, element, key, choice);
  rng_add(node, made ? rng_whole(value) : value);
  return schema_optional(s,
                         pool_ref(s->pool, POOL_ATTRIBUTE, talloc_asprintf(s->ctx, "%s/%s", element->path, key), "",
                                  NULL, node),
                         made ? !made->may_be_absent : schema_is_required(element, key, choice));
}

/* Beside elements a grammar can only say that there is text. */
/* An element without text has the text "", which few rows take; what code asks for is not for us to say. */
static bool
text_is_needed(const struct element *element, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++) {
    const struct fact *fact = &element->facts[i];
    if (says_key(fact, "text", choice) && (fact->row->missing || !fact->sure) && !fact->row->required)
      return false;
  }
  return true;
}

struct rng *
schema_text(struct schema *s, const struct element *element, const struct choice *choice)
{
  struct rng *value = value_of(s, element, "text", choice);
  if (!value || element_has_children(element, choice))
    return value ? rng_new(s->ctx, "text") : NULL;
  if (text_is_needed(element, choice))
    return value;
  struct rng *may_be_empty = rng_new(s->ctx, "choice");
  rng_add(may_be_empty, value);
  rng_add(may_be_empty, rng_text(s->ctx, "value", ""));
  return may_be_empty;
}
