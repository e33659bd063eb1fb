/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host.c - the door: nothing gets out of a made root, changes are whole or absent */

#include "host/time.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(paths_stay_below_the_root)
{
  static const struct {
    const char *target, *what;
  } cases[] = {
    { "/etc/passwd", "an absolute link" },
    { "../../../../../../../etc/passwd", "a link with too many .." },
    { "/etc/../../etc/passwd", "both" },
  };
  struct tmp_host *tmp = tmp_host_new();
  tmp_host_file(tmp, "/etc/passwd", "ours\n");
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    char *path = talloc_asprintf(tmp, "/a/b/link%zu", i);

    tmp_host_link(tmp, path, cases[i].target);
    ck_assert_msg(str_eq(host_read_line(tmp, tmp->host, path), "ours"), "%s", cases[i].what);
    ck_assert_str_eq(host_link(tmp, tmp->host, path), cases[i].target);
    ck_assert_str_eq(host_link_name(tmp, tmp->host, path), "passwd");
    ck_assert_str_eq(host_real_path(tmp, tmp->host, path), "/etc/passwd");
  }
  tmp_host_link(tmp, "/out", "/");
  ck_assert(!host_exists(tmp->host, "/out/usr"));
  ck_assert_int_eq(host_make_dir(tmp->host, "/out/made/here", 0700), 0);
  ck_assert_int_eq(host_store(tmp->host, "/out/made/here/x", "1\n", 2), 0);
  ck_assert_str_eq(host_read_line(tmp, tmp->host, "/made/here/x"), "1");
}
END_TEST

START_TEST(questions)
{
  struct tmp_host *tmp = tmp_host_new();
  char **names;
  size_t length;
  long long value;
  tmp_host_file(tmp, "/s/class", "0x010802 \t\n");
  tmp_host_file(tmp, "/s/word", "12x\n");
  tmp_host_file(tmp, "/s/empty", "");
  tmp_host_file(tmp, "/d/nvme10", "");
  tmp_host_file(tmp, "/d/nvme2", "");
  ck_assert_str_eq(host_read_line(tmp, tmp->host, "/s/class"), "0x010802");
  ck_assert(host_read_number(tmp->host, "/s/class", &value) && value == 0x010802);
  ck_assert(!host_read_number(tmp->host, "/s/word", &value));
  ck_assert(!host_read_number(tmp->host, "/s/empty", &value));
  ck_assert(!host_read_number(tmp->host, "/s/absent", &value));

  ck_assert_str_eq(host_read(tmp, tmp->host, "/s/word", 4, &length), "12x\n");
  ck_assert_uint_eq(length, 4);
  ck_assert_ptr_null(host_read(tmp, tmp->host, "/s/word", 3, NULL));
  ck_assert_int_eq(errno, EFBIG);
  ck_assert_ptr_null(host_read(tmp, tmp->host, "/s", 100, NULL));
  ck_assert_int_eq(errno, EISDIR);
  ck_assert_ptr_null(host_link(tmp, tmp->host, "/s/word"));

  names = host_list(tmp, tmp->host, "/d");
  ck_assert_str_eq(names[0], "nvme2");
  ck_assert_str_eq(names[1], "nvme10");
  ck_assert_ptr_null(names[2]);
  ck_assert_ptr_null(host_list(tmp, tmp->host, "/none"));
  ck_assert(host_may(tmp->host, "/s/word", R_OK));
  ck_assert(!host_may(tmp->host, "/s/absent", R_OK));
}
END_TEST

START_TEST(an_offline_host_says_nothing)
{
  struct host *host = host_offline(NULL);
  ck_assert(!host_exists(host, "/"));
  ck_assert_int_eq(errno, ENOMEDIUM);
  ck_assert_ptr_null(host_list(host, host, "/etc"));
  ck_assert_ptr_null(host_read(host, host, "/etc/passwd", 1000, NULL));
  ck_assert_ptr_null(host_link(host, host, "/proc/self"));
  ck_assert(!host_is_real(host));
  talloc_free(host);
}
END_TEST

START_TEST(the_real_system)
{
  struct host *host = host_open(NULL, "/", NULL);
  struct stat st;
  ck_assert(host_is_real(host));
  ck_assert(host_stat(host, "/dev/null", &st) && S_ISCHR(st.st_mode));
  ck_assert_str_eq(host_shown(host, host, "/etc/x"), "/etc/x");
  ck_assert_str_eq(host_link(host, host, "/proc/self"), talloc_asprintf(host, "%d", (int)getpid()));
  talloc_free(host);
}
END_TEST

START_TEST(a_root_that_is_none)
{
  struct tmp_host *tmp = tmp_host_new();
  tmp_host_file(tmp, "/file", "");
  ck_assert_ptr_null(host_open(tmp, tmp_host_path(tmp, "/absent"), tmp->diag));
  ck_assert_ptr_null(host_open(tmp, tmp_host_path(tmp, "/file"), tmp->diag));
  ck_assert_uint_eq(diag_host_errors(tmp->diag), 2);
}
END_TEST

/* Dies or fails at one change. */
static int
fault(const struct host_step *step, void *arg)
{
  int *at = arg;
  if (step->change == HOST_OPEN || step->change == HOST_READ)
    return 0;
  if (--*at == 0)
    return ENOSPC;
  if (*at == -100)
    _exit(9);
  return 0;
}

/* Opening or reading fails with ERROR from now on. */
struct refusal {
  enum host_change change;
  int error;
};

static int
refuse(const struct host_step *step, void *arg)
{
  const struct refusal *refusal = arg;
  return step->change == refusal->change ? refusal->error : 0;
}

START_TEST(what_cannot_be_read_is_not_absent)
{
  static const struct refusal cases[] = {
    { HOST_OPEN, EACCES }, { HOST_OPEN, ENFILE }, { HOST_OPEN, EIO }, { HOST_READ, EIO }, { HOST_OPEN, ENOENT },
  };
  struct tmp_host *tmp = tmp_host_new();
  const char *path;
  tmp_host_file(tmp, "/d/file", "text\n");
  tmp_host_link(tmp, "/d/link", "file");
  ck_assert_ptr_null(host_read_line(tmp, tmp->host, "/d/none"));
  ck_assert_ptr_null(host_read_line(tmp, tmp->host, "/d/file/none"));
  ck_assert_ptr_null(host_link(tmp, tmp->host, "/d/file"));
  ck_assert_int_eq(host_unanswered(tmp->host, NULL), 0);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct refusal refusal = cases[i];
    int expected = refusal.error == ENOENT ? 0 : refusal.error;

    host_watch(tmp->host, refuse, &refusal);
    host_ask_afresh(tmp->host);
    ck_assert_ptr_null(host_read_line(tmp, tmp->host, "/d/file"));
    ck_assert_int_eq(host_unanswered(tmp->host, &path), expected);
    ck_assert_ptr_null(host_list(tmp, tmp->host, "/d"));
    ck_assert(!expected || str_eq(path, "/d/file")); /* the first stays */
    host_ask_afresh(tmp->host);
    ck_assert_ptr_null(host_list(tmp, tmp->host, "/d"));
    ck_assert_int_eq(host_unanswered(tmp->host, &path), expected);
    host_ask_afresh(tmp->host);
    ck_assert_ptr_null(host_link_name(tmp, tmp->host, "/d/link"));
    ck_assert_int_eq(host_unanswered(tmp->host, &path), expected);
    host_ask_afresh(tmp->host);
    ck_assert(refusal.change == HOST_READ || !host_exists(tmp->host, "/d/file"));
    ck_assert_int_eq(host_unanswered(tmp->host, &path), refusal.change == HOST_READ ? 0 : expected);
  }
}
END_TEST

START_TEST(a_store_is_whole_or_absent)
{
  struct tmp_host *tmp = tmp_host_new();
  ck_assert_int_eq(host_store(tmp->host, "/j", "old\n", 4), 0);
  for (int n = 1; n <= 2; n++) {
    int at = n;

    host_watch(tmp->host, fault, &at);
    ck_assert_int_eq(host_store(tmp->host, "/j", "new\n", 4), ENOSPC);
    ck_assert_str_eq(host_read_line(tmp, tmp->host, "/j"), "old");
    ck_assert_ptr_null(host_list(tmp, tmp->host, "/")[1]);
  }
  for (int n = 1; n <= 3; n++) {
    pid_t child = fork();
    int status;

    if (child == 0) {
      int at = n - 100;
      host_watch(tmp->host, fault, &at);
      host_store(tmp->host, "/j", "new\n", 4);
      _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(WEXITSTATUS(status), 9);
    ck_assert_str_eq(host_read_line(tmp, tmp->host, "/j"), n < 3 ? "old" : "new");
  }
  host_watch(tmp->host, NULL, NULL);
  ck_assert_int_eq(host_remove(tmp->host, "/j"), 0);
  ck_assert_int_eq(host_remove(tmp->host, "/j"), 0);
  ck_assert(!host_exists(tmp->host, "/j"));
}
END_TEST

/* A user who may write to the folder (/tmp) can guess the temporary name. */
START_TEST(a_store_follows_no_trap)
{
  struct tmp_host *tmp = tmp_host_new();
  char *trap = talloc_asprintf(tmp, "/.j.%d.tmp", (int)getpid());
  tmp_host_file(tmp, "/victim", "theirs\n");
  ck_assert_int_eq(link(tmp_host_path(tmp, "/victim"), tmp_host_path(tmp, trap)), 0);
  ck_assert_int_eq(host_store(tmp->host, "/j", "ours\n", 5), 0);
  ck_assert_str_eq(host_read_line(tmp, tmp->host, "/j"), "ours");
  ck_assert_str_eq(host_read_line(tmp, tmp->host, "/victim"), "theirs");
}
END_TEST

START_TEST(a_store_beside_us)
{
  struct tmp_host *tmp = tmp_host_new();
  struct host *here = host_open(tmp, NULL, tmp->diag);
  ck_assert_int_eq(chdir(tmp->root), 0);
  ck_assert_int_eq(host_store(here, "j", "x\n", 2), 0);
  ck_assert_str_eq(host_read_line(tmp, tmp->host, "/j"), "x");
  ck_assert_int_eq(host_make_dir(here, "a/b", 0700), 0);
  ck_assert(host_exists(tmp->host, "/a/b"));
}
END_TEST

START_TEST(the_real_root_in_any_spelling)
{
  struct tmp_host *tmp = tmp_host_new();
  static const char *const roots[] = { "/", "//", "/.", "/proc/.." };
  for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
    ck_assert_msg(host_is_real(host_open(tmp, roots[i], tmp->diag)), "%s", roots[i]);
  ck_assert(!host_is_real(tmp->host));
}
END_TEST

/* A file of the form of tzfile(5), version 1, that knows one zone: two hours east of UTC. */
static void
two_hours_east(const struct tmp_host *tmp)
{
  static const char zone[] = "TZif\0"
                             "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                             "\0\0\0\0"
                             "\0\0\0\0"
                             "\0\0\0\0"
                             "\0\0\0\0"
                             "\0\0\0\1"
                             "\0\0\0\4"
                             "\0\0\x1c\x20\0\0"
                             "EET";
  tmp_host_file(tmp, "/etc/localtime", "");
  ck_assert_int_eq(host_store(tmp->host, "/etc/localtime", zone, sizeof zone), 0);
}

START_TEST(the_time_zone_of_the_host)
{
  struct tmp_host *tmp = tmp_host_new();
  int64_t offset = -1;
  unsetenv("TZ");
  ck_assert(host_utc_offset(tmp->host, 1000000000, &offset));
  ck_assert_int_eq(offset, 0);
  two_hours_east(tmp);
  ck_assert(host_utc_offset(tmp->host, 1000000000, &offset));
  ck_assert_int_eq(offset, 7200);
  ck_assert_ptr_null(getenv("TZ"));
  setenv("TZ", "XYZ-3", 1);
  ck_assert(host_utc_offset(tmp->host, 1000000000, &offset));
  ck_assert_int_eq(offset, 10800);
  ck_assert(!host_utc_offset(host_offline(tmp), 1000000000, &offset));
}
END_TEST

START_TEST(a_write_needs_its_file)
{
  struct tmp_host *tmp = tmp_host_new();
  tmp_host_file(tmp, "/s/override", "a long text\n");
  ck_assert_int_eq(host_write(tmp->host, "/s/override", "x"), 0);
  ck_assert_str_eq(host_read_line(tmp, tmp->host, "/s/override"), "x");
  ck_assert_int_eq(host_write(tmp->host, "/s/absent", "x"), ENOENT);
  ck_assert(!host_exists(tmp->host, "/s/absent"));
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, paths_stay_below_the_root);
  tcase_add_test(tcase, questions);
  tcase_add_test(tcase, an_offline_host_says_nothing);
  tcase_add_test(tcase, the_real_system);
  tcase_add_test(tcase, a_root_that_is_none);
  tcase_add_test(tcase, what_cannot_be_read_is_not_absent);
  tcase_add_test(tcase, a_store_is_whole_or_absent);
  tcase_add_test(tcase, a_store_follows_no_trap);
  tcase_add_test(tcase, a_store_beside_us);
  tcase_add_test(tcase, a_write_needs_its_file);
  tcase_add_test(tcase, the_real_root_in_any_spelling);
  tcase_add_test(tcase, the_time_zone_of_the_host);
}

UNIT("host/host", tests)
