/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.c - which files a run is about: those that are named, and those in folders that are named */

#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <uthash.h>

/* One file under two names has one identity. */
struct identity {
  dev_t device;
  ino_t inode;
};
static_assert(sizeof(struct identity) == sizeof(dev_t) + sizeof(ino_t), "padding would be part of a key");

struct seen {
  struct identity identity;
  const char *name;
  UT_hash_handle hh;
};

/* SEEN: to know a file again that has two names. */
struct search {
  struct files *files;
  struct seen *seen;
};

static bool
is_folder(const char *name)
{
  struct stat st;
  return strcmp(name, "-") != 0 && stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
files_are_many(const char *const *operands)
{
  return operands[0] && (operands[1] || is_folder(operands[0]));
}

static void
add(struct search *search, struct file file)
{
  struct files *files = search->files;
  files->items = ARRAY_ROOM(files, files->items, struct file, files->n);
  files->items[files->n++] = file;
}

/* Adds the file NAME; one that was named before only with a hint to that. A pipe or another special file is added each
 * time, since each reading gives something else. */
static void
add_name(struct search *search, const char *name)
{
  struct stat st;
  struct seen *seen;
  if (strcmp(name, "-") == 0 || stat(name, &st) < 0 || !S_ISREG(st.st_mode)) {
    add(search, (struct file){ .name = name });
    return;
  }
  struct identity identity = { .device = st.st_dev, .inode = st.st_ino };
  HASH_FIND(hh, search->seen, &identity, sizeof(identity), seen);
  add(search, (struct file){ .name = name, .same = seen ? seen->name : NULL });
  if (seen)
    return;
  seen = talloc_zero(search->files, struct seen);
  seen->identity = identity;
  seen->name = name;
  HASH_ADD(hh, search->seen, identity, sizeof(identity), seen);
}

/* Plain files, and what cannot be looked at: reading it will tell why. */
static int
is_wanted(const struct dirent *entry)
{
  size_t length = strlen(entry->d_name);
  return entry->d_name[0] != '.' && length > strlen(".xml") &&
         strcmp(entry->d_name + length - strlen(".xml"), ".xml") == 0;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
  return strcmp((*a)->d_name, (*b)->d_name);
}

static void
add_folder(struct search *search, const char *folder)
{
  struct dirent **entries;
  int n = scandir(folder, &entries, is_wanted, by_bytes);
  size_t before = search->files->n;
  if (n < 0) {
    add(search, (struct file){ folder, talloc_asprintf(search->files, "cannot list: %s", strerror(errno)), NULL });
    return;
  }
  const char *between = folder[strlen(folder) - 1] == '/' ? "" : "/";
  for (int i = 0; i < n; i++) {
    struct stat st;
    const char *name = talloc_asprintf(search->files, "%s%s%s", folder, between, entries[i]->d_name);
    if (stat(name, &st) < 0 || S_ISREG(st.st_mode))
      add_name(search, name);
    free(entries[i]);
  }
  free(entries);
  if (search->files->n == before)
    add(search, (struct file){ folder, "no file in it ends in .xml; name a file, or another folder", NULL });
}

struct files *
files_of(TALLOC_CTX *ctx, const char *const *operands)
{
  struct search search = { .files = talloc_zero(ctx, struct files) };
  for (; *operands; operands++)
    if (is_folder(*operands))
      add_folder(&search, *operands);
    else
      add_name(&search, *operands);
  HASH_CLEAR(hh, search.seen);
  return search.files;
}
