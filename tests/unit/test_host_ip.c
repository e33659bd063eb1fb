/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host_ip.c - whose an address is */

#include "host/ip.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

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

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, whose);
}

UNIT("host/ip", tests)
