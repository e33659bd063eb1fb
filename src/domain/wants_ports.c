/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/wants_ports.c - no two devices listen on one TCP port, or on one socket */

#include "domain/notes.h"
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

static const struct note *
earlier(const struct note *a, const struct note *b)
{
  return !b->number || (a->number && a->number < b->number) ? a : b;
}

/* The first before WANT, which is the Nth, that listens where it does; NULL: none. NOTES have the numbers of the first
 * of each port, of those that listen on every address, and of each address. */
static const struct want *
find_clash(const struct ports *ports, struct notes *notes, const struct want *want, size_t n)
{
  struct note *any = notes_find(notes, "port", want->service);
  struct note *every = notes_find(notes, "port of every address", want->service);
  struct note *same = notes_find(notes, want->service, want->address);
  const struct note *first = is_every(want->address) ? any : earlier(every, same);
  const struct want *clash = first->number ? ports->items[first->number - 1] : NULL;
  struct note *own[] = { any, is_every(want->address) ? every : same };
  for (size_t i = 0; i < ARRAY_SIZE(own); i++)
    own[i]->number = own[i]->number ? own[i]->number : n;
  return clash;
}

static void
collect_socket(const struct want *want, void *arg)
{
  struct ports *sockets = arg;
  if (want->kind != WANT_LISTEN)
    return;
  sockets->items = ARRAY_ROOM(sockets, sockets->items, const struct want *, sockets->n);
  sockets->items[sockets->n++] = want;
}

/* QEMU util/qemu-sockets.c, unix_listen_saddr(), removes what is there before it binds. */
static void
check_sockets(const struct domain *domain, struct diag *diag)
{
  struct ports *sockets = talloc_zero(NULL, struct ports);
  wants_each(domain, collect_socket, sockets);
  struct notes *notes = sockets->n > 1 ? notes_new(sockets) : NULL;
  for (size_t i = 0; notes && i < sockets->n; i++) {
    const struct want *second = sockets->items[i], *first = sockets->items[notes_first(notes, second->value, i)];
    if (first != second)
      diag_missed(diag, second->place, second->subject,
                  "socket %s is that of %s (line %u) as well, and QEMU takes it from there; write another",
                  second->value, first->subject ? first->subject : "the domain", first->place.line);
  }
  talloc_free(sockets);
}

void
wants_check_ports(const struct domain *domain, struct diag *diag)
{
  struct ports *ports = talloc_zero(NULL, struct ports);
  wants_each(domain, collect, ports);
  struct notes *notes = ports->n > 1 ? notes_new(ports) : NULL;
  for (size_t i = 0; notes && i < ports->n; i++) {
    const struct want *second = ports->items[i], *first = find_clash(ports, notes, second, i + 1);
    if (first)
      diag_unstartable(diag, second->place, second->subject,
                       "TCP port %s is that of %s (line %u) as well, this guest will not start; write another",
                       second->service, first->subject ? first->subject : "the domain", first->place.line);
  }
  talloc_free(ports);
  check_sockets(domain, diag);
}
