/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/props_text.c - spells properties: JSON objects and key=value lists */

#include "out/out.h"

#include <json-c/json.h>

static json_object *json_of(const struct prop *item);

static void
json_set(json_object *object, const char *key, json_object *value)
{
  /* "cache.direct" nests: QAPI's JSON knows no dots */
  const char *dot = strchr(key, '.');
  if (!dot) {
    json_object_object_add(object, key, value);
    return;
  }
  char *head = talloc_strndup(NULL, key, (size_t)(dot - key));
  json_object *nested;
  if (!json_object_object_get_ex(object, head, &nested)) {
    nested = json_object_new_object();
    json_object_object_add(object, head, nested);
  }
  talloc_free(head);
  json_set(nested, dot + 1, value);
}

static json_object *
json_of_props(const struct props *p)
{
  json_object *object = p->is_list ? json_object_new_array() : json_object_new_object();
  for (size_t i = 0; i < p->n; i++) {
    if (p->is_list)
      json_object_array_add(object, json_of(&p->items[i]));
    else
      json_set(object, p->items[i].key, json_of(&p->items[i]));
  }
  return object;
}

/* Without the quotes of a string. */
static json_object *
json_of_mark(const char *mark)
{
  json_object *object = json_object_new_string(mark);
  json_object_set_serializer(object, json_object_userdata_to_json_string, (void *)mark, NULL);
  return object;
}

static json_object *
json_of(const struct prop *item)
{
  switch (item->type) {
  case PROP_STRING:
    return json_object_new_string(item->string);
  case PROP_UINT:
    return json_object_new_uint64(item->uint);
  case PROP_INT:
    return json_object_new_int64(item->sint);
  case PROP_BOOL:
    return json_object_new_boolean(item->boolean);
  case PROP_MARK:
    return json_of_mark(item->string);
  case PROP_NULL:
    return NULL;
  case PROP_DICT:
  case PROP_LIST:
    return json_of_props(item->nested);
  }
  return NULL;
}

static const char *
spell_json(TALLOC_CTX *ctx, const struct props *p)
{
  json_object *object = json_of_props(p);
  const char *text = talloc_strdup(ctx, json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                                                   JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(object);
  return text;
}

/* In a QemuOpts value a comma is written twice (QEMU util/qemu-option.c). */
static char *
append_value(char *text, const char *value)
{
  for (const char *comma; (comma = strchr(value, ',')); value = comma + 1) {
    text = talloc_strndup_append_buffer(text, value, (size_t)(comma - value));
    text = talloc_strdup_append_buffer(text, ",,");
  }
  return talloc_strdup_append_buffer(text, value);
}

static char *append_item(char *text, const char *prefix, const struct prop *item, const char *implied, bool first);

static char *
append_nested(char *text, const char *prefix, const struct props *p, bool first)
{
  for (size_t i = 0; i < p->n; i++) {
    const struct prop *item = &p->items[i];
    char *key =
        p->is_list ? talloc_asprintf(text, "%s.%zu", prefix, i) : talloc_asprintf(text, "%s.%s", prefix, item->key);
    text = append_item(text, key, item, NULL, first && i == 0);
  }
  return text;
}

/* Without its key, a value that is empty or holds '=' would be taken for a key, and "help" for a
 * question (QEMU util/qemu-option.c, get_opt_name_value). */
static bool
can_stand_bare(const char *value)
{
  return *value && !strchr(value, '=') && *value != '?' && !str_starts(value, "help");
}

static char *
append_item(char *text, const char *key, const struct prop *item, const char *implied, bool first)
{
  if (item->type == PROP_DICT || item->type == PROP_LIST)
    return append_nested(text, key, item->nested, first);
  bool bare =
      first && implied && strcmp(key, implied) == 0 && item->type == PROP_STRING && can_stand_bare(item->string);
  text = talloc_asprintf_append_buffer(text, "%s%s%s", first ? "" : ",", bare ? "" : key, bare ? "" : "=");
  switch (item->type) {
  case PROP_STRING:
    return append_value(text, item->string);
  case PROP_UINT:
    return talloc_asprintf_append_buffer(text, "%ju", (uintmax_t)item->uint);
  case PROP_INT:
    return talloc_asprintf_append_buffer(text, "%jd", (intmax_t)item->sint);
  case PROP_BOOL:
    return talloc_asprintf_append_buffer(text, "%s", item->boolean ? "on" : "off");
  case PROP_MARK:
    return talloc_strdup_append_buffer(text, item->string);
  case PROP_NULL:
  case PROP_DICT:
  case PROP_LIST:
    break;
  }
  return text;
}

static const char *
spell_keyval(TALLOC_CTX *ctx, const struct props *p, const char *implied)
{
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < p->n; i++)
    text = append_item(text, p->items[i].key, &p->items[i], implied, i == 0);
  return text;
}

void
out_arg(TALLOC_CTX *ctx, const struct arg *arg, const char **option, const char **value)
{
  *option = arg->option;
  *value = NULL;
  switch (arg->style) {
  case ARG_PLAIN:
    *value = arg->value;
    return;
  case ARG_KEYVAL:
    *value = spell_keyval(ctx, arg->props, arg->implied);
    return;
  case ARG_JSON:
    *value = spell_json(ctx, arg->props);
    return;
  }
}

char **
out_words(TALLOC_CTX *ctx, const struct argv *argv)
{
  char **words = talloc_zero_array(ctx, char *, 2 * argv->n + 2);
  size_t n = 0;
  words[n++] = talloc_strdup(words, argv->emulator);
  for (size_t i = 0; i < argv->n; i++) {
    const char *option, *value;
    out_arg(words, argv->args[i], &option, &value);
    if (option)
      words[n++] = talloc_strdup(words, option);
    if (value)
      words[n++] = (char *)value;
  }
  return words;
}

const char *
out_nul(TALLOC_CTX *ctx, const struct argv *argv, size_t *length)
{
  char **words = out_words(ctx, argv);
  *length = 0;
  for (char **word = words; *word; word++)
    *length += strlen(*word) + 1;
  char *text = talloc_array(ctx, char, *length + 1), *p = text;
  for (char **word = words; *word; word++)
    p = stpcpy(p, *word) + 1;
  return text;
}
