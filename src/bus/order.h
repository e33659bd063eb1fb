/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/order.h - how devices queue for addresses, and what is said of two that want the same */

/* Inside of bus/ only. */

#ifndef BUS_ORDER_H
#define BUS_ORDER_H

#include "bus/controller.h"

/* The domain's devices in the order in which all buses but PCI and drives give out addresses:
 * ORDER_INFOS. Broken ones are left out. */
struct device **bus_order(TALLOC_CTX *ctx, const struct domain *domain, size_t *n);

/* "already that of NAME (line N)" for DEV, at its address. */
void bus_conflict(const struct device *dev, const struct device *first, struct stage *stage);

#endif
