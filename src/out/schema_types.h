/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/schema_types.h - the pattern of RELAX NG for a row's value */

#ifndef OUT_SCHEMA_TYPES_H
#define OUT_SCHEMA_TYPES_H

#include "core/attr.h"
#include "out/rng.h"

/* Of an attribute, or (IS_TEXT) of an element's text, around which blanks do not count. *NAME becomes what the pattern
 * may be called where it stands often; NULL: as its attribute. */
struct rng *schema_value(TALLOC_CTX *ctx, const struct attr *row, bool is_text, const char **name);

#endif
