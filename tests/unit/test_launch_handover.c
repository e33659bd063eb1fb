/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_handover.c - hand-over and give-back survive every fault at every step */

#include "launch/handover.h"
#include "launch/journal.h"
#include "unit/two_controllers.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct handover_options *
options_for(int error)
{
  return error == ETIMEDOUT ? &impatient : &options;
}

START_TEST(there_and_back)
{
  static const struct {
    const char *driver, *override, *back;
  } cases[] = {
    { "nvme", NULL, "nvme (null)" },
    { "nvme", "nvme\n", "nvme nvme" },
    { NULL, NULL, "- (null)" },
    { NULL, "none\n", "- none" },
  };
  struct fake_faults *faults;
  struct tmp_host *tmp = before(cases[_i].driver, cases[_i].override, &faults);
  struct handover *h = handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag);
  size_t count;
  unsigned undone;
  ck_assert_msg(h != NULL, "%s", tmp_host_reports(tmp));
  ck_state(tmp, "vfio-pci vfio-pci", "vfio-pci vfio-pci", "there");
  ck_assert(handover_is_managed(h));
  ck_assert_int_ge(handover_fds(h, &count)[1], 0);
  ck_assert_uint_eq(count, 2);
  ck_assert(reattach(tmp, &undone));
  ck_assert_uint_eq(undone, 0);
  ck_state(tmp, "vfio-pci vfio-pci", "vfio-pci vfio-pci", "a living owner is left alone");
  ck_says(tmp, C0 " is in use (process ");
  ck_assert(handover_give_back(h, tmp->diag));
  ck_state(tmp, "nvme (null)", cases[_i].back, "back");
  ck_empty(tmp, "back");
  ck_assert_str_eq(tmp_host_reports(tmp), "");
}
END_TEST

START_TEST(unmanaged_is_only_locked)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("vfio-pci", NULL, &faults);
  struct claim claim = claims[0];
  struct handover *h;
  claim.managed = false;
  h = handover_take(tmp, tmp->host, &claim, 1, &options, tmp->diag);
  ck_assert_msg(h && !handover_is_managed(h), "%s", tmp_host_reports(tmp));
  ck_assert_ptr_null(handover_take(tmp, tmp->host, &claim, 1, &options, tmp->diag));
  ck_says(tmp,
          talloc_asprintf(tmp,
                          "g.xml:31: error: disk vdb: " C1 " is in use by another domxml2qemu: process %d, guest guest",
                          (int)getpid()));
  handover_sign(h, 4711);
  ck_assert_ptr_null(handover_take(tmp, tmp->host, &claim, 1, &options, tmp->diag));
  ck_says(tmp, "process 4711, guest guest");
  ck_assert(handover_give_back(h, tmp->diag));
  ck_state(tmp, "nvme (null)", "vfio-pci (null)", "unmanaged");
  ck_empty(tmp, "unmanaged");
}
END_TEST

/* Stands for somebody who mounts the disk between the first look and our lock. */
static int
mount_when_locked(const struct host_step *step, void *arg)
{
  if (step->change == HOST_LOCK && step->done)
    tmp_host_file(arg, "/proc/self/mountinfo", "40 22 259:16 / /srv rw - ext4 /dev/nvme0n1 rw\n");
  return step->change == HOST_WRITE ? EIO : 0;
}

START_TEST(looked_at_again_under_the_lock)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  host_watch(tmp->host, mount_when_locked, tmp);
  ck_assert_ptr_null(handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag));
  ck_says(tmp, "g.xml:24: error: disk vda: " C0 " is in use by this host: namespace 1, nvme0n1 is mounted on /srv");
  ck_state(tmp, "nvme (null)", "nvme (null)", "mounted meanwhile");
  ck_empty(tmp, "mounted meanwhile");
}
END_TEST

/* --- kill -9 --- */

/* Everything that one run does; returns only in the parent, when all children are gone. */
static bool
run_until(struct tmp_host *tmp, struct fake_faults *faults, int die_at, bool reattaching)
{
  pid_t child = fork(), ended;
  int status = 0, mine = 0;
  if (child == 0) {
    unsigned count;
    struct handover *h;

    faults->steps = 0;
    faults->victim = getpid();
    faults->die_at = die_at;
    if (reattaching)
      _exit(reattach(tmp, &count) ? 0 : 1);
    h = handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag);
    _exit(h && handover_give_back(h, tmp->diag) ? 0 : 1);
  }
  while ((ended = waitpid(-1, &status, 0)) > 0)
    mine = ended == child ? status : mine;
  faults->die_at = 0;
  if (WIFSIGNALED(mine))
    return false;
  ck_assert_msg(WEXITSTATUS(mine) == 0, "step %d: %s", die_at, tmp_host_reports(tmp));
  return true;
}

START_TEST(killed_after_every_step)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before(_i ? NULL : "nvme", _i ? NULL : "nvme\n", &faults);
  const char *back = _i ? "- (null)" : "nvme nvme";
  int n;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (n = 1; !run_until(tmp, faults, n, false); n++) {
    char *when = talloc_asprintf(tmp, "killed at step %d", n);
    unsigned count;

    ck_assert_msg(reattach(tmp, &count), "%s: %s", when, tmp_host_reports(tmp));
    ck_state(tmp, "nvme (null)", back, when);
    ck_empty(tmp, when);
    ck_assert(reattach(tmp, &count));
    ck_assert_uint_eq(count, 0);
  }
  ck_state(tmp, "nvme (null)", back, "not killed");
  ck_assert_msg(n > 50, "only %d steps", n);
}
END_TEST

START_TEST(killed_again_while_reattaching)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (int n = 1; !run_until(tmp, faults, n, false); n += 3) {
    for (int m = 1; !run_until(tmp, faults, m, true); m++)
      ;
    ck_state(tmp, "nvme (null)", "nvme (null)", talloc_asprintf(tmp, "killed at step %d and ever later", n));
    ck_empty(tmp, "killed again");
  }
}
END_TEST

/* --- faults of the kernel and the disk --- */

struct fault_case {
  const char *name;
  const char *path, *text;
  int error, times;
  const char *says;
  const char *c1; /* what is left of C1, "nvme (null)" where NULL */
};

/* While handing over: C0 goes first and must come back whatever happens to C1. */
static const struct fault_case there_faults[] = {
  { "no right to make the folder", "run/domxml2qemu", NULL, EACCES, 1, "for locks and journals: Permission denied",
    NULL },
  { "no right to lock", C1 ".lock", NULL, EACCES, 1, "cannot lock it in", NULL },
  { "read-only folder", C1 ".journal", NULL, EROFS, 1, "cannot write the journal in", NULL },
  { "full disk at the first journal", C1 ".journal", NULL, ENOSPC, 1, "No space left on device; nothing is rebound",
    NULL },
  { "full disk for ever", C1 ".journal", NULL, ENOSPC, 4, "No space left on device", NULL },
  { "override busy", C1 "/driver_override", "vfio-pci", EBUSY, 1, "writing driver_override failed", NULL },
  { "override not allowed", C1 "/driver_override", "vfio-pci", EPERM, 1, "Operation not permitted; run as root", NULL },
  { "override hangs", C1 "/driver_override", "vfio-pci", ETIMEDOUT, 1,
    "writing driver_override has not ended within 1 s", NULL },
  { "unbind busy", C1 "/driver/unbind", NULL, EBUSY, 1, "unbinding it from nvme failed", NULL },
  { "unbind not allowed", C1 "/driver/unbind", NULL, EPERM, 1, "Operation not permitted; run as root", NULL },
  { "unbind hangs", C1 "/driver/unbind", NULL, ETIMEDOUT, 1, "unbinding it from nvme has not ended within 1 s",
    "nvme vfio-pci" },
  { "probe busy", "drivers_probe", C1, EBUSY, 1, "looking for its driver failed", NULL },
  { "probe not allowed", "drivers_probe", C1, EPERM, 1, "looking for its driver failed", NULL },
  { "probe hangs", "drivers_probe", C1, ETIMEDOUT, 1, "looking for its driver has not ended", "- vfio-pci" },
};

START_TEST(faults_while_handing_over)
{
  const struct fault_case *c = &there_faults[_i];
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  const char *left = c->c1 ? c->c1 : "nvme (null)";
  faults->path = c->path;
  faults->text = c->text;
  faults->error = c->error;
  faults->times = c->times;
  ck_assert_msg(!handover_take(tmp, tmp->host, claims, 2, options_for(c->error), tmp->diag), "%s", c->name);
  ck_says(tmp, c->says);
  faults->path = NULL;
  faults->error = 0; /* the hanging child goes on, and ends */
  ck_state(tmp, "nvme (null)", left, c->name);
  if (c->error == ETIMEDOUT)
    while (waitpid(-1, NULL, 0) > 0)
      ;
  else
    ck_empty(tmp, c->name);
}
END_TEST

/* A hanging step leaves its journal; when the kernel lets go, the owner being gone, it is undone. */
START_TEST(hang_then_reattach)
{
  static const char *const paths[] = { C1 "/driver_override", C1 "/driver/unbind", "drivers_probe" };
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  unsigned count;
  int status;
  pid_t child;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  faults->path = paths[_i];
  faults->text = _i == 2 ? C1 : NULL;
  faults->error = ETIMEDOUT;
  child = fork();
  if (child == 0)
    _exit(handover_take(tmp, tmp->host, claims, 2, &impatient, tmp->diag) ? 0 : 3);
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_int_eq(WEXITSTATUS(status), 3);
  while (waitpid(-1, NULL, 0) > 0)
    ;
  faults->path = NULL;
  faults->error = 0;
  ck_assert_msg(reattach(tmp, &count), "%s", tmp_host_reports(tmp));
  ck_assert_uint_eq(count, 1);
  ck_state(tmp, "nvme (null)", "nvme (null)", paths[_i]);
  ck_empty(tmp, paths[_i]);
}
END_TEST

/* Pulled out after everything was checked. */
START_TEST(a_device_vanishes)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  faults->vanishes = C1;
  ck_assert_ptr_null(handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag));
  ck_says(tmp, C1 "/driver_override: No such file or directory; it is gone from this host since it was looked at");
  ck_state(tmp, "nvme (null)", "nvme (null)", "the other is back");
  ck_empty(tmp, "there is nothing to give back");
}
END_TEST

/* Nothing is left to unbind from, there and back. */
START_TEST(a_driver_gives_up_by_itself)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  faults->leaves = C1;
  struct handover *h = handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag);
  ck_assert_msg(h != NULL, "%s", tmp_host_reports(tmp));
  ck_state(tmp, "vfio-pci vfio-pci", "vfio-pci vfio-pci", "there");
  ck_assert_msg(handover_give_back(h, tmp->diag), "%s", tmp_host_reports(tmp));
  ck_state(tmp, "nvme (null)", "nvme (null)", "back");
  ck_empty(tmp, "back");
}
END_TEST

START_TEST(vfio_does_not_take_it)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  faults->probe_fails = true;
  ck_assert_ptr_null(handover_take(tmp, tmp->host, claims, 2, &impatient, tmp->diag));
  ck_says(tmp, "vfio-pci did not take it; dmesg says why");
  ck_state(tmp, "nvme (null)", "nvme (null)", "a silent probe");
  ck_empty(tmp, "a silent probe");
}
END_TEST

static const struct fault_case back_faults[] = {
  { "override busy", C1 "/driver_override", NULL, EBUSY, 1, "clearing driver_override failed", NULL },
  { "override hangs", C1 "/driver_override", "\n", ETIMEDOUT, 1, "clearing driver_override has not ended", NULL },
  { "unbind not allowed", C1 "/driver/unbind", NULL, EPERM, 1, "unbinding it from vfio-pci failed", NULL },
  { "unbind hangs", C1 "/driver/unbind", NULL, ETIMEDOUT, 1, "unbinding it from vfio-pci has not ended", NULL },
  { "probe busy", "drivers_probe", C1, EBUSY, 1, "looking for its driver failed", NULL },
  { "probe hangs", "drivers_probe", C1, ETIMEDOUT, 1, "looking for its driver has not ended", NULL },
  { "journal stays", C1 ".journal", NULL, EROFS, 1, "was given back, but its journal in", NULL },
};

/* The journal stays; nothing is lost: the next --reattach puts it right. C0 is back at once. */
START_TEST(faults_while_giving_back)
{
  const struct fault_case *c = &back_faults[_i];
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  unsigned count;
  int status;
  pid_t child;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  child = fork();
  if (child == 0) {
    struct handover *h = handover_take(tmp, tmp->host, claims, 2, options_for(c->error), tmp->diag);
    FILE *out = fopen(tmp_host_path(tmp, "/said"), "w");

    faults->path = c->path;
    faults->text = c->text;
    faults->error = c->error;
    faults->times = c->times;
    status = handover_give_back(h, tmp->diag);
    diag_show(tmp->diag, out);
    fclose(out);
    _exit(status);
  }
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_int_eq(WEXITSTATUS(status), 0);
  while (waitpid(-1, NULL, 0) > 0)
    ;
  ck_assert_msg(strstr(host_read(tmp, tmp->host, "/said", 4096, NULL), c->says) != NULL, "%s: %s", c->name,
                host_read(tmp, tmp->host, "/said", 4096, NULL));
  ck_assert_str_eq(fake_pci_state(tmp, C0), "nvme (null)");
  ck_assert(host_exists(tmp->host, DIR "/" C1 ".journal"));
  faults->path = NULL;
  faults->error = 0;
  ck_assert_msg(reattach(tmp, &count), "%s", tmp_host_reports(tmp));
  ck_assert_uint_eq(count, 1);
  ck_state(tmp, "nvme (null)", "nvme (null)", c->name);
  ck_empty(tmp, c->name);
}
END_TEST

/* --- journals that are not what we left --- */

/* A journal as a killed run leaves it, both devices on vfio-pci. */
static struct tmp_host *
after_crash(struct fake_faults **faults)
{
  struct tmp_host *tmp = before("nvme", NULL, faults);
  pid_t child = fork();
  if (child == 0)
    _exit(handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag) ? 0 : 1);
  waitpid(child, NULL, 0);
  ck_state(tmp, "vfio-pci vfio-pci", "vfio-pci vfio-pci", "after the crash");
  return tmp;
}

START_TEST(journals_that_cannot_be_trusted)
{
  static const struct {
    const char *text; /* NULL: cut off; "": emptied */
    const char *says;
  } cases[] = {
    { "", "this journal is no journal, or was cut off" },
    { NULL, "this journal is damaged or was cut off" },
    { "domxml2qemu-journal 2\nwhatever\n",
      "written by another version of domxml2qemu (journal version 2, this one knows 1)" },
    { "hello\n", "this journal is no journal" },
  };
  struct fake_faults *faults;
  struct tmp_host *tmp = after_crash(&faults);
  char *good = host_read(tmp, tmp->host, DIR "/" C1 ".journal", 4096, NULL);
  unsigned count;
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    const char *text = cases[i].text ? cases[i].text : talloc_strndup(tmp, good, strlen(good) * 2 / 3);

    tmp->diag = diag_new(tmp);
    tmp_host_file(tmp, DIR "/" C1 ".journal", text);
    ck_assert(!reattach(tmp, &count));
    ck_assert_uint_eq(count, i == 0);
    ck_says(tmp, cases[i].says);
    ck_state(tmp, "nvme (null)", "vfio-pci vfio-pci", "nothing is touched");
    ck_assert_str_eq(host_read(tmp, tmp->host, DIR "/" C1 ".journal", 4096, NULL), text);
  }
  *strstr(good, "nvme\n") ^= 1; /* well-formed, but not what was written */
  tmp_host_file(tmp, DIR "/" C1 ".journal", good);
  tmp->diag = diag_new(tmp);
  ck_assert(!reattach(tmp, &count));
  ck_says(tmp, "this journal is damaged or was cut off");
  *strstr(good, "ovme\n") ^= 1;
  tmp_host_file(tmp, DIR "/" C1 ".journal", good);
  ck_assert(reattach(tmp, &count));
  ck_state(tmp, "nvme (null)", "nvme (null)", "trusted again");
}
END_TEST

START_TEST(a_crashed_run_must_be_undone_first)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = after_crash(&faults);
  ck_assert_ptr_null(handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag));
  ck_says(tmp, C0 " was never given back by an earlier run; domxml2qemu --reattach does it");
  ck_state(tmp, "vfio-pci vfio-pci", "vfio-pci vfio-pci", "untouched");
}
END_TEST

START_TEST(what_others_did_since_is_respected)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = after_crash(&faults);
  const char *named[] = { C1, NULL };
  unsigned count;
  unlink(tmp_host_path(tmp, "/sys/bus/pci/devices/" C1 "/driver"));
  tmp_host_link(tmp, "/sys/devices/pci0000:00/" C1 "/driver", "../../../bus/pci/drivers/xhci_hcd");
  ck_assert(!handover_reattach(tmp->host, named, &options, &count, tmp->diag));
  ck_says(tmp, C1 " was bound to xhci_hcd by somebody else since (it was on nvme); nothing was changed");
  ck_state(tmp, "vfio-pci vfio-pci", "xhci_hcd vfio-pci", "only the named one was looked at");
  rename(tmp_host_path(tmp, "/sys/bus/pci/devices/" C1), tmp_host_path(tmp, "/gone"));
  ck_assert(handover_reattach(tmp->host, named, &options, &count, tmp->diag));
  ck_says(tmp, "warning: " C1 " is gone from this host; there is nothing to give back");
  ck_assert(reattach(tmp, &count));
  ck_assert_uint_eq(count, 1);
  ck_empty(tmp, "gone");
}
END_TEST

START_TEST(the_old_driver_is_gone)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = after_crash(&faults);
  unsigned count;
  rename(tmp_host_path(tmp, "/sys/bus/pci/drivers/nvme"), tmp_host_path(tmp, "/sys/bus/pci/drivers/x"));
  ck_assert(!reattach(tmp, &count));
  ck_says(tmp, C0 " was on nvme, which is not loaded any more; modprobe nvme, then domxml2qemu --reattach");
  rename(tmp_host_path(tmp, "/sys/bus/pci/drivers/x"), tmp_host_path(tmp, "/sys/bus/pci/drivers/nvme"));
  faults->refuses = "nvme";
  ck_assert(!reattach(tmp, &count));
  ck_says(tmp, "nvme did not take it back; dmesg says why");
  faults->refuses = NULL;
  ck_assert(reattach(tmp, &count));
  ck_assert_uint_eq(count, 2);
  ck_state(tmp, "nvme (null)", "nvme (null)", "loaded again");
}
END_TEST

/* The lock, inherited by what was started, outlives us: QEMU may still run when we were killed. */
START_TEST(an_heir_keeps_the_lock)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  const char *named[] = { C0, NULL };
  int ends[2];
  unsigned count;
  pid_t child;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  ck_assert_int_eq(pipe(ends), 0);
  child = fork();
  if (child == 0) {
    struct handover *h = handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag);
    pid_t heir = fork();
    char c;

    if (heir == 0) {
      close(ends[1]);
      _exit((int)read(ends[0], &c, 1));
    }
    handover_sign(h, heir);
    kill(getpid(), SIGKILL);
  }
  close(ends[0]);
  ck_assert_int_eq(waitpid(child, NULL, 0), child);
  ck_assert(!handover_reattach(tmp->host, named, &options, &count, tmp->diag));
  ck_says(tmp, "error: " C0 " is in use (process ");
  ck_state(tmp, "vfio-pci vfio-pci", "vfio-pci vfio-pci", "QEMU still runs");
  close(ends[1]);
  while (waitpid(-1, NULL, 0) > 0)
    ;
  ck_assert(reattach(tmp, &count));
  ck_assert_uint_eq(count, 2);
  ck_state(tmp, "nvme (null)", "nvme (null)", "QEMU ended");
}
END_TEST

START_TEST(a_signal_gives_up)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", NULL, &faults);
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGTERM);
  ck_assert_ptr_null(handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag));
  ck_says(tmp, "interrupted by a signal; everything is given back");
  ck_state(tmp, "nvme (null)", "nvme (null)", "interrupted");
  ck_empty(tmp, "interrupted");
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_loop_test(tcase, there_and_back, 0, 4);
  tcase_add_test(tcase, unmanaged_is_only_locked);
  tcase_add_test(tcase, looked_at_again_under_the_lock);
  tcase_add_loop_test(tcase, killed_after_every_step, 0, 2);
  tcase_add_test(tcase, killed_again_while_reattaching);
  tcase_add_loop_test(tcase, faults_while_handing_over, 0, ARRAY_SIZE(there_faults));
  tcase_add_loop_test(tcase, hang_then_reattach, 0, 3);
  tcase_add_test(tcase, a_device_vanishes);
  tcase_add_test(tcase, a_driver_gives_up_by_itself);
  tcase_add_test(tcase, vfio_does_not_take_it);
  tcase_add_loop_test(tcase, faults_while_giving_back, 0, ARRAY_SIZE(back_faults));
  tcase_add_test(tcase, journals_that_cannot_be_trusted);
  tcase_add_test(tcase, a_crashed_run_must_be_undone_first);
  tcase_add_test(tcase, what_others_did_since_is_respected);
  tcase_add_test(tcase, the_old_driver_is_gone);
  tcase_add_test(tcase, an_heir_keeps_the_lock);
  tcase_add_test(tcase, a_signal_gives_up);
}

UNIT("launch/handover", tests)
