/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/wants_given.c - files that the user's own arguments name, under keys that are known to be files */

#include "domain/wants.h"
#include "qemu/given.h"

static const struct {
  const char *option, *key;
  const char *by; /* the key that decides, NULL: none does */
  const char *is; /* and its value */
  enum want_kind want;
} files[] = {
  { "drive", "file", NULL, NULL, WANT_READ },
  { "fw_cfg", "file", NULL, NULL, WANT_READ },
  { "smbios", "file", NULL, NULL, WANT_READ },
  { "blockdev", "filename", "driver", "file", WANT_READ },
  { "blockdev", "filename", "driver", "host_device", WANT_READ },
  { "blockdev", "filename", "driver", "host_cdrom", WANT_READ },
  { "blockdev", "file.filename", "file.driver", "file", WANT_READ },
  { "blockdev", "file.filename", "file.driver", "host_device", WANT_READ },
  { "object", "file", NULL, NULL, WANT_READ },
  { "object", "filename", NULL, NULL, WANT_SOURCE },
  { "object", "mem-path", NULL, NULL, WANT_MAKE },
  { "object", "dir", "endpoint", "server", WANT_SERVER_CERTIFICATES },
  { "object", "dir", "endpoint", "client", WANT_CLIENT_CERTIFICATES },
  { "chardev", "path", "backend", "file", WANT_MAKE },
  { "chardev", "path", "backend", "pipe", WANT_PIPE },
  { "chardev", "path", "backend", "serial", WANT_DEVICE },
  { "chardev", "path", "backend", "tty", WANT_DEVICE },
  { "chardev", "path", "backend", "parallel", WANT_DEVICE },
  { "chardev", "logfile", NULL, NULL, WANT_MAKE },
  { "fsdev", "path", NULL, NULL, WANT_SHARE },
  { "virtfs", "path", NULL, NULL, WANT_SHARE },
};

/* Options whose whole value is a file. */
static const struct {
  const char *option;
  enum want_kind want;
} whole[] = {
  { "kernel", WANT_READ },  { "initrd", WANT_READ }, { "dtb", WANT_READ },       { "pflash", WANT_WRITE },
  { "hda", WANT_WRITE },    { "hdb", WANT_WRITE },   { "hdc", WANT_WRITE },      { "hdd", WANT_WRITE },
  { "fda", WANT_WRITE },    { "fdb", WANT_WRITE },   { "mtdblock", WANT_WRITE }, { "sd", WANT_WRITE },
  { "cdrom", WANT_SOURCE }, { "D", WANT_MAKE },      { "pidfile", WANT_MAKE },
};

/* The key that an option's first word goes without. */
static const char *
implied_key(const char *option)
{
  static const char *const keys[][2] = {
    { "blockdev", "driver" }, { "chardev", "backend" }, { "object", "qom-type" }, { "fw_cfg", "name" }
  };
  for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
    if (str_eq(option, keys[i][0]))
      return keys[i][1];
  return NULL;
}

/* "nbd:host:10809", "json:{}"; and what stands for a descriptor. */
static bool
is_no_file(const char *name)
{
  return !*name || name[strcspn(name, ":/")] == ':' || str_starts(name, "/dev/fd");
}

/* -chardev socket,path=: who listens there? */
static void
add_socket(struct domain *domain, const struct given_item *items, size_t n, const struct arg *arg)
{
  const char *path = given_item(items, n, "path"), *server = given_item(items, n, "server");
  bool listens = str_eq(server, "on") || str_eq(server, "yes") || str_eq(server, "true") || str_eq(server, "y");
  bool retries = given_item(items, n, "reconnect") || given_item(items, n, "reconnect-ms");
  bool abstract = given_item(items, n, "abstract");
  if (path && !abstract && str_eq(given_item(items, n, "backend"), "socket"))
    wants_add(domain, (struct want){ .kind = listens   ? WANT_LISTEN
                                             : retries ? WANT_RETRY
                                                       : WANT_CONNECT,
                                     .value = path,
                                     .place = arg->place });
}

static void
add_whole(struct domain *domain, const struct given *given, const struct arg *arg)
{
  for (size_t i = 0; i < ARRAY_SIZE(whole); i++)
    if (str_eq(whole[i].option, given->option) && !is_no_file(given->value))
      wants_add(domain, (struct want){ .kind = whole[i].want, .value = given->value, .place = arg->place });
}

static void
add_files(struct domain *domain, const struct given *given, const struct arg *arg)
{
  size_t n;
  if (!given->value)
    return;
  const struct given_item *items = given_items(domain, given->value, implied_key(given->option), &n);
  add_whole(domain, given, arg);
  if (str_eq(given->option, "chardev"))
    add_socket(domain, items, n, arg);
  for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
    const char *name = str_eq(files[i].option, given->option) ? given_item(items, n, files[i].key) : NULL;
    if (!name || is_no_file(name) || (files[i].by && !str_eq(given_item(items, n, files[i].by), files[i].is)))
      continue;
    wants_add(domain, (struct want){ .kind = files[i].want, .value = name, .place = arg->place });
  }
}

void
wants_of_given(struct domain *domain, const struct argv *argv, const struct caps *caps)
{
  size_t count;
  const struct arg **args;
  const struct given *given = given_in(domain, caps, argv, &args, &count);
  for (size_t i = 0; i < count; i++)
    add_files(domain, &given[i], args[given[i].word + (given[i].value != NULL)]);
}
