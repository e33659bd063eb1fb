/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_features.c - the table of features is whole, and agrees with recorded QEMUs */

#include "qemu/caps.h"
#include "unit/unit.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

START_TEST(rows_are_whole)
{
  for (enum feature feature = FEAT_NONE + 1; feature < FEATURES; feature++) {
    const struct feature_row *row = &feature_rows[feature];
    bool silent = row->find == FIND_NOTHING || row->find == FIND_KVM;

    ck_assert_msg(row->name, "feature %d has no row", feature);
    ck_assert_msg(feature_by_name(row->name) == feature, "%s: a second row of this name", row->name);
    ck_assert_msg(silent == !row->where, "%s: how is it found?", row->name);
    if (row->find == FIND_PROPERTY || row->find == FIND_PROPERTY_OFF || row->find == FIND_MACHINE)
      for (const char *word = row->where; word; word = strchr(word + 1, ' '))
        ck_assert_msg(strcspn(word + 1, ".") < strcspn(word + 1, " "), "%s: '%s' has no dot", row->name, word);
    ck_assert_msg(row->since == 0 || row->since > QEMU_OLDEST, "%s: since before our floor", row->name);
    ck_assert_msg(row->until == 0 || row->since < row->until, "%s: gone before it came", row->name);
  }
  ck_assert_int_eq(feature_by_name("no-such-thing"), FEATURES);
}
END_TEST

START_TEST(versions)
{
  static const struct {
    enum feature feature;
    unsigned version;
    enum arch arch;
    bool has;
    const char *what;
  } cases[] = {
    { FEAT_NONE, QEMU_OLDEST, ARCH_X86_64, true, "nothing is always there" },
    { FEAT_DEVICE_JSON, QEMU_VERSION(6, 2, 0), ARCH_X86_64, false, "before it came" },
    { FEAT_DEVICE_JSON, QEMU_VERSION(7, 0, 0), ARCH_X86_64, true, "when it came" },
    { FEAT_VIRTIO_BLK_SCSI, QEMU_VERSION(9, 0, 3), ARCH_X86_64, true, "before it went" },
    { FEAT_VIRTIO_BLK_SCSI, QEMU_VERSION(9, 1, 0), ARCH_X86_64, false, "when it went" },
    { FEAT_DEVICE_ZPCI, QEMU_NEWEST, ARCH_S390X, true, "only there" },
    { FEAT_DEVICE_ZPCI, QEMU_NEWEST, ARCH_X86_64, false, "not elsewhere" },
    { FEAT_DEVICE_VGA, QEMU_NEWEST, ARCH_ALPHA, true, "an ordinary PCI board" },
    { FEAT_DEVICE_VGA, QEMU_NEWEST, ARCH_S390X, false, "no ordinary PCI board" },
    { FEAT_MACHINE_VIRT_AIA, QEMU_NEWEST, ARCH_RISCV64, true, "riscv" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_msg(feature_in_version(cases[i].feature, cases[i].version, cases[i].arch) == cases[i].has, "%s: %s",
                  feature_text(cases[i].feature), cases[i].what);
}
END_TEST

/* What distributors leave out, and what the machine underneath decides. */
static bool
varies_by_build(enum feature feature)
{
  static const char *const words[] = {
    "kvm",
    "sev",
    "sgx",
    "spice",
    "sdl",
    "egl-headless",
    "-gl",
    "qxl",
    "rendernode",
    "vdagent",
    "display-dbus",
    "pmem",
    "ccid",
    "usb-redir",
    "usb-host",
    "lkcf",
    "vhost-vdpa",
    "tpm-passthrough",
    "tpm-emulator",
    "virtio-mem",
    "cpu-model-expansion",
    "cpu-max",
    "iothread-mapping",
  };
  for (size_t i = 0; i < ARRAY_SIZE(words); i++)
    if (strstr(feature_rows[feature].name, words[i]))
      return true;
  return false;
}

static void
agree(const char *file)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct caps *recorded = caps_from_file(tmp, file, diag_new(tmp));
  unsigned version;
  ck_assert_msg(recorded, "%s", file);
  version = caps_version(recorded);
  if (version % 1000 >= 50)
    version = version / 1000 == 9002 ? QEMU_VERSION(10, 0, 0) : version + 1000;
  for (enum feature feature = FEAT_NONE; feature < FEATURES; feature++)
    if (!varies_by_build(feature))
      ck_assert_msg(caps_has(recorded, feature) == feature_in_version(feature, version, caps_arch(recorded)), "%s: %s",
                    file, feature_rows[feature].name);
  talloc_free(tmp);
}

/* With RECORDED_QEMUS=FOLDER, which holds capabilities files. */
START_TEST(table_and_binaries_agree)
{
  const char *folder = getenv("RECORDED_QEMUS");
  char *pattern = talloc_asprintf(NULL, "%s/*.json", folder ? folder : "/nonexistent");
  glob_t files = { 0 };

  glob(pattern, 0, NULL, &files);
  ck_assert_msg(!folder || files.gl_pathc > 0, "nothing is recorded in %s", folder);
  for (size_t i = 0; i < files.gl_pathc; i++)
    agree(files.gl_pathv[i]);
  globfree(&files);
  talloc_free(pattern);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, rows_are_whole);
  tcase_add_test(tcase, versions);
  tcase_add_test(tcase, table_and_binaries_agree);
}

UNIT("qemu/features", tests)
