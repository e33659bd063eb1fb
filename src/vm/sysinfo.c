/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/sysinfo.c - <os><smbios>, <sysinfo>: what the guest reads about the machine it runs on */

#include "domain/kinds.h"
#include "core/uuid.h"
#include "host/host.h"

#include <stdio.h>

static const char *const mode_names[] = {
  [SMBIOS_NONE] = "none",
  [SMBIOS_EMULATE] = "emulate",
  [SMBIOS_HOST] = "host",
  [SMBIOS_SYSINFO] = "sysinfo",
};
static_assert(ARRAY_SIZE(mode_names) == SMBIOS_MODES, "a mode has no name");

enum sysinfo_type { SYSINFO_NONE, SYSINFO_SMBIOS, SYSINFO_FW_CFG };

static const char *const sysinfo_names[] = { [SYSINFO_SMBIOS] = "smbios", [SYSINFO_FW_CFG] = "fwcfg" };

struct entry {
  const char *name, *value;
};

/* An entry of a table: its name here and in QEMU, and the host's attribute in /sys/class/dmi/id. */
struct smbios_entry {
  const char *name;
  const char *host;
};

struct smbios_kind {
  const char *element;
  unsigned type;
  bool named; /* its manufacturer is told even where it is empty: not QEMU's default, as libvirt has it */
  const struct smbios_entry *entries;
  const struct attr *attrs; /* of an <entry> */
};

static const struct smbios_entry bios_entries[] = {
  { "vendor", "bios_vendor" },
  { "version", "bios_version" },
  { "date", "bios_date" },
  { "release", "bios_release" },
  { NULL, NULL },
};

/* The host's uuid is not the guest's. */
static const struct smbios_entry system_entries[] = {
  { "manufacturer", "sys_vendor" },
  { "product", "product_name" },
  { "version", "product_version" },
  { "serial", "product_serial" },
  { "uuid", NULL },
  { "sku", "product_sku" },
  { "family", "product_family" },
  { NULL, NULL },
};

static const struct smbios_entry board_entries[] = {
  { "manufacturer", "board_vendor" },
  { "product", "board_name" },
  { "version", "board_version" },
  { "serial", "board_serial" },
  { "asset", "board_asset_tag" },
  { "location", NULL },
  { NULL, NULL },
};

static const struct smbios_entry chassis_entries[] = {
  { "manufacturer", "chassis_vendor" },
  { "version", "chassis_version" },
  { "serial", "chassis_serial" },
  { "asset", "chassis_asset_tag" },
  { "sku", NULL },
  { NULL, NULL },
};

/* A name that the table does not have is no error: it is told, and passed by. */
static const char *
any_name(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)ctx;
  *(const char **)member = text;
  return NULL;
}

static bool
nth_name(const struct smbios_entry *entries, size_t i, struct attr_case *found)
{
  *found = (struct attr_case){ entries[i].name, NULL };
  return entries[i].name;
}

#define ENTRY_ATTRS(of, entries) \
  static bool of##_name(size_t i, struct attr_case *found) \
  { \
    return nth_name(entries, i, found); \
  } \
  static const struct attr of##_attrs[] = { \
    ATTR_WORD("@name", struct entry, name, any_name, "field", .cases = of##_name, \
              .dflt = "none; the entry has no effect", \
              .doc = "The field of the table, such as vendor, version or serial."), \
    ATTR_STRING("text()", struct entry, value, .empty_ok = true, .dflt = "empty, which leaves QEMU's", \
                .doc = "What the guest reads there."), \
    ATTR_END \
  }

ENTRY_ATTRS(bios, bios_entries);
ENTRY_ATTRS(system, system_entries);
ENTRY_ATTRS(board, board_entries);
ENTRY_ATTRS(chassis, chassis_entries);

static const struct attr oem_attrs[] = { ATTR_STRING("text()", struct entry, value, .empty_ok = true,
                                                     .dflt = "an empty string", .doc = "What the guest reads there."),
                                         ATTR_END };

static const struct attr fw_cfg_attrs[] = { ATTR_PLACE(struct fw_cfg, place),
                                            ATTR_STRING("@name", struct fw_cfg, name, .required = true,
                                                        .missing = "<entry> has no name; write "
                                                                   "name='opt/com.example/name'",
                                                        .doc = "The name of the file, which begins with opt/."),
                                            ATTR_STRING("@file", struct fw_cfg, file, .empty_ok = true, .dflt = "none",
                                                        .doc = "A file of the host whose content the guest reads."),
                                            ATTR_STRING("text()", struct fw_cfg, value, .empty_none = true,
                                                        .required_where = "without a file", .dflt = "none",
                                                        .doc = "What the guest reads there."),
                                            ATTR_END };

struct given {
  enum sysinfo_type type;
};

static const struct attr type_attrs[] = { ATTR_ENUM("@type", struct given, type, sysinfo_names, .required = true,
                                                    .missing = "<sysinfo> has no type; write type='smbios'",
                                                    .doc = "Whether it is a table of SMBIOS or a file of fw_cfg."),
                                          ATTR_END };

static const struct attr smbios_attrs[] = {
  ATTR_SEE("bios/entry", bios_attrs, .many = true, .doc = "A field of the firmware."),
  ATTR_SEE("system/entry", system_attrs, .many = true, .doc = "A field of the computer."),
  ATTR_SEE("baseBoard/entry", board_attrs, .many = true, .doc = "A field of the board."),
  ATTR_SEE("chassis/entry", chassis_attrs, .many = true, .doc = "A field of its case."),
  ATTR_SEE("baseBoard", NULL, .many = true, .doc = "A board; several are several."),
  ATTR_SEE("oemStrings/entry", oem_attrs, .many = true, .doc = "A text that programs of the guest look for."),
  ATTR_END
};

static const struct attr entries_attrs[] = {
  ATTR_SEE("entry", fw_cfg_attrs, .many = true, .doc = "A file that the guest finds."), ATTR_END
};

static const struct attr *const type_tables[] = { [SYSINFO_SMBIOS] = smbios_attrs, [SYSINFO_FW_CFG] = entries_attrs };

static const struct attr any_attrs[] = { ATTR_TABLE(type_attrs), ATTR_SEE_BY("@type", sysinfo_names, type_tables),
                                         ATTR_END };

static const struct attr sysinfo_attrs[] = {
  ATTR_ENUM("os/smbios/@mode", struct domain, sysinfo.mode, mode_names, .empty_none = true, .dflt = "emulate",
            .doc = "Whose tables the guest reads: QEMU's, the host's or yours."),
  ATTR_SEE("sysinfo", any_attrs, .many = true, .doc = "One table, or files."), ATTR_END
};

/* QEMU hw/smbios/smbios.c. */
enum { BIOS = 0, SYSTEM = 1, BOARD = 2, CHASSIS = 3, OEM_STRINGS = 11 };

static const struct smbios_kind smbios_kinds[] = {
  { "bios", BIOS, false, bios_entries, bios_attrs },
  { "system", SYSTEM, false, system_entries, system_attrs },
  { "baseBoard", BOARD, true, board_entries, board_attrs },
  { "chassis", CHASSIS, true, chassis_entries, chassis_attrs },
};

static struct smbios_table *
add_table(struct domain *domain, unsigned type, struct place place)
{
  struct sysinfo *sysinfo = &domain->sysinfo;
  sysinfo->tables = ARRAY_ROOM(domain, sysinfo->tables, struct smbios_table, sysinfo->n_tables);
  struct smbios_table *table = &sysinfo->tables[sysinfo->n_tables++];
  *table = (struct smbios_table){ .type = type, .place = place };
  return table;
}

static void
add_field(struct domain *domain, struct smbios_table *table, const char *key, const char *value)
{
  table->fields = ARRAY_ROOM(domain, table->fields, struct smbios_field, table->n_fields);
  table->fields[table->n_fields++] = (struct smbios_field){ key, value };
}

/* --- read --- */

/* mm/dd/yy or mm/dd/yyyy, as the DMI specification has it. */
static void
check_date(xmlNode *entry, const char *text, struct diag *diag)
{
  unsigned month = 0, day = 0, year = 0;
  int end = 0;
  bool fine = sscanf(text, "%2u/%2u/%4u%n", &month, &day, &year, &end) == 3 && text[end] == '\0' && month >= 1 &&
              month <= 12 && day >= 1 && day <= 31 && (year < 100 || year >= 1900);
  if (!fine)
    diag_error(diag, xml_place(entry, text), NULL, "BIOS date '%s': write month/day/year, as in 02/28/2024", text);
}

static const char *
check_uuid(struct domain *domain, xmlNode *entry, const char *text, struct diag *diag)
{
  uint8_t bytes[16];
  if (!uuid_parse(text, bytes)) {
    diag_error(diag, xml_place(entry, text), NULL, "<sysinfo> uuid '%s' is malformed; 32 hex digits", text);
    return text;
  }
  const char *uuid = uuid_text(domain, bytes);
  if (!domain->uuid)
    domain->uuid = uuid;
  else if (strcmp(domain->uuid, uuid) != 0)
    diag_error(diag, xml_place(entry, text), NULL, "uuid '%s' is not the domain's, %s; make them one", text,
               domain->uuid);
  return uuid;
}

static bool
has_field(const struct smbios_table *table, const char *key)
{
  for (size_t i = 0; i < table->n_fields; i++)
    if (strcmp(table->fields[i].key, key) == 0)
      return true;
  return false;
}

static const struct smbios_entry *
find_entry(const struct smbios_entry *entries, const char *name)
{
  for (; entries->name; entries++)
    if (str_eq(entries->name, name))
      return entries;
  return NULL;
}

static void
read_table(struct domain *domain, xmlNode *node, const struct smbios_kind *kind, struct diag *diag)
{
  struct smbios_table table = { .type = kind->type, .place = xml_place(node, NULL) };
  xml_each(child, node, "entry")
  {
    struct entry given = { 0 };
    attr_read(kind->attrs, child, &given, NULL, diag);
    const char *name = given.name, *value = given.value;
    const struct smbios_entry *entry = find_entry(kind->entries, name);
    if (!entry) {
      diag_unknown(diag, xml_place(child, name), NULL, "<%s> entry '%s' is unknown: it has no effect", kind->element,
                   name ? name : "");
      continue;
    }
    if (!*value)
      continue;
    if (has_field(&table, entry->name)) {
      diag_warning(diag, xml_place(child, name), NULL, "a second <entry name='%s'> in <%s>: it has no effect; drop it",
                   name, kind->element);
      continue;
    }
    if (kind->type == BIOS && strcmp(name, "date") == 0)
      check_date(child, value, diag);
    if (strcmp(name, "uuid") == 0)
      value = check_uuid(domain, child, value, diag);
    add_field(domain, &table, entry->name, value);
  }
  if (!table.n_fields)
    return;
  if (kind->named && !has_field(&table, "manufacturer"))
    add_field(domain, &table, "manufacturer", "");
  *add_table(domain, kind->type, table.place) = table;
}

static void
read_smbios(struct domain *domain, xmlNode *node, struct diag *diag)
{
  for (size_t i = 0; i < ARRAY_SIZE(smbios_kinds); i++) {
    const struct smbios_kind *kind = &smbios_kinds[i];
    xmlNode *first = xml_child(node, kind->element);
    xml_each(child, node, kind->element)
    {
      if (child == first || kind->type == BOARD) {
        read_table(domain, child, kind, diag);
        continue;
      }
      diag_warning(diag, xml_place(child, NULL), NULL, "a second <%s>: it has no effect; drop it", kind->element);
      xml_skip(child);
    }
  }
  xmlNode *oem = xml_child(node, "oemStrings");
  if (!oem || !xml_child(oem, "entry"))
    return;
  struct smbios_table *table = add_table(domain, OEM_STRINGS, xml_place(oem, NULL));
  xml_each(child, oem, "entry")
  {
    struct entry entry = { 0 };
    attr_read(oem_attrs, child, &entry, NULL, diag);
    add_field(domain, table, "value", entry.value);
  }
}

static void
read_fw_cfg(struct domain *domain, xmlNode *node, struct diag *diag)
{
  struct sysinfo *sysinfo = &domain->sysinfo;
  xml_each(entry, node, "entry")
  {
    struct fw_cfg fw_cfg = { 0 };
    if (!attr_read(fw_cfg_attrs, entry, &fw_cfg, NULL, diag))
      continue;
    if (!fw_cfg.value && !fw_cfg.file)
      diag_error(diag, fw_cfg.place, NULL, "<entry> '%s' has neither text nor a file; write one of them", fw_cfg.name);
    else if (!str_starts(fw_cfg.name, "opt/"))
      diag_error(diag, xml_place(entry, fw_cfg.name), NULL,
                 "fw_cfg '%s': the user's names begin with opt/ (QEMU keeps the others)", fw_cfg.name);
    else if (str_starts(fw_cfg.name, "opt/ovmf/") || str_starts(fw_cfg.name, "opt/org.qemu/"))
      diag_error(diag, xml_place(entry, fw_cfg.name), NULL,
                 "fw_cfg '%s' is the firmware's own; write "
                 "opt/DOMAIN/NAME with a domain of yours",
                 fw_cfg.name);
    sysinfo->fw_cfgs = ARRAY_ROOM(domain, sysinfo->fw_cfgs, struct fw_cfg, sysinfo->n_fw_cfgs);
    sysinfo->fw_cfgs[sysinfo->n_fw_cfgs++] = fw_cfg;
  }
}

static void
sysinfo_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xml_each(node, root, "sysinfo")
  {
    struct given given = { 0 };
    if (!attr_read(type_attrs, node, &given, NULL, stage->diag))
      continue;
    if (given.type == SYSINFO_SMBIOS && domain->sysinfo.smbios_given) {
      diag_warning(stage->diag, xml_place(node, NULL), NULL,
                   "a second <sysinfo type='smbios'>: it has no effect; drop it");
      xml_skip(node);
    } else if (given.type == SYSINFO_SMBIOS) {
      domain->sysinfo.smbios_given = true;
      domain->sysinfo.smbios_place = xml_place(node, "smbios");
      read_smbios(domain, node, stage->diag);
    } else {
      read_fw_cfg(domain, node, stage->diag);
    }
  }
}

/* --- the later stages --- */

/* A guest may have several boards, but of QEMU's options there is one. */
static void
check_boards(const struct sysinfo *sysinfo, struct stage *stage)
{
  unsigned boards = 0;
  for (size_t i = 0; i < sysinfo->n_tables; i++)
    if (sysinfo->tables[i].type == BOARD && ++boards > 1)
      diag_error(stage->diag, sysinfo->tables[i].place, NULL,
                 "a second <baseBoard>: QEMU has one table of type %d; keep one", BOARD);
}

static void
sysinfo_check(const struct domain *domain, struct stage *stage)
{
  xmlNode *os = xml_child(domain->root, "os");
  if (domain->sysinfo.mode == SMBIOS_SYSINFO)
    check_boards(&domain->sysinfo, stage);
  if (domain->sysinfo.smbios_given && domain->sysinfo.mode != SMBIOS_SYSINFO)
    diag_note(stage->diag, domain->sysinfo.smbios_place, NULL,
              "<sysinfo type='smbios'> reaches no guest without <smbios mode='sysinfo'/> in <os>; add that");
  if (domain->sysinfo.mode == SMBIOS_SYSINFO && !domain->sysinfo.smbios_given && !xml_refused(domain->root, "sysinfo"))
    diag_error(stage->diag, xml_place(xml_child(os, "smbios"), NULL), NULL,
               "smbios mode 'sysinfo' without <sysinfo type='smbios'>; add one, or write mode='emulate'");
}

/* mode='host': the guest is told what this host is told. Serial numbers only root may read. */
static void
sysinfo_resolve(struct domain *domain, struct stage *stage)
{
  if (domain->sysinfo.mode != SMBIOS_HOST)
    return;
  struct place place = xml_place(xml_child(xml_child(domain->root, "os"), "smbios"), NULL);
  domain->sysinfo.n_tables = 0;
  for (size_t i = 0; i < ARRAY_SIZE(smbios_kinds); i++) {
    struct smbios_table table = { .type = smbios_kinds[i].type, .place = place };
    for (const struct smbios_entry *entry = smbios_kinds[i].entries; entry->name; entry++) {
      char *path = entry->host ? talloc_asprintf(domain, "/sys/class/dmi/id/%s", entry->host) : NULL;
      char *value = path ? host_read_line(domain, stage->host, path) : NULL;
      if (value && *value)
        add_field(domain, &table, entry->name, value);
    }
    if (table.n_fields)
      *add_table(domain, table.type, place) = table;
  }
  if (!domain->sysinfo.n_tables)
    diag_host(stage->diag, place, NULL, "smbios mode 'host': this host tells nothing of itself in %s",
              host_shown(stage->diag, stage->host, "/sys/class/dmi/id"));
}

static void
sysinfo_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct sysinfo *sysinfo = &domain->sysinfo;
  (void)b;
  bool tables = sysinfo->mode == SMBIOS_HOST || sysinfo->mode == SMBIOS_SYSINFO;
  for (size_t i = 0; tables && i < sysinfo->n_tables; i++) {
    const struct smbios_table *table = &sysinfo->tables[i];
    argv_origin(argv, table->place, NULL, NULL);
    struct props *p = argv_keyval(argv, PHASE_GLOBAL, "-smbios", NULL);
    props_uint(p, "type", table->type);
    for (size_t j = 0; j < table->n_fields; j++)
      props_guest_more(p, table->fields[j].key, table->fields[j].value);
  }
  for (size_t i = 0; i < sysinfo->n_fw_cfgs; i++) {
    const struct fw_cfg *fw_cfg = &sysinfo->fw_cfgs[i];
    argv_origin(argv, fw_cfg->place, NULL, NULL);
    struct props *p = argv_keyval(argv, PHASE_GLOBAL, "-fw_cfg", "name");
    props_guest(p, "name", fw_cfg->name);
    if (fw_cfg->value)
      props_guest(p, "string", fw_cfg->value);
    else
      props_host(p, "file", WANT_READ, fw_cfg->file);
  }
}

const struct section sysinfo_section = {
  .name = "sysinfo",
  .element = "sysinfo",
  .attrs = sysinfo_attrs,
  .parse = sysinfo_parse,
  .check = sysinfo_check,
  .resolve = sysinfo_resolve,
  .build = sysinfo_build,
};
