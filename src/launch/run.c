/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/run.c - QEMU as our child: signals in, status out */

#include "launch/run.h"
#include "launch/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* QEMU while it runs. */
struct running {
  const struct run *run;
  struct diag *diag;
  pid_t pid;
  int monitor;    /* our end of the QMP socket; -1: closed */
  int signals;    /* signalfd */
  unsigned asked; /* how often we were told to end */
  bool ended;
  int status; /* as wait(2) has it */
};

/* --- starting --- */

/* QEMU's arguments and ours: a QMP monitor on a connected socket. */
static char **
with_monitor(TALLOC_CTX *ctx, char *const *argv, int fd)
{
  size_t n = 0;
  char **all;
  while (argv[n])
    n++;
  all = talloc_zero_array(ctx, char *, n + 5);
  memcpy(all, argv, n * sizeof *all);
  all[n++] = talloc_strdup(all, "-chardev");
  all[n++] = talloc_asprintf(all, "socket,id=domxml2qemu-run,fd=%d", fd);
  all[n++] = talloc_strdup(all, "-mon");
  all[n++] = talloc_strdup(all, "chardev=domxml2qemu-run,mode=control");
  return all;
}

/* 0, or errno of what failed; *PID is QEMU. */
static int
start(struct running *r)
{
  struct program program = r->run->qemu;
  int monitor[2], error;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, monitor) < 0)
    return errno;
  int *fds = talloc_array(NULL, int, program.n_fds + 1);
  if (program.n_fds)
    memcpy(fds, program.fds, program.n_fds * sizeof *fds);
  fds[program.n_fds++] = monitor[1];
  program.fds = fds;
  program.argv = with_monitor(fds, program.argv, monitor[1]);
  program.own_session = true;
  error = process_start(&program, &r->pid);
  talloc_free(fds);
  close(monitor[1]);
  r->monitor = monitor[0];
  fcntl(r->monitor, F_SETFL, O_NONBLOCK);
  return error;
}

/* --- while it runs --- */

/* QMP needs no waiting for the greeting: the socket keeps what we say until QEMU reads it. */
static bool
tell(struct running *r, const char *command)
{
  ssize_t length = (ssize_t)strlen(command);
  return r->monitor >= 0 && send(r->monitor, command, (size_t)length, MSG_NOSIGNAL) == length;
}

/* Events and answers: of no interest, but unread they would make QEMU hold them. */
static void
drain(struct running *r)
{
  char bytes[4096];
  ssize_t got;
  while ((got = read(r->monitor, bytes, sizeof bytes)) > 0)
    ;
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    close(r->monitor);
    r->monitor = -1;
  }
}

static void
end(struct running *r, int signal)
{
  const char *what = "pressing the guest's power button; the next signal makes QEMU quit";
  switch (++r->asked) {
  case 1:
    if (!tell(r, "{\"execute\":\"system_powerdown\"}\n"))
      kill(r->pid, SIGTERM);
    break;
  case 2:
    what = "making QEMU quit; the next signal kills it";
    if (!tell(r, "{\"execute\":\"quit\"}\n"))
      kill(r->pid, SIGTERM);
    break;
  default:
    what = "killing QEMU";
    kill(r->pid, SIGKILL);
    break;
  }
  diag_note(r->diag, (struct place){ 0 }, NULL, "signal %d: %s", signal, what);
  if (r->run->flush)
    r->run->flush(r->run->arg);
}

static void
reap(struct running *r)
{
  pid_t pid;
  int status;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid == r->pid) {
      r->ended = true;
      r->status = status;
    } else if (r->run->helpers && helpers_ended(r->run->helpers, pid, status, r->diag) && r->run->flush) {
      r->run->flush(r->run->arg);
    }
  }
}

static void
supervise(struct running *r)
{
  struct signalfd_siginfo info;
  while (!r->ended) {
    struct pollfd fds[] = { { .fd = r->signals, .events = POLLIN }, { .fd = r->monitor, .events = POLLIN } };

    if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
      break;
    if (fds[1].revents)
      drain(r);
    while (read(r->signals, &info, sizeof info) == sizeof info) {
      if (info.ssi_signo != SIGCHLD)
        end(r, (int)info.ssi_signo);
    }
    reap(r);
  }
  if (!r->ended)
    waitpid(r->pid, &r->status, 0); /* no memory for poll: still nothing is taken back before its end */
}

int
run_qemu(const struct run *run, struct diag *diag)
{
  struct running r = { .run = run, .diag = diag, .monitor = -1 };
  sigset_t set = signals_ending();
  int error;

  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  r.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  error = r.signals < 0 ? errno : start(&r);
  if (error) {
    close(r.signals);
    close(r.monitor);
    return exec_failed(&run->qemu, error, diag);
  }
  if (run->started)
    run->started(r.pid, run->arg);
  if (run->flush)
    run->flush(run->arg);
  tell(&r, "{\"execute\":\"qmp_capabilities\"}\n");
  supervise(&r);
  close(r.signals);
  if (r.monitor >= 0)
    close(r.monitor);
  return WIFSIGNALED(r.status) ? 128 + WTERMSIG(r.status) : WEXITSTATUS(r.status);
}
