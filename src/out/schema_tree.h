/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_tree.h - all rows as a tree of elements, for the grammar */

#ifndef OUT_SCHEMA_TREE_H
#define OUT_SCHEMA_TREE_H

#include "domain/attr_walk.h"

/* One row's statement about an element (KEY "."), its text ("text") or an attribute ("@type"). */
struct fact {
  const char *key;
  const char *again; /* the path of the element whose content this one has; NULL */
  const struct attr *row;
  const struct attr_condition *condition;
  bool sure; /* what it requires is required */
};

/* WORD was chosen at PATH, NULL: none of those that have tables of their own. */
struct choice {
  const char *path;
  const char *word;
  bool may_be_absent;
  const struct choice *above;
};

/* A value, at PATH, that decides what stands in an element. */
struct decision {
  const char *path;
  const char **words; /* NULL ends */
  size_t n;
};

struct element {
  const char *name;
  const char *path;
  struct element *parent;
  struct element **children;
  size_t n_children;
  struct fact *facts;
  size_t n_facts;
  struct decision **decisions; /* those whose choice must be made here */
  size_t n_decisions;
};

/* The root, <domain>; a talloc child of CTX. */
struct element *schema_tree(TALLOC_CTX *ctx);

/* Is PATH that of ELEMENT, or of something in it? */
bool path_is_within(const char *path, const char *element);

struct element *element_at(struct element *root, const char *path);

/* The row of the value at PATH under CHOICE, NULL: the tables do not say what it may be. */
const struct attr *row_at(struct element *root, const char *path, const struct choice *choice);

/* Does what CHOICE says allow it? What was not chosen allows all. */
bool condition_holds(const struct attr_condition *condition, const struct choice *choice);
/* The same, and nothing of it is open. */
bool condition_is_met(const struct attr_condition *condition, const struct choice *choice);
/* Does any row in ELEMENT still hang on DECISION? */
bool decision_matters(const struct element *element, const struct decision *decision, const struct choice *choice);
/* Does an attribute of ELEMENT, or its text? */
bool key_matters(const struct element *element, const char *key, const struct decision *decision,
                 const struct choice *choice);
const struct choice *choice_at(const struct choice *choice, const char *path);

/* Does a rule of that sort hold for KEY of ELEMENT? */
bool key_has_rule(const struct element *element, const char *key, enum attr_rule rule, const struct choice *choice);
/* Is any row of ELEMENT, or below it, allowed? */
bool element_allowed(const struct element *element, const struct choice *choice);
bool element_has_children(const struct element *element, const struct choice *choice);

/* May ELEMENT stand there any number of times? Must it? */
bool element_is_many(const struct element *element, const struct choice *choice);
bool element_is_needed(const struct element *element, const struct choice *choice);

/* The part of CHOICE that has a bearing on ELEMENT's content. */
const struct choice *choice_relevant(TALLOC_CTX *ctx, const struct element *element, const struct choice *choice);

#endif
