/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/wants_ports.c - no two devices listen on one TCP port */

#include "domain/wants.h"

struct ports {
  const struct want **items;
  size_t n;
};

static void
collect(const struct want *want, void *arg)
{
  struct ports *ports = arg;
  if (want->kind != WANT_PORT || !want->service || str_eq(want->service, "0"))
    return;
  ports->items = ARRAY_ROOM(ports, ports->items, const struct want *, ports->n);
  ports->items[ports->n++] = want;
}

static bool
is_every(const char *address)
{
  return !*address || str_eq(address, "0.0.0.0") || str_eq(address, "::") || str_eq(address, "[::]");
}

static bool
clash(const struct want *a, const struct want *b)
{
  bool overlap = is_every(a->address) || is_every(b->address) || str_eq(a->address, b->address);
  return overlap && str_eq(a->service, b->service);
}

void
wants_check_ports(const struct domain *domain, struct diag *diag)
{
  struct ports *ports = talloc_zero(NULL, struct ports);
  wants_each(domain, collect, ports);
  for (size_t i = 0; i < ports->n; i++)
    for (size_t j = 0; j < i; j++) {
      const struct want *first = ports->items[j], *second = ports->items[i];
      if (!clash(first, second))
        continue;
      diag_unstartable(diag, second->place, second->subject,
                       "TCP port %s is that of %s (line %u) as well, this guest will not start; write another",
                       second->service, first->subject ? first->subject : "the domain", first->place.line);
      break;
    }
  talloc_free(ports);
}
