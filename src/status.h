/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.h - --status: what guests hold of this host and what is left over, as text or JSON */

#ifndef STATUS_H
#define STATUS_H

#include "launch/status.h"

/* A line a device, a guest and a left-over process; "" where there is nothing. A talloc child of CTX. */
const char *status_text(TALLOC_CTX *ctx, const struct status *status);

/* {"devices": [...], "guests": [...]}, described in domxml2qemu(1). A talloc child of CTX. */
const char *status_json(TALLOC_CTX *ctx, const struct status *status);

#endif
