/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/space.h - how much room a file system has left */

#ifndef HOST_SPACE_H
#define HOST_SPACE_H

#include "host/host.h"

/* *BYTES that this user may still write where PATH lies. False: errno. */
bool space_free(const struct host *host, const char *path, uint64_t *bytes);

#endif
