/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/concern.c - which arguments are about one device: its own, and those around it */

#include "out/concern.h"

struct concern {
  const struct argv *argv;
  const struct device *device;
  bool *told;
};

static bool
is_own(const struct concern *c, const struct arg *arg)
{
  return arg->device == c->device;
}

static bool
defines(const struct props *p, enum id_space space, const char *id)
{
  for (size_t i = 0; p && i < p->n; i++) {
    const struct prop *item = &p->items[i];
    if (item->type == PROP_DICT || item->type == PROP_LIST
            ? defines(item->nested, space, id)
            : item->defines && item->space == space && str_eq(item->string, id))
      return true;
  }
  return false;
}

static bool
offers(const struct arg *arg, enum id_space space, const char *id)
{
  for (size_t i = 0; space == ID_BUS && i < arg->n_buses; i++)
    if (str_eq(arg->buses[i], id))
      return true;
  return defines(arg->props, space, id);
}

static void follow(struct concern *c, const struct arg *from, const struct props *p);

/* FROM refers to an id that the argument at INDEX defines. */
static void
tell(struct concern *c, const struct arg *from, size_t index)
{
  const struct arg *arg = c->argv->args[index];
  bool shared = !arg->device && !str_eq(arg->option, "-machine");
  bool controller = is_own(c, from) && str_eq(arg->option, "-device");
  if (c->told[index] || (!shared && !controller))
    return;
  c->told[index] = true;
  if (shared)
    follow(c, arg, arg->props);
}

static void
follow(struct concern *c, const struct arg *from, const struct props *p)
{
  for (size_t i = 0; p && i < p->n; i++) {
    const struct prop *item = &p->items[i];
    if (item->type == PROP_DICT || item->type == PROP_LIST) {
      follow(c, from, item->nested);
      continue;
    }
    for (size_t j = 0; item->refers && j < c->argv->n; j++)
      if (offers(c->argv->args[j], item->space, item->string))
        tell(c, from, j);
  }
}

static bool
is_defined_by_own(const struct concern *c, const struct prop *item)
{
  for (size_t i = 0; i < c->argv->n; i++)
    if (is_own(c, c->argv->args[i]) && offers(c->argv->args[i], item->space, item->string))
      return true;
  return false;
}

static bool
refers_to_own(const struct concern *c, const struct props *p)
{
  for (size_t i = 0; p && i < p->n; i++) {
    const struct prop *item = &p->items[i];
    if (item->type == PROP_DICT || item->type == PROP_LIST ? refers_to_own(c, item->nested)
                                                           : item->refers && is_defined_by_own(c, item))
      return true;
  }
  return false;
}

const bool *
out_concerned(TALLOC_CTX *ctx, const struct argv *argv, const struct device *device)
{
  struct concern c = { .argv = argv, .device = device, .told = talloc_zero_array(ctx, bool, argv->n + 1) };
  for (size_t i = 0; i < argv->n; i++)
    c.told[i] = is_own(&c, argv->args[i]) || (!argv->args[i]->device && refers_to_own(&c, argv->args[i]->props));
  for (size_t i = 0; i < argv->n; i++)
    if (is_own(&c, argv->args[i]))
      follow(&c, argv->args[i], argv->args[i]->props);
  return c.told;
}
