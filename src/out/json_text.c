/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/json_text.c - JSON for people and programs, laid out the same by every release of json-c */

/* json-c's own pretty form changed with 0.18, which prints an empty object as {}. Its plain form of a string,
 * a number or a word did not. */

#include "out/json_text.h"
#include "core/utf8.h"

static char *append_value(char *text, json_object *value, int depth);

/* All in one line. What a terminal would obey and json-c lets pass, as DEL, is escaped as JSON does it. A byte that is no
 * UTF-8 stays itself: no escape stands for it, and who prints this refuses it. */
static char *
plain(TALLOC_CTX *ctx, json_object *value)
{
  const char *from = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  size_t left = strlen(from);
  char *text = talloc_strdup(ctx, "");
  for (;;) {
    size_t good = utf8_prefix((const uint8_t *)from, left);
    char *shown = utf8_shown(NULL, from, good, false);
    text = talloc_strdup_append_buffer(text, shown);
    talloc_free(shown);
    if (good == left)
      return text;
    text = talloc_strndup_append_buffer(text, from + good, 1);
    from += good + 1;
    left -= good + 1;
  }
}

static char *
append_newline(char *text, bool first, int depth)
{
  return talloc_asprintf_append_buffer(text, "%s\n%*s", first ? "" : ",", 2 * depth, "");
}

static char *
append_object(char *text, json_object *value, int depth)
{
  bool first = true;
  text = talloc_strdup_append_buffer(text, "{");
  json_object_object_foreach(value, key, member)
  {
    json_object *name = json_object_new_string(key);
    text = append_value(append_newline(text, first, depth + 1), name, 0);
    text = append_value(talloc_strdup_append_buffer(text, ": "), member, depth + 1);
    json_object_put(name);
    first = false;
  }
  return talloc_strdup_append_buffer(first ? text : append_newline(text, true, depth), "}");
}

static char *
append_array(char *text, json_object *value, int depth)
{
  size_t n = json_object_array_length(value);
  text = talloc_strdup_append_buffer(text, "[");
  for (size_t i = 0; i < n; i++)
    text = append_value(append_newline(text, i == 0, depth + 1), json_object_array_get_idx(value, i), depth + 1);
  return talloc_strdup_append_buffer(n == 0 ? text : append_newline(text, true, depth), "]");
}

static char *
append_value(char *text, json_object *value, int depth)
{
  if (json_object_is_type(value, json_type_object))
    return append_object(text, value, depth);
  if (json_object_is_type(value, json_type_array))
    return append_array(text, value, depth);
  char *one = plain(NULL, value);
  text = talloc_strdup_append_buffer(text, one);
  talloc_free(one);
  return text;
}

json_object *
json_file(const char *file)
{
  char *clean = utf8_clean(NULL, str_eq(file, "-") ? "<stdin>" : file);
  json_object *name = json_object_new_string(clean);
  talloc_free(clean);
  return name;
}

char *
json_line(TALLOC_CTX *ctx, json_object *value)
{
  return talloc_strdup_append_buffer(plain(ctx, value), "\n");
}

char *
json_text(TALLOC_CTX *ctx, json_object *value)
{
  return talloc_strdup_append_buffer(append_value(talloc_strdup(ctx, ""), value, 0), "\n");
}
