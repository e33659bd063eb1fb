/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/caps.c - what the QEMU at hand can do */

#include "qemu/caps.h"

#include "qemu/caps_internal.h"

#include <json-c/json.h>

static int
answers_free(struct answers *answers)
{
  struct parsed *parsed, *next;
  HASH_CLEAR(hh, answers->types);
  HASH_ITER(hh, answers->parsed, parsed, next)
  {
    HASH_DEL(answers->parsed, parsed);
    json_object_put(parsed->object);
  }
  return 0;
}

static struct caps *
caps_new(TALLOC_CTX *ctx, unsigned version, enum arch arch)
{
  struct caps *caps = talloc_zero(ctx, struct caps);
  caps->version = version;
  caps->arch = arch;
  caps->version_string = talloc_asprintf(caps, "%u.%u.%u", version / 1000000, version / 1000 % 1000, version % 1000);
  caps->answers = talloc_zero(caps, struct answers);
  talloc_set_destructor(caps->answers, answers_free);
  return caps;
}

struct caps *
caps_view(TALLOC_CTX *ctx, const struct caps *caps)
{
  return talloc_memdup(ctx, caps, sizeof(*caps));
}

struct caps *
caps_from_version(TALLOC_CTX *ctx, unsigned version, enum arch arch)
{
  return caps_new(ctx, version, arch);
}

static bool
record_version(const struct record *record, unsigned *version)
{
  struct text qemu = text_member(record_reply(record, "query-version", 0), "qemu");
  uint64_t major, minor, micro;
  if (!text_number(text_member(qemu, "major"), &major) || !text_number(text_member(qemu, "minor"), &minor) ||
      !text_number(text_member(qemu, "micro"), &micro) || major > 999 || minor > 999 || micro > 999)
    return false;
  *version = QEMU_VERSION((unsigned)major, (unsigned)minor, (unsigned)micro);
  return true;
}

static enum arch
record_arch(const struct record *record)
{
  char *name = text_dup(NULL, text_member(record_reply(record, "query-target", 0), "arch"));
  enum arch arch = name ? arch_from_qemu(name) : ARCH_NONE;
  talloc_free(name);
  return arch;
}

static struct caps *
caps_from_record(TALLOC_CTX *ctx, const char *file, struct record *record, struct diag *diag)
{
  const struct place place = { .file = file };
  struct caps *caps = NULL;
  enum arch arch = record_arch(record);
  unsigned version;
  if (!record_version(record, &version))
    diag_error(diag, place, NULL, "no answer to query-version that tells a version");
  else if (version < QEMU_OLDEST)
    diag_error(diag, place, NULL, "QEMU %u.%u is too old; 6.2 or newer is needed", version / 1000000,
               version / 1000 % 1000);
  else if (arch == ARCH_NONE)
    diag_error(diag, place, NULL, "no answer to query-target that names an architecture we know");
  else {
    caps = caps_new(ctx, version, arch);
    caps->record = talloc_steal(caps, record);
    return caps;
  }
  talloc_free(record);
  return NULL;
}

struct caps *
caps_from_text(TALLOC_CTX *ctx, const char *file, char *text, size_t length, struct diag *diag)
{
  struct record *record = record_parse(ctx, file, text, length, diag);
  return record ? caps_from_record(ctx, file, record, diag) : NULL;
}

struct caps *
caps_from_file(TALLOC_CTX *ctx, const char *file, struct diag *diag)
{
  struct record *record = record_read(ctx, file, diag);
  return record ? caps_from_record(ctx, file, record, diag) : NULL;
}

bool
caps_save(const struct caps *caps, const char *file, struct diag *diag)
{
  int error = caps->record ? record_write(file, caps->record->text, caps->record->length) : 0;
  if (!caps->record)
    diag_error(diag, (struct place){ .file = file }, NULL, "no binary was asked, so there is nothing to save");
  else if (error)
    diag_error(diag, (struct place){ .file = file }, NULL, "cannot write the capabilities: %s", strerror(error));
  return caps->record && !error;
}

unsigned
caps_version(const struct caps *caps)
{
  return caps->version;
}

const char *
caps_version_string(const struct caps *caps)
{
  return caps->version_string;
}

/* The release since which an alias is left alone; 0: all. They stay what they were when each was the
 * newest known: what is printed for a version is not to change because a newer one has come. */
static unsigned
aliases_since(enum arch arch)
{
  switch (arch) {
  case ARCH_AARCH64:
  case ARCH_ARMV7L:
  case ARCH_LOONGARCH64:
    return QEMU_VERSION(8, 2, 0);
  case ARCH_PPC64:
    return QEMU_VERSION(7, 1, 0);
  case ARCH_RISCV64:
    return QEMU_VERSION(9, 1, 0);
  case ARCH_S390X:
    return QEMU_VERSION(9, 2, 0);
  case ARCH_I686:
  case ARCH_X86_64:
    return QEMU_VERSION(10, 0, 0);
  case ARCH_NONE:
  case ARCH_ALPHA:
  case ARCH_ARMV6L:
  case ARCH_HPPA:
  case ARCH_M68K:
  case ARCH_MICROBLAZE:
  case ARCH_MICROBLAZEEL:
  case ARCH_MIPS:
  case ARCH_MIPSEL:
  case ARCH_MIPS64:
  case ARCH_MIPS64EL:
  case ARCH_OPENRISC:
  case ARCH_PPC:
  case ARCH_PPC64LE:
  case ARCH_RISCV32:
  case ARCH_SH4:
  case ARCH_SH4EB:
  case ARCH_SPARC:
  case ARCH_SPARC64:
  case ARCH_XTENSA:
  case ARCH_XTENSAEB:
  case ARCHES:
    break;
  }
  return 0;
}

bool
caps_keeps_alias(const struct caps *caps)
{
  return caps_version(caps) >= aliases_since(caps_arch(caps));
}

enum arch
caps_arch(const struct caps *caps)
{
  return caps->arch;
}

void
caps_settle_order(struct caps *caps, enum arch arch)
{
  if (arch_is_twin(caps->arch, arch) && caps->version >= QEMU_VERSION(11, 0, 0))
    caps->arch = arch;
}

unsigned
caps_feature_version(const struct caps *caps)
{
  unsigned version = caps->version;
  if (version % 1000 < 50)
    return version;
  version -= version % 1000;
  return version % 1000000 == 2000 ? version + QEMU_VERSION(1, 0, 0) - 2000 : version + 1000;
}

/* --- types, properties, schema */

static void
fill_types(const struct caps *caps, struct text reply)
{
  struct walk walk = walk_begin(reply);
  while (walk_next(&walk)) {
    struct type_name *type = talloc_zero(caps->answers, struct type_name);

    type->name = text_member(walk.value, "name");
    if (type->name.at)
      HASH_ADD_KEYPTR(hh, caps->answers->types, type->name.at, type->name.end - type->name.at, type);
  }
}

enum tristate
caps_type(const struct caps *caps, const char *type)
{
  struct text reply = caps->record ? record_reply(caps->record, "qom-list-types", 0) : (struct text){ 0 };
  struct type_name *found;
  char *key;
  if (!reply.at)
    return UNSET;
  if (!caps->answers->types)
    fill_types(caps, reply);
  key = talloc_asprintf(NULL, "\"%s\"", type);
  HASH_FIND_STR(caps->answers->types, key, found);
  talloc_free(key);
  return told(found);
}

/* The entry of PROPERTY in either list that may be recorded about TYPE. */
static enum tristate
find_property(const struct caps *caps, const char *type, const char *property, struct text *entry)
{
  static const char *const commands[] = { "device-list-properties", "qom-list-properties" };
  bool asked = false;
  *entry = (struct text){ 0 };
  for (size_t i = 0; caps->record && i < ARRAY_SIZE(commands) && !entry->at; i++) {
    const struct exchange *exchange = record_find(caps->record, commands[i], type, 0);

    asked |= exchange != NULL;
    if (exchange)
      *entry = text_find(exchange->reply, "name", property);
  }
  if (asked)
    return told(entry->at);
  return caps_type(caps, type) == OFF ? OFF : UNSET;
}

enum tristate
caps_property(const struct caps *caps, const char *type, const char *property)
{
  struct text entry;
  return find_property(caps, type, property, &entry);
}

enum tristate
caps_schema(const struct caps *caps, const char *path)
{
  struct text reply = caps->record ? record_reply(caps->record, "query-qmp-schema", 0) : (struct text){ 0 };
  if (!reply.at)
    return UNSET;
  if (!caps->answers->schema)
    caps->answers->schema = schema_new(caps->answers, reply);
  return told(schema_has(caps->answers->schema, path));
}

static struct text
reply_of(const struct caps *caps, const char *command)
{
  return caps->record ? record_reply(caps->record, command, 0) : (struct text){ 0 };
}

/* Since QEMU 11.0 query-kvm is deprecated for query-accelerators. */
enum tristate
caps_kvm(const struct caps *caps)
{
  struct text reply = reply_of(caps, "query-kvm"), successor = reply_of(caps, "query-accelerators");
  if (reply.at)
    return told(text_is_word(text_member(reply, "enabled"), "true"));
  return successor.at ? told(text_is(text_member(successor, "enabled"), "kvm")) : UNSET;
}

enum tristate
caps_kvm_present(const struct caps *caps)
{
  struct text reply = reply_of(caps, "query-kvm"), successor = reply_of(caps, "query-accelerators");
  if (reply.at)
    return told(text_is_word(text_member(reply, "present"), "true"));
  return successor.at ? told(text_holds(text_member(successor, "present"), "kvm")) : UNSET;
}

/* --- features */

/* "TYPE.PROPERTY", "OPTION" or "OPTION.PARAMETER": cuts WORD at the dot; NULL: there is none. */
static const char *
after_dot(char *word)
{
  char *dot = strchr(word, '.');
  if (!dot)
    return NULL;
  *dot = '\0';
  return dot + 1;
}

static enum tristate
find_option(const struct caps *caps, char *word)
{
  struct text reply = record_reply(caps->record, "query-command-line-options", 0);
  const char *parameter = after_dot(word);
  struct text option = text_find(reply, "option", word);
  if (!reply.at)
    return UNSET;
  return told(option.at && (!parameter || text_find(text_member(option, "parameters"), "name", parameter).at));
}

static enum tristate
find_machine(const struct caps *caps, char *word)
{
  const char *property = after_dot(word);
  const struct caps_machine *machine = caps_machine(caps, word, true);
  char *type = talloc_asprintf(NULL, "%s-machine", machine ? machine->name : word);
  enum tristate found = caps_property(caps, type, property);
  talloc_free(type);
  return found;
}

static enum tristate
find_listed(const struct caps *caps, const char *command, const char *word)
{
  struct text reply = record_reply(caps->record, command, 0);
  return reply.at ? told(text_holds(reply, word)) : UNSET;
}

static enum tristate
find_property_word(const struct caps *caps, char *word, bool off)
{
  const char *property = after_dot(word);
  struct text entry;
  enum tristate found = find_property(caps, word, property, &entry);
  if (off && found == ON)
    return told(text_is_word(text_member(entry, "default-value"), "false"));
  return found;
}

/* One alternative of a row: WORD may be cut up. */
static enum tristate
find_word(const struct caps *caps, enum feature_find find, char *word)
{
  switch (find) {
  case FIND_NOTHING:
    return UNSET;
  case FIND_TYPE:
    return caps_type(caps, word);
  case FIND_PROPERTY:
  case FIND_PROPERTY_OFF:
    return find_property_word(caps, word, find == FIND_PROPERTY_OFF);
  case FIND_MACHINE:
    return find_machine(caps, word);
  case FIND_SCHEMA:
    return caps_schema(caps, word);
  case FIND_OPTION:
    return find_option(caps, word);
  case FIND_TPM_MODEL:
    return find_listed(caps, "query-tpm-models", word);
  case FIND_TPM_BACKEND:
    return find_listed(caps, "query-tpm-types", word);
  case FIND_CPU:
    return caps_cpu_model(caps, word, true);
  case FIND_KVM:
    return caps_kvm(caps);
  }
  return UNSET;
}

/* ON if one alternative is there; OFF if the record knows of none. */
static enum tristate
find_feature(const struct caps *caps, const struct feature_row *row)
{
  char *words = talloc_strdup(NULL, row->where ? row->where : ""), *rest = words, *word;
  bool refused = row->confirm && record_find(caps->record, row->confirm, NULL, 0) &&
                 !record_reply(caps->record, row->confirm, 0).at;
  enum tristate found = UNSET;
  bool silent = false;
  while (!refused && found != ON && (word = strsep(&rest, " "))) {
    found = find_word(caps, row->find, word);
    silent |= found == UNSET;
  }
  talloc_free(words);
  if (refused)
    return OFF;
  return found == OFF && silent ? UNSET : found;
}

bool
caps_has(const struct caps *caps, enum feature feature)
{
  enum tristate *answer = &caps->answers->features[feature];
  if (caps->claimed[feature] != UNSET)
    return caps->claimed[feature] == ON;
  if (*answer == UNSET && caps->record)
    *answer = find_feature(caps, &feature_rows[feature]);
  if (*answer == UNSET)
    *answer = told(feature_in_version(feature, caps_feature_version(caps), caps->arch));
  return *answer == ON;
}

void
caps_override(struct caps *caps, enum feature feature, bool present)
{
  caps->claimed[feature] = told(present);
}
