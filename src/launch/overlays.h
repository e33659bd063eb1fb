/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/overlays.h - where the writes to <transient/> disks go, to be forgotten */

/* A qcow2 file without a name: it is gone with the last process that has it open, however that one
 * ended. A disk asks for it while resolving; it is made, by qemu-img, before building. */

#ifndef LAUNCH_OVERLAYS_H
#define LAUNCH_OVERLAYS_H

#include "domain/kind.h"

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

/* Makes all of them, as large as their images; what fails is reported. They stay open until this
 * process ends or becomes QEMU. */
void overlays_make(struct domain *domain, struct stage *stage);

/* Looks for what overlays_make() would find missing; leaves nothing behind. */
void overlays_check(const struct domain *domain, struct stage *stage);

/* All descriptors, for QEMU to inherit: a talloc child of CTX, *N many. */
int *overlays_fds(TALLOC_CTX *ctx, const struct domain *domain, size_t *n);

#endif
