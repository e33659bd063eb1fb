/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/unit.h - how a file of unit tests joins the one program that runs them */

/* A file of tests/unit ends with
 *
 *     UNIT("core/names", tests)
 *
 * where TESTS(tcase) adds its tests with tcase_add_test() or tcase_add_loop_test(). */

#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include "core/diag.h"

#include <check.h>

struct unit {
  const char *name; /* of the room or file under test */
  void (*add)(TCase *tcase);
  struct unit *next;
};

/* Before main(); UNIT must outlive it. */
void unit_register(struct unit *unit);

/* A file below tests/, in a buffer that lasts until the next call: TOP_SRCDIR says where. */
const char *unit_file(const char *name);

/* The messages of DIAG, as the user would see them. */
const char *unit_said(TALLOC_CTX *ctx, struct diag *diag);

#define UNIT(name_, add_) \
  static struct unit this_unit = { .name = name_, .add = add_ }; \
  __attribute__((constructor)) static void register_this_unit(void) \
  { \
    unit_register(&this_unit); \
  }

#endif
