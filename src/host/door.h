/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/door.h - what host.c and change.c share */

/* Private to the two. */

#ifndef HOST_DOOR_H
#define HOST_DOOR_H

#include "host/host.h"

/* Lets the watcher see a step. 0, or the errno that it asks for. */
int host_tell(const struct host *host, enum host_change change, bool done, const char *path, const char *text);

#endif
