/* SPDX-License-Identifier: GPL-2.0-or-later */
/* completion.h - --completion: what completes our command line, for each shell, out of the table of options */

#ifndef COMPLETION_H
#define COMPLETION_H

#include "core/util.h"

#include <popt.h>

enum shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH, SHELLS };

extern const char *const shell_names[SHELLS];

/* The words that an option's argument is one of; those that are NULL are none. */
struct option_words {
  const char *option; /* NULL ends */
  const char *const *words;
  size_t n;
};

/* The script of SHELL for the options of TABLE. What their arguments are, their names tell: FILE, PATH, DIR. */
const char *completion_script(TALLOC_CTX *ctx, enum shell shell, const struct poptOption *table,
                              const struct option_words *words);

#endif
