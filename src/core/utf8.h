/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/utf8.h - which bytes are text */

/* The XML's text is UTF-8, for libxml2 sees to that; file names, arguments and secrets may be anything. */

#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include "core/util.h"

/* How many of the LENGTH bytes at TEXT are UTF-8 before the first that is not (RFC 3629: no overlong
 * forms, no surrogates). NUL counts as text. */
size_t utf8_prefix(const uint8_t *text, size_t length);

bool utf8_is_text(const char *text);

/* TEXT with U+FFFD for each byte that is not UTF-8. A talloc child of CTX. */
char *utf8_clean(TALLOC_CTX *ctx, const char *text);

/* The first LENGTH bytes of TEXT, with \uXXXX for what a terminal would obey, or show elsewhere than it stands:
 * control characters but the tab (and, with LINES, the newline), those of U+0080 to U+009F (a terminal of 8 bits obeys
 * the bare byte, too), and marks that turn the direction of writing. A talloc child of CTX. */
char *utf8_shown(TALLOC_CTX *ctx, const char *text, size_t length, bool lines);

/* TEXT (NULL: "") with "?" for each control character, so that a name in a file of lines is no other line. A talloc child
 * of CTX. */
char *utf8_one_line(TALLOC_CTX *ctx, const char *text);

/* How many characters the first LENGTH bytes of TEXT are; a byte that is none counts as one. */
size_t utf8_count(const char *text, size_t length);

/* One character of LENGTH bytes, at least one: *BYTES of it, and how many columns a terminal gives it: 0 for what
 * goes on top of the one before, 2 for what is as wide as it is high. */
unsigned utf8_columns(const char *text, size_t length, size_t *bytes);

#endif
