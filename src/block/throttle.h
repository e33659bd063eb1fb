/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/throttle.h - limits on a disk's throughput: <iotune>, <throttlefilters>, <throttlegroups> */

/* QEMU throttles by a filter node above the image; the limits are a throttle-group object, which
 * disks with the same group name share. The kind calls these functions stage by stage. */

#ifndef BLOCK_THROTTLE_H
#define BLOCK_THROTTLE_H

#include "domain/kind.h"

struct throttle;

/* The rows that throttle_read() reads of a disk: for whoever walks the tables. */
extern const struct attr throttle_attrs[];

/* Reads <iotune> and <throttlefilters> of a disk; NULL: it has neither. */
struct throttle *throttle_read(struct device *dev, xmlNode *disk, struct stage *stage);

bool throttle_has_filters(const struct throttle *throttle);

/* Compares the N throttles of all disks: one group has one set of limits. Once a domain; reorders ALL. */
void throttle_groups(struct throttle **all, size_t n, struct stage *stage);

/* Reports limits that QEMU would refuse. */
void throttle_check(const struct throttle *throttle, struct stage *stage);

/* Names its objects and nodes, which begin with STEM. */
void throttle_complete(struct throttle *throttle, const char *stem);

/* Appends the objects that it brings, and its nodes above the node BELOW. The name of the top one. */
const char *throttle_build(const struct throttle *throttle, const char *below, bool readonly, struct argv *argv);

#endif
