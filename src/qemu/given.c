/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/given.c - the user's own arguments, taken apart as QEMU does it */

#include "qemu/given.h"
#include "qemu/caps_internal.h"

/* --- which options there are --- */

static struct text
options_told(const struct caps *caps)
{
  struct text none = { 0 };
  if (!caps || !caps->record)
    return none;
  for (unsigned run = 0; run < 2; run++) {
    const struct exchange *exchange = record_find(caps->record, "-help", NULL, run);
    if (exchange)
      return exchange->reply;
  }
  return none;
}

enum tristate
given_option_known(const struct caps *caps, const char *name)
{
  /* QEMU qemu-options.hx: without a text, in some versions */
  static const char *const hidden[] = { "M",       "qtest",    "qtest-log", "sdl",         "curses",
                                        "no-quit", "alt-grab", "ctrl-grab", "enable-fips", "watchdog" };
  struct text options = options_told(caps);
  if (!options.at)
    return UNSET;
  for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
    if (str_eq(name, hidden[i]))
      return ON;
  return told(text_member(options, name).at != NULL);
}

/* Does it take a value? */
static enum tristate
option_takes(const struct caps *caps, const char *name)
{
  struct text takes = text_member(options_told(caps), name);
  return takes.at ? told(text_is_word(takes, "true")) : UNSET;
}

static bool
is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* A flag's explanation stands in column 16, or there is none; what a value is called stands next to
 * the option. That -M stands for -machine is said where a flag is explained, as QEMU 11.1 has it. */
static bool
help_shows_value(const char *line, const char *after)
{
  enum { EXPLANATION = 16 };
  const char *text = after + strspn(after, " ");
  if (!*text || *text == '\n' || text == after)
    return false;
  if (str_starts(text, "as -"))
    return true;
  return text - line != EXPLANATION && !(text - line > EXPLANATION && text - after > 1);
}

char *
given_options_of_help(TALLOC_CTX *ctx, const char *help)
{
  char *json = talloc_strdup(ctx, "{");
  for (const char *line = help; *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : "") {
    const char *at = line, *end;
    if (*line != '-')
      continue;
    at += str_starts(at, "--"); /* "--preconfig" alone is spelt so */
    /* "-h or -help", "-hda/-hdb file" */
    for (end = at + 1; is_letter(*end) || str_starts(end, " or -") || str_starts(end, "/-"); end++)
      if (!is_letter(*end))
        end += *end == '/' ? 1 : 4;
    bool takes = help_shows_value(line, end);
    while (at < end) {
      size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
      json = talloc_asprintf_append_buffer(json, "%s\"%.*s\":%s", json[1] ? "," : "", (int)length, at + 1,
                                           takes ? "true" : "false");
      at += 1 + length;
      while (at < end && *at != '-')
        at++;
    }
  }
  return talloc_asprintf_append_buffer(json, "}");
}

/* --- words --- */

struct given *
given_split(TALLOC_CTX *ctx, const struct caps *caps, const char *const *words, size_t n, size_t *count)
{
  struct given *given = talloc_array(ctx, struct given, n + 1);
  *count = 0;
  for (size_t i = 0; i < n; i++) {
    if (words[i][0] != '-' || !words[i][1])
      continue; /* QEMU takes it for a disk image */
    struct given *one = &given[(*count)++];
    *one = (struct given){ .option = words[i] + (words[i][1] == '-' ? 2 : 1), .word = i };
    enum tristate takes = option_takes(caps, one->option);
    if (i + 1 < n && (takes == ON || (takes == UNSET && words[i + 1][0] != '-')))
      one->value = words[++i];
  }
  return given;
}

struct given *
given_in(TALLOC_CTX *ctx, const struct caps *caps, const struct argv *argv, const struct arg ***args, size_t *count)
{
  const char **words = talloc_array(ctx, const char *, argv->n + 1);
  size_t n = 0;
  *args = talloc_array(ctx, const struct arg *, argv->n + 1);
  for (size_t i = 0; i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    if (arg->option || arg->style != ARG_PLAIN || arg->names != NAMES_GIVEN || !arg->value)
      continue;
    (*args)[n] = arg;
    words[n++] = arg->value;
  }
  return given_split(ctx, caps, words, n, count);
}

static struct given_item *
json_items(TALLOC_CTX *ctx, const char *value, size_t *count)
{
  struct given_item *items = talloc_array(ctx, struct given_item, 0);
  const char *end = scan_value(value, value + strlen(value));
  struct walk walk = walk_begin((struct text){ value, end ? end : value });
  while (end && walk_next(&walk)) {
    items = talloc_realloc(ctx, items, struct given_item, *count + 1);
    char *text = text_dup(items, walk.value);
    if (!text)
      text = talloc_strndup(items, walk.value.at, (size_t)(walk.value.end - walk.value.at));
    items[(*count)++] = (struct given_item){ text_dup(items, walk.key), text };
  }
  return items;
}

/* The text up to the next single comma, with its doubled ones undone; *AT goes behind it. */
static char *
keyval_word(TALLOC_CTX *ctx, const char **at)
{
  char *word = talloc_strdup(ctx, *at), *to = word;
  const char *from = *at;
  for (; *from && !(from[0] == ',' && from[1] != ','); from++) {
    from += from[0] == ',';
    *to++ = *from;
  }
  *to = '\0';
  *at = *from ? from + 1 : from;
  return word;
}

struct given_item *
given_items(TALLOC_CTX *ctx, const char *value, const char *implied, size_t *count)
{
  *count = 0;
  if (*value == '{')
    return json_items(ctx, value, count);
  struct given_item *items = talloc_array(ctx, struct given_item, 0);
  for (const char *at = value; *at;) {
    char *word = keyval_word(ctx, &at), *equals = strchr(word, '=');
    items = talloc_realloc(ctx, items, struct given_item, *count + 1);
    if (equals)
      *equals = '\0';
    items[*count] = equals                   ? (struct given_item){ word, equals + 1 }
                    : *count == 0 && implied ? (struct given_item){ implied, word }
                                             : (struct given_item){ word, "on" };
    ++*count;
  }
  return items;
}

const char *
given_item(const struct given_item *items, size_t count, const char *key)
{
  for (size_t i = count; i-- > 0;)
    if (str_eq(items[i].key, key))
      return items[i].value;
  return NULL;
}

const char *
given_type(TALLOC_CTX *ctx, const struct caps *caps, const struct given *given)
{
  bool device = str_eq(given->option, "device");
  size_t n;
  if (!given->value || (!device && !str_eq(given->option, "object")))
    return NULL;
  const char *implied = device ? "driver" : "qom-type";
  const struct given_item *items = given_items(ctx, given->value, implied, &n);
  const char *type = given_item(items, n, implied);
  if (!type || str_eq(type, "help"))
    return NULL;
  return device ? caps_device_type(ctx, caps, type) : type;
}
