/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host_socket.c - sockets that somebody listens on, and others */

#include "host/socket.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
bound(const char *path, int type)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  return fd;
}

START_TEST(listeners)
{
  struct tmp_host *tmp = tmp_host_new();
  int stream = bound(tmp_host_path(tmp, "/a"), SOCK_STREAM), datagrams = bound(tmp_host_path(tmp, "/b"), SOCK_DGRAM);
  ck_assert_int_eq(listen(stream, 1), 0);
  ck_assert_int_eq(fcntl(stream, F_SETFL, O_NONBLOCK), 0);
  ck_assert_int_eq(socket_listener(tmp->host, "/a"), 0);
  ck_assert_int_eq(accept(stream, NULL, NULL), -1); /* it noticed nothing */
  ck_assert_int_eq(socket_listener(tmp->host, "/b"), ECONNREFUSED);
  close(stream);
  close(datagrams);
  ck_assert_int_eq(socket_listener(tmp->host, "/a"), ECONNREFUSED);
  ck_assert_int_eq(socket_listener(tmp->host, "/none"), ENOENT);
  tmp_host_file(tmp, "/file", "");
  ck_assert_int_eq(socket_listener(tmp->host, "/file"), ECONNREFUSED);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, listeners);
}

UNIT("host/socket", tests)
