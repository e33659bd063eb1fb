/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/notify.c - telling whoever started us how the guest is: systemd, or a script */

#include "launch/notify.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct notify {
  int fd; /* -1: nobody listens */
  struct sockaddr_un address;
  socklen_t length;
  int ready_fd;
  struct diag *diag;
  bool ready, stopping; /* said, or to be said with the next datagram */
  const char *status;
  bool waits;
};

static int
notify_free(struct notify *notify)
{
  if (notify->fd >= 0)
    close(notify->fd);
  if (notify->ready_fd >= 0)
    close(notify->ready_fd);
  return 0;
}

static bool
set_address(struct notify *notify, const char *socket)
{
  size_t length = strlen(socket);
  if ((socket[0] != '/' && socket[0] != '@') || length >= sizeof notify->address.sun_path)
    return false;
  notify->address.sun_family = AF_UNIX;
  memcpy(notify->address.sun_path, socket, length);
  if (socket[0] == '@')
    notify->address.sun_path[0] = '\0';
  notify->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (socket[0] == '/'));
  return true;
}

struct notify *
notify_new(TALLOC_CTX *ctx, const char *socket_name, int ready_fd, struct diag *diag)
{
  struct notify *notify = talloc_zero(ctx, struct notify);
  notify->fd = -1;
  notify->ready_fd = ready_fd;
  notify->diag = diag;
  talloc_set_destructor(notify, notify_free);
  if (!socket_name || !*socket_name)
    return notify;
  if (set_address(notify, socket_name))
    notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  else
    diag_warning(diag, (struct place){ 0 }, NULL,
                 "NOTIFY_SOCKET %s is neither a path nor an abstract name; nobody is told that the guest runs",
                 socket_name);
  return notify;
}

/* All that holds now: a datagram that was not taken is made good by the next. */
void
notify_again(struct notify *notify)
{
  if (notify->fd < 0)
    return;
  char *text =
      talloc_asprintf(notify, "%s%s", notify->ready ? "READY=1\n" : "", notify->stopping ? "STOPPING=1\n" : "");
  if (notify->status)
    text = talloc_asprintf_append(text, "STATUS=%s\n", notify->status);
  ssize_t sent =
      sendto(notify->fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&notify->address, notify->length);
  notify->waits = sent < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == EINTR);
  if (sent < 0 && !notify->waits) {
    diag_warning(notify->diag, (struct place){ 0 }, NULL, "NOTIFY_SOCKET cannot be told how the guest is: %s",
                 strerror(errno));
    close(notify->fd);
    notify->fd = -1;
  }
  talloc_free(text);
}

bool
notify_waits(const struct notify *notify)
{
  return notify->waits;
}

void
notify_ready(struct notify *notify)
{
  if (notify->ready)
    return;
  notify->ready = true;
  if (notify->ready_fd >= 0) {
    if (write(notify->ready_fd, "\n", 1) != 1)
      diag_warning(notify->diag, (struct place){ 0 }, NULL, "--ready-fd cannot be told that the guest runs: %s",
                   strerror(errno));
    close(notify->ready_fd);
    notify->ready_fd = -1;
  }
  notify_again(notify);
}

void
notify_stopping(struct notify *notify)
{
  if (notify->stopping)
    return;
  notify->stopping = true;
  notify_again(notify);
}

void
notify_status(struct notify *notify, const char *status)
{
  notify->status = status;
  notify_again(notify);
}
