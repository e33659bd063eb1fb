/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/iothread_map.c - <driver><iothreads>: which virtqueue is served by which I/O thread */

#include "domain/iothread_map.h"
#include "core/attr.h"

static void
read_thread(struct iothread_map *map, xmlNode *node, const char *subject, struct diag *diag)
{
  struct iothread_queues *thread = &map->thread[map->n++];
  uint64_t id = 0;
  *thread = (struct iothread_queues){ .place = xml_place(node, NULL) };
  if (!xml_attr(node, "id"))
    diag_error(diag, thread->place, subject, "<iothread> has no id; write <iothread id='1'/>");
  read_uint(node, "@id", 1, UINT32_MAX, &id, subject, diag);
  thread->iothread = (uint32_t)id;
  xml_each(queue, node, "queue")
  {
    uint64_t number = 0;
    if (!xml_attr(queue, "id"))
      diag_error(diag, xml_place(queue, NULL), subject, "<queue> has no id; write <queue id='0'/>");
    read_uint(queue, "@id", 0, UINT32_MAX, &number, subject, diag);
    thread->queue = talloc_realloc(map, thread->queue, uint32_t, thread->n + 1);
    thread->queue[thread->n++] = (uint32_t)number;
  }
}

const struct iothread_map *
iothread_map_read(TALLOC_CTX *ctx, xmlNode *node, const char *subject, struct diag *diag)
{
  xmlNode *driver = xml_child(node, "driver");
  xmlNode *threads = driver ? xml_child(driver, "iothreads") : NULL;
  if (!threads || !xml_child(threads, "iothread"))
    return NULL;
  struct iothread_map *map = talloc_zero(ctx, struct iothread_map);
  xml_each(thread, threads, "iothread")
  {
    map->thread = talloc_realloc(map, map->thread, struct iothread_queues, map->n + 1);
    read_thread(map, thread, subject, diag);
  }
  return map;
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
      if (thread->queue[j] >= queues)
        diag_error(diag, thread->place, subject, "queue %u: there are %u queues, from 0; raise <driver queues='...'>",
                   thread->queue[j], queues);
      else if (served[thread->queue[j]])
        diag_error(diag, thread->place, subject, "queue %u has an I/O thread already; name each queue once",
                   thread->queue[j]);
      else
        served[thread->queue[j]] = true;
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
  for (size_t i = 0; i < map->n; i++) {
    for (size_t j = 0; j < i; j++)
      if (map->thread[i].iothread == map->thread[j].iothread) {
        diag_error(diag, map->thread[i].place, subject,
                   "I/O thread %u is named twice (line %u); write all its queues once", map->thread[i].iothread,
                   map->thread[j].place.line);
        fine = false;
      }
    if ((map->thread[i].n > 0) != with_queues) {
      diag_error(diag, map->thread[i].place, subject, "name queues for every I/O thread or for none");
      fine = false;
    }
  }
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
      props_uint(queues, NULL, map->thread[i].queue[j]);
  }
}
