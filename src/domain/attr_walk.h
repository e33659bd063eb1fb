/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/attr_walk.h - every element and attribute that the tool takes, by walking all tables */

/* From the two registries (domain/kind.h) through every table that rows lead to: nested, repeated,
 * chosen by a value. Manual, grammar and tests are made of it; nothing is read. */

#ifndef DOMAIN_ATTR_WALK_H
#define DOMAIN_ATTR_WALK_H

#include "core/attr.h"

/* One value that brings a table: WORD at PATH, "domain/devices/disk/@type", and all those ABOVE it. "": it is absent;
 * ATTR_ANY_WORD: it is not. */
struct attr_condition {
  const char *path;
  const char *word;
  const struct attr_condition *above;
};

struct attr_seen {
  const char *path;       /* "domain/devices/disk/source/@file", "domain/os/type/text()", an element's */
  const char *when;       /* the values that bring its table: "type=network protocol=nbd"; "": always */
  const char *again;      /* where the row's table, which begins anew here, began (a backing image's backing image) */
  const struct attr *row; /* of type SEE: again, or says how often the element stands there */
  bool sure;              /* its table is read whenever the condition holds: no code decides */
  const struct attr_condition *condition; /* .when, by path; NULL: always */
};

/* Calls SEE for each row, but those of rules. */
void attr_walk(void (*see)(const struct attr_seen *seen, void *arg), void *arg);
/* The same, and for ATTR_NEVER, ATTR_NEEDED and ATTR_UNREAD too, under the conditions of ATTR_IF. */
void attr_walk_rules(void (*see)(const struct attr_seen *seen, void *arg), void *arg);

#endif
