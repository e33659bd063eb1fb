/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host_vhost_user.c - which program serves a device: order, masks, nonsense */

#include "host/vhost_user.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#define USR "/usr/share/qemu/vhost-user/"
#define ETC "/etc/qemu/vhost-user/"
#define GPU(binary) "{\"type\": \"gpu\", \"binary\": \"" binary "\"}"

START_TEST(program)
{
  static const struct {
    const char *shows;
    struct {
      const char *path, *text;
    } files[3];
    const char *binary;
  } cases[] = {
    { "no descriptors", { { 0 } }, NULL },
    { "the first name counts", { { USR "50-b.json", GPU("/b") }, { USR "40-a.json", GPU("/a") } }, "/a" },
    { "wherever it stands", { { USR "20-b.json", GPU("/b") }, { ETC "10-a.json", GPU("/a") } }, "/a" },
    { "another type is passed by",
      { { USR "10-fs.json", "{\"type\": \"fs\", \"binary\": \"/fs\"}" }, { USR "20-a.json", GPU("/a") } },
      "/a" },
    { "the administrator replaces", { { USR "50-a.json", GPU("/a") }, { ETC "50-a.json", GPU("/mine") } }, "/mine" },
    { "an empty file takes away", { { USR "50-a.json", GPU("/a") }, { ETC "50-a.json", "" } }, NULL },
    { "nonsense is passed by",
      { { USR "10-x.json", "{" }, { USR "11-x.json", "[\"gpu\"]" }, { USR "20-a.json", GPU("/a") } },
      "/a" },
    { "a type that is no text", { { USR "10-x.json", "{\"type\": 1, \"binary\": \"/x\"}" } }, NULL },
    { "no binary", { { USR "10-x.json", "{\"type\": \"gpu\"}" } }, NULL },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = tmp_host_new();
    for (size_t j = 0; j < ARRAY_SIZE(cases[i].files) && cases[i].files[j].path; j++)
      tmp_host_file(tmp, cases[i].files[j].path, cases[i].files[j].text);
    const char *found = vhost_user_program(tmp->diag, tmp->host, "gpu", NULL);
    ck_assert_msg(cases[i].binary ? str_eq(found, cases[i].binary) : !found, "%s: %s", cases[i].shows,
                  found ? found : "none");
  }
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, program);
}

UNIT("host/vhost_user", tests)
