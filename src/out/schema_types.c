/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_types.c - the pattern of RELAX NG for a row's value */

/* A pattern takes what the row's reading takes, or more; never less. */

#include "out/schema_types.h"

/* What rows' .parse understands, by the words for it. */
static const struct {
  const char *unit, *pattern;
} words[] = {
  { "MAC address", "[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}" },
  { "UUID", "[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}" },
  { "list of numbers", "[0-9,^ -]+" },
  { "octal number", "[0-7]+" },
  { "power of two", "[0-9]+|0[xX][0-9a-fA-F]+" },
  { "WWPN", "(naa\\.)?[0-9a-fA-F]{16}" },
};

static const char *
data(TALLOC_CTX *ctx, const char *pattern)
{
  return talloc_asprintf(ctx, "<data type=\"string\"><param name=\"pattern\">%s</param></data>", pattern);
}

/* ", may be empty": PATTERN or nothing. */
static const char *
or_empty(TALLOC_CTX *ctx, const struct attr *row, const char *pattern)
{
  return row->empty_none ? talloc_asprintf(ctx, "<choice>%s<value/></choice>", pattern) : pattern;
}

static unsigned
hex_digits(uint64_t max)
{
  unsigned digits = 1;
  while (max >>= 4)
    digits++;
  return digits;
}

static const char *
uint_pattern(TALLOC_CTX *ctx, const struct attr *row, uint64_t max)
{
  const char *digits = talloc_asprintf(ctx, "0*[0-9a-fA-F]{1,%u}", hex_digits(max));
  if (row->hex)
    return data(ctx, talloc_asprintf(ctx, "(0[xX])?%s", digits));
  return talloc_asprintf(ctx,
                         "<choice><data type=\"unsignedLong\"><param name=\"pattern\">[0-9]+</param>"
                         "<param name=\"minInclusive\">%ju</param><param name=\"maxInclusive\">%ju</param></data>"
                         "%s%s</choice>",
                         (uintmax_t)row->min, (uintmax_t)max, row->zero_ok && row->min ? "<value>0</value>" : "",
                         data(ctx, talloc_asprintf(ctx, "0[xX]%s", digits)));
}

static const char *
int_pattern(TALLOC_CTX *ctx, const struct attr *row)
{
  int64_t min = row->min ? (int64_t)row->min : row->width == 4 ? INT32_MIN : INT64_MIN;
  int64_t max = row->max ? (int64_t)row->max : row->width == 4 ? INT32_MAX : INT64_MAX;
  return talloc_asprintf(ctx,
                         "<choice><data type=\"long\"><param name=\"pattern\">-?[0-9]+</param>"
                         "<param name=\"minInclusive\">%jd</param><param name=\"maxInclusive\">%jd</param></data>"
                         "%s</choice>",
                         (intmax_t)min, (intmax_t)max, data(ctx, "-?0[xX][0-9a-fA-F]+"));
}

static const char *
size_pattern(TALLOC_CTX *ctx)
{
  return talloc_asprintf(ctx,
                         "<choice><data type=\"unsignedLong\"><param name=\"pattern\">[0-9]+</param></data>%s</choice>",
                         data(ctx, "0[xX][0-9a-fA-F]+"));
}

static const char *
names_pattern(TALLOC_CTX *ctx, const struct attr *row)
{
  if (str_eq(row->unit, "unit of size")) /* in any case of letters */
    return data(ctx, "|[bB]|[bB][yY][tT][eE][sS]?|[kKmMgGtTpPeE]([iI]?[bB])?");
  char *text = talloc_strdup(ctx, "<choice>");
  for (size_t i = 0; i < row->n_names; i++)
    if (row->names[i])
      text = talloc_asprintf_append_buffer(text, "<value>%s</value>", row->names[i]);
  struct attr_case found;
  for (size_t i = 0; !row->n_names && row->cases(i, &found); i++)
    text = talloc_asprintf_append_buffer(text, "<value>%s</value>", found.word);
  return talloc_asprintf(ctx, "%s</choice>", text);
}

static const char *
string_pattern(TALLOC_CTX *ctx, bool is_text)
{
  return is_text ? data(ctx, "\\s*\\S(.|\\s)*") : "<data type=\"string\"><param name=\"minLength\">1</param></data>";
}

static const char *
word_pattern(TALLOC_CTX *ctx, const struct attr *row, bool is_text)
{
  if (row->n_names || row->cases)
    return names_pattern(ctx, row);
  for (size_t i = 0; i < ARRAY_SIZE(words); i++)
    if (strcmp(row->unit, words[i].unit) == 0)
      return data(ctx, talloc_asprintf(ctx, "\\s*(%s)\\s*", words[i].pattern));
  return string_pattern(ctx, is_text);
}

static uint64_t
max_of(const struct attr *row)
{
  size_t width = row->type == ATTR_T_NUM ? sizeof(uint64_t) : row->width;
  if (row->max)
    return row->max;
  return width >= sizeof(uint64_t) ? UINT64_MAX : (UINT64_C(1) << (8 * width)) - 1;
}

const char *
schema_value(TALLOC_CTX *ctx, const struct attr *row, bool is_text)
{
  switch (row->type) {
  case ATTR_T_STRING:
    return row->empty_ok ? "<text/>" : or_empty(ctx, row, string_pattern(ctx, is_text));
  case ATTR_T_UINT:
  case ATTR_T_NUM:
    return or_empty(ctx, row, uint_pattern(ctx, row, max_of(row)));
  case ATTR_T_INT:
    return or_empty(ctx, row, int_pattern(ctx, row));
  case ATTR_T_YESNO:
    return or_empty(ctx, row, "<choice><value>yes</value><value>no</value></choice>");
  case ATTR_T_ONOFF:
    return or_empty(ctx, row, "<choice><value>on</value><value>off</value></choice>");
  case ATTR_T_ENUM:
    return or_empty(ctx, row, names_pattern(ctx, row));
  case ATTR_T_SIZE:
    return or_empty(ctx, row, size_pattern(ctx));
  case ATTR_T_WORD:
    return or_empty(ctx, row, word_pattern(ctx, row, is_text));
  case ATTR_T_PRESENT:
  case ATTR_T_NODE:
  case ATTR_T_REFUSED:
  case ATTR_T_QUIET:
  case ATTR_T_STRUCT:
  case ATTR_T_LIST:
  case ATTR_T_CHOICE:
  case ATTR_T_SEE:
    break;
  }
  return "<text/>";
}
