/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/shortage.h - when memory runs out: end at once, or, with devices of the host in hand, live on */

/* No caller of an allocation function looks for NULL: an unchecked one would pass for "not given" and make
 * another command. So in the program (src/alloc.c) a failing allocation ends the process with its own status.
 * Only while something must be undone there is a reserve: the first failure frees it, and what is left to do
 * lives on it. */

#ifndef CORE_SHORTAGE_H
#define CORE_SHORTAGE_H

#include <stdbool.h>

/* From now on, until the process ends, there is something to undo: keeps a reserve. */
void shortage_prepare(void);

/* For the allocator: frees the reserve. False: there is none. */
bool shortage_use_reserve(void);

/* After shortage_prepare(): ending at once would leave something undone. */
bool shortage_is_critical(void);

#endif
