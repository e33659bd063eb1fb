/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_utf8.c - what is text, and what is shown instead of the rest */

#include "core/utf8.h"
#include "unit/unit.h"

START_TEST(prefixes)
{
  static const struct {
    const char *text;
    size_t good;
    const char *clean;
  } cases[] = {
    { "", 0, "" },
    { "a", 1, "a" },
    { "\x7f", 1, "\x7f" },
    { "\xc3\xa9", 2, "\xc3\xa9" },
    { "\xe2\x82\xac", 3, "\xe2\x82\xac" },
    { "\xf0\x9f\x90\xa7", 4, "\xf0\x9f\x90\xa7" },
    { "\xf4\x8f\xbf\xbf", 4, "\xf4\x8f\xbf\xbf" },
    { "a\xff"
      "b",
      1,
      "a\xef\xbf\xbd"
      "b" },
    { "\x80", 0, "\xef\xbf\xbd" },
    { "\xc0\xaf", 0, "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xe0\x80\xaf", 0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xed\xa0\x80", 0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xf0\x8f\xbf\xbf", 0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xf4\x90\x80\x80", 0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "a\xc3", 1, "a\xef\xbf\xbd" },
    { "\xe2\x82", 0, "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xc3"
      "ab",
      0,
      "\xef\xbf\xbd"
      "ab" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    size_t length = strlen(cases[i].text);
    ck_assert_msg(utf8_prefix((const uint8_t *)cases[i].text, length) == cases[i].good, "case %zu", i);
    ck_assert_int_eq(utf8_is_text(cases[i].text), cases[i].good == length);
    char *clean = utf8_clean(NULL, cases[i].text);
    ck_assert_str_eq(clean, cases[i].clean);
    talloc_free(clean);
  }
}
END_TEST

START_TEST(shown)
{
  static const struct {
    const char *text, *line, *lines;
  } cases[] = {
    { "a\tb\nc", "a\tb\\u000ac", "a\tb\nc" },
    { "\x1b[2J\x7f", "\\u001b[2J\\u007f", "\\u001b[2J\\u007f" },
    { "\xc2\x80\xc2\x9f\xc2\xa0", "\\u0080\\u009f\xc2\xa0", "\\u0080\\u009f\xc2\xa0" },
    { "x\xe2\x80\xaey\xe2\x81\xa9", "x\\u202ey\\u2069", "x\\u202ey\\u2069" },
    { "\xd8\x9c\xe2\x80\x8e\xe2\x80\x8d", "\\u061c\\u200e\xe2\x80\x8d", "\\u061c\\u200e\xe2\x80\x8d" },
    { "\xf0\x9f\x90\xa7\xff\xe2", "\xf0\x9f\x90\xa7\xff\xe2", "\xf0\x9f\x90\xa7\xff\xe2" },
    { "\x9b"
      "2J\x80\xa0",
      "\\u009b2J\\u0080\xa0", "\\u009b2J\\u0080\xa0" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    size_t length = strlen(cases[i].text);
    char *line = utf8_shown(NULL, cases[i].text, length, false), *lines = utf8_shown(NULL, cases[i].text, length, true);

    ck_assert_str_eq(line, cases[i].line);
    ck_assert_str_eq(lines, cases[i].lines);
    talloc_free(line);
    talloc_free(lines);
  }
}
END_TEST

START_TEST(columns)
{
  static const struct {
    const char *text;
    size_t bytes;
    unsigned columns;
  } cases[] = {
    { "a", 1, 1 },
    { "\t", 1, 1 },
    { "\xc3\xa9", 2, 1 },         /* e acute */
    { "\xcc\x81", 2, 0 },         /* combining acute */
    { "\xe6\xbc\xa2", 3, 2 },     /* a Han character */
    { "\xef\xbd\xa1", 3, 1 },     /* half width */
    { "\xf0\x9f\x98\x80", 4, 2 }, /* a face */
    { "\xe6\xbc", 1, 1 },         /* cut off */
    { "\xff", 1, 1 },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    size_t bytes;
    ck_assert_uint_eq(utf8_columns(cases[i].text, strlen(cases[i].text), &bytes), cases[i].columns);
    ck_assert_uint_eq(bytes, cases[i].bytes);
  }
  ck_assert_uint_eq(utf8_count("a\xc3\xa9\xe6\xbc\xa2\xff", 7), 4);
  ck_assert_uint_eq(utf8_count("\xc3\xa9", 1), 1);
}
END_TEST

START_TEST(one_line)
{
  static const char *const cases[][2] = {
    { "web", "web" }, { "a\nstep done\t\x1b", "a?step done??" }, { "\xc3\xa9 b", "\xc3\xa9 b" }, { NULL, "" },
    { "", "" },
  };
  TALLOC_CTX *tmp = talloc_new(NULL);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_str_eq(utf8_one_line(tmp, cases[i][0]), cases[i][1]);
  talloc_free(tmp);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, one_line);
  tcase_add_test(tcase, shown);
  tcase_add_test(tcase, prefixes);
  tcase_add_test(tcase, columns);
}

UNIT("core/utf8", tests)
