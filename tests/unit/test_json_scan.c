/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_json_scan.c - where a JSON value ends, and what is none */

#include "qemu/json_scan.h"
#include "unit/unit.h"

START_TEST(ends)
{
  static const struct {
    const char *text;
    int length; /* of the value; -1: not JSON */
  } cases[] = {
    { "7", 1 },          { "-7,", 2 },    { "-", -1 },          { "12.5]", 4 },       { "12.", -1 },
    { "1e5", 3 },        { "1E5 ", 3 },   { "1e+15", 5 },       { "1e-15", 5 },       { "1e", -1 },
    { "1e+", -1 },       { "1e+-1", -1 }, { "true}", 4 },       { "false", 5 },       { "null", 4 },
    { "nul", -1 },       { "yes", -1 },   { "\"a\\\"b\" ", 6 }, { "\"a", -1 },        { "[]", 2 },
    { "[1, 2]3", 6 },    { "[1 2]", -1 }, { "[1,]", -1 },       { "{}", 2 },          { "{\"a\":1}", 7 },
    { "{\"a\" 1}", -1 }, { "{1:1}", -1 }, { "[1}", -1 },        { " \n[\t{ } ]", 9 }, { "", -1 },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    const char *text = cases[i].text, *end = scan_value(text, text + strlen(text));
    ck_assert_msg((end ? (int)(end - text) : -1) == cases[i].length, "'%s'", text);
  }
}
END_TEST

/* The text may be a part of a file: what stands behind its end does not count. */
START_TEST(stops_at_the_end)
{
  static const char text[] = "1234e-56";
  const size_t good[] = { 1, 2, 3, 4, 7, 8 };
  for (size_t i = 0; i < ARRAY_SIZE(good); i++)
    ck_assert_ptr_eq(scan_value(text, text + good[i]), text + good[i]);
  ck_assert_ptr_null(scan_value(text, text + 5));
  ck_assert_ptr_null(scan_value(text, text + 6));
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, ends);
  tcase_add_test(tcase, stops_at_the_end);
}

UNIT("qemu/json_scan", tests)
