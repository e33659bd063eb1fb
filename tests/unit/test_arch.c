/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_arch.c - each architecture has what its guests need of the tables */

#include "core/arch.h"
#include "qemu/caps.h"
#include "qemu/machines.h"
#include "unit.h"

/* A board of some release, of those that have releases too. */
static bool
has_a_board(TALLOC_CTX *ctx, unsigned version, enum arch arch)
{
  size_t count;
  struct caps_machine *machines = machines_of_version(ctx, version, arch, false, &count);
  for (size_t i = 0; i < count; i++)
    if (!str_eq(machines[i].name, "none"))
      return true;
  return false;
}

START_TEST(has_a_binary_and_a_machine)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  enum arch arch = (enum arch)_i;
  const char *suffix = arch_qemu_suffix(arch), *machine = machine_preferred(arch);
  ck_assert_msg(arch_names[arch] && *arch_names[arch], "architecture %d has no name", _i);
  enum arch found = arch_from_qemu(suffix);
  ck_assert_msg(str_eq(arch_qemu_suffix(found), suffix), "qemu-system-%s is of no architecture", suffix);
  /* without one it is QEMU's own default; some are in the oldest or the newest QEMU alone */
  const struct caps *oldest = caps_from_version(ctx, QEMU_OLDEST, arch),
                    *newest = caps_from_version(ctx, QEMU_NEWEST, arch);
  ck_assert_msg(!machine || caps_machine(oldest, machine, false) || caps_machine(newest, machine, false),
                "%s: machine %s is in no table", arch_names[arch], machine);
  ck_assert_msg(has_a_board(ctx, QEMU_OLDEST, arch) || has_a_board(ctx, QEMU_NEWEST, arch), "%s has no board",
                arch_names[arch]);
  talloc_free(ctx);
}
END_TEST

/* QEMU 11.0: one binary for both orders of bytes. */
START_TEST(twins)
{
  static const struct {
    enum arch one, other;
    bool twins;
  } cases[] = {
    { ARCH_MICROBLAZE, ARCH_MICROBLAZEEL, true }, { ARCH_MICROBLAZEEL, ARCH_MICROBLAZE, true },
    { ARCH_XTENSAEB, ARCH_XTENSA, true },         { ARCH_SH4, ARCH_SH4EB, true },
    { ARCH_SH4, ARCH_XTENSAEB, false },           { ARCH_MIPS, ARCH_MIPS64, false },
    { ARCH_PPC64, ARCH_PPC64LE, false },          { ARCH_X86_64, ARCH_X86_64, false },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_msg(arch_is_twin(cases[i].one, cases[i].other) == cases[i].twins, "%s and %s", arch_names[cases[i].one],
                  arch_names[cases[i].other]);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, twins);
  tcase_add_loop_test(tcase, has_a_binary_and_a_machine, ARCH_NONE + 1, ARCHES);
}

UNIT("core/arch", tests)
