/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/deadline.h - touching a sysfs attribute that may never answer */

/* Unbinding a driver waits for the device, and for whoever else holds the device's lock; even
 * reading driver_override does. A process that waits so cannot be killed. So a child does it, and
 * we wait for the child only as long as the deadline says. */

#ifndef LAUNCH_DEADLINE_H
#define LAUNCH_DEADLINE_H

#include "host/host.h"

/* 0, the errno of the write, or ETIMEDOUT: the child still hangs in the kernel, and has copies of
 * our descriptors (locks included) until it ends. */
int deadline_write(struct host *host, const char *path, const char *text, unsigned deadline_ms);

/* *LINE: the first line, a talloc child of CTX. */
int deadline_read(TALLOC_CTX *ctx, struct host *host, const char *path, char **line, unsigned deadline_ms);

/* Waits up to MS until TEST(ARG) holds; looks every few milliseconds. */
bool deadline_wait(bool (*test)(void *arg), void *arg, unsigned ms);

#endif
