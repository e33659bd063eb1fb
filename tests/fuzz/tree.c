/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/tree.c - a folder that stands for a host, filled anew for each input */

#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* More are of no use, and take their time. */
enum { MOST_PARTS = 400 };

static char root[64];
static bool used;

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *walk)
{
  (void)st, (void)flag;
  if (walk->level > 0 && remove(path) < 0)
    perror(path), exit(2);
  return 0;
}

void
tree_empty(void)
{
  if (used)
    nftw(root, remove_one, 32, FTW_DEPTH | FTW_PHYS);
  used = false;
}

static void
at_end(void)
{
  tree_empty();
  rmdir(root);
}

const char *
tree_root(void)
{
  if (*root)
    return root;
  snprintf(root, sizeof root, "%s/d2q-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  if (!mkdtemp(root))
    perror(root), exit(2);
  atexit(at_end);
  return root;
}

/* By way of struct host, which leaves no path outside: the links are of the fuzzer's making. */
static void
add(struct host *host, const struct part *part)
{
  char *folder = path_folder(host, part->path);
  const char *name = strrchr(part->path, '/') + 1;
  if (!*name || strlen(part->path) >= PATH_MAX || host_make_dir(host, folder, 0755) != 0)
    return;
  if (part->link) {
    int fd = host_open_file(host, folder, O_PATH | O_DIRECTORY, 0);
    if (fd < 0)
      return;
    if (symlinkat(part->link, fd, name) == 0)
      used = true;
    close(fd);
    return;
  }
  int fd = host_open_file(host, part->path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0644);
  if (fd < 0)
    return;
  if (write(fd, part->bytes, part->length) < 0)
    perror(part->path), exit(2);
  close(fd);
}

static void
fill(const struct part *parts, size_t n)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct host *host = host_open(tmp, tree_root(), diag_new(tmp));
  used = true;
  for (size_t i = 0; host && i < n && i < MOST_PARTS; i++)
    if (*parts[i].path == '/')
      add(host, &parts[i]);
  talloc_free(tmp);
}

void
tree_add(const struct part *part)
{
  fill(part, 1);
}

void
tree_add_all(const struct input *input)
{
  fill(input->parts, input->n);
}
