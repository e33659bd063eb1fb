/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_given.c - the user's own arguments are taken apart as QEMU does it */

#include "qemu/given.h"
#include "unit/unit.h"

static const char help[] = "usage: qemu [options] [disk_image]\n"
                           "\n"
                           "-h or -help     display this help and exit\n"
                           "-hda/-hdb file  use 'file' as hard disk 0/1 image\n"
                           "-machine [type=]name[,prop[=value][,...]]\n"
                           "                property accel=accel1[:accel2[:...]] selects accelerator\n"
                           "-M              as -machine\n"
                           "-dtb    file    use 'file' as device tree image\n"
                           "-no-user-config\n"
                           "                do not load default user-provided config files at startup\n"
                           "-only-migratable     allow only migratable devices\n"
                           "-xen-domid id   specify xen guest domain id\n"
                           "-snapshot       write to temporary files instead of disk image files\n"
                           "-qmp-pretty dev like -qmp but uses pretty JSON formatting\n"
                           "--preconfig     pause QEMU before machine is initialized (experimental)\n";

START_TEST(options_of_help)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  ck_assert_str_eq(given_options_of_help(ctx, help),
                   "{\"h\":false,\"help\":false,\"hda\":true,\"hdb\":true,\"machine\":true,\"M\":true,\"dtb\":true,"
                   "\"no-user-config\":false,\"only-migratable\":false,\"xen-domid\":true,\"snapshot\":false,"
                   "\"qmp-pretty\":true,\"preconfig\":false}");
  ck_assert_str_eq(given_options_of_help(ctx, ""), "{}");
  talloc_free(ctx);
}
END_TEST

#define VERSION \
  "{\"execute\":\"query-version\",\"return\":{\"qemu\":{\"major\":9,\"minor\":0,\"micro\":0}}}\n" \
  "{\"execute\":\"query-target\",\"return\":{\"arch\":\"x86_64\"}}\n"

/* "OPTION=VALUE OPTION" */
static const char *
split(TALLOC_CTX *ctx, const struct caps *caps, const char *const *words, size_t n)
{
  size_t count;
  char *text = talloc_strdup(ctx, "");
  const struct given *given = given_split(ctx, caps, words, n, &count);
  for (size_t i = 0; i < count; i++)
    text = talloc_asprintf_append(text, "%s%s%s%s", i ? " " : "", given[i].option, given[i].value ? "=" : "",
                                  given[i].value ? given[i].value : "");
  return text;
}

START_TEST(words)
{
  static const char *const given[] = { "disk.img", "-snapshot", "x", "--append", "-v", "-S", "-", "-device", "e1000" };
  TALLOC_CTX *ctx = talloc_new(NULL);
  char *text = talloc_strdup(ctx, VERSION "{\"execute\":\"-help\",\"return\":{\"snapshot\":false,\"append\":true,"
                                          "\"S\":false,\"device\":true}}\n");
  struct caps *caps = caps_from_text(ctx, "made", text, strlen(text), diag_new(ctx));
  ck_assert_str_eq(split(ctx, caps, given, ARRAY_SIZE(given)), "snapshot append=-v S device=e1000");
  /* where nothing is told, a dash begins an option */
  ck_assert_str_eq(split(ctx, NULL, given, ARRAY_SIZE(given)), "snapshot=x append v S device=e1000");
  ck_assert_int_eq(given_option_known(caps, "device"), ON);
  ck_assert_int_eq(given_option_known(caps, "devise"), OFF);
  ck_assert_int_eq(given_option_known(caps, "M"), ON);
  ck_assert_int_eq(given_option_known(NULL, "devise"), UNSET);
  talloc_free(ctx);
}
END_TEST

START_TEST(items)
{
  static const struct {
    const char *value, *items;
  } cases[] = {
    { "e1000,mac=x,addr=0x3", "driver:e1000 mac:x addr:0x3" },
    { "driver=e1000,rombar", "driver:e1000 rombar:on" },
    { "x,path=/a,,b,c=", "driver:x path:/a,b c:" },
    { "{\"driver\":\"e1000\",\"addr\":\"3\",\"multifunction\":true}", "driver:e1000 addr:3 multifunction:true" },
    { "{\"driver\":", "" },
    { "", "" },
  };
  TALLOC_CTX *ctx = talloc_new(NULL);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    size_t n;
    char *text = talloc_strdup(ctx, "");
    const struct given_item *found = given_items(ctx, cases[i].value, "driver", &n);
    for (size_t k = 0; k < n; k++)
      text = talloc_asprintf_append(text, "%s%s:%s", k ? " " : "", found[k].key, found[k].value);
    ck_assert_str_eq(text, cases[i].items);
  }
  talloc_free(ctx);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, options_of_help);
  tcase_add_test(tcase, words);
  tcase_add_test(tcase, items);
}

UNIT("qemu/given", tests)
