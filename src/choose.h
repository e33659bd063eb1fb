/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choose.h - which QEMU this run is for */

#ifndef CHOOSE_H
#define CHOOSE_H

#include "core/options.h"
#include "domain/domain.h"
#include "qemu/caps.h"

/* Says why the argument of --qemu-version is wrong; NULL: it is right. A talloc child of CTX. */
const char *qemu_version_wrong(TALLOC_CTX *ctx, const char *text);

/* Gives DOMAIN its emulator where neither the XML nor --qemu names one, then chooses: by
 * --capabilities, --qemu-version, --probe (--exec, --run and --check probe by themselves), else the
 * newest known. NULL after an error was reported; *ERROR is ENOENT, EACCES, ... where the binary could not be
 * started, else 0. */
struct caps *caps_choose(TALLOC_CTX *ctx, struct domain *domain, const struct options *options, int *error,
                         struct diag *diag);

#endif
