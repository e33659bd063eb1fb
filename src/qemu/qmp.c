/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/qmp.c - a QEMU started for questions only, and its QMP on stdin and stdout */

#include "qemu/qmp.h"
#include "host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The longest honest reply, the schema, has a quarter of a megabyte. */
#define LONGEST_LINE (16 * 1024 * 1024)
#define MOST_OUTPUT (64 * 1024 * 1024)

struct qmp {
  const char *binary;
  struct diag *diag;
  pid_t pid;  /* 0: reaped */
  int stream; /* its stdin and stdout */
  int errors; /* its stderr; -1: closed */
  bool greeted;
  unsigned seconds;
  int64_t deadline; /* of process_clock() */
  char *text;       /* read, not yet taken */
  size_t length, taken, size;
  size_t total;
  char last_words[512]; /* the end of what it wrote to stderr */
  size_t n_last_words;
};

static bool
fail(struct qmp *qmp, const char *fmt, ...)
{
  va_list args;
  char *text;
  va_start(args, fmt);
  text = talloc_vasprintf(NULL, fmt, args);
  va_end(args);
  diag_host(qmp->diag, (struct place){ .file = qmp->binary }, NULL, "%s", text);
  talloc_free(text);
  return false;
}

/* --- the child */

static void
end_child(struct qmp *qmp)
{
  if (qmp->pid <= 0)
    return;
  kill(-qmp->pid, SIGKILL);
  kill(qmp->pid, SIGKILL);
  while (waitpid(qmp->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  qmp->pid = 0;
}

static int
qmp_free(struct qmp *qmp)
{
  end_child(qmp);
  if (qmp->stream >= 0)
    close(qmp->stream);
  if (qmp->errors >= 0)
    close(qmp->errors);
  return 0;
}

static bool
start_child(struct qmp *qmp, const char *const *arguments, int *error)
{
  char *argv[16] = { (char *)qmp->binary };
  int stream[2] = { -1, -1 }, errors[2] = { -1, -1 };
  struct program program = { .argv = argv, .own_group = true, .dies_with_us = SIGKILL };
  for (size_t i = 0; arguments[i] && i + 2 < ARRAY_SIZE(argv); i++)
    argv[i + 1] = (char *)arguments[i];
  *error = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) < 0 || pipe2(errors, O_CLOEXEC) < 0 ? errno : 0;
  program.input = program.output = stream[1];
  program.errors = errors[1];
  if (!*error)
    *error = process_start(&program, &qmp->pid);
  qmp->stream = stream[0];
  qmp->errors = errors[0];
  if (stream[1] >= 0)
    close(stream[1]);
  if (errors[1] >= 0)
    close(errors[1]);
  if (!*error)
    return true;
  qmp->pid = 0;
  return fail(qmp, "cannot be started: %s; %sname another with --qemu=PATH", strerror(*error),
              *error == ENOENT ? "install it, or " : "");
}

/* --- lines */

static void
keep_last_words(struct qmp *qmp)
{
  char chunk[256];
  ssize_t got = read(qmp->errors, chunk, sizeof(chunk));
  size_t room = sizeof(qmp->last_words) - 1, n = got > 0 ? (size_t)got : 0;
  if (got <= 0) {
    close(qmp->errors);
    qmp->errors = -1;
  }
  if (qmp->n_last_words + n > room) {
    size_t drop = qmp->n_last_words + n - room;
    memmove(qmp->last_words, qmp->last_words + drop, qmp->n_last_words - drop);
    qmp->n_last_words -= drop;
  }
  memcpy(qmp->last_words + qmp->n_last_words, chunk, n);
  qmp->n_last_words += n;
}

/* The last line it wrote to stderr, "" if none. */
static const char *
last_line(struct qmp *qmp)
{
  char *words = qmp->last_words, *newline;
  size_t n = qmp->n_last_words;
  while (n > 0 && (words[n - 1] == '\n' || words[n - 1] == '\r' || words[n - 1] == ' '))
    n--;
  words[n] = '\0';
  newline = strrchr(words, '\n');
  return newline ? newline + 1 : words;
}

static bool
late(struct qmp *qmp, const char *name)
{
  return fail(qmp, "waited %u seconds in vain for %s; ended it", qmp->seconds, name);
}

/* It closed its side: why? Gives it a moment to be gone. */
static bool
died(struct qmp *qmp, const char *name)
{
  int64_t patience = process_clock() + 1000;
  siginfo_t end = { 0 };

  while (qmp->errors >= 0 && process_clock() < patience && poll(&(struct pollfd){ qmp->errors, POLLIN, 0 }, 1, 100) > 0)
    keep_last_words(qmp);
  while (waitid(P_PID, (id_t)qmp->pid, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == 0 &&
         process_clock() < patience)
    poll(NULL, 0, 10);
  if (end.si_pid == 0)
    return fail(qmp, "closed its QMP while we waited for %s", name);

  const char *words = last_line(qmp), *colon = *words ? ": " : "";
  return fail(qmp, "%s %d while we waited for %s%s%s",
              end.si_code == CLD_EXITED ? "ended with status" : "was killed by signal", end.si_status, name, colon,
              words);
}

/* Waits until the stream can be read or written; stderr is emptied meanwhile. */
static bool
wait_stream(struct qmp *qmp, short events, const char *name)
{
  for (;;) {
    struct pollfd fds[] = { { qmp->stream, events, 0 }, { qmp->errors, POLLIN, 0 } };
    int64_t left = qmp->deadline - process_clock();

    if (left <= 0)
      return late(qmp, name);
    if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
      return fail(qmp, "poll: %s", strerror(errno));
    if (qmp->errors >= 0 && fds[1].revents)
      keep_last_words(qmp);
    if (fds[0].revents)
      return true;
  }
}

/* To one that is gone, too: what it said before, and how it ended, is seen when it is heard. */
static bool
send_all(struct qmp *qmp, const char *name, const char *text, size_t length)
{
  while (length > 0) {
    if (!wait_stream(qmp, POLLOUT, name))
      return false;
    ssize_t put = send(qmp->stream, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && (errno == EAGAIN || errno == EINTR))
      continue;
    if (put < 0)
      return true;
    text += put;
    length -= (size_t)put;
  }
  return true;
}

static bool
read_more(struct qmp *qmp, const char *name)
{
  if (qmp->length == qmp->size) {
    qmp->size = qmp->size ? qmp->size * 2 : 64 * 1024;
    qmp->text = talloc_realloc(qmp, qmp->text, char, qmp->size);
  }
  if (!wait_stream(qmp, POLLIN, name))
    return false;

  ssize_t got = recv(qmp->stream, qmp->text + qmp->length, qmp->size - qmp->length, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return true;
  if (got <= 0)
    return died(qmp, name);
  qmp->length += (size_t)got;
  qmp->total += (size_t)got;
  if (qmp->length > LONGEST_LINE || qmp->total > MOST_OUTPUT)
    return fail(qmp, "floods us with output while we wait for %s; ended it", name);
  return true;
}

static bool
nonsense(struct qmp *qmp, struct text line)
{
  int length = line.end - line.at > 60 ? 60 : (int)(line.end - line.at);
  char *shown = talloc_asprintf(qmp, "%.*s", length, line.at);
  for (char *c = shown; *c; c++)
    if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
      *c = '?';
  return fail(qmp, "does not speak QMP: it said '%s'", shown);
}

/* The next line, which must be a JSON object. */
static bool
read_line(struct qmp *qmp, const char *name, struct text *line)
{
  const char *newline;
  size_t seen = 0;
  memmove(qmp->text, qmp->text + qmp->taken, qmp->length -= qmp->taken);
  qmp->taken = 0;
  while (!(newline = memchr(qmp->text + seen, '\n', qmp->length - seen))) {
    seen = qmp->length;
    if (!read_more(qmp, name))
      return false;
  }
  qmp->taken = (size_t)(newline - qmp->text) + 1;
  line->at = scan_blanks(qmp->text, newline);
  line->end = scan_value(line->at, newline);
  if (line->at == newline || *line->at != '{' || !line->end || scan_blanks(line->end, newline) != newline)
    return nonsense(qmp, (struct text){ qmp->text, newline });
  return true;
}

static bool
hear_greeting(struct qmp *qmp)
{
  struct text greeting;
  if (!read_line(qmp, "its QMP greeting", &greeting))
    return false;
  qmp->greeted = text_member(greeting, "QMP").at;
  return qmp->greeted || nonsense(qmp, greeting);
}

bool
qmp_send(struct qmp *qmp, const char *name, const char *request)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *line = talloc_asprintf(tmp, "%s\n", request);
  bool sent = send_all(qmp, talloc_asprintf(tmp, "the answer to %s", name), line, strlen(line));
  talloc_free(tmp);
  return sent;
}

bool
qmp_hear(struct qmp *qmp, const char *name, struct text *reply)
{
  char *what = talloc_asprintf(NULL, "the answer to %s", name);
  bool heard = qmp->greeted || hear_greeting(qmp), answered = false;
  while (heard && !answered) {
    heard = read_line(qmp, what, reply);
    answered = heard && (text_member(*reply, "return").at || text_member(*reply, "error").at);
    if (heard && !answered && !text_member(*reply, "event").at)
      heard = nonsense(qmp, *reply);
  }
  talloc_free(what);
  return heard;
}

static struct qmp *
qmp_new(TALLOC_CTX *ctx, const char *binary, unsigned seconds, struct diag *diag)
{
  struct qmp *qmp = talloc_zero(ctx, struct qmp);
  qmp->binary = talloc_strdup(qmp, binary);
  qmp->diag = diag;
  qmp->stream = qmp->errors = -1;
  qmp->seconds = seconds;
  qmp->deadline = process_clock() + (int64_t)seconds * 1000;
  qmp->size = 64 * 1024;
  qmp->text = talloc_array(qmp, char, qmp->size);
  talloc_set_destructor(qmp, qmp_free);
  return qmp;
}

struct qmp *
qmp_start(TALLOC_CTX *ctx, const char *binary, const char *const *arguments, unsigned seconds, int *error,
          struct diag *diag)
{
  struct qmp *qmp = qmp_new(ctx, binary, seconds, diag);
  if (start_child(qmp, arguments, error))
    return qmp;
  talloc_free(qmp);
  return NULL;
}

char *
qmp_printed(TALLOC_CTX *ctx, const char *binary, const char *const *arguments, unsigned seconds, struct diag *diag)
{
  struct qmp *qmp = qmp_new(ctx, binary, seconds, diag);
  char *text = NULL;
  int error;
  qmp->size = 256 * 1024;
  qmp->text = talloc_realloc(qmp, qmp->text, char, qmp->size);
  if (start_child(qmp, arguments, &error)) {
    shutdown(qmp->stream, SHUT_WR);
    while (qmp->length < qmp->size && wait_stream(qmp, POLLIN, "its end")) {
      ssize_t got = recv(qmp->stream, qmp->text + qmp->length, qmp->size - qmp->length, MSG_DONTWAIT);
      if (got < 0 && (errno == EAGAIN || errno == EINTR))
        continue;
      if (got <= 0) {
        text = talloc_strndup(ctx, qmp->text, qmp->length);
        break;
      }
      qmp->length += (size_t)got;
    }
  }
  talloc_free(qmp);
  return text;
}
