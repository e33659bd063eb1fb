/* SPDX-License-Identifier: GPL-2.0-or-later */
/* man/becomes.h - what a row becomes on QEMU's command line, as two files tell it */

/* man/domain/becomes.tsv is derived (tools/becomes, which says how its lines read), becomes-by-hand.tsv has the rest:
 * a pattern of rows, what brings them in brackets ("domain/devices/disk/source/@type (type=nvme)"); "becomes" and
 * what, "nothing" and why, or "says" and a sentence; between tabs. The first that fits counts, and more than what is
 * derived. */

#ifndef MAN_BECOMES_H
#define MAN_BECOMES_H

#include "domain/attr_walk.h"

struct becomes;

struct becomes *becomes_new(TALLOC_CTX *ctx);

/* Adds the lines of TEXT, which is changed. */
void becomes_add(struct becomes *all, char *text);

/* One or two sentences of mdoc on the row at PATH that WHEN brings, or NULL. */
const char *becomes_of(const struct becomes *all, const char *path, const char *when);

#endif
