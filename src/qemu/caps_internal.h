/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/caps_internal.h - what the files behind caps.h share */

#ifndef QEMU_CAPS_INTERNAL_H
#define QEMU_CAPS_INTERNAL_H

#include "qemu/caps.h"
#include "qemu/record.h"
#include "qemu/schema.h"

#include <uthash.h>

struct type_name {
  struct text name;
  UT_hash_handle hh;
};

/* A JSON object, freed with its talloc parent. */
struct parsed {
  const char *at; /* where its text begins: one object a text */
  struct json_object *object;
  UT_hash_handle hh;
};

struct machine_list {
  bool filled;
  struct caps_machine *machines;
  size_t count;
  struct caps_machine **strangers; /* stand-ins for names that are not among them */
  size_t n_strangers;
};

/* Answers are worked out when they are first asked for, and kept. */
struct answers {
  enum tristate features[FEATURES]; /* without what a domain claims */
  struct machine_list machines[2];  /* index: kvm */
  struct type_name *types;
  struct parsed *parsed;
  struct schema *schema;
};

struct caps {
  unsigned version;
  const char *version_string;
  enum arch arch;
  struct record *record;           /* NULL: from the version alone */
  struct answers *answers;         /* may be another one's, whose view this is */
  enum tristate claimed[FEATURES]; /* what the domain says against all answers; UNSET: nothing */
};

/* The version whose features a build has: 9.2.50 is on the way to 10.0. In caps.c. */
unsigned caps_feature_version(const struct caps *caps);

static inline enum tristate
told(bool yes)
{
  return yes ? ON : OFF;
}

#endif
