/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/monitor.c - the QMP connection of --run: what the guest does, and what it is told */

#include "launch/monitor.h"

#include "host/process.h"
#include "qemu/json_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* QEMU's answers to what we ask are short; of a longer line (an event of the user's) nothing is of interest. */
enum { LONGEST = 65536 };

/* One of those that are said in turn; its id is its number among them. */
struct asked {
  const char *command;
  const char *text;
  const void *about;
};

struct monitor {
  int fd; /* -1: closed */
  enum guest_state state;
  bool ran;
  bool answers; /* it has told how the guest is: its main loop runs */
  struct asked *asked;
  size_t n_asked, n_answered;
  int64_t since; /* when the one that is to be answered next was said */
  struct refusal *refusals;
  size_t n_refusals, n_taken;
  char line[LONGEST];
  size_t length;
  bool too_long; /* the rest of this line is skipped */
};

static int
monitor_free(struct monitor *monitor)
{
  if (monitor->fd >= 0)
    close(monitor->fd);
  return 0;
}

static bool
say(struct monitor *monitor, const char *text)
{
  ssize_t length = (ssize_t)strlen(text);
  return monitor->fd >= 0 && send(monitor->fd, text, (size_t)length, MSG_NOSIGNAL) == length;
}

struct monitor *
monitor_new(TALLOC_CTX *ctx, int *theirs)
{
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    return NULL;
  struct monitor *monitor = talloc_zero(ctx, struct monitor);
  talloc_set_destructor(monitor, monitor_free);
  monitor->fd = ends[0];
  monitor->since = process_clock();
  fcntl(monitor->fd, F_SETFL, O_NONBLOCK);
  *theirs = ends[1];
  say(monitor, "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"query-status\",\"id\":\"status\"}\n");
  return monitor;
}

int
monitor_fd(const struct monitor *monitor)
{
  return monitor->fd;
}

enum guest_state
monitor_state(const struct monitor *monitor)
{
  return monitor->state;
}

bool
monitor_ran(const struct monitor *monitor)
{
  return monitor->ran;
}

bool
monitor_tell(struct monitor *monitor, const char *command)
{
  char *text = talloc_asprintf(monitor, "{\"execute\":\"%s\"}\n", command);
  bool told = say(monitor, text);
  talloc_free(text);
  return told;
}

/* --- in turn --- */

/* One at a time: a socket whose reader is slow would be full after a few hundred, and what is cut in the middle is no
 * JSON any more. */
static void
say_next(struct monitor *monitor)
{
  monitor->since = process_clock();
  if (monitor->n_answered < monitor->n_asked)
    say(monitor, monitor->asked[monitor->n_answered].text);
}

void
monitor_ask(struct monitor *monitor, const char *command, const char *arguments, const void *about)
{
  bool next = monitor->answers && monitor->n_answered == monitor->n_asked;
  monitor->asked = ARRAY_ROOM(monitor, monitor->asked, struct asked, monitor->n_asked);
  monitor->asked[monitor->n_asked] = (struct asked){
    .command = command,
    .text = talloc_asprintf(monitor, "{\"execute\":\"%s\",\"arguments\":%s,\"id\":%zu}\n", command,
                            arguments ? arguments : "{}", monitor->n_asked),
    .about = about,
  };
  monitor->n_asked++;
  if (next)
    say_next(monitor);
}

void
monitor_ask_no_more(struct monitor *monitor)
{
  monitor->n_asked = monitor->n_answered;
}

const char *
monitor_waits(const struct monitor *monitor, int64_t *since)
{
  *since = monitor->since;
  if (monitor->n_answered == monitor->n_asked)
    return NULL;
  return monitor->answers ? monitor->asked[monitor->n_answered].command : "query-status";
}

bool
monitor_refusal(struct monitor *monitor, struct refusal *refusal)
{
  if (monitor->n_taken == monitor->n_refusals)
    return false;
  *refusal = monitor->refusals[monitor->n_taken++];
  return true;
}

/* --- what QEMU says --- */

static void
hear_answer(struct monitor *monitor, struct text error)
{
  const struct asked *asked = &monitor->asked[monitor->n_answered++];
  if (error.at) {
    const char *why = text_dup(monitor, text_member(error, "desc"));
    monitor->refusals = ARRAY_ROOM(monitor, monitor->refusals, struct refusal, monitor->n_refusals);
    monitor->refusals[monitor->n_refusals++] =
        (struct refusal){ .command = asked->command, .about = asked->about, .why = why ? why : "it does not say why" };
  }
  say_next(monitor);
}

static bool
is_answer(const struct monitor *monitor, struct text line)
{
  uint64_t id;
  return monitor->answers && monitor->n_answered < monitor->n_asked && text_number(text_member(line, "id"), &id) &&
         id == monitor->n_answered;
}

static void
now_is(struct monitor *monitor, enum guest_state state)
{
  monitor->state = state;
  monitor->ran |= state == GUEST_RUNS;
}

static void
hear_status(struct monitor *monitor, struct text status)
{
  now_is(monitor, text_is_word(text_member(status, "running"), "true") ? GUEST_RUNS : GUEST_PAUSED);
  if (monitor->answers)
    return;
  monitor->answers = true;
  say_next(monitor);
}

/* Events that came before the answer to query-status are not known to it; QMP keeps their order. */
static void
hear_line(struct monitor *monitor)
{
  const char *end = monitor->line + monitor->length;
  struct text line = { scan_blanks(monitor->line, end), scan_value(monitor->line, end) };
  if (!line.end)
    return;
  struct text event = text_member(line, "event");
  if (text_is(event, "RESUME"))
    now_is(monitor, GUEST_RUNS);
  else if (text_is(event, "STOP"))
    now_is(monitor, monitor->state == GUEST_ENDS ? GUEST_ENDS : GUEST_PAUSED);
  else if (text_is(event, "SHUTDOWN"))
    now_is(monitor, GUEST_ENDS);
  else if (is_answer(monitor, line))
    hear_answer(monitor, text_member(line, "error"));
  else if (text_is(text_member(line, "id"), "status"))
    hear_status(monitor, text_member(line, "return"));
}

static void
hear(struct monitor *monitor, const char *bytes, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] == '\n') {
      if (!monitor->too_long)
        hear_line(monitor);
      monitor->length = 0;
      monitor->too_long = false;
    } else if (monitor->length == sizeof monitor->line) {
      monitor->too_long = true;
    } else {
      monitor->line[monitor->length++] = bytes[i];
    }
  }
}

void
monitor_hear(struct monitor *monitor)
{
  char bytes[4096];
  ssize_t got;
  while ((got = read(monitor->fd, bytes, sizeof bytes)) > 0)
    hear(monitor, bytes, (size_t)got);
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    close(monitor->fd);
    monitor->fd = -1;
    monitor->since = process_clock();
  }
}
