/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/cputune.c - <cputune>: what a manager gives the guest's threads of the host's CPUs */

/* QEMU is told none of it: it is read so that what is wrong does not go unseen. One thing matters
 * to its arguments: where the emulator may run its memory is filled (domain/ram.c). */

#include "domain/kinds.h"

/* Linux' CFS bandwidth control, microseconds. */
enum { PERIOD_LEAST = 1000, PERIOD_MOST = 1000000, QUOTA_LEAST = 1000 };
#define QUOTA_MOST (UINT64_C(18446744073709551))

enum scheduler { SCHEDULER_NONE, SCHEDULER_BATCH, SCHEDULER_IDLE, SCHEDULER_FIFO, SCHEDULER_RR };

static const char *const scheduler_names[] = {
  [SCHEDULER_BATCH] = "batch",
  [SCHEDULER_IDLE] = "idle",
  [SCHEDULER_FIFO] = "fifo",
  [SCHEDULER_RR] = "rr",
};

/* One of <vcpupin>, <iothreadpin>, <emulatorpin>, <vcpusched>, <iothreadsched>, <emulatorsched>. */
struct pin {
  uint32_t id;
  struct numset *set;
  enum scheduler scheduler;
  bool has_priority;
};

static const struct attr cpuset_attrs[] = {
  ATTR_WORD("@cpuset", struct pin, set, numset_word, "list of numbers", .required = true,
            .missing = "cpuset is missing: a list, as in cpuset='0-3,8'",
            .doc = "The host's CPUs on which a thread may run, which a manager sees to."),
  ATTR_END
};

static const struct attr vcpupin_attrs[] = { ATTR_TABLE(cpuset_attrs),
                                             ATTR_UINT("@vcpu", struct pin, id, .required = true,
                                                       .missing = "vcpu is missing: which virtual CPU?",
                                                       .doc = "The virtual CPU that is pinned."),
                                             ATTR_END };

static const struct attr iothreadpin_attrs[] = { ATTR_TABLE(cpuset_attrs),
                                                 ATTR_UINT("@iothread", struct pin, id, .min = 1, .required = true,
                                                           .missing = "iothread is missing: which I/O thread?",
                                                           .doc = "The I/O thread that is pinned."),
                                                 ATTR_END };

static const struct attr scheduler_attrs[] = {
  ATTR_ENUM("@scheduler", struct pin, scheduler, scheduler_names, .required = true,
            .missing = "scheduler is missing: batch, idle, fifo or rr",
            .doc = "How the host's scheduler treats the threads, which a manager sets."),
  { .path = "@priority",
    .type = ATTR_T_INT,
    .offset = ATTR_NOWHERE,
    .width = sizeof(int64_t),
    .given = ATTR_AT(struct pin, has_priority, bool),
    .required_where = "with scheduler fifo and rr",
    .dflt = "none",
    .doc = "The priority of a real-time scheduler." },
  ATTR_END
};

static const struct attr vcpusched_attrs[] = {
  ATTR_TABLE(scheduler_attrs),
  ATTR_WORD("@vcpus", struct pin, set, numset_word, "list of numbers", .required = true,
            .missing = "vcpus is missing: a list, as in vcpus='0-3,8'", .doc = "The virtual CPUs that this is for."),
  ATTR_END
};

static const struct attr iothreadsched_attrs[] = {
  ATTR_TABLE(scheduler_attrs),
  ATTR_WORD("@iothreads", struct pin, set, numset_word, "list of numbers", .required = true,
            .missing = "iothreads is missing: a list, as in iothreads='0-3,8'",
            .doc = "The I/O threads that this is for."),
  ATTR_END
};

/* 0, and of a quota less, is no limit. */
static const char *
check_microseconds(TALLOC_CTX *ctx, const char *text, uint64_t least, uint64_t most, bool negative)
{
  int64_t value;
  if (!parse_int(text, &value))
    return "must be a whole number";
  if ((value > 0 && ((uint64_t)value < least || (uint64_t)value > most)) || (!negative && value < 0))
    return talloc_asprintf(ctx, "must be %ju to %ju microseconds", (uintmax_t)least, (uintmax_t)most);
  return NULL;
}

static const char *
parse_quota(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)member;
  return check_microseconds(ctx, text, QUOTA_LEAST, QUOTA_MOST, true);
}

static const char *
parse_period(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)member;
  return check_microseconds(ctx, text, PERIOD_LEAST, PERIOD_MOST, false);
}

#define LIMIT(path_, parse_, ...) \
  { \
    .path = path_, .type = ATTR_T_WORD, .offset = ATTR_NOWHERE, .parse = parse_, .unit = "microseconds", \
    .pattern = "-?([0-9]+|0[xX][0-9a-fA-F]+)", .empty_none = true, ##__VA_ARGS__ \
  }

static const struct attr cputune_attrs[] = {
  ATTR_UINT_ONLY("cputune/shares/text()", .empty_none = true, .dflt = "the host's",
                 .doc = "The guest's share of the host's CPUs, which a manager sets."),
  LIMIT("cputune/period/text()", parse_period, .dflt = "the host's",
        .doc = "The period in which each virtual CPU's time is counted."),
  LIMIT("cputune/quota/text()", parse_quota, .dflt = "none", .doc = "How long each virtual CPU may run in a period."),
  LIMIT("cputune/global_period/text()", parse_period, .dflt = "the host's",
        .doc = "The period in which the whole guest's time is counted."),
  LIMIT("cputune/global_quota/text()", parse_quota, .dflt = "none",
        .doc = "How long the whole guest may run in a period."),
  LIMIT("cputune/emulator_period/text()", parse_period, .dflt = "the host's",
        .doc = "The period in which QEMU's own time is counted."),
  LIMIT("cputune/emulator_quota/text()", parse_quota, .dflt = "none",
        .doc = "How long QEMU itself may run in a period."),
  LIMIT("cputune/iothread_period/text()", parse_period, .dflt = "the host's",
        .doc = "The period in which I/O threads' time is counted."),
  LIMIT("cputune/iothread_quota/text()", parse_quota, .dflt = "none",
        .doc = "How long each I/O thread may run in a period."),
  ATTR_SEE("cputune/vcpupin", vcpupin_attrs, .many = true, .doc = "Where one virtual CPU may run."),
  ATTR_SEE("cputune/iothreadpin", iothreadpin_attrs, .many = true, .doc = "Where one I/O thread may run."),
  ATTR_SEE("cputune/emulatorpin", cpuset_attrs, .doc = "Where QEMU's other threads may run."),
  ATTR_SEE("cputune/vcpusched", vcpusched_attrs, .many = true, .doc = "How virtual CPUs are scheduled."),
  ATTR_SEE("cputune/iothreadsched", iothreadsched_attrs, .many = true, .doc = "How I/O threads are scheduled."),
  ATTR_SEE("cputune/emulatorsched", scheduler_attrs),
  ATTR_END
};

static void
check_scheduler(const struct pin *pin, xmlNode *node, struct stage *stage)
{
  if (pin->scheduler >= SCHEDULER_FIFO && !pin->has_priority)
    diag_error(stage->diag, xml_place(node, NULL), NULL, "priority is missing: scheduler '%s' needs one",
               scheduler_names[pin->scheduler]);
}

/* Each thread's scheduler is said once. TAKEN collects those that are. */
static void
read_scheduled(xmlNode *node, const char *list, struct numset *taken, struct domain *domain, struct stage *stage)
{
  bool vcpus = strcmp(list, "vcpus") == 0;
  struct pin pin = { 0 };
  if (attr_read(vcpus ? vcpusched_attrs : iothreadsched_attrs, node, &pin, NULL, stage->diag))
    check_scheduler(&pin, node, stage);
  const struct numset *set = pin.set;
  for (int i = set ? numset_next(set, 0) : -1; i >= 0; i = numset_next(set, (uint64_t)i + 1)) {
    bool there =
        vcpus ? (uint32_t)i < (domain->cpu.vcpus ? domain->cpu.vcpus : 1) : iothread_find(domain, (uint64_t)i) != NULL;
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
  struct pin pin = { 0 };
  (void)domain;
  if (!attr_read(vcpupin_attrs, node, &pin, NULL, stage->diag))
    return;
  if (pin.id < NUMSET_LIMIT && numset_has(taken, pin.id))
    diag_error(stage->diag, xml_place(node, NULL), NULL, "vcpu %u is pinned already; pin it once", pin.id);
  else if (pin.id < NUMSET_LIMIT)
    numset_add(taken, pin.id);
}

static void
read_iothreadpin(xmlNode *node, struct numset *taken, struct domain *domain, struct stage *stage)
{
  struct pin pin = { 0 };
  if (!attr_read(iothreadpin_attrs, node, &pin, NULL, stage->diag))
    return;
  if (!iothread_find(domain, pin.id))
    diag_error(stage->diag, xml_place(node, NULL), NULL, "iothread %u: the guest has no such iothread", pin.id);
  else if (pin.id < NUMSET_LIMIT && numset_has(taken, pin.id))
    diag_error(stage->diag, xml_place(node, NULL), NULL, "iothread %u is pinned already; pin it once", pin.id);
  else if (pin.id < NUMSET_LIMIT)
    numset_add(taken, pin.id);
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
  struct pin pin = { 0 };
  if (emulator && attr_read(scheduler_attrs, emulator, &pin, NULL, stage->diag))
    check_scheduler(&pin, emulator, stage);
  if (emulator && xml_next(emulator, "emulatorsched")) {
    diag_error(stage->diag, xml_place(xml_next(emulator, "emulatorsched"), NULL), NULL,
               "a second <emulatorsched>; keep one");
    xml_skip(xml_next(emulator, "emulatorsched"));
  }
  xml_each(node, tune, "emulatorpin")
  {
    if (domain->cpu.emulator_cpus)
      diag_error(stage->diag, xml_place(node, NULL), NULL, "a second <emulatorpin>; join them");
    attr_read(cpuset_attrs, node, &pin, NULL, stage->diag);
    domain->cpu.emulator_cpus = pin.set;
  }
}

static void
cputune_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xmlNode *tune = xml_child(root, "cputune");
  if (tune)
    read_pins(tune, domain, stage);
}

const struct section cputune_section = {
  .name = "cputune",
  .attrs = cputune_attrs,
  .parse = cputune_parse,
};
