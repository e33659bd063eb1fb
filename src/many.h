/* SPDX-License-Identifier: GPL-2.0-or-later */
/* many.h - several files in one run */

#ifndef MANY_H
#define MANY_H

#include "core/options.h"

/* Does for each of OPERANDS (NULL ends), folders among them, what OPTIONS ask, whatever the others came to: each with
 * messages of its own, which are printed when it is done. Then the total. The worst exit status. */
int many_run(const struct options *options, const char *const *operands);

/* Messages about one file, as OPTIONS want them. A talloc child of CTX. */
struct diag *many_diag(TALLOC_CTX *ctx, const struct options *options);

#endif
