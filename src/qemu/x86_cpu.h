/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/x86_cpu.h - which named x86 processor comes nearest to a set of features */

/* <cpu mode='host-model'> becomes a model's name and what differs from it. What a name stands
 * for, and how the nearest is chosen, is as libvirt has it, so that a guest keeps its processor.
 * Features are spelt as in domain XML ("cmp_legacy"); x86_feature_for_qemu() gives QEMU's word. */

#ifndef QEMU_X86_CPU_H
#define QEMU_X86_CPU_H

#include "qemu/caps.h"

#define X86_FEATURES 400

/* One bit a feature; index: x86_feature_names. */
struct x86_features {
  uint64_t bits[(X86_FEATURES + 63) / 64];
};

struct x86_model {
  const char *name;
  const char *base;       /* the model that FEATURES start from; NULL: none */
  const char *vendor;     /* as libvirt names it: "Intel", "AMD"; NULL: any */
  const char *signatures; /* FAMILY:MODEL[:STEPPING-STEPPING] ...; NULL: none */
  const char *removed;    /* had by it once: switched off unless asked for; NULL: none */
  const char *features;   /* on top of BASE; "-x": without x */
};

/* The tables: x86_models.c. */
extern const char *const x86_feature_names[X86_FEATURES];
extern const struct x86_model x86_models[];
extern const size_t x86_n_models;

const struct x86_model *x86_model(const char *name); /* NULL: none is called so */

/* False: QEMU's VERSION, as upstream builds it, has no model NAME. Names that the table does not know pass. */
bool x86_model_in_version(const char *name, unsigned version);

/* The features that MODEL had once: switched off unless asked for. Never NULL. */
const char *x86_model_removed(const char *model);

/* -1: no feature is called so. */
int x86_feature(const char *name);

/* The feature that NAME stands for in another spelling ("lahf-lm", "sse4_2", "VMX"), or is a slip of; NULL: none. */
const char *x86_feature_meant(const char *name);

/* The two spellings of the few features that have two. */
const char *x86_feature_for_qemu(const char *name);
const char *x86_feature_from_qemu(const char *name);

/* All that MODEL stands for. */
struct x86_features x86_model_features(const struct x86_model *model);

/* The processor that is to be described. */
struct x86_cpu {
  struct x86_features features;
  const char *vendor; /* as in struct x86_model; NULL: not told */
  unsigned family, model, stepping;
};

/* The nearest of the models that CAPS knows: CHOICE's features are children of CTX. False: none. */
bool x86_nearest(TALLOC_CTX *ctx, const struct caps *caps, bool kvm, const struct x86_cpu *cpu,
                 struct caps_cpu *choice);

#endif
