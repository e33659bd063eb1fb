/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/guest_folder.c - the folder of one guest's sockets and logs, once the guest has ended */

#include "launch/guest_folder.h"

#include "host/socket.h"

#include <errno.h>
#include <sys/stat.h>

static bool
is_log(const char *path, const struct stat *st)
{
  const char *dot = strrchr(path, '.');
  return S_ISREG(st->st_mode) && str_eq(dot, ".log");
}

static bool
serves_nobody(const struct host *host, const char *path)
{
  struct stat st;
  if (!host_stat(host, path, &st))
    return false;
  return S_ISSOCK(st.st_mode) ? socket_listener(host, path) == ECONNREFUSED : is_log(path, &st) && st.st_size == 0;
}

void
guest_folder_clear(struct host *host, const char *folder)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  char **files = host_list(scratch, host, folder);
  for (; files && *files; files++) {
    const char *path = talloc_asprintf(scratch, "%s/%s", folder, *files);

    if (serves_nobody(host, path))
      host_remove(host, path);
  }
  host_remove_dir(host, folder);
  talloc_free(scratch);
}

const char *
guest_folder_log(TALLOC_CTX *ctx, const struct host *host, const char *folder)
{
  char **files = host_list(ctx, host, folder);
  for (; files && *files; files++) {
    const char *path = talloc_asprintf(ctx, "%s/%s", folder, *files);
    struct stat st;

    if (host_stat(host, path, &st) && is_log(path, &st) && st.st_size > 0)
      return path;
  }
  return NULL;
}
