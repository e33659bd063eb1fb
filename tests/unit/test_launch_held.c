/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_held.c - what is done before the guest's CPUs run, and a QEMU that does not take part */

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
  int64_t since;
  struct refusal refusal;
  struct monitor *monitor = with_two(&theirs);
  ck_assert_str_eq(monitor_waits(monitor, &since), "query-status");
  ck_assert_str_eq(after(monitor, theirs, "{\"QMP\": {}}\r\n{\"return\": {}}\r\n{\"event\": \"NIC\", \"id\": 0}\r\n"),
                   "");
  ck_assert_str_eq(after(monitor, theirs, STATUS),
                   "{\"execute\":\"set_link\",\"arguments\":{\"name\":\"net0\"},\"id\":0}\n");
  ck_assert_str_eq(monitor_waits(monitor, &since), "set_link");
  ck_assert_str_eq(after(monitor, theirs, STATUS "{\"return\": {}, \"id\": 1}\r\n{\"return\": {}}\r\n"), "");
  ck_assert_str_eq(after(monitor, theirs, "{\"error\": {\"desc\": \"no\"}, \"id\": 0}\r\n"),
                   "{\"execute\":\"cont\",\"arguments\":{},\"id\":1}\n");
  ck_assert_str_eq(after(monitor, theirs, "{\"return\": {}, \"id\": 1}\r\n"), "");
  ck_assert_ptr_null(monitor_waits(monitor, &since));
  ck_assert(monitor_refusal(monitor, &refusal) && str_eq(refusal.command, "set_link") && str_eq(refusal.about, "a") &&
            str_eq(refusal.why, "no"));
  ck_assert(!monitor_refusal(monitor, &refusal));
  close(theirs);
  talloc_free(monitor);
}
END_TEST

START_TEST(no_more_of_them)
{
  int theirs;
  int64_t since;
  struct monitor *monitor = with_two(&theirs);
  after(monitor, theirs, STATUS);
  monitor_ask_no_more(monitor);
  ck_assert_str_eq(after(monitor, theirs, "{\"return\": {}, \"id\": 0}\r\n"), "");
  ck_assert_ptr_null(monitor_waits(monitor, &since));
  close(theirs);
  talloc_free(monitor);
}
END_TEST

/* --- with a QEMU --- */

enum { LINKS = 3000, CONT = 40, ALL_ANSWERED, QUIT, EARLY, TOO_MANY };

struct peer {
  FILE *in;
  int fd;
  pid_t us;
  const char *how;
  unsigned links; /* that it was told */
};

static void
answer(const struct peer *p, const char *line, bool good)
{
  const char *id = strstr(line, "\"id\":");
  dprintf(p->fd, "{\"id\": %d, %s}\r\n", id ? atoi(id + strlen("\"id\":")) : -1,
          good ? "\"return\": {}" : "\"error\": {\"desc\": \"no\"}");
}

/* Nothing may be said before what was is answered. */
static void
expect_silence(const struct peer *p, int ms)
{
  if (poll(&(struct pollfd){ .fd = p->fd, .events = POLLIN }, 1, ms) > 0)
    _exit(TOO_MANY);
}

static void
hear_link(struct peer *p, const char *line)
{
  if (++p->links == 2) {
    if (str_eq(p->how, "dies"))
      _exit(9);
    if (str_eq(p->how, "deaf")) {
      fclose(p->in);
      usleep(500000);
      kill(p->us, SIGTERM);
      pause();
    }
    if (str_eq(p->how, "signal"))
      kill(p->us, SIGTERM);
    else
      expect_silence(p, str_eq(p->how, "slow") ? 500 : 0);
    usleep(str_eq(p->how, "signal") ? 300000 : 0);
  }
  answer(p, line, true);
}

static void
hear(struct peer *p, const char *line, unsigned links, bool held)
{
  if (strstr(line, "query-status"))
    dprintf(p->fd, "{\"id\": \"status\", \"return\": {\"running\": false}}\r\n");
  else if (strstr(line, "\"set_link\""))
    hear_link(p, line);
  else if (strstr(line, "\"quit\"")) {
    expect_silence(p, 200); /* QEMU may do what follows before it quits */
    _exit(QUIT);
  } else if (strstr(line, "\"cont\"") && (p->links != links || !held))
    _exit(EARLY);
  else if (strstr(line, "\"cont\"") && str_eq(p->how, "refuses")) {
    answer(p, line, false);
    usleep(100000);
    kill(p->us, SIGTERM);
  } else if (strstr(line, "\"cont\""))
    _exit(CONT);
  if (p->links == links && !held) {
    expect_silence(p, 200);
    _exit(ALL_ANSWERED);
  }
}

/* This very program is a QEMU that is told of LINKS cards, and behaves as HOW says. */
__attribute__((constructor)) static void
be_held(int argc, char **argv)
{
  struct peer p = { .fd = -1 };
  bool held = false;
  char line[256];
  if (argc < 4 || !str_eq(argv[1], "--held"))
    return;
  for (int i = 4; i < argc; i++) {
    const char *fd = strstr(argv[i], "domxml2qemu-run,fd=");
    held |= str_eq(argv[i], "-S");
    if (fd)
      p.fd = atoi(strchr(fd, '=') + 1);
  }
  p.us = atoi(getenv("D2Q_TEST_US"));
  p.how = argv[3];
  p.in = fdopen(p.fd, "r");
  setbuf(p.in, NULL); /* what is left in the socket is seen */
  while (fgets(line, sizeof line, p.in))
    hear(&p, line, (unsigned)atoi(argv[2]), held);
  _exit(1);
}

START_TEST(links_are_cut_before_it_runs)
{
  static const struct {
    const char *how;
    bool held;
    size_t n;
    int status;
    const char *says;
  } cases[] = {
    { "answers", true, 3, CONT, NULL },
    { "answers", true, LINKS, CONT, NULL },
    { "answers", false, LINKS, ALL_ANSWERED, NULL }, /* the user wants it to wait */
    { "dies", true, 3, 9, NULL },
    { "slow", true, 3, CONT, "the guest stands still until QEMU answers set_link, which has taken 0 s so far" },
    { "slow", false, 3, ALL_ANSWERED, "<link state='down'/> is to cut may be up until QEMU answers set_link" },
    { "deaf", true, 3, 143, "the guest stands still, since QEMU has closed the monitor of --run; a signal ends QEMU" },
    { "refuses", true, 3, QUIT, "the guest stands still, QEMU did not take cont: no; send it again" },
    { "signal", true, 3, QUIT, "signal 15: making QEMU quit, whose guest has not run" },
  };
  static struct cut_link links[LINKS];
  struct tmp_host *tmp = tmp_host_new();
  char *argv[] = { (char *)"/proc/self/exe", (char *)"--held", talloc_asprintf(tmp, "%zu", cases[_i].n),
                   (char *)cases[_i].how, NULL };
  char *env[] = { talloc_asprintf(tmp, "D2Q_TEST_US=%d", (int)getpid()), NULL };
  struct run run = { .qemu = { .argv = argv, .env = env },
                     .options = { .cut_links = links, .n_cut_links = cases[_i].n, .held = cases[_i].held } };
  run.options.stall_ms = str_eq(cases[_i].how, "answers") || str_eq(cases[_i].how, "signal") ? 10000 : 200;
  for (size_t i = 0; i < cases[_i].n; i++)
    links[i].id = talloc_asprintf(tmp, "net%zu", i);
  int status = run_qemu(&run, tmp->diag);
  const char *reports = tmp_host_reports(tmp);
  ck_assert_msg(status == cases[_i].status, "%d %s", status, reports);
  ck_assert_msg(cases[_i].says ? strstr(reports, cases[_i].says) != NULL : !*reports, "%s", reports);
}
END_TEST

/* A guest that waits for the user's cont is ready when that may come: its links are cut. */
START_TEST(ready_when_paused)
{
  struct tmp_host *tmp = tmp_host_new();
  static const struct cut_link link = { .id = "net0" };
  int ends[2];
  char *argv[] = { (char *)"/proc/self/exe", (char *)"--held", (char *)"2", (char *)(_i ? "answers" : "dies"), NULL };
  char *env[] = { talloc_asprintf(tmp, "D2Q_TEST_US=%d", (int)getpid()), NULL };
  const struct cut_link both[] = { link, link };
  char got;
  ck_assert_int_eq(pipe(ends), 0);
  struct notify *notify = notify_new(tmp, NULL, ends[1], tmp->diag);
  struct run run = { .qemu = { .argv = argv, .env = env },
                     .options = { .cut_links = both, .n_cut_links = 2, .paused = true, .notify = notify } };
  run.options.stall_ms = 10000;
  ck_assert_int_eq(run_qemu(&run, tmp->diag), _i ? ALL_ANSWERED : 9);
  talloc_free(notify);
  ck_assert_int_eq(read(ends[0], &got, 1), _i ? 1 : 0);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, each_waits_for_the_one_before);
  tcase_add_test(tcase, no_more_of_them);
  tcase_add_loop_test(tcase, links_are_cut_before_it_runs, 0, 9);
  tcase_add_loop_test(tcase, ready_when_paused, 0, 2);
}

UNIT("launch/held", tests)
