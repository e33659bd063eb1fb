/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/firmware.c - the firmware builds of the host, and which of them suits a guest */

#include "host/firmware.h"
#include "core/names.h"
#include "host/interop.h"

#include <fnmatch.h>
#include <json-c/json.h>

enum { DESCRIPTOR_MAX = 1 << 20 };

const char *const flash_format_names[FLASH_FORMATS] = { [FLASH_RAW] = "raw", [FLASH_QCOW2] = "qcow2" };

enum flash_mode { MODE_SPLIT, MODE_COMBINED, MODE_STATELESS, FLASH_MODES };

static const char *const mode_names[FLASH_MODES] = {
  [MODE_SPLIT] = "split",
  [MODE_COMBINED] = "combined",
  [MODE_STATELESS] = "stateless",
};

static const char *
text_of(struct json_object *object, const char *key)
{
  struct json_object *member;
  if (!json_object_object_get_ex(object, key, &member) || !json_object_is_type(member, json_type_string))
    return NULL;
  return json_object_get_string(member);
}

static struct json_object *
member_of(struct json_object *object, const char *key)
{
  struct json_object *member = NULL;
  return json_object_object_get_ex(object, key, &member) ? member : NULL;
}

/* Is TEXT in the list KEY? */
static bool
lists(struct json_object *object, const char *key, const char *text)
{
  struct json_object *list = member_of(object, key);
  if (!json_object_is_type(list, json_type_array))
    return false;
  for (size_t i = 0; i < json_object_array_length(list); i++)
    if (str_eq(json_object_get_string(json_object_array_get_idx(list, i)), text))
      return true;
  return false;
}

static bool
targets(struct json_object *root, const struct firmware_wish *wish)
{
  struct json_object *list = member_of(root, "targets");
  if (!json_object_is_type(list, json_type_array))
    return false;
  for (size_t i = 0; i < json_object_array_length(list); i++) {
    struct json_object *target = json_object_array_get_idx(list, i);
    struct json_object *machines = member_of(target, "machines");
    const char *arch = text_of(target, "architecture");
    if (!arch || arch_from_qemu(arch) != wish->arch || !json_object_is_type(machines, json_type_array))
      continue;
    for (size_t j = 0; j < json_object_array_length(machines); j++) {
      const char *pattern = json_object_get_string(json_object_array_get_idx(machines, j));
      if (pattern && fnmatch(pattern, wish->machine, 0) == 0)
        return true;
    }
  }
  return false;
}

/* A pflash image and its format, which must be one that QEMU's flash takes. */
static bool
flash_file(struct json_object *object, const char **file, enum flash_format *format)
{
  const char *name = text_of(object, "filename"), *text = text_of(object, "format");
  int found = text ? name_find(flash_format_names, FLASH_FORMATS, text) : -1;
  *file = name;
  *format = found > 0 ? (enum flash_format)found : FLASH_UNSET;
  return name && found > 0;
}

static enum firmware_miss
flash_misses(struct json_object *mapping, const struct firmware_wish *wish, struct firmware_build *build)
{
  const char *text = text_of(mapping, "mode");
  int mode = text ? name_find(mode_names, FLASH_MODES, text) : MODE_SPLIT;
  build->type = LOADER_PFLASH;
  if (!flash_file(member_of(mapping, "executable"), &build->file, &build->format))
    return MISS_INTERFACE;
  if (mode == MODE_SPLIT &&
      !flash_file(member_of(mapping, "nvram-template"), &build->template, &build->template_format))
    return MISS_INTERFACE;
  if (wish->type == LOADER_ROM)
    return MISS_LOADER_TYPE;
  if (wish->path && strcmp(wish->path, build->file) != 0)
    return MISS_PATH;
  if (wish->varstore)
    return MISS_VARSTORE;
  if (wish->template && !str_eq(wish->template, build->template))
    return MISS_TEMPLATE;
  if (mode != (wish->stateless == ON ? MODE_STATELESS : MODE_SPLIT))
    return MISS_STATELESS;
  if (wish->readonly == OFF)
    return MISS_READONLY;
  return wish->format != FLASH_UNSET && wish->format != build->format ? MISS_FORMAT : MISS_NOTHING;
}

static enum firmware_miss
memory_misses(struct json_object *mapping, const struct firmware_wish *wish, struct firmware_build *build)
{
  build->type = LOADER_ROM;
  build->file = text_of(mapping, "filename");
  if (!build->file)
    return MISS_INTERFACE;
  if (wish->type == LOADER_PFLASH)
    return MISS_LOADER_TYPE;
  if (wish->path && strcmp(wish->path, build->file) != 0)
    return MISS_PATH;
  build->varstore = text_of(member_of(mapping, "uefi-vars"), "template");
  if (wish->varstore && !build->varstore)
    return MISS_VARSTORE;
  if (wish->varstore && wish->template && !str_eq(wish->template, build->varstore))
    return MISS_TEMPLATE;
  if (build->varstore ? wish->stateless == ON || wish->nvram : wish->interface == FIRMWARE_EFI && wish->variables)
    return MISS_STATELESS;
  if (wish->format == FLASH_QCOW2)
    return MISS_FORMAT;
  return wish->readonly == OFF ? MISS_READONLY : MISS_NOTHING;
}

static enum firmware_miss
kernel_misses(struct json_object *mapping, const struct firmware_wish *wish, struct firmware_build *build)
{
  build->type = LOADER_NONE;
  build->file = text_of(mapping, "filename");
  if (!build->file)
    return MISS_INTERFACE;
  if (wish->path)
    return MISS_PATH;
  return wish->kernel && strcmp(wish->kernel, build->file) != 0 ? MISS_KERNEL : MISS_NOTHING;
}

static enum firmware_miss
mapping_misses(struct json_object *mapping, const struct firmware_wish *wish, struct firmware_build *build)
{
  const char *device = text_of(mapping, "device");
  if (str_eq(device, "flash"))
    return flash_misses(mapping, wish, build);
  if (str_eq(device, "memory"))
    return memory_misses(mapping, wish, build);
  return str_eq(device, "kernel") ? kernel_misses(mapping, wish, build) : MISS_INTERFACE;
}

static bool
allows(enum tristate wish, bool has)
{
  return wish == UNSET || (wish == ON) == has;
}

static enum firmware_miss
features_miss(struct json_object *root, const struct firmware_wish *wish, struct firmware_build *build)
{
  build->requires_smm = lists(root, "features", "requires-smm");
  build->secure_boot = lists(root, "features", "secure-boot");
  build->enrolled_keys = lists(root, "features", "enrolled-keys");
  if (wish->s3 && !lists(root, "features", "acpi-s3"))
    return MISS_S3;
  if (wish->s4 && !lists(root, "features", "acpi-s4"))
    return MISS_S4;
  if (!allows(wish->secure_boot, build->secure_boot))
    return MISS_SECURE_BOOT;
  if (!allows(wish->enrolled_keys, build->enrolled_keys))
    return MISS_ENROLLED_KEYS;
  if (build->requires_smm && wish->no_smm)
    return MISS_SMM;
  if (!allows(wish->secure, build->requires_smm))
    return MISS_SECURE;
  for (size_t i = 0; i < ARRAY_SIZE(wish->features); i++)
    if (wish->features[i] && !lists(root, "features", wish->features[i]))
      return MISS_SECURITY;
  bool by_device = build->varstore || lists(root, "features", "host-uefi-vars");
  return by_device && !(build->varstore && wish->has_varstore) ? MISS_HOST_VARIABLES : MISS_NOTHING;
}

static enum firmware_miss
misses(struct json_object *root, const struct firmware_wish *wish, struct firmware_build *build)
{
  if (!lists(root, "interface-types", wish->interface == FIRMWARE_BIOS ? "bios" : "uefi"))
    return MISS_INTERFACE;
  if (!targets(root, wish))
    return MISS_TARGET;
  enum firmware_miss miss = mapping_misses(member_of(root, "mapping"), wish, build);
  return miss == MISS_NOTHING ? features_miss(root, wish, build) : miss;
}

struct firmware_build *
firmware_find(TALLOC_CTX *ctx, const struct host *host, const struct firmware_wish *wish,
              struct firmware_search *search)
{
  char **paths = interop_list(ctx, host, "firmware");
  struct firmware_build *found = NULL;
  *search = (struct firmware_search){ 0 };
  for (size_t i = 0; paths[i] && !found; i++) {
    char *text = host_read(paths, host, paths[i], DESCRIPTOR_MAX, NULL);
    struct json_object *root = text ? json_tokener_parse(text) : NULL;
    struct firmware_build build = { .descriptor = paths[i] };
    enum firmware_miss miss = root ? misses(root, wish, &build) : MISS_INTERFACE;
    search->n_read += root != NULL;
    if (miss > search->miss) {
      search->miss = miss;
      search->nearest = talloc_strdup(ctx, paths[i]);
    }
    if (miss == MISS_NOTHING) {
      found = talloc_memdup(ctx, &build, sizeof(build));
      found->descriptor = talloc_strdup(found, build.descriptor);
      found->file = talloc_strdup(found, build.file);
      found->template = talloc_strdup(found, build.template);
      found->varstore = talloc_strdup(found, build.varstore);
    }
    json_object_put(root);
  }
  talloc_free(paths);
  return found;
}
