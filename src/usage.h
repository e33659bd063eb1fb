/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usage.h - whether the options and operands of a command line go together */

#ifndef USAGE_H
#define USAGE_H

#include "core/options.h"

#include <talloc.h>

extern const char *const mode_names[]; /* by enum run_mode */

/* The words of the command line that struct options does not keep. */
struct given {
  const char **operands;    /* NULL ends */
  bool format, diagnostics; /* was that option given? */
};

/* A word of the command line, and why it is wrong; WHAT NULL: all is right. */
struct misuse {
  const char *what, *why;
};

/* Each option by itself is right by now. Sets those of OPTIONS that follow from the operands: which files, and whether
 * there are several. */
struct misuse usage_check(TALLOC_CTX *ctx, struct options *options, const struct given *given);

#endif
