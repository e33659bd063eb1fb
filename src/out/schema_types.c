/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_types.c - the pattern of RELAX NG for a row's value */

/* A pattern takes what the row's reading takes, or more; never less. */

#include "out/schema_types.h"
#include "core/uuid.h"

#define NUMBER "\\s*[0-9]+\\s*"
#define NUMBERS "(\\s*\\^" NUMBER "|" NUMBER "(-" NUMBER ")?)(,(\\s*\\^" NUMBER "|" NUMBER "(-" NUMBER ")?))*"

/* The texts that a row's .parse takes, by the words for them; PATTERN is XML Schema's. */
static const struct {
  const char *unit, *name, *pattern;
} words[] = {
  { "MAC address", "mac-address", "[0-9a-fA-F]?[02468aceACE](:[0-9a-fA-F]{1,2}){5}" },
  { "UUID", "uuid", UUID_PATTERN },
  { "list of numbers", "list-of-numbers", NUMBERS },
  { "list of numbers, or none", "list-of-numbers-or-none", "\\s*|" NUMBERS },
  { "octal number", "octal-number", "0*[0-7]{1,3}" },
  { "WWPN", "wwpn", "naa\\.[0-9a-fA-F]{16}" },
};

static struct rng *
string_of(TALLOC_CTX *ctx, const char *param, const char *value)
{
  struct rng *data = rng_named(ctx, "data", "type", "string"), *node = rng_named(ctx, "param", "name", param);
  node->text = rng_text(node, "param", value)->text;
  rng_add(data, node);
  return data;
}

static struct rng *
pattern(TALLOC_CTX *ctx, const char *regex)
{
  return string_of(ctx, "pattern", regex);
}

static struct rng *
either(TALLOC_CTX *ctx, struct rng *a, struct rng *b)
{
  struct rng *choice = rng_new(ctx, "choice");
  rng_add(choice, a);
  rng_add(choice, b);
  return choice;
}

/* A number of TYPE, in decimal digits. */
static struct rng *
decimal(TALLOC_CTX *ctx, const char *type, const char *digits, const char *min, const char *max)
{
  struct rng *data = rng_named(ctx, "data", "type", type);
  const char *const params[][2] = { { "pattern", digits }, { "minInclusive", min }, { "maxInclusive", max } };
  for (size_t i = 0; i < ARRAY_SIZE(params); i++) {
    struct rng *param = rng_named(ctx, "param", "name", params[i][0]);
    param->text = params[i][1];
    rng_add(data, param);
  }
  return data;
}

/* The hexadecimal digits up to LAST, in both cases. */
static const char *
digits_to(TALLOC_CTX *ctx, unsigned last)
{
  if (last == 0)
    return "0";
  if (last < 10)
    return talloc_asprintf(ctx, "[0-%u]", last);
  return talloc_asprintf(ctx, "[0-9a-%cA-%c]", 'a' + last - 10, 'A' + last - 10);
}

/* Hexadecimal numbers up to MAX, with noughts before them: such as begin as MAX does, and then have a lower digit. */
static const char *
hex_to(TALLOC_CTX *ctx, uint64_t max)
{
  unsigned n = 1;
  while (n < 16 && max >> (4 * n))
    n++;
  const char *same = "";
  char *all = talloc_strdup(ctx, "");
  for (unsigned left = n; left-- > 0;) {
    unsigned digit = max >> (4 * left) & 0xf;
    bool last = (max & ((UINT64_C(1) << (4 * left)) - 1)) == (UINT64_C(1) << (4 * left)) - 1; /* the rest is all f */
    unsigned below = last ? digit + 1 : digit;
    if (below && left)
      all = talloc_asprintf_append_buffer(all, "%s%s%s[0-9a-fA-F]{%u}", *all ? "|" : "", same,
                                          digits_to(ctx, below - 1), left);
    else if (below)
      all = talloc_asprintf_append_buffer(all, "%s%s%s", *all ? "|" : "", same, digits_to(ctx, below - 1));
    if (last)
      break;
    same = talloc_asprintf(ctx, "%s%s", same,
                           digit < 10 ? talloc_asprintf(ctx, "%u", digit)
                                      : talloc_asprintf(ctx, "[%c%c]", 'a' + digit - 10, 'A' + digit - 10));
  }
  const char *shorter = n > 1 ? talloc_asprintf(ctx, "|[0-9a-fA-F]{1,%u}", n - 1) : "";
  return talloc_asprintf(ctx, "0*(%s%s)", all, shorter);
}

static const char *
number(TALLOC_CTX *ctx, int64_t value)
{
  return talloc_asprintf(ctx, "%jd", (intmax_t)value);
}

static const char *
uint_name(TALLOC_CTX *ctx, const struct attr *row, uint64_t max)
{
  uintmax_t min = row->min;
  const char *zero = row->zero_ok && min ? "0-or-" : "";
  if (row->hex)
    return talloc_asprintf(ctx, "hex-to-%jx", (uintmax_t)max);
  for (unsigned bits = 8; bits <= 64 && !min; bits *= 2)
    if (max == UINT64_MAX >> (64 - bits))
      return talloc_asprintf(ctx, "uint%u", bits);
  return max == UINT64_MAX ? talloc_asprintf(ctx, "number-from-%s%ju", zero, min)
                           : talloc_asprintf(ctx, "number-%s%ju-to-%ju", zero, min, (uintmax_t)max);
}

static struct rng *
uint_pattern(TALLOC_CTX *ctx, const struct attr *row, uint64_t max, const char **name)
{
  const char *digits = hex_to(ctx, max);
  *name = uint_name(ctx, row, max);
  if (row->hex)
    return pattern(ctx, talloc_asprintf(ctx, "(0[xX])?%s", digits));
  struct rng *either_way =
      either(ctx,
             decimal(ctx, "unsignedLong", "[0-9]+", talloc_asprintf(ctx, "%ju", (uintmax_t)row->min),
                     talloc_asprintf(ctx, "%ju", (uintmax_t)max)),
             pattern(ctx, talloc_asprintf(ctx, "0[xX]%s", digits)));
  if (row->zero_ok && row->min)
    rng_add(either_way, rng_text(ctx, "value", "0"));
  return either_way;
}

static struct rng *
int_pattern(TALLOC_CTX *ctx, const struct attr *row, const char **name)
{
  int64_t min = row->min ? (int64_t)row->min : row->width == 4 ? INT32_MIN : INT64_MIN;
  int64_t max = row->max ? (int64_t)row->max : row->width == 4 ? INT32_MAX : INT64_MAX;
  if (row->min || row->max)
    *name = talloc_asprintf(ctx, "number-%s%ju-to-%jd", min < 0 ? "minus-" : "",
                            (uintmax_t)(min < 0 ? -(uintmax_t)min : (uintmax_t)min), (intmax_t)max);
  else
    *name = row->width == 4 ? "int32" : "int64";
  return either(ctx, decimal(ctx, "long", "-?[0-9]+", number(ctx, min), number(ctx, max)),
                pattern(ctx, "-?0[xX][0-9a-fA-F]+"));
}

static struct rng *
size_pattern(TALLOC_CTX *ctx, const char **name)
{
  *name = "size";
  return either(ctx, decimal(ctx, "unsignedLong", "[0-9]+", "0", number(ctx, INT64_MAX)),
                pattern(ctx, "0[xX][0-9a-fA-F]+"));
}

static struct rng *
names_pattern(TALLOC_CTX *ctx, const struct attr *row, const char **name)
{
  if (str_eq(row->unit, "unit of size")) { /* in any case of letters */
    *name = "unit-of-size";
    return pattern(ctx, "|[bB]|[bB][yY][tT][eE][sS]?|[kKmMgGtTpPeE]([iI]?[bB])?");
  }
  struct rng *choice = rng_new(ctx, "choice");
  for (size_t i = 0; i < row->n_names; i++)
    if (row->names[i])
      rng_add(choice, rng_text(ctx, "value", row->names[i]));
  struct attr_case found;
  for (size_t i = 0; !row->n_names && row->cases(i, &found); i++)
    rng_add(choice, rng_text(ctx, "value", found.word));
  return choice;
}

static struct rng *
two_names(TALLOC_CTX *ctx, const char *a, const char *b)
{
  return either(ctx, rng_text(ctx, "value", a), rng_text(ctx, "value", b));
}

static struct rng *
string_pattern(TALLOC_CTX *ctx, bool is_text, const char **name)
{
  *name = is_text ? "some-text" : "some-string";
  return is_text ? pattern(ctx, "\\s*\\S[\\s\\S]*") : string_of(ctx, "minLength", "1");
}

static struct rng *
own_pattern(TALLOC_CTX *ctx, const char *regex, bool is_text)
{
  return pattern(ctx, is_text ? talloc_asprintf(ctx, "\\s*(%s)\\s*", regex) : regex);
}

static struct rng *
word_pattern(TALLOC_CTX *ctx, const struct attr *row, bool is_text, const char **name)
{
  if (row->n_names || row->cases)
    return names_pattern(ctx, row, name);
  for (size_t i = 0; i < ARRAY_SIZE(words); i++)
    if (strcmp(row->unit, words[i].unit) == 0) {
      *name = talloc_asprintf(ctx, "%s%s", words[i].name, is_text ? "-text" : "");
      return own_pattern(ctx, words[i].pattern, is_text);
    }
  return string_pattern(ctx, is_text, name);
}

static uint64_t
max_of(const struct attr *row)
{
  size_t width = row->type == ATTR_T_NUM ? sizeof(uint64_t) : row->width;
  if (row->max)
    return row->max;
  return width >= sizeof(uint64_t) ? UINT64_MAX : (UINT64_C(1) << (8 * width)) - 1;
}

static struct rng *
value_of_type(TALLOC_CTX *ctx, const struct attr *row, bool is_text, const char **name)
{
  switch (row->type) {
  case ATTR_T_STRING:
    return row->empty_ok ? rng_new(ctx, "text") : string_pattern(ctx, is_text, name);
  case ATTR_T_UINT:
  case ATTR_T_NUM:
    return uint_pattern(ctx, row, max_of(row), name);
  case ATTR_T_INT:
    return int_pattern(ctx, row, name);
  case ATTR_T_YESNO:
    *name = "yes-no";
    return two_names(ctx, "yes", "no");
  case ATTR_T_ONOFF:
    *name = "on-off";
    return two_names(ctx, "on", "off");
  case ATTR_T_ENUM:
    return names_pattern(ctx, row, name);
  case ATTR_T_SIZE:
    return size_pattern(ctx, name);
  case ATTR_T_WORD:
    return word_pattern(ctx, row, is_text, name);
  case ATTR_T_PRESENT:
  case ATTR_T_NODE:
  case ATTR_T_REFUSED:
  case ATTR_T_QUIET:
  case ATTR_T_STRUCT:
  case ATTR_T_LIST:
  case ATTR_T_CHOICE:
  case ATTR_T_SEE:
  case ATTR_T_RULE:
    break;
  }
  return rng_new(ctx, "text");
}

struct rng *
schema_value(TALLOC_CTX *ctx, const struct attr *row, bool is_text, const char **name)
{
  *name = NULL;
  struct rng *value = row->pattern ? own_pattern(ctx, row->pattern, is_text) : value_of_type(ctx, row, is_text, name);
  if (!row->empty_none)
    return value;
  *name = *name ? talloc_asprintf(ctx, "%s-or-empty", *name) : NULL;
  return either(ctx, value, rng_text(ctx, "value", ""));
}
