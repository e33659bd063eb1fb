/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/deadline.c - touching a sysfs attribute that may never answer */

#include "launch/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct answer {
  int error;
  char line[256];
};

static int64_t
now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The child's part. TEXT NULL: read. */
static void
touch(struct host *host, const char *path, const char *text, int out)
{
  struct answer answer = { 0 };
  if (text) {
    answer.error = host_write(host, path, text);
  } else {
    char *line = host_read_line(NULL, host, path);

    answer.error = line ? 0 : errno;
    snprintf(answer.line, sizeof answer.line, "%s", line ? line : "");
  }
  if (write(out, &answer, sizeof answer) != sizeof answer)
    _exit(1);
  _exit(0);
}

static int
wait_answer(int in, pid_t child, struct answer *answer, unsigned deadline_ms)
{
  struct pollfd poll_in = { .fd = in, .events = POLLIN };
  int64_t end = now_ms() + deadline_ms, left = deadline_ms;
  int ready;
  while ((ready = poll(&poll_in, 1, (int)left)) < 0 && errno == EINTR) {
    left = end - now_ms();
    left = left < 0 ? 0 : left;
  }
  if (ready == 0) {
    kill(child, SIGKILL); /* works once the kernel lets go of it */
    waitpid(child, NULL, WNOHANG);
    return ETIMEDOUT;
  }
  if (read(in, answer, sizeof *answer) != sizeof *answer)
    answer->error = EIO; /* it was killed */
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
    ;
  return answer->error;
}

static int
ask(struct host *host, const char *path, const char *text, struct answer *answer, unsigned deadline_ms)
{
  int ends[2], error;
  pid_t child;
  if (pipe2(ends, O_CLOEXEC) < 0)
    return errno;
  child = fork();
  if (child == 0)
    touch(host, path, text, ends[1]);
  error = child < 0 ? errno : 0;
  close(ends[1]);
  if (!error)
    error = wait_answer(ends[0], child, answer, deadline_ms);
  close(ends[0]);
  return error;
}

int
deadline_write(struct host *host, const char *path, const char *text, unsigned deadline_ms)
{
  struct answer answer;
  return ask(host, path, text, &answer, deadline_ms);
}

int
deadline_read(TALLOC_CTX *ctx, struct host *host, const char *path, char **line, unsigned deadline_ms)
{
  struct answer answer;
  int error = ask(host, path, NULL, &answer, deadline_ms);
  *line = error ? NULL : talloc_strdup(ctx, answer.line);
  return error;
}

bool
deadline_wait(bool (*test)(void *arg), void *arg, unsigned ms)
{
  const struct timespec pause = { .tv_nsec = 5000000 };
  int64_t end = now_ms() + ms;
  while (!test(arg)) {
    if (now_ms() >= end)
      return false;
    nanosleep(&pause, NULL);
  }
  return true;
}
