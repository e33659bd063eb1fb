/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/shortage.c - when memory runs out: end at once, or, with devices of the host in hand, live on */

#include "core/shortage.h"

#include <stdlib.h>
#include <string.h>

/* A hand-over of ten devices with all their messages takes a tenth of it. */
enum { RESERVE_BYTES = 4 << 20 };

static void *reserve;
static bool critical;

void
shortage_prepare(void)
{
  critical = true;
  if (reserve)
    return;
  reserve = malloc(RESERVE_BYTES);
  if (reserve)
    memset(reserve, 1, RESERVE_BYTES); /* so that the pages are ours, not only promised */
}

bool
shortage_use_reserve(void)
{
  void *old = reserve;
  reserve = NULL;
  free(old);
  return old != NULL;
}

bool
shortage_is_critical(void)
{
  return critical;
}
