/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/run.h - QEMU as our child: signals in, status out */

/* QEMU gets a session of its own, so that the terminal's signals reach us alone, and a QMP socket
 * of ours; it ends when we do, however that comes (host/keeper.h). The first SIGINT, SIGTERM, SIGHUP or SIGQUIT presses
 * the guest's power button, the second makes QEMU quit, the third kills it; those that come within half a second of
 * one that counts are the same one. */

#ifndef LAUNCH_RUN_H
#define LAUNCH_RUN_H

#include "launch/exec.h"
#include "launch/helper.h"
#include "launch/notify.h"

struct run_options {
  bool monitor_object;   /* QEMU has -object monitor-qmp, and warns of -mon */
  bool exit_with_parent; /* QEMU has -run-with exit-with-parent */
  bool console;          /* QEMU's standard input and output are our terminal */
  bool paused;           /* the guest waits for QMP's cont: it is ready without running */
  const struct cut_link *cut_links;
  size_t n_cut_links;
  bool held;             /* the guest does not run before they are cut: QEMU gets -S, and cont then */
  unsigned stall_ms;     /* that QEMU may take for an answer, until we say that it does */
  uint64_t balloon;      /* bytes that the guest shall make do with; 0: all it has */
  unsigned stop_seconds; /* that the guest has after the first signal, then QEMU quits; 0: for ever */
  struct notify *notify; /* who is told; NULL: nobody */
};

struct run {
  struct program qemu;
  struct run_options options;
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
