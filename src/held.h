/* SPDX-License-Identifier: GPL-2.0-or-later */
/* held.h - the modes about host devices alone: --detach, --status, --reattach */

/* They read a domain, if one is named, for its devices, ask no QEMU, and start nothing. */

#ifndef HELD_H
#define HELD_H

#include "domain/kind.h"

/* Does what STAGE's options ask. The exit status. */
int held_run(TALLOC_CTX *ctx, struct stage *stage);

#endif
