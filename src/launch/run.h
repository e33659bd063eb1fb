/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/run.h - QEMU as our child: signals in, status out */

/* QEMU gets a session of its own, so that the terminal's signals reach us alone, and a QMP socket
 * of ours. The first SIGINT, SIGTERM, SIGHUP or SIGQUIT presses the guest's power button, the
 * second makes QEMU quit, the third kills it. */

#ifndef LAUNCH_RUN_H
#define LAUNCH_RUN_H

#include "launch/exec.h"
#include "launch/helper.h"

struct run {
  struct program qemu;
  struct helpers *helpers;             /* running already; NULL: none */
  void (*started)(int pid, void *arg); /* QEMU runs; NULL: nobody wants to know */
  void (*flush)(void *arg);            /* show what DIAG holds: the guest may run for months; NULL: later */
  void *arg;
};

/* Starts QEMU and waits for its end. Whoever has something to undo holds the signals
 * (launch/signals.h) before. QEMU's exit status, or 128 + N when signal N ended it, or
 * EXEC_CANNOT, EXEC_NOT_FOUND after an error was reported. */
int run_qemu(const struct run *run, struct diag *diag);

#endif
