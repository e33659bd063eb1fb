/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/deadline.c - touching a sysfs attribute that may never answer */

#include "launch/deadline.h"
#include "host/process.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

struct touch {
  struct host *host;
  const char *path, *text; /* TEXT NULL: read */
};

struct touched {
  int error;
  char line[256];
};

static void
touch(void *arg, void *answer)
{
  const struct touch *touch = arg;
  struct touched *touched = answer;
  if (touch->text) {
    touched->error = host_write(touch->host, touch->path, touch->text);
    return;
  }
  char *line = host_read_line(NULL, touch->host, touch->path);
  touched->error = line ? 0 : errno;
  snprintf(touched->line, sizeof touched->line, "%s", line ? line : "");
}

static int
touch_within(unsigned deadline_ms, struct touch work, struct touched *touched)
{
  *touched = (struct touched){ 0 };
  int error = process_within(deadline_ms, touch, &work, touched, sizeof *touched);
  return error ? error : touched->error;
}

int
deadline_write(struct host *host, const char *path, const char *text, unsigned deadline_ms)
{
  struct touched touched;
  return touch_within(deadline_ms, (struct touch){ host, path, text }, &touched);
}

int
deadline_read(TALLOC_CTX *ctx, struct host *host, const char *path, char **line, unsigned deadline_ms)
{
  struct touched touched;
  int error = touch_within(deadline_ms, (struct touch){ host, path, NULL }, &touched);
  *line = error ? NULL : talloc_strdup(ctx, touched.line);
  return error;
}

bool
deadline_wait(bool (*test)(void *arg), void *arg, unsigned ms)
{
  const struct timespec pause = { .tv_nsec = 5000000 };
  int64_t end = process_clock() + ms;
  while (!test(arg)) {
    if (process_clock() >= end)
      return false;
    nanosleep(&pause, NULL);
  }
  return true;
}
