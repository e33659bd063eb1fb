/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_node.c - what helps where a node may not be opened, though its mode is no reason */

/* What the mode and ACLs forbid is in tests/cli/wants.test, which can be another user. */

#include "launch/node.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <errno.h>
#include <sys/statvfs.h>

START_TEST(the_mode_is_no_reason)
{
  struct tmp_host *tmp = tmp_host_new();
  struct statvfs mount;
  tmp_host_file(tmp, "/dev/kvm", "");
  ck_assert_int_eq(statvfs(tmp_host_path(tmp, "/dev/kvm"), &mount), 0);
  const struct {
    const char *path;
    int error;
    const char *remedy; /* NULL: none is known */
  } cases[] = {
    { "/dev/kvm", EPERM,
      "the device rules of this container or service deny it, not its mode; start that with --device=/dev/kvm, or "
      "DeviceAllow=/dev/kvm rw" },
    { "/dev/kvm", EACCES,
      mount.f_flag & ST_NODEV ? "its mount is for no devices; mount -o remount,dev $(findmnt -no TARGET -T /dev/kvm)"
                              : "a policy (AppArmor, SELinux) denies it, not its mode; allow it there" },
    { "/dev/kvm", ENODEV, NULL },
    { "/dev/none", EACCES, NULL },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    const char *remedy = node_remedy(tmp, tmp->host, cases[i].path, cases[i].error);
    ck_assert_msg(cases[i].remedy ? str_eq(remedy, cases[i].remedy) : !remedy, "%zu: %s", i,
                  remedy ? remedy : "(none)");
  }
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, the_mode_is_no_reason);
}

UNIT("launch/node", tests)
