/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/interop.c - the JSON descriptors that packages leave for managers of QEMU */

#include "host/interop.h"

#include <stdlib.h>
#include <unistd.h>

struct descriptor {
  const char *name;
  char *path;
};

static int
by_name(const void *a, const void *b)
{
  return strcmp(((const struct descriptor *)a)->name, ((const struct descriptor *)b)->name);
}

/* Adds what FOLDER holds, in place of what was known under the same name. */
static void
take_folder(struct descriptor **list, size_t *n, const struct host *host, const char *folder)
{
  char **names = host_list(*list, host, folder);
  for (size_t i = 0; names && names[i]; i++) {
    struct stat st;
    size_t at = 0;
    char *path = talloc_asprintf(names, "%s/%s", folder, names[i]);
    if (names[i][0] == '.' || !host_stat(host, path, &st) || !S_ISREG(st.st_mode))
      continue;
    while (at < *n && strcmp((*list)[at].name, names[i]) != 0)
      at++;
    if (at == *n)
      *list = talloc_realloc(talloc_parent(*list), *list, struct descriptor, ++*n);
    (*list)[at] = (struct descriptor){ talloc_strdup(*list, names[i]), st.st_size ? talloc_strdup(*list, path) : NULL };
  }
}

static char *
user_folder(TALLOC_CTX *ctx, const char *name)
{
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  if (config && *config == '/')
    return talloc_asprintf(ctx, "%s/qemu/%s", config, name);
  return home && *home == '/' ? talloc_asprintf(ctx, "%s/.config/qemu/%s", home, name) : NULL;
}

char **
interop_list(TALLOC_CTX *ctx, const struct host *host, const char *name)
{
  TALLOC_CTX *scratch = talloc_new(ctx);
  struct descriptor *list = talloc_array(scratch, struct descriptor, 0);
  size_t n = 0, kept = 0;
  take_folder(&list, &n, host, talloc_asprintf(scratch, "/usr/share/qemu/%s", name));
  take_folder(&list, &n, host, talloc_asprintf(scratch, "/etc/qemu/%s", name));
  char *own = host_is_real(host) && geteuid() != 0 ? user_folder(scratch, name) : NULL;
  if (own)
    take_folder(&list, &n, host, own);
  if (n)
    qsort(list, n, sizeof(*list), by_name);
  char **paths = talloc_array(ctx, char *, n + 1);
  for (size_t i = 0; i < n; i++)
    if (list[i].path)
      paths[kept++] = talloc_steal(paths, list[i].path);
  paths[kept] = NULL;
  talloc_free(scratch);
  return paths;
}
