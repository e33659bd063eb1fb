/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/accounts.h - the host's users and groups, as its files know them */

/* "/etc/passwd" and "/etc/group" alone are read: with a made root, other sources are those of another host. */

#ifndef HOST_ACCOUNTS_H
#define HOST_ACCOUNTS_H

#include "host/host.h"

/* The number of NAME in FILE, one of the two. False: it has none of that name, or cannot be read. */
bool accounts_number(TALLOC_CTX *ctx, const struct host *host, const char *file, const char *name, uint64_t *number);

/* The first name of NUMBER there, part of a talloc child of CTX; NULL: it has none, or cannot be read. */
const char *accounts_name(TALLOC_CTX *ctx, const struct host *host, const char *file, uint64_t number);

#endif
