/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_diag.c - what is told of more messages than anybody reads, once */

#include "core/diag.h"
#include "unit/unit.h"

#include <string.h>
#include <talloc.h>

START_TEST(too_many)
{
  enum { FULL = 100000, MORE = 7 };
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct diag *diag = diag_new(ctx);
  for (unsigned i = 0; i < FULL + MORE; i++)
    diag_warning(diag, (struct place){ .file = "a.xml", .line = i + 1 }, NULL, "message %u", i);
  const char *said = unit_said(ctx, diag), *note = "note: 7 more messages are left out; mend these first\n";
  ck_assert_msg(strstr(said, note), "%.200s", said);
  ck_assert_ptr_nonnull(strstr(said, "message 99999\n"));
  ck_assert_ptr_null(strstr(said, "message 100000\n"));
  /* a start shows its messages twice, before QEMU runs and in the end */
  diag_warning(diag, (struct place){ .file = "a.xml", .line = 1 }, NULL, "another");
  ck_assert_str_eq(unit_said(ctx, diag), "a.xml:1: warning: another\n");
  talloc_free(ctx);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, too_many);
}

UNIT("core/diag", tests)
