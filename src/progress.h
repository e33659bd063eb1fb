/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.h - the line on a terminal that says how far a long run is */

#ifndef PROGRESS_H
#define PROGRESS_H

#include <stddef.h>

/* File NAME, number AT of N from 1, comes next. Shown from the second second on, where somebody watches. */
void progress_show(size_t at, size_t n, const char *name);

/* The line goes away: before anything else is written. */
void progress_clear(void);

#endif
