/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_names.c - words, the nearest word, and uuids */

#include "core/names.h"
#include "core/uuid.h"
#include "unit/unit.h"

static const char *const buses[] = { NULL, "virtio", "scsi", "sata", "ide", "usb", "fdc" };

START_TEST(found)
{
  ck_assert_int_eq(name_find(buses, ARRAY_SIZE(buses), "virtio"), 1);
  ck_assert_int_eq(name_find(buses, ARRAY_SIZE(buses), "fdc"), 6);
  ck_assert_int_eq(name_find(buses, ARRAY_SIZE(buses), "Virtio"), -1);
  ck_assert_int_eq(name_find(buses, ARRAY_SIZE(buses), ""), -1);
}
END_TEST

START_TEST(nearest)
{
  static const struct {
    const char *word, *nearest;
  } cases[] = {
    { "vritio", "virtio" }, { "virtoi", "virtio" }, { "virtio-blk", "virtio" },
    { "scis", "scsi" },     { "warp", NULL },       { "ubs", "usb" },
    { "xyz", NULL },        { "", NULL },           { "IDE", "ide" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    const char *got = name_nearest(buses, ARRAY_SIZE(buses), cases[i].word);
    ck_assert_msg(got == cases[i].nearest || str_eq(got, cases[i].nearest), "%s: %s", cases[i].word,
                  got ? got : "none");
  }
  char word[1000] = { 0 };
  memset(word, 'v', sizeof word - 1);
  ck_assert_ptr_null(name_nearest(buses, ARRAY_SIZE(buses), word));
}
END_TEST

START_TEST(remedies)
{
  static const char *const models[] = { NULL,        "ehci",      "ich9-ehci1", "nec-xhci", "qemu-xhci",
                                        "piix-uhci", "ich9-uhci", "vt-uhci",    "pci-uhci" };
  static const struct {
    const char *word, *remedy;
  } cases[] = {
    { "xhci", "did you mean 'nec-xhci' or 'qemu-xhci'?" },
    { "XHCI", "did you mean 'nec-xhci' or 'qemu-xhci'?" },
    { "nec", "did you mean 'nec-xhci'?" },
    { "echi", "did you mean 'ehci'?" },
    { "ehci1", "did you mean 'ich9-ehci1'?" },
    { "uhci", "did you mean 'ehci'?" }, /* too many have it in them */
    { "ci", "one of ehci, ich9-ehci1, nec-xhci, qemu-xhci, piix-uhci, ich9-uhci, vt-uhci, pci-uhci" },
    { "", "one of ehci, ich9-ehci1, nec-xhci, qemu-xhci, piix-uhci, ich9-uhci, vt-uhci, pci-uhci" },
  };
  TALLOC_CTX *ctx = talloc_new(NULL);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_str_eq(name_remedy(ctx, models, ARRAY_SIZE(models), cases[i].word), cases[i].remedy);
  talloc_free(ctx);
}
END_TEST

START_TEST(slips)
{
  static const struct {
    const char *meant, *word;
    bool slip;
  } cases[] = {
    { "memoryBacking", "memorybacking", true },
    { "iommu", "iomu", true },
    { "iommu", "iommus", true },
    { "iommu", "iommufd", false },
    { "iommufd", "iommu", false },
    { "tune", "memtune", false },
    { "memorytune", "energytune", false },
    { "rng", "rmg", true },
    { "rng", "rmh", false },
    { "hostdev", "hotsdev", true },
    { "cachetune", "cachtunes", true },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_msg(name_is_slip(cases[i].meant, cases[i].word) == cases[i].slip, "%s: %s", cases[i].meant,
                  cases[i].word);
}
END_TEST

START_TEST(uuids)
{
  static const struct {
    const char *text;
    bool good;
  } cases[] = {
    { "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f", true },
    { "0A81F5B284037B23C8D621CCC2F80D6F", true },
    { "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6", false },
    { "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f0", false },
    { "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6g", false },
    { "", false },
    { "no uuid", false },
    { "{0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f}", false },
  };
  TALLOC_CTX *ctx = talloc_new(NULL);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    uint8_t uuid[16];
    ck_assert_msg(uuid_parse(cases[i].text, uuid) == cases[i].good, "'%s'", cases[i].text);
    if (cases[i].good)
      ck_assert_str_eq(uuid_text(ctx, uuid), "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f");
  }
  uint8_t a[16], b[16], c[16];
  uuid_from_text("guest", a);
  uuid_from_text("guest", b);
  uuid_from_text("guest2", c);
  ck_assert_mem_eq(a, b, sizeof a);
  ck_assert_mem_ne(a, c, sizeof a);
  ck_assert_msg((a[6] & 0xf0) == 0x80 && (a[8] & 0xc0) == 0x80, "version 8, variant 1 of RFC 9562");
  talloc_free(ctx);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, found);
  tcase_add_test(tcase, nearest);
  tcase_add_test(tcase, remedies);
  tcase_add_test(tcase, slips);
  tcase_add_test(tcase, uuids);
}

UNIT("core/names", tests)
