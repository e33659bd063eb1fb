/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_attr.c - numbers, sizes, and rows of a table that read them */

#include "core/attr.h"
#include "unit/unit.h"

#include <stdio.h>

START_TEST(numbers)
{
  static const struct {
    const char *text;
    bool good;
    uint64_t value;
  } cases[] = {
    { "0", true, 0 },
    { "1", true, 1 },
    { "010", true, 10 },
    { "0x10", true, 16 },
    { "0XfF", true, 255 },
    { "18446744073709551615", true, UINT64_MAX },
    { "0xffffffffffffffff", true, UINT64_MAX },
    { "18446744073709551616", false, 0 },
    { "0x10000000000000000", false, 0 },
    { "", false, 0 },
    { "0x", false, 0 },
    { "-1", false, 0 },
    { "+1", false, 0 },
    { " 1", false, 0 },
    { "1 ", false, 0 },
    { "1e3", false, 0 },
    { "abc", false, 0 },
    { "0xg", false, 0 },
    { "1.0", false, 0 },
    { "\xd9\xa1", false, 0 },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    uint64_t value = 4711;
    ck_assert_msg(parse_uint(cases[i].text, &value) == cases[i].good, "'%s'", cases[i].text);
    ck_assert_msg(value == (cases[i].good ? cases[i].value : 4711), "'%s': %ju", cases[i].text, (uintmax_t)value);
  }
  int64_t value = 0;
  ck_assert(parse_int("-0x10", &value) && value == -16);
  ck_assert(parse_int("9223372036854775807", &value) && value == INT64_MAX);
  ck_assert(!parse_int("9223372036854775808", &value));
  ck_assert(!parse_int("--1", &value) && !parse_int("-", &value));
}
END_TEST

START_TEST(sizes)
{
  static const struct {
    uint64_t value;
    const char *unit;
    bool good;
    uint64_t bytes;
  } cases[] = {
    { 3, "", true, 3 },
    { 3, "b", true, 3 },
    { 3, "bytes", true, 3 },
    { 3, "K", true, 3072 },
    { 3, "KiB", true, 3072 },
    { 3, "KB", true, 3000 },
    { 3, "kb", true, 3000 },
    { 3, "MiB", true, MIB(3) },
    { 3, "GB", true, 3000000000 },
    { 3, "g", true, GIB(3) },
    { 1, "TiB", true, GIB(1024) },
    { 7, "EiB", true, 7ull << 60 },
    { INT64_MAX, "", true, INT64_MAX },
    { 1ull << 63, "", false, 0 },
    { 8, "EiB", false, 0 },
    { UINT64_MAX, "K", false, 0 },
    { 3, "MiBi", false, 0 },
    { 3, "XiB", false, 0 },
    { 3, "iB", false, 0 },
    { 3, "M B", false, 0 },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    uint64_t bytes = 0;
    bool good = parse_size(cases[i].value, cases[i].unit, &bytes);
    ck_assert_msg(good == cases[i].good, "%ju %s", (uintmax_t)cases[i].value, cases[i].unit);
    ck_assert_msg(!good || bytes == cases[i].bytes, "%ju %s: %ju", (uintmax_t)cases[i].value, cases[i].unit,
                  (uintmax_t)bytes);
  }
}
END_TEST

enum colour { COLOUR_NONE, RED, GREEN, COLOURS };

static const char *const colour_names[COLOURS] = { [RED] = "red", [GREEN] = "green" };

struct thing {
  const char *name;
  uint16_t port;
  struct num queue;
  enum tristate shared;
  enum colour colour;
  uint64_t size;
  bool flag;
};

static const struct attr table[] = { ATTR_STRING("@name", struct thing, name, .required = true),
                                     ATTR_UINT("target/@port", struct thing, port, .min = 1),
                                     ATTR_NUM("@queue", struct thing, queue, .max = 8),
                                     ATTR_YESNO("@shared", struct thing, shared),
                                     ATTR_ENUM("colour/text()", struct thing, colour, colour_names),
                                     ATTR_SIZE("size/text()", struct thing, size, "KiB"),
                                     ATTR_PRESENT("flag", struct thing, flag),
                                     ATTR_END };

/* Reads XML into *THING; the messages, in a buffer that lasts until the next call. */
static const char *
read_thing(const char *xml, struct thing *thing)
{
  static char said[2000];
  struct diag *diag = diag_new(NULL);
  memset(thing, 0, sizeof *thing);
  memset(said, 0, sizeof said);
  xmlNode *root = xml_read_memory(diag, "thing.xml", xml, strlen(xml), diag);
  ck_assert_msg(root, "%s", xml);
  bool good = attr_read(table, root, thing, "thing", diag);
  ck_assert_msg(good == (diag_errors(diag) == 0), "%s", xml);
  thing->name = thing->name ? "given" : NULL; /* it lives no longer than the document */
  FILE *f = fmemopen(said, sizeof said - 1, "w");
  diag_show(diag, f);
  fclose(f);
  talloc_free(diag);
  return said;
}

START_TEST(rows)
{
  struct thing t;
  const char *said =
      read_thing("<thing name='x' queue='0' shared='yes'>\n<target port='0xffff'/><colour> green </colour>"
                 "<size unit='MiB'>2</size><flag/></thing>",
                 &t);
  ck_assert_str_eq(said, "");
  ck_assert(t.name && t.port == 0xffff && t.queue.set && t.queue.value == 0 && t.shared == ON);
  ck_assert(t.colour == GREEN && t.size == MIB(2) && t.flag);

  said = read_thing("<thing name='x'><size>2</size></thing>", &t);
  ck_assert_str_eq(said, "");
  ck_assert(t.port == 0 && !t.queue.set && t.shared == UNSET && t.colour == COLOUR_NONE && t.size == 2048 && !t.flag);
}
END_TEST

START_TEST(wrong_values)
{
  static const struct {
    const char *xml, *says;
  } cases[] = {
    { "<thing/>", "name" },
    { "<thing name=''/>", "name" },
    { "<thing name='x'>\n<target port='0'/></thing>", "thing.xml:2: error: thing: " },
    { "<thing name='x'><target port='65536'/></thing>", "1 to 65535" },
    { "<thing name='x'><target port='many'/></thing>", "many" },
    { "<thing name='x' queue='9'/>", "8" },
    { "<thing name='x' shared='maybe'/>", "maybe" },
    { "<thing name='x'><colour>gren</colour></thing>", "did you mean 'green'?" },
    { "<thing name='x'><colour>violet</colour></thing>", "one of red, green" },
    { "<thing name='x'><size unit='furlong'>2</size></thing>", "furlong" },
    { "<thing name='x'><size unit='EiB'>20</size></thing>", "size" },
    { "<thing name='x'><size>two</size></thing>", "two" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct thing t;
    const char *said = read_thing(cases[i].xml, &t);
    ck_assert_msg(strstr(said, "error: ") && strstr(said, cases[i].says), "%s: %s", cases[i].xml, said);
  }
}
END_TEST

START_TEST(every_wrong_value_is_told)
{
  struct thing t;
  const char *said = read_thing("<thing shared='maybe'>\n<target port='0'/>\n<colour>gren</colour></thing>", &t);
  size_t errors = 0;
  for (const char *p = said; (p = strstr(p, "error: ")); p++)
    errors++;
  ck_assert_msg(errors == 4, "%s", said);
}
END_TEST

/* --- rows that stand for tables --- */

enum shape { SHAPE_NONE, CIRCLE, SQUARE, SHAPES };

static const char *const shape_names[SHAPES] = { [CIRCLE] = "circle", [SQUARE] = "square" };

struct point {
  uint32_t x, y;
};

struct figure {
  enum shape shape;
  uint32_t radius, side;
  struct point centre;
  struct point *points;
  size_t n;
  bool named;
  struct place name_place;
  const char *name;
  char initial;
};

static const char *
parse_initial(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)ctx;
  *(char *)member = text[0];
  return text[0] && !text[1] ? NULL : "must be one letter";
}

static const struct attr point_attrs[] = { ATTR_UINT("@x", struct point, x, .required = true,
                                                     .missing = "a point has no x; write x='1'"),
                                           ATTR_UINT("@y", struct point, y), ATTR_END };
static const struct attr circle_attrs[] = { ATTR_UINT("@radius", struct figure, radius, .needs = 7), ATTR_END };
static const struct attr square_attrs[] = { ATTR_UINT("@side", struct figure, side), ATTR_END };
static const struct attr *const shape_tables[] = { [CIRCLE] = circle_attrs, [SQUARE] = square_attrs };
static const struct attr figure_attrs[] = {
  ATTR_ENUM("@shape", struct figure, shape, shape_names),
  ATTR_CHOICE("@shape", struct figure, shape, shape_names, shape_tables),
  ATTR_STRUCT("centre", struct figure, centre, point_attrs),
  ATTR_LIST("path/point", struct figure, points, n, struct point, point_attrs),
  ATTR_STRING("name/text()", struct figure, name, .given = ATTR_AT(struct figure, named, bool),
              .place = ATTR_AT(struct figure, name_place, struct place)),
  ATTR_WORD("@initial", struct figure, initial, parse_initial, "letter"),
  ATTR_QUIET("paint"),
  ATTR_END
};

static void
count_need(const struct attr *row, xmlNode *where, void *arg)
{
  (void)where;
  *(int *)arg += row->needs;
}

static const char *
quiet_subject(xmlNode *node, void *arg)
{
  (void)node, (void)arg;
  return NULL;
}

static void
no_reread(void *arg)
{
  (void)arg;
}

static bool
never_vital(const xmlNode *node, void *arg)
{
  (void)node, (void)arg;
  return false;
}

static const struct xml_reader quiet_reader = { quiet_subject, never_vital, no_reread, NULL };

START_TEST(tables)
{
  static const struct {
    const char *xml, *says; /* NULL: nothing */
    uint32_t radius, side, x;
    size_t n;
    int needs;
  } cases[] = {
    { "<f shape='circle' radius='3'/>", NULL, 3, 0, 0, 0, 7 },
    { "<f shape='square' side='4'/>", NULL, 0, 4, 0, 0, 0 },
    { "<f shape='square' radius='3'/>", "unknown attribute 'radius'", 0, 0, 0, 0, 0 },
    { "<f radius='3'/>", "unknown attribute 'radius'", 0, 0, 0, 0, 0 },
    { "<f><centre x='5'/><centre x='6'/></f>", "a second <centre>", 0, 0, 5, 0, 0 },
    { "<f><centre/></f>", "error: figure: a point has no x; write x='1'", 0, 0, 0, 0, 0 },
    { "<f><path><point x='1'/><point x='2' y='3'/></path></f>", NULL, 0, 0, 0, 2, 0 },
    { "<f><path/></f>", NULL, 0, 0, 0, 0, 0 },
    { "<f><path><point x='1'/>\n<point x='-2'/><point x='4'/></path></f>", "f.xml:2: error: figure: x '-2'", 0, 0, 0, 2,
      0 },
    { "<f><path><point x=''/></path></f>", "a point has no x", 0, 0, 0, 0, 0 },
    { "<f initial='a'><paint any='1'><thing/></paint><paint/></f>", NULL, 0, 0, 0, 0, 0 },
    { "<f initial='ab'/>", "initial 'ab': must be one letter", 0, 0, 0, 0, 0 },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct diag *diag = diag_new(NULL);
    struct figure f = { 0 };
    int needs = 0;
    xmlNode *root = xml_read_memory(diag, "f.xml", cases[i].xml, strlen(cases[i].xml), diag);
    ck_assert(attr_read(figure_attrs, root, &f, "figure", diag) == (diag_errors(diag) == 0));
    attr_each_need(figure_attrs, root, &f, count_need, &needs);
    xml_report_unread(root, diag, &quiet_reader);
    const char *said = unit_said(diag, diag);
    ck_assert_msg(cases[i].says ? strstr(said, cases[i].says) != NULL : !*said, "%s: %s", cases[i].xml, said);
    ck_assert_msg(f.radius == cases[i].radius && f.side == cases[i].side && f.centre.x == cases[i].x &&
                      f.n == cases[i].n && needs == cases[i].needs,
                  "%s", cases[i].xml);
    talloc_free(diag);
  }
}
END_TEST

START_TEST(what_was_given)
{
  struct diag *diag = diag_new(NULL);
  struct figure f = { 0 };
  const char *xml = "<f>\n<name>x</name></f>";
  attr_read(figure_attrs, xml_read_memory(diag, "f.xml", xml, strlen(xml), diag), &f, NULL, diag);
  ck_assert(f.named && f.name_place.line == 2 && strcmp(f.name_place.word, "x") == 0 && strcmp(f.name, "x") == 0);
  talloc_free(diag);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, numbers);
  tcase_add_test(tcase, sizes);
  tcase_add_test(tcase, rows);
  tcase_add_test(tcase, wrong_values);
  tcase_add_test(tcase, every_wrong_value_is_told);
  tcase_add_test(tcase, tables);
  tcase_add_test(tcase, what_was_given);
}

UNIT("core/attr", tests)
