/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/opener.h - who has a device node, or a file, open? */

#ifndef HOST_OPENER_H
#define HOST_OPENER_H

#include "host/host.h"

/* Another process that has one of NODES (NULL ends), or files, open, under whatever name: "process 123 (qemu-img)",
 * "process 123 (qemu-system-x86, guest web)".
 * NULL: none of those that we may look into; root may look into all. */
char *opener_find(TALLOC_CTX *ctx, const struct host *host, const char *const *nodes);

#endif
