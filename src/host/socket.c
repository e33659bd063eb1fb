/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/socket.c - does somebody listen on a socket of the file system? */

#include "host/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A connection would use up the one client that swtpm or a vhost-user back end takes, and /proc/net/unix
 * knows this network namespace alone. Linux net/unix/af_unix.c, unix_find_bsd(), looks whose socket it is
 * before it looks at the type: a datagram is the wrong type for those who are there. */
int
socket_node_listener(int node)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  /* longer paths than an address has room for, and those below a made root */
  snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", node);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), error = fd < 0 ? errno : 0;
  if (!error && connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
    error = errno;
  else if (!error)
    error = ECONNREFUSED; /* a socket for datagrams */
  if (fd >= 0)
    close(fd);
  return error == EPROTOTYPE ? 0 : error;
}

int
socket_listener(const struct host *host, const char *path)
{
  int node = host_open_file(host, path, O_PATH, 0);
  if (node < 0)
    return errno;
  int error = socket_node_listener(node);
  close(node);
  return error;
}
