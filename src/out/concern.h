/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/concern.h - which arguments are about one device */

#ifndef OUT_CONCERN_H
#define OUT_CONCERN_H

#include "core/argv.h"
#include "domain/device.h"

/* For each argument: is it DEVICE's own, one that has no device and that DEVICE's refer to, directly or not (an I/O
 * thread, a group), one that refers to DEVICE's, or the controller that DEVICE sits on? */
const bool *out_concerned(TALLOC_CTX *ctx, const struct argv *argv, const struct device *device);

#endif
