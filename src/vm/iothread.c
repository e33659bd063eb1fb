/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/iothread.c - <iothreads>, <iothreadids>, <defaultiothread>: threads that serve disks */

#include "domain/kinds.h"

/* Beyond any sense, but within any memory. */
enum { IOTHREADS_MAX = 4096 };

static const struct attr without_pool_max[] = { ATTR_NEVER("@thread_pool_min"), ATTR_END };
static const struct attr without_main_pool_max[] = { ATTR_NEVER("defaultiothread/@thread_pool_min"), ATTR_END };

static const struct attr iothread_attrs[] = {
  ATTR_UINT("@id", struct iothread, id, .min = 1, .required = true,
            .doc = "The number by which devices name the thread."),
  ATTR_NUM("@thread_pool_min", struct iothread, pool_min, .max = INT32_MAX, .dflt = "QEMU's (0)",
           .needs = FEAT_IOTHREAD_THREAD_POOL_MAX, .doc = "How many helping threads stay ready."),
  ATTR_NUM("@thread_pool_max", struct iothread, pool_max, .min = 1, .max = INT32_MAX,
           .required_where = "with thread_pool_min", .dflt = "QEMU's (64)", .needs = FEAT_IOTHREAD_THREAD_POOL_MAX,
           .doc = "How many helping threads there are at most."),
  ATTR_IF("@thread_pool_max", NULL, without_pool_max),
  ATTR_NUM("poll/@max", struct iothread, poll_max, .max = INT64_MAX, .unit = "nanoseconds", .dflt = "QEMU's (32768)",
           .doc = "How long the thread looks for work before it sleeps."),
  ATTR_NUM("poll/@grow", struct iothread, poll_grow, .max = INT64_MAX, .dflt = "QEMU's (2)",
           .doc = "How fast that time grows."),
  ATTR_NUM("poll/@shrink", struct iothread, poll_shrink, .max = INT64_MAX, .dflt = "QEMU's (at once to none)",
           .doc = "How fast that time shrinks."),
  ATTR_NUM("poll/@weight", struct iothread, poll_weight, .max = 63, .dflt = "QEMU's",
           .needs = FEAT_IOTHREAD_POLL_WEIGHT, .doc = "How much the last wait counts for the next."),
  ATTR_END
};

static const struct attr iothreads_attrs[] = {
  ATTR_UINT("iothreads/text()", struct domain, iothreads.count, .max = IOTHREADS_MAX, .empty_none = true, .dflt = "0",
            .doc = "How many I/O threads there are."),
  ATTR_SEE("iothreadids/iothread", iothread_attrs, .many = true, .doc = "One I/O thread."),
  ATTR_NUM("defaultiothread/@thread_pool_min", struct domain, iothreads.main_pool_min, .max = INT32_MAX,
           .needs = FEAT_IOTHREAD_THREAD_POOL_MAX, .dflt = "QEMU's (0)",
           .doc = "How many helping threads of QEMU's main loop stay ready."),
  ATTR_NUM("defaultiothread/@thread_pool_max", struct domain, iothreads.main_pool_max, .min = 1, .max = INT32_MAX,
           .needs = FEAT_IOTHREAD_THREAD_POOL_MAX, .required_where = "with thread_pool_min", .dflt = "QEMU's (64)",
           .doc = "How many helping threads QEMU's main loop has at most."),
  ATTR_IF("defaultiothread/@thread_pool_max", NULL, without_main_pool_max),
  ATTR_END
};

static void
iothreads_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  struct iothreads *all = &domain->iothreads;
  xmlNode *ids = xml_child(root, "iothreadids");
  xmlNode *node = ids ? xml_child(ids, "iothread") : NULL;
  for (; node; node = xml_next(node, "iothread")) {
    struct iothread iothread = { .place = xml_place(node, NULL) };
    if (!attr_read(iothread_attrs, node, &iothread, NULL, stage->diag))
      continue;
    const struct iothread *first = iothread_find(domain, iothread.id);
    if (first)
      diag_error(stage->diag, iothread.place, NULL, "iothread %u is already described on line %u; drop one",
                 iothread.id, first->place.line);
    else
      iothread_add(domain, iothread);
  }
  /* those that are only counted take the lowest free ids */
  for (uint32_t id = 1; all->n < all->count; id++)
    if (!iothread_find(domain, id))
      iothread_add(domain, (struct iothread){ .id = id });
}

static void
check_pool(struct num min, struct num max, struct place place, struct stage *stage)
{
  if (min.set && !max.set)
    diag_error(stage->diag, place, NULL, "thread_pool_min %ju without thread_pool_max; write both",
               (uintmax_t)min.value);
  if (min.set && max.set && min.value > max.value)
    diag_error(stage->diag, place, NULL, "thread_pool_min %ju is more than thread_pool_max %ju", (uintmax_t)min.value,
               (uintmax_t)max.value);
}

static void
iothreads_check(const struct domain *domain, struct stage *stage)
{
  const struct iothreads *all = &domain->iothreads;
  xmlNode *main = xml_child(domain->root, "defaultiothread");
  if (main)
    check_pool(all->main_pool_min, all->main_pool_max, xml_place(main, NULL), stage);
  for (size_t i = 0; i < all->n; i++) {
    const struct iothread *iothread = &all->items[i];
    check_pool(iothread->pool_min, iothread->pool_max, iothread->place, stage);
    if ((iothread->pool_min.set || iothread->pool_max.set) && !caps_has(stage->caps, FEAT_IOTHREAD_THREAD_POOL_MAX))
      diag_error(stage->diag, iothread->place, NULL,
                 "iothread %u: this QEMU (%s) has no thread_pool_min, "
                 "thread_pool_max; drop them",
                 iothread->id, caps_version_string(stage->caps));
    if (iothread->poll_weight.set)
      stage_need(stage, FEAT_IOTHREAD_POLL_WEIGHT, iothread->place, NULL);
  }
}

static void
build_pool(struct props *p, struct num min, struct num max)
{
  props_num(p, "thread-pool-min", min);
  props_num(p, "thread-pool-max", max);
}

static void
iothreads_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  (void)b;
  const struct iothreads *all = &domain->iothreads;
  for (size_t i = 0; i < all->n; i++) {
    const struct iothread *iothread = &all->items[i];
    if (iothread->place.file)
      argv_origin(argv, iothread->place, NULL, NULL);
    else
      argv_origin(argv, xml_place(xml_child(domain->root, "iothreads"), NULL), NULL, NULL);
    struct props *p = argv_json(argv, PHASE_MEMORY, "-object");
    props_str(p, "qom-type", "iothread");
    props_define(p, "id", ID_OBJECT, talloc_asprintf(p, "iothread%u", iothread->id));
    build_pool(p, iothread->pool_min, iothread->pool_max);
    props_num(p, "poll-max-ns", iothread->poll_max);
    props_num(p, "poll-grow", iothread->poll_grow);
    props_num(p, "poll-shrink", iothread->poll_shrink);
    props_num(p, "poll-weight", iothread->poll_weight);
  }
  if (!all->main_pool_min.set && !all->main_pool_max.set)
    return;
  argv_origin(argv, xml_place(xml_child(domain->root, "defaultiothread"), NULL), NULL, NULL);
  build_pool(argv_object(argv, PHASE_MEMORY, "main-loop", "main-loop"), all->main_pool_min, all->main_pool_max);
}

const struct section iothreads_section = {
  .name = "iothreads",
  .attrs = iothreads_attrs,
  .parse = iothreads_parse,
  .check = iothreads_check,
  .build = iothreads_build,
};
