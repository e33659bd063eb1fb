/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff.h - --diff: what QEMU would get otherwise, by device */

#ifndef DIFF_H
#define DIFF_H

#include "domain/kind.h"

/* As diff(1) has them. */
enum diff_status { DIFF_SAME = 0, DIFF_DIFFERENT = 1, DIFF_TROUBLE = 2 };

/* Compares the invocation for the file of STAGE's options with that for the other file, or with the running QEMU
 * that they name. Writes the differences to standard output. An enum diff_status. */
int diff_run(TALLOC_CTX *ctx, struct stage *stage);

#endif
