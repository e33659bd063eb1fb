/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/ask.h - a program that runs to its end, and what it said */

/* For short questions (qemu-img): we wait as long as it takes, and whoever interrupts us interrupts it. */

#ifndef LAUNCH_ASK_H
#define LAUNCH_ASK_H

#include "host/process.h"

struct answer {
  bool done;             /* it ended with status 0 */
  const char *out;       /* what it printed */
  const char *complaint; /* the first line that it complained; where it has none, how it ended */
};

/* Runs PROGRAM with an empty standard input. The strings are talloc children of CTX. */
struct answer ask_program(TALLOC_CTX *ctx, const struct program *program);

#endif
