/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/keeper.c - programs of which nothing is left when we end, however that comes */

#include "host/keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ps(1) shows it, and a "killall -9 domxml2qemu" passes it over. */
#define NAME "d2q-keeper"

/* How often the kernel is asked for orphans that SIGKILL has not reached yet. */
enum { AGAIN_MS = 50 };

/* The signal by which we tell the keeper to kill. */
enum { KILL_ALL = SIGUSR1 };

/* --- the keeper --- */

struct keeping {
  pid_t parent, pid;
  int end_with;     /* the signal that its children get; 0: they shall live */
  int64_t deadline; /* of SIGTERM (process_clock()) */
  bool ended;       /* the program */
  int status;
};

/* proc(5): field 4, counted behind the name, which may hold blanks and parentheses. 0: it is gone. */
static pid_t
parent_of(const char *pid)
{
  char path[64], line[512] = "";
  int parent = 0;
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  FILE *in = fopen(path, "re");
  if (!in)
    return 0;
  size_t got = fread(line, 1, sizeof line - 1, in);
  fclose(in);
  line[got] = '\0';
  const char *at = strrchr(line, ')');
  return at && sscanf(at, ") %*c %d", &parent) == 1 ? parent : 0;
}

/* Those are our children alone: their numbers cannot belong to others before we have waited for them. */
static void
signal_children(const struct keeping *k)
{
  DIR *all = opendir("/proc");
  const struct dirent *entry;
  if (!all) {
    if (!k->ended)
      kill(k->pid, k->end_with);
    return;
  }
  while ((entry = readdir(all))) {
    int pid = atoi(entry->d_name);

    if (pid > 0 && parent_of(entry->d_name) == getpid())
      kill(pid, k->end_with);
  }
  closedir(all);
}

/* False: there are no children any more. */
static bool
reap(struct keeping *k)
{
  pid_t pid;
  int status;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid == k->pid) {
      k->ended = true;
      k->status = status;
    }
  }
  return pid == 0;
}

/* Until something may be to be done. */
static int
next_signal(const struct keeping *k)
{
  int64_t ms = k->end_with == SIGKILL ? AGAIN_MS : k->deadline - process_clock();
  if (ms < 0)
    ms = 0;
  const struct timespec time = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = ms % 1000 * 1000000 };
  sigset_t all;
  sigfillset(&all);
  return sigtimedwait(&all, NULL, k->end_with ? &time : NULL);
}

static void
watch(struct keeping *k, unsigned end_ms)
{
  while (reap(k)) {
    if (!k->end_with && (k->ended || getppid() != k->parent)) {
      k->end_with = SIGTERM;
      k->deadline = process_clock() + end_ms;
    }
    if (k->end_with)
      signal_children(k);
    if (next_signal(k) == KILL_ALL || (k->end_with && process_clock() >= k->deadline))
      k->end_with = SIGKILL;
  }
}

/* Also the locks that say that QEMU runs. */
static void
close_all(void)
{
  close(STDIN_FILENO); /* so that one is free */
  DIR *all = opendir("/proc/self/fd");
  const struct dirent *entry;
  while (all && (entry = readdir(all))) {
    int fd = atoi(entry->d_name);

    if (fd > 0 && fd != dirfd(all))
      close(fd);
  }
  if (all)
    closedir(all);
}

/* As the program did, without a core of our own. */
static void
end_like(int status)
{
  if (WIFSIGNALED(status)) {
    sigset_t none;
    sigemptyset(&none);
    prctl(PR_SET_DUMPABLE, 0);
    signal(WTERMSIG(status), SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    raise(WTERMSIG(status));
  }
  _exit(WEXITSTATUS(status));
}

struct report {
  int error;
  pid_t pid; /* 0: the program itself reports its failure */
};

static void
keep(const struct program *program, pid_t parent, unsigned end_ms, int out)
{
  struct keeping k = { .parent = parent };
  pid_t keeper = getpid();
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  setsid();
  prctl(PR_SET_NAME, NAME);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_PDEATHSIG, SIGHUP);
  if (getppid() != parent)
    _exit(0); /* it ended before that could be heard of */
  k.pid = fork();
  struct report report = { .pid = k.pid };
  if (k.pid == 0)
    report.error = process_child(program, keeper);
  else if (k.pid < 0)
    report = (struct report){ .error = errno };
  bool told = write(out, &report, sizeof report) == sizeof report;
  if (k.pid <= 0)
    _exit(!told);
  close_all();
  watch(&k, end_ms);
  end_like(k.status);
}

/* --- from outside --- */

int
keeper_start(const struct program *program, unsigned end_ms, struct kept *kept)
{
  int ends[2], error = 0;
  pid_t parent = getpid();
  struct report report;
  ssize_t got;
  if (pipe2(ends, O_CLOEXEC) < 0)
    return errno;
  signal(SIGCHLD, SIG_DFL); /* it may be ignored by inheritance, and then no child could be waited for */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  *kept = (struct kept){ .keeper = fork() };
  if (kept->keeper == 0)
    keep(program, parent, end_ms, ends[1]);
  if (kept->keeper < 0)
    error = errno;
  close(ends[1]);
  while (kept->keeper > 0 && ((got = read(ends[0], &report, sizeof report)) > 0 || (got < 0 && errno == EINTR))) {
    if (got != sizeof report)
      continue;
    kept->pid = report.pid ? report.pid : kept->pid;
    error = report.error ? report.error : error;
  }
  close(ends[0]);
  if (kept->keeper > 0 && error)
    waitpid(kept->keeper, NULL, 0);
  return error;
}

bool
keeper_ended(struct kept *kept)
{
  pid_t pid;
  int status;
  while ((pid = waitpid(-kept->keeper, &status, WNOHANG)) > 0) {
    kept->alone |= pid == kept->keeper;
    if (pid == kept->keeper || pid == kept->pid)
      kept->status = status;
  }
  return pid < 0 && errno == ECHILD;
}

void
keeper_terminate(const struct kept *kept)
{
  kill(-kept->keeper, SIGTERM);
}

void
keeper_kill(const struct kept *kept)
{
  if (kept->alone)
    kill(-kept->keeper, SIGKILL);
  else
    kill(kept->keeper, KILL_ALL);
}
