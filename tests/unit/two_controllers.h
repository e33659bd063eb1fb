/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/two_controllers.h - a made host with two NVMe controllers, and a guest that takes both */

#ifndef TESTS_UNIT_TWO_CONTROLLERS_H
#define TESTS_UNIT_TWO_CONTROLLERS_H

#include "launch/handover.h"
#include "unit/fake_pci.h"

#define C0 "0000:01:00.0"
#define C1 "0000:02:00.0"
#define DIR "/run/domxml2qemu/journals"

/* Of C1, then of C0. */
extern const struct claim claims[2];

/* Options of a hand-over: those with the long deadline, for cases in which nothing hangs, so that a busy machine does
 * not fail them; and those with the short one, whose end is waited for. */
extern const struct handover_options options, impatient;

/* Both controllers as they are before, C0 on nvme; the second may have had an override or no driver. */
struct tmp_host *before(const char *driver, const char *override, struct fake_faults **faults);

/* Driver and override, as fake_pci_state() has them. */
void ck_state(struct tmp_host *tmp, const char *c0, const char *c1, const char *when);
/* Neither journals nor locks are left. */
void ck_empty(struct tmp_host *tmp, const char *when);
void ck_says(struct tmp_host *tmp, const char *part);

/* handover_reattach() of all. */
bool reattach(struct tmp_host *tmp, unsigned *count);

#endif
