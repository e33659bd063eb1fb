/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/override.h - <qemu:commandline>, <qemu:capabilities>, <qemu:override>: filled by vm/override.c */

#ifndef DOMAIN_OVERRIDE_H
#define DOMAIN_OVERRIDE_H

#include "core/xml.h"
#include "qemu/features.h"

enum property_type {
  PROPERTY_STRING,
  PROPERTY_UNSIGNED,
  PROPERTY_SIGNED,
  PROPERTY_BOOL,
  PROPERTY_REMOVE,
  PROPERTY_TYPES
};

/* A property of the -device called ALIAS, in place of what a builder would say. */
struct property_override {
  const char *alias;
  const char *name;
  enum property_type type;
  const char *string;
  uint64_t number;
  int64_t sint;
  bool boolean;
  struct place place;
};

/* Features that the QEMU at hand is said to have, or to lack; the later one holds. */
struct feature_override {
  enum feature feature;
  bool present;
};

struct environment {
  const char *name, *value;
};

struct override {
  const char **args; /* appended as they are */
  struct place *arg_places;
  size_t n_args;
  struct environment *env;
  size_t n_env;
  struct feature_override *features;
  size_t n_features;
  struct property_override *properties;
  size_t n_properties;
  const char *deprecation; /* <qemu:deprecation behavior=>; NULL: not given */
  struct place deprecation_place;
  xmlNode *commandline;
};

#endif
