/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/image_lock.h - does a running QEMU have an image? */

#ifndef HOST_IMAGE_LOCK_H
#define HOST_IMAGE_LOCK_H

#include "host/host.h"

/* True where QEMU could not open PATH for a disk (WRITES: to write; SHARED: lets others write too)
 * because of the locks that another QEMU, or qemu-img, holds on it. Takes none. */
bool image_is_locked(const struct host *host, const char *path, bool writes, bool shared);

/* FD is open: does any QEMU, or qemu-img, have the same file open? */
bool image_is_open(int fd);

/* As long as FD is open, none of them can open the file anew; those that have it keep it. */
void image_lock(int fd);

#endif
