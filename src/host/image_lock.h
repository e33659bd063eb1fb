/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/image_lock.h - does a running QEMU have an image? */

#ifndef HOST_IMAGE_LOCK_H
#define HOST_IMAGE_LOCK_H

#include "host/host.h"

/* True where QEMU could not open PATH for a disk (WRITES: to write; SHARED: lets others write too)
 * because of the locks that another QEMU, or qemu-img, holds on it. Takes none. */
bool image_is_locked(const struct host *host, const char *path, bool writes, bool shared);

#endif
