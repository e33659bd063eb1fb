/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/iothread_map.c - <driver><iothreads>: which virtqueue is served by which I/O thread */

#include "domain/iothread_map.h"
#include "domain/notes.h"

static const struct attr queue_attrs[] = { ATTR_UINT("@id", struct iothread_queue, id, .required = true,
                                                     .missing = "<queue> has no id; write <queue id='0'/>",
                                                     .doc = "The number of a queue that it serves."),
                                           ATTR_END };

static const struct attr thread_attrs[] = {
  ATTR_PLACE(struct iothread_queues, place),
  ATTR_UINT("@id", struct iothread_queues, iothread, .min = 1, .required = true,
            .missing = "<iothread> has no id; write <iothread id='1'/>", .doc = "The number of the I/O thread."),
  ATTR_LIST("queue", struct iothread_queues, queue, n, struct iothread_queue, queue_attrs,
            .doc = "A queue that this thread serves; without one it serves its share of all."),
  ATTR_END
};

const struct attr iothread_map_attrs[] = { ATTR_LIST("driver/iothreads/iothread", struct iothread_map, thread, n,
                                                     struct iothread_queues, thread_attrs,
                                                     .doc = "An I/O thread that serves it."),
                                           ATTR_END };

const struct iothread_map *
iothread_map_read(TALLOC_CTX *ctx, xmlNode *node, const char *subject, struct diag *diag)
{
  struct iothread_map *map = talloc_zero(ctx, struct iothread_map);
  attr_read(iothread_map_attrs, node, map, subject, diag);
  return map->n ? map : NULL;
}

/* More than any device of QEMU's has. */
enum { QUEUES_MAX = 65535 };

static void
check_queues(const struct iothread_map *map, uint32_t queues, const char *subject, struct diag *diag)
{
  bool *served = talloc_zero_array(diag, bool, (size_t)queues + 1);
  for (size_t i = 0; i < map->n; i++) {
    const struct iothread_queues *thread = &map->thread[i];
    for (size_t j = 0; j < thread->n; j++) {
      if (thread->queue[j].id >= queues)
        diag_error(diag, thread->place, subject, "queue %u: there are %u queues, from 0; raise <driver queues='...'>",
                   thread->queue[j].id, queues);
      else if (served[thread->queue[j].id])
        diag_error(diag, thread->place, subject, "queue %u has an I/O thread already; name each queue once",
                   thread->queue[j].id);
      else
        served[thread->queue[j].id] = true;
    }
  }
  for (uint32_t i = 0; i < queues; i++)
    if (!served[i]) {
      diag_error(diag, map->thread[0].place, subject, "queue %u has no I/O thread; name all queues or none", i);
      break;
    }
  talloc_free(served);
}

void
iothread_map_check(const struct iothread_map *map, uint32_t queues, const char *subject, struct diag *diag)
{
  if (!map)
    return;
  bool with_queues = map->thread[0].n > 0, fine = true;
  struct notes *notes = notes_new(NULL);
  for (size_t i = 0; i < map->n; i++) {
    size_t first = notes_first(notes, talloc_asprintf(notes, "%u", map->thread[i].iothread), i);
    if (first != i) {
      diag_error(diag, map->thread[i].place, subject,
                 "I/O thread %u is named twice (line %u); write all its queues once", map->thread[i].iothread,
                 map->thread[first].place.line);
      fine = false;
    }
    if ((map->thread[i].n > 0) != with_queues) {
      diag_error(diag, map->thread[i].place, subject, "name queues for every I/O thread or for none");
      fine = false;
    }
  }
  talloc_free(notes);
  if (with_queues && queues == 0)
    diag_error(diag, map->thread[0].place, subject,
               "queues are named, but their number is not; write <driver queues='...'>");
  else if (with_queues && fine && queues <= QUEUES_MAX)
    check_queues(map, queues, subject, diag);
}

void
iothread_map_props(struct props *p, const struct iothread_map *map)
{
  struct props *list = map ? props_list(p, "iothread-vq-mapping") : NULL;
  for (size_t i = 0; map && i < map->n; i++) {
    struct props *item = props_dict(list, NULL);
    props_refer(item, "iothread", ID_OBJECT, talloc_asprintf(item, "iothread%u", map->thread[i].iothread));
    struct props *queues = map->thread[i].n ? props_list(item, "vqs") : NULL;
    for (size_t j = 0; j < map->thread[i].n; j++)
      props_uint(queues, NULL, map->thread[i].queue[j].id);
  }
}
