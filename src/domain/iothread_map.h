/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/iothread_map.h - <driver><iothreads>: which virtqueue is served by which I/O thread */

/* Of virtio-blk disks and virtio-scsi controllers. Reading reports what is malformed; whether the
 * threads exist is asked of the domain in the check stage. */

#ifndef DOMAIN_IOTHREAD_MAP_H
#define DOMAIN_IOTHREAD_MAP_H

#include "core/attr.h"
#include "core/props.h"

struct iothread_queue {
  uint32_t id;
};

struct iothread_queues {
  uint32_t iothread;
  struct iothread_queue *queue;
  size_t n;
  struct place place;
};

struct iothread_map {
  struct iothread_queues *thread;
  size_t n;
};

extern const struct attr iothread_map_attrs[];

/* Reads <driver><iothreads> below NODE, a child of CTX; NULL: there is none. */
const struct iothread_map *iothread_map_read(TALLOC_CTX *ctx, xmlNode *node, const char *subject, struct diag *diag);

/* Each thread once, each of QUEUES queues once or none at all. */
void iothread_map_check(const struct iothread_map *map, uint32_t queues, const char *subject, struct diag *diag);

/* Sets iothread-vq-mapping. MAP NULL: nothing. */
void iothread_map_props(struct props *p, const struct iothread_map *map);

#endif
