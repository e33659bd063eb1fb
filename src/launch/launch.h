/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/launch.h - from an invocation to a running QEMU */

#ifndef LAUNCH_LAUNCH_H
#define LAUNCH_LAUNCH_H

#include "core/argv.h"
#include "domain/kind.h"
#include "domain/secrets.h"

/* Hands host devices over and becomes (--exec) or starts and waits for (--run) QEMU. Returns the
 * exit status; with --exec only after a failure, which was reported. */
int launch(const struct domain *domain, const struct argv *argv, struct secret_book *secrets,
           const struct stage *stage);

/* The exit status for an emulator that could not be started with errno ERROR: env(1)'s 126, 127. */
int launch_status(int error);

#endif
