/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/signals.h - the signals that would end us: they wait while something is half done */

#ifndef LAUNCH_SIGNALS_H
#define LAUNCH_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* SIGINT, SIGTERM, SIGHUP, SIGQUIT. */
sigset_t signals_ending(void);

/* Blocks them; *BEFORE (may be NULL) is what was blocked. Programs started through launch/exec get
 * signals as we found them. */
void signals_hold(sigset_t *before);

/* One of them waits: whoever has time to, gives up and undoes what was done. */
bool signals_wait(void);

#endif
