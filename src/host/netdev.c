/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/netdev.c - the network interfaces of a PCI device, and whether the host lives on them */

#include "host/netdev.h"

#define NET "/sys/class/net"

enum { DEEPEST = 8, ROUTE_UP = 1 };

char **
netdev_of_pci(TALLOC_CTX *ctx, const struct host *host, const char *address)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  char **all = host_list(scratch, host, NET), **names = talloc_zero_array(ctx, char *, 1);
  const char *component = talloc_asprintf(scratch, "/%s/", address);
  size_t n = 0;
  for (size_t i = 0; all && all[i]; i++) {
    const char *folder = host_real_path(scratch, host, talloc_asprintf(scratch, NET "/%s", all[i]));

    if (!folder || !strstr(folder, component))
      continue;
    names = talloc_realloc(ctx, names, char *, n + 2);
    names[n++] = talloc_strdup(names, all[i]);
    names[n] = NULL;
  }
  talloc_free(scratch);
  return names;
}

/* Linux net/ipv4/fib_trie.c: interface, destination, gateway, flags, references, use, metric, mask. */
static bool
has_ipv4_route(TALLOC_CTX *ctx, const struct host *host, const char *name)
{
  char *text = host_read(ctx, host, "/proc/net/route", HOST_TEXT_MAX, NULL), *save = NULL;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
    char interface[32];
    unsigned destination, flags, mask;

    if (sscanf(line, "%31s %8x %*s %x %*s %*s %*s %8x", interface, &destination, &flags, &mask) == 4 &&
        str_eq(interface, name) && !destination && !mask && (flags & ROUTE_UP))
      return true;
  }
  return false;
}

/* Linux net/ipv6/route.c: destination, its length, source, its length, next hop, metric, references, use, flags,
 * interface. */
static bool
has_ipv6_route(TALLOC_CTX *ctx, const struct host *host, const char *name)
{
  char *text = host_read(ctx, host, "/proc/net/ipv6_route", HOST_TEXT_MAX, NULL), *save = NULL;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
    char destination[33], interface[32];
    unsigned length, flags;

    if (sscanf(line, "%32s %x %*s %*s %*s %*s %*s %*s %x %31s", destination, &length, &flags, interface) == 4 &&
        str_eq(interface, name) && !length && strspn(destination, "0") == strlen(destination) && (flags & ROUTE_UP))
      return true;
  }
  return false;
}

/* The interface with the default route: NAME, or one above it. */
static const char *
with_route(TALLOC_CTX *ctx, const struct host *host, const char *name, unsigned depth)
{
  const char *found = has_ipv4_route(ctx, host, name) || has_ipv6_route(ctx, host, name) ? name : NULL;
  char **entries = host_list(ctx, host, talloc_asprintf(ctx, NET "/%s", name));
  for (size_t i = 0; !found && entries && entries[i] && depth < DEEPEST; i++)
    if (str_starts(entries[i], "upper_"))
      found = with_route(ctx, host, entries[i] + strlen("upper_"), depth + 1);
  return found;
}

char *
netdev_use(TALLOC_CTX *ctx, const struct host *host, const char *name)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *found = with_route(scratch, host, name, 0);
  char *use = NULL;
  if (found)
    use = str_eq(found, name) ? talloc_asprintf(ctx, "%s has the default route of this host", name)
                              : talloc_asprintf(ctx, "%s has the default route of this host, by %s", name, found);
  talloc_free(scratch);
  return use;
}
