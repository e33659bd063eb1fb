/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/cputune.c - <cputune>: what a manager gives the guest's threads of the host's CPUs */

/* QEMU is told none of it: it is read so that what is wrong does not go unseen. One thing matters
 * to its arguments: where the emulator may run its memory is filled (domain/ram.c). */

#include "domain/kinds.h"

/* Linux' CFS bandwidth control, microseconds. */
enum { PERIOD_LEAST = 1000, PERIOD_MOST = 1000000, QUOTA_LEAST = 1000 };
#define QUOTA_MOST (UINT64_C(18446744073709551))

static const char *const scheduler_names[] = { "batch", "idle", "fifo", "rr" };
enum { SCHEDULER_BATCH, SCHEDULER_IDLE, SCHEDULER_FIFO, SCHEDULER_RR };

static struct numset *
read_set(xmlNode *node, const char *name, struct domain *domain, struct stage *stage)
{
  const char *text = xml_attr(node, name);
  struct numset *set = text ? numset_parse(domain, text, false) : NULL;
  if (!text)
    diag_error(stage->diag, xml_place(node, NULL), NULL, "%s is missing: a list, as in %s='0-3,8'", name, name);
  else if (!set)
    diag_error(stage->diag, xml_place(node, text), NULL, "%s '%s' is no list, as in 0-3,8", name, text);
  return set;
}

static void
read_limit(xmlNode *node, struct stage *stage)
{
  const char *name = (const char *)node->name, *text = xml_text(node);
  bool quota = strlen(name) >= 5 && strcmp(name + strlen(name) - 5, "quota") == 0;
  uint64_t least = quota ? QUOTA_LEAST : PERIOD_LEAST, most = quota ? QUOTA_MOST : PERIOD_MOST;
  int64_t value;
  if (!*text)
    return;
  if (!parse_int(text, &value))
    diag_error(stage->diag, xml_place(node, text), NULL, "<%s> '%s' must be a whole number", name, text);
  else if ((value > 0 && ((uint64_t)value < least || (uint64_t)value > most)) || (!quota && value < 0))
    diag_error(stage->diag, xml_place(node, text), NULL, "<%s> '%s' must be %ju to %ju microseconds", name, text,
               (uintmax_t)least, (uintmax_t)most);
}

static void
read_scheduler(xmlNode *node, struct stage *stage)
{
  int scheduler = -1;
  int64_t priority;
  if (!read_enum(node, "@scheduler", scheduler_names, ARRAY_SIZE(scheduler_names), &scheduler, NULL, stage->diag))
    return;
  const char *text = xml_attr(node, "priority");
  if (scheduler < 0)
    diag_error(stage->diag, xml_place(node, NULL), NULL, "scheduler is missing: batch, idle, fifo or rr");
  else if (text && !parse_int(text, &priority))
    diag_error(stage->diag, xml_place(node, text), NULL, "priority '%s' must be a whole number", text);
  else if (!text && scheduler >= SCHEDULER_FIFO)
    diag_error(stage->diag, xml_place(node, NULL), NULL, "priority is missing: scheduler '%s' needs one",
               scheduler_names[scheduler]);
}

/* Each thread's scheduler is said once. TAKEN collects those that are. */
static void
read_scheduled(xmlNode *node, const char *list, struct numset *taken, struct domain *domain, struct stage *stage)
{
  bool vcpus = strcmp(list, "vcpus") == 0;
  struct numset *set = read_set(node, list, domain, stage);
  read_scheduler(node, stage);
  for (int i = set ? numset_next(set, 0) : -1; i >= 0; i = numset_next(set, (uint64_t)i + 1)) {
    bool there = vcpus ? (uint32_t)i < (domain->cpu.vcpus ? domain->cpu.vcpus : 1)
                       : iothread_find(&domain->iothreads, (uint64_t)i) != NULL;
    if (!there)
      diag_error(stage->diag, xml_place(node, NULL), NULL, "%s: the guest has no %s %d", list,
                 vcpus ? "virtual CPU" : "iothread", i);
    else if (numset_has(taken, (uint64_t)i))
      diag_error(stage->diag, xml_place(node, NULL), NULL, "%s: %d has a scheduler already; name it once", list, i);
    else
      numset_add(taken, (uint64_t)i);
  }
}

static void
read_vcpupin(xmlNode *node, struct numset *taken, struct domain *domain, struct stage *stage)
{
  uint64_t vcpu = UINT64_MAX;
  bool fine = read_uint(node, "@vcpu", 0, UINT32_MAX, &vcpu, NULL, stage->diag);
  read_set(node, "cpuset", domain, stage);
  if (fine && vcpu == UINT64_MAX)
    diag_error(stage->diag, xml_place(node, NULL), NULL, "vcpu is missing: which virtual CPU?");
  else if (fine && vcpu < NUMSET_LIMIT && numset_has(taken, vcpu))
    diag_error(stage->diag, xml_place(node, NULL), NULL, "vcpu %ju is pinned already; pin it once", (uintmax_t)vcpu);
  else if (fine && vcpu < NUMSET_LIMIT)
    numset_add(taken, vcpu);
}

static void
read_iothreadpin(xmlNode *node, struct numset *taken, struct domain *domain, struct stage *stage)
{
  uint64_t id = 0;
  bool fine = read_uint(node, "@iothread", 1, UINT32_MAX, &id, NULL, stage->diag);
  read_set(node, "cpuset", domain, stage);
  if (!fine)
    return;
  if (!iothread_find(&domain->iothreads, id))
    diag_error(stage->diag, xml_place(node, NULL), NULL, "iothread %ju: the guest has no such iothread", (uintmax_t)id);
  else if (id < NUMSET_LIMIT && numset_has(taken, id))
    diag_error(stage->diag, xml_place(node, NULL), NULL, "iothread %ju is pinned already; pin it once", (uintmax_t)id);
  else if (id < NUMSET_LIMIT)
    numset_add(taken, id);
}

static void
read_pins(xmlNode *tune, struct domain *domain, struct stage *stage)
{
  struct numset *pinned = numset_new(domain), *served = numset_new(domain);
  struct numset *scheduled = numset_new(domain), *serving = numset_new(domain);
  xml_each(node, tune, "vcpupin") read_vcpupin(node, pinned, domain, stage);
  xml_each(node, tune, "iothreadpin") read_iothreadpin(node, served, domain, stage);
  xml_each(node, tune, "vcpusched") read_scheduled(node, "vcpus", scheduled, domain, stage);
  xml_each(node, tune, "iothreadsched") read_scheduled(node, "iothreads", serving, domain, stage);
  xmlNode *emulator = xml_child(tune, "emulatorsched");
  if (emulator)
    read_scheduler(emulator, stage);
  if (emulator && xml_next(emulator, "emulatorsched")) {
    diag_error(stage->diag, xml_place(xml_next(emulator, "emulatorsched"), NULL), NULL,
               "a second <emulatorsched>; keep one");
    xml_skip(xml_next(emulator, "emulatorsched"));
  }
  xml_each(node, tune, "emulatorpin")
  {
    if (domain->cpu.emulator_cpus)
      diag_error(stage->diag, xml_place(node, NULL), NULL, "a second <emulatorpin>; join them");
    domain->cpu.emulator_cpus = read_set(node, "cpuset", domain, stage);
  }
}

static void
cputune_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  static const char *const limits[] = {
    "period",          "quota",          "global_period",   "global_quota",
    "emulator_period", "emulator_quota", "iothread_period", "iothread_quota",
  };
  xmlNode *tune = xml_child(root, "cputune");
  if (!tune)
    return;
  uint64_t shares;
  read_uint(tune, "shares/text()", 0, UINT64_MAX, &shares, NULL, stage->diag);
  for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
    xml_each(node, tune, limits[i]) read_limit(node, stage);
  read_pins(tune, domain, stage);
}

const struct section cputune_section = {
  .name = "cputune",
  .parse = cputune_parse,
};
