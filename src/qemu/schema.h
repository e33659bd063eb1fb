/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/schema.h - paths through what query-qmp-schema tells */

/* For caps.c. The text that a schema is made from must outlive it. */

#ifndef QEMU_SCHEMA_H
#define QEMU_SCHEMA_H

#include "qemu/json_scan.h"

struct schema;

/* From the reply to query-qmp-schema. */
struct schema *schema_new(TALLOC_CTX *ctx, struct text reply);

/* Does PATH exist? caps_schema() in caps.h says how a path is written. */
bool schema_has(const struct schema *schema, const char *path);

#endif
