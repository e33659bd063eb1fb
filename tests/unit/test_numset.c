/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_numset.c - sets of small numbers: what is read, what is refused, what runs there are */

#include "core/numset.h"
#include "unit.h"

static const struct {
  const char *text;
  const char *runs; /* NULL: refused */
} sets[] = {
  { "0", "0" },
  { "0-3", "0-3" },
  { "0-3,8", "0-3 8" },
  { " 0 - 3 , 8 ", "0-3 8" },
  { "0-7,^3", "0-2 4-7" },
  { "0-7,^0,^7", "1-6" },
  { "^3,2", "2" },
  { "5,3,4", "3-5" },
  { "63,64", "63-64" },
  { "68-72,^70", "68-69 71-72" },
  { "16383", "16383" },
  { "16384", NULL },
  { "99999999999999999999", NULL },
  { "", NULL },
  { "^0", NULL },
  { "0,^0", NULL },
  { "3-1", NULL },
  { "1,", NULL },
  { ",1", NULL },
  { "1-", NULL },
  { "-1", NULL },
  { "^", NULL },
  { "^0-3", NULL },
  { "1 2", NULL },
  { "0x1", NULL },
  { "aaa", NULL },
};

static void
append_run(unsigned first, unsigned last, void *arg)
{
  char **text = arg;
  const char *blank = **text ? " " : "";
  *text = first == last ? talloc_asprintf_append(*text, "%s%u", blank, first)
                        : talloc_asprintf_append(*text, "%s%u-%u", blank, first, last);
}

START_TEST(parses)
{
  const char *wanted = sets[_i].runs;
  struct numset *set = numset_parse(NULL, sets[_i].text, false);
  ck_assert_msg(!set == !wanted, "'%s' is %s", sets[_i].text, set ? "read" : "refused");
  if (set) {
    char *runs = talloc_strdup(set, "");
    numset_each_run(set, append_run, &runs);
    ck_assert_str_eq(runs, wanted);
  }
  talloc_free(set);
}
END_TEST

START_TEST(compares)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct numset *a = numset_parse(ctx, "0-3,100", false), *b = numset_parse(ctx, "3-5,100", false);
  struct numset *none = numset_parse(ctx, "", true);
  ck_assert_ptr_nonnull(none);
  ck_assert_int_eq(numset_common(a, b), 3);
  ck_assert_int_eq(numset_common(a, none), -1);
  ck_assert_int_eq(numset_beyond(b, a), 4);
  ck_assert_int_eq(numset_beyond(none, a), -1);
  ck_assert_int_eq(numset_last(a), 100);
  ck_assert_int_eq(numset_last(none), -1);
  ck_assert_int_eq(numset_next(a, 4), 100);
  ck_assert_int_eq(numset_next(a, 101), -1);
  ck_assert_uint_eq(numset_count(a), 5);
  ck_assert(!numset_has(a, UINT64_MAX));
  talloc_free(ctx);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_loop_test(tcase, parses, 0, (int)ARRAY_SIZE(sets));
  tcase_add_test(tcase, compares);
}

UNIT("core/numset", tests)
