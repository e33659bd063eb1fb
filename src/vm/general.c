/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/general.c - name, title, uuid, emulator: who the guest is */

#include "domain/kinds.h"
#include "core/options.h"
#include "core/uuid.h"

static const struct attr general_attrs[] = {
  ATTR_STRING("name/text()", struct domain, name, .required = true,
              .missing = "the domain has no name; add one, such as <name>web</name>", .doc = "The guest's name."),
  ATTR_STRING("title/text()", struct domain, title, .empty_ok = true, .dflt = "none",
              .doc = "A line on what the guest is for."),
  ATTR_WORD("uuid/text()", struct domain, uuid, uuid_word, "UUID", .empty_none = true, .dflt = "made from the name",
            .doc = "The guest's own id."),
  ATTR_WORD("hwuuid/text()", struct domain, hwuuid, uuid_word, "UUID", .dflt = "the same as <uuid>",
            .doc = "The id that the guest's hardware shows, where it is not the guest's own."),
  ATTR_QUIET("description", .doc = "Text on the guest, for people."),
  ATTR_QUIET("metadata", .doc = "What other programs note; it has no effect."),
  ATTR_STRING("devices/emulator/text()", struct domain, emulator, .empty_none = true,
              .dflt = "/usr/bin/qemu-system- and the architecture", .doc = "The QEMU binary."),
  ATTR_END
};

static void
general_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xmlNode *name = xml_child(root, "name");
  if (domain->name && strchr(domain->name, '/'))
    diag_error(stage->diag, xml_place(name, domain->name), NULL, "name '%s' contains '/', which no domain's may",
               domain->name);
  if (domain->title && strchr(domain->title, '\n'))
    diag_error(stage->diag, xml_place(xml_child(root, "title"), NULL), NULL,
               "the title has more than one line; the "
               "<description> may have more");
}

/* libvirt makes up a uuid at random; the same input must give the same bytes here. */
static void
general_complete(struct domain *domain, struct stage *stage)
{
  (void)stage;
  if (domain->uuid || !domain->name)
    return;
  uint8_t bytes[16];
  uuid_from_text(domain->name, bytes);
  domain->uuid = uuid_text(domain, bytes);
  domain->uuid_made = true;
}

/* QEMU 11.1 warns of -mon. */
static void
build_monitor(const struct build *b, struct argv *argv)
{
  bool object = caps_has(b->caps, FEAT_MONITOR_OBJECT);
  struct props *p = object ? argv_object(argv, PHASE_CONTROL, "monitor-qmp", "qmp-monitor")
                           : argv_keyval(argv, PHASE_CONTROL, "-mon", NULL);
  props_refer(p, "chardev", ID_CHARDEV, "qmp");
  if (!object)
    props_str(p, "mode", "control");
}

static void
general_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  argv_origin(argv, xml_place_at(domain->root, "name"), NULL, NULL);
  struct props *name = argv_keyval(argv, PHASE_NAME, "-name", "guest");
  /* spelt with its key: a name that looks like "debug-threads" must not be taken for one */
  props_guest(name, "guest", domain->name);
  /* a printed command says it as libvirt does, whose newest still writes it; a start uses nothing deprecated */
  if (!options_launch(b->options) || caps_has(b->caps, FEAT_NAME_DEBUG_THREADS))
    props_bool(name, "debug-threads", true);
  if (domain->hwuuid)
    argv_origin(argv, xml_place_at(domain->root, "hwuuid"), NULL, NULL);
  else if (domain->uuid_made)
    argv_origin(argv, domain->place, NULL, "no <uuid>: made from the domain's name");
  else
    argv_origin(argv, xml_place_at(domain->root, xml_child(domain->root, "uuid") ? "uuid" : "sysinfo/system"), NULL,
                NULL);
  argv_plain(argv, PHASE_NAME, "-uuid", domain->hwuuid ? domain->hwuuid : domain->uuid);
  argv_origin(argv, domain->place, NULL, "the guest has what its XML says, nothing else");
  argv_flag(argv, PHASE_GLOBAL, "-no-user-config");
  argv_flag(argv, PHASE_GLOBAL, "-nodefaults");
  if (!domain_devices_of(domain, ROLE_DISPLAY)->n)
    argv_plain(argv, PHASE_GLOBAL, "-display", "none");
  if (b->options->qmp) {
    argv_origin(argv, (struct place){ 0 }, NULL, "--qmp");
    struct props *p = argv_keyval(argv, PHASE_CONTROL, "-chardev", "backend");
    props_str(p, "backend", "socket");
    props_define(p, "id", ID_CHARDEV, "qmp");
    props_host(p, "path", WANT_LISTEN, b->options->qmp);
    props_bool(p, "server", true);
    props_bool(p, "wait", false);
    build_monitor(b, argv);
  }
  if (b->options->paused) {
    argv_origin(argv, (struct place){ 0 }, NULL, "--paused");
    argv_flag(argv, PHASE_CONTROL, "-S");
  }
}

/* A guest without display and serial line looks as if it hung. */
static void
general_check(const struct domain *domain, struct stage *stage)
{
  const struct options *options = stage->options;
  bool shown = options->mode == MODE_PRINT || options_launch(options);
  bool seen = domain_devices_of(domain, ROLE_DISPLAY)->n || domain_devices_of(domain, ROLE_SERIAL)->n ||
              domain_devices_of(domain, ROLE_CONSOLE)->n || options->qmp || (options->extra && *options->extra);
  if (options->watched && shown && !seen)
    diag_note(stage->diag, domain->place, NULL,
              "nobody can see this guest: it has no display, serial line or monitor; add <serial type='stdio'/> or "
              "<graphics type='vnc'/>, or --qmp=SOCKET");
}

const struct section general_section = {
  .name = "general",
  .attrs = general_attrs,
  .parse = general_parse,
  .complete = general_complete,
  .check = general_check,
  .build = general_build,
};
