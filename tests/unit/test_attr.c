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
    { 3, "", true, 3 },       { 3, "b", true, 3 },           { 3, "bytes", true, 3 },
    { 3, "K", true, 3072 },   { 3, "KiB", true, 3072 },      { 3, "KB", true, 3000 },
    { 3, "kb", true, 3000 },  { 3, "MiB", true, MIB(3) },    { 3, "GB", true, 3000000000 },
    { 3, "g", true, GIB(3) }, { 1, "TiB", true, GIB(1024) }, { 7, "EiB", true, 7ull << 60 },
    { 8, "EiB", false, 0 },   { UINT64_MAX, "K", false, 0 }, { 3, "MiBi", false, 0 },
    { 3, "XiB", false, 0 },   { 3, "iB", false, 0 },         { 3, "M B", false, 0 },
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
  diag_print(diag, f);
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

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, numbers);
  tcase_add_test(tcase, sizes);
  tcase_add_test(tcase, rows);
  tcase_add_test(tcase, wrong_values);
  tcase_add_test(tcase, every_wrong_value_is_told);
}

UNIT("core/attr", tests)
