/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/clock.h - <clock>: filled by vm/clock.c */

#ifndef DOMAIN_CLOCK_H
#define DOMAIN_CLOCK_H

#include "core/util.h"

enum clock_offset { CLOCK_UTC, CLOCK_LOCALTIME, CLOCK_VARIABLE, CLOCK_TIMEZONE, CLOCK_ABSOLUTE, CLOCK_OFFSETS };

struct clock {
  enum clock_offset offset;
};

#endif
