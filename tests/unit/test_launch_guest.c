/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_guest.c - a whole run: devices there before QEMU, back after any end of it */

#include "launch/guest.h"
#include "launch/handover.h"
#include "unit/fake_pci.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define C0 "0000:01:00.0"

static const struct claim claim = {
  .address = C0,
  .managed = true,
  .nvme_namespace = 1,
  .subject = "disk vda",
  .place = { .file = "g.xml", .line = 24 },
};

static struct fake_faults *faults;

static struct tmp_host *
one_controller(void)
{
  struct tmp_host *tmp = tmp_host_new();
  faults = fake_pci_start(tmp);
  fake_pci_add(tmp, C0, "0x010802\n", "4", "nvme");
  fake_nvme_add(tmp, C0, "nvme0n1", 1, false);
  return tmp;
}

/* "QEMU": a script that sees DRIVER, the link of the controller's driver. */
static struct guest
guest_of(struct tmp_host *tmp, const char *script)
{
  char **argv = talloc_zero_array(tmp, char *, 4), **env = talloc_zero_array(tmp, char *, 2);
  argv[0] = (char *)"/bin/sh";
  argv[1] = (char *)"-c";
  argv[2] = (char *)script;
  env[0] = talloc_asprintf(env, "DRIVER=%s", tmp_host_path(tmp, "/sys/bus/pci/devices/" C0 "/driver"));
  return (struct guest){ .name = "guest", .qemu = { .argv = argv, .env = env }, .claims = &claim, .n_claims = 1 };
}

#define ON_VFIO "case $(readlink $DRIVER) in */vfio-pci) ;; *) exit 99;; esac; "

START_TEST(back_after_any_end)
{
  static const struct {
    const char *script;
    int status;
  } cases[] = {
    { ON_VFIO "exit 0", 0 },
    { ON_VFIO "exit 5", 5 },
    { ON_VFIO "kill -9 $$", 137 },
  };
  struct tmp_host *tmp = one_controller();
  struct guest guest = guest_of(tmp, cases[_i].script);
  ck_assert_int_eq(guest_run(tmp->host, &guest, tmp->diag), cases[_i].status);
  ck_assert_str_eq(fake_pci_state(tmp, C0), "nvme (null)");
  ck_assert_str_eq(tmp_host_reports(tmp), "");
}
END_TEST

/* A process that has the device open keeps vfio-pci from letting it go: ours must close it before. */
START_TEST(back_though_opened_for_iommufd)
{
  struct tmp_host *tmp = one_controller();
  int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  struct claim hostdev = {
    .address = C0, .managed = true, .iommufd = true, .fd = fd, .subject = "hostdev", .place = claim.place
  };
  const char *script[] = { ON_VFIO "exit 0", ON_VFIO "exit 5", "exit 0" };
  struct guest guest = guest_of(tmp, script[_i]);
  tmp_host_file(tmp, "/sys/bus/pci/devices/" C0 "/vfio-dev/vfio0/dev", "511:0\n");
  tmp_host_file(tmp, "/dev/vfio/devices/vfio0", "");
  guest.claims = &hostdev;
  guest.qemu.fds = &fd;
  guest.qemu.n_fds = 1;
  char *missing[] = { (char *)"/nonexistent/qemu", NULL };
  if (_i == 2)
    guest.qemu.argv = missing;
  ck_assert_int_eq(guest_run(tmp->host, &guest, tmp->diag), _i == 2 ? EXEC_NOT_FOUND : _i * 5);
  ck_assert_str_eq(fake_pci_state(tmp, C0), "nvme (null)");
}
END_TEST

START_TEST(not_started_and_back)
{
  struct tmp_host *tmp = one_controller();
  struct guest guest = guest_of(tmp, "exit 0");
  char *missing[] = { (char *)"/nonexistent/swtpm", NULL };
  const struct helper *helpers[] = { helper_new(talloc_zero(tmp, struct domain), missing[0], NULL,
                                                (struct place){ 0 }) };
  guest.helpers = helpers;
  guest.n_helpers = 1;
  ck_assert_int_eq(guest_run(tmp->host, &guest, tmp->diag), GUEST_HOST);
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), "/nonexistent/swtpm: not found"));
  ck_assert_str_eq(fake_pci_state(tmp, C0), "nvme (null)");
  guest.n_helpers = 0;
  guest.qemu.argv = missing;
  ck_assert_int_eq(guest_run(tmp->host, &guest, tmp->diag), EXEC_NOT_FOUND);
  ck_assert_str_eq(fake_pci_state(tmp, C0), "nvme (null)");
  ck_assert_int_eq(guest_exec(tmp->host, &guest, tmp->diag), EXEC_NOT_FOUND);
  ck_assert_str_eq(fake_pci_state(tmp, C0), "nvme (null)");
}
END_TEST

START_TEST(interrupted_before)
{
  struct tmp_host *tmp = one_controller();
  struct guest guest = guest_of(tmp, "exit 0");
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGINT);
  guest.n_claims = _i;
  ck_assert_int_eq(guest_run(tmp->host, &guest, tmp->diag), GUEST_HOST);
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), "interrupted by a signal"));
  tmp->diag = diag_new(tmp);
  ck_assert_int_eq(guest_exec(tmp->host, &guest, tmp->diag), GUEST_HOST);
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), "interrupted by a signal"));
  ck_assert_str_eq(fake_pci_state(tmp, C0), "nvme (null)");
}
END_TEST

START_TEST(not_given_back)
{
  struct tmp_host *tmp = one_controller();
  struct guest guest = guest_of(tmp, "exit 0");
  faults->refuses = "nvme";
  ck_assert_int_eq(guest_run(tmp->host, &guest, tmp->diag), GUEST_HOST);
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), "g.xml:24: error: disk vda: " C0 ": nvme did not take it back"));
}
END_TEST

/* --exec: the lock lives as long as what we became; then --reattach gives back. */
START_TEST(exec_leaves_it_to_reattach)
{
  const struct handover_options options = { .guest = "guest" };
  struct tmp_host *tmp = one_controller();
  struct guest guest = guest_of(tmp, ON_VFIO "echo >$DRIVER/../../running; read x; exit 5");
  unsigned count;
  int ends[2], status;
  pid_t child;
  ck_assert_int_eq(pipe(ends), 0);
  child = fork();
  if (child == 0) {
    dup2(ends[0], STDIN_FILENO);
    close(ends[1]);
    _exit(guest_exec(tmp->host, &guest, tmp->diag));
  }
  close(ends[0]);
  while (!host_exists(tmp->host, "/sys/bus/pci/drivers/running") && !host_exists(tmp->host, "/sys/bus/pci/running") &&
         waitpid(child, &status, WNOHANG) == 0)
    usleep(10000);
  ck_assert(handover_reattach(tmp->host, NULL, &options, &count, tmp->diag));
  ck_assert_uint_eq(count, 0);
  ck_assert_str_eq(fake_pci_state(tmp, C0), "vfio-pci vfio-pci");
  close(ends[1]);
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_int_eq(WEXITSTATUS(status), 5);
  ck_assert(handover_reattach(tmp->host, NULL, &options, &count, tmp->diag));
  ck_assert_uint_eq(count, 1);
  ck_assert_str_eq(fake_pci_state(tmp, C0), "nvme (null)");
}
END_TEST

/* We are killed, its keeper too, and what would take QEMU along was taken from it, as by a set-uid binary: it keeps
 * its locks, nothing is taken from under it. */
START_TEST(killed_while_qemu_runs)
{
  const struct handover_options options = { .guest = "guest" };
  struct tmp_host *tmp = one_controller();
  struct guest guest = guest_of(tmp, "exec setpriv --pdeathsig clear sh -c '"
                                     "us=$(cut -d\" \" -f4 /proc/$PPID/stat); kill -9 $PPID $us; read x; exit 0'");
  const char *named[] = { C0, NULL };
  unsigned count;
  int ends[2];
  pid_t child;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  ck_assert_int_eq(pipe(ends), 0);
  child = fork();
  if (child == 0) {
    dup2(ends[0], STDIN_FILENO);
    close(ends[1]);
    _exit(guest_run(tmp->host, &guest, tmp->diag));
  }
  close(ends[0]);
  ck_assert_int_eq(waitpid(child, NULL, 0), child);
  ck_assert(!handover_reattach(tmp->host, named, &options, &count, tmp->diag));
  ck_assert_str_eq(fake_pci_state(tmp, C0), "vfio-pci vfio-pci");
  close(ends[1]);
  while (waitpid(-1, NULL, 0) > 0)
    ;
  ck_assert(handover_reattach(tmp->host, named, &options, &count, tmp->diag));
  ck_assert_str_eq(fake_pci_state(tmp, C0), "nvme (null)");
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_loop_test(tcase, back_after_any_end, 0, 3);
  tcase_add_loop_test(tcase, back_though_opened_for_iommufd, 0, 3);
  tcase_add_test(tcase, not_started_and_back);
  tcase_add_loop_test(tcase, interrupted_before, 0, 2);
  tcase_add_test(tcase, not_given_back);
  tcase_add_test(tcase, exec_leaves_it_to_reattach);
  tcase_add_test(tcase, killed_while_qemu_runs);
}

UNIT("launch/guest", tests)
