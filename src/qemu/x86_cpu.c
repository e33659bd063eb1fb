/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/x86_cpu.c - which named x86 processor comes nearest to a set of features */

#include "core/names.h"
#include "qemu/x86_cpu.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdio.h>

#define V(major, minor) QEMU_VERSION(major, minor, 0)

static const char *const spellings[][2] = {
  { "cmp_legacy", "cmp-legacy" },
  { "ds_cpl", "ds-cpl" },
  { "fxsr_opt", "fxsr-opt" },
  { "kvm_pv_eoi", "kvm-pv-eoi" },
  { "kvm_pv_unhalt", "kvm-pv-unhalt" },
  { "lahf_lm", "lahf-lm" },
  { "nodeid_msr", "nodeid-msr" },
  { "pclmuldq", "pclmulqdq" },
  { "perfctr_core", "perfctr-core" },
  { "perfctr_nb", "perfctr-nb" },
  { "tsc_adjust", "tsc-adjust" },
  { "vmx-invvpid-single-context-noglobals", "vmx-invept-single-context-noglobals" },
};

static const char *
respell(const char *name, unsigned from)
{
  for (size_t i = 0; i < ARRAY_SIZE(spellings); i++)
    if (str_eq(spellings[i][from], name))
      return spellings[i][!from];
  return name;
}

const char *
x86_feature_for_qemu(const char *name)
{
  return respell(name, 0);
}

const char *
x86_feature_from_qemu(const char *name)
{
  return respell(name, 1);
}

const struct x86_model *
x86_model(const char *name)
{
  for (size_t i = 0; i < x86_n_models; i++)
    if (str_eq(x86_models[i].name, name))
      return &x86_models[i];
  return NULL;
}

const char *
x86_model_removed(const char *name)
{
  /* models that are no candidates for a host: libvirt has them for guests that name them */
  static const char *const others[][2] = {
    { "Cascadelake-Server-noTSX", "mpx" },      { "Icelake-Client-noTSX", "intel-pt" },
    { "Icelake-Server-noTSX", "intel-pt mpx" }, { "Skylake-Client-noTSX-IBRS", "mpx" },
    { "Skylake-Server-noTSX-IBRS", "mpx" },
  };
  const struct x86_model *model = x86_model(name);
  for (size_t i = 0; !model && i < ARRAY_SIZE(others); i++)
    if (str_eq(others[i][0], name))
      return others[i][1];
  return model && model->removed ? model->removed : "";
}

/* As QEMU 6.2 to 10.0 and 11.1 list them; what came between the last two is taken for older, not younger. */
bool
x86_model_in_version(const char *name, unsigned version)
{
  static const struct {
    unsigned since, until; /* UNTIL: the first without them; 0: still there */
    const char *names;
  } spans[] = {
    { V(7, 0), 0, "Icelake-Server-v6" },
    { V(8, 0), 0, "SapphireRapids SapphireRapids-v1" },
    { V(8, 1), 0,
      "EPYC-Genoa EPYC-Genoa-v1 EPYC-Milan-v2 EPYC-Rome-v3 EPYC-Rome-v4 EPYC-v4 GraniteRapids GraniteRapids-v1 "
      "SapphireRapids-v2" },
    { V(9, 1), 0, "Icelake-Server-v7 SapphireRapids-v3 SierraForest SierraForest-v1" },
    { V(10, 0), 0, "ClearwaterForest ClearwaterForest-v1 GraniteRapids-v2 SierraForest-v2 YongFeng YongFeng-v1" },
    { V(10, 1), 0,
      "Cascadelake-Server-v6 Cascadelake-Server-v7 ClearwaterForest-v2 ClearwaterForest-v3 ClearwaterForest-v4 "
      "DiamondRapids DiamondRapids-v1 DiamondRapids-v2 EPYC-Genoa-v2 EPYC-Genoa-v3 EPYC-Milan-v3 EPYC-Milan-v4 "
      "EPYC-Rome-v5 EPYC-Turin EPYC-Turin-v1 EPYC-Turin-v2 EPYC-v5 GraniteRapids-v3 GraniteRapids-v4 GraniteRapids-v5 "
      "GraniteRapids-v6 GraniteRapids-v7 Icelake-Server-v8 Icelake-Server-v9 SapphireRapids-v4 SapphireRapids-v5 "
      "SapphireRapids-v6 SapphireRapids-v7 SapphireRapids-v8 SierraForest-v3 SierraForest-v4 SierraForest-v5 "
      "SierraForest-v6 Skylake-Server-v6 YongFeng-v3" },
    { 0, V(7, 1), "Icelake-Client Icelake-Client-noTSX Icelake-Client-v1 Icelake-Client-v2 Icelake-Client-v3" },
  };
  size_t length = strlen(name);
  for (size_t i = 0; i < ARRAY_SIZE(spans); i++)
    for (const char *at = spans[i].names; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL)
      if (strncmp(at, name, length) == 0 && (at[length] == ' ' || !at[length]))
        return version >= spans[i].since && (!spans[i].until || version < spans[i].until);
  return true;
}

int
x86_feature(const char *name)
{
  for (int i = 0; i < X86_FEATURES; i++)
    if (strcmp(x86_feature_names[i], name) == 0)
      return i;
  return -1;
}

/* QEMU's "sse4-2" and "sse4_2" are libvirt's "sse4.2". */
static bool
differs_in_signs(const char *a, const char *b)
{
  static const char signs[] = "-_.";
  for (; *a && *b; a++, b++)
    if (tolower((unsigned char)*a) != tolower((unsigned char)*b) && !(strchr(signs, *a) && strchr(signs, *b)))
      return false;
  return *a == *b;
}

const char *
x86_feature_meant(const char *name)
{
  const char *other = x86_feature_from_qemu(name);
  if (x86_feature(other) >= 0)
    return other;
  for (int i = 0; i < X86_FEATURES; i++)
    if (differs_in_signs(x86_feature_names[i], name))
      return x86_feature_names[i];
  for (int i = 0; i < X86_FEATURES; i++)
    if (name_is_slip(x86_feature_names[i], name))
      return x86_feature_names[i];
  return NULL;
}

static bool
has(const struct x86_features *set, int feature)
{
  return feature >= 0 && (set->bits[feature / 64] >> feature % 64 & 1);
}

static void
set(struct x86_features *set, int feature, bool on)
{
  uint64_t bit = feature >= 0 ? UINT64_C(1) << feature % 64 : 0;
  if (on)
    set->bits[feature >= 0 ? feature / 64 : 0] |= bit;
  else
    set->bits[feature >= 0 ? feature / 64 : 0] &= ~bit;
}

struct x86_features
x86_model_features(const struct x86_model *model)
{
  struct x86_features features = { 0 };
  char *words, *rest, *word;
  if (model->base)
    features = x86_model_features(x86_model(model->base));
  words = rest = talloc_strdup(NULL, model->features ? model->features : "");
  while ((word = strsep(&rest, " ")))
    set(&features, x86_feature(word + (*word == '-')), *word != '-');
  talloc_free(words);
  return features;
}

/* --- the nearest model */

struct candidate {
  const struct x86_model *model;
  struct x86_features on, off; /* what differs from it */
  unsigned cost, cost_off;
  bool same_signature;
};

/* Its family, model and, where one is told, stepping. */
static bool
has_signature(const struct x86_model *model, const struct x86_cpu *cpu)
{
  const char *at = model->signatures;
  unsigned family, number, first, last;
  for (; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL) {
    int parts = sscanf(at, "%u:%u:%u-%u", &family, &number, &first, &last);
    if (family == cpu->family && number == cpu->model &&
        (parts < 4 || (first <= cpu->stepping && cpu->stepping <= last)))
      return true;
  }
  return false;
}

static unsigned
count(const struct x86_features *set)
{
  unsigned n = 0;
  for (size_t i = 0; i < ARRAY_SIZE(set->bits); i++)
    n += (unsigned)__builtin_popcountll(set->bits[i]);
  return n;
}

/* Switches off what this QEMU's model has, but the host cannot give. */
static void
switch_off_blockers(struct candidate *candidate, struct json_object *definition)
{
  struct json_object *blockers = NULL;
  json_object_object_get_ex(definition, "unavailable-features", &blockers);
  for (size_t i = 0; blockers && i < json_object_array_length(blockers); i++) {
    const char *name = json_object_get_string(json_object_array_get_idx(blockers, i));
    int feature = x86_feature(x86_feature_from_qemu(name ? name : ""));
    if (!has(&candidate->on, feature))
      set(&candidate->off, feature, true);
  }
}

static void
switch_off_removed(struct candidate *candidate)
{
  char *words = talloc_strdup(NULL, candidate->model->removed ? candidate->model->removed : ""), *rest = words, *word;
  while ((word = strsep(&rest, " ")))
    if (!has(&candidate->on, x86_feature(word)))
      set(&candidate->off, x86_feature(word), true);
  talloc_free(words);
}

/* libvirt virCPUx86CompareCandidateFeatureList: each feature that is on costs 1; of those that
 * are off every other is weighed, the first with 2, each further one with 1 more. */
static void
weigh(struct candidate *candidate)
{
  unsigned on = count(&candidate->on), off = count(&candidate->off), weighed = (off + 1) / 2;
  candidate->cost_off = weighed * (weighed + 3) / 2;
  candidate->cost = on + off - weighed + candidate->cost_off;
}

static struct candidate
consider(const struct x86_model *model, const struct x86_cpu *cpu, struct json_object *definition)
{
  struct candidate candidate = { .model = model, .same_signature = has_signature(model, cpu) };
  struct x86_features features = x86_model_features(model);
  for (size_t i = 0; i < ARRAY_SIZE(features.bits); i++) {
    candidate.on.bits[i] = cpu->features.bits[i] & ~features.bits[i];
    candidate.off.bits[i] = features.bits[i] & ~cpu->features.bits[i];
  }
  switch_off_blockers(&candidate, definition);
  switch_off_removed(&candidate);
  weigh(&candidate);
  return candidate;
}

static bool
is_better(const struct candidate *candidate, const struct candidate *best)
{
  if (!best->model || candidate->same_signature != best->same_signature)
    return !best->model || candidate->same_signature;
  return candidate->cost < best->cost || (candidate->cost == best->cost && candidate->cost_off < best->cost_off);
}

/* Haswell whose TSX a microcode took back: family 6, models 60, 63, 69, 70. */
static struct x86_cpu
without_broken_tsx(const struct x86_cpu *cpu)
{
  struct x86_cpu sane = *cpu;
  if (str_eq(cpu->vendor, "Intel") && cpu->family == 6 &&
      ((cpu->model == 63 && cpu->stepping < 4) || cpu->model == 60 || cpu->model == 69 || cpu->model == 70)) {
    set(&sane.features, x86_feature("hle"), false);
    set(&sane.features, x86_feature("rtm"), false);
  }
  return sane;
}

bool
x86_nearest(TALLOC_CTX *ctx, const struct caps *caps, bool kvm, const struct x86_cpu *told, struct caps_cpu *choice)
{
  struct x86_cpu cpu = without_broken_tsx(told);
  struct candidate best = { 0 };
  for (size_t i = x86_n_models; i-- > 0;) {
    const struct x86_model *model = &x86_models[i];
    struct json_object *definition = caps_cpu_definition(caps, model->name, kvm);
    struct candidate candidate;

    if (!definition || (cpu.vendor && model->vendor && !str_eq(cpu.vendor, model->vendor)))
      continue;
    candidate = consider(model, &cpu, definition);
    if (is_better(&candidate, &best))
      best = candidate;
  }
  if (!best.model)
    return false;

  *choice = (struct caps_cpu){ .model = best.model->name, .vendor = cpu.vendor };
  choice->features = talloc_array(ctx, struct caps_cpu_feature, count(&best.on) + count(&best.off));
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < X86_FEATURES; i++)
      if (has(pass ? &best.off : &best.on, i))
        choice->features[choice->n_features++] =
            (struct caps_cpu_feature){ .name = x86_feature_names[i], .on = pass == 0 };
  return true;
}
