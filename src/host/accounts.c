/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/accounts.c - the host's users and groups, as its files know them */

#include "host/accounts.h"
#include "core/attr.h"

/* The next account of *REST, which is cut up for it. passwd(5) and group(5) have the number in their third field. */
static bool
next_account(char **rest, const char **name, uint64_t *number)
{
  for (char *line; (line = strsep(rest, "\n"));) {
    char *password = strchr(line, ':'), *id = password ? strchr(password + 1, ':') : NULL;
    if (!id)
      continue;
    *password = '\0';
    id++;
    id[strcspn(id, ":")] = '\0';
    *name = line;
    if (parse_uint(id, number))
      return true;
  }
  return false;
}

bool
accounts_number(TALLOC_CTX *ctx, const struct host *host, const char *file, const char *name, uint64_t *number)
{
  size_t length;
  char *rest = host_read(ctx, host, file, HOST_TEXT_MAX, &length);
  const char *found;
  while (next_account(&rest, &found, number))
    if (str_eq(found, name))
      return true;
  return false;
}

const char *
accounts_name(TALLOC_CTX *ctx, const struct host *host, const char *file, uint64_t number)
{
  size_t length;
  char *rest = host_read(ctx, host, file, HOST_TEXT_MAX, &length);
  const char *name;
  uint64_t found;
  while (next_account(&rest, &name, &found))
    if (found == number)
      return name;
  return NULL;
}
