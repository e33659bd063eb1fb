/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/attr.c - reads rows of an attribute table, and words every wrong value */

#include "core/attr.h"
#include "core/names.h"

#include <ctype.h>
#include <stdlib.h>

bool
parse_uint(const char *text, uint64_t *value)
{
  bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  const char *p = hex ? text + 2 : text;
  unsigned base = hex ? 16 : 10;
  uint64_t sum = 0;
  if (!*p)
    return false;
  for (; *p; p++) {
    unsigned char c = (unsigned char)*p;
    unsigned digit = isdigit(c) ? c - 0u - '0' : isxdigit(c) ? (unsigned)tolower(c) - 'a' + 10 : 99;
    if (digit >= base || __builtin_mul_overflow(sum, base, &sum) || __builtin_add_overflow(sum, digit, &sum))
      return false;
  }
  *value = sum;
  return true;
}

/* Digits, but more than 64 bits hold? */
static bool
is_overflow(const char *text)
{
  uint64_t value;
  return *text && !text[strspn(text, "0123456789")] && !parse_uint(text, &value);
}

bool
parse_int(const char *text, int64_t *value)
{
  uint64_t magnitude;
  bool negative = *text == '-';
  if (!parse_uint(text + negative, &magnitude) || magnitude > INT64_MAX)
    return false;
  *value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
  return true;
}

/* libvirt's formatdomain, "Memory Allocation": powers of 1024 with "iB" or alone, of 1000 with "B". */
bool
parse_size(uint64_t value, const char *unit, uint64_t *bytes)
{
  static const char letters[] = "KMGTPE";
  uint64_t factor = 1;
  if (*unit && strcasecmp(unit, "b") != 0 && strcasecmp(unit, "byte") != 0 && strcasecmp(unit, "bytes") != 0) {
    const char *letter = strchr(letters, toupper((unsigned char)*unit));
    bool binary = !unit[1] || strcasecmp(unit + 1, "iB") == 0;
    if (!letter || (!binary && strcasecmp(unit + 1, "B") != 0))
      return false;
    for (const char *p = letters; p <= letter; p++)
      factor *= binary ? 1024 : 1000;
  }
  return !__builtin_mul_overflow(value, factor, bytes) && *bytes <= INT64_MAX;
}

/* The name of a row's value in messages: "namespace", or "<rate> bytes". */
static const char *
label(xmlNode *where, const char *path, const char *subject, struct diag *diag)
{
  const char *last = strrchr(path, '/');
  last = last ? last + 1 : path;
  if (*last == '@')
    return talloc_asprintf(diag, "%s%s%s", subject && strchr(path, '/') ? (const char *)where->name : "",
                           subject && strchr(path, '/') ? " " : "", last + 1);
  return talloc_asprintf(diag, "<%s>", (const char *)where->name);
}

#define WRONG(fmt, ...) \
  (diag_error(diag, xml_place(where, *text ? text : NULL), subject, "%s '%s': " fmt "%s%s", \
              label(where, row->path, subject, diag), text, ##__VA_ARGS__, why ? "; " : "", why ? why : ""), \
   false)

static uint64_t
max_of_width(size_t width)
{
  return width >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * width)) - 1;
}

/* lspci and lsusb print "0a" and "046d". NULL: TEXT is no such number, or not from MIN to MAX. */
static const char *
hex_meant(TALLOC_CTX *ctx, const char *text, uint64_t min, uint64_t max)
{
  size_t length = strlen(text);
  uint64_t value;
  bool digits = strspn(text, "0123456789abcdefABCDEF") == length;
  bool likely = strcspn(text, "0123456789") < length || length == 2 || length == 4; /* "fe", no word like "abc" */
  char *hex = talloc_asprintf(ctx, "0x%s", text);
  if (!digits || !likely || !parse_uint(hex, &value) || value < min || value > max)
    return NULL;
  return talloc_asprintf(ctx, "in hexadecimal write %s", hex);
}

static bool
check_uint(const struct attr *row, const char *text, uint64_t max, uint64_t *value, xmlNode *where, const char *subject,
           struct diag *diag)
{
  uint64_t v, min = row->min;
  const char *zero = row->zero_ok ? "0 or " : "", *why = NULL;
  bool bare = row->hex && isxdigit((unsigned char)*text) && strncasecmp(text, "0x", 2) != 0;
  bool number = parse_uint(bare ? talloc_asprintf(diag, "0x%s", text) : text, &v);
  if (number && ((v >= min && v <= max) || (row->zero_ok && v == 0))) {
    *value = v;
    return true;
  }
  why = number ? row->why : hex_meant(diag, text, min, max);
  if (row->hex)
    return WRONG("must be a hexadecimal number, 0x%jx to 0x%jx", (uintmax_t)min, (uintmax_t)max);
  if (max == UINT64_MAX && is_overflow(text))
    return WRONG("at most %ju", (uintmax_t)max);
  if (max == UINT64_MAX)
    return WRONG("must be a whole number%s", min ? talloc_asprintf(diag, " from %s%ju", zero, (uintmax_t)min) : "");
  return WRONG("must be a whole number, %s%ju to %ju", zero, (uintmax_t)min, (uintmax_t)max);
}

static bool
check_enum(const struct attr *row, const char *text, const char *const *names, size_t n, int *value, xmlNode *where,
           const char *subject, struct diag *diag)
{
  const char *why = row->why;
  int found = name_find(names, n, text);
  if (found < 0 && name_meant(row->meant, text))
    return WRONG("%s", name_meant(row->meant, text));
  if (found < 0)
    return WRONG("unknown; %s", name_remedy(diag, names, n, text));
  *value = found;
  return true;
}

/* The bytes of a number with a fraction, or with its unit behind it, or both: "2.5", "2G", "1.5 GiB". */
static bool
parse_quantity(const char *text, const char *unit, uint64_t *bytes)
{
  static const char digits[] = "0123456789";
  size_t whole = strspn(text, digits), part = text[whole] == '.' ? strspn(text + whole + 1, digits) : 0;
  uint64_t value = 0, pieces = 1, factor, sum;
  const char *rest = text + whole + (part ? part + 1 : 0);
  rest += strspn(rest, " ");
  if (!whole || !parse_size(1, *rest ? rest : unit, &factor))
    return false;
  for (const char *p = text; p < text + whole + (part ? part + 1 : 0); p++) {
    if (*p == '.')
      continue;
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
      return false;
    if (p > text + whole && __builtin_mul_overflow(pieces, 10, &pieces))
      return false;
  }
  if (__builtin_mul_overflow(value, factor, &sum) || sum % pieces)
    return false;
  *bytes = sum / pieces;
  return *bytes > 0;
}

/* How TEXT would be written as a whole number with its unit; "": it is no quantity at all. */
static const char *
size_remedy(TALLOC_CTX *ctx, const struct attr *row, xmlNode *where, const char *text, const char *unit)
{
  static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
  size_t i = 0;
  uint64_t bytes;
  if (!parse_quantity(text, unit, &bytes))
    return "";
  for (; i + 1 < ARRAY_SIZE(units) && bytes % 1024 == 0; i++)
    bytes /= 1024;
  const char *last = strrchr(row->path, '@'), *element = (const char *)where->name;
  return last ? talloc_asprintf(ctx, "; write %s='%ju' unit='%s'", last + 1, (uintmax_t)bytes, units[i])
              : talloc_asprintf(ctx, "; write <%s unit='%s'>%ju</%s>", element, units[i], (uintmax_t)bytes, element);
}

static bool
check_size(const struct attr *row, const char *text, uint64_t *bytes, xmlNode *where, const char *subject,
           struct diag *diag)
{
  const char *unit = xml_attr(where, "unit"), *default_unit = row->unit, *why = row->why;
  uint64_t value, size;
  if (is_overflow(text))
    return WRONG("more than 2^63 bytes");
  if (!parse_uint(text, &value))
    return WRONG("must be a whole number of %s%s", unit ? unit : default_unit,
                 size_remedy(diag, row, where, text, unit ? unit : default_unit));
  if (!parse_size(value, unit ? unit : default_unit, &size))
    return WRONG("%s", unit && !parse_size(0, unit, &value)
                           ? talloc_asprintf(diag, "unit '%s' is unknown; bytes, KiB, MiB, GiB, TiB, KB, MB, ...", unit)
                           : "more than 2^63 bytes");
  *bytes = size;
  return true;
}

static const char *const yes_no[] = { [OFF] = "no", [ON] = "yes" };
static const char *const on_off[] = { [OFF] = "off", [ON] = "on" };

static bool
store_uint(void *member, size_t width, uint64_t value)
{
  switch (width) {
  case 1:
    *(uint8_t *)member = (uint8_t)value;
    return true;
  case 2:
    *(uint16_t *)member = (uint16_t)value;
    return true;
  case 4:
    *(uint32_t *)member = (uint32_t)value;
    return true;
  default:
    *(uint64_t *)member = value;
    return true;
  }
}

static bool
read_int_row(const struct attr *row, const char *text, void *member, xmlNode *where, const char *subject,
             struct diag *diag)
{
  const char *why = row->why;
  int64_t value;
  int64_t min = row->min ? (int64_t)row->min : row->width == 4 ? INT32_MIN : INT64_MIN;
  int64_t max = row->max ? (int64_t)row->max : row->width == 4 ? INT32_MAX : INT64_MAX;
  bool whole = parse_int(text, &value);
  if (!whole || value < min || value > max)
    return whole || row->max ? WRONG("must be a whole number, %jd to %jd", (intmax_t)min, (intmax_t)max)
                             : WRONG("must be a whole number");
  if (row->width == 4)
    *(int32_t *)member = (int32_t)value;
  else
    *(int64_t *)member = value;
  return true;
}

static bool
refuse_empty(const struct attr *row, xmlNode *where, const char *subject, struct diag *diag)
{
  diag_error(diag, xml_place(where, NULL), subject, "%s: %s", label(where, row->path, subject, diag), row->why);
  return false;
}

static bool
read_row(const struct attr *row, xmlNode *where, const char *text, void *member, const char *subject, struct diag *diag)
{
  const char *wrong, *why = row->why;
  int word = 0;
  uint64_t value = 0;
  switch (row->type) {
  case ATTR_T_STRING:
    if (!*text && !row->empty_ok) {
      diag_error(diag, xml_place(where, NULL), subject, "%s is empty; give a value or leave it out",
                 label(where, row->path, subject, diag));
      return false;
    }
    *(const char **)member = text;
    return true;
  case ATTR_T_UINT:
  case ATTR_T_NUM:
    if (!check_uint(row, text, row->max ? row->max : max_of_width(row->type == ATTR_T_NUM ? 8 : row->width), &value,
                    where, subject, diag))
      return false;
    if (row->type == ATTR_T_NUM)
      *(struct num *)member = num_of(value);
    else
      store_uint(member, row->width, value);
    return true;
  case ATTR_T_INT:
    return read_int_row(row, text, member, where, subject, diag);
  case ATTR_T_YESNO:
  case ATTR_T_ONOFF:
    if (!check_enum(row, text, row->type == ATTR_T_YESNO ? yes_no : on_off, ARRAY_SIZE(yes_no), &word, where, subject,
                    diag))
      return false;
    *(enum tristate *)member = (enum tristate)word;
    return true;
  case ATTR_T_ENUM:
    if (!check_enum(row, text, row->names, row->n_names, &word, where, subject, diag))
      return false;
    return store_uint(member, row->width, (uint64_t)word);
  case ATTR_T_SIZE:
    return check_size(row, text, member, where, subject, diag);
  case ATTR_T_PRESENT:
    *(bool *)member = true;
    return true;
  case ATTR_T_WORD:
    wrong = row->parse(xml_memory(where), text, member);
    return wrong ? WRONG("%s", wrong) : true;
  case ATTR_T_REFUSED:
    why = NULL;
    return *text ? WRONG("%s", row->why) : refuse_empty(row, where, subject, diag);
  case ATTR_T_NODE:
  case ATTR_T_QUIET:
  case ATTR_T_STRUCT:
  case ATTR_T_LIST:
  case ATTR_T_CHOICE:
  case ATTR_T_SEE:
  case ATTR_T_RULE:
    break;
  }
  return false;
}

/* The element that PATH's attribute stands in: "b" of "a/b/@c", "" of "@c". */
static const char *
holder_of(TALLOC_CTX *ctx, const char *path)
{
  const char *end = strrchr(path, '/'), *start = path;
  for (const char *p = path; end && p < end; p++)
    if (*p == '/')
      start = p + 1;
  return talloc_strndup(ctx, start, end ? (size_t)(end - start) : 0);
}

static bool
has_holder(const char *path, xmlNode *where, TALLOC_CTX *ctx)
{
  return where && strcmp((const char *)where->name, holder_of(ctx, path)) == 0;
}

static void
report_missing(const struct attr *row, xmlNode *where, const char *subject, struct diag *diag)
{
  const char *last = strrchr(row->path, '/');
  last = last ? last + 1 : row->path;
  const char *choices = "";
  if (row->missing) {
    diag_error(diag, xml_place(where, NULL), subject, "%s", row->missing);
    return;
  }
  if (row->type == ATTR_T_ENUM)
    choices = talloc_asprintf(diag, " (%s)", name_remedy(diag, row->names, row->n_names, ""));
  if (*last == '@') {
    const char *holder = holder_of(diag, row->path), *name = (const char *)where->name;
    if (!*holder || strcmp(holder, name) == 0)
      diag_error(diag, xml_place(where, NULL), subject, "%s is missing: <%s> needs the attribute '%s'%s", last + 1,
                 name, last + 1, choices);
    else
      diag_error(diag, xml_place(where, NULL), subject, "%s is missing: <%s> needs <%s %s='...'>%s", last + 1, name,
                 holder, last + 1, choices);
    return;
  }
  size_t length = strlen(row->path);
  if (strcmp(last, "text()") == 0)
    length = last > row->path ? (size_t)(last - row->path) - 1 : 0;
  diag_error(diag, xml_place(where, NULL), subject, "<%.*s> is missing in <%s>%s", (int)length, row->path,
             (const char *)where->name, choices);
}

/* The elements of a path, "a/b", are the b's of the first a. */
static const char *
last_element(xmlNode *node, const char *path, xmlNode **parent)
{
  const char *slash = strrchr(path, '/');
  *parent = node;
  if (!slash)
    return path;
  char *way = talloc_strndup(NULL, path, (size_t)(slash - path));
  bool there = xml_get(node, way, parent) != NULL;
  talloc_free(way);
  return there ? slash + 1 : NULL;
}

/* An item that is wrong is reported and left out. */
static bool
read_list(const struct attr *row, xmlNode *node, char *base, const char *subject, struct diag *diag)
{
  char **items = (char **)(base + row->offset);
  size_t *n = (size_t *)(base + row->count);
  bool fine = true;
  xmlNode *parent;
  const char *name = last_element(node, row->path, &parent);
  if (!name)
    return true;
  xml_each(each, parent, name)
  {
    char *item = *items;
    if (!item || row->width * (*n + 1) > talloc_get_size(item))
      item = talloc_realloc_size(xml_memory(node), *items, row->width * (*n ? 2 * *n : 4));
    *items = item;
    item += row->width * *n;
    memset(item, 0, row->width);
    bool good = attr_read(row->table, each, item, subject, diag);
    *n += good || row->keep;
    fine &= good;
  }
  return fine;
}

static const struct attr *
chosen(const struct attr *row, const void *base)
{
  const char *member = (const char *)base + row->offset;
  uint32_t value = row->width == 1 ? *(const uint8_t *)member : *(const uint32_t *)member;
  return value < row->n_names ? row->tables[value] : NULL;
}

static bool
is_element_path(const char *path)
{
  return !strchr(path, '@') && !strchr(path, '(');
}

/* A row whose place in the XML is there: text is what stands there. */
static bool
read_given(const struct attr *row, xmlNode *where, const char *text, char *base, const char *subject, struct diag *diag)
{
  char scratch[sizeof(uint64_t)] = { 0 };
  void *member = row->offset == ATTR_NOWHERE ? scratch : base + row->offset;
  if (row->given)
    *(bool *)(base + row->given - 1) = true;
  if (row->place)
    *(struct place *)(base + row->place - 1) = xml_place(where, *text ? text : NULL);
  if (row->type == ATTR_T_STRUCT)
    return attr_read(row->table, where, member, subject, diag);
  if (row->type == ATTR_T_NODE) {
    *(xmlNode **)member = where;
    return true;
  }
  if (row->type == ATTR_T_REFUSED && is_element_path(row->path))
    xml_skip(where);
  if (row->type != ATTR_T_QUIET)
    return read_row(row, where, text, member, subject, diag);
  if (is_element_path(row->path) && !row->place)
    xml_skip_all(where->parent, (const char *)where->name);
  return true;
}

/* xml_get() of a row's path. */
static const char *
find(const struct attr *row, xmlNode *node, xmlNode **where)
{
  *where = node;
  return strcmp(row->path, ".") == 0 ? "" : xml_get(node, row->path, where);
}

/* Notes for xml_refused() that ROW was refused at WHERE. */
static bool
refuse(const struct attr *row, xmlNode *where)
{
  const char *last = strrchr(row->path, '/');
  last = last ? last + 1 : row->path;
  xml_refuse(where, *last == '@' ? last : NULL);
  return false;
}

static bool
attr_read_row(const struct attr *row, xmlNode *node, void *base, const char *subject, struct diag *diag)
{
  if (row->type == ATTR_T_LIST)
    return read_list(row, node, base, subject, diag);
  if (row->type == ATTR_T_CHOICE)
    return attr_read(chosen(row, base), node, base, subject, diag);
  if (row->type == ATTR_T_SEE || row->type == ATTR_T_RULE)
    return true;
  xmlNode *where;
  const char *text = find(row, node, &where);
  if (row->type == ATTR_T_SIZE && (text || !strchr(row->path, '/') || has_holder(row->path, where, diag)))
    xml_attr(where, "unit"); /* known, if only of no size */
  if (text && !*text && row->empty_none)
    return true;
  if (text && !*text && row->missing && !is_element_path(row->path))
    text = NULL; /* as good as absent */
  if (text)
    return read_given(row, where, text, base, subject, diag) || refuse(row, where);
  if (row->bare && has_holder(row->path, where, diag))
    *(enum tristate *)((char *)base + row->offset) = row->bare;
  if (!row->required && !(row->required_here && has_holder(row->path, where, diag)))
    return true;
  report_missing(row, where ? where : node, subject, diag);
  return refuse(row, where ? where : node);
}

bool
attr_read(const struct attr *table, xmlNode *node, void *base, const char *subject, struct diag *diag)
{
  bool fine = true;
  for (const struct attr *row = table; row && row->path; row++)
    fine &= attr_read_row(row, node, base, subject, diag);
  return fine;
}

void
attr_each_need(const struct attr *table, xmlNode *node, const void *base,
               void (*say)(const struct attr *row, xmlNode *where, void *arg), void *arg)
{
  for (const struct attr *row = table; row && row->path; row++) {
    xmlNode *where;
    if (row->type == ATTR_T_CHOICE)
      attr_each_need(chosen(row, base), node, base, say, arg);
    else if (row->type == ATTR_T_STRUCT && find(row, node, &where))
      attr_each_need(row->table, where, (const char *)base + row->offset, say, arg);
    else if (row->needs && row->type != ATTR_T_SEE && xml_get(node, row->path, &where))
      say(row, where, arg);
  }
}

void
refuse_unknown(xmlNode *node, const char *const *names, size_t n_names, struct diag *diag)
{
  xml_each(child, node, NULL)
  {
    const char *name = (const char *)child->name;
    if (name_find(names, n_names, name) >= 0)
      continue;
    diag_error(diag, xml_place(child, NULL), NULL, "<%s> in <%s> is unknown; %s", name, (const char *)node->name,
               name_remedy(diag, names, n_names, name));
    xml_skip(child);
  }
}
