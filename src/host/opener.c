/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/opener.c - who has a device node, or a file, open? */

#include "host/opener.h"

#include <errno.h>
#include <unistd.h>

/* One device has as many nodes as there are containers: its number tells, not its name. */
static bool
same_thing(const struct stat *a, const struct stat *b)
{
  if ((a->st_mode & S_IFMT) != (b->st_mode & S_IFMT))
    return false;
  if (S_ISBLK(a->st_mode) || S_ISCHR(a->st_mode))
    return a->st_rdev == b->st_rdev;
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A process that we may not look into is passed by: it counts as no unanswered question. */
static void
pass_by(const struct host *host, int before)
{
  if (!before && (errno == EACCES || errno == EPERM))
    host_ask_afresh(host);
}

/* proc(5): /proc/PID/fd holds a link for each descriptor, which leads to the thing itself. */
static bool
has_open(const struct host *host, const char *folder, const struct stat *things, size_t n)
{
  int before = host_unanswered(host, NULL);
  char **fds = host_list(NULL, host, folder);
  bool found = false;
  if (!fds)
    pass_by(host, before);
  for (size_t i = 0; fds && fds[i] && !found; i++) {
    struct stat st;

    if (!host_stat(host, talloc_asprintf(fds, "%s/%s", folder, fds[i]), &st)) {
      pass_by(host, before);
      continue;
    }
    for (size_t j = 0; j < n; j++)
      found |= same_thing(&st, &things[j]);
  }
  talloc_free(fds);
  return found;
}

/* Which guest a QEMU runs: "-name guest=web,debug-threads=on" or "-name web". NULL: none that is named. */
static char *
guest_of(TALLOC_CTX *ctx, const struct host *host, const char *pid)
{
  size_t length = 0;
  int before = host_unanswered(host, NULL);
  char *words = host_read(ctx, host, talloc_asprintf(ctx, "/proc/%s/cmdline", pid), HOST_TEXT_MAX, &length);
  if (!words)
    pass_by(host, before);
  for (char *word = words; word && word < words + length; word += strlen(word) + 1) {
    char *name = word + strlen(word) + 1;

    if (!str_eq(word, "-name") || name >= words + length)
      continue;
    name += str_starts(name, "guest=") ? strlen("guest=") : 0;
    return talloc_strndup(ctx, name, strcspn(name, ","));
  }
  return NULL;
}

char *
opener_find(TALLOC_CTX *ctx, const struct host *host, const char *const *nodes)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  struct stat *things = NULL;
  char **entries = NULL, *who = NULL, *self = talloc_asprintf(scratch, "%d", (int)getpid());
  size_t n = 0;
  for (size_t i = 0; nodes[i]; i++) {
    things = talloc_realloc(scratch, things, struct stat, n + 1);
    n += host_stat(host, nodes[i], &things[n]);
  }
  if (n)
    entries = host_list(scratch, host, "/proc");
  for (size_t i = 0; entries && entries[i] && !who; i++) {
    if (strspn(entries[i], "0123456789") != strlen(entries[i]) || (host_is_real(host) && str_eq(entries[i], self)))
      continue;
    if (has_open(host, talloc_asprintf(scratch, "/proc/%s/fd", entries[i]), things, n)) {
      char *name = host_read_line(scratch, host, talloc_asprintf(scratch, "/proc/%s/comm", entries[i]));
      char *guest = guest_of(scratch, host, entries[i]);
      who = talloc_asprintf(ctx, "process %s (%s%s%s)", entries[i], name ? name : "?", guest ? ", guest " : "",
                            guest ? guest : "");
    }
  }
  talloc_free(scratch);
  return who;
}
