/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choose.h - which QEMU this run is for */

#ifndef CHOOSE_H
#define CHOOSE_H

#include "core/options.h"
#include "domain/domain.h"
#include "qemu/caps.h"

/* Says why the argument of --qemu-version is wrong; NULL: it is right. A talloc child of CTX. */
const char *qemu_version_wrong(TALLOC_CTX *ctx, const char *text);

/* The QEMUs that this run has met: each is read, or asked, once, however many files are for it; what is said of one
 * that gave no answer is said again for each file. A talloc child of CTX. */
struct qemus;
struct qemus *qemus_new(TALLOC_CTX *ctx);

/* Gives DOMAIN its emulator where neither the XML nor --qemu names one, then chooses: by
 * --capabilities, --qemu-version, --probe (--exec, --run and --check probe by themselves), else the
 * newest known. NULL after an error was reported; *ERROR is ENOENT, EACCES, ... where the binary could not be
 * started, else 0. The result must not outlive QEMUS (NULL: this is the only file). */
struct caps *caps_choose(TALLOC_CTX *ctx, struct domain *domain, const struct options *options, struct qemus *qemus,
                         int *error, struct diag *diag);

#endif
