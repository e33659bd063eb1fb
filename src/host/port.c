/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/port.c - the ports that programs of the host listen on */

#include "host/port.h"
#include "core/attr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* Linux include/net/tcp_states.h; an unconnected UDP socket is "closed". */
enum { TCP_IS_LISTENING = 0x0a, UDP_IS_OPEN = 0x07 };

/* proc(5): 32-bit words in the byte order of the machine, as hexadecimal numbers. */
static struct ip
of_kernel(const char *digits)
{
  struct ip where = { .length = (unsigned)strlen(digits) / 2 };
  if (where.length != 4 && where.length != 16)
    return (struct ip){ 0 };
  for (unsigned i = 0; i < where.length; i += 4) {
    unsigned word = 0;
    sscanf(digits + 2 * i, "%8x", &word);
    memcpy(where.bytes + i, &word, 4);
  }
  /* an IPv6 socket that listens on an IPv4 address: RFC 4291, 2.5.5.2 */
  static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
  if (where.length == 16 && memcmp(where.bytes, mapped, sizeof mapped) == 0) {
    where.length = 4;
    memmove(where.bytes, where.bytes + sizeof mapped, where.length);
  }
  return where;
}

static bool
table_has(const struct host *host, const char *path, unsigned state, const struct ip *where, unsigned port)
{
  char *text = host_read(NULL, host, path, HOST_TEXT_MAX, NULL), *save = NULL;
  bool found = false;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line && !found; line = strtok_r(NULL, "\n", &save)) {
    char digits[33];
    unsigned its_port, its_state;
    if (sscanf(line, " %*u: %32[0-9A-Fa-f]:%x %*s %x", digits, &its_port, &its_state) != 3)
      continue;
    struct ip its = of_kernel(digits);
    found = its_port == port && its_state == state && ip_overlap(&its, where);
  }
  talloc_free(text);
  return found;
}

static bool
is_taken(const struct host *host, bool udp, const struct ip *where, unsigned port)
{
  unsigned state = udp ? UDP_IS_OPEN : TCP_IS_LISTENING;
  return table_has(host, udp ? "/proc/net/udp" : "/proc/net/tcp", state, where, port) ||
         table_has(host, udp ? "/proc/net/udp6" : "/proc/net/tcp6", state, where, port);
}

bool
port_is_taken(const struct host *host, bool udp, const char *address, unsigned port)
{
  struct ips *addresses = ip_find(NULL, host, address);
  bool taken = !addresses->n && is_taken(host, udp, &(struct ip){ 0 }, port);
  for (size_t i = 0; i < addresses->n && !taken; i++)
    taken = is_taken(host, udp, &addresses->items[i], port);
  talloc_free(addresses);
  return taken;
}

/* --- servers --- */

/* No table shows whom a firewall's rule sends elsewhere. A dropped packet makes us wait no longer than this. */
static bool
is_refused(const struct ip *where, unsigned port)
{
  struct sockaddr_storage address;
  socklen_t length = ip_socket_address(where, port, &address);
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
answers(const struct host *host, const struct ip *where, unsigned port)
{
  bool known = host_exists(host, where->length == 4 ? "/proc/net/tcp" : "/proc/net/tcp6");
  enum tristate here = ip_is_here(host, where);
  if (here != ON || !known)
    return UNSET;
  if (is_taken(host, false, where, port))
    return ON;
  if (!host_is_real(host))
    return OFF;
  return is_refused(where, port) ? OFF : UNSET;
}

enum tristate
port_answers(const struct host *host, const struct ips *addresses, unsigned port)
{
  enum tristate all = addresses->n ? OFF : UNSET;
  for (size_t i = 0; i < addresses->n && all != ON; i++) {
    const struct ip *where = &addresses->items[i];
    enum tristate one = answers(host, where, port);
    bool no_ipv6 = addresses->n > 1 && where->length == 16 && !host_exists(host, "/proc/net/tcp6");
    all = one == ON ? ON : one == UNSET && !no_ipv6 ? UNSET : all;
  }
  return all;
}

/* --- names --- */

/* services(5): "http  80/tcp  www" */
static bool
names_service(char *line, const char *service, const char *protocol, unsigned *port)
{
  char *save = NULL, *name, *number;
  line[strcspn(line, "#")] = '\0';
  name = strtok_r(line, " \t", &save);
  number = strtok_r(NULL, " \t", &save);
  char *slash = number ? strchr(number, '/') : NULL;
  if (!slash || !str_eq(slash + 1, protocol))
    return false;
  bool is_it = str_eq(name, service);
  while (!is_it && (name = strtok_r(NULL, " \t", &save)))
    is_it = str_eq(name, service);
  *port = is_it ? (unsigned)strtoul(number, NULL, 10) : *port;
  return is_it;
}

bool
port_number(const struct host *host, bool udp, const char *service, unsigned *port)
{
  uint64_t number;
  if (parse_uint(service, &number)) {
    *port = (unsigned)number;
    return number <= UINT16_MAX;
  }
  char *text = host_read(NULL, host, "/etc/services", HOST_TEXT_MAX, NULL), *save = NULL;
  bool found = false;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line && !found; line = strtok_r(NULL, "\n", &save))
    found = names_service(line, service, udp ? "udp" : "tcp", port);
  talloc_free(text);
  return found;
}
