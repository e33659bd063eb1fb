/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/confine.h - giving up, for good, what a run that only reads and prints never does */

/* The XML that is read may be a stranger's: whatever goes wrong in reading it cannot write a file or start a
 * program then. It is a second line of defence, so a kernel that has none is no error. Nobody calls it who starts
 * a program later: it would be confined as well. */

#ifndef HOST_CONFINE_H
#define HOST_CONFINE_H

/* From now on no file can be written, made or removed, no program executed, no TCP port used and no process outside
 * signalled or traced, as far as the kernel knows how (Landlock, Linux 5.13 and newer). Descriptors that are open
 * stay as they are. */
void confine_to_reading(void);

#endif
