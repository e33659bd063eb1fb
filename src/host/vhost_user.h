/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/vhost_user.h - the programs of the host that serve a device in QEMU's place */

/* QEMU docs/interop/vhost-user.json. Reads descriptors through host.h, starts nothing. */

#ifndef HOST_VHOST_USER_H
#define HOST_VHOST_USER_H

#include "host/host.h"

/* The program of the first descriptor of TYPE ("gpu", "fs"), a child of CTX; NULL: none is described.
 * DESCRIPTION, where not NULL, becomes the descriptor's words for it, a child of CTX, or NULL. */
const char *vhost_user_program(TALLOC_CTX *ctx, const struct host *host, const char *type, const char **description);

#endif
