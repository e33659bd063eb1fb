/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/console.h - our terminal as the guest's: a pty between it and QEMU */

/* QEMU would put the terminal into its own mode and leave no key for us. So it gets a pty, and the terminal is raw: every
 * key reaches the guest, Ctrl-C too where QEMU wants it, but ^] three times within a second. For a standard input that is a
 * terminal alone: a pipe or a file stays QEMU's own. */

#ifndef LAUNCH_CONSOLE_H
#define LAUNCH_CONSOLE_H

#include "core/util.h"

struct console;

/* Makes our terminal raw; freeing makes it what it was. *THEIRS is QEMU's end, the caller's to close; *OUTPUT tells
 * whether its standard output belongs there, too. NULL: errno. */
struct console *console_open(TALLOC_CTX *ctx, int *theirs, bool *output);

/* For poll(2): where keys come from, and what QEMU says; -1: no more. */
int console_keys(const struct console *console);
int console_words(const struct console *console);

/* Keys may ask something of us rather than of the guest. */
enum console_wish { CONSOLE_NOTHING, CONSOLE_INTERRUPT, CONSOLE_WAY_OUT };

enum console_wish console_type(struct console *console); /* keys are there */
void console_show(struct console *console);              /* words are there */
void console_resize(struct console *console);            /* the terminal has another size */

#endif
