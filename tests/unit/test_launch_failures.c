/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_failures.c - every question and every change of a hand-over fails once */

#include "unit/two_controllers.h"
#include "unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const int failures[] = { ENFILE, EACCES, EIO };

/* WORK in a child, whose Nth question or change fails with ERROR. *SAID: what it reported. False: it is done before
 * the Nth. */
static bool
fails_at(struct tmp_host *tmp, struct fake_faults *faults, bool (*work)(struct tmp_host *tmp), int n, int error,
         bool *good, const char **said)
{
  pid_t child = fork();
  int status;
  if (child == 0) {
    FILE *out = fopen(tmp_host_path(tmp, "/said"), "w");
    faults->asked = 0;
    faults->fail_with = error;
    faults->fail_at = n;
    bool well = work(tmp);
    faults->fail_at = 0;
    diag_show(tmp->diag, out);
    fclose(out);
    _exit(well ? 0 : 1);
  }
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert(WIFEXITED(status));
  *good = WEXITSTATUS(status) == 0;
  *said = host_read(tmp, tmp->host, "/said", MIB(1), NULL);
  return faults->asked >= n;
}

static bool
go_there_and_back(struct tmp_host *tmp)
{
  struct handover *h = handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag);
  if (!h)
    return false;
  ck_state(tmp, "vfio-pci vfio-pci", "vfio-pci vfio-pci", "taken");
  return handover_give_back(h, tmp->diag);
}

static bool
no_journal_is_left(struct tmp_host *tmp)
{
  char **left = host_list(tmp, tmp->host, DIR);
  for (size_t i = 0; left && left[i]; i++)
    if (strstr(left[i], ".journal") && left[i][0] != '.')
      return false;
  return true;
}

/* Good is good; else it is as it was, or a journal is there, which --reattach follows. */
static void
ck_nothing_is_lost(struct tmp_host *tmp, bool good, const char *when, const char *said)
{
  unsigned count;
  if (good || no_journal_is_left(tmp))
    ck_state(tmp, "nvme (null)", "nvme nvme", talloc_asprintf(tmp, "%s: %s", when, said));
  ck_assert_msg(!good || no_journal_is_left(tmp), "%s", when);
  ck_assert_msg(good || strstr(said, "error: "), "%s: %s", when, said);
  ck_assert_msg(reattach(tmp, &count), "%s: %s, then %s", when, said, tmp_host_reports(tmp));
  ck_state(tmp, "nvme (null)", "nvme nvme", talloc_asprintf(tmp, "%s: %s", when, said));
  ck_empty(tmp, when);
}

START_TEST(any_failure_there_and_back)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", "nvme\n", &faults);
  int n = 1;
  const char *said;
  bool good;
  for (; fails_at(tmp, faults, go_there_and_back, n, failures[_i], &good, &said); n++)
    ck_nothing_is_lost(tmp, good, talloc_asprintf(tmp, "%s at %d", strerror(failures[_i]), n), said);
  ck_assert_msg(good, "%s", said);
  ck_assert_msg(n > 200, "only %d questions and changes", n);
}
END_TEST

static bool
give_back_after_a_crash(struct tmp_host *tmp)
{
  unsigned count;
  return reattach(tmp, &count);
}

START_TEST(any_failure_after_a_crash)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", "nvme\n", &faults);
  int n = 1;
  const char *said;
  bool good, more = true;
  for (; more; n++) {
    pid_t child = fork();
    if (child == 0)
      _exit(handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag) ? 0 : 1);
    waitpid(child, NULL, 0);
    ck_state(tmp, "vfio-pci vfio-pci", "vfio-pci vfio-pci", "after the crash");
    more = fails_at(tmp, faults, give_back_after_a_crash, n, failures[_i], &good, &said);
    ck_nothing_is_lost(tmp, good, talloc_asprintf(tmp, "%s at %d", strerror(failures[_i]), n), said);
  }
  ck_assert_msg(good, "%s", said);
  ck_assert_msg(n > 60, "only %d questions and changes", n);
}
END_TEST

/* Of one device: the other's journal would refuse it, too. */
static bool
start_again(struct tmp_host *tmp)
{
  return handover_take(tmp, tmp->host, claims, 1, &options, tmp->diag) != NULL;
}

START_TEST(any_failure_at_a_second_start)
{
  struct fake_faults *faults;
  struct tmp_host *tmp = before("nvme", "nvme\n", &faults);
  pid_t child = fork();
  const char *said;
  unsigned count;
  bool good;
  if (child == 0)
    _exit(handover_take(tmp, tmp->host, claims, 2, &options, tmp->diag) ? 0 : 1);
  waitpid(child, NULL, 0);
  for (int n = 1; fails_at(tmp, faults, start_again, n, failures[_i], &good, &said); n++)
    ck_assert_msg(!good && !no_journal_is_left(tmp), "%s at %d: %s", strerror(failures[_i]), n, said);
  ck_assert(reattach(tmp, &count));
  ck_assert_uint_eq(count, 2);
  ck_state(tmp, "nvme (null)", "nvme nvme", "given back");
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_loop_test(tcase, any_failure_there_and_back, 0, ARRAY_SIZE(failures));
  tcase_add_loop_test(tcase, any_failure_after_a_crash, 0, ARRAY_SIZE(failures));
  tcase_add_loop_test(tcase, any_failure_at_a_second_start, 0, ARRAY_SIZE(failures));
}

UNIT("launch/failures", tests)
