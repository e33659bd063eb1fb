/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/firmware.c - the firmware builds of the host, and which of them suits a guest */

#include "host/firmware.h"
#include "core/names.h"
#include "host/interop.h"

#include <fnmatch.h>
#include <json-c/json.h>

enum { DESCRIPTOR_MAX = 1 << 20 };

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

static bool
matches_flash(struct json_object *mapping, const struct firmware_wish *wish, struct firmware_build *build)
{
  const struct loader *loader = wish->loader;
  const char *text = text_of(mapping, "mode");
  int mode = text ? name_find(mode_names, FLASH_MODES, text) : MODE_SPLIT;
  build->type = LOADER_PFLASH;
  if (!flash_file(member_of(mapping, "executable"), &build->file, &build->format))
    return false;
  if (mode == MODE_SPLIT &&
      !flash_file(member_of(mapping, "nvram-template"), &build->template, &build->template_format))
    return false;
  if (mode != (loader->stateless == ON ? MODE_STATELESS : MODE_SPLIT) || loader->readonly == OFF)
    return false;
  if (loader->type == LOADER_ROM || (loader->path && strcmp(loader->path, build->file) != 0))
    return false;
  if (loader->format != FLASH_UNSET && loader->format != build->format)
    return false;
  return !wish->template || str_eq(wish->template, build->template);
}

static bool
matches_mapping(struct json_object *mapping, const struct firmware_wish *wish, struct firmware_build *build)
{
  const char *device = text_of(mapping, "device");
  const struct loader *loader = wish->loader;
  if (str_eq(device, "flash"))
    return matches_flash(mapping, wish, build);
  build->file = text_of(mapping, "filename");
  if (!build->file)
    return false;
  if (str_eq(device, "memory")) {
    build->type = LOADER_ROM;
    return loader->type != LOADER_PFLASH && loader->readonly != OFF &&
           (!loader->path || strcmp(loader->path, build->file) == 0);
  }
  build->type = LOADER_NONE;
  return str_eq(device, "kernel") && !loader->path && (!wish->kernel || str_eq(wish->kernel, build->file));
}

static bool
allows(enum tristate wish, bool has)
{
  return wish == UNSET || (wish == ON) == has;
}

static bool
matches_security(struct json_object *root, const struct security *security)
{
  switch (security->type) {
  case SECURITY_SEV:
    return lists(root, "features", "amd-sev") &&
           (!(security->policy.value & SEV_POLICY_ES) || lists(root, "features", "amd-sev-es"));
  case SECURITY_SEV_SNP:
    return lists(root, "features", "amd-sev-snp");
  case SECURITY_TDX:
    return lists(root, "features", "intel-tdx");
  case SECURITY_NONE:
  case SECURITY_S390_PV:
  case SECURITY_TYPES:
    break;
  }
  return true;
}

static bool
matches_features(struct json_object *root, const struct firmware_wish *wish, struct firmware_build *build)
{
  build->requires_smm = lists(root, "features", "requires-smm");
  build->secure_boot = lists(root, "features", "secure-boot");
  build->enrolled_keys = lists(root, "features", "enrolled-keys");
  if ((wish->s3 && !lists(root, "features", "acpi-s3")) || (wish->s4 && !lists(root, "features", "acpi-s4")))
    return false;
  if (!allows(wish->secure_boot, build->secure_boot) || !allows(wish->enrolled_keys, build->enrolled_keys))
    return false;
  /* its variables would need a device of their own */
  if (lists(root, "features", "host-uefi-vars"))
    return false;
  if ((build->requires_smm && wish->no_smm) || !allows(wish->loader->secure, build->requires_smm))
    return false;
  return matches_security(root, wish->security);
}

static bool
matches(struct json_object *root, const struct firmware_wish *wish, struct firmware_build *build)
{
  const char *interface = wish->interface == FIRMWARE_BIOS ? "bios" : "uefi";
  return lists(root, "interface-types", interface) && targets(root, wish) &&
         matches_mapping(member_of(root, "mapping"), wish, build) && matches_features(root, wish, build);
}

struct firmware_build *
firmware_find(TALLOC_CTX *ctx, const struct host *host, const struct firmware_wish *wish, size_t *n_read)
{
  char **paths = interop_list(ctx, host, "firmware");
  struct firmware_build *found = NULL;
  *n_read = 0;
  for (size_t i = 0; paths[i] && !found; i++) {
    char *text = host_read(paths, host, paths[i], DESCRIPTOR_MAX, NULL);
    struct json_object *root = text ? json_tokener_parse(text) : NULL;
    struct firmware_build build = { .descriptor = paths[i] };
    *n_read += root != NULL;
    if (root && matches(root, wish, &build)) {
      found = talloc_memdup(ctx, &build, sizeof(build));
      found->descriptor = talloc_strdup(found, build.descriptor);
      found->file = talloc_strdup(found, build.file);
      found->template = talloc_strdup(found, build.template);
    }
    json_object_put(root);
  }
  talloc_free(paths);
  return found;
}
