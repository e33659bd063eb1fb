/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/overlays.h - where the writes to <transient/> disks go, to be forgotten */

/* A qcow2 file without a name: it is gone with the last process that has it open, however that one
 * ended. A disk asks for it while resolving; it is made, by qemu-img, before building. */

#ifndef DOMAIN_OVERLAYS_H
#define DOMAIN_OVERLAYS_H

#include "domain/domain.h"

struct overlay_want {
  const char *image;     /* the file that stays as it is */
  const char *driver;    /* QEMU's, of its format: "raw", "qcow2", "luks" */
  uint64_t offset, size; /* the slice of the file that the image is, in bytes; 0, 0: all of it */
  const char *subject;
  struct place place;
  /* once made */
  int fd; /* -1: not yet */
};

/* A new want of DOMAIN, empty. */
struct overlay_want *overlays_want(struct domain *domain);

#endif
