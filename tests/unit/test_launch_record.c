/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_record.c - what a guest's lock says, the list of guests, their folders */

#include "launch/guest_folder.h"
#include "launch/guest_lock.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(there_and_back)
{
  struct tmp_host *tmp = tmp_host_new();
  struct guest_record *record = talloc_zero(tmp, struct guest_record), *again;
  record->guest = "a\nprocess 1 1 - x";
  record->since = 1764349871;
  guest_record_add(record, "domxml2qemu", getpid());
  guest_record_add(record, "/usr/lib/a b", getppid());
  again = guest_record_read(tmp, guest_record_write(tmp, record));
  ck_assert_str_eq(again->guest, "a?process 1 1 - x");
  ck_assert_int_eq(again->since, record->since);
  ck_assert_uint_eq(again->n, 2);
  ck_assert_str_eq(again->processes[1].name, "/usr/lib/a b");
  ck_assert_int_eq(again->processes[1].owner.pid, getppid());
  ck_assert(owner_lives(&again->processes[0].owner));
}
END_TEST

START_TEST(words)
{
  static const struct {
    const char *text, *words;
  } cases[] = {
    { "", "another process" },
    { "domxml2qemu-guest 1\nguest g\nsince 1\nprocess 4194303 5 - domxml2qemu\n", "another process" },
    { "domxml2qemu-guest 1\nguest g\nprocess x\n", "another process" },
    { "domxml2qemu-guest 1\nguest g\nprocess 1 2 3", "another process" }, /* cut off */
    { "domxml2qemu-guest 2\nprocess 1 2 3 a\n", "another process" },
  };
  struct tmp_host *tmp = tmp_host_new();
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_str_eq(guest_record_words(tmp, guest_record_read(tmp, cases[i].text)), cases[i].words);
}
END_TEST

/* One that runs, one whose helper outlived it, one whose folder is left, one that ended well. */
START_TEST(list)
{
  struct tmp_host *tmp = tmp_host_new();
  struct domain running = { .name = "b" }, orphan = { .name = "c" };
  struct guest_lock *lock = guest_lock_take(tmp, tmp->host, &running, tmp->diag);
  struct guest_lock *other = guest_lock_take(tmp, tmp->host, &orphan, tmp->diag);
  struct guest_record *record = talloc_zero(tmp, struct guest_record);
  struct guest_entry *entries;
  pid_t helper = fork();
  size_t n;
  if (helper == 0)
    for (;;)
      pause();
  ck_assert(lock && other);
  guest_lock_add(lock, "QEMU", getpid());
  talloc_free(other);
  record->guest = "c";
  guest_record_add(record, "swtpm", helper);
  tmp_host_file(tmp, "/run/domxml2qemu/locks/c", guest_record_write(tmp, record));
  tmp_host_file(tmp, "/run/domxml2qemu/locks/d", "domxml2qemu-guest 1\nguest d\nprocess 4194303 5 - domxml2qemu\n");
  tmp_host_file(tmp, "/run/domxml2qemu/guests/a/swtpm.log", "");
  entries = guest_list(tmp, tmp->host, &n);
  ck_assert_uint_eq(n, 3);
  ck_assert(str_eq(entries[0].record->guest, "a") && !entries[0].runs && entries[0].leftovers);
  ck_assert(str_eq(entries[1].record->guest, "b") && entries[1].runs && !entries[1].leftovers);
  ck_assert_uint_eq(entries[1].record->n, 2);
  ck_assert_str_eq(entries[1].folder, "/run/domxml2qemu/guests/b");
  ck_assert(str_eq(entries[2].record->guest, "c") && !entries[2].runs && entries[2].leftovers);
  kill(helper, SIGKILL);
  waitpid(helper, NULL, 0);
  entries = guest_list(tmp, tmp->host, &n);
  ck_assert_uint_eq(n, 2);
  guest_tidy(tmp->host);
  ck_assert(host_exists(tmp->host, "/run/domxml2qemu/locks/b"));
  ck_assert(!host_exists(tmp->host, "/run/domxml2qemu/locks/c") && !host_exists(tmp->host, "/run/domxml2qemu/locks/d"));
}
END_TEST

static void
make_socket(const struct tmp_host *tmp, const char *path, int *fd)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  *fd = socket(AF_UNIX, SOCK_STREAM, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s%s", tmp->root, path);
  ck_assert_int_eq(bind(*fd, (struct sockaddr *)&address, sizeof address), 0);
}

/* A script has started it, and holds no lock: its folder must not be called left over. */
START_TEST(run_by_others)
{
  struct tmp_host *tmp = tmp_host_new();
  int fd;
  size_t n;
  tmp_host_file(tmp, "/run/domxml2qemu/guests/a/swtpm.log", "");
  make_socket(tmp, "/run/domxml2qemu/guests/a/swtpm.sock", &fd);
  ck_assert_int_eq(listen(fd, 1), 0);
  struct guest_entry *entries = guest_list(tmp, tmp->host, &n);
  ck_assert_uint_eq(n, 1);
  ck_assert(entries[0].runs && !entries[0].leftovers);
  ck_assert_str_eq(entries[0].socket, "/run/domxml2qemu/guests/a/swtpm.sock");
  close(fd);
  entries = guest_list(tmp, tmp->host, &n);
  ck_assert(n == 1 && !entries[0].runs && entries[0].leftovers && !entries[0].socket);
}
END_TEST

START_TEST(folder_is_cleared)
{
  static const struct {
    const char *name; /* NULL: the folder alone */
    const char *text; /* of a file; NULL: a socket */
    bool listens, stays;
  } cases[] = {
    { NULL, NULL, false, false },        { "agent.sock", NULL, false, false },
    { "agent.sock", NULL, true, true },  { "swtpm.log", "", false, false },
    { "swtpm.log", "why", false, true }, { "catalog", "", false, true }, /* not ours */
  };
  struct tmp_host *tmp = tmp_host_new();
  const char *path = cases[_i].name ? talloc_asprintf(tmp, "/guests/a/%s", cases[_i].name) : "/guests/a";
  int fd = -1;
  tmp_host_dir(tmp, "/guests/a");
  if (cases[_i].text)
    tmp_host_file(tmp, path, cases[_i].text);
  else if (cases[_i].name)
    make_socket(tmp, path, &fd);
  if (cases[_i].listens)
    ck_assert_int_eq(listen(fd, 1), 0);
  else
    close(fd);
  ck_assert_int_eq(guest_folder_log(tmp, tmp->host, "/guests/a") != NULL, str_eq(cases[_i].text, "why"));
  guest_folder_clear(tmp->host, "/guests/a");
  ck_assert_int_eq(host_exists(tmp->host, path), cases[_i].stays);
  ck_assert_int_eq(host_exists(tmp->host, "/guests/a"), cases[_i].stays);
  ck_assert(host_exists(tmp->host, "/guests"));
  guest_folder_clear(tmp->host, "/nowhere/b");
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, there_and_back);
  tcase_add_test(tcase, words);
  tcase_add_test(tcase, list);
  tcase_add_test(tcase, run_by_others);
  tcase_add_loop_test(tcase, folder_is_cleared, 0, 6);
}

UNIT("launch/guest_lock", tests)
