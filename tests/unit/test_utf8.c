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

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, prefixes);
}

UNIT("core/utf8", tests)
