/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/choose.h - which QEMU this run is for */

#ifndef QEMU_CHOOSE_H
#define QEMU_CHOOSE_H

#include "domain/domain.h"
#include "options.h"
#include "qemu/caps.h"

/* By --capabilities, --qemu-version, --probe (--exec, --run and --check probe by themselves), else
 * the newest known. Also gives DOMAIN its emulator, where neither the XML nor --qemu names one.
 * NULL after an error was reported. */
struct caps *caps_choose(TALLOC_CTX *ctx, struct domain *domain, const struct options *options, struct diag *diag);

#endif
