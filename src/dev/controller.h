/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/controller.h - the parts of <controller>: what is implied, what must hold, what is said to QEMU */

/* Inside of dev/controller*.c only. */

#ifndef DEV_CONTROLLER_H
#define DEV_CONTROLLER_H

#include "bus/place.h"

/* controller_imply.c: gives every controller its index; adds those that the machine has. */
void controller_imply(struct domain *domain, struct stage *stage);

/* controller_imply.c: the model that the machine, the architecture and QEMU make the default. */
void controller_complete(struct device *dev, struct stage *stage);

/* controller_check.c */
void controller_check(const struct device *dev, struct stage *stage);

/* controller_build.c */
void controller_build(const struct device *dev, const struct build *b, struct argv *argv);

/* The feature that a model of USB or SCSI controller needs. */
enum feature controller_feature(enum controller_model model);

static inline bool
model_is_virtio_scsi(enum controller_model model)
{
  return model == SCSI_VIRTIO || model == SCSI_VIRTIO_TRANSITIONAL || model == SCSI_VIRTIO_NON_TRANSITIONAL;
}

#endif
