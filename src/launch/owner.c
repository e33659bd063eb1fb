/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/owner.c - a process, told apart from later ones of the same number */

#include "launch/owner.h"

#include <stdlib.h>
#include <unistd.h>

enum { LONGEST = 16384 };

/* proc(5): field 22, counted behind the name, which may hold blanks and parentheses. 0: no such process. */
static unsigned long long
start_of(const struct host *here, pid_t pid)
{
  char *path = talloc_asprintf(NULL, "/proc/%d/stat", (int)pid);
  char *text = host_read(path, here, path, LONGEST, NULL);
  const char *at = text ? strrchr(text, ')') : NULL;
  unsigned long long start = 0;
  for (int field = 2; at && field < 22; field++) {
    at = strchr(at, ' ');
    at = at ? at + 1 : NULL;
  }
  if (at)
    start = strtoull(at, NULL, 10);
  talloc_free(path);
  return start;
}

struct owner
owner_self(TALLOC_CTX *ctx)
{
  return owner_of(ctx, getpid());
}

struct owner
owner_of(TALLOC_CTX *ctx, pid_t pid)
{
  struct host *here = host_open(NULL, NULL, NULL);
  struct owner owner = { .pid = pid };
  owner.start = start_of(here, owner.pid);
  owner.boot = host_read_line(ctx, here, "/proc/sys/kernel/random/boot_id");
  if (!owner.boot)
    owner.boot = "-";
  talloc_free(here);
  return owner;
}

bool
owner_lives(const struct owner *owner)
{
  struct host *here = host_open(NULL, NULL, NULL);
  char *boot = host_read_line(here, here, "/proc/sys/kernel/random/boot_id");
  bool lives = start_of(here, owner->pid) == owner->start && owner->start != 0;
  if (boot && !str_eq(owner->boot, "-") && !str_eq(boot, owner->boot))
    lives = false;
  if (host_unanswered(here, NULL))
    lives = true;
  talloc_free(here);
  return lives;
}
