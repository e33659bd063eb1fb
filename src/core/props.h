/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/props.h - typed properties of one QEMU option, in order, not yet spelt */

/* Builders fill these and never format, quote or escape; out/ spells them, as JSON or as
 * key=value,... A value that is not set is not there. Keys may be dotted: JSON nests them. */

#ifndef CORE_PROPS_H
#define CORE_PROPS_H

#include "core/util.h"

/* The name spaces of QEMU in which one option defines what another refers to. */
enum id_space {
  ID_OBJECT, /* -object */
  ID_NODE,   /* block nodes */
  ID_CHARDEV,
  ID_NETDEV,
  ID_AUDIODEV,
  ID_FSDEV,
  ID_TPMDEV,
  ID_DEVICE,
  ID_BUS, /* what a device offers: "pci.1", "scsi0.0"; or the machine: "pci.0" */
  ID_SPACES
};

enum prop_type { PROP_STRING, PROP_UINT, PROP_INT, PROP_BOOL, PROP_NULL, PROP_DICT, PROP_LIST };

struct props;

struct prop {
  const char *key; /* NULL: member of a list */
  enum prop_type type;
  union {
    const char *string;
    uint64_t uint;
    int64_t sint;
    bool boolean;
    struct props *nested; /* DICT, LIST */
  };
  bool defines; /* the string is an id that this option defines in SPACE */
  bool refers;  /* the string is an id that must be defined earlier */
  enum id_space space;
};

/* A dict or a list; grows at the end. */
struct props {
  bool is_list;
  struct prop *items;
  size_t n;
};

struct props *props_new(TALLOC_CTX *ctx);

/* Each sets KEY (a literal, or living as long as P). A second value for the same key replaces
 * the first. Strings are copied. */
void props_str(struct props *p, const char *key, const char *value); /* NULL: not set */
/* One more value of a key that may stand several times: QemuOpts only, never JSON. */
void props_str_more(struct props *p, const char *key, const char *value);
void props_strf(struct props *p, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void props_uint(struct props *p, const char *key, uint64_t value);
void props_num(struct props *p, const char *key, struct num value);
void props_nonzero(struct props *p, const char *key, uint64_t value); /* 0: not set */
void props_int(struct props *p, const char *key, int64_t value);
void props_bool(struct props *p, const char *key, bool value);
void props_switch(struct props *p, const char *key, enum tristate value); /* true, false; UNSET: not set */
void props_onoff(struct props *p, const char *key, enum tristate value); /* the strings "on", "off": QAPI's OnOffAuto */
void props_null(struct props *p, const char *key);
struct props *props_dict(struct props *p, const char *key);
struct props *props_list(struct props *p, const char *key);
void props_add(struct props *p, const char *key, struct props *nested); /* a dict made elsewhere; talloc_steals it */

/* Ids. An id that is NULL is not set. */
void props_define(struct props *p, const char *key, enum id_space space, const char *id);
void props_refer(struct props *p, const char *key, enum id_space space, const char *id);

/* The item of KEY in a dict, NULL: none. */
const struct prop *props_get(const struct props *p, const char *key);
void props_remove(struct props *p, const char *key);

/* The members of a list: KEY is NULL in every function above. */

#endif
