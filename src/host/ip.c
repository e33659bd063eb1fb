/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/ip.c - network addresses: what a name stands for, whose one is, whether a way leads there */

#include "host/ip.h"
#include "host/process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

enum { RESOLVER_MS = 5000, ANSWERS = 16 };

static bool
of_number(const char *text, struct ip *address)
{
  char bare[INET6_ADDRSTRLEN] = "";
  size_t length = strlen(text);
  bool brackets = length >= 2 && text[0] == '[' && text[length - 1] == ']';
  if (brackets && length - 2 < sizeof bare)
    memcpy(bare, text + 1, length - 2), text = bare;
  *address = (struct ip){ 0 };
  if (!brackets && inet_pton(AF_INET, text, address->bytes) == 1)
    address->length = 4;
  else if (inet_pton(AF_INET6, text, address->bytes) == 1)
    address->length = 16;
  return address->length > 0;
}

/* What the resolver says of a name. */
struct resolved {
  int error; /* EAI_... */
  size_t n;
  struct ip items[ANSWERS];
};

/* In a child, which hangs no longer than this either. */
static void
ask_resolver(void *arg, void *out)
{
  const char *const *name = arg;
  struct resolved *answer = out;
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
  setenv("RES_OPTIONS", "timeout:2 attempts:1", 1);
  answer->error = getaddrinfo(*name, NULL, &hints, &list);
  for (const struct addrinfo *at = list; at && answer->n < ANSWERS; at = at->ai_next) {
    struct ip *to = &answer->items[answer->n];
    const void *from = at->ai_family == AF_INET    ? (const void *)&((struct sockaddr_in *)at->ai_addr)->sin_addr
                       : at->ai_family == AF_INET6 ? (const void *)&((struct sockaddr_in6 *)at->ai_addr)->sin6_addr
                                                   : NULL;
    to->length = at->ai_family == AF_INET ? 4 : 16;
    if (from)
      memcpy(to->bytes, from, to->length), answer->n++;
  }
}

struct ips *
ip_find(TALLOC_CTX *ctx, const struct host *host, const char *text)
{
  struct ips *found = talloc_zero(ctx, struct ips);
  struct resolved answer = { .n = 1 };
  if (str_eq(text, "localhost")) {
    answer.n = 2;
    of_number("127.0.0.1", &answer.items[0]);
    of_number("::1", &answer.items[1]);
  } else if (*text && !of_number(text, &answer.items[0])) {
    answer.n = 0;
    bool asked = host_is_real(host) && !host_is_offline(host);
    int error = asked ? process_within(RESOLVER_MS, ask_resolver, &text, &answer, sizeof answer) : 0;
    if (error == ETIMEDOUT)
      found->why = "the resolver does not answer";
    else if (!error && answer.error)
      found->why = gai_strerror(answer.error);
  }
  found->n = answer.n;
  found->items = talloc_memdup(found, answer.items, sizeof answer.items);
  return found;
}

/* 0.0.0.0, :: and "". */
static bool
is_any(const struct ip *address)
{
  static const uint8_t zero[16];
  return address->length == 0 || memcmp(address->bytes, zero, address->length) == 0;
}

bool
ip_overlap(const struct ip *a, const struct ip *b)
{
  return is_any(a) || is_any(b) || (a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0);
}

socklen_t
ip_socket_address(const struct ip *address, unsigned port, struct sockaddr_storage *out)
{
  struct sockaddr_in *in = (struct sockaddr_in *)out;
  struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
  *out = (struct sockaddr_storage){ .ss_family = address->length == 4 ? AF_INET : AF_INET6 };
  if (address->length == 4) {
    in->sin_port = htons((uint16_t)port);
    memcpy(&in->sin_addr, address->bytes, 4);
    return sizeof *in;
  }
  in6->sin6_port = htons((uint16_t)port);
  memcpy(&in6->sin6_addr, address->bytes, 16);
  return sizeof *in6;
}

static bool
is_loopback(const struct ip *address)
{
  static const uint8_t one[16] = { [15] = 1 };
  return address->length == 4 ? address->bytes[0] == 127
                              : address->length == 16 && memcmp(address->bytes, one, 16) == 0;
}

/* The errno of CALL on a socket for packets, which asks the kernel without sending one. */
static int
ask_kernel(const struct ip *address, unsigned port, int (*call)(int, const struct sockaddr *, socklen_t))
{
  struct sockaddr_storage to;
  socklen_t length = ip_socket_address(address, port, &to);
  int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return errno;
  int error = call(fd, (const struct sockaddr *)&to, length) == 0 ? 0 : errno;
  close(fd);
  return error;
}

/* In whatever network namespace: a socket without a port takes its address, or does not. */
enum tristate
ip_is_here(const struct host *host, const struct ip *address)
{
  if (is_any(address))
    return UNSET;
  if (!host_is_real(host) || host_is_offline(host))
    return is_loopback(address) ? ON : UNSET;
  int error = ask_kernel(address, 0, bind);
  return error == 0 ? ON : error == EADDRNOTAVAIL || error == EAFNOSUPPORT ? OFF : UNSET;
}

int
ip_way(const struct host *host, const struct ip *address)
{
  enum { DISCARD = 9 };
  if (is_any(address) || !host_is_real(host) || host_is_offline(host))
    return 0;
  int error = ask_kernel(address, DISCARD, connect);
  return error == ENETUNREACH || error == EHOSTUNREACH || error == EAFNOSUPPORT ? error : 0;
}
