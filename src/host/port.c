/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/port.c - the ports that programs of the host listen on */

#include "host/port.h"

#include <arpa/inet.h>
#include <stdio.h>

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
