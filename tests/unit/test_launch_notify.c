/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_notify.c - what systemd, or a script, is told */

#include "launch/monitor.h"
#include "launch/notify.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Where datagrams to NAME arrive. */
static int
listener(const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  size_t length = strlen(name);
  memcpy(address.sun_path, name, length);
  if (name[0] == '@')
    address.sun_path[0] = '\0';
  ck_assert_int_eq(bind(fd, (struct sockaddr *)&address,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] == '/'))),
                   0);
  return fd;
}

static const char *
heard(int fd)
{
  static char text[512];
  ssize_t got = recv(fd, text, sizeof text - 1, 0);
  text[got < 0 ? 0 : got] = '\0';
  return text;
}

START_TEST(a_path_or_an_abstract_name)
{
  struct tmp_host *tmp = tmp_host_new();
  const char *name = _i ? talloc_asprintf(tmp, "@d2q-test-%d", (int)getpid()) : tmp_host_path(tmp, "/notify");
  int fd = listener(name);
  struct notify *notify = notify_new(tmp, name, -1, tmp->diag);
  notify_status(notify, "QEMU starts");
  ck_assert_str_eq(heard(fd), "STATUS=QEMU starts\n");
  notify_ready(notify);
  ck_assert_str_eq(heard(fd), "READY=1\nSTATUS=QEMU starts\n");
  notify_ready(notify);
  ck_assert_str_eq(heard(fd), "");
  notify_stopping(notify);
  ck_assert_str_eq(heard(fd), "READY=1\nSTOPPING=1\nSTATUS=QEMU starts\n");
  ck_assert(!notify_waits(notify));
  ck_assert_str_eq(tmp_host_reports(tmp), "");
  close(fd);
}
END_TEST

/* Its queue fills; the newest state comes through as soon as somebody reads. */
START_TEST(nobody_reads)
{
  struct tmp_host *tmp = tmp_host_new();
  const char *name = tmp_host_path(tmp, "/notify");
  int fd = listener(name);
  struct notify *notify = notify_new(tmp, name, -1, tmp->diag);
  for (int i = 0; i < 5000 && !notify_waits(notify); i++)
    notify_status(notify, "the guest is paused");
  ck_assert(notify_waits(notify));
  notify_status(notify, "the guest runs");
  notify_ready(notify);
  while (*heard(fd))
    ;
  notify_again(notify);
  ck_assert(!notify_waits(notify));
  ck_assert_str_eq(heard(fd), "READY=1\nSTATUS=the guest runs\n");
  ck_assert_str_eq(tmp_host_reports(tmp), "");
  close(fd);
}
END_TEST

START_TEST(nobody_there)
{
  static const struct {
    const char *socket, *says;
  } cases[] = {
    { NULL, "" },
    { "", "" },
    { "vsock:2:1234", "warning: NOTIFY_SOCKET vsock:2:1234 is neither a path nor an abstract name" },
    { "/nonexistent/notify", "warning: NOTIFY_SOCKET cannot be told how the guest is: No such file or directory" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = tmp_host_new();
    struct notify *notify = notify_new(tmp, cases[i].socket, -1, tmp->diag);
    const char *said;

    notify_ready(notify);
    notify_stopping(notify);
    said = tmp_host_reports(tmp);
    ck_assert_msg(*cases[i].says ? strstr(said, cases[i].says) != NULL : !*said, "%s", said);
    ck_assert(!notify_waits(notify));
  }
}
END_TEST

START_TEST(a_script_gets_a_newline_once)
{
  struct tmp_host *tmp = tmp_host_new();
  struct notify *notify;
  char got[4];
  int ends[2];
  ck_assert_int_eq(pipe(ends), 0);
  notify = notify_new(tmp, NULL, ends[1], tmp->diag);
  notify_ready(notify);
  notify_ready(notify);
  ck_assert_int_eq(read(ends[0], got, sizeof got), 1);
  ck_assert_int_eq(got[0], '\n');
  ck_assert_int_eq(read(ends[0], got, sizeof got), 0); /* and it is closed */
  /* a guest that never ran: closed without a word */
  ck_assert_int_eq(pipe(ends), 0);
  talloc_free(notify_new(tmp, NULL, ends[1], tmp->diag));
  ck_assert_int_eq(read(ends[0], got, sizeof got), 0);
}
END_TEST

/* --- what QMP tells of the guest --- */

START_TEST(states)
{
  static const struct {
    const char *says;
    enum guest_state state;
    bool ran;
  } cases[] = {
    { "{\"QMP\": {}}\r\n{\"return\": {}}\r\n", GUEST_STARTING, false },
    { "{\"return\": {\"running\": true, \"status\": \"running\"}, \"id\": \"status\"}\r\n", GUEST_RUNS, true },
    { "{\"return\": {\"running\": false}, \"id\": \"status\"}\r\n", GUEST_PAUSED, false },
    { "{\"return\": {\"running\": false}, \"id\": \"status\"}\r\n{\"event\": \"RESUME\"}\r\n", GUEST_RUNS, true },
    { "{\"event\": \"RESUME\"}\n{\"event\": \"STOP\"}\n", GUEST_PAUSED, true },
    { "{\"event\": \"RESUME\"}\n{\"event\": \"SHUTDOWN\"}\n{\"event\": \"STOP\"}\n", GUEST_ENDS, true },
    { "{\"event\": \"RESU", GUEST_STARTING, false },
    { "{\"event\": \"RESUME\"\n[\n\"event\"\n", GUEST_STARTING, false },
    { "{\"data\": {\"event\": \"RESUME\"}, \"event\": \"VSERPORT_CHANGE\"}\n", GUEST_STARTING, false },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    int theirs;
    struct monitor *monitor = monitor_new(NULL, &theirs);
    ssize_t length = (ssize_t)strlen(cases[i].says);

    ck_assert_int_eq(write(theirs, cases[i].says, (size_t)length), length);
    monitor_hear(monitor);
    ck_assert_msg(monitor_state(monitor) == cases[i].state && monitor_ran(monitor) == cases[i].ran, "%zu", i);
    close(theirs);
    monitor_hear(monitor);
    ck_assert_int_eq(monitor_fd(monitor), -1);
    ck_assert(!monitor_tell(monitor, "quit"));
    talloc_free(monitor);
  }
}
END_TEST

/* A line that no buffer holds is left out, the next is understood. */
START_TEST(a_line_without_end)
{
  int theirs;
  struct monitor *monitor = monitor_new(NULL, &theirs);
  char many[4096];
  memset(many, 'x', sizeof many);
  for (int i = 0; i < 40; i++) {
    ck_assert_int_eq(write(theirs, many, sizeof many), sizeof many);
    monitor_hear(monitor);
  }
  ck_assert_int_eq(write(theirs, "\n{\"event\": \"RESUME\"}\n", 21), 21);
  monitor_hear(monitor);
  ck_assert_int_eq(monitor_state(monitor), GUEST_RUNS);
  close(theirs);
  talloc_free(monitor);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_loop_test(tcase, a_path_or_an_abstract_name, 0, 2);
  tcase_add_test(tcase, nobody_reads);
  tcase_add_test(tcase, nobody_there);
  tcase_add_test(tcase, a_script_gets_a_newline_once);
  tcase_add_test(tcase, states);
  tcase_add_test(tcase, a_line_without_end);
}

UNIT("launch/notify", tests)
