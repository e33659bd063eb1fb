/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/time.h - what time it is on the host, and in which zone */

#ifndef HOST_TIME_H
#define HOST_TIME_H

#include "host/host.h"

/* Now, in seconds since 1970; SOURCE_DATE_EPOCH of the environment stands in for it, so that output can
 * be reproduced. And how far east of UTC, in seconds, the host's own time is at that moment, or that of TZ;
 * false: it may not be asked. */
int64_t host_now(const struct host *host);
bool host_utc_offset(const struct host *host, int64_t moment, int64_t *offset);

#endif
