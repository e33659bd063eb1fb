/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema.c - --schema: RELAX NG of the domain XML that is taken, out of the rows */

/* An element's content is a pattern of its own ("define"), named by its path and by the choices that hold there:
 * "devices.disk.source-type-nvme". Attributes stand first, children in any order. Where a value decides, the content
 * is a choice between contents. */

#include "out/out.h"
#include "out/schema_tree.h"
#include "out/schema_types.h"

#include <stdarg.h>

/* A pattern that is printed, or waits for it. */
struct pattern {
  const char *name;
  const struct element *element;
  const struct choice *choice;
};

struct schema {
  TALLOC_CTX *ctx;
  struct element *root;
  char *text;
  unsigned depth;
  struct pattern *patterns;
  size_t n_patterns;
};

static void __attribute__((format(printf, 2, 3))) line(struct schema *s, const char *fmt, ...)
{
  va_list args;
  va_start(args, fmt);
  s->text = talloc_asprintf_append_buffer(s->text, "%*s", 2 * (int)s->depth, "");
  s->text = talloc_vasprintf_append_buffer(s->text, fmt, args);
  s->text = talloc_strdup_append_buffer(s->text, "\n");
  va_end(args);
}

static void
begin(struct schema *s, const char *tag)
{
  line(s, "<%s>", tag);
  s->depth++;
}

static void
end(struct schema *s, const char *tag)
{
  s->depth--;
  line(s, "</%s>", tag);
}

static const char *
escaped(TALLOC_CTX *ctx, const char *text)
{
  char *out = talloc_strdup(ctx, "");
  for (; *text; text++)
    out = *text == '<'   ? talloc_strdup_append_buffer(out, "&lt;")
          : *text == '&' ? talloc_strdup_append_buffer(out, "&amp;")
                         : talloc_asprintf_append_buffer(out, "%c", *text);
  return out;
}

/* --- values --- */

static bool
seen_before(const char **seen, size_t n, const char *pattern)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(seen[i], pattern) == 0)
      return true;
  return false;
}

/* All that the rows for KEY allow: several, where tables share an attribute. */
static const char *
value_of(struct schema *s, const struct element *element, const char *key, const struct choice *choice)
{
  const char **patterns = talloc_array(s->ctx, const char *, element->n_facts);
  size_t n = 0;
  for (size_t i = 0; i < element->n_facts; i++) {
    const struct fact *fact = &element->facts[i];
    if (strcmp(fact->key, key) != 0 || fact->row->type == ATTR_T_REFUSED || !condition_holds(fact->condition, choice))
      continue;
    const char *pattern = schema_value(s->ctx, fact->row, *key != '@');
    if (!seen_before(patterns, n, pattern))
      patterns[n++] = pattern;
  }
  if (n == 0)
    return NULL;
  char *text = talloc_strdup(s->ctx, n > 1 ? "<choice>" : "");
  for (size_t i = 0; i < n; i++)
    text = talloc_strdup_append_buffer(text, patterns[i]);
  return n > 1 ? talloc_strdup_append_buffer(text, "</choice>") : text;
}

static const struct decision *
decision_at(const struct element *element, const char *path)
{
  for (; element; element = element->parent)
    for (size_t i = 0; i < element->n_decisions; i++)
      if (strcmp(element->decisions[i]->path, path) == 0)
        return element->decisions[i];
  return NULL;
}

/* Adds to TEXT the value WORD, unless a table of its own hangs on it. */
static char *
add_other(struct schema *s, char *text, const struct decision *decision, const char *word)
{
  if (!word || seen_before(decision->words, decision->n, word))
    return text;
  return talloc_asprintf(s->ctx, "%s<value>%s</value>", text ? text : "", word);
}

/* The names that have no tables of their own; NULL: there are none. */
static const char *
other_words(struct schema *s, const struct decision *decision)
{
  const struct attr *row = row_at(s->root, decision->path);
  struct attr_case found;
  char *text = NULL;
  for (size_t i = 0; row && i < row->n_names; i++)
    text = add_other(s, text, decision, row->names[i]);
  for (size_t i = 0; row && row->cases && row->cases(i, &found); i++)
    text = add_other(s, text, decision, found.word);
  return text ? talloc_asprintf(s->ctx, "<choice>%s</choice>", text) : NULL;
}

static const char *
chosen_value(struct schema *s, const struct element *element, const struct choice *made)
{
  return made->word ? talloc_asprintf(s->ctx, "<value>%s</value>", made->word)
                    : other_words(s, decision_at(element, made->path));
}

static bool
is_required(const struct element *element, const char *key, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++) {
    const struct fact *fact = &element->facts[i];
    if (strcmp(fact->key, key) == 0 && ((fact->row->required && fact->sure) || fact->row->required_here) &&
        fact->row->type != ATTR_T_REFUSED && condition_is_met(fact->condition, choice))
      return true;
  }
  return false;
}

static const char *
doc_of(struct schema *s, const struct element *element, const char *key, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_facts; i++)
    if (strcmp(element->facts[i].key, key) == 0 && element->facts[i].row->doc &&
        condition_holds(element->facts[i].condition, choice))
      return escaped(s->ctx, element->facts[i].row->doc);
  return NULL;
}

static void
print_attribute(struct schema *s, const struct element *element, const char *key, const struct choice *choice)
{
  const struct choice *made = choice_at(choice, talloc_asprintf(s->ctx, "%s/%s", element->path, key));
  const char *value = made ? chosen_value(s, element, made) : value_of(s, element, key, choice);
  const char *doc = doc_of(s, element, key, choice);
  if (!value)
    return;
  bool required = made ? !made->may_be_absent : is_required(element, key, choice);
  if (!required)
    begin(s, "optional");
  line(s, "<attribute name=\"%s\">", key + 1);
  s->depth++;
  if (doc)
    line(s, "<a:documentation>%s</a:documentation>", doc);
  line(s, "%s", value);
  end(s, "attribute");
  if (!required)
    end(s, "optional");
}

static void
print_attributes(struct schema *s, const struct element *element, const struct choice *choice)
{
  const char **keys = talloc_array(s->ctx, const char *, element->n_facts);
  size_t n = 0;
  for (size_t i = 0; i < element->n_facts; i++)
    if (*element->facts[i].key == '@' && !seen_before(keys, n, element->facts[i].key))
      keys[n++] = element->facts[i].key;
  for (size_t i = 0; i < n; i++)
    print_attribute(s, element, keys[i], choice);
}

/* --- elements --- */

static const char *
pattern_name(struct schema *s, const struct element *element, const struct choice *choice)
{
  char *name = talloc_strdup(s->ctx, element->path);
  for (; choice; choice = choice->above)
    name = talloc_asprintf(s->ctx, "%s-%s-%s%s", name, strrchr(choice->path, '/') + 1,
                           choice->word ? choice->word : "other", choice->may_be_absent ? "" : "-given");
  for (char *c = name; *c; c++)
    if (strchr("/@:", *c))
      *c = *c == '/' ? '.' : '_';
  return name;
}

/* The name of ELEMENT's content under CHOICE, which will be printed. */
static const char *
pattern_of(struct schema *s, const struct element *element, const struct choice *choice)
{
  const struct choice *relevant = choice_relevant(s->ctx, element, choice);
  const char *name = pattern_name(s, element, relevant);
  for (size_t i = 0; i < s->n_patterns; i++)
    if (strcmp(s->patterns[i].name, name) == 0)
      return name;
  s->patterns = ARRAY_ROOM(s->ctx, s->patterns, struct pattern, s->n_patterns);
  s->patterns[s->n_patterns++] = (struct pattern){ name, element, relevant };
  return name;
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

static const char *
content_of(struct schema *s, const struct element *element, const struct choice *choice)
{
  if (is_whole(element, choice))
    return "anything";
  for (size_t i = 0; i < element->n_facts; i++)
    if (element->facts[i].again && condition_holds(element->facts[i].condition, choice))
      return pattern_of(s, element_at(s->root, element->facts[i].again), NULL);
  return pattern_of(s, element, choice);
}

static bool
is_hollow(const struct element *element)
{
  for (size_t i = 0; i < element->n_facts; i++)
    if (element->facts[i].row->hollow && strcmp(element->facts[i].key, ".") == 0)
      return true;
  return false;
}

static void
print_child(struct schema *s, const struct element *child, const struct choice *choice)
{
  bool many = element_is_many(child, choice), needed = element_is_needed(child, choice);
  const char *times = many ? (needed ? "oneOrMore" : "zeroOrMore") : needed ? NULL : "optional";
  if (times)
    begin(s, times);
  line(s,
       is_hollow(child) ? "<element name=\"%s\"><choice><empty/><ref name=\"%s\"/></choice></element>"
                        : "<element name=\"%s\"><ref name=\"%s\"/></element>",
       child->name, content_of(s, child, choice));
  if (times)
    end(s, times);
}

static void
print_children(struct schema *s, const struct element *element, const struct choice *choice)
{
  const char *text = value_of(s, element, "text", choice);
  size_t n = 0;
  for (size_t i = 0; i < element->n_children; i++)
    n += element_allowed(element->children[i], choice);
  if (!n && text)
    line(s, is_required(element, "text", choice) ? "%s" : "<choice>%s<value/></choice>", text);
  if (!n && !text)
    line(s, "<empty/>");
  if (!n)
    return;
  begin(s, "interleave");
  for (size_t i = 0; i < element->n_children; i++)
    if (element_allowed(element->children[i], choice))
      print_child(s, element->children[i], choice);
  if (text)
    line(s, "<text/>");
  end(s, "interleave");
}

static const struct decision *
open_decision(const struct element *element, const struct choice *choice)
{
  for (size_t i = 0; i < element->n_decisions; i++)
    if (!choice_at(choice, element->decisions[i]->path) && decision_matters(element, element->decisions[i], choice))
      return element->decisions[i];
  return NULL;
}

static void print_content(struct schema *s, const struct element *element, const struct choice *choice);

static void
print_choices(struct schema *s, const struct element *element, const struct decision *decision,
              const struct choice *choice)
{
  const struct attr *row = row_at(s->root, decision->path);
  bool other = other_words(s, decision) != NULL;
  begin(s, "choice");
  for (size_t i = 0; i < decision->n + other; i++) {
    const char *word = i < decision->n ? decision->words[i] : NULL;
    bool is_default = row && row->dflt && seen_before(decision->words, decision->n, row->dflt);
    bool needed = is_required(element_at(s->root, decision->path), strrchr(decision->path, '/') + 1, choice);
    bool absent = row && !needed && (!is_default || str_eq(word, row->dflt));
    begin(s, "group");
    print_content(s, element, &(struct choice){ decision->path, word, absent, choice });
    end(s, "group");
  }
  end(s, "choice");
}

static void
print_content(struct schema *s, const struct element *element, const struct choice *choice)
{
  const struct decision *decision = open_decision(element, choice);
  if (decision) {
    print_choices(s, element, decision, choice);
    return;
  }
  print_attributes(s, element, choice);
  print_children(s, element, choice);
}

static void
print_anything(struct schema *s)
{
  line(s, "<define name=\"anything\">");
  s->depth++;
  line(s, "<zeroOrMore><choice><text/><attribute><anyName/></attribute>"
          "<element><anyName/><ref name=\"anything\"/></element></choice></zeroOrMore>");
  end(s, "define");
}

const char *
out_schema(TALLOC_CTX *ctx)
{
  struct schema s = { .ctx = talloc_new(ctx), .text = talloc_strdup(ctx, "") };
  s.root = schema_tree(s.ctx);
  line(&s, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  line(&s, "<!-- The domain XML that domxml2qemu " PACKAGE_VERSION " takes, printed from its own tables. -->");
  line(&s, "<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\" "
           "xmlns:a=\"http://relaxng.org/ns/compatibility/annotations/1.0\" "
           "xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\" "
           "datatypeLibrary=\"http://www.w3.org/2001/XMLSchema-datatypes\">");
  s.depth++;
  line(&s, "<start><element name=\"domain\"><ref name=\"%s\"/></element></start>", pattern_of(&s, s.root, NULL));
  for (size_t i = 0; i < s.n_patterns; i++) {
    line(&s, "<define name=\"%s\">", s.patterns[i].name);
    s.depth++;
    print_content(&s, s.patterns[i].element, s.patterns[i].choice);
    end(&s, "define");
  }
  print_anything(&s);
  end(&s, "grammar");
  talloc_free(s.ctx);
  return s.text;
}
