/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/misc.c - power and events, the generation id, the sandbox; and what only a manager applies */

#include "domain/kinds.h"
#include "core/names.h"
#include "core/uuid.h"

static const char *const crash_names[] = {
  [ON_DESTROY] = "destroy",
  [ON_RESTART] = "restart",
  [ON_PRESERVE] = "preserve",
  [ON_COREDUMP_DESTROY] = "coredump-destroy",
  [ON_COREDUMP_RESTART] = "coredump-restart",
  [ON_PRESERVE_RUNNING] = "preserve-running",
};
static_assert(ARRAY_SIZE(crash_names) == ON_EVENTS, "an event's consequence has no name");

static const char *const end_names[] = { NULL, "destroy", "restart" };

#define NO_RENAME "QEMU cannot rename a guest; write destroy or restart"
#define NO_CRASH "only after a crash there is something to preserve; write destroy or restart"
#define NO_DUMP "a core dump is for on_crash; write destroy or restart"
static const struct meaning crash_meant[] = { { "rename-restart", NO_RENAME }, { NULL, NULL } };
static const struct meaning end_meant[] = {
  { "rename-restart", NO_RENAME }, { "preserve", NO_CRASH },        { "preserve-running", NO_CRASH },
  { "coredump-destroy", NO_DUMP }, { "coredump-restart", NO_DUMP }, { NULL, NULL },
};

/* Of a manager that leases disks; malformed is refused all the same. */
static const char *const lock_failures[] = { "default", "poweroff", "restart", "pause", "ignore" };

static const char *const perf_events[] = {
  "cmt",
  "mbmt",
  "mbml",
  "cpu_cycles",
  "instructions",
  "cache_references",
  "cache_misses",
  "branch_instructions",
  "branch_misses",
  "bus_cycles",
  "stalled_cycles_frontend",
  "stalled_cycles_backend",
  "ref_cpu_cycles",
  "cpu_clock",
  "task_clock",
  "page_faults",
  "context_switches",
  "cpu_migrations",
  "page_faults_min",
  "page_faults_maj",
  "alignment_faults",
  "emulation_faults",
};

struct event {
  int name;
  enum tristate enabled;
};

static const struct attr event_attrs[] = {
  ATTR_ENUM("@name", struct event, name, perf_events, .required = true, .doc = "An event that a manager counts."),
  ATTR_YESNO("@enabled", struct event, enabled, .required = true, .doc = "Whether it is counted."), ATTR_END
};

static const struct attr misc_attrs[] = {
  ATTR_YESNO("pm/suspend-to-mem/@enabled", struct domain, misc.s3, .dflt = "QEMU's (yes)",
             .doc = "Whether the guest may sleep with its memory kept."),
  ATTR_YESNO("pm/suspend-to-disk/@enabled", struct domain, misc.s4, .dflt = "QEMU's (yes)",
             .doc = "Whether the guest may sleep with its memory on disk."),
  ATTR_PRESENT("genid", struct domain, misc.genid, .dflt = "none",
               .doc = "The guest has an id that changes when it is copied or set back."),
  ATTR_WORD("genid/text()", struct domain, misc.genid_uuid, uuid_word, "UUID", .empty_none = true,
            .dflt = "made of the guest's <uuid>", .doc = "The id itself."),
  ATTR_ENUM("on_poweroff/text()", struct domain, misc.on_poweroff, end_names, .empty_none = true, .meant = end_meant,
            .dflt = "destroy", .doc = "What follows when the guest turns itself off."),
  ATTR_ENUM("on_reboot/text()", struct domain, misc.on_reboot, end_names, .empty_none = true, .meant = end_meant,
            .dflt = "restart", .doc = "What follows when the guest restarts."),
  ATTR_ENUM("on_crash/text()", struct domain, misc.on_crash, crash_names, .empty_none = true, .meant = crash_meant,
            .dflt = "destroy", .doc = "What follows when the guest tells that it crashed."),
  ATTR_ENUM_ONLY("on_lockfailure/text()", lock_failures, .empty_none = true, .dflt = "default",
                 .doc = "What a manager does when it loses a lock."),
  ATTR_SEE("perf/event", event_attrs, .many = true, .doc = "An event of the processor or the kernel."),
  ATTR_END
};

/* A manager counts them; QEMU is told nothing. */
static void
read_perf(struct domain *domain, xmlNode *perf, struct stage *stage)
{
  struct numset *seen = numset_new(domain);
  xml_each(node, perf, "event")
  {
    struct event event = { 0 };
    if (!attr_read(event_attrs, node, &event, NULL, stage->diag))
      continue;
    const char *name = perf_events[event.name];
    if (numset_has(seen, (uint64_t)event.name))
      diag_error(stage->diag, xml_place(node, name), NULL, "event '%s' stands here twice; keep one", name);
    numset_add(seen, (uint64_t)event.name);
  }
}

static void
misc_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xmlNode *genid = xml_child(root, "genid"), *perf = xml_child(root, "perf");
  if (genid && xml_next(genid, "genid"))
    diag_error(stage->diag, xml_place(xml_next(genid, "genid"), NULL), NULL, "a second <genid>; keep one");
  if (perf)
    read_perf(domain, perf, stage);
}

static void
misc_complete(struct domain *domain, struct stage *stage)
{
  struct misc *misc = &domain->misc;
  uint8_t bytes[16];
  (void)stage;
  if (!misc->genid || misc->genid_uuid || !domain->name)
    return;
  /* libvirt makes one up at each start; the same input must give the same bytes here */
  uuid_from_text(talloc_asprintf(domain, "genid of %s", domain->uuid ? domain->uuid : domain->name), bytes);
  misc->genid_uuid = uuid_text(domain, bytes);
}

/* PIIX4 and ICH9 sleep; of other machines QEMU just says that the property went unused. */
static void
check_suspend(const struct domain *domain, struct stage *stage)
{
  const struct misc *misc = &domain->misc;
  struct place place = xml_place(xml_child(domain->root, "pm"), NULL);
  if ((misc->s3 == UNSET && misc->s4 == UNSET) || domain_is_i440fx(domain) || domain_is_q35(domain))
    return;
  if (!arch_is_x86(domain->arch))
    diag_error(stage->diag, place, NULL, "<pm> is for the machines pc and q35, this is %s; drop it",
               domain->os.machine);
  else
    diag_warning(stage->diag, place, NULL,
                 "<pm> is for the machines pc and q35, machine %s does not sleep anyway; "
                 "drop it",
                 domain->os.machine);
}

static void
misc_check(const struct domain *domain, struct stage *stage)
{
  const struct misc *misc = &domain->misc;
  if (misc->on_poweroff == ON_RESTART && misc->on_reboot == ON_DESTROY)
    diag_error(stage->diag, xml_place(xml_child(domain->root, "on_poweroff"), "restart"), NULL,
               "on_poweroff 'restart': it does not go together with on_reboot 'destroy'; write destroy");
  check_suspend(domain, stage);
  if (misc->genid && !caps_has(stage->caps, FEAT_DEVICE_VMGENID))
    diag_error(stage->diag, xml_place(xml_child(domain->root, "genid"), NULL), NULL,
               "genid: this QEMU (%s) was built without vmgenid; drop it", caps_version_string(stage->caps));
}

/* QEMU's own: power-off and a crash that the guest tells of end it, a reboot resets. What else a
 * daemon would do has no argument. */
static void
build_events(const struct domain *domain, struct argv *argv)
{
  const struct misc *misc = &domain->misc;
  struct props *action = NULL;
  if (misc->on_reboot == ON_DESTROY || misc->on_crash == ON_PRESERVE || misc->on_crash == ON_PRESERVE_RUNNING)
    action = argv_single(argv, PHASE_GLOBAL, "-action", NULL);
  argv_origin(argv, xml_place_at(domain->root, "on_reboot"), NULL, NULL);
  if (misc->on_reboot == ON_DESTROY)
    props_str(action, "reboot", "shutdown");
  argv_origin(argv, xml_place_at(domain->root, "on_crash"), NULL, NULL);
  if (misc->on_crash == ON_PRESERVE)
    props_str(action, "panic", "pause");
  if (misc->on_crash == ON_PRESERVE_RUNNING)
    props_str(action, "panic", "none");
}

static void
build_suspend(const struct domain *domain, struct argv *argv)
{
  const char *device = domain_is_q35(domain) ? "ICH9-LPC" : "PIIX4_PM";
  argv_origin(argv, xml_place_at(domain->root, "pm/suspend-to-mem"), NULL, NULL);
  if (domain->misc.s3 != UNSET)
    argv_global(argv, device, "disable_s3", domain->misc.s3 == OFF ? "1" : "0");
  argv_origin(argv, xml_place_at(domain->root, "pm/suspend-to-disk"), NULL, NULL);
  if (domain->misc.s4 != UNSET)
    argv_global(argv, device, "disable_s4", domain->misc.s4 == OFF ? "1" : "0");
}

static void
misc_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct misc *misc = &domain->misc;
  build_events(domain, argv);
  build_suspend(domain, argv);
  argv_origin(argv, xml_place_at(domain->root, "genid"), NULL, NULL);
  if (misc->genid) {
    struct props *p = argv_device(argv, PHASE_DEVICE, "vmgenid", "vmgenid0");
    props_str(p, "guid", misc->genid_uuid);
  }
  if (!caps_has(b->caps, FEAT_SECCOMP_SANDBOX))
    return;
  argv_origin(argv, domain->place, NULL, "QEMU needs no more of the kernel than its devices do");
  struct props *p = argv_keyval(argv, PHASE_LAST, "-sandbox", "enable");
  props_bool(p, "enable", true);
  props_str(p, "obsolete", "deny");
  props_str(p, "elevateprivileges", "deny");
  props_str(p, "spawn", misc->spawns ? "allow" : "deny");
  props_str(p, "resourcecontrol", "deny");
}

const struct section misc_section = {
  .name = "misc",
  .attrs = misc_attrs,
  .parse = misc_parse,
  .complete = misc_complete,
  .check = misc_check,
  .build = misc_build,
};
