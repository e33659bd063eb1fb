/* SPDX-License-Identifier: GPL-2.0-or-later */
/* man/table.c - rows of the program's tables as a table of the manual */

/* An element is an item of a list, its attributes are a list in that item. Rows that several conditions bring stand
 * there once, with all of them; so do those that say the same. A condition that an element has is not said again in
 * it. */

#include "table.h"
#include "qemu/caps.h"
#include "qemu/features.h"

#include <ctype.h>

enum { LINE = 78, WIDEST_TAG = 18 };

/* --- words --- */

bool
is_key(const char *step)
{
  return *step == '@' || strcmp(step, "text()") == 0 || strcmp(step, "raw()") == 0;
}

const char *
element_of(TALLOC_CTX *ctx, const char *path)
{
  const char *last = strrchr(path, '/');
  return last && is_key(last + 1) ? talloc_strndup(ctx, path, (size_t)(last - path)) : path;
}

bool
has_word(const char *words, const char *word)
{
  size_t length = strlen(word);
  for (const char *p = words; (p = strstr(p, word)); p += length)
    if ((p == words || p[-1] == ' ') && (!p[length] || p[length] == ' '))
      return true;
  return false;
}

static char *
add(char *text, const char *more)
{
  return talloc_strdup_append_buffer(text, more);
}

/* In front of what mdoc would take for a macro, or a request. */
static const char *
guard(const char *word)
{
  size_t length = strcspn(word, " ");
  bool macro = isupper((unsigned char)*word) && (length == 2 || (length == 3 && islower((unsigned char)word[1])));
  return macro || *word == '.' || *word == '\'' ? "\\&" : "";
}

char *
mdoc_text(char *text, const char *words)
{
  size_t column = 0;
  for (const char *word = words; *word;) {
    size_t length = strcspn(word, " ");
    bool sentence = length && word[length] && strchr(".;!?", word[length - 1]) && word[length - 1] != ';';
    if (column && column + 1 + length > LINE) {
      text = add(text, "\n");
      column = 0;
    } else if (column) {
      text = add(text, " ");
      column++;
    }
    if (!column)
      text = add(text, *word == '.' || *word == '\'' ? "\\&" : "");
    text = talloc_asprintf_append_buffer(text, "%.*s", (int)length, word);
    column = sentence ? 0 : column + length;
    if (sentence)
      text = add(text, "\n");
    word += length + strspn(word + length, " ");
  }
  return column ? add(text, "\n") : text;
}

/* --- values --- */

/* "a, b or c" in lines of their own, as .Cm has them. */
static char *
add_list(char *text, const char *const *names, size_t n, const char *end)
{
  size_t last = n;
  char *line = NULL;
  while (last && !names[last - 1])
    last--;
  for (size_t i = 0; i < last; i++) {
    if (!names[i])
      continue;
    const char *comma = i + 1 < last ? "," : end;
    if (line && strlen(line) + strlen(names[i]) + 5 > LINE) {
      text = talloc_asprintf_append_buffer(text, "%s\n", line);
      line = NULL;
    }
    line = line ? talloc_asprintf_append_buffer(line, " %s%s %s", guard(names[i]), names[i], comma)
                : talloc_asprintf(text, ".Cm %s%s %s", guard(names[i]), names[i], comma);
  }
  return line ? talloc_asprintf_append_buffer(text, "%s\n", line) : text;
}

static bool
is_among(const char *const *names, size_t n, const char *name)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(names[i], name) == 0)
      return true;
  return false;
}

static char *
add_names(char *text, const struct attr *row)
{
  const char **names = talloc_array(text, const char *, 512);
  size_t n = 0;
  struct attr_case found;
  for (size_t i = 0; i < row->n_names; i++)
    if (row->names[i] && !is_among(names, n, row->names[i]))
      names[n++] = row->names[i];
  for (size_t i = 0; !row->n_names && row->cases && row->cases(i, &found); i++)
    if (!is_among(names, n, found.word))
      names[n++] = found.word;
  return add_list(text, names, n, ".");
}

static uint64_t
max_of(const struct attr *row)
{
  size_t width = row->type == ATTR_T_NUM ? sizeof(uint64_t) : row->width;
  if (row->max)
    return row->max;
  return width > sizeof(uint16_t) ? 0 : (UINT64_C(1) << (8 * width)) - 1;
}

static const char *
number(TALLOC_CTX *ctx, const struct attr *row)
{
  uint64_t max = max_of(row);
  const char *form = row->hex ? "Hexadecimal, 0x%jx to 0x%jx" : "%ju to %ju";
  const char *unit = row->unit ? talloc_asprintf(ctx, ", in %s", row->unit) : "";
  const char *zero = row->zero_ok && row->min > 1 ? "0, or " : "";
  uint64_t min = row->zero_ok && row->min == 1 ? 0 : row->min;
  if (row->type == ATTR_T_INT && row->max)
    return talloc_asprintf(ctx, "%jd to %jd%s", (intmax_t)(int64_t)row->min, (intmax_t)(int64_t)row->max, unit);
  if (row->type == ATTR_T_INT)
    return talloc_asprintf(ctx, "A whole number, which may be negative%s", unit);
  if (max && max < INT32_MAX)
    return talloc_asprintf(ctx, "%s%s%s", zero, talloc_asprintf(ctx, form, (uintmax_t)min, (uintmax_t)max), unit);
  if (min)
    return talloc_asprintf(ctx, "%s%ju or more%s", zero, (uintmax_t)min, unit);
  return row->unit ? talloc_asprintf(ctx, "A number, in %s", row->unit) : NULL;
}

static char *
add_values(char *text, const struct attr *row)
{
  switch (row->type) {
  case ATTR_T_UINT:
  case ATTR_T_NUM:
  case ATTR_T_INT:
    return number(text, row) ? talloc_asprintf_append_buffer(text, "%s.\n", number(text, row)) : text;
  case ATTR_T_YESNO:
    return add(text, ".Cm yes No or Cm \\&no .\n");
  case ATTR_T_ONOFF:
    return add(text, ".Cm on No or Cm off .\n");
  case ATTR_T_ENUM:
    return add_names(text, row);
  case ATTR_T_SIZE:
    return talloc_asprintf_append_buffer(text, "A size; without a unit, in %s.\n", row->unit);
  case ATTR_T_WORD:
    return row->n_names || row->cases ? add_names(text, row)
                                      : talloc_asprintf_append_buffer(text, ".Ar %s .\n", row->unit);
  case ATTR_T_REFUSED:
    return mdoc_text(text, talloc_asprintf(text, "Refused: %s.", row->why));
  case ATTR_T_STRING:
  case ATTR_T_PRESENT:
  case ATTR_T_NODE:
  case ATTR_T_QUIET:
  case ATTR_T_STRUCT:
  case ATTR_T_LIST:
  case ATTR_T_CHOICE:
  case ATTR_T_SEE:
  case ATTR_T_RULE:
    break;
  }
  return text;
}

static char *
add_facts(char *text, const struct attr *row)
{
  unsigned since = row->needs ? feature_rows[row->needs].since : 0;
  text = add_values(text, row);
  if (row->required || row->required_here)
    text = add(text, "Required.\n");
  if (row->required_where)
    text = mdoc_text(text, talloc_asprintf(text, "Required %s.", row->required_where));
  if (row->dflt)
    text = mdoc_text(text, talloc_asprintf(text, "Default%s: %s.", row->required_here ? " without the element" : "",
                                           row->dflt));
  if (row->bare)
    text = add(text, "An element without it switches it on.\n");
  if (since > QEMU_OLDEST)
    text = talloc_asprintf_append_buffer(text, "Needs QEMU %u.%u.\n", since / 1000000, since / 1000 % 1000);
  return text;
}

/* --- conditions --- */

/* The words of WHEN that are not in KNOWN. */
static const char *
rest_of(TALLOC_CTX *ctx, const char *when, const char *known)
{
  char *rest = talloc_strdup(ctx, "");
  for (const char *p = when; *p; p += strspn(p, " ")) {
    size_t length = strcspn(p, " ");
    char *word = talloc_strndup(ctx, p, length);
    if (!has_word(known, word))
      rest = talloc_asprintf_append_buffer(rest, "%s%s", *rest ? " " : "", word);
    p += length;
  }
  return rest;
}

/* "With type=tcp:", or several that bring the same row: "With protocol=http or https:". "": it is always there. */
static const char *
condition(TALLOC_CTX *ctx, const struct fact *const *facts, size_t n, const char *when)
{
  const char **seen = talloc_array(ctx, const char *, n);
  char *text = talloc_strdup(ctx, "With\n");
  size_t n_seen = 0;
  for (size_t i = 0; i < n; i++) {
    const char *rest = rest_of(text, facts[i]->when, when);
    size_t k = 0;
    if (!*rest)
      return "";
    while (k < n_seen && strcmp(seen[k], rest) != 0)
      k++;
    if (k == n_seen)
      seen[n_seen++] = rest;
  }
  const char *key = talloc_strndup(text, seen[0], strcspn(seen[0], "="));
  for (size_t k = 0; k < n_seen; k++) {
    size_t length = strcspn(seen[k], "=");
    bool same = k && strncmp(seen[k], key, length) == 0 && !strchr(seen[k], ' ');
    const char *shown = same ? seen[k] + length + 1 : seen[k];
    text = talloc_asprintf_append_buffer(text, ".Cm %s%s%s\n", guard(shown), shown,
                                         k + 1 == n_seen   ? " :"
                                         : k + 2 == n_seen ? "\nor"
                                                           : " ,");
  }
  return text;
}

/* --- what it becomes --- */

static char *
add_becomes(char *text, const struct fact *const *facts, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (facts[i]->becomes)
      return add(text, facts[i]->becomes);
  return text;
}

/* --- the table --- */

struct table {
  const struct fact *const *facts;
  size_t n;
  const char *root;
  const char *when;
};

static const char *
key_of(const struct fact *fact)
{
  const char *last = strrchr(fact->path, '/') + 1;
  return *last == '@' ? last + 1 : is_key(last) ? "(text)" : NULL;
}

bool
is_unit(const struct fact *fact)
{
  return str_eq(fact->row->unit, "unit of size");
}

static bool
is_of(const struct table *t, const struct fact *fact, const char *element)
{
  return strcmp(element_of((void *)t->facts, fact->path), element) == 0 && !is_unit(fact);
}

/* What the page has of FACT, behind its condition. */
static const char *
words_of(TALLOC_CTX *ctx, const struct fact *fact)
{
  char *text = talloc_strdup(ctx, "");
  if (fact->row->doc) /* a test wants it: the page must be made so that it can run */
    text = mdoc_text(text, fact->row->doc);
  return add_becomes(add_facts(text, fact->row), &fact, 1);
}

static bool
says_the_same(const struct fact *a, const struct fact *b)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  bool plain = a->row->doc && b->row->doc && !a->again && !b->again;
  bool same = a->row == b->row || (plain && strcmp(words_of(ctx, a), words_of(ctx, b)) == 0);
  talloc_free(ctx);
  return same;
}

/* Is FACT passed over where another row of the table always reads the same? */
static bool
is_idle(const struct table *t, const struct fact *fact)
{
  for (size_t k = 0; fact->row->type == ATTR_T_QUIET && k < t->n; k++)
    if (t->facts[k]->row->type != ATTR_T_QUIET && strcmp(t->facts[k]->path, fact->path) == 0 &&
        !*rest_of((void *)t->facts, t->facts[k]->when, t->when))
      return true;
  return false;
}

/* Facts of ELEMENT that have the I-th's key and say the same; 0: an earlier one has said it, or it has nothing to
 * say. */
static size_t
same_as(const struct table *t, size_t i, const char *element, const struct fact **same)
{
  size_t n = 0;
  bool always = !*rest_of((void *)same, t->facts[i]->when, t->when);
  if (is_idle(t, t->facts[i]))
    return 0;
  for (size_t k = 0; k < t->n; k++) {
    const struct fact *fact = t->facts[k];
    if (!is_of(t, fact, element) || strcmp(fact->path, t->facts[i]->path) != 0)
      continue;
    bool said = says_the_same(fact, t->facts[i]);
    if (k < i && (said || (always && str_eq(fact->row->doc, t->facts[i]->row->doc))))
      return 0;
    if (said)
      same[n++] = fact;
  }
  return n;
}

static char *
add_again(char *text, const struct fact *fact)
{
  const char *last = strrchr(fact->again, '/');
  return talloc_asprintf_append_buffer(text, "In it stands again what\n.Li <%s>\nmay have.\n", last + 1);
}

/* The only attribute of ELEMENT, of which nothing else is said: it stands behind the title. NULL: there is none such. */
static const char *
only_key(const struct table *t, const char *element)
{
  const char *only = NULL;
  for (size_t i = 0; i < t->n; i++) {
    const char *key = is_of(t, t->facts[i], element) ? key_of(t->facts[i]) : "";
    if (!key || *key == '(' || (only && *key && strcmp(only, key) != 0))
      return NULL;
    only = *key ? key : only;
  }
  return only;
}

/* Is there a sentence about ELEMENT itself? */
static bool
has_sentence(const struct table *t, const char *element)
{
  bool any = false;
  for (size_t i = 0; i < t->n; i++)
    any |= is_of(t, t->facts[i], element) && !key_of(t->facts[i]) && t->facts[i]->row->doc;
  return any;
}

/* 0: ELEMENT has text alone and no sentence of its own, or one attribute, which needs no list. */
static size_t
widest_key(const struct table *t, const char *element)
{
  size_t widest = 0;
  bool text = false;
  for (size_t i = 0; i < t->n; i++) {
    const char *key = is_of(t, t->facts[i], element) ? key_of(t->facts[i]) : NULL;
    text |= key && *key == '(';
    if (key && *key != '(' && strlen(key) > widest)
      widest = strlen(key);
  }
  if (only_key(t, element))
    return 0;
  bool listed = text && (widest || has_sentence(t, element));
  return listed && widest < strlen("(text)") ? strlen("(text)") : widest;
}

/* The condition that all sentences about ELEMENT itself have, or with KEYS all about its keys; "": they have several,
 * or none. */
static const char *
condition_of(const struct table *t, const char *element, bool keys)
{
  const struct fact **same = talloc_array((void *)t->facts, const struct fact *, t->n);
  const char *all = NULL;
  for (size_t i = 0; i < t->n; i++) {
    const struct fact *fact = t->facts[i];
    if (!is_of(t, fact, element) || !key_of(fact) == keys || !(fact->row->doc || fact->again))
      continue;
    size_t n = same_as(t, i, element, same);
    const char *own = n ? condition(same, same, n, t->when) : all;
    if (all && strcmp(own, all) != 0)
      return "";
    all = own;
  }
  return all ? all : "";
}

/* KNOWN: the condition that was told of the element, or of one above it. */
static char *
add_keys(char *text, const struct table *t, const char *element, const char *known)
{
  const struct fact **same = talloc_array(text, const struct fact *, t->n);
  size_t widest = widest_key(t, element), begun = 0;
  bool plain = !widest;
  for (size_t i = 0; i < t->n; i++) {
    const char *key = key_of(t->facts[i]);
    if (!key || !is_of(t, t->facts[i], element))
      continue;
    size_t n = same_as(t, i, element, same);
    if (!n)
      continue;
    if (!begun++ && !plain)
      text =
          talloc_asprintf_append_buffer(text, ".Bl -tag -width %.*s -compact\n",
                                        (int)(widest < WIDEST_TAG ? widest : WIDEST_TAG), "xxxxxxxxxxxxxxxxxxxxxxxx");
    if (!plain)
      text = talloc_asprintf_append_buffer(text, ".It Cm %s%s\n", guard(key), key);
    const char *own = condition(text, same, n, t->when);
    text = add(text, strcmp(own, known) == 0 ? "" : own);
    if (t->facts[i]->row->doc) /* a test wants it: the page must be made so that it can run */
      text = mdoc_text(text, t->facts[i]->row->doc);
    text = add_becomes(add_facts(text, t->facts[i]->row), same, n);
  }
  return begun && !plain ? add(text, ".El\n") : text;
}

/* Adds the sentences about the element itself. */
static char *
add_element(char *text, const struct table *t, const char *element, const char *known)
{
  const struct fact **same = talloc_array(text, const struct fact *, t->n);
  bool many = false;
  for (size_t i = 0; i < t->n; i++) {
    const struct fact *fact = t->facts[i];
    if (!is_of(t, fact, element) || key_of(fact))
      continue;
    many |= fact->row->many || fact->row->type == ATTR_T_LIST;
    size_t n = same_as(t, i, element, same);
    if (!n)
      continue;
    const char *own = fact->row->doc || fact->again ? condition(text, same, n, t->when) : "";
    text = add(text, strcmp(own, known) == 0 ? "" : own);
    text = fact->row->doc ? mdoc_text(text, fact->row->doc) : text;
    text = add_becomes(add_facts(text, fact->row), same, n);
    text = fact->again ? add_again(text, fact) : text;
  }
  return many ? add(text, "Any number of them.\n") : text;
}

/* "<driver><statistic>" of a device, "<os><boot>" of the domain. */
static const char *
title_of(TALLOC_CTX *ctx, const char *element)
{
  static const char devices[] = "domain/devices/";
  const char *step = strchr(element, '/') ? strchr(element, '/') + 1 : element;
  char *title = talloc_strdup(ctx, "");
  if (str_starts(element, devices)) {
    const char *below = strchr(element + strlen(devices), '/');
    step = below ? below + 1 : element + strlen(devices);
  }
  for (;; step++) {
    size_t length = strcspn(step, "/");
    title = talloc_asprintf_append_buffer(title, "<%.*s>", (int)length, step);
    step += length;
    if (!*step)
      return title;
  }
}

/* The next element below ELEMENT that has not been DONE, by the order of the rows. */
static const char *
next_child(const struct table *t, const char *element, char **done)
{
  size_t length = strlen(element);
  for (size_t i = 0; i < t->n; i++) {
    const char *at = element_of(*done, t->facts[i]->path);
    if (strncmp(at, element, length) != 0 || at[length] != '/')
      continue;
    const char *child = talloc_strndup(*done, at, length + 1 + strcspn(at + length + 1, "/"));
    const char *mark = talloc_asprintf(*done, "\n%s\n", child);
    if (strstr(*done, mark))
      continue;
    *done = talloc_strdup_append_buffer(*done, mark);
    return child;
  }
  return NULL;
}

/* KNOWN: a condition that was told of an element above. */
static char *
add_tree(char *text, const struct table *t, const char *element, const char *known)
{
  char *done = talloc_strdup(text, "");
  const char *child, *only = only_key(t, element), *own = condition_of(t, element, false);
  bool any = false;
  for (size_t i = 0; i < t->n; i++)
    any |= is_of(t, t->facts[i], element);
  if (any) {
    text = talloc_asprintf_append_buffer(text, ".It Li %s%s%s\n", title_of(text, element), only ? " Cm " : "",
                                         only ? only : "");
    text = add_element(text, t, element, known);
    known = *own ? own : known;
    const char *shared = *own || only ? "" : condition_of(t, element, true);
    if (*shared && strcmp(shared, known) != 0 && widest_key(t, element))
      text = add(text, known = shared);
    text = add_keys(text, t, element, known);
  }
  while ((child = next_child(t, element, &done)))
    text = add_tree(text, t, child, known);
  return text;
}

char *
mdoc_table(char *text, const struct fact *const *facts, size_t n, const char *root, const char *when)
{
  const struct table t = { facts, n, root, when };
  text = add(text, ".Bl -tag -width 2n\n");
  text = add_tree(text, &t, root, "");
  return add(text, ".El\n");
}
