/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/run.c - QEMU as our child: signals in, status out */

#include "launch/run.h"

#include "host/keeper.h"
#include "launch/console.h"
#include "launch/monitor.h"
#include "launch/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* QUIT_MS: the time that a QEMU which was made to quit has to write back its images.
 *
 * SAME_MS: signals so close together are one wish. timeout(1) sends its signal to its child and then to the child's
 * group, systemd SIGHUP right after SIGTERM where SendSIGHUP= says so: the second of them would take the guest's
 * time to shut down. It is as long as no person means two by it, and shorter than one who waits for an effect. */
enum { QUIT_MS = 20000, AGAIN_MS = 1000, SAME_MS = 500 };

/* QEMU while it runs. */
struct running {
  const struct run *run;
  struct diag *diag;
  struct kept kept;
  struct monitor *monitor;
  struct console *console; /* NULL: what QEMU says and hears is its own */
  enum guest_state state;  /* that was told of last */
  int signals;             /* signalfd */
  unsigned asked;          /* how often we were told to end */
  int64_t signalled;       /* when a signal told us so last (process_clock()); 0: none has */
  int64_t deadline;        /* when we go on by ourselves (process_clock()); 0: never */
  bool stalled;            /* it was told that QEMU does not answer */
  bool ended;
};

/* --- starting --- */

/* QEMU's arguments and ours: a QMP monitor on a connected socket. */
static char **
with_monitor(TALLOC_CTX *ctx, const struct run *run, int fd)
{
  char *const *argv = run->qemu.argv;
  size_t n = 0;
  while (argv[n])
    n++;
  char **all = talloc_zero_array(ctx, char *, n + 8);
  memcpy(all, argv, n * sizeof *all);
  all[n++] = talloc_strdup(all, "-chardev");
  all[n++] = talloc_asprintf(all, "socket,id=domxml2qemu-run,fd=%d", fd);
  all[n++] = talloc_strdup(all, run->options.monitor_object ? "-object" : "-mon");
  all[n++] = talloc_strdup(all, run->options.monitor_object ? "monitor-qmp,id=domxml2qemu-qmp,chardev=domxml2qemu-run"
                                                            : "chardev=domxml2qemu-run,mode=control");
  if (run->options.exit_with_parent) {
    all[n++] = talloc_strdup(all, "-run-with");
    all[n++] = talloc_strdup(all, "exit-with-parent=on");
  }
  if (run->options.held)
    all[n++] = talloc_strdup(all, "-S");
  return all;
}

/* Without a pty QEMU has the terminal itself, and no way out. */
static void
open_console(struct running *r, TALLOC_CTX *ctx, struct program *program, int *terminal)
{
  bool output;
  r->console = console_open(ctx, terminal, &output);
  if (!r->console) {
    diag_warning(r->diag, (struct place){ 0 }, NULL, "no pty for the guest's console: %s; QEMU has the terminal alone",
                 strerror(errno));
    return;
  }
  program->input = *terminal;
  program->output = output ? *terminal : 0;
  diag_note(r->diag, (struct place){ 0 }, NULL,
            "the keys are the guest's; ^] three times presses its power button, three times more makes QEMU quit");
}

/* What QEMU has no option for, and the guest shall find so. */
static void
ask(struct running *r)
{
  const struct run_options *options = &r->run->options;
  TALLOC_CTX *ctx = talloc_new(NULL);
  for (size_t i = 0; i < options->n_cut_links; i++)
    monitor_ask(r->monitor, "set_link",
                talloc_asprintf(ctx, "{\"name\":\"%s\",\"up\":false}", options->cut_links[i].id),
                &options->cut_links[i]);
  if (options->balloon)
    monitor_ask(r->monitor, "balloon", talloc_asprintf(ctx, "{\"value\":%ju}", (uintmax_t)options->balloon), NULL);
  if (options->held)
    monitor_ask(r->monitor, "cont", NULL, NULL);
  talloc_free(ctx);
}

/* 0, or errno of what failed. */
static int
start(struct running *r, TALLOC_CTX *ctx)
{
  struct program program = r->run->qemu;
  int theirs, terminal = -1;
  r->monitor = monitor_new(ctx, &theirs);
  if (!r->monitor)
    return errno;
  ask(r);
  int *fds = talloc_array(ctx, int, program.n_fds + 1);
  if (program.n_fds)
    memcpy(fds, program.fds, program.n_fds * sizeof *fds);
  fds[program.n_fds++] = theirs;
  program.fds = fds;
  program.argv = with_monitor(fds, r->run, theirs);
  program.dies_with_us = SIGTERM; /* which QEMU obeys by writing back what its images lack */
  if (r->run->options.console)
    open_console(r, ctx, &program, &terminal);
  int error = keeper_start(&program, QUIT_MS, &r->kept);
  close(theirs);
  if (terminal >= 0)
    close(terminal);
  return error;
}

/* --- while it runs --- */

static void
show(const struct running *r)
{
  if (r->run->flush)
    r->run->flush(r->run->arg);
}

static void
let_run_on(struct running *r, unsigned ms)
{
  r->deadline = r->run->options.stop_seconds ? process_clock() + ms : 0;
}

/* A guest that has not run loses nothing, and would not see its power button. */
static const char *
press(struct running *r)
{
  if (monitor_state(r->monitor) == GUEST_STARTING || !monitor_tell(r->monitor, "system_powerdown")) {
    keeper_terminate(&r->kept);
    return "ending QEMU, which does not answer; the second signal from here kills it";
  }
  if (!monitor_ran(r->monitor)) {
    monitor_tell(r->monitor, "quit");
    return "making QEMU quit, whose guest has not run; the second signal from here kills it";
  }
  if (!r->run->options.stop_seconds)
    return "pressing the guest's power button; the next signal makes QEMU quit";
  return talloc_asprintf(r->monitor, "pressing the guest's power button; the next signal, or %u s, makes QEMU quit",
                         r->run->options.stop_seconds);
}

/* Once more: each time by a stronger means. */
static void
end(struct running *r, const char *why)
{
  const char *what;
  if (!monitor_ran(r->monitor)) /* else a guest that is to end would be started first */
    monitor_ask_no_more(r->monitor);
  if (r->run->options.notify)
    notify_stopping(r->run->options.notify);
  switch (++r->asked) {
  case 1:
    what = press(r);
    let_run_on(r, r->run->options.stop_seconds * 1000);
    break;
  case 2:
    what = "making QEMU quit; the next signal kills it";
    if (!monitor_tell(r->monitor, "quit"))
      keeper_terminate(&r->kept);
    let_run_on(r, QUIT_MS);
    break;
  default:
    what = "killing QEMU";
    keeper_kill(&r->kept);
    r->deadline = 0;
    break;
  }
  diag_note(r->diag, (struct place){ 0 }, NULL, "%s: %s", why, what);
  show(r);
}

static void
end_by_signal(struct running *r, int signal)
{
  char *why = talloc_asprintf(r->monitor, "signal %d", signal);
  end(r, why);
  talloc_free(why);
}

/* True: it only repeats the one before. */
static bool
is_echo(struct running *r)
{
  int64_t now = process_clock();
  if (r->signalled && now - r->signalled < SAME_MS)
    return true;
  r->signalled = now;
  return false;
}

static void
use_console(struct running *r, const struct pollfd *keys, const struct pollfd *words)
{
  if (words->fd >= 0 && words->revents)
    console_show(r->console);
  if (keys->fd < 0 || !keys->revents)
    return;
  switch (console_type(r->console)) {
  case CONSOLE_INTERRUPT:
    end_by_signal(r, SIGINT);
    break;
  case CONSOLE_WAY_OUT:
    end(r, "^] three times");
    break;
  case CONSOLE_NOTHING:
    break;
  }
}

static void
hear_signals(struct running *r)
{
  struct signalfd_siginfo info;
  while (read(r->signals, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGWINCH && r->console)
      console_resize(r->console);
    else if (info.ssi_signo != SIGCHLD && info.ssi_signo != SIGWINCH && !is_echo(r))
      end_by_signal(r, (int)info.ssi_signo);
  }
}

static void
tell_state(struct running *r)
{
  static const char *const status[] = {
    [GUEST_STARTING] = "QEMU starts",
    [GUEST_PAUSED] = "the guest is paused",
    [GUEST_RUNS] = "the guest runs",
    [GUEST_ENDS] = "the guest has shut down",
  };
  enum guest_state state = monitor_state(r->monitor);
  int64_t since;
  if (!r->run->options.notify)
    return;
  if (state == GUEST_RUNS || (state == GUEST_PAUSED && r->run->options.paused && !monitor_waits(r->monitor, &since)))
    notify_ready(r->run->options.notify);
  if (state == r->state)
    return;
  r->state = state;
  if (state == GUEST_ENDS)
    notify_stopping(r->run->options.notify);
  notify_status(r->run->options.notify, status[state]);
}

static void
tell_refusal(struct running *r, const struct refusal *refusal)
{
  const struct cut_link *cut = refusal->about;
  if (cut)
    diag_warning(r->diag, cut->place, cut->subject, "its link is up, QEMU did not take set_link: %s", refusal->why);
  else if (str_eq(refusal->command, "balloon"))
    diag_warning(r->diag, (struct place){ 0 }, NULL,
                 "the guest keeps all its memory, QEMU did not take currentMemory: %s", refusal->why);
  else
    diag_warning(r->diag, (struct place){ 0 }, NULL,
                 "the guest stands still, QEMU did not take %s: %s; send it again to a socket of --qmp, or end QEMU "
                 "with a signal",
                 refusal->command, refusal->why);
}

static void
tell_refusals(struct running *r)
{
  struct refusal refusal;
  bool any = false;
  for (; monitor_refusal(r->monitor, &refusal); any = true)
    tell_refusal(r, &refusal);
  if (any)
    show(r);
}

/* When QEMU has left what comes before the guest's start unanswered for so long that it is to be said; 0: never. */
static int64_t
stall(const struct running *r)
{
  int64_t since;
  bool waits = r->run->options.n_cut_links && !r->stalled && monitor_waits(r->monitor, &since);
  return waits ? since + r->run->options.stall_ms : 0;
}

static void
tell_stall(struct running *r)
{
  const char *what =
      r->run->options.held ? "the guest stands still" : "links that <link state='down'/> is to cut may be up";
  int64_t since, end = stall(r);
  if (!end || process_clock() < end)
    return;
  r->stalled = true;
  if (monitor_fd(r->monitor) < 0)
    diag_warning(r->diag, (struct place){ 0 }, NULL,
                 "%s, since QEMU has closed the monitor of --run; a signal ends QEMU", what);
  else
    diag_warning(r->diag, (struct place){ 0 }, NULL,
                 "%s until QEMU answers %s, which has taken %u s so far; a signal ends QEMU", what,
                 monitor_waits(r->monitor, &since), r->run->options.stall_ms / 1000);
  show(r);
}

static void
reap(struct running *r)
{
  r->ended = keeper_ended(&r->kept);
  if (!r->ended && r->run->helpers && helpers_ended(r->run->helpers, r->diag))
    show(r);
}

/* Until something may be to be done without being told. -1: never. */
static int
next_ms(const struct running *r)
{
  bool again = r->run->options.notify && notify_waits(r->run->options.notify);
  int64_t now = process_clock();
  const int64_t ends[] = { r->deadline, stall(r), again ? now + AGAIN_MS : 0 };
  int64_t first = 0;
  for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
    if (ends[i] && (!first || ends[i] < first))
      first = ends[i];
  return !first ? -1 : first < now ? 0 : (int)(first - now);
}

static void
supervise(struct running *r)
{
  while (!r->ended) {
    struct pollfd fds[] = { { .fd = r->signals, .events = POLLIN },
                            { .fd = monitor_fd(r->monitor), .events = POLLIN },
                            { .fd = r->run->helpers ? helpers_fd(r->run->helpers) : -1, .events = POLLIN },
                            { .fd = r->console ? console_keys(r->console) : -1, .events = POLLIN },
                            { .fd = r->console ? console_words(r->console) : -1, .events = POLLIN } };

    if (poll(fds, ARRAY_SIZE(fds), next_ms(r)) < 0 && errno != EINTR)
      break;
    if (fds[1].revents)
      monitor_hear(r->monitor);
    if (fds[2].revents)
      helpers_hear(r->run->helpers);
    tell_state(r);
    tell_refusals(r);
    tell_stall(r);
    if (r->run->options.notify && notify_waits(r->run->options.notify))
      notify_again(r->run->options.notify);
    use_console(r, &fds[3], &fds[4]);
    hear_signals(r);
    reap(r);
    if (!r->ended && r->deadline && process_clock() >= r->deadline)
      end(r, r->asked == 1 ? "the guest has not shut down in time" : "QEMU does not quit");
  }
  while (!r->ended) { /* no memory for poll: still nothing is taken back before its end */
    sleep(1);
    r->ended = keeper_ended(&r->kept);
  }
}

int
run_qemu(const struct run *run, struct diag *diag)
{
  struct running r = { .run = run, .diag = diag };
  TALLOC_CTX *ctx = talloc_new(NULL);
  sigset_t set = signals_ending();
  int status;

  sigaddset(&set, SIGCHLD);
  if (run->options.console)
    sigaddset(&set, SIGWINCH);
  sigprocmask(SIG_BLOCK, &set, NULL);
  r.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  int error = r.signals < 0 ? errno : start(&r, ctx);
  if (error) {
    status = exec_failed(&run->qemu, error, diag);
  } else {
    if (run->started)
      run->started(r.kept.pid, run->arg);
    show(&r);
    supervise(&r);
    int ended = r.kept.status;
    status = WIFSIGNALED(ended) ? 128 + WTERMSIG(ended) : WEXITSTATUS(ended);
  }
  if (r.signals >= 0)
    close(r.signals);
  talloc_free(ctx);
  return status;
}
