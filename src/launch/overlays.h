/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/overlays.h - making the files that take the writes to <transient/> disks */

/* domain/overlays.h has what is asked for; qemu-img makes it, before building. */

#ifndef LAUNCH_OVERLAYS_H
#define LAUNCH_OVERLAYS_H

#include "domain/kind.h"
#include "domain/overlays.h"

/* Makes all of them, as large as their images; what fails is reported. They stay open until this
 * process ends or becomes QEMU. */
void overlays_make(struct domain *domain, struct stage *stage);

/* Looks for what overlays_make() would find missing; leaves nothing behind. */
void overlays_check(const struct domain *domain, struct stage *stage);

/* All descriptors, for QEMU to inherit: a talloc child of CTX, *N many. */
int *overlays_fds(TALLOC_CTX *ctx, const struct domain *domain, size_t *n);

#endif
