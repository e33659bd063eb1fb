/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/caps_machine.c - machine types and CPU models of the QEMU at hand */

#include "core/names.h"
#include "qemu/caps_internal.h"
#include "qemu/machines.h"
#include "qemu/x86_cpu.h"

#include <json-c/json.h>
#include <limits.h>

/* With acceleration the record's first run answers, without it the second where there is one. */
static unsigned
run_of(bool kvm)
{
  return kvm ? 0 : 1;
}

static struct text
find_cpu(const struct caps *caps, const char *key, const char *value, bool kvm)
{
  if (!caps->record)
    return (struct text){ 0 };
  return text_find(record_reply(caps->record, "query-cpu-definitions", run_of(kvm)), key, value);
}

/* QEMU tells the CPU's type; its models have names. Power's are in capitals to the world. */
static char *
default_cpu(const struct caps *caps, TALLOC_CTX *ctx, struct text type, bool kvm)
{
  char *typename = text_dup(ctx, type);
  char *name = typename ? text_dup(ctx, text_member(find_cpu(caps, "typename", typename, kvm), "name")) : NULL;
  if (arch_is_ppc64(caps->arch) && str_starts(name, "power"))
    for (char *c = name; *c; c++)
      *c = *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c;
  talloc_free(typename);
  return name;
}

static struct caps_machine
read_machine(const struct caps *caps, TALLOC_CTX *ctx, struct text entry, bool kvm)
{
  struct text acpi = text_member(entry, "acpi");
  uint64_t max_cpus = 0;
  text_number(text_member(entry, "cpu-max"), &max_cpus);
  return (struct caps_machine){
    .name = text_dup(ctx, text_member(entry, "name")),
    .alias = text_dup(ctx, text_member(entry, "alias")),
    .is_default = text_is_word(text_member(entry, "is-default"), "true"),
    .deprecated = text_is_word(text_member(entry, "deprecated"), "true"),
    .hotpluggable_cpus = text_is_word(text_member(entry, "hotpluggable-cpus"), "true"),
    .numa_mem_supported = text_is_word(text_member(entry, "numa-mem-supported"), "true"),
    .acpi = acpi.at ? told(text_is_word(acpi, "true")) : UNSET,
    .max_cpus = max_cpus > UINT32_MAX ? UINT32_MAX : (uint32_t)max_cpus,
    .default_cpu = default_cpu(caps, ctx, text_member(entry, "default-cpu-type"), kvm),
    .default_ram_id = text_dup(ctx, text_member(entry, "default-ram-id")),
  };
}

/* "none", a machine without anything, is no answer to any domain. */
static void
read_machines(const struct caps *caps, struct machine_list *list, struct text reply, bool kvm)
{
  struct walk walk = walk_begin(reply);
  while (walk_next(&walk)) {
    if (text_is(text_member(walk.value, "name"), "none") || !text_member(walk.value, "name").at)
      continue;
    list->machines = talloc_realloc(caps->answers, list->machines, struct caps_machine, list->count + 1);
    list->machines[list->count] = read_machine(caps, list->machines, walk.value, kvm);
    list->count++;
  }
}

static struct machine_list *
machine_list(const struct caps *caps, bool kvm)
{
  struct machine_list *list = &caps->answers->machines[kvm];
  struct text reply = { 0 };
  if (list->filled)
    return list;
  list->filled = true;
  if (caps->record)
    reply = record_reply(caps->record, "query-machines", run_of(kvm));
  if (reply.at)
    read_machines(caps, list, reply, kvm);
  else
    list->machines = machines_of_version(caps->answers, caps_feature_version(caps), caps->arch, kvm, &list->count);
  return list;
}

/* A binary's own list is whole; what we know by heart lacks what distributions call theirs. */
static const struct caps_machine *
stand_in(const struct caps *caps, struct machine_list *list, const char *name, bool kvm)
{
  struct caps_machine machine;
  if (caps->record && record_reply(caps->record, "query-machines", run_of(kvm)).at)
    return NULL;
  for (size_t i = 0; i < list->n_strangers; i++)
    if (str_eq(list->strangers[i]->name, name))
      return list->strangers[i];
  if (!machine_stand_in(name, caps_feature_version(caps), caps->arch, kvm, &machine))
    return NULL;
  struct caps_machine *kept = talloc_memdup(caps->answers, &machine, sizeof(machine));
  kept->name = talloc_strdup(kept, name);
  list->strangers = ARRAY_ROOM(caps->answers, list->strangers, struct caps_machine *, list->n_strangers);
  return list->strangers[list->n_strangers++] = kept;
}

const struct caps_machine *
caps_machine(const struct caps *caps, const char *name, bool kvm)
{
  struct machine_list *list = machine_list(caps, kvm);
  for (size_t i = 0; name && i < list->count; i++)
    if (str_eq(list->machines[i].name, name) || str_eq(list->machines[i].alias, name))
      return &list->machines[i];
  return name ? stand_in(caps, list, name, kvm) : NULL;
}

const char *
caps_machine_gone(TALLOC_CTX *ctx, const struct caps *caps, const char *name)
{
  struct machine_span span = machine_span(name, caps->arch);
  unsigned version = caps_feature_version(caps), told;
  if (span.until && version >= span.until)
    told = span.until;
  else if (span.since > version)
    told = span.since;
  else
    return NULL;
  return talloc_asprintf(ctx, told == span.until ? "QEMU %u.%u dropped it" : "it came with QEMU %u.%u", told / 1000000,
                         told / 1000 % 1000);
}

/* 9000 of "pc-q35-9.0"; *STEM becomes the length of what stands before. 0: its name ends in no version. */
static unsigned
version_behind(const char *name, size_t *stem)
{
  const char *dash = strrchr(name, '-');
  unsigned major, minor;
  int end = 0;
  if (!dash || sscanf(dash, "-%u.%u%n", &major, &minor, &end) != 2 || dash[end])
    return 0;
  *stem = (size_t)(dash - name);
  return major * 1000 + minor;
}

/* Of the same family, the one whose version is next to NAME's. NULL: there is none. */
static const char *
nearest_version(const struct machine_list *list, const char *name)
{
  size_t stem, other;
  unsigned wanted = version_behind(name, &stem), least = UINT_MAX;
  const char *nearest = NULL;
  for (size_t i = 0; wanted && i < list->count; i++) {
    const char *machine = list->machines[i].name;
    unsigned version = version_behind(machine, &other);
    if (!version || other != stem || strncmp(machine, name, stem) != 0)
      continue;
    unsigned distance = version > wanted ? version - wanted : wanted - version;
    if (distance >= least)
      continue;
    nearest = machine;
    least = distance;
  }
  return nearest;
}

static bool
is_alias(const struct machine_list *list, const char *name)
{
  for (size_t i = 0; name && i < list->count; i++)
    if (str_eq(list->machines[i].alias, name))
      return true;
  return false;
}

/* A distribution's "pc-q35-rhel8.4.0" is no version of upstream's; the family's newest is. */
const char *
caps_nearest_machine(const struct caps *caps, const char *name, bool kvm)
{
  const struct machine_list *list = machine_list(caps, kvm);
  const char *stem = machine_stem(name, caps->arch), *family = machine_family(name, caps->arch);
  if (is_alias(list, stem))
    return stem;
  if (nearest_version(list, name))
    return nearest_version(list, name);
  if (is_alias(list, family))
    return family;
  const char **names = talloc_array(NULL, const char *, 2 * list->count + 1);
  size_t n = 0;
  for (size_t i = 0; i < list->count; i++) {
    if (list->machines[i].alias)
      names[n++] = list->machines[i].alias;
    names[n++] = list->machines[i].name;
  }
  name = name_nearest(names, n, name);
  talloc_free(names);
  return name;
}

const struct caps_machine *
caps_default_machine(const struct caps *caps, bool kvm)
{
  const struct caps_machine *machine = caps_machine(caps, machine_preferred(caps->arch), kvm);
  const struct machine_list *list = machine_list(caps, kvm);
  for (size_t i = 0; !machine && i < list->count; i++)
    if (list->machines[i].is_default)
      machine = &list->machines[i];
  return machine;
}

/* --- CPU models, whole replies */

/* TEXT as a json-c object, which CAPS keeps. */
static struct json_object *
parse(const struct caps *caps, struct text text)
{
  struct answers *answers = caps->answers;
  struct json_tokener *tokener;
  struct parsed *parsed;
  if (!text.at)
    return NULL;
  HASH_FIND_PTR(answers->parsed, &text.at, parsed);
  if (parsed)
    return parsed->object;

  parsed = talloc_zero(answers, struct parsed);
  parsed->at = text.at;
  tokener = json_tokener_new();
  parsed->object = json_tokener_parse_ex(tokener, text.at, (int)(text.end - text.at));
  json_tokener_free(tokener);
  HASH_ADD_PTR(answers->parsed, at, parsed);
  return parsed->object;
}

struct json_object *
caps_reply(const struct caps *caps, const char *command, bool kvm)
{
  return caps->record ? parse(caps, record_reply(caps->record, command, run_of(kvm))) : NULL;
}

static struct text
cpu_definition(const struct caps *caps, const char *model, bool kvm)
{
  struct text found = find_cpu(caps, "name", model, kvm);
  if (!found.at && str_starts(model, "POWER")) {
    char *lower = talloc_asprintf(NULL, "power%s", model + strlen("POWER"));
    found = find_cpu(caps, "name", lower, kvm);
    talloc_free(lower);
  }
  return found;
}

struct json_object *
caps_cpu_definition(const struct caps *caps, const char *model, bool kvm)
{
  return parse(caps, cpu_definition(caps, model, kvm));
}

enum tristate
caps_cpu_model(const struct caps *caps, const char *model, bool kvm)
{
  bool told_of = caps->record && record_reply(caps->record, "query-cpu-definitions", run_of(kvm)).at;
  if (!told_of)
    return arch_is_x86(caps->arch) && !x86_model_in_version(model, caps_feature_version(caps)) ? OFF : UNSET;
  return told(cpu_definition(caps, model, kvm).at);
}

/* Does EXCHANGE ask what MODEL expands to, in this way? */
static bool
is_expansion(const struct exchange *exchange, const char *type, const char *model, bool migratable)
{
  struct text asked = text_member(exchange->arguments, "model"), props = text_member(asked, "props");
  return text_is(exchange->command, "query-cpu-model-expansion") && exchange->reply.at &&
         text_is(text_member(exchange->arguments, "type"), type) && text_is(text_member(asked, "name"), model) &&
         migratable == !text_is_word(text_member(props, "migratable"), "false") &&
         !text_member(props, "hv-passthrough").at;
}

/* Where KVM could not be had the first run is the only one, and without acceleration. */
static struct text
find_expansion(const struct caps *caps, const char *type, const char *model, bool migratable, unsigned run)
{
  const struct record *record = caps->record;
  for (size_t i = 0; record && i < record->n_exchanges; i++)
    if (record->exchanges[i].run == run && is_expansion(&record->exchanges[i], type, model, migratable))
      return record->exchanges[i].reply;
  if (run > 0 && caps_kvm(caps) != ON)
    return find_expansion(caps, type, model, migratable, 0);
  return (struct text){ 0 };
}

bool
caps_expand_cpu(const struct caps *caps, const char *model, bool kvm, bool migratable, const char **base,
                struct json_object **properties)
{
  struct text reply = find_expansion(caps, "static", model, migratable, run_of(kvm));
  struct json_object *parsed, *expanded, *name;
  if (!reply.at)
    reply = find_expansion(caps, "full", model, migratable, run_of(kvm));
  parsed = parse(caps, reply);
  if (!json_object_object_get_ex(parsed, "model", &expanded) || !json_object_object_get_ex(expanded, "name", &name))
    return false;
  *base = json_object_get_string(name);
  *properties = json_object_object_get(expanded, "props");
  return true;
}

struct json_object *
caps_host_hyperv(const struct caps *caps)
{
  struct json_object *model, *properties, *known;
  struct text reply = { 0 };
  const struct record *record = caps->record;
  for (size_t i = 0; record && i < record->n_exchanges && !reply.at; i++) {
    const struct exchange *exchange = &record->exchanges[i];
    struct text asked = text_member(exchange->arguments, "model");

    if (text_is(exchange->command, "query-cpu-model-expansion") && text_is(text_member(asked, "name"), "host") &&
        text_member(text_member(asked, "props"), "hv-passthrough").at)
      reply = exchange->reply;
  }
  if (!reply.at || !json_object_object_get_ex(parse(caps, reply), "model", &model) ||
      !json_object_object_get_ex(model, "props", &properties) ||
      !json_object_object_get_ex(properties, "hv-relaxed", &known))
    return NULL;
  return properties;
}

struct json_object *
caps_deprecated_props(const struct caps *caps, bool kvm)
{
  /* the static expansion tells of those that it has in its list, the full one of all */
  static const char *const types[] = { "full", "static" };
  struct json_object *list = NULL;
  for (size_t i = 0; !list && i < ARRAY_SIZE(types); i++)
    json_object_object_get_ex(parse(caps, find_expansion(caps, types[i], kvm ? "host" : "max", true, run_of(kvm))),
                              "deprecated-props", &list);
  return list;
}
