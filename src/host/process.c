/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/process.c - starting programs, as children or in our place */

#include "host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

bool
process_would_find(const struct host *host, const char *name)
{
  const char *path = getenv("PATH");
  char *all, *save = NULL;
  bool found = false;
  if (strchr(name, '/'))
    return host_may(host, name, X_OK);
  all = talloc_strdup(NULL, path && *path ? path : "/usr/local/bin:/bin:/usr/bin");
  for (char *folder = strtok_r(all, ":", &save); folder && !found; folder = strtok_r(NULL, ":", &save))
    found = host_may(host, talloc_asprintf(all, "%s/%s", folder, name), X_OK);
  talloc_free(all);
  return found;
}

static void
inherit(const struct program *program, bool on)
{
  for (size_t i = 0; i < program->n_fds; i++)
    fcntl(program->fds[i], F_SETFD, on ? 0 : FD_CLOEXEC);
}

/* How whoever started us had them; main() ignores SIGPIPE before anybody could look. */
static struct sigaction pipe_before;
static sigset_t mask_before;

__attribute__((constructor)) static void
remember_signals(void)
{
  sigaction(SIGPIPE, NULL, &pipe_before);
  sigprocmask(SIG_SETMASK, NULL, &mask_before);
}

/* The program must not inherit signals that we ignore or block for our own sake. Handlers end with exec. */
static void
signals_as_before(void)
{
  sigaction(SIGPIPE, &pipe_before, NULL);
  sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

static char **
environment(TALLOC_CTX *ctx, char *const *more)
{
  size_t n = 0, extra = 0;
  char **env;
  while (environ[n])
    n++;
  while (more && more[extra])
    extra++;
  env = talloc_zero_array(ctx, char *, n + extra + 1);
  memcpy(env, environ, n * sizeof *env);
  for (size_t i = 0; i < extra; i++) {
    size_t name = strcspn(more[i], "=") + 1, at = 0;

    while (at < n && strncmp(env[at], more[i], name) != 0)
      at++;
    env[at] = more[i];
    n += at == n;
  }
  return env;
}

int
process_become(const struct program *program)
{
  char **env = environment(NULL, program->env);
  struct sigaction pipe_now;
  sigset_t mask_now;
  int error;

  sigaction(SIGPIPE, NULL, &pipe_now);
  sigprocmask(SIG_SETMASK, NULL, &mask_now);
  inherit(program, true);
  signals_as_before();
  execvpe(program->argv[0], program->argv, env);
  error = errno;
  sigprocmask(SIG_SETMASK, &mask_now, NULL); /* there may be devices to give back */
  sigaction(SIGPIPE, &pipe_now, NULL);
  inherit(program, false);
  talloc_free(env);
  return error;
}

/* --- as a child --- */

static bool
redirect(int from, int to)
{
  return !from || dup2(from, to) >= 0;
}

int
process_child(const struct program *program, pid_t parent)
{
  if (program->own_group)
    setpgid(0, 0);
  if (program->dies_with_us)
    prctl(PR_SET_PDEATHSIG, program->dies_with_us);
  if (program->dies_with_us && getppid() != parent)
    _exit(0); /* it ended before that could be heard of */
  if (!redirect(program->input, STDIN_FILENO) || !redirect(program->output, STDOUT_FILENO) ||
      !redirect(program->errors, STDERR_FILENO))
    return errno;
  return process_become(program);
}

/* Exec closes the pipe, so that silence means success. We wait for the child where there is no success: nobody
 * sees its status. */
int
process_start(const struct program *program, pid_t *pid)
{
  int report[2], error = 0;
  pid_t parent = getpid();
  ssize_t got;
  if (pipe2(report, O_CLOEXEC) < 0)
    return errno;
  *pid = fork();
  if (*pid == 0) {
    error = process_child(program, parent);
    _exit(write(report[1], &error, sizeof error) != sizeof error);
  }
  if (*pid < 0)
    error = errno;
  close(report[1]);
  if (!error) {
    while ((got = read(report[0], &error, sizeof error)) < 0 && errno == EINTR)
      ;
    if (got == sizeof error)
      waitpid(*pid, NULL, 0);
  }
  close(report[0]);
  return error;
}

/* --- work of our own, with a deadline --- */

int64_t
process_clock(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
wait_answer(int in, pid_t child, void *answer, size_t size, unsigned deadline_ms)
{
  struct pollfd poll_in = { .fd = in, .events = POLLIN };
  int64_t end = process_clock() + deadline_ms, left = deadline_ms;
  int ready, error = 0;
  while ((ready = poll(&poll_in, 1, (int)left)) < 0 && errno == EINTR) {
    left = end - process_clock();
    left = left < 0 ? 0 : left;
  }
  if (ready == 0) {
    kill(child, SIGKILL); /* works once the kernel lets go of it */
    waitpid(child, NULL, WNOHANG);
    return ETIMEDOUT;
  }
  if (read(in, answer, size) != (ssize_t)size)
    error = EIO;
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
    ;
  return error;
}

/* A pipe takes an answer of up to PIPE_BUF bytes at once. */
int
process_within(unsigned deadline_ms, void (*work)(void *arg, void *answer), void *arg, void *answer, size_t size)
{
  int ends[2], error;
  assert(size <= PIPE_BUF);
  if (pipe2(ends, O_CLOEXEC) < 0)
    return errno;
  pid_t child = fork();
  if (child == 0) {
    work(arg, answer);
    _exit(write(ends[1], answer, size) != (ssize_t)size);
  }
  error = child < 0 ? errno : 0;
  close(ends[1]);
  if (!error)
    error = wait_answer(ends[0], child, answer, size, deadline_ms);
  close(ends[0]);
  return error;
}

const char *
process_descriptor(TALLOC_CTX *ctx, int fd)
{
  return talloc_asprintf(ctx, "/proc/%d/fd/%d", (int)getpid(), fd);
}

bool
process_may(int capability)
{
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
  return syscall(SYS_capget, &head, data) == 0 && (data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability));
}
