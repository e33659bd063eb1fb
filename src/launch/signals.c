/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/signals.c - the signals that would end us: they wait while something is half done */

#include "launch/signals.h"

#include "core/util.h"

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

sigset_t
signals_ending(void)
{
  sigset_t set;

  sigemptyset(&set);
  for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
    sigaddset(&set, ending[i]);
  return set;
}

void
signals_hold(sigset_t *before)
{
  sigset_t set = signals_ending();

  sigprocmask(SIG_BLOCK, &set, before);
}

bool
signals_wait(void)
{
  sigset_t pending;

  sigpending(&pending);
  for (size_t i = 0; i < ARRAY_SIZE(ending); i++) {
    if (sigismember(&pending, ending[i]))
      return true;
  }
  return false;
}
