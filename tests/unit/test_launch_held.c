/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_held.c - what is done before the guest's CPUs run */

#include "domain/domain.h"
#include "launch/monitor.h"
#include "launch/run.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- one after the other --- */

/* What the monitor has said since. */
static const char *
said(int theirs)
{
  static char text[4096];
  ssize_t got = recv(theirs, text, sizeof text - 1, MSG_DONTWAIT);
  text[got < 0 ? 0 : got] = '\0';
  return text;
}

static const char *
after(struct monitor *monitor, int theirs, const char *answer)
{
  ck_assert_int_eq(write(theirs, answer, strlen(answer)), (ssize_t)strlen(answer));
  monitor_hear(monitor);
  return said(theirs);
}

static struct monitor *
with_two(int *theirs)
{
  struct monitor *monitor = monitor_new(NULL, theirs);
  monitor_ask(monitor, "set_link", "{\"name\":\"net0\"}", "a");
  monitor_ask(monitor, "cont", NULL, NULL);
  ck_assert_str_eq(said(*theirs),
                   "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"query-status\",\"id\":\"status\"}\n");
  return monitor;
}

#define STATUS "{\"return\": {\"running\": false}, \"id\": \"status\"}\r\n"

START_TEST(each_waits_for_the_one_before)
{
  int theirs;
  struct refusal refusal;
  struct monitor *monitor = with_two(&theirs);
  ck_assert_str_eq(after(monitor, theirs, "{\"QMP\": {}}\r\n{\"return\": {}}\r\n{\"event\": \"NIC\", \"id\": 0}\r\n"),
                   "");
  ck_assert_str_eq(after(monitor, theirs, STATUS),
                   "{\"execute\":\"set_link\",\"arguments\":{\"name\":\"net0\"},\"id\":0}\n");
  ck_assert_str_eq(after(monitor, theirs, STATUS "{\"return\": {}, \"id\": 1}\r\n{\"return\": {}}\r\n"), "");
  ck_assert_str_eq(after(monitor, theirs, "{\"error\": {\"desc\": \"no\"}, \"id\": 0}\r\n"),
                   "{\"execute\":\"cont\",\"arguments\":{},\"id\":1}\n");
  ck_assert_str_eq(after(monitor, theirs, "{\"return\": {}, \"id\": 1}\r\n"), "");
  ck_assert(monitor_refusal(monitor, &refusal) && str_eq(refusal.command, "set_link") && str_eq(refusal.about, "a") &&
            str_eq(refusal.why, "no"));
  ck_assert(!monitor_refusal(monitor, &refusal));
  close(theirs);
  talloc_free(monitor);
}
END_TEST

/* --- with a QEMU --- */

enum { LINKS = 3000, GOOD = 40, TOO_MANY };

/* This very program is a QEMU that is told of all these cards, and says when it hears more before it has answered. */
__attribute__((constructor)) static void
be_told(int argc, char **argv)
{
  const char *fd = argc > 3 && str_eq(argv[1], "--told") ? strstr(argv[3], "fd=") : NULL;
  char line[256];
  if (!fd)
    return;
  struct pollfd more = { .fd = atoi(fd + strlen("fd=")), .events = POLLIN };
  FILE *in = fdopen(more.fd, "r");
  setbuf(in, NULL); /* what is left in the socket is seen */
  for (unsigned links = 0; links < LINKS && fgets(line, sizeof line, in);) {
    const char *id = strstr(line, "\"id\":");

    if (strstr(line, "qmp_capabilities"))
      continue;
    if (poll(&more, 1, 0) > 0)
      _exit(TOO_MANY);
    links += strstr(line, "set_link") != NULL;
    dprintf(more.fd, "{\"return\": {\"running\": true}, \"id\": %s\r\n", id ? id + strlen("\"id\":") : "0}");
  }
  _exit(GOOD);
}

START_TEST(thousands)
{
  static struct cut_link links[LINKS];
  struct tmp_host *tmp = tmp_host_new();
  char *argv[] = { (char *)"/proc/self/exe", (char *)"--told", NULL };
  struct run run = { .qemu.argv = argv, .options = { .cut_links = links, .n_cut_links = LINKS } };
  for (size_t i = 0; i < LINKS; i++)
    links[i].id = talloc_asprintf(tmp, "net%zu", i);
  ck_assert_int_eq(run_qemu(&run, tmp->diag), GOOD);
  ck_assert_str_eq(tmp_host_reports(tmp), "");
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, each_waits_for_the_one_before);
  tcase_add_test(tcase, thousands);
}

UNIT("launch/held", tests)
