/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/iothread.c - the list of I/O threads, of which each disk may name one */

#include "domain/domain.h"
#include "domain/notes.h"

/* The number, from 1, of thread ID in the list; 0: there is none. */
static uint64_t *
number_of(const struct domain *domain, uint64_t id)
{
  return &domain_note_number(domain, "iothread", id)->number;
}

const struct iothread *
iothread_find(const struct domain *domain, uint64_t id)
{
  uint64_t number = *number_of(domain, id);
  return number ? &domain->iothreads.items[number - 1] : NULL;
}

void
iothread_add(struct domain *domain, struct iothread iothread)
{
  struct iothreads *all = &domain->iothreads;
  all->items = ARRAY_ROOM(domain, all->items, struct iothread, all->n);
  all->items[all->n++] = iothread;
  *number_of(domain, iothread.id) = all->n;
}
