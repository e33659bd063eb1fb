/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema.c - --schema: RELAX NG of the domain XML that is taken, out of the rows */

/* An element holds parts: attributes, text, children. Where a value decides about some of them ("type=nvme"), those are
 * a choice between groups, each with the value that brings it; the others stand beside the choice, once. Values that
 * have no part in common decide apart from each other. */

#include "out/out.h"
#include "out/schema_join.h"
#include "out/schema_part.h"
#include "out/schema_pool.h"

/* An attribute or text of an element, or a child. */
struct part {
  const char *key;
  const struct element *child;
};

struct parts {
  const struct element *of;
  struct part *all;
  size_t n;
};

/* --- elements --- */

static struct rng *add_parts(struct schema *s, const struct parts *given, const struct choice *choice,
                             const struct rng *beside);

static const char *
words_of(struct schema *s, const struct choice *choice)
{
  char *words = talloc_strdup(s->ctx, "");
  for (; choice; choice = choice->above)
    words = talloc_asprintf(s->ctx, "-%s%s", choice->word ? choice->word : "other", words);
  return words;
}

static const char *
key_of(struct schema *s, const char *name, const struct element *element, const struct choice *choice)
{
  char *key = talloc_asprintf(s->ctx, "%s %s", name, element->path);
  for (; choice; choice = choice->above)
    key = talloc_asprintf_append_buffer(key, " %s=%s%s", choice->path, choice->word ? choice->word : "",
                                        choice->may_be_absent ? "?" : "");
  return key;
}

/* Known, without bearing: whatever is in it. */
static bool
is_whole(const struct element *element, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++)
    if (strcmp(element->facts[i].key, ".") == 0 && element->facts[i].row->type == ATTR_T_QUIET &&
        !element->facts[i].row->place && condition_holds(element->facts[i].condition, choice))
      return true;
  return false;
}

static bool
is_hollow(const struct element *element)
{
  for (size_t i = 0; i < element->n_facts; i++)
    if (element->facts[i].row->hollow && strcmp(element->facts[i].key, ".") == 0)
      return true;
  return false;
}

static struct parts
parts_of(struct schema *s, const struct element *element)
{
  struct parts parts = { .of = element,
                         .all = talloc_array(s->ctx, struct part, element->n_facts + element->n_children + 1) };
  for (size_t i = 0; i < element->n_facts; i++) {
    const char *key = element->facts[i].key;
    bool known = strcmp(key, ".") == 0;
    for (size_t k = 0; k < parts.n; k++)
      known |= strcmp(parts.all[k].key, key) == 0;
    if (!known)
      parts.all[parts.n++] = (struct part){ .key = key };
  }
  for (size_t i = 0; i < element->n_children; i++)
    parts.all[parts.n++] = (struct part){ .key = ".", .child = element->children[i] };
  return parts;
}

static struct rng *
body_of(struct schema *s, const char *name, const struct element *element, const struct choice *choice)
{
  struct rng *body = rng_named(s->ctx, "element", "name", name);
  schema_add_sentence(s, body, element, ".", choice);
  if (body->n == 0)
    schema_add_sentence(s, body, element, "text", choice);
  if (is_whole(element, choice)) {
    rng_add(body, rng_named(s->ctx, "ref", "name", "anything"));
    return body;
  }
  struct parts parts = parts_of(s, element);
  struct rng *content = add_parts(s, &parts, choice, NULL);
  if (is_hollow(element)) {
    struct rng *hollow = rng_new(s->ctx, "choice");
    rng_add(hollow, rng_new(s->ctx, "empty"));
    rng_add(hollow, rng_whole(content));
    rng_add(body, hollow);
    return body;
  }
  for (size_t i = 0; i < content->n; i++)
    rng_add(body, content->kids[i]);
  if (content->n == 0)
    rng_add(body, rng_new(s->ctx, "empty"));
  return body;
}

/* The element whose content ELEMENT has: its own, or that of one above it. */
static const struct element *
content_of(struct schema *s, const struct element *element, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++)
    if (element->facts[i].again && condition_holds(element->facts[i].condition, choice))
      return element_at(s->root, element->facts[i].again);
  return element;
}

/* A <ref> to ELEMENT under CHOICE. */
static struct rng *
element_ref(struct schema *s, const struct element *element, const struct choice *choice)
{
  const struct element *content = content_of(s, element, choice);
  const struct choice *relevant = content == element ? choice_relevant(s->ctx, element, choice) : NULL;
  const char *key = key_of(s, element->name, content, relevant);
  for (size_t i = 0; i < s->n_begun; i++)
    if (strcmp(s->begun[i].key, key) == 0)
      return pool_ref_to(s->pool, s->begun[i].number);
  size_t number = pool_begin(s->pool, element->path, words_of(s, relevant));
  s->begun = ARRAY_ROOM(s->ctx, s->begun, struct begun, s->n_begun);
  s->begun[s->n_begun++] = (struct begun){ key, number };
  return pool_end(s->pool, number, body_of(s, element->name, content, relevant));
}

static struct rng *
child(struct schema *s, const struct element *element, const struct choice *choice)
{
  bool many = element_is_many(element, choice), needed = element_is_needed(element, choice);
  struct rng *ref = element_ref(s, element, choice);
  if (!many)
    return schema_optional(s, ref, needed);
  struct rng *times = rng_new(s->ctx, needed ? "oneOrMore" : "zeroOrMore");
  rng_add(times, ref);
  return times;
}

/* --- choices --- */

static const char *
path_of(struct schema *s, const struct parts *parts, const struct part *part)
{
  return part->child ? part->child->path : talloc_asprintf(s->ctx, "%s/%s", parts->of->path, part->key);
}

/* Does what PART may be hang on DECISION, which CHOICE leaves open? */
static bool
hangs_on(struct schema *s, const struct parts *parts, const struct part *part, const struct decision *decision,
         const struct choice *choice)
{
  if (choice_at(choice, decision->path))
    return false;
  if (path_is_within(decision->path, path_of(s, parts, part)))
    return true;
  return part->child ? decision_matters(part->child, decision, choice)
                     : key_matters(parts->of, part->key, decision, choice);
}

/* Those of PARTS that hang on DECISION, and on what other parts of them hang on too, and so on. */
static bool *
hanging_together(struct schema *s, const struct parts *parts, const struct decision *decision,
                 const struct choice *choice)
{
  const struct element *of = parts->of;
  bool *in = talloc_zero_array(s->ctx, bool, parts->n + 1), *decides = talloc_zero_array(s->ctx, bool, of->n_decisions);
  for (size_t d = 0; d < of->n_decisions; d++)
    decides[d] = of->decisions[d] == decision;
  for (bool more = true; more;) {
    more = false;
    for (size_t d = 0; d < of->n_decisions; d++)
      for (size_t i = 0; i < parts->n; i++) {
        if (decides[d] == in[i] || !hangs_on(s, parts, &parts->all[i], of->decisions[d], choice))
          continue;
        decides[d] = in[i] = more = true;
      }
  }
  return in;
}

struct alternative {
  struct rng *content;
  const char *flat;
  struct rng *words;
  bool may_be_absent;
};

/* Adds to ALL what PARTS are where WORD was chosen at DECISION; alternatives with the same content become one. */
static size_t
add_alternative(struct schema *s, struct alternative *all, size_t n, const struct parts *parts,
                const struct choice *choice, const struct rng *beside)
{
  struct rng *content = add_parts(s, parts, choice, beside);
  const char *flat = rng_flat(s->ctx, content);
  const struct decision *decision = schema_decision(parts->of, choice->path);
  size_t i = 0;
  while (i < n && strcmp(all[i].flat, flat) != 0)
    i++;
  if (i == n)
    all[n++] = (struct alternative){ content, flat, rng_new(s->ctx, "choice"), false };
  schema_add_words(s, all[i].words, decision, choice);
  all[i].may_be_absent |= choice->may_be_absent;
  return n;
}

/* OWN, the value that decides, with the words of ALTERNATIVE; NULL: it is not there. */
static struct rng *
deciding(struct schema *s, const struct parts *parts, const struct part *own, const struct alternative *alternative,
         const struct choice *choice, bool first)
{
  if (!alternative->words->n)
    return NULL;
  struct rng *value = rng_whole(alternative->words);
  if (*own->key == '@') {
    struct rng *node = rng_named(s->ctx, "attribute", "name", own->key + 1);
    if (first)
      schema_add_sentence(s, node, parts->of, own->key, choice);
    rng_add(node, value);
    value = node;
  }
  return schema_optional(s, value, !alternative->may_be_absent);
}

/* The word that holds where ROW's value is not there: that of its default, or the first of its enum, to which a struct
 * of noughts is set. NULL: none. */
static const char *
word_of_absent(const struct attr *row, const struct decision *decision)
{
  if (schema_has_word(decision->words, decision->n, ""))
    return "";
  return row->n_names && row->names[0] ? row->names[0] : row->dflt;
}

/* PARTS, which all hang on DECISION: one group for each value, with BESIDE in each of them. */
static struct rng *
alternatives(struct schema *s, const struct parts *parts, const struct decision *decision, const struct choice *choice,
             const struct rng *beside)
{
  const struct attr *row = row_at(s->root, decision->path, choice);
  const struct part *own = NULL;
  struct parts rest = { .of = parts->of, .all = talloc_array(s->ctx, struct part, parts->n + 1) };
  struct alternative *all = talloc_array(s->ctx, struct alternative, decision->n + 1);
  bool needed =
      !row || schema_is_required(element_at(s->root, decision->path), strrchr(decision->path, '/') + 1, choice);
  const char *absent = needed ? NULL : word_of_absent(row, decision);
  bool others = schema_has_others(s, decision, choice) || (!needed && !absent);
  if (!schema_has_word(decision->words, decision->n, absent))
    absent = NULL; /* as good as one of the others */
  size_t n = 0, n_words = decision->n + others;
  for (size_t i = 0; i < parts->n; i++)
    if (strcmp(path_of(s, parts, &parts->all[i]), decision->path) == 0)
      own = &parts->all[i];
    else
      rest.all[rest.n++] = parts->all[i];
  for (size_t i = 0; i < n_words; i++) {
    const char *word = i < decision->n ? decision->words[i] : NULL;
    if (word && !*word && needed)
      continue;
    if (word && *word && row && row->n_names && !schema_has_word(row->names, row->n_names, word))
      continue; /* a table of a kind that this row's element does not take */
    bool may_be_absent = !needed && (absent ? str_eq(word, absent) : !word);
    n = add_alternative(s, all, n, &rest, &(struct choice){ decision->path, word, may_be_absent, choice }, beside);
  }
  struct rng *groups = rng_new(s->ctx, "choice");
  for (size_t i = 0; i < n; i++) {
    struct rng *group = rng_new(s->ctx, "group");
    struct rng *value = own ? deciding(s, parts, own, &all[i], choice, i == 0) : NULL;
    if (value)
      rng_add(group, value);
    for (size_t k = 0; k < all[i].content->n; k++)
      rng_add(group, all[i].content->kids[k]);
    rng_add(groups, rng_whole(group));
  }
  return rng_whole(groups);
}

/* --- content --- */

static const struct decision *
open_decision(struct schema *s, const struct parts *parts, const struct part *part, const struct choice *choice)
{
  for (size_t i = 0; i < parts->of->n_decisions; i++)
    if (hangs_on(s, parts, part, parts->of->decisions[i], choice) &&
        decision_matters(parts->of, parts->of->decisions[i], choice))
      return parts->of->decisions[i];
  return NULL;
}

static bool
is_element(const struct parts *parts, const struct part *part, const struct choice *choice)
{
  return part->child || (strcmp(part->key, "text") == 0 && element_has_children(parts->of, choice));
}

/* Moves to TOGETHER those of PARTS that hang on DECISION, directly or not. */
static void
gather(struct schema *s, struct parts *parts, const struct decision *decision, const struct choice *choice,
       struct parts *together)
{
  const bool *in = hanging_together(s, parts, decision, choice);
  size_t n = 0;
  *together = (struct parts){ .of = parts->of, .all = talloc_array(s->ctx, struct part, parts->n) };
  for (size_t i = 0; i < parts->n; i++)
    if (in[i])
      together->all[together->n++] = parts->all[i];
    else
      parts->all[n++] = parts->all[i];
  parts->n = n;
}

static size_t
count_elements(const struct parts *parts, const struct choice *choice)
{
  size_t n = 0;
  for (size_t i = 0; i < parts->n; i++)
    n += is_element(parts, &parts->all[i], choice);
  return n;
}

static struct rng *
lone_part(struct schema *s, const struct parts *parts, const struct part *part, const struct choice *choice)
{
  if (part->child)
    return element_allowed(part->child, choice) ? child(s, part->child, choice) : NULL;
  return *part->key == '@' ? schema_attribute(s, parts->of, part->key, choice) : schema_text(s, parts->of, choice);
}

/* ITEMS in any order, as one pattern that many groups share. */
static void
add_common(struct schema *s, const struct parts *parts, const struct rng *items, struct rng *elements)
{
  struct rng *common = rng_new(s->ctx, "interleave");
  for (size_t i = 0; items && i < items->n; i++)
    rng_add(items->n == 1 ? elements : common, items->kids[i]);
  if (common->n)
    rng_add(elements, pool_ref(s->pool, POOL_ELEMENT, parts->of->path, "-common", NULL, common));
}

/* Parts of an element, turned into patterns as far as nothing wide is open. */
struct sorted {
  struct rng *group;    /* attributes and text */
  struct rng *elements; /* in any order */
  struct parts wide;    /* what is a choice between groups of several elements each */
  const struct decision *decision;
};

/* Moves the first of PARTS to SORTED, with what hangs together with it. */
static void
sort_first(struct schema *s, struct parts *parts, const struct choice *choice, struct sorted *sorted)
{
  const struct part first = parts->all[0];
  const struct decision *decision = open_decision(s, parts, &first, choice);
  size_t n_elements = is_element(parts, &first, choice);
  struct parts together = { .of = parts->of };
  struct rng *node = NULL;
  if (decision) {
    gather(s, parts, decision, choice, &together);
    n_elements = count_elements(&together, choice);
  } else {
    node = lone_part(s, parts, &first, choice);
    memmove(parts->all, parts->all + 1, --parts->n * sizeof first);
  }
  if (n_elements > 1) {
    sorted->decision = sorted->decision ? sorted->decision : decision;
    for (size_t i = 0; i < together.n; i++)
      sorted->wide.all[sorted->wide.n++] = together.all[i];
    return;
  }
  if (decision)
    node = alternatives(s, &together, decision, choice, NULL);
  if (node && !str_eq(node->tag, "empty"))
    rng_add(n_elements ? sorted->elements : sorted->group, node);
}

/* A <group> of PARTS: attributes, then elements in any order, BESIDE among them. Where several elements hang on one
 * value, the choice stands around all elements: libxml2 loses its way in an <interleave> of a <choice> of an
 * <interleave>, because the inner one undoes how the outer one has parted the elements. The one that holds what all
 * groups have in common comes last, where that does no harm. */
static struct rng *
add_parts(struct schema *s, const struct parts *given, const struct choice *choice, const struct rng *beside)
{
  struct parts parts = { given->of, talloc_memdup(s->ctx, given->all, (given->n + 1) * sizeof *given->all), given->n };
  struct sorted sorted = { .group = rng_new(s->ctx, "group"),
                           .elements = rng_new(s->ctx, "interleave"),
                           .wide = { given->of, talloc_array(s->ctx, struct part, given->n + 1), 0 } };
  while (parts.n)
    sort_first(s, &parts, choice, &sorted);
  schema_join_attributes(s, sorted.group);
  if (!sorted.decision) {
    add_common(s, given, beside, sorted.elements);
    if (sorted.elements->n)
      rng_add(sorted.group, rng_whole(sorted.elements));
    return sorted.group;
  }
  for (size_t i = 0; beside && i < beside->n; i++)
    rng_add(sorted.elements, beside->kids[i]);
  rng_add(sorted.group, alternatives(s, &sorted.wide, sorted.decision, choice, sorted.elements));
  return sorted.group;
}

static struct rng *
anything(TALLOC_CTX *ctx)
{
  struct rng *define = rng_named(ctx, "define", "name", "anything"), *times = rng_new(ctx, "zeroOrMore");
  struct rng *choice = rng_new(ctx, "choice"), *attribute = rng_new(ctx, "attribute"),
             *element = rng_new(ctx, "element");
  rng_add(attribute, rng_new(ctx, "anyName"));
  rng_add(element, rng_new(ctx, "anyName"));
  rng_add(element, rng_named(ctx, "ref", "name", "anything"));
  rng_add(choice, rng_new(ctx, "text"));
  rng_add(choice, attribute);
  rng_add(choice, element);
  rng_add(times, choice);
  rng_add(define, times);
  return define;
}

const char *
out_schema(TALLOC_CTX *ctx)
{
  struct schema s = { .ctx = talloc_new(ctx) };
  s.root = schema_tree(s.ctx);
  s.pool = pool_new(s.ctx);
  char *text = talloc_strdup(ctx, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                  "<!-- The domain XML that domxml2qemu " PACKAGE_VERSION
                                  " takes, printed from its own tables. -->\n"
                                  "<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\"\n"
                                  "         xmlns:a=\"http://relaxng.org/ns/compatibility/annotations/1.0\"\n"
                                  "         xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\"\n"
                                  "         datatypeLibrary=\"http://www.w3.org/2001/XMLSchema-datatypes\">\n");
  text = pool_print(s.pool, element_ref(&s, s.root, NULL), text, 1);
  text = rng_print(text, anything(s.ctx), 1);
  text = talloc_strdup_append_buffer(text, "</grammar>\n");
  talloc_free(s.ctx);
  return text;
}
