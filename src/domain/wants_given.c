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
  { "chardev", "path", "backend", "file", WANT_MAKE },
  { "chardev", "path", "backend", "pipe", WANT_PIPE },
  { "chardev", "path", "backend", "serial", WANT_DEVICE },
  { "chardev", "path", "backend", "tty", WANT_DEVICE },
  { "chardev", "path", "backend", "parallel", WANT_DEVICE },
  { "fsdev", "path", NULL, NULL, WANT_SHARE },
  { "virtfs", "path", NULL, NULL, WANT_SHARE },
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

static void
add_files(struct domain *domain, const struct given *given, const struct arg *arg)
{
  size_t n;
  if (!given->value)
    return;
  const struct given_item *items = given_items(domain, given->value, implied_key(given->option), &n);
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
