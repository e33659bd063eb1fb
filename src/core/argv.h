/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/argv.h - QEMU's arguments: what each says, why it is there, what it needs before it */

/* Builders append; argv_order() puts every definition before its first use; out/ spells.
 * An argument remembers its origin: the XML line, or the rule that made it. */

#ifndef CORE_ARGV_H
#define CORE_ARGV_H

#include "core/diag.h"
#include "core/props.h"

struct device;

/* The order in which a reader expects options, and QEMU's own: machine, then objects, then back
 * ends, then devices. Only references decide over it. */
enum phase {
  PHASE_NAME,       /* -name, -uuid */
  PHASE_MACHINE,    /* -machine, -accel, -cpu, -smp, -m, firmware */
  PHASE_MEMORY,     /* memory backends, -numa, iothreads */
  PHASE_GLOBAL,     /* -nodefaults, -rtc, -global, -boot, -smbios, -overcommit */
  PHASE_CONTROL,    /* QMP socket */
  PHASE_BUS,        /* PCI bridges and ports, hence before what sits behind them */
  PHASE_CONTROLLER, /* other buses */
  PHASE_DEVICE,     /* back ends and front ends, kind by kind */
  PHASE_LEFTOVER,   /* devices whose place QEMU chooses from what the others leave */
  PHASE_LAST,       /* -sandbox, -msg; what the user appended */
};

enum arg_style {
  ARG_PLAIN,  /* value as it is; NULL: an option without value */
  ARG_KEYVAL, /* key=value,... */
  ARG_JSON,
};

struct arg {
  const char *option; /* "-device"; NULL: a bare word of the user's */
  enum arg_style style;
  const char *value;     /* PLAIN */
  const char *implied;   /* KEYVAL: the key that its first item need not spell, or NULL */
  struct props *props;   /* KEYVAL, JSON */
  enum prop_names names; /* PLAIN */
  enum want_kind want;   /* PLAIN, where VALUE names a thing of the host */
  enum phase phase;
  struct place place;          /* origin: the XML line ... */
  const char *rule;            /* ... or the rule; both: the line that made the rule apply */
  const char *subject;         /* the device it belongs to, NULL: none */
  const struct device *device; /* that device, for who knows what it is */
  const char **buses;          /* ID_BUS names that it offers */
  size_t n_buses;
  size_t seq; /* argv_order()'s own */
};

/* A variable of QEMU's environment. */
struct env {
  const char *name, *value;
  enum prop_names names;
  enum want_kind want; /* NAMES_HOST */
  struct place place;
  const char *subject;
};

struct argv {
  const char *emulator;
  struct arg **args;
  size_t n;
  struct env *env;
  size_t n_env;
  /* the origin of what is appended next; the spine sets it */
  struct place place;
  const char *rule;
  const char *subject;
  const struct device *device;
};

struct argv *argv_new(TALLOC_CTX *ctx, const char *emulator);

/* Sets the origin of the arguments appended from now on, and of what is set from now on in those that are there
 * already. Nothing is copied. */
void argv_origin(struct argv *argv, struct place place, const char *subject, const char *rule);

/* Append an argument; the properties returned are to be filled. */
struct props *argv_json(struct argv *argv, enum phase phase, const char *option);
struct props *argv_keyval(struct argv *argv, enum phase phase, const char *option, const char *implied);
void argv_plain(struct argv *argv, enum phase phase, const char *option, const char *value);
/* The same where VALUE names something, as core/props.h has it: the host's, or another's. */
void argv_host(struct argv *argv, enum phase phase, const char *option, enum want_kind want, const char *value);
void argv_named(struct argv *argv, enum phase phase, const char *option, enum prop_names names, const char *value);
void argv_flag(struct argv *argv, enum phase phase, const char *option);

/* The properties of the one argument OPTION (-machine, -boot, -rtc, -m, ...), appended on first use:
 * several slices add their part. */
struct props *argv_single(struct argv *argv, enum phase phase, const char *option, const char *implied);

/* -device DRIVER as JSON with its id (NULL: none) in the phase given; the usual first lines of a build. */
struct props *argv_device(struct argv *argv, enum phase phase, const char *driver, const char *id);

/* -object TYPE with its id, as JSON. */
struct props *argv_object(struct argv *argv, enum phase phase, const char *type, const char *id);

/* -global DRIVER.PROPERTY=VALUE. */
void argv_global(struct argv *argv, const char *driver, const char *property, const char *value);

/* The argument appended last also offers the bus NAME (copied). */
void argv_offers_bus(struct argv *argv, const char *name);

/* The argument whose properties are P offers the bus NAME; for those that are not the last. */
void argv_props_offer_bus(struct argv *argv, const struct props *p, const char *name);

void argv_env(struct argv *argv, const char *name, const char *value);
void argv_env_host(struct argv *argv, const char *name, enum want_kind want, const char *value);
/* The same where the user chose NAME and VALUE, which nobody but QEMU understands. */
void argv_env_given(struct argv *argv, const char *name, const char *value);

struct places {
  struct place *items;
  size_t n;
};

/* The lines of the XML that ARG's parts come from, each once, in their order. None: the rule made it. */
struct places arg_places(TALLOC_CTX *ctx, const struct arg *arg);

/* Stable order by phase, then by references, ties as appended. A reference that nothing defines,
 * an id defined twice or a circle is reported as our own bug: false. */
bool argv_order(struct argv *argv, struct diag *diag);

/* Warns of what Linux starts no program with (an error where the guest is to start now), and refuses
 * what is too much to be printed. */
void argv_check_length(const struct argv *argv, struct diag *diag);

#endif
