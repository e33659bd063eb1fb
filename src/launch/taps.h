/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/taps.h - opening the taps that a domain's network cards want of us */

/* domain/taps.h has what is asked for. Opening is done before building. */

#ifndef LAUNCH_TAPS_H
#define LAUNCH_TAPS_H

#include "domain/kind.h"
#include "launch/tap.h"

/* Opens all; what fails is reported. They stay open until this process ends or becomes QEMU;
 * macvtaps are removed with DOMAIN, unless QEMU has taken our place. */
void taps_open(struct domain *domain, struct stage *stage);

/* For --exec: says what will be left of them when QEMU has ended. */
void taps_note_left(const struct domain *domain, struct diag *diag);

/* Looks for what taps_open() would find missing; makes nothing. */
void taps_check(const struct domain *domain, struct stage *stage);

/* All descriptors, for QEMU to inherit: a talloc child of CTX, *N many. */
int *taps_fds(TALLOC_CTX *ctx, const struct domain *domain, size_t *n);

#endif
