/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/clock.h - <clock>: filled by vm/clock.c */

#ifndef DOMAIN_CLOCK_H
#define DOMAIN_CLOCK_H

#include "core/diag.h"

enum clock_offset { CLOCK_UTC, CLOCK_LOCALTIME, CLOCK_VARIABLE, CLOCK_TIMEZONE, CLOCK_ABSOLUTE, CLOCK_OFFSETS };
enum clock_basis { CLOCK_BASIS_UTC, CLOCK_BASIS_LOCALTIME, CLOCK_BASES };

enum timer_name {
  TIMER_PLATFORM,
  TIMER_PIT,
  TIMER_RTC,
  TIMER_HPET,
  TIMER_TSC,
  TIMER_KVMCLOCK,
  TIMER_HYPERVCLOCK,
  TIMER_ARMVTIMER,
  TIMER_NAMES
};
enum timer_track { TRACK_UNSET, TRACK_BOOT, TRACK_GUEST, TRACK_WALL, TRACK_REALTIME, TIMER_TRACKS };
enum timer_policy { TICK_UNSET, TICK_DELAY, TICK_CATCHUP, TICK_MERGE, TICK_DISCARD, TIMER_POLICIES };
enum timer_mode {
  TIMER_MODE_UNSET,
  TIMER_AUTO,
  TIMER_NATIVE,
  TIMER_EMULATE,
  TIMER_PARAVIRT,
  TIMER_SMPSAFE,
  TIMER_MODES
};

struct timer {
  enum timer_name name; /* TSC, KVMCLOCK, HYPERVCLOCK and ARMVTIMER are properties of -cpu */
  enum tristate present;
  enum timer_track track;
  enum timer_policy policy;
  uint64_t frequency; /* Hz, TSC's; 0: not given */
  enum timer_mode mode;
  uint64_t catchup_threshold, catchup_slew, catchup_limit;
  struct place place;
};

struct clock {
  enum clock_offset offset;
  enum clock_basis basis; /* VARIABLE */
  int64_t adjustment;     /* VARIABLE: seconds from now */
  const char *timezone;   /* TIMEZONE */
  uint64_t start;         /* ABSOLUTE: seconds since 1970; VARIABLE with an adjustment: the same, once resolved */
  struct timer *timers;
  size_t n_timers;
};

/* The timer NAME, NULL: the XML says nothing of it. */
static inline const struct timer *
clock_timer(const struct clock *clock, enum timer_name name)
{
  for (size_t i = 0; i < clock->n_timers; i++)
    if (clock->timers[i].name == name)
      return &clock->timers[i];
  return NULL;
}

#endif
