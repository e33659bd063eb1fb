/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/helper.c - programs that must run before QEMU: swtpm, virtiofsd, passt */

#include "launch/helper.h"

#include "core/utf8.h"
#include "host/keeper.h"
#include "host/socket.h"
#include "launch/deadline.h"
#include "launch/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { END_MS = 2000 };

struct running {
  const struct helper *wanted;
  const char *name;   /* argv[0] */
  const char *socket; /* of WANTED; NULL: none */
  const char *log;    /* likewise */
  struct kept kept;
  bool runs;
  bool started; /* the socket is ours to remove */
  int said;     /* where we read what it says on its standard output and error; -1: it has closed them */
  char line[512];
  size_t length;
};

struct helpers {
  struct running *items;
  size_t n;
  int all_said; /* epoll(7) over them */
  bool failed;  /* one has, so that its log may be of interest */
};

/* --- what they say --- */

static void
show_line(struct running *helper)
{
  const char *base = strrchr(helper->name, '/');
  char *text = utf8_shown(NULL, helper->line, helper->length, false);
  if (helper->length)
    fprintf(stderr, "%s: %s\n", base ? base + 1 : helper->name, text);
  helper->length = 0;
  talloc_free(text);
}

static void
hear(struct running *helper)
{
  char bytes[4096];
  ssize_t got;
  while (helper->said >= 0 && (got = read(helper->said, bytes, sizeof bytes)) != 0) {
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return;
    for (ssize_t i = 0; i < got; i++) {
      if (bytes[i] == '\n' || helper->length == sizeof helper->line)
        show_line(helper);
      if (bytes[i] != '\n')
        helper->line[helper->length++] = bytes[i];
    }
  }
  if (helper->said < 0)
    return;
  show_line(helper);
  close(helper->said);
  helper->said = -1;
}

int
helpers_fd(const struct helpers *helpers)
{
  return helpers->all_said;
}

void
helpers_hear(struct helpers *helpers)
{
  for (size_t i = 0; i < helpers->n; i++)
    hear(&helpers->items[i]);
}

/* --- starting --- */

/* Where nobody can tell, somebody does: the socket is not for us to remove. */
static bool
is_listened_on(const char *path)
{
  int node = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC), error = node < 0 ? errno : socket_node_listener(node);
  if (node >= 0)
    close(node);
  return error != ECONNREFUSED && error != ENOENT;
}

/* A socket left behind by a run before would look like readiness. */
static bool
clear_socket(const struct running *helper, struct diag *diag)
{
  struct stat st;
  if (!helper->socket || lstat(helper->socket, &st) < 0)
    return true;
  if (!S_ISSOCK(st.st_mode))
    diag_host(diag, (struct place){ 0 }, NULL, "%s: %s is there and no socket; move it away", helper->name,
              helper->socket);
  else if (is_listened_on(helper->socket))
    diag_host(diag, (struct place){ 0 }, NULL, "%s: another program listens on %s; stop it first", helper->name,
              helper->socket);
  else if (unlink(helper->socket) < 0)
    diag_host(diag, (struct place){ 0 }, NULL, "%s: cannot remove the old socket %s: %s", helper->name, helper->socket,
              strerror(errno));
  else
    return true;
  return false;
}

/* The end of a pipe for HELPER to speak into; 0: ours then, there are no descriptors left. */
static int
listen_to(struct helpers *helpers, struct running *helper)
{
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0)
    return 0;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  helper->said = ends[0];
  struct epoll_event event = { .events = EPOLLIN };
  epoll_ctl(helpers->all_said, EPOLL_CTL_ADD, ends[0], &event);
  return ends[1];
}

static bool
start(struct helpers *helpers, struct running *helper, struct diag *diag)
{
  const struct helper *wanted = helper->wanted;
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC), speak = listen_to(helpers, helper);
  struct program program = { .argv = wanted->argv,
                             .fds = wanted->fds,
                             .n_fds = wanted->n_fds,
                             .input = null < 0 ? 0 : null,
                             .output = speak,
                             .errors = speak,
                             .dies_with_us = SIGTERM };
  int error = keeper_start(&program, END_MS, &helper->kept);
  if (error) {
    diag_host(diag, (struct place){ 0 }, NULL,
              error == ENOENT ? "%s: not found; install it" : "%s: cannot be started: %s; mend its file", helper->name,
              strerror(error));
  }
  if (null >= 0)
    close(null);
  if (speak)
    close(speak);
  helper->started = helper->runs = !error;
  return helper->started;
}

static bool
has_ended(void *arg)
{
  struct running *helper = arg;
  helper->runs = helper->runs && !keeper_ended(&helper->kept);
  return !helper->runs;
}

static bool
is_ready(void *arg)
{
  struct running *helper = arg;
  struct stat st;
  hear(helper);
  if (signals_wait() || (helper->socket && stat(helper->socket, &st) == 0 && S_ISSOCK(st.st_mode)))
    return true;
  return has_ended(helper);
}

/* Waits until the helper is ready: neither its end nor the deadline may come first. */
static bool
wait_ready(struct running *helper, unsigned deadline_ms, struct diag *diag)
{
  bool answered = deadline_wait(is_ready, helper, deadline_ms);
  const char *before = helper->socket ? talloc_asprintf(diag, " before its socket %s appeared", helper->socket) : "";
  const char *see = helper->log ? talloc_asprintf(diag, "; its log %s may say why", helper->log) : "";
  unsigned seconds = (deadline_ms + 999) / 1000;
  int status = helper->kept.status;
  if (signals_wait())
    diag_host(diag, (struct place){ 0 }, NULL, "interrupted by a signal while %s started", helper->name);
  else if (!answered && helper->socket)
    diag_host(diag, (struct place){ 0 }, NULL, "%s: its socket %s has not appeared within %u s%s", helper->name,
              helper->socket, seconds, see);
  else if (!answered)
    diag_host(diag, (struct place){ 0 }, NULL, "%s: has not ended within %u s%s", helper->name, seconds, see);
  else if (!helper->runs && WIFSIGNALED(status))
    diag_host(diag, (struct place){ 0 }, NULL, "%s: was killed by signal %d%s%s", helper->name, WTERMSIG(status),
              before, see);
  else if (!helper->runs && (helper->socket || WEXITSTATUS(status) != 0))
    diag_host(diag, (struct place){ 0 }, NULL, "%s: ended with status %d%s%s", helper->name, WEXITSTATUS(status),
              before, see);
  else
    return true;
  return false;
}

static int
helpers_destroy(struct helpers *helpers)
{
  helpers_end(helpers);
  if (helpers->all_said >= 0)
    close(helpers->all_said);
  return 0;
}

struct helpers *
helpers_start(TALLOC_CTX *ctx, const struct helper *const *wanted, size_t n, unsigned deadline_ms, struct diag *diag)
{
  struct helpers *helpers = talloc_zero(ctx, struct helpers);
  helpers->items = talloc_zero_array(helpers, struct running, n);
  helpers->all_said = epoll_create1(EPOLL_CLOEXEC);
  talloc_set_destructor(helpers, helpers_destroy);
  for (size_t i = 0; i < n; i++) {
    struct running *helper = &helpers->items[helpers->n++];

    helper->wanted = wanted[i];
    helper->name = wanted[i]->argv[0];
    helper->socket = wanted[i]->socket;
    helper->log = wanted[i]->log;
    helper->said = -1;
    if (!clear_socket(helper, diag) || !start(helpers, helper, diag) || !wait_ready(helper, deadline_ms, diag)) {
      talloc_free(helpers);
      return NULL;
    }
  }
  return helpers;
}

/* --- ending --- */

void
helpers_end(struct helpers *helpers)
{
  for (size_t i = helpers->n; i-- > 0;) {
    if (helpers->items[i].runs)
      keeper_terminate(&helpers->items[i].kept);
  }
  for (size_t i = helpers->n; i-- > 0;) {
    struct running *helper = &helpers->items[i];

    if (!deadline_wait(has_ended, helper, END_MS)) {
      keeper_kill(&helper->kept);
      while (!has_ended(helper))
        deadline_wait(has_ended, helper, END_MS);
    }
    hear(helper);
    if (helper->said >= 0)
      close(helper->said);
    helper->said = -1;
    if (helper->started && helper->socket)
      unlink(helper->socket); /* QEMU's own virtiofsd leaves it */
    if (helper->started && helper->wanted->leaves)
      unlink(helper->wanted->leaves);
    helper->started = false;
  }
}

void
helpers_each(const struct helpers *helpers, void (*say)(const char *name, int pid, void *arg), void *arg)
{
  for (size_t i = 0; i < helpers->n; i++)
    if (helpers->items[i].runs)
      say(helpers->items[i].name, helpers->items[i].kept.pid, arg);
}

bool
helpers_ended(struct helpers *helpers, struct diag *diag)
{
  bool some = false;
  for (size_t i = 0; i < helpers->n; i++) {
    struct running *helper = &helpers->items[i];

    if (!helper->runs || !has_ended(helper))
      continue;
    int status = helper->kept.status;
    some = true;
    helpers->failed |= status != 0;
    if (WIFSIGNALED(status))
      diag_warning(diag, (struct place){ 0 }, NULL, "%s was killed by signal %d while the guest runs", helper->name,
                   WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
      diag_warning(diag, (struct place){ 0 }, NULL, "%s ended with status %d while the guest runs", helper->name,
                   WEXITSTATUS(status));
  }
  return some;
}

void
helpers_forget_logs(const struct helpers *helpers, const char *folder)
{
  for (size_t i = 0; i < helpers->n && !helpers->failed; i++) {
    const char *log = helpers->items[i].log;

    if (log && str_starts(log, folder) && log[strlen(folder)] == '/')
      unlink(log);
  }
}
