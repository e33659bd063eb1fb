/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/iothread.h - <iothreads>: filled by vm/iothread.c */

/* A device that names iothread N refers to the object "iothreadN". */

#ifndef DOMAIN_IOTHREAD_H
#define DOMAIN_IOTHREAD_H

#include "core/diag.h"

struct iothread {
  uint32_t id; /* from 1 */
  struct num pool_min, pool_max;
  struct num poll_max, poll_grow, poll_shrink, poll_weight; /* nanoseconds; factors; a shift */
  struct place place;                                       /* file NULL: only counted in <iothreads> */
};

struct iothreads {
  uint32_t count; /* as <iothreads> says */
  struct iothread *items;
  size_t n;
  struct num main_pool_min, main_pool_max; /* <defaultiothread>: QEMU's main loop */
};

struct domain;

/* NULL: there is no such thread. */
const struct iothread *iothread_find(const struct domain *domain, uint64_t id);

/* The caller has seen that there is none of this id. */
void iothread_add(struct domain *domain, struct iothread iothread);

#endif
