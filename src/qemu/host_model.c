/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/host_model.c - the host's processor as a model's name and features, for mode='host-model' */

#include "qemu/x86_cpu.h"

#include <json-c/json.h>
#include <stdio.h>

static const char *
vendor_name(const char *signature)
{
  static const char *const vendors[][2] = {
    { "GenuineIntel", "Intel" },
    { "AuthenticAMD", "AMD" },
    { "HygonGenuine", "Hygon" },
    { "CentaurHauls", "Zhaoxin CentaurHauls" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(vendors); i++)
    if (str_eq(vendors[i][0], signature))
      return vendors[i][1];
  return NULL;
}

static struct x86_cpu
read_x86(struct json_object *properties)
{
  struct x86_cpu cpu = { 0 };
  json_object_object_foreach(properties, name, value)
  {
    if (json_object_is_type(value, json_type_boolean)) {
      int feature = json_object_get_boolean(value) ? x86_feature(x86_feature_from_qemu(name)) : -1;
      if (feature >= 0)
        cpu.features.bits[feature / 64] |= UINT64_C(1) << feature % 64;
    } else if (str_eq(name, "vendor"))
      cpu.vendor = vendor_name(json_object_get_string(value));
    else if (str_eq(name, "family"))
      cpu.family = (unsigned)json_object_get_int(value);
    else if (str_eq(name, "model"))
      cpu.model = (unsigned)json_object_get_int(value);
    else if (str_eq(name, "stepping"))
      cpu.stepping = (unsigned)json_object_get_int(value);
  }
  return cpu;
}

/* s390x: QEMU itself names the base model; all that it says about it is passed on. */
static void
take_all(TALLOC_CTX *ctx, const char *base, struct json_object *properties, struct caps_cpu *cpu)
{
  *cpu = (struct caps_cpu){ .model = base };
  cpu->features = talloc_array(ctx, struct caps_cpu_feature, (unsigned)json_object_object_length(properties));
  json_object_object_foreach(properties, name, value) if (json_object_is_type(value, json_type_boolean))
      cpu->features[cpu->n_features++] =
      (struct caps_cpu_feature){ .name = name, .on = json_object_get_boolean(value) };
}

bool
caps_host_model(TALLOC_CTX *ctx, const struct caps *caps, bool kvm, struct caps_cpu *cpu)
{
  struct json_object *properties;
  const char *base;
  if (!caps_expand_cpu(caps, kvm ? "host" : "max", kvm, true, &base, &properties) || !properties)
    return false;
  if (arch_is_x86(caps_arch(caps))) {
    struct x86_cpu host = read_x86(properties);
    return x86_nearest(ctx, caps, kvm, &host, cpu);
  }
  if (caps_arch(caps) != ARCH_S390X)
    return false;
  take_all(ctx, base, properties, cpu);
  return true;
}

bool
caps_nearest_model(TALLOC_CTX *ctx, const struct caps *caps, const char *model, bool kvm, struct caps_cpu *cpu)
{
  const struct x86_model *wanted = arch_is_x86(caps_arch(caps)) ? x86_model(model) : NULL;
  struct x86_cpu described = { 0 };
  int family = 0, number = 0;
  if (!wanted)
    return false;
  if (wanted->signatures && sscanf(wanted->signatures, "%d:%d", &family, &number) == 2) {
    described.family = (unsigned)family;
    described.model = (unsigned)number;
  }
  described.vendor = wanted->vendor;
  described.features = x86_model_features(wanted);
  return x86_nearest(ctx, caps, kvm, &described, cpu);
}
