/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/keeper.h - programs of which nothing is left when we end, however that comes */

/* A program can ask the kernel for a signal when its parent ends, but loses that where it changes its user, is
 * set-uid or forks. So a process of ours stands between: the program's parent, and the one that orphans below it
 * fall to (prctl(2), PR_SET_CHILD_SUBREAPER), whatever session or group they have made for themselves. This keeper
 * asks for that signal, does nothing that loses it, and ends its children one after the other until there are none.
 * It holds no descriptor, and is the leader of a session that the program begins in.
 *
 * Where the keeper itself is killed the program gets SIGTERM, and those who do not obey fall to us:
 * keeper_ended() waits for them, and keeper_kill() reaches them, but for those who have left their group. */

#ifndef HOST_KEEPER_H
#define HOST_KEEPER_H

#include "host/process.h"

struct kept {
  pid_t pid;    /* the program's */
  pid_t keeper; /* our child */
  bool alone;   /* the keeper has ended */
  int status;   /* the program's, as wait(2) has it; once it has ended */
};

/* Starts the program, in a session of its own. All that is left of it when we or the program end gets SIGTERM,
 * and SIGKILL where it has not obeyed after END_MS. 0, or errno, and there is no child. */
int keeper_start(const struct program *program, unsigned end_ms, struct kept *kept);

/* Has all of it ended? Does not wait. To be asked again after each SIGCHLD, and not after it was true. */
bool keeper_ended(struct kept *kept);

/* SIGTERM for the program and those in its group. */
void keeper_terminate(const struct kept *kept);

/* SIGKILL for all of it. */
void keeper_kill(const struct kept *kept);

#endif
