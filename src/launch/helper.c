/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/helper.c - programs that must run before QEMU: swtpm, virtiofsd, passt */

#include "launch/helper.h"

#include "launch/exec.h"
#include "launch/deadline.h"
#include "launch/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { END_MS = 2000 };

struct helper {
  const char *name;   /* argv[0] */
  const char *socket; /* NULL: none */
  const char *log;    /* where it says what went wrong; NULL: on standard error */
  pid_t pid;          /* 0: ended */
  int status;
  bool started; /* the socket is ours to remove */
};

struct helpers {
  struct helper *items;
  size_t n;
};

/* P, where WORD has KEY "path=": within "type=unixio,path=P,mode=0600" */
static char *
value_within(TALLOC_CTX *ctx, const char *word, const char *key)
{
  const char *at = strstr(word, key), *value = at ? at + strlen(key) : NULL;
  return at ? talloc_strndup(ctx, value, strcspn(value, ",")) : NULL;
}

char *
helper_socket(TALLOC_CTX *ctx, char *const *argv)
{
  for (size_t i = 1; argv[0] && argv[i]; i++) {
    const char *word = argv[i], *next = argv[i + 1];

    if (str_starts(word, "--socket-path="))
      return talloc_strdup(ctx, word + strlen("--socket-path="));
    if (str_starts(word, "--socket="))
      return talloc_strdup(ctx, word + strlen("--socket="));
    if (next && str_eq(word, "--unix"))
      return talloc_strdup(ctx, next);
    if (next && (str_eq(word, "--socket-path") || str_eq(word, "--socket") || str_eq(word, "-s")))
      return talloc_strdup(ctx, next);
    if (next && str_eq(word, "--ctrl"))
      return value_within(ctx, next, "path=");
    if (str_starts(word, "--ctrl="))
      return value_within(ctx, word, "path=");
  }
  return NULL;
}

static char *
log_of(TALLOC_CTX *ctx, char *const *argv)
{
  for (size_t i = 1; argv[i] && argv[i + 1]; i++) {
    if (str_eq(argv[i], "--logfile") || str_eq(argv[i], "--log-file"))
      return talloc_strdup(ctx, argv[i + 1]);
    if (str_eq(argv[i], "--log"))
      return value_within(ctx, argv[i + 1], "file=");
  }
  return NULL;
}

/* --- starting --- */

/* Linux net/unix: the fourth column has the flags, the last the path, which accepted connections
 * bear too. Asking by connecting would use up swtpm's one client. */
static bool
is_listened_on(const char *path)
{
  FILE *in = fopen("/proc/net/unix", "re");
  char *line = NULL;
  size_t size = 0;
  bool found = false;
  while (in && getline(&line, &size, in) > 0) {
    enum { LISTENS = 0x10000 }; /* __SO_ACCEPTCON */
    const char *at = strchr(line, '/');
    unsigned flags = 0;

    if (sscanf(line, "%*s %*x %*x %x", &flags) != 1 || !(flags & LISTENS))
      continue;
    found |= at && strncmp(at, path, strlen(path)) == 0 && at[strlen(path)] == '\n';
  }
  free(line);
  if (in)
    fclose(in);
  return found;
}

/* A socket left behind by a run before would look like readiness. */
static bool
clear_socket(const struct helper *helper, struct diag *diag)
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

/* "pwdfile=/dev/fd/7,mode=..." names 7: a sealed secret that is close-on-exec until now. */
static int *
named_fds(TALLOC_CTX *ctx, char *const *argv, size_t *n)
{
  int *fds = NULL;
  *n = 0;
  for (size_t i = 1; argv[i]; i++) {
    const char *at = strstr(argv[i], "/dev/fd/");
    int fd = at ? atoi(at + strlen("/dev/fd/")) : 0;

    if (fd <= STDERR_FILENO)
      continue;
    fds = talloc_realloc(ctx, fds, int, *n + 1);
    fds[(*n)++] = fd;
  }
  return fds;
}

static bool
start(struct helper *helper, char *const *argv, struct diag *diag)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  struct program program = { .argv = argv, .input = null < 0 ? 0 : null, .own_session = true };
  int error;
  program.fds = named_fds(scratch, argv, &program.n_fds);
  error = exec_start(&program, &helper->pid);
  if (error) {
    helper->pid = 0;
    diag_host(diag, (struct place){ 0 }, NULL,
              error == ENOENT ? "%s: not found; install it" : "%s: cannot be started: %s; mend its file", helper->name,
              strerror(error));
  }
  if (null >= 0)
    close(null);
  talloc_free(scratch);
  helper->started = !error;
  return helper->started;
}

static bool
is_ready(void *arg)
{
  struct helper *helper = arg;
  struct stat st;
  if (signals_wait() || (helper->socket && stat(helper->socket, &st) == 0 && S_ISSOCK(st.st_mode)))
    return true;
  if (waitpid(helper->pid, &helper->status, WNOHANG) == helper->pid)
    helper->pid = 0;
  return helper->pid == 0;
}

/* What should have come before the end of the program, or after that of a step: nothing. */
static bool
wait_ready(struct helper *helper, unsigned deadline_ms, struct diag *diag)
{
  bool answered = deadline_wait(is_ready, helper, deadline_ms);
  const char *before = helper->socket ? talloc_asprintf(diag, " before its socket %s appeared", helper->socket) : "";
  const char *see = helper->log ? talloc_asprintf(diag, "; its log %s may say why", helper->log) : "";
  unsigned seconds = (deadline_ms + 999) / 1000;
  if (signals_wait())
    diag_host(diag, (struct place){ 0 }, NULL, "interrupted by a signal while %s started", helper->name);
  else if (!answered && helper->socket)
    diag_host(diag, (struct place){ 0 }, NULL, "%s: its socket %s has not appeared within %u s%s", helper->name,
              helper->socket, seconds, see);
  else if (!answered)
    diag_host(diag, (struct place){ 0 }, NULL, "%s: has not ended within %u s%s", helper->name, seconds, see);
  else if (helper->pid == 0 && WIFSIGNALED(helper->status))
    diag_host(diag, (struct place){ 0 }, NULL, "%s: was killed by signal %d%s%s", helper->name,
              WTERMSIG(helper->status), before, see);
  else if (helper->pid == 0 && (helper->socket || WEXITSTATUS(helper->status) != 0))
    diag_host(diag, (struct place){ 0 }, NULL, "%s: ended with status %d%s%s", helper->name,
              WEXITSTATUS(helper->status), before, see);
  else
    return true;
  return false;
}

static int
helpers_destroy(struct helpers *helpers)
{
  helpers_end(helpers);
  return 0;
}

struct helpers *
helpers_start(TALLOC_CTX *ctx, char *const *const *argvs, size_t n, unsigned deadline_ms, struct diag *diag)
{
  struct helpers *helpers = talloc_zero(ctx, struct helpers);
  helpers->items = talloc_zero_array(helpers, struct helper, n);
  talloc_set_destructor(helpers, helpers_destroy);
  for (size_t i = 0; i < n; i++) {
    struct helper *helper = &helpers->items[helpers->n++];

    helper->name = talloc_strdup(helpers, argvs[i][0]);
    helper->socket = helper_socket(helpers, argvs[i]);
    helper->log = log_of(helpers, argvs[i]);
    if (!clear_socket(helper, diag) || !start(helper, argvs[i], diag) || !wait_ready(helper, deadline_ms, diag)) {
      talloc_free(helpers);
      return NULL;
    }
  }
  return helpers;
}

/* --- ending --- */

static bool
has_ended(void *arg)
{
  struct helper *helper = arg;
  pid_t pid = waitpid(helper->pid, &helper->status, WNOHANG);
  return pid == helper->pid || (pid < 0 && errno == ECHILD);
}

void
helpers_end(struct helpers *helpers)
{
  for (size_t i = helpers->n; i-- > 0;) {
    if (helpers->items[i].pid > 0)
      kill(-helpers->items[i].pid, SIGTERM); /* virtiofsd has a child */
  }
  for (size_t i = helpers->n; i-- > 0;) {
    struct helper *helper = &helpers->items[i];

    if (helper->pid > 0 && !deadline_wait(has_ended, helper, END_MS)) {
      kill(-helper->pid, SIGKILL);
      waitpid(helper->pid, NULL, 0);
    }
    helper->pid = 0;
    if (helper->started && helper->socket)
      unlink(helper->socket); /* QEMU's own virtiofsd leaves it */
    helper->started = false;
  }
}

bool
helpers_ended(struct helpers *helpers, int pid, int status, struct diag *diag)
{
  for (size_t i = 0; i < helpers->n; i++) {
    struct helper *helper = &helpers->items[i];

    if (helper->pid != pid)
      continue;
    helper->pid = 0;
    if (WIFSIGNALED(status))
      diag_warning(diag, (struct place){ 0 }, NULL, "%s was killed by signal %d while the guest runs", helper->name,
                   WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
      diag_warning(diag, (struct place){ 0 }, NULL, "%s ended with status %d while the guest runs", helper->name,
                   WEXITSTATUS(status));
    return true;
  }
  return false;
}
