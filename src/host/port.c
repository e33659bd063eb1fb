/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/port.c - the ports that programs of the host listen on */

#include "host/port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* Linux include/net/tcp_states.h; an unconnected UDP socket is "closed". */
enum { TCP_IS_LISTENING = 0x0a, UDP_IS_OPEN = 0x07 };

/* An address as the kernel has it; LENGTH 0: any. */
struct where {
  unsigned length; /* bytes: 4, 16 */
  uint8_t bytes[16];
};

static struct where
where_of_text(const char *text)
{
  struct where where = { 0 };
  char bare[64] = "";
  size_t length = strlen(text);
  if (length >= 2 && text[0] == '[' && text[length - 1] == ']' && length < sizeof bare)
    memcpy(bare, text + 1, length - 2), text = bare;
  if (inet_pton(AF_INET, text, where.bytes) == 1)
    where.length = 4;
  else if (inet_pton(AF_INET6, text, where.bytes) == 1)
    where.length = 16;
  return where;
}

/* proc(5): 32-bit words in the byte order of the machine, as hexadecimal numbers. */
static struct where
where_of_kernel(const char *digits)
{
  struct where where = { .length = (unsigned)strlen(digits) / 2 };
  if (where.length != 4 && where.length != 16)
    return (struct where){ 0 };
  for (unsigned i = 0; i < where.length; i += 4) {
    unsigned word = 0;
    sscanf(digits + 2 * i, "%8x", &word);
    memcpy(where.bytes + i, &word, 4);
  }
  /* an IPv6 socket that listens on an IPv4 address: RFC 4291, 2.5.5.2 */
  static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
  if (where.length == 16 && memcmp(where.bytes, mapped, sizeof mapped) == 0) {
    memmove(where.bytes, where.bytes + sizeof mapped, 4);
    where.length = 4;
  }
  return where;
}

static bool
is_any(const struct where *where)
{
  static const uint8_t zero[16];
  return where->length == 0 || memcmp(where->bytes, zero, where->length) == 0;
}

static bool
overlap(const struct where *a, const struct where *b)
{
  return is_any(a) || is_any(b) || (a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0);
}

static bool
table_has(const struct host *host, const char *path, unsigned state, const struct where *where, unsigned port)
{
  char *text = host_read(NULL, host, path, MIB(64), NULL), *save = NULL;
  bool found = false;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line && !found; line = strtok_r(NULL, "\n", &save)) {
    char digits[33];
    unsigned its_port, its_state;
    if (sscanf(line, " %*u: %32[0-9A-Fa-f]:%x %*s %x", digits, &its_port, &its_state) != 3)
      continue;
    struct where its = where_of_kernel(digits);
    found = its_port == port && its_state == state && overlap(&its, where);
  }
  talloc_free(text);
  return found;
}

bool
port_is_taken(const struct host *host, bool udp, const char *address, unsigned port)
{
  struct where where = where_of_text(address);
  unsigned state = udp ? UDP_IS_OPEN : TCP_IS_LISTENING;
  return table_has(host, udp ? "/proc/net/udp" : "/proc/net/tcp", state, &where, port) ||
         table_has(host, udp ? "/proc/net/udp6" : "/proc/net/tcp6", state, &where, port);
}

/* --- addresses --- */

/* The length of *OUT; 0: WHERE is no number. */
static socklen_t
socket_address(const struct where *where, unsigned port, struct sockaddr_storage *out)
{
  struct sockaddr_in *in = (struct sockaddr_in *)out;
  struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
  *out = (struct sockaddr_storage){ .ss_family = where->length == 4 ? AF_INET : AF_INET6 };
  if (where->length == 4) {
    in->sin_port = htons((uint16_t)port);
    memcpy(&in->sin_addr, where->bytes, 4);
    return sizeof *in;
  }
  in6->sin6_port = htons((uint16_t)port);
  memcpy(&in6->sin6_addr, where->bytes, 16);
  return where->length ? sizeof *in6 : 0;
}

static bool
is_loopback(const struct where *where)
{
  static const uint8_t one[16] = { [15] = 1 };
  return where->length == 4 ? where->bytes[0] == 127 : where->length == 16 && memcmp(where->bytes, one, 16) == 0;
}

/* The kernel knows whose an address is, in whatever network namespace: a socket without a port takes it. */
static enum tristate
is_here(const struct host *host, const struct where *where)
{
  struct sockaddr_storage address;
  socklen_t length = socket_address(where, 0, &address);
  if (is_any(where) || is_loopback(where) || !host_is_real(host) || host_is_offline(host))
    return is_loopback(where) ? ON : UNSET;
  int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int error = fd < 0 || bind(fd, (const struct sockaddr *)&address, length) == 0 ? 0 : errno;
  bool asked = fd >= 0;
  if (asked)
    close(fd);
  if (error == EADDRNOTAVAIL)
    return OFF;
  return asked && !error ? ON : UNSET;
}

enum tristate
port_address(const struct host *host, const char *address)
{
  struct where where = where_of_text(address);
  return is_here(host, &where);
}

/* --- servers --- */

/* No table shows whom a firewall's rule sends elsewhere. A dropped packet makes us wait no longer than this. */
static bool
is_refused(const struct where *where, unsigned port)
{
  struct sockaddr_storage address;
  socklen_t length = socket_address(where, port, &address);
  const struct timeval patience = { .tv_usec = 200000 };
  int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return errno == EAFNOSUPPORT;
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  bool refused =
      connect(fd, (const struct sockaddr *)&address, length) < 0 && (errno == ECONNREFUSED || errno == EADDRNOTAVAIL);
  close(fd);
  return refused;
}

static enum tristate
answers(const struct host *host, const struct where *where, unsigned port)
{
  bool known = host_exists(host, where->length == 4 ? "/proc/net/tcp" : "/proc/net/tcp6");
  if (is_here(host, where) != ON || !known)
    return UNSET;
  if (table_has(host, "/proc/net/tcp", TCP_IS_LISTENING, where, port) ||
      table_has(host, "/proc/net/tcp6", TCP_IS_LISTENING, where, port))
    return ON;
  if (!host_is_real(host))
    return OFF;
  return is_refused(where, port) ? OFF : UNSET;
}

enum tristate
port_answers(const struct host *host, const char *address, unsigned port)
{
  struct where four = where_of_text("127.0.0.1"), six = where_of_text("::1");
  struct where where = where_of_text(address);
  if (!str_eq(address, "localhost"))
    return where.length ? answers(host, &where, port) : UNSET;
  enum tristate a = answers(host, &four, port), b = answers(host, &six, port);
  bool silent = a == OFF && (b == OFF || !host_exists(host, "/proc/net/tcp6"));
  return a == ON || b == ON ? ON : silent ? OFF : UNSET;
}
