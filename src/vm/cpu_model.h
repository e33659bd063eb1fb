/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/cpu_model.h - what the files behind <cpu> share */

#ifndef VM_CPU_MODEL_H
#define VM_CPU_MODEL_H

#include "domain/kind.h"

/* The default model; host-model as a named one; features that the model implies. */
void cpu_model_complete(struct domain *domain, struct stage *stage);

/* --- cpu_build.c --- */

/* Something else than the model is asked of the CPU: timers, enlightenments, caches. */
bool cpu_has_flags(const struct domain *domain);

/* These, as -cpu will have them; a talloc child of CTX. */
struct props *cpu_flags(TALLOC_CTX *ctx, const struct domain *domain);

/* -cpu: model, features, timers, enlightenments, caches. */
void cpu_build(const struct domain *domain, const struct build *b, struct argv *argv);

/* --- cpu_features.c --- */

/* Features that no CPU has, policies that this architecture's cannot follow; while they are the
 * XML's own, before the model's join them. */
void cpu_check_features(const struct domain *domain, struct stage *stage);

#endif
