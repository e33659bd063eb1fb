/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/accounts.c - the host's users and groups, as its files know them */

#include "host/accounts.h"
#include "core/attr.h"

/* passwd(5) and group(5) have the number in their third field. */
bool
accounts_number(TALLOC_CTX *ctx, const struct host *host, const char *file, const char *name, uint64_t *number)
{
  size_t length;
  char *text = host_read(ctx, host, file, HOST_TEXT_MAX, &length), *rest = NULL;
  for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
    char *password = strchr(line, ':'), *id = password ? strchr(password + 1, ':') : NULL;
    if (!id || (size_t)(password - line) != strlen(name) || strncmp(line, name, strlen(name)) != 0)
      continue;
    id++;
    id[strcspn(id, ":")] = '\0';
    return parse_uint(id, number);
  }
  return false;
}
