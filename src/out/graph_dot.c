/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/graph_dot.c - --graph=dot: disks and block nodes for Graphviz */

#include "domain/kind.h"
#include "out/dot.h"
#include "out/out.h"

const char *
dot_quote(TALLOC_CTX *ctx, const char *text)
{
  char *out = talloc_strdup(ctx, "\"");
  for (; *text; text++) {
    const unsigned char c = (unsigned char)*text;
    if (c == '\n')
      out = talloc_strdup_append_buffer(out, "\\n");
    else if (c < ' ' || c == 0x7f)
      out = talloc_asprintf_append_buffer(out, "\\\\x%02x", c);
    else
      out = talloc_asprintf_append_buffer(out, "%s%c", c == '"' || c == '\\' ? "\\" : "", c);
  }
  return talloc_strdup_append_buffer(out, "\"");
}

/* The properties that tell a node from others, "key=value" a line: not its name, nor what all nodes have. */
static char *
append_facts(char *text, const struct props *p)
{
  static const char *const common[] = { "node-name",      "driver",  "id",    "read-only",
                                        "auto-read-only", "discard", "cache", "detect-zeroes" };
  for (size_t i = 0; i < p->n; i++) {
    const struct prop *item = &p->items[i];
    bool told = item->refers && item->space == ID_NODE;
    for (size_t j = 0; j < ARRAY_SIZE(common); j++)
      told |= str_eq(item->key, common[j]);
    if (told)
      continue;
    const char *key = item->key ? item->key : "";
    if (item->type == PROP_DICT || item->type == PROP_LIST)
      text = append_facts(text, item->nested);
    else if (item->type == PROP_STRING)
      text = talloc_asprintf_append_buffer(text, "\n%s=%s", key, item->string);
    else if (item->type == PROP_UINT)
      text = talloc_asprintf_append_buffer(text, "\n%s=%ju", key, (uintmax_t)item->uint);
  }
  return text;
}

static char *
append_edges(char *text, const char *from, const struct props *p)
{
  for (size_t i = 0; i < p->n; i++) {
    const struct prop *item = &p->items[i];
    if (item->type == PROP_DICT || item->type == PROP_LIST)
      text = append_edges(text, from, item->nested);
    else if (item->refers && item->space == ID_NODE)
      text = talloc_asprintf_append_buffer(text, "  %s -> %s [label=%s];\n", dot_quote(text, from),
                                           dot_quote(text, item->string), dot_quote(text, item->key ? item->key : ""));
  }
  return text;
}

static bool
refers_to_node(const struct props *p)
{
  for (size_t i = 0; i < p->n; i++)
    if (p->items[i].refers && p->items[i].space == ID_NODE)
      return true;
  return false;
}

static char *
append_argument(char *text, const struct arg *arg)
{
  const struct prop *node = arg->props ? props_get(arg->props, "node-name") : NULL;
  const struct prop *id = arg->props ? props_get(arg->props, "id") : NULL;
  const struct prop *driver = arg->props ? props_get(arg->props, "driver") : NULL;
  bool device = str_eq(arg->option, "-device") && id && refers_to_node(arg->props);
  if (!driver || (!device && !(node && node->defines)))
    return text;
  const char *name = device ? id->string : node->string;
  char *label = talloc_asprintf(text, "%s\n%s", name, driver->string);
  text = talloc_asprintf_append_buffer(text, "  %s [%slabel=%s];\n", dot_quote(text, name), device ? "shape=box, " : "",
                                       dot_quote(text, device ? label : append_facts(label, arg->props)));
  return append_edges(text, name, arg->props);
}

const char *
out_graph_dot(TALLOC_CTX *ctx, const struct argv *argv)
{
  char *text = talloc_strdup(ctx, "digraph blocks {\n");
  for (size_t i = 0; i < argv->n; i++)
    text = append_argument(text, argv->args[i]);
  return talloc_strdup_append_buffer(text, "}\n");
}
