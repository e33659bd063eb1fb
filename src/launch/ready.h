/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/ready.h - is this host ready for a guest: everything that is missing, before anything is touched */

/* Questions only, through struct host: --check is this alone, --exec and --run begin with it. What a
 * device alone can ask (an image, a USB device) is asked where it is resolved. */

#ifndef LAUNCH_READY_H
#define LAUNCH_READY_H

#include "domain/kind.h"
#include "launch/claims.h"

/* The host's PCI devices that DOMAIN opens, as launch/claims.h takes them: a child of CTX, as many as
 * domain->n_host_pcis. */
struct claim *ready_claims(TALLOC_CTX *ctx, const struct domain *domain);

/* Reports what would keep the guest from starting. */
void ready_check(const struct domain *domain, struct stage *stage);

#endif
