/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/props.h - typed properties of one QEMU option, in order, not yet spelt */

/* Builders fill these and never format, quote or escape; out/ spells them, as JSON or as
 * key=value,... A value that is not set is not there. Keys may be dotted: JSON nests them. */

#ifndef CORE_PROPS_H
#define CORE_PROPS_H

#include "core/diag.h"
#include "core/want_kind.h"

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

enum prop_type { PROP_STRING, PROP_UINT, PROP_INT, PROP_BOOL, PROP_MARK, PROP_NULL, PROP_DICT, PROP_LIST };

/* A string names one of these. A name of the host is never a bare string: who looks for what a guest
 * wants of the host finds it here. */
enum prop_names {
  NAMES_NOTHING, /* a word of QEMU's, an id, a number */
  NAMES_HOST,    /* a thing of the host */
  NAMES_ADDRESS, /* where one listens or connects to; which port, and what is done there, props_port() says */
  NAMES_GUEST,   /* the guest's: a serial number, a mount tag, a command line for its kernel */
  NAMES_REMOTE,  /* another machine's: a path on an SSH server, an export */
  NAMES_OURS,    /* a descriptor or a secret that we see to ourselves */
  NAMES_GIVEN,   /* the user's own word for QEMU, which nobody but QEMU understands */
};

struct props;

/* NAME is used as WANT says. */
struct props_want {
  enum want_kind want;
  const char *name;    /* NULL: none */
  uint64_t bytes;      /* of memory; else 0 */
  const char *address; /* of ports, servers and peers: "" is every one */
  const char *service; /* the port, a number or a name of /etc/services; NULL: none */
};

struct prop {
  const char *key; /* NULL: member of a list */
  enum prop_type type;
  union {
    const char *string; /* MARK, too: as it is, in JSON as well */
    uint64_t uint;
    int64_t sint;
    bool boolean;
    struct props *nested; /* DICT, LIST */
  };
  bool defines; /* the string is an id that this option defines in SPACE */
  bool refers;  /* the string is an id that must be defined earlier */
  enum id_space space;
  enum prop_names names;
  struct props_want want; /* NAMES_HOST */
  const char *behind;     /* what offers this bus must stand earlier, if anything does; NULL: no matter */
  struct place place;     /* what in the XML it comes from; no file: what its argument comes from */
};

/* A dict or a list; grows at the end. */
struct prop_name;

struct props {
  bool is_list;
  struct prop *items;
  size_t n;
  struct prop_name *names;    /* where there are many: items by their keys */
  struct props_want *implied; /* see props_implies() */
  size_t n_implied;
  struct place place;        /* see props_at() */
  const struct place *usual; /* where there is none; NULL: nor there */
};

struct props *props_new(TALLOC_CTX *ctx);

/* Properties that P gets from now on come from PLACE, and so do those of dicts and lists made in it from now on. A
 * PLACE without a file: they come from where the argument does. */
void props_at(struct props *p, struct place place);

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
void props_mark(struct props *p, const char *key, const char *mark); /* of core/script_marks.h, in place of a value */
void props_null(struct props *p, const char *key);
struct props *props_dict(struct props *p, const char *key);
struct props *props_list(struct props *p, const char *key);
void props_add(struct props *p, const char *key, struct props *nested); /* a dict made elsewhere; talloc_steals it */

/* Strings that name something; NULL: not set. */
void props_host(struct props *p, const char *key, enum want_kind want, const char *name);
void props_host_behind(struct props *p, const char *key, enum want_kind want, const char *before, const char *name);
void props_memory_file(struct props *p, const char *key, const char *path, uint64_t bytes);
void props_guest(struct props *p, const char *key, const char *name);
void props_remote(struct props *p, const char *key, const char *name);
void props_ours(struct props *p, const char *key, const char *name);
void props_given(struct props *p, const char *key, const char *name);
void props_guest_more(struct props *p, const char *key, const char *name); /* as props_str_more() */

/* The option makes QEMU use NAME (NULL: BYTES of memory) though none of its keys says so. */
void props_implies(struct props *p, enum want_kind want, const char *name, uint64_t bytes);

/* KEY is an address, or has one within. */
void props_address(struct props *p, const char *key, const char *address);
void props_addressf(struct props *p, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Says of ADDRESS, which one of P's strings names, how its SERVICE (NULL: no port) is used: WANT_PORT, WANT_SERVER,
 * ...; WANT_NOTHING where nobody minds if it fails. */
void props_port(struct props *p, enum want_kind want, const char *address, const char *service);
void props_port_number(struct props *p, enum want_kind want, const char *address, uint64_t port);

/* Ids. An id that is NULL is not set. */
void props_define(struct props *p, const char *key, enum id_space space, const char *id);
void props_refer(struct props *p, const char *key, enum id_space space, const char *id);

/* KEY, set already, names a place that what offers BUS (copied) gives: a hub's port. */
void props_behind(struct props *p, const char *key, const char *bus);

/* The item of KEY in a dict, NULL: none. */
const struct prop *props_get(const struct props *p, const char *key);
void props_remove(struct props *p, const char *key);

/* The members of a list: KEY is NULL in every function above. */

#endif
