/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_varstore.c - varstores: made from their template, never made again */

#include "launch/files.h"
#include "domain/wants.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

START_TEST(files)
{
  static const struct {
    const char *there;    /* what the file holds before; NULL: it is not there */
    const char *template; /* what the template holds; NULL: it is not there */
    const char *source, *content;
    const char *after; /* what the file holds in the end; NULL: it is not there */
    const char *says;  /* NULL: fine */
  } cases[] = {
    { NULL, "template", "/fw/VARS.fd", NULL, "template", NULL },
    { "variables", "template", "/fw/VARS.fd", NULL, "variables", NULL },
    { "variables", NULL, NULL, NULL, "variables", NULL },
    { NULL, NULL, "/fw/VARS.fd", NULL, NULL, "cannot make /vars/guest.fd from its template /fw/VARS.fd: No such file" },
    { NULL, NULL, NULL, NULL, NULL, "/vars/guest.fd is not there, and nothing to make it from is known" },
    { NULL, NULL, NULL, "AQAA", "AQAA", NULL },
    { "old", NULL, NULL, "AQAA", "AQAA", NULL },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = tmp_host_new();
    struct domain *domain = talloc_zero(tmp, struct domain);
    const struct want want = {
      .kind = WANT_TEMPLATE, .value = "/vars/guest.fd", .source = cases[i].source, .content = cases[i].content
    };

    if (cases[i].there)
      tmp_host_file(tmp, "/vars/guest.fd", cases[i].there);
    if (cases[i].template)
      tmp_host_file(tmp, "/fw/VARS.fd", cases[i].template);
    wants_add(domain, want);
    bool good = files_make(domain, tmp->host, tmp->diag);
    const char *said = tmp_host_reports(tmp);
    ck_assert_msg(good == !cases[i].says && (!cases[i].says || strstr(said, cases[i].says)), "%zu: %s", i, said);
    char *after = host_read(tmp, tmp->host, "/vars/guest.fd", MIB(1), NULL);
    ck_assert_msg(cases[i].after ? str_eq(after, cases[i].after) : !after, "%zu: %s", i, after);
  }
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, files);
}

UNIT("launch/files: varstores", tests)
