/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/input.h - opening a file that the user named */

/* XML, secrets and capabilities are opened here: their file may be a FIFO, and a start must not hang for ever where
 * nobody writes into it. Files of the host are read through host/host.h. */

#ifndef CORE_INPUT_H
#define CORE_INPUT_H

/* Seconds that a FIFO may be without anybody who writes. Who has it open may take as long as it likes. */
#define INPUT_SECONDS 10

/* FILE, for reading; -1, and *WRONG says why ("No such file or directory"), as errno does: 0 where that has no
 * number. */
int input_open(const char *file, const char **wrong);

/* The same for FD, which is open already, with O_NONBLOCK; it blocks afterwards. NULL, or what is wrong: the
 * descriptor is still the caller's then. */
const char *input_wait(int fd);

#endif
