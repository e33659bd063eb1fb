/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/json_text.h - JSON for people and programs, laid out the same by every release of json-c */

#ifndef OUT_JSON_TEXT_H
#define OUT_JSON_TEXT_H

#include "core/util.h"

#include <json-c/json.h>

/* A member or element a line, two blanks a level, a newline at the end. A talloc child of CTX. */
char *json_text(TALLOC_CTX *ctx, json_object *value);

/* The name of a file of the command line. It may be any bytes, JSON is UTF-8. */
json_object *json_file(const char *file);

/* All in one line, and a newline. */
char *json_line(TALLOC_CTX *ctx, json_object *value);

#endif
