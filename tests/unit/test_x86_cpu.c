/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_x86_cpu.c - the processors' table is whole, and the nearest is found */

#include "qemu/x86_cpu.h"
#include "unit/unit.h"

#include <stdlib.h>

static void
known_words(const char *model, const char *words)
{
  char *copy = talloc_strdup(NULL, words ? words : ""), *rest = copy, *word;
  while (words && (word = strsep(&rest, " ")))
    ck_assert_msg(x86_feature(word + (*word == '-')) >= 0, "%s: no feature is called '%s'", model, word);
  talloc_free(copy);
}

START_TEST(table_is_whole)
{
  for (int i = 0; i < X86_FEATURES; i++) {
    ck_assert_msg(x86_feature_names[i], "feature %d has no name", i);
    ck_assert_msg(x86_feature(x86_feature_names[i]) == i, "%s: twice", x86_feature_names[i]);
    ck_assert_str_eq(x86_feature_from_qemu(x86_feature_for_qemu(x86_feature_names[i])), x86_feature_names[i]);
  }
  for (size_t i = 0; i < x86_n_models; i++) {
    const struct x86_model *model = &x86_models[i], *base = model->base ? x86_model(model->base) : NULL;

    ck_assert_msg(x86_model(model->name) == model, "%s: twice", model->name);
    ck_assert_msg(!model->base || (base && base < model), "%s: its base must stand before it", model->name);
    known_words(model->name, model->features);
    known_words(model->name, model->removed);
  }
  ck_assert_ptr_null(x86_model("EPYC-Paris"));
}
END_TEST

/* An AMD processor, family 23 model 49, that can do what EPYC-Rome can and npt not, but x2apic. */
static const char record[] =
    "{\"execute\":\"query-version\",\"return\":{\"qemu\":{\"major\":8,\"minor\":0,\"micro\":0}}}\n"
    "{\"execute\":\"query-target\",\"return\":{\"arch\":\"x86_64\"}}\n"
    "{\"execute\":\"query-cpu-definitions\",\"return\":[{\"name\":\"qemu64\"},{\"name\":\"Haswell\"},"
    "{\"name\":\"EPYC-Rome\",\"unavailable-features\":[\"npt\",\"xsaves\",\"no-such\"]}%s]}\n"
    "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{\"type\":\"static\",\"model\":{\"name\":\"host\"}},"
    "\"return\":{\"model\":{\"name\":\"base\",\"props\":{\"vendor\":\"AuthenticAMD\",\"family\":23,\"model\":49,"
    "\"stepping\":0,\"unknown\":true,\"x2apic\":true%s}}}}\n";

static struct caps *
made(TALLOC_CTX *ctx, const char *more_models)
{
  struct x86_features rome = x86_model_features(x86_model("EPYC-Rome"));
  char *properties = talloc_strdup(ctx, ""), *text;
  for (int i = 0; i < X86_FEATURES; i++)
    if ((rome.bits[i / 64] >> i % 64 & 1) && !str_eq(x86_feature_names[i], "npt"))
      properties = talloc_asprintf_append(properties, ",\"%s\":true", x86_feature_for_qemu(x86_feature_names[i]));
  text = talloc_asprintf(ctx, record, more_models, properties);
  return caps_from_text(ctx, "made", text, strlen(text), diag_new(ctx));
}

static char *
spell(TALLOC_CTX *ctx, const struct caps_cpu *cpu)
{
  char *text = talloc_strdup(ctx, cpu->model);
  for (size_t i = 0; i < cpu->n_features; i++)
    text = talloc_asprintf_append(text, " %s%s", cpu->features[i].on ? "+" : "-", cpu->features[i].name);
  return text;
}

START_TEST(host_model)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct caps *caps = made(tmp, "");
  struct caps_cpu cpu;
  ck_assert(caps_host_model(tmp, caps, true, &cpu));
  ck_assert_str_eq(spell(tmp, &cpu), "EPYC-Rome +x2apic -xsaves -npt");
  ck_assert_str_eq(cpu.vendor, "AMD");
  ck_assert(!caps_host_model(tmp, caps, false, &cpu));
  ck_assert(caps_nearest_model(tmp, caps, "EPYC-Rome", true, &cpu));
  ck_assert_str_eq(spell(tmp, &cpu), "EPYC-Rome -xsaves -npt");
  ck_assert(!caps_nearest_model(tmp, caps, "EPYC-Paris", true, &cpu));

  /* A model of another signature does not win, however near. */
  ck_assert(caps_host_model(tmp, made(tmp, ",{\"name\":\"EPYC\"}"), true, &cpu));
  ck_assert_str_eq(cpu.model, "EPYC-Rome");
  ck_assert(!caps_host_model(tmp, caps_from_version(tmp, QEMU_NEWEST, ARCH_X86_64), true, &cpu));
  talloc_free(tmp);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, table_is_whole);
  tcase_add_test(tcase, host_model);
}

UNIT("qemu/x86_cpu", tests)
