/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_run.c - starting programs: what they inherit, how they end, what we say */

#include "launch/exec.h"
#include "launch/helper.h"
#include "launch/run.h"
#include "launch/signals.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct place place = { .file = "g.xml", .line = 24 };

#define SH(script) ((char *[]){ (char *)"/bin/sh", (char *)"-c", (char *)(script), (char *)"sh", NULL })

static int
run_argv(struct tmp_host *tmp, char **argv)
{
  struct run run = { .qemu = { .argv = argv } };
  return run_qemu(&run, tmp->diag);
}

START_TEST(statuses)
{
  static const struct {
    const char *program, *script;
    int status;
    const char *says;
  } cases[] = {
    { "/bin/sh", "exit 0", 0, NULL },
    { "/bin/sh", "exit 7", 7, NULL },
    { "/bin/sh", "kill -9 $$", 137, NULL },
    { "/bin/sh", "kill -15 $$", 143, NULL },
    { "/nonexistent/qemu", "", 127,
      "error: /nonexistent/qemu: not found; install it, or name another with --qemu=PATH" },
    { "no-such-qemu", "", 127, "no-such-qemu: not found" },
    { "/etc/passwd", "", 126, "/etc/passwd: cannot be executed: Permission denied" },
    { "/", "", 126, "cannot be executed" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = tmp_host_new();
    char *argv[] = { (char *)cases[i].program, (char *)"-c", (char *)cases[i].script, NULL };
    int status = run_argv(tmp, argv);
    const char *said = tmp_host_reports(tmp);

    ck_assert_msg(status == cases[i].status, "%s %s: %d, %s", cases[i].program, cases[i].script, status, said);
    ck_assert_msg(cases[i].says ? strstr(said, cases[i].says) != NULL : !*said, "%s", said);
  }
}
END_TEST

START_TEST(only_what_is_listed_is_inherited)
{
  struct tmp_host *tmp = tmp_host_new();
  int ends[2], listed;
  char *env[] = { (char *)"D2Q_TEST=two words", NULL };
  struct run run = { .qemu = { .env = env, .fds = &listed, .n_fds = 1 } };
  ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
  listed = fcntl(ends[1], F_DUPFD_CLOEXEC, 20);
  run.qemu.argv = SH(talloc_asprintf(tmp,
                                     "[ -e /dev/fd/%d ] && [ ! -e /dev/fd/%d ] && [ \"$D2Q_TEST\" = 'two words' ] && "
                                     "[ %d != $(cut -d' ' -f6 /proc/$$/stat) ]",
                                     listed, ends[1], (int)getsid(0)));
  ck_assert_int_eq(run_qemu(&run, tmp->diag), 0);
  ck_assert_int_eq(fcntl(listed, F_GETFD), FD_CLOEXEC);
}
END_TEST

/* --- signals --- */

static int
id_in(const char *line)
{
  const char *id = strstr(line, "\"id\":");
  return id ? atoi(id + strlen("\"id\":")) : -1;
}

/* This very program is a stand-in for QEMU when it is called as one, with a WORD, a STATUS, the number of
 * SIGNALS that it sends us, and the ANSWER ("true", "false", "": none) to whether its guest runs. The first
 * signal follows that answer, one more each command to end that it hears, at once where D2Q_TEST_AT_ONCE is set,
 * else so late that it is no echo of the one before. It exits with STATUS when a command
 * has WORD; with no word, it hangs up and waits for its end. Between it and us stands its keeper. */
__attribute__((constructor)) static void
be_a_monitor(int argc, char **argv)
{
  const char *fd = argc > 7 && str_eq(argv[1], "--monitor") ? strstr(argv[7], "fd=") : NULL;
  int signals, sent = 0;
  char line[256];
  FILE *commands;
  if (!fd)
    return;
  pid_t us = atoi(getenv("D2Q_TEST_US"));
  signals = atoi(argv[4]);
  commands = fdopen(atoi(fd + 3), "r");
  if (!*argv[2])
    fclose(commands);
  if (!*argv[2] || !*argv[5])
    kill(us, SIGTERM);
  while (*argv[2] && fgets(line, sizeof line, commands)) {
    if (strstr(line, argv[2]))
      _exit(atoi(argv[3]));
    if (strstr(line, "qmp_capabilities") || !*argv[5])
      continue;
    if (strstr(line, "query-status"))
      dprintf(atoi(fd + 3), "{\"id\": \"status\", \"return\": {\"running\": %s}}\r\n", argv[5]);
    if (strstr(line, "\"balloon\""))
      dprintf(atoi(fd + 3), "{\"id\": %d, \"error\": {\"class\": \"DeviceNotActive\", \"desc\": \"none\"}}\r\n",
              id_in(line));
    if (strstr(line, "\"set_link\"")) {
      dprintf(atoi(fd + 3), "{\"id\": %d, %s}\r\n", id_in(line),
              strstr(line, "net1") ? "\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"no net1\"}"
                                   : "\"return\": {}");
      continue;
    }
    if (sent > 0 && sent < signals && !getenv("D2Q_TEST_AT_ONCE"))
      usleep(600000);
    if (sent++ < signals)
      kill(us, sent % 2 ? SIGTERM : SIGINT);
  }
  for (;;)
    pause();
}

/* What is said while the stand-in runs with OPTIONS; it must end with STATUS. */
static const char *
run_monitor(struct tmp_host *tmp, const char *word, int status, int signals, const char *answer,
            struct run_options options)
{
  char *argv[] = {
    (char *)"/proc/self/exe",
    (char *)"--monitor",
    (char *)word,
    talloc_asprintf(tmp, "%d", status),
    talloc_asprintf(tmp, "%d", signals),
    (char *)answer,
    NULL,
  };
  char *env[] = { talloc_asprintf(tmp, "D2Q_TEST_US=%d", (int)getpid()), NULL };
  struct run run = { .qemu = { .argv = argv, .env = env }, .options = options };
  ck_assert_int_eq(run_qemu(&run, tmp->diag), status);
  return tmp_host_reports(tmp);
}

START_TEST(signals_are_told_over_qmp)
{
  static const struct {
    int signals;
    const char *answer, *word;
    int status;
    unsigned stop_seconds;
    const char *says;
  } cases[] = {
    { 1, "true", "qmp_capabilities", 20, 0, NULL },
    { 1, "true", "system_powerdown", 21, 0,
      "signal 15: pressing the guest's power button; the next signal makes QEMU quit" },
    { 2, "true", "\"quit\"", 22, 0, "signal 2: making QEMU quit; the next signal kills it" },
    { 3, "true", "never", 137, 0, "signal 15: killing QEMU" },
    { 1, "true", "", 143, 0, "signal 15: ending QEMU, which does not answer" },
    { 1, "", "never", 143, 0, "signal 15: ending QEMU, which does not answer" },
    { 1, "false", "\"quit\"", 23, 0, "signal 15: making QEMU quit, whose guest has not run" },
    { 1, "true", "\"quit\"", 24, 1, "the guest has not shut down in time: making QEMU quit" },
  };
  const char *said = run_monitor(tmp_host_new(), cases[_i].word, cases[_i].status, cases[_i].signals, cases[_i].answer,
                                 (struct run_options){ .stop_seconds = cases[_i].stop_seconds });
  ck_assert_msg(!cases[_i].says || strstr(said, cases[_i].says) != NULL, "%s", said);
}
END_TEST

/* As timeout(1) sends them: they leave the guest its time to shut down. */
START_TEST(signals_at_once_are_one)
{
  setenv("D2Q_TEST_AT_ONCE", "1", 1);
  const char *said = run_monitor(tmp_host_new(), "\"quit\"", 25, 2, "true", (struct run_options){ .stop_seconds = 1 });
  unsetenv("D2Q_TEST_AT_ONCE");
  ck_assert_msg(strstr(said, "signal 15: pressing the guest's power button") != NULL, "%s", said);
  ck_assert_msg(strstr(said, "the guest has not shut down in time: making QEMU quit") != NULL, "%s", said);
  ck_assert_msg(!strstr(said, "signal 2"), "%s", said);
}
END_TEST

START_TEST(balloon_is_told_over_qmp)
{
  static const struct {
    uint64_t bytes;
    const char *word, *says;
  } cases[] = {
    { MIB(64), "{\"execute\":\"balloon\",\"arguments\":{\"value\":67108864}", NULL },
    { MIB(64), "\"quit\"", "the guest keeps all its memory, QEMU did not take currentMemory: none" },
    { 0, "\"quit\"", NULL },
  };
  const char *said =
      run_monitor(tmp_host_new(), cases[_i].word, 30, 2, "true", (struct run_options){ .balloon = cases[_i].bytes });
  ck_assert_msg(cases[_i].says ? strstr(said, cases[_i].says) != NULL : !strstr(said, "currentMemory"), "%s", said);
}
END_TEST

START_TEST(links_are_cut_over_qmp)
{
  static const struct cut_link both[] = {
    { .id = "net0", .subject = "interface 0", .place = { .file = "g.xml", .line = 23 } },
    { .id = "net1", .subject = "interface 1", .place = { .file = "g.xml", .line = 24 } },
  };
  static const struct {
    size_t n;
    const char *word, *says;
  } cases[] = {
    { 1, "{\"execute\":\"set_link\",\"arguments\":{\"name\":\"net0\",\"up\":false}", NULL },
    { 1, "\"quit\"", NULL },
    { 2, "\"quit\"", "g.xml:24: warning: interface 1: its link is up, QEMU did not take set_link: no net1" },
    { 0, "\"quit\"", NULL },
  };
  const char *said =
      run_monitor(tmp_host_new(), cases[_i].word, 31, 3, "true",
                  (struct run_options){ .cut_links = both, .n_cut_links = cases[_i].n, .stall_ms = 10000 });
  ck_assert_msg(cases[_i].says ? strstr(said, cases[_i].says) != NULL : !strstr(said, "set_link"), "%s", said);
}
END_TEST

/* --- memlock --- */

START_TEST(memlock)
{
  struct tmp_host *tmp = tmp_host_new();
  struct rlimit limit = { .rlim_cur = KIB(64), .rlim_max = MIB(8) };
  ck_assert(exec_memlock(0, place, NULL, tmp->diag));
  ck_assert_int_eq(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
  if (geteuid() == 0)
    ck_assert_int_eq(seteuid(65534), 0);
  ck_assert(exec_memlock(MIB(8), place, "disk vda", tmp->diag));
  getrlimit(RLIMIT_MEMLOCK, &limit);
  ck_assert_uint_eq(limit.rlim_cur, MIB(8));
  ck_assert(!exec_memlock_check(GIB(3), place, "disk vda", tmp->diag));
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp),
                               "g.xml:24: error: disk vda: the guest needs 3 GiB of locked memory, the "
                               "limit is 8 MiB; raise it as root: prlimit --pid $$ --memlock=3221225472"));
  ck_assert(!exec_memlock(GIB(2), place, "disk vda", tmp->diag));
  if (getuid() == 0)
    ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

/* --- helpers --- */

/* This very program is a helper when it is called as one: it listens, and waits for its end. */
__attribute__((constructor)) static void
be_a_helper(int argc, char **argv)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd;
  if (argc < 3 || strcmp(argv[1], "--helper") != 0)
    return;
  fd = socket(AF_UNIX, SOCK_STREAM, 0);
  strncpy(address.sun_path, argv[2], sizeof address.sun_path - 1);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
    _exit(9);
  for (;;)
    pause();
}

static const struct helper *
listener(struct tmp_host *tmp, const char *name)
{
  struct helper *helper = helper_new(talloc_zero(tmp, struct domain), "/proc/self/exe", NULL, place);
  helper_word(helper, "--helper");
  helper_listens(helper, "", tmp_host_path(tmp, name), "");
  return helper;
}

static struct helper *
script(struct tmp_host *tmp, const char *text)
{
  struct helper *helper = helper_new(talloc_zero(tmp, struct domain), "/bin/sh", NULL, place);
  helper_option(helper, "-c", text);
  return helper;
}

START_TEST(helpers_are_ready_then_ended)
{
  struct tmp_host *tmp = tmp_host_new();
  const struct helper *both[] = { listener(tmp, "/a"), listener(tmp, "/b") };
  const struct helper *twice[] = { listener(tmp, "/a") };
  struct helpers *helpers;
  for (int again = 0; again < 2; again++) { /* the second time over the first one's sockets */
    helpers = helpers_start(tmp, both, 2, 5000, tmp->diag);
    ck_assert_msg(helpers != NULL, "%s", tmp_host_reports(tmp));
    ck_assert(host_exists(tmp->host, "/a") && host_exists(tmp->host, "/b"));
    ck_assert_ptr_null(helpers_start(tmp, twice, 1, 5000, tmp->diag));
    ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), again ? "" : "another program listens on"));
    helpers_end(helpers);
    ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
  }
}
END_TEST

/* A step ends before the next program starts, and may read the secrets that it is given; a path that
 * only looks like a descriptor's gives nothing away. */
START_TEST(helpers_that_are_steps)
{
  struct tmp_host *tmp = tmp_host_new();
  char path[] = "/tmp/stepXXXXXX";
  int out = mkostemp(path, O_CLOEXEC);
  struct secret secret = { .fd = memfd_create("secret", MFD_CLOEXEC) };
  secret.file.path = talloc_asprintf(tmp, "/dev/fd/%d", secret.fd);
  struct helper *copy = script(tmp, talloc_asprintf(tmp, "cat $1 >%s", path));
  struct helper *peek = script(tmp, talloc_asprintf(tmp, "if [ -e $1 ]; then exit 5; fi; cat %s %s >%s.2 && mv %s.2 %s",
                                                    path, path, path, path, path));
  const struct helper *both[] = { copy, peek };
  char got[16] = { 0 };
  helper_word(copy, "sh");
  helper_reads_secret(copy, "", &secret, "");
  helper_option(peek, "sh", secret.file.path);
  ck_assert_int_eq(write(secret.fd, "key", 3), 3);
  close(out);
  ck_assert_msg(helpers_start(tmp, both, 2, 5000, tmp->diag) != NULL, "%s", tmp_host_reports(tmp));
  out = open(path, O_RDONLY | O_CLOEXEC);
  ck_assert_int_eq(read(out, got, sizeof got - 1), 6);
  ck_assert_str_eq(got, "keykey");
  unlink(path);
}
END_TEST

START_TEST(helpers_that_fail)
{
  struct tmp_host *tmp = tmp_host_new();
  static const struct {
    const char *script, *socket, *log, *says;
  } cases[] = {
    { NULL, NULL, NULL, "/nonexistent/swtpm: not found; install it" },
    { "exit 3", "/nonexistent/s", NULL, "/bin/sh: ended with status 3 before its socket /nonexistent/s" },
    { "exit 3", NULL, "/some/log", "/bin/sh: ended with status 3; its log /some/log may say why" },
    { "kill -9 $$", "/nonexistent/t", NULL, "was killed by signal 9 before its socket /nonexistent/t" },
    { "sleep 100", "/nonexistent/u", NULL, "its socket /nonexistent/u has not appeared within 1 s" },
    { "exit 4", NULL, NULL, "/bin/sh: ended with status 4" },
    { "sleep 100", NULL, NULL, "/bin/sh: has not ended within 1 s" },
    { ":", "/etc/passwd", NULL, "/etc/passwd is there and no socket" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct helper *helper = script(tmp, cases[i].script);
    const struct helper *both[] = { listener(tmp, "/first"), helper };
    const char *said;

    if (!cases[i].script)
      helper->argv[0] = talloc_strdup(helper, "/nonexistent/swtpm");
    if (cases[i].socket)
      helper_listens(helper, "", cases[i].socket, "");
    if (cases[i].log)
      helper_logs(helper, "", cases[i].log, "");
    ck_assert_ptr_null(helpers_start(tmp, both, 2, 300, tmp->diag));
    said = tmp_host_reports(tmp);
    ck_assert_msg(strstr(said, cases[i].says) != NULL, "%s", said);
    ck_assert_int_eq(waitpid(-1, NULL, 0), -1); /* the first was ended too */
  }
}
END_TEST

/* virtiofsd leaves its work to a child. Others make a session of their own, or hear no SIGTERM. */
START_TEST(helpers_end_with_their_children)
{
  static const char *const scripts[] = {
    "sleep 100 & wait",
    "setsid sleep 100 & wait",
    "(setsid sh -c 'sleep 100 & wait' &) ; sleep 100",
    "setsid sh -c 'trap \"\" TERM; sleep 100' & wait",
    "setsid sleep 100 & exit 7",
  };
  struct tmp_host *tmp = tmp_host_new();
  const struct helper *one[] = { script(tmp, scripts[_i]) };
  int held[2];
  char byte;
  ck_assert_int_eq(pipe(held), 0);
  ck_assert_ptr_null(helpers_start(tmp, one, 1, 300, tmp->diag));
  close(held[1]);
  ck_assert_int_eq(read(held[0], &byte, 1), 0); /* nobody has the other end */
  ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
}
END_TEST

/* A log that may say why is kept. */
START_TEST(logs_go)
{
  static const struct {
    const char *script;
    const char *log;
    bool stays;
  } cases[] = {
    { "sleep 100", "/guest/swtpm.log", false },
    { "exit 3", "/guest/swtpm.log", true },
    { "exit 0", "/guest/swtpm.log", false },
    { "sleep 100", "/guest2/swtpm.log", true },
  };
  struct tmp_host *tmp = tmp_host_new();
  struct helper *helper =
      script(tmp, talloc_asprintf(tmp,
                                  "python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.bind(\"%s\")'; "
                                  "%s",
                                  tmp_host_path(tmp, "/s"), cases[_i].script));
  const struct helper *one[] = { helper };
  helper_listens(helper, "", tmp_host_path(tmp, "/s"), "");
  helper_logs(helper, "", tmp_host_path(tmp, cases[_i].log), "");
  tmp_host_file(tmp, cases[_i].log, "a word");
  struct helpers *helpers = helpers_start(tmp, one, 1, 20000, tmp->diag);
  ck_assert_msg(helpers != NULL, "%s", tmp_host_reports(tmp));
  while (cases[_i].script[0] == 'e' && !helpers_ended(helpers, tmp->diag))
    usleep(10000);
  helpers_end(helpers);
  helpers_forget_logs(helpers, tmp_host_path(tmp, "/guest"));
  ck_assert_int_eq(host_exists(tmp->host, cases[_i].log), cases[_i].stays);
}
END_TEST

START_TEST(helpers_are_not_waited_for_after_a_signal)
{
  struct tmp_host *tmp = tmp_host_new();
  const struct helper *one[] = { script(tmp, "sleep 100") };
  signals_hold(NULL);
  raise(SIGTERM);
  ck_assert_ptr_null(helpers_start(tmp, one, 1, 60000, tmp->diag));
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), "interrupted by a signal while /bin/sh started"));
  ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, statuses);
  tcase_add_test(tcase, only_what_is_listed_is_inherited);
  tcase_add_loop_test(tcase, signals_are_told_over_qmp, 0, 8);
  tcase_add_test(tcase, signals_at_once_are_one);
  tcase_add_loop_test(tcase, balloon_is_told_over_qmp, 0, 3);
  tcase_add_loop_test(tcase, links_are_cut_over_qmp, 0, 4);
  tcase_add_test(tcase, memlock);
  tcase_add_test(tcase, helpers_are_ready_then_ended);
  tcase_add_test(tcase, helpers_that_are_steps);
  tcase_add_test(tcase, helpers_that_fail);
  tcase_add_loop_test(tcase, helpers_end_with_their_children, 0, 5);
  tcase_add_loop_test(tcase, logs_go, 0, 4);
  tcase_add_test(tcase, helpers_are_not_waited_for_after_a_signal);
}

UNIT("launch/run", tests)
