/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/rng.c - patterns of RELAX NG as trees, and their XML */

#include "out/rng.h"

enum { LINE_WIDTH = 118 };

struct rng *
rng_new(TALLOC_CTX *ctx, const char *tag)
{
  struct rng *node = talloc_zero(ctx, struct rng);
  node->tag = tag;
  node->attrs = "";
  return node;
}

static const char *
escaped(TALLOC_CTX *ctx, const char *text)
{
  char *out = talloc_strdup(ctx, "");
  for (; *text; text++)
    out = *text == '<'   ? talloc_strdup_append_buffer(out, "&lt;")
          : *text == '&' ? talloc_strdup_append_buffer(out, "&amp;")
          : *text == '"' ? talloc_strdup_append_buffer(out, "&quot;")
                         : talloc_strndup_append_buffer(out, text, 1);
  return out;
}

struct rng *
rng_named(TALLOC_CTX *ctx, const char *tag, const char *attribute, const char *value)
{
  struct rng *node = rng_new(ctx, tag);
  node->attrs = talloc_asprintf(node, " %s=\"%s\"", attribute, escaped(node, value));
  return node;
}

struct rng *
rng_text(TALLOC_CTX *ctx, const char *tag, const char *text)
{
  struct rng *node = rng_new(ctx, tag);
  node->text = *text ? escaped(node, text) : NULL;
  return node;
}

void
rng_add(struct rng *parent, struct rng *kid)
{
  parent->kids = ARRAY_ROOM(parent, parent->kids, struct rng *, parent->n);
  parent->kids[parent->n++] = kid;
}

struct rng *
rng_whole(struct rng *items)
{
  if (items->n == 0)
    return rng_new(items, "empty");
  return items->n == 1 ? items->kids[0] : items;
}

static char *
add_flat(char *text, const struct rng *node)
{
  text = talloc_asprintf_append_buffer(text, "<%s%s", node->tag, node->attrs);
  if (node->target)
    text = talloc_asprintf_append_buffer(text, " %zu", node->target);
  if (!node->text && !node->n)
    return talloc_strdup_append_buffer(text, "/>");
  text = talloc_asprintf_append_buffer(text, ">%s", node->text ? node->text : "");
  for (size_t i = 0; i < node->n; i++)
    text = add_flat(text, node->kids[i]);
  return talloc_asprintf_append_buffer(text, "</%s>", node->tag);
}

char *
rng_flat(TALLOC_CTX *ctx, const struct rng *node)
{
  return add_flat(talloc_strdup(ctx, ""), node);
}

/* Sentences stand in lines of their own, and so do patterns in patterns of which there are many. */
static bool
fits(const struct rng *node, const char *flat, unsigned depth)
{
  for (size_t i = 0; i < node->n; i++)
    if (str_eq(node->kids[i]->tag, "a:documentation"))
      return false;
  return strlen(flat) + 2 * depth <= LINE_WIDTH && !str_eq(node->tag, "define") && !str_eq(node->tag, "interleave") &&
         !str_eq(node->tag, "group");
}

/* Values one behind the other, as many as a line holds. */
static char *
print_values(char *text, const struct rng *node, unsigned depth)
{
  size_t column = 0;
  for (size_t i = 0; i < node->n; i++) {
    char *flat = rng_flat(NULL, node->kids[i]);
    if (!column || column + strlen(flat) > LINE_WIDTH) {
      text = talloc_asprintf_append_buffer(text, "%s%*s", column ? "\n" : "", 2 * (int)depth, "");
      column = 2 * depth;
    }
    column += strlen(flat);
    text = talloc_strdup_append_buffer(text, flat);
    talloc_free(flat);
  }
  return talloc_strdup_append_buffer(text, "\n");
}

static bool
all_values(const struct rng *node)
{
  for (size_t i = 0; i < node->n; i++)
    if (!str_eq(node->kids[i]->tag, "value") && !str_eq(node->kids[i]->tag, "name"))
      return false;
  return true;
}

char *
rng_print(char *text, const struct rng *node, unsigned depth)
{
  char *flat = rng_flat(NULL, node);
  if (fits(node, flat, depth) || !node->n) {
    text = talloc_asprintf_append_buffer(text, "%*s%s\n", 2 * (int)depth, "", flat);
    talloc_free(flat);
    return text;
  }
  talloc_free(flat);
  text = talloc_asprintf_append_buffer(text, "%*s<%s%s>\n", 2 * (int)depth, "", node->tag, node->attrs);
  if (all_values(node))
    text = print_values(text, node, depth + 1);
  else
    for (size_t i = 0; i < node->n; i++)
      text = rng_print(text, node->kids[i], depth + 1);
  return talloc_asprintf_append_buffer(text, "%*s</%s>\n", 2 * (int)depth, "", node->tag);
}
