/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare.c - two invocations against each other, argument by argument */

#include "compare.h"

#include <stdlib.h>
#include <uthash.h>

static bool
is_one_of(const char *word, const char *const *words, size_t n)
{
  for (size_t i = 0; word && i < n; i++)
    if (str_eq(word, words[i]))
      return true;
  return false;
}

/* --- what the guest notices --- */

/* Options that only the host sees, whatever they say. */
static const char *const host_options[] = {
  "-accel",   "-audiodev",   "-blockdev", "-chardev", "-compat", "-display", "-fsdev",   "-mon",
  "-monitor", "-msg",        "-name",     "-netdev",  "-object", "-qmp",     "-pidfile", "-S",
  "-sandbox", "-overcommit", "-run-with", "-spice",   "-tpmdev", "-vnc",     "-drive",
};

/* Properties of -machine and -device that say how the host does it. */
static const char *const host_paths[] = {
  "aio",
  "audiodev",
  "chardev",
  "drive",
  "dump-guest-core",
  "error_policy",
  "fsdev",
  "id",
  "ioeventfd",
  "iothread",
  "mem-merge",
  "memdev",
  "memory-backend",
  "netdev",
  "pci-id",
  "rerror",
  "rng",
  "share-rw",
  "stats-intervals",
  "tpmdev",
  "vhostfd",
  "werror",
  "x-pci-hostbus-path",
  "page-sampling",
};

static bool
guest_notices(const struct cmdline_arg *arg, const char *path)
{
  if (!arg->option)
    return false;
  if (str_eq(arg->option, "-blockdev") && arg->owner == NULL)
    return strstr(arg->key, "pflash") != NULL;
  if (is_one_of(arg->option, host_options, ARRAY_SIZE(host_options)))
    return false;
  bool props = str_eq(arg->option, "-machine") || str_eq(arg->option, "-device");
  return !path || !props || !is_one_of(path, host_paths, ARRAY_SIZE(host_paths));
}

/* --- what a manager added for itself --- */

static const char *const plumbing_options[] = {
  "-S", "-add-fd", "-daemonize", "-mon", "-monitor", "-msg", "-no-shutdown", "-pidfile", "-qmp",
};

/* domxml2qemu-run (launch/run.c) and qmp (--qmp) are ours, the others libvirt's. */
static const char *const plumbing_ids[] = { "charmonitor", "domxml2qemu-run", "masterKey0", "qmp" };

static bool
is_secret(const struct cmdline_arg *arg)
{
  return str_eq(arg->option, "-object") && str_eq(cmdline_value(arg, "qom-type"), "secret");
}

static bool
is_plumbing(const struct cmdline_arg *arg)
{
  return is_one_of(arg->option, plumbing_options, ARRAY_SIZE(plumbing_options)) ||
         is_one_of(cmdline_value(arg, "id"), plumbing_ids, ARRAY_SIZE(plumbing_ids)) ||
         str_eq(cmdline_value(arg, "qom-type"), "monitor-qmp") || is_secret(arg) ||
         (str_eq(arg->option, "-run-with") && arg->n == 1 && cmdline_value(arg, "exit-with-parent"));
}

/* A start opens taps and hands their descriptors over; a printed command names them instead. */
static const char *const tap_paths[] = {
  "br", "downscript", "fd", "fds", "helper", "ifname", "queues", "script", "vhost", "vhostfd", "vhostfds",
};

/* Of a host's PCI device a start hands a descriptor over, where IOMMUFD gives it away. */
static bool
is_given_open(const struct cmdline_arg *arg, const char *path)
{
  return str_eq(path, "host") && str_eq(arg->option, "-device") && str_eq(cmdline_value(arg, "driver"), "vfio-pci") &&
         cmdline_value(arg, "iommufd");
}

static bool
is_descriptor(const char *value)
{
  return value && (str_starts(value, "/dev/fd/") || str_starts(value, "/dev/fdset/"));
}

bool
compare_is_overlay(const char *filename)
{
  return filename && str_starts(filename, "/proc/self/fd/");
}

/* A start hands a display's password over as a secret; a printed command leaves it to QMP, for which VNC
 * must be told that there is one. */
static bool
has_password(const struct cmdline_arg *arg)
{
  return str_eq(arg->option, "-spice") || str_eq(cmdline_value(arg, "password"), "on") ||
         cmdline_value(arg, "password-secret");
}

static bool
is_given_as_secret(const struct cmdline_arg *a, const struct cmdline_arg *b, const char *path)
{
  bool display = str_eq(a->option, "-vnc") || str_eq(a->option, "-spice");
  return display && (str_eq(path, "password") || str_eq(path, "password-secret")) && has_password(a) && has_password(b);
}

static bool
is_set_aside(const struct cmdline_arg *arg, const char *path, const char *old, const char *new)
{
  if (str_eq(arg->option, "-netdev") && str_eq(cmdline_value(arg, "type"), "tap"))
    return is_one_of(path, tap_paths, ARRAY_SIZE(tap_paths));
  if (is_secret(arg))
    return !str_eq(path, "qom-type");
  if (str_eq(path, "backing") && str_eq(old ? old : new, "null"))
    return true; /* a start has read the image's header */
  if ((is_given_open(arg, path) && !(old && new)) || (compare_is_overlay(old) && compare_is_overlay(new)))
    return true;
  return is_descriptor(old) || is_descriptor(new) || str_eq(path, "fd") ||
         (str_eq(arg->option, "-name") && str_eq(path, "debug-threads")) ||
         (str_eq(arg->option, "-run-with") && str_eq(path, "exit-with-parent"));
}

/* --- comparing --- */

static void
add(struct differences *all, struct difference difference)
{
  const struct cmdline_arg *arg = difference.a ? difference.a : difference.b;
  difference.guest = guest_notices(arg, difference.path);
  all->items = ARRAY_ROOM(all, all->items, struct difference, all->n);
  all->items[all->n++] = difference;
}

static void
compare_items(struct differences *all, const struct cmdline_arg *a, const struct cmdline_arg *b, bool running)
{
  for (size_t i = 0; i < a->n; i++) {
    const char *path = a->items[i].path, *old = a->items[i].value, *new = cmdline_value(b, path);

    if (!str_eq(old, new) && !(running && (is_set_aside(a, path, old, new) || is_given_as_secret(a, b, path))))
      add(all, (struct difference){ a, b, path, old, new });
  }
  for (size_t i = 0; i < b->n; i++) {
    const char *path = b->items[i].path, *new = b->items[i].value;

    if (!cmdline_value(a, path) && !(running && (is_set_aside(b, path, NULL, new) || is_given_as_secret(a, b, path))))
      add(all, (struct difference){ a, b, path, NULL, new });
  }
}

struct found {
  const struct cmdline_arg *arg;
  bool seen;
  UT_hash_handle hh;
};

const char *
difference_group(const struct difference *difference)
{
  const struct cmdline_arg *arg = difference->a ? difference->a : difference->b;
  return arg->owner ? arg->owner : arg->key;
}

static int
by_group(const void *a, const void *b)
{
  const struct difference *x = a, *y = b;
  size_t p = x->group != y->group ? x->group : x->seq, q = x->group != y->group ? y->group : y->seq;
  return (p > q) - (p < q);
}

struct group {
  const char *name;
  size_t first;
  UT_hash_handle hh;
};

/* Groups in the order in which they come up, each whole. */
static void
sort_by_group(struct differences *all)
{
  struct group *groups = NULL, *group;
  for (size_t i = 0; i < all->n; i++) {
    const char *name = difference_group(&all->items[i]);
    HASH_FIND_STR(groups, name, group);
    if (!group) {
      group = talloc_zero(all, struct group);
      group->name = name;
      group->first = i;
      HASH_ADD_KEYPTR(hh, groups, group->name, strlen(group->name), group);
    }
    all->items[i].group = group->first;
    all->items[i].seq = i;
  }
  HASH_CLEAR(hh, groups);
  if (all->n)
    qsort(all->items, all->n, sizeof *all->items, by_group);
}

struct differences *
compare(TALLOC_CTX *ctx, const struct cmdline *a, const struct cmdline *b, bool running)
{
  struct differences *all = talloc_zero(ctx, struct differences);
  struct found *keys = NULL, *found, *list = talloc_zero_array(all, struct found, b->n + 1);
  for (size_t i = 0; i < b->n; i++) {
    list[i].arg = &b->args[i];
    HASH_ADD_KEYPTR(hh, keys, list[i].arg->key, strlen(list[i].arg->key), &list[i]);
  }
  for (size_t i = 0; i < a->n; i++) {
    HASH_FIND_STR(keys, a->args[i].key, found);
    if (found)
      found->seen = true;
    if (found)
      compare_items(all, &a->args[i], found->arg, running);
    else if (!running || !is_plumbing(&a->args[i]))
      add(all, (struct difference){ .a = &a->args[i] });
  }
  for (size_t i = 0; i < b->n; i++)
    if (!list[i].seen && !(running && is_plumbing(list[i].arg)))
      add(all, (struct difference){ .b = list[i].arg });
  HASH_CLEAR(hh, keys);
  sort_by_group(all);
  return all;
}
