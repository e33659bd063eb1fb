/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/cmdline.c - the words of a QEMU invocation, taken apart again */

#include "qemu/cmdline.h"

#include <json-c/json.h>
#include <uthash.h>

/* The options whose value is key=value,...: QEMU's qemu-options.hx. */
static const struct {
  const char *option;
  const char *implied; /* the key that the first item need not spell; NULL: none */
  const char *id;      /* the key that names what it defines; NULL: none */
} lists[] = {
  { "-accel", "accel", NULL },     { "-acpitable", NULL, NULL },
  { "-audiodev", "driver", "id" }, { "-blockdev", "driver", "node-name" },
  { "-boot", "order", NULL },      { "-chardev", "backend", "id" },
  { "-compat", NULL, NULL },       { "-cpu", "model", NULL },
  { "-device", "driver", "id" },   { "-display", "type", NULL },
  { "-drive", NULL, "id" },        { "-fsdev", "fsdriver", "id" },
  { "-fw_cfg", "name", NULL },     { "-m", "size", NULL },
  { "-machine", "type", NULL },    { "-mon", "chardev", "id" },
  { "-msg", NULL, NULL },          { "-name", "guest", NULL },
  { "-net", "type", NULL },        { "-netdev", "type", "id" },
  { "-numa", "type", NULL },       { "-object", "qom-type", "id" },
  { "-overcommit", NULL, NULL },   { "-rtc", NULL, NULL },
  { "-run-with", NULL, NULL },     { "-sandbox", "enable", NULL },
  { "-smbios", NULL, NULL },       { "-smp", "cpus", NULL },
  { "-spice", NULL, NULL },        { "-tpmdev", "type", "id" },
  { "-vnc", "display", NULL },
};

static int
list_of(const char *option)
{
  for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
    if (str_eq(lists[i].option, option))
      return (int)i;
  return -1;
}

/* --- taking apart --- */

static void
add_item(struct cmdline *cmdline, struct cmdline_arg *arg, const char *path, const char *value)
{
  arg->items = talloc_realloc(cmdline, arg->items, struct cmdline_item, arg->n + 1);
  value = str_eq(value, "true") || str_eq(value, "yes")   ? "on"
          : str_eq(value, "false") || str_eq(value, "no") ? "off"
                                                          : value;
  arg->items[arg->n++] = (struct cmdline_item){ path, talloc_strdup(cmdline, value) };
}

static void
add_json(struct cmdline *cmdline, struct cmdline_arg *arg, const char *path, json_object *value)
{
  const char *dot = *path ? "." : "";
  if (json_object_is_type(value, json_type_object)) {
    json_object_object_foreach(value, key, member)
        add_json(cmdline, arg, talloc_asprintf(cmdline, "%s%s%s", path, dot, key), member);
  } else if (json_object_is_type(value, json_type_array)) {
    for (size_t i = 0; i < json_object_array_length(value); i++)
      add_json(cmdline, arg, talloc_asprintf(cmdline, "%s%s%zu", path, dot, i), json_object_array_get_idx(value, i));
  } else {
    add_item(cmdline, arg, path, value ? json_object_get_string(value) : "null");
  }
}

/* "a,,b" is "a,b": up to a single comma, behind which *REST begins; NULL: that was the last. */
static char *
next_item(TALLOC_CTX *ctx, const char *text, const char **rest)
{
  char *item = talloc_strdup(ctx, text), *out = item;
  for (*rest = NULL; *text; text++) {
    if (text[0] == ',' && text[1] != ',') {
      *rest = text + 1;
      break;
    }
    text += text[0] == ',';
    *out++ = *text;
  }
  *out = '\0';
  return item;
}

static void
add_keyval(struct cmdline *cmdline, struct cmdline_arg *arg, const char *text, const char *implied)
{
  for (const char *rest = text; rest;) {
    char *item = next_item(cmdline, rest, &rest), *equals = strchr(item, '=');
    if (equals)
      *equals = '\0';
    if (!equals && implied)
      add_item(cmdline, arg, implied, item);
    else if (!equals && (*item == '+' || *item == '-')) /* -cpu's old spelling */
      add_item(cmdline, arg, item + 1, *item == '+' ? "on" : "off");
    else if (*item)
      add_item(cmdline, arg, item, equals ? equals + 1 : "on");
    implied = NULL;
  }
}

struct cmdline *
cmdline_new(TALLOC_CTX *ctx)
{
  return talloc_zero(ctx, struct cmdline);
}

struct cmdline_arg *
cmdline_add(struct cmdline *cmdline, const char *option, const char *value)
{
  cmdline->args = talloc_realloc(cmdline, cmdline->args, struct cmdline_arg, cmdline->n + 1);
  struct cmdline_arg *arg = &cmdline->args[cmdline->n++];
  *arg = (struct cmdline_arg){ .option = option, .text = value };
  int list = option && value ? list_of(option) : -1;
  json_object *object = list >= 0 && *value == '{' ? json_tokener_parse(value) : NULL;
  if (object)
    add_json(cmdline, arg, "", object);
  else if (list >= 0)
    add_keyval(cmdline, arg, value, lists[list].implied);
  else if (str_eq(option, "-global"))
    add_keyval(cmdline, arg, value, NULL);
  else if (value)
    add_item(cmdline, arg, "", value);
  json_object_put(object);
  return arg;
}

void
cmdline_add_words(struct cmdline *cmdline, char *const *words)
{
  for (; *words; words++) {
    const char *option = *words[0] == '-' ? *words + (words[0][1] == '-' && words[0][2]) : NULL;
    bool alone = !words[1] || (words[1][0] == '-' && words[1][1]);
    if (!option) {
      cmdline_add(cmdline, NULL, *words);
    } else {
      cmdline_add(cmdline, option, alone ? NULL : words[1]);
      words += !alone;
    }
  }
}

const char *
cmdline_value(const struct cmdline_arg *arg, const char *path)
{
  for (size_t i = 0; i < arg->n; i++)
    if (str_eq(arg->items[i].path, path))
      return arg->items[i].value;
  return NULL;
}

/* --- naming --- */

struct definition {
  const char *id;
  struct cmdline_arg *arg;
  const char *name; /* made of its first user; NULL: nobody refers to it */
  UT_hash_handle hh;
};

static const char *
id_path(const struct cmdline_arg *arg)
{
  int list = arg->option ? list_of(arg->option) : -1;
  return list >= 0 ? lists[list].id : NULL;
}

static const char *
id_of(const struct cmdline_arg *arg)
{
  const char *path = id_path(arg);
  return path ? cmdline_value(arg, path) : NULL;
}

/* Names the arguments that ARG refers to after it, and those that they refer to after them. */
static void
name_references(struct cmdline *cmdline, struct definition *all, struct cmdline_arg *arg, const char *name,
                const char *owner, unsigned depth)
{
  for (size_t i = 0; i < arg->n && depth < 256; i++) {
    struct definition *found = NULL;
    if (!str_eq(arg->items[i].path, id_path(arg)))
      HASH_FIND_STR(all, arg->items[i].value, found);
    if (!found || found->name)
      continue;
    found->name = talloc_asprintf(cmdline, "%s/%s", name, arg->items[i].path);
    found->arg->owner = owner;
    name_references(cmdline, all, found->arg, found->name, owner, depth + 1);
  }
}

static struct definition *
definitions(struct cmdline *cmdline)
{
  struct definition *all = NULL, *there;
  for (size_t i = 0; i < cmdline->n; i++) {
    struct cmdline_arg *arg = &cmdline->args[i];
    const char *id = id_of(arg);
    if (!id || str_eq(arg->option, "-device"))
      continue;
    HASH_FIND_STR(all, id, there);
    if (there)
      continue;
    struct definition *definition = talloc_zero(cmdline, struct definition);
    definition->id = id;
    definition->arg = arg;
    arg->id = id;
    HASH_ADD_KEYPTR(hh, all, definition->id, strlen(definition->id), definition);
  }
  return all;
}

static void
rename_all(struct definition *all, struct cmdline *cmdline)
{
  for (size_t i = 0; i < cmdline->n; i++)
    for (size_t j = 0; j < cmdline->args[i].n; j++) {
      struct definition *found;
      HASH_FIND_STR(all, cmdline->args[i].items[j].value, found);
      if (found && found->name && *cmdline->args[i].items[j].path)
        cmdline->args[i].items[j].value = found->name;
    }
}

/* The word that tells arguments of one option apart, beside an id. */
static const char *
qualifier(TALLOC_CTX *ctx, const struct cmdline_arg *arg)
{
  static const char *const paths[] = { "id", "node-name", "name", "driver", "qom-type", "type", "" };
  const char *id = id_of(arg);
  if (id)
    return id;
  if (!arg->option)
    return arg->text;
  if (str_eq(arg->option, "-smbios") || str_eq(arg->option, "-numa") || str_eq(arg->option, "-fw_cfg") ||
      str_eq(arg->option, "-device") || str_eq(arg->option, "-object"))
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
      if (cmdline_value(arg, paths[i]))
        return cmdline_value(arg, paths[i]);
  if (str_eq(arg->option, "-global"))
    return arg->n ? arg->items[0].path : "";
  return talloc_strdup(ctx, "");
}

struct counted {
  const char *key;
  unsigned n;
  UT_hash_handle hh;
};

/* KEY where it is the first of its name in *SEEN, else with a number: "hostfwd #2". */
static const char *
numbered(TALLOC_CTX *ctx, struct counted **seen, const char *key)
{
  struct counted *there;
  HASH_FIND_STR(*seen, key, there);
  if (there)
    return talloc_asprintf(ctx, "%s #%u", key, ++there->n);
  there = talloc_zero(ctx, struct counted);
  there->key = key;
  there->n = 1;
  HASH_ADD_KEYPTR(hh, *seen, there->key, strlen(there->key), there);
  return key;
}

/* A property that stands twice in one argument (hostfwd=) is two: the first compares with the first. */
static void
number_paths(struct cmdline *cmdline)
{
  for (size_t i = 0; i < cmdline->n; i++) {
    struct cmdline_arg *arg = &cmdline->args[i];
    struct counted *seen = NULL;
    for (size_t j = 0; arg->n > 1 && j < arg->n; j++)
      arg->items[j].path = numbered(cmdline, &seen, arg->items[j].path);
    HASH_CLEAR(hh, seen);
  }
}

static void
set_keys(struct cmdline *cmdline)
{
  struct counted *seen = NULL;
  for (size_t i = 0; i < cmdline->n; i++) {
    struct cmdline_arg *arg = &cmdline->args[i];
    const char *qualifies = qualifier(cmdline, arg);
    const char *key =
        talloc_asprintf(cmdline, "%s%s%s", arg->option ? arg->option : "", *qualifies ? " " : "", qualifies);
    arg->key = numbered(cmdline, &seen, key);
  }
  HASH_CLEAR(hh, seen);
}

void
cmdline_finish(struct cmdline *cmdline)
{
  number_paths(cmdline);
  struct definition *all = definitions(cmdline);
  for (size_t i = 0; i < cmdline->n; i++) {
    struct cmdline_arg *arg = &cmdline->args[i];
    const char *id = id_of(arg);
    if (!str_eq(arg->option, "-device"))
      continue;
    arg->owner = id ? id : cmdline_value(arg, "driver");
    name_references(cmdline, all, arg, arg->owner ? arg->owner : "", arg->owner, 0);
  }
  rename_all(all, cmdline);
  HASH_CLEAR(hh, all);
  set_keys(cmdline);
}
