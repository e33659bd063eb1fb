/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/main.c - runs every unit that registered itself, and prints TAP */

#include "unit/unit.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct unit *units;

void
unit_register(struct unit *unit)
{
  struct unit **at = &units;
  while (*at && strcmp((*at)->name, unit->name) < 0)
    at = &(*at)->next;
  unit->next = *at;
  *at = unit;
}

const char *
unit_file(const char *name)
{
  static char path[4096];
  const char *top = getenv("TOP_SRCDIR");
  snprintf(path, sizeof path, "%s/tests/%s", top ? top : ".", name);
  return path;
}

const char *
unit_said(TALLOC_CTX *ctx, struct diag *diag)
{
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  diag_show(diag, out);
  fclose(out);
  const char *copy = talloc_strdup(ctx, text);
  free(text);
  return copy;
}

static bool
is_asked_for(const char *name, char **patterns)
{
  bool found = !*patterns;
  for (; *patterns && !found; patterns++)
    found = fnmatch(*patterns, name, 0) == 0;
  return found;
}

/* With names, only those units: tests/unit/units core/names, or patterns of the shell */
int
main(int argc __attribute__((unused)), char **argv)
{
  SRunner *runner = srunner_create(NULL);
  for (struct unit *unit = units; unit; unit = unit->next) {
    if (!is_asked_for(unit->name, argv + 1))
      continue;
    Suite *suite = suite_create(unit->name);
    TCase *tcase = tcase_create(unit->name);
    tcase_set_timeout(tcase, 600);
    unit->add(tcase);
    suite_add_tcase(suite, tcase);
    srunner_add_suite(runner, suite);
  }
  srunner_set_tap(runner, "-");
  srunner_run_all(runner, CK_SILENT);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
