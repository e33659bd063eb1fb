/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_join.h - attributes of one value joined in one pattern, where an element has many of them */

#ifndef OUT_SCHEMA_JOIN_H
#define OUT_SCHEMA_JOIN_H

#include "out/schema_part.h"

/* Many attributes of GROUP that may be absent, as few patterns: those of one value become one, of several names. */
void schema_join_attributes(struct schema *s, struct rng *group);

#endif
