/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/monitor.c - the QMP connection of --run: what the guest does, and what it is told */

#include "launch/monitor.h"

#include "qemu/json_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* QEMU's answers to what we ask are short; of a longer line (an event of the user's) nothing is of interest. */
enum { LONGEST = 65536 };

#define LINK "link:" /* begins the id of a command about the card that follows */

struct refused_link {
  const char *id;
  const char *why; /* NULL: told already */
};

struct monitor {
  int fd; /* -1: closed */
  enum guest_state state;
  bool ran;
  const char *refused; /* why the balloon was; NULL: it was not */
  struct refused_link *links;
  size_t n_links;
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

bool
monitor_tell_balloon(struct monitor *monitor, uint64_t bytes)
{
  char *text = talloc_asprintf(monitor, "{\"execute\":\"balloon\",\"arguments\":{\"value\":%ju},\"id\":\"balloon\"}\n",
                               (uintmax_t)bytes);
  bool told = say(monitor, text);
  talloc_free(text);
  return told;
}

const char *
monitor_balloon_refused(struct monitor *monitor)
{
  const char *why = monitor->refused;
  monitor->refused = NULL;
  return why;
}

static void
refuse_link(struct monitor *monitor, const char *id, const char *why)
{
  monitor->links = ARRAY_ROOM(monitor, monitor->links, struct refused_link, monitor->n_links);
  monitor->links[monitor->n_links++] = (struct refused_link){ .id = id, .why = why };
}

void
monitor_cut_link(struct monitor *monitor, const char *id)
{
  char *text =
      talloc_asprintf(monitor,
                      "{\"execute\":\"set_link\",\"arguments\":{\"name\":\"%s\",\"up\":false},\"id\":\"" LINK "%s\"}\n",
                      id, id);
  if (!say(monitor, text))
    refuse_link(monitor, id, "it cannot hear it");
  talloc_free(text);
}

const char *
monitor_link_refused(struct monitor *monitor, const char *id)
{
  for (size_t i = 0; i < monitor->n_links; i++) {
    const char *why = monitor->links[i].why;

    if (!why || !str_eq(monitor->links[i].id, id))
      continue;
    monitor->links[i].why = NULL;
    return why;
  }
  return NULL;
}

/* An answer of error: the ids of commands say what we wanted. */
static void
hear_refusal(struct monitor *monitor, struct text id, struct text error)
{
  const char *name = text_dup(monitor, id), *why = text_dup(monitor, text_member(error, "desc"));
  if (text_is(id, "balloon"))
    monitor->refused = why;
  else if (name && str_starts(name, LINK))
    refuse_link(monitor, name + strlen(LINK), why ? why : "it does not say why");
}

static void
now_is(struct monitor *monitor, enum guest_state state)
{
  monitor->state = state;
  monitor->ran |= state == GUEST_RUNS;
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
  else if (text_member(line, "error").at)
    hear_refusal(monitor, text_member(line, "id"), text_member(line, "error"));
  else if (text_is(text_member(line, "id"), "status"))
    now_is(monitor,
           text_is_word(text_member(text_member(line, "return"), "running"), "true") ? GUEST_RUNS : GUEST_PAUSED);
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
  }
}
