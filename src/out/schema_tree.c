/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_tree.c - all rows as a tree of elements, for the grammar */

/* The walk gives rows one by one, each with its path and with the values that bring its table. Here they become
 * elements in elements. A value decides at the deepest element that holds both it and all rows that hang on it: only
 * there can a grammar say "either, or". */

#include "out/schema_tree.h"
#include "domain/kind.h"

static struct element *
child_named(struct element *parent, const char *name, size_t length)
{
  for (size_t i = 0; i < parent->n_children; i++)
    if (strlen(parent->children[i]->name) == length && strncmp(parent->children[i]->name, name, length) == 0)
      return parent->children[i];
  return NULL;
}

static struct element *
add_child(struct element *parent, const char *name, size_t length)
{
  struct element *child = talloc_zero(parent, struct element);
  child->name = talloc_strndup(child, name, length);
  child->path = talloc_asprintf(child, "%s/%s", parent->path, child->name);
  child->parent = parent;
  parent->children = ARRAY_ROOM(parent, parent->children, struct element *, parent->n_children);
  parent->children[parent->n_children++] = child;
  return child;
}

static bool
is_key(const char *step)
{
  return *step == '@' || strcmp(step, "text()") == 0 || strcmp(step, "raw()") == 0;
}

/* The element of PATH, made where MAKE; *KEY becomes what of it the path names. */
static struct element *
go_to(struct element *root, const char *path, bool make, const char **key)
{
  struct element *at = root;
  *key = ".";
  for (const char *step = strchr(path, '/'); step; step = strchr(step, '/')) {
    size_t length = strcspn(++step, "/");
    if (is_key(step)) {
      *key = *step == '@' ? step : "text";
      return at;
    }
    struct element *child = child_named(at, step, length);
    if (!child && !make)
      return NULL;
    at = child ? child : add_child(at, step, length);
  }
  return at;
}

struct element *
element_at(struct element *root, const char *path)
{
  const char *key;
  return go_to(root, path, false, &key);
}

/* Two words of one value: the storages of <nvram>, each in the table of each of its types. */
static bool
is_contradiction(const struct attr_condition *condition)
{
  for (; condition; condition = condition->above)
    for (const struct attr_condition *outer = condition->above; outer; outer = outer->above)
      if (strcmp(outer->path, condition->path) == 0 && strcmp(outer->word, condition->word) != 0)
        return true;
  return false;
}

static const struct attr_condition *
copy_condition(TALLOC_CTX *ctx, const struct attr_condition *condition)
{
  if (!condition)
    return NULL;
  struct attr_condition *copy = talloc(ctx, struct attr_condition);
  *copy = (struct attr_condition){ talloc_strdup(copy, condition->path), talloc_strdup(copy, condition->word),
                                   copy_condition(ctx, condition->above) };
  return copy;
}

static void
add_fact(const struct attr_seen *seen, void *arg)
{
  const char *key;
  struct element *root = arg, *element;
  if (is_contradiction(seen->condition))
    return;
  element = go_to(root, seen->path, true, &key);
  element->facts = ARRAY_ROOM(element, element->facts, struct fact, element->n_facts);
  element->facts[element->n_facts++] = (struct fact){ .key = talloc_strdup(root, key),
                                                      .again = seen->again ? talloc_strdup(root, seen->again) : NULL,
                                                      .row = seen->row,
                                                      .condition = copy_condition(root, seen->condition),
                                                      .sure = seen->sure };
}

/* --- decisions --- */

bool
path_is_within(const char *path, const char *element)
{
  size_t length = strlen(element);
  return strncmp(path, element, length) == 0 && (!path[length] || path[length] == '/');
}

struct hanging {
  struct decision **all;
  struct element **where;
  size_t n;
};

static size_t
decision_of(struct hanging *hanging, struct element *root, const char *path)
{
  const char *key;
  for (size_t i = 0; i < hanging->n; i++)
    if (strcmp(hanging->all[i]->path, path) == 0)
      return i;
  struct decision *decision = talloc_zero(root, struct decision);
  decision->path = path;
  hanging->all = talloc_realloc(root, hanging->all, struct decision *, (unsigned)hanging->n + 1);
  hanging->where = talloc_realloc(root, hanging->where, struct element *, (unsigned)hanging->n + 1);
  hanging->all[hanging->n] = decision;
  hanging->where[hanging->n] = go_to(root, path, true, &key);
  return hanging->n++;
}

/* Where it matters that something is there, it matters that nothing is. */
static void
add_word(struct decision *decision, const char *word)
{
  word = strcmp(word, ATTR_ANY_WORD) == 0 ? "" : word;
  for (size_t i = 0; i < decision->n; i++)
    if (strcmp(decision->words[i], word) == 0)
      return;
  decision->words = talloc_realloc(decision, decision->words, const char *, (unsigned)decision->n + 2);
  decision->words[decision->n++] = word;
  decision->words[decision->n] = NULL;
}

static void
collect_decisions(struct element *element, struct element *root, struct hanging *hanging)
{
  for (size_t i = 0; i < element->n_facts; i++)
    for (const struct attr_condition *c = element->facts[i].condition; c; c = c->above) {
      size_t d = decision_of(hanging, root, c->path);
      add_word(hanging->all[d], c->word);
      while (!path_is_within(element->path, hanging->where[d]->path))
        hanging->where[d] = hanging->where[d]->parent;
    }
  for (size_t i = 0; i < element->n_children; i++)
    collect_decisions(element->children[i], root, hanging);
}

struct element *
schema_tree(TALLOC_CTX *ctx)
{
  struct element *root = talloc_zero(ctx, struct element);
  struct hanging hanging = { 0 };
  root->name = root->path = "domain";
  attr_walk_rules(add_fact, root);
  collect_decisions(root, root, &hanging);
  for (size_t i = 0; i < hanging.n; i++) {
    struct element *where = hanging.where[i];
    where->decisions = ARRAY_ROOM(where, where->decisions, struct decision *, where->n_decisions);
    where->decisions[where->n_decisions++] = hanging.all[i];
  }
  return root;
}

/* --- what a choice leaves --- */

const struct choice *
choice_at(const struct choice *choice, const char *path)
{
  for (; choice; choice = choice->above)
    if (strcmp(choice->path, path) == 0)
      return choice;
  return NULL;
}

static bool
is_word(const char *word, const char *wanted)
{
  if (strcmp(wanted, ATTR_ANY_WORD) == 0)
    return !word || *word;
  return str_eq(word, wanted);
}

bool
condition_holds(const struct attr_condition *condition, const struct choice *choice)
{
  for (; condition; condition = condition->above) {
    const struct choice *made = choice_at(choice, condition->path);
    if (made && !is_word(made->word, condition->word))
      return false;
  }
  return true;
}

bool
condition_is_met(const struct attr_condition *condition, const struct choice *choice)
{
  for (const struct attr_condition *c = condition; c; c = c->above)
    if (!choice_at(choice, c->path))
      return false;
  return condition_holds(condition, choice);
}

const struct attr *
row_at(struct element *root, const char *path, const struct choice *choice)
{
  const char *key;
  const struct element *element = go_to(root, path, false, &key);
  for (size_t i = 0; element && i < element->n_facts; i++)
    if (strcmp(element->facts[i].key, key) == 0 && element->facts[i].row->type != ATTR_T_RULE &&
        condition_holds(element->facts[i].condition, choice))
      return element->facts[i].row;
  return NULL;
}

static bool
fact_hangs_on(const struct fact *fact, const struct decision *decision, const struct choice *choice)
{
  for (const struct attr_condition *c = fact->condition; c; c = c->above)
    if (strcmp(c->path, decision->path) == 0 && condition_holds(fact->condition, choice))
      return true;
  return false;
}

bool
key_matters(const struct element *element, const char *key, const struct decision *decision,
            const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++)
    if (strcmp(element->facts[i].key, key) == 0 && fact_hangs_on(&element->facts[i], decision, choice))
      return true;
  return false;
}

bool
decision_matters(const struct element *element, const struct decision *decision, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++)
    if (fact_hangs_on(&element->facts[i], decision, choice))
      return true;
  for (size_t i = 0; i < element->n_children; i++)
    if (decision_matters(element->children[i], decision, choice))
      return true;
  return false;
}

bool
key_has_rule(const struct element *element, const char *key, enum attr_rule rule, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++) {
    const struct fact *fact = &element->facts[i];
    if (fact->row->type == ATTR_T_RULE && fact->row->rule == rule && strcmp(fact->key, key) == 0 &&
        condition_is_met(fact->condition, choice))
      return true;
  }
  return false;
}

static bool
fact_allowed(const struct fact *fact, const struct choice *choice)
{
  return fact->row->type != ATTR_T_REFUSED && fact->row->type != ATTR_T_RULE &&
         condition_holds(fact->condition, choice);
}

bool
element_allowed(const struct element *element, const struct choice *choice)
{
  if (key_has_rule(element, ".", ATTR_RULE_NEVER, choice))
    return false;
  for (size_t i = 0; i < element->n_facts; i++)
    if (fact_allowed(&element->facts[i], choice))
      return true;
  for (size_t i = 0; i < element->n_children; i++)
    if (element_allowed(element->children[i], choice))
      return true;
  return false;
}

bool
element_has_children(const struct element *element, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_children; i++)
    if (element_allowed(element->children[i], choice))
      return true;
  return false;
}

bool
element_is_many(const struct element *element, const struct choice *choice)
{
  if (str_eq(element->path, "domain/features") || str_eq(element->parent->path, "domain/features"))
    return true; /* xml_fold() */
  if (str_eq(element->path, "domain/devices") ||
      (str_eq(element->parent->path, "domain/devices") && kind_find(element->name)))
    return true;
  for (size_t i = 0; i < element->n_facts; i++) {
    const struct fact *fact = &element->facts[i];
    bool whole = fact->row->type == ATTR_T_QUIET && !fact->row->place;
    if (strcmp(fact->key, ".") == 0 && condition_holds(fact->condition, choice) &&
        (fact->row->many || fact->row->type == ATTR_T_LIST || whole))
      return true;
  }
  return false;
}

/* Does a row from above, "a/b/@c", ask for the element that is LEVELS above its value? */
static bool
asked_for(const struct element *element, size_t levels, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++) {
    const struct fact *fact = &element->facts[i];
    size_t steps = strcmp(fact->key, ".") == 0 ? 1 : 0;
    for (const char *c = fact->row->path; *c; c++)
      steps += *c == '/';
    if (!fact->sure || !condition_is_met(fact->condition, choice))
      continue;
    if (fact->row->required && steps > levels)
      return true;
    if (fact->row->required_here && levels == 0 && strcmp(fact->key, ".") == 0)
      return true;
  }
  for (size_t i = 0; i < element->n_children; i++)
    if (asked_for(element->children[i], levels + 1, choice))
      return true;
  return false;
}

bool
element_is_needed(const struct element *element, const struct choice *choice)
{
  for (const struct choice *made = choice; made; made = made->above)
    if (!made->may_be_absent && path_is_within(made->path, element->path))
      return true;
  return asked_for(element, 0, choice);
}

static bool
has_bearing(const struct element *element, const char *path)
{
  for (size_t i = 0; i < element->n_facts; i++)
    for (const struct attr_condition *c = element->facts[i].condition; c; c = c->above)
      if (strcmp(c->path, path) == 0)
        return true;
  for (size_t i = 0; i < element->n_children; i++)
    if (has_bearing(element->children[i], path))
      return true;
  return false;
}

const struct choice *
choice_relevant(TALLOC_CTX *ctx, const struct element *element, const struct choice *choice)
{
  if (!choice)
    return NULL;
  const struct choice *above = choice_relevant(ctx, element, choice->above);
  bool inside = path_is_within(choice->path, element->path);
  if (!inside && !has_bearing(element, choice->path))
    return above;
  struct choice *copy = talloc(ctx, struct choice);
  *copy = *choice;
  copy->above = above;
  copy->may_be_absent |= !inside;
  return copy;
}
