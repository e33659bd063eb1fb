/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host_ip.c - whose an address is */

#include "host/ip.h"
#include "host/port.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* 192.0.2.0/24 and 2001:db8::/32 are nobody's (RFC 5737, RFC 3849). */
START_TEST(whose)
{
  static const struct {
    const char *address;
    enum tristate made, real;
  } cases[] = {
    { "127.0.0.1", ON, ON }, { "127.9.9.9", ON, ON },     { "::1", ON, ON },
    { "", UNSET, UNSET },    { "192.0.2.1", UNSET, OFF }, { "[2001:db8::1]", UNSET, OFF },
  };
  struct tmp_host *tmp = tmp_host_new();
  struct host *real = host_open(tmp, NULL, tmp->diag);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    const struct ips *found = ip_find(tmp, tmp->host, cases[i].address);
    ck_assert_uint_eq(found->n, 1);
    ck_assert_msg(ip_is_here(tmp->host, found->items) == cases[i].made, "%s, made", cases[i].address);
    enum tristate now = ip_is_here(real, found->items);
    /* a host without IPv6 cannot be asked about it */
    ck_assert_msg(now == cases[i].real || (strchr(cases[i].address, ':') && now == UNSET), "%s", cases[i].address);
  }
}
END_TEST

/* proc(5): the words of an address are of the machine's order of bytes. */
static const char *
in_table(TALLOC_CTX *ctx, const char *address, unsigned port, unsigned state)
{
  const struct ip where = ip_find(ctx, host_offline(ctx), address)->items[0];
  char *text = talloc_strdup(ctx, "  sl  local_address rem_address st\n   0: ");
  for (unsigned i = 0; i < where.length; i += 4) {
    uint32_t word;
    memcpy(&word, where.bytes + i, 4);
    text = talloc_asprintf_append(text, "%08X", word);
  }
  return talloc_asprintf(ctx, "%s:%04X 00000000:0000 %02X 00000000:00000000 00:00000000 00000000 0 0 1\n", text, port,
                         state);
}

enum { ESTABLISHED = 1, UNCONNECTED = 7, LISTENING = 10 };

START_TEST(taken_ports)
{
  static const struct {
    const char *table, *address;
    unsigned state;
    bool udp;
    const char *asked;
    bool taken;
  } cases[] = {
    { "tcp", "127.0.0.1", LISTENING, false, "127.0.0.1", true },
    { "tcp", "127.0.0.1", LISTENING, false, "127.0.0.2", false },
    { "tcp", "0.0.0.0", LISTENING, false, "127.0.0.2", true },
    { "tcp", "127.0.0.1", LISTENING, false, "", true },
    { "tcp", "127.0.0.1", ESTABLISHED, false, "127.0.0.1", false },
    { "tcp", "127.0.0.1", LISTENING, true, "127.0.0.1", false },
    { "udp", "127.0.0.1", UNCONNECTED, true, "127.0.0.1", true },
    { "udp", "127.0.0.1", ESTABLISHED, true, "127.0.0.1", false },
    { "tcp6", "2001:db8::1:2", LISTENING, false, "2001:db8::1:2", true },
    { "tcp6", "2001:db8::1:2", LISTENING, false, "2001:db8::2:2", false },
    { "tcp6", "::ffff:127.0.0.1", LISTENING, false, "127.0.0.1", true },
    { "tcp6", "::ffff:127.0.0.1", LISTENING, false, "127.0.0.2", false },
    /* who the name stands for nobody knows there, so any address is meant */
    { "tcp", "127.0.0.1", LISTENING, false, "host.example", true },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = tmp_host_new();
    const char *table = talloc_asprintf(tmp, "/proc/net/%s", cases[i].table);
    tmp_host_file(tmp, table, in_table(tmp, cases[i].address, 5900, cases[i].state));
    ck_assert_msg(port_is_taken(tmp->host, cases[i].udp, cases[i].asked, 5900) == cases[i].taken, "%zu: %s, %s", i,
                  cases[i].address, cases[i].asked);
    ck_assert_msg(!port_is_taken(tmp->host, cases[i].udp, cases[i].asked, 5901), "%zu: another port", i);
  }
}
END_TEST

START_TEST(names_that_nobody_resolves)
{
  struct tmp_host *tmp = tmp_host_new();
  const struct ips *found = ip_find(tmp, tmp->host, "host.example");
  ck_assert_uint_eq(found->n, 0);
  ck_assert_ptr_null(found->why);
}
END_TEST

/* A made host has its tables; what really listens here says nothing about it. */
START_TEST(who_answers)
{
  struct tmp_host *tmp = tmp_host_new();
  struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t length = sizeof here;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  ck_assert(fd >= 0 && bind(fd, (struct sockaddr *)&here, sizeof here) == 0 && listen(fd, 1) == 0);
  ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&here, &length), 0);
  unsigned port = ntohs(here.sin_port);
  const struct ips *loopback = ip_find(tmp, tmp->host, "127.0.0.1");
  ck_assert_int_eq(port_answers(tmp->host, loopback, port), UNSET); /* no table */
  tmp_host_file(tmp, "/proc/net/tcp", in_table(tmp, "127.0.0.1", 1, LISTENING));
  ck_assert_int_eq(port_answers(tmp->host, loopback, 1), ON);
  ck_assert_int_eq(port_answers(tmp->host, loopback, port), OFF);
  ck_assert_int_eq(port_answers(tmp->host, ip_find(tmp, tmp->host, "192.0.2.1"), 1), UNSET);
  struct host *real = host_open(tmp, NULL, tmp->diag);
  ck_assert_int_eq(port_answers(real, loopback, port), ON);
  close(fd);
  ck_assert_int_eq(port_answers(real, loopback, port), OFF);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, taken_ports);
  tcase_add_test(tcase, names_that_nobody_resolves);
  tcase_add_test(tcase, who_answers);
  tcase_add_test(tcase, whose);
}

UNIT("host/ip", tests)
