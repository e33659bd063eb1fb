/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare.h - two invocations against each other, argument by argument */

#ifndef COMPARE_H
#define COMPARE_H

#include "qemu/cmdline.h"

struct difference {
  const struct cmdline_arg *a, *b; /* NULL: not there */
  const char *path;                /* of the property; NULL: the whole argument is on one side only */
  const char *old, *new;           /* its values; NULL: not there */
  bool guest;                      /* the guest would notice: machine, CPU, addresses, MAC, serial numbers, firmware */
  size_t group, seq;               /* compare()'s own */
};

struct differences {
  struct difference *items;
  size_t n;
};

/* RUNNING: B is a QEMU that runs. What whoever started it added for itself (monitor, keys, descriptors) is set
 * aside then. Sorted so that what belongs to one device stands together. A talloc child of CTX. */
struct differences *compare(TALLOC_CTX *ctx, const struct cmdline *a, const struct cmdline *b, bool running);

/* FILENAME is the overlay of a <transient/> disk, of our making. */
bool compare_is_overlay(const char *filename);

/* "virtio-disk0", "-machine": what a difference belongs to. */
const char *difference_group(const struct difference *difference);

#endif
