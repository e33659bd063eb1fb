/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/dot.h - words of Graphviz's language */

#ifndef OUT_DOT_H
#define OUT_DOT_H

#include "core/util.h"

/* TEXT as a string of DOT's, in quotes, a newline in it as one of a label's; other control characters are shown as \xNN.
 * A talloc child of CTX. In graph_dot.c. */
const char *dot_quote(TALLOC_CTX *ctx, const char *text);

#endif
