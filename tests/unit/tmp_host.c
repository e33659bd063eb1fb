/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/tmp_host.c - a host made of files, for one test */

#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *walk)
{
  (void)st, (void)flag, (void)walk;
  return remove(path);
}

static int
tmp_host_remove(struct tmp_host *tmp)
{
  nftw(tmp->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  return 0;
}

static TALLOC_CTX *all;
static pid_t maker;

/* Check runs each test in a process of its own; children of the test leave the folder alone. */
static void
at_end(void)
{
  if (getpid() == maker)
    talloc_free(all);
}

struct tmp_host *
tmp_host_new(void)
{
  const char *folder = getenv("TMPDIR");
  struct tmp_host *tmp;
  char *root;
  if (!all) {
    all = talloc_new(NULL);
    maker = getpid();
    atexit(at_end);
  }
  tmp = talloc_zero(all, struct tmp_host);
  if (!folder)
    folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; /* a disk takes its time for every fsync */
  root = talloc_asprintf(tmp, "%s/d2q-host-XXXXXX", folder);
  ck_assert_ptr_nonnull(mkdtemp(root));
  tmp->root = root;
  tmp->diag = diag_new(tmp);
  tmp->host = host_open(tmp, root, tmp->diag);
  ck_assert_ptr_nonnull(tmp->host);
  talloc_set_destructor(tmp, tmp_host_remove);
  return tmp;
}

char *
tmp_host_path(const struct tmp_host *tmp, const char *path)
{
  return talloc_asprintf(tmp, "%s%s", tmp->root, path);
}

static void
make_parents(const struct tmp_host *tmp, const char *path)
{
  char *full = tmp_host_path(tmp, path);
  for (char *slash = full + strlen(tmp->root) + 1; (slash = strchr(slash, '/')); slash++) {
    *slash = '\0';
    mkdir(full, 0777);
    *slash = '/';
  }
}

void
tmp_host_file(const struct tmp_host *tmp, const char *path, const char *text)
{
  FILE *out;
  make_parents(tmp, path);
  out = fopen(tmp_host_path(tmp, path), "w");
  ck_assert_msg(out != NULL, "%s", path);
  fputs(text, out);
  fclose(out);
}

void
tmp_host_dir(const struct tmp_host *tmp, const char *path)
{
  make_parents(tmp, talloc_asprintf(tmp, "%s/", path));
}

void
tmp_host_link(const struct tmp_host *tmp, const char *path, const char *target)
{
  make_parents(tmp, path);
  ck_assert_msg(symlink(target, tmp_host_path(tmp, path)) == 0, "%s", path);
}

const char *
tmp_host_reports(const struct tmp_host *tmp)
{
  return unit_said((TALLOC_CTX *)tmp, tmp->diag);
}
