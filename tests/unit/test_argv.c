/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_argv.c - definitions come before uses; what is spelt, and how */

#include "core/argv.h"
#include "out/out.h"
#include "unit/unit.h"

/* The words of ARGV with blanks between them, a talloc child of it. */
static const char *
words(struct argv *argv)
{
  char *text = NULL;
  for (char **word = out_words(argv, argv); *word; word++)
    text = text ? talloc_asprintf_append(text, " %s", *word) : talloc_strdup(argv, *word);
  return text;
}

static struct props *
node(struct argv *argv, const char *name, const char *file)
{
  struct props *p = argv_json(argv, PHASE_DEVICE, "-blockdev");
  props_define(p, "node-name", ID_NODE, name);
  props_refer(p, "file", ID_NODE, file);
  return p;
}

START_TEST(references_decide)
{
  struct diag *diag = diag_new(NULL);
  struct argv *argv = argv_new(diag, "q");
  node(argv, "top", "middle");
  node(argv, "alone", NULL);
  node(argv, "middle", "bottom");
  node(argv, "bottom", NULL);
  ck_assert(argv_order(argv, diag));
  ck_assert_str_eq(words(argv),
                   "q -blockdev {\"node-name\":\"bottom\"} -blockdev {\"node-name\":\"middle\",\"file\":\"bottom\"}"
                   " -blockdev {\"node-name\":\"top\",\"file\":\"middle\"} -blockdev {\"node-name\":\"alone\"}");
  talloc_free(diag);
}
END_TEST

START_TEST(references_inside_count)
{
  struct diag *diag = diag_new(NULL);
  struct argv *argv = argv_new(diag, "q");
  props_refer(props_dict(props_dict(node(argv, "top", NULL), "outer"), "inner"), "file", ID_NODE, "bottom");
  node(argv, "bottom", NULL);
  ck_assert(argv_order(argv, diag));
  ck_assert_str_eq(words(argv), "q -blockdev {\"node-name\":\"bottom\"}"
                                " -blockdev {\"node-name\":\"top\",\"outer\":{\"inner\":{\"file\":\"bottom\"}}}");
  talloc_free(diag);
}
END_TEST

START_TEST(phases_and_ties)
{
  struct diag *diag = diag_new(NULL);
  struct argv *argv = argv_new(diag, "q");
  argv_plain(argv, PHASE_LAST, NULL, "last");
  argv_plain(argv, PHASE_DEVICE, NULL, "b");
  argv_plain(argv, PHASE_DEVICE, NULL, "a");
  argv_flag(argv, PHASE_GLOBAL, "-nodefaults");
  argv_plain(argv, PHASE_NAME, "-name", "x");
  ck_assert(argv_order(argv, diag));
  ck_assert_str_eq(words(argv), "q -name x -nodefaults b a last");
  talloc_free(diag);
}
END_TEST

START_TEST(our_own_mistakes_are_told)
{
  struct diag *diag = diag_new(NULL);
  struct argv *argv = argv_new(diag, "q");
  node(argv, "top", "nowhere");
  ck_assert_msg(!argv_order(argv, diag), "a reference that nothing defines");

  argv = argv_new(diag, "q");
  node(argv, "a", "b");
  node(argv, "b", "a");
  ck_assert_msg(!argv_order(argv, diag), "a circle");

  argv = argv_new(diag, "q");
  node(argv, "a", NULL);
  node(argv, "a", NULL);
  ck_assert_msg(!argv_order(argv, diag), "an id defined twice");

  argv = argv_new(diag, "q");
  node(argv, "same", NULL);
  argv_object(argv, PHASE_DEVICE, "secret", "same");
  ck_assert_msg(argv_order(argv, diag), "one id in two name spaces is fine");
  talloc_free(diag);
}
END_TEST

START_TEST(buses)
{
  struct diag *diag = diag_new(NULL);
  struct argv *argv = argv_new(diag, "q");
  props_refer(argv_device(argv, PHASE_DEVICE, "scsi-hd", NULL), "bus", ID_BUS, "scsi0.0");
  argv_device(argv, PHASE_DEVICE, "virtio-scsi-pci", "scsi0");
  argv_offers_bus(argv, "scsi0.0");
  ck_assert(argv_order(argv, diag));
  ck_assert_ptr_nonnull(strstr(words(argv), "virtio-scsi-pci"));
  ck_assert(strstr(words(argv), "virtio-scsi-pci") < strstr(words(argv), "scsi-hd"));
  talloc_free(diag);
}
END_TEST

START_TEST(spelling)
{
  struct diag *diag = diag_new(NULL);
  struct argv *argv = argv_new(diag, "q");
  struct props *p = argv_keyval(argv, PHASE_NAME, "-name", "guest");
  props_str(p, "guest", "a,b=c");
  props_bool(p, "debug-threads", true);
  props_str(argv_keyval(argv, PHASE_NAME, "-display", "type"), "type", "a,b");
  p = argv_json(argv, PHASE_DEVICE, "-blockdev");
  props_str(p, "driver", "a\"\\\n/");
  props_uint(p, "big", UINT64_MAX);
  props_int(p, "small", INT64_MIN);
  props_bool(p, "cache.direct", true);
  props_bool(p, "cache.no-flush", false);
  props_str(p, "absent", NULL);
  props_switch(p, "unset", UNSET);
  props_null(p, "nothing");
  props_uint(props_list(p, "list"), NULL, 1);
  ck_assert(argv_order(argv, diag));
  ck_assert_str_eq(words(argv),
                   "q -name guest=a,,b=c,debug-threads=on -display a,,b -blockdev "
                   "{\"driver\":\"a\\\"\\\\\\n/\",\"big\":18446744073709551615,"
                   "\"small\":-9223372036854775808,\"cache\":{\"direct\":true,\"no-flush\":false},\"nothing\":null,"
                   "\"list\":[1]}");
  talloc_free(diag);
}
END_TEST

START_TEST(quotes)
{
  static const struct {
    const char *word, *quoted;
  } cases[] = {
    { "", "''" },
    { "plain", "plain" },
    { "-a.b/c,d=e:f@g", "-a.b/c,d=e:f@g" },
    { "two words", "'two words'" },
    { "it's", "'it'\\''s'" },
    { "'", "''\\'''" },
    { "$x", "'$x'" },
    { "`x`", "'`x`'" },
    { "a\\b", "'a\\b'" },
    { "~", "'~'" },
    { "=ls", "'=ls'" },
    { "a!b", "'a!b'" },
    { "{a,b}", "'{a,b}'" },
    { "#x", "'#x'" },
    { "a\nb", "'a\nb'" },
    { "a*", "'a*'" },
    { "?", "'?'" },
    { "gr\xc3\xbc\xc3\x9f", "'gr\xc3\xbc\xc3\x9f'" },
    { "\xff", "'\xff'" },
  };
  TALLOC_CTX *ctx = talloc_new(NULL);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_str_eq(out_quote(ctx, cases[i].word), cases[i].quoted);
  for (const char *special = "|&;<>()$`\\\" \t\n*?[]#~!{}^'"; *special; special++) {
    char word[] = { *special, '\0' };
    ck_assert_msg(!str_eq(out_quote(ctx, word), word), "%s is bare", word);
  }
  talloc_free(ctx);
}
END_TEST

/* Linux: MAX_ARG_STRLEN, the word's end included. */
START_TEST(long_words)
{
  static const struct {
    size_t length;
    const char *says;
  } cases[] = {
    { 128 * 1024 - 1, "" },
    { 128 * 1024, ": an argument of 128 KiB: " },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct diag *diag = diag_new(NULL);
    struct argv *argv = argv_new(diag, "q");
    char *word = talloc_zero_size(argv, cases[i].length + 1);
    memset(word, 'x', cases[i].length);
    argv_plain(argv, PHASE_NAME, "-name", word);
    argv_check_length(argv, diag);
    const char *said = unit_said(argv, diag);
    ck_assert_msg(*cases[i].says ? strstr(said, cases[i].says) != NULL : !*said, "%zu: %s", cases[i].length, said);
    talloc_free(diag);
  }
}
END_TEST

START_TEST(many)
{
  struct diag *diag = diag_new(NULL);
  struct argv *argv = argv_new(diag, "q");
  enum { MANY = 100000 };
  char *last = NULL;
  for (int i = 0; i < MANY; i++) {
    char *name = talloc_asprintf(argv, "n%d", i);
    node(argv, name, i % 100 ? last : NULL);
    last = name;
  }
  ck_assert(argv_order(argv, diag));
  ck_assert_uint_eq(argv->n, MANY);
  talloc_free(diag);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, references_inside_count);
  tcase_add_test(tcase, references_decide);
  tcase_add_test(tcase, phases_and_ties);
  tcase_add_test(tcase, our_own_mistakes_are_told);
  tcase_add_test(tcase, buses);
  tcase_add_test(tcase, spelling);
  tcase_add_test(tcase, quotes);
  tcase_add_test(tcase, long_words);
  tcase_add_test(tcase, many);
}

UNIT("core/argv", tests)
