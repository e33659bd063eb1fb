/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/interop.h - the JSON descriptors that packages leave for managers of QEMU */

/* QEMU docs/interop/firmware.json and vhost-user.json: a folder of the distribution, one of the
 * administrator, one of the user; the name of a file decides its rank, a file of the same name in a
 * later folder replaces it, and an empty one takes it away. */

#ifndef HOST_INTEROP_H
#define HOST_INTEROP_H

#include "host/host.h"

/* The paths of the descriptors of NAME ("firmware", "vhost-user"), the first choice first; NULL
 * ends the list, which is a child of CTX. The user's own count on the real system alone, and not
 * for root. */
char **interop_list(TALLOC_CTX *ctx, const struct host *host, const char *name);

#endif
