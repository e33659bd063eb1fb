/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/block_use.c - what the host does with a block device */

#include "host/block_use.h"

#include <sys/sysmacros.h>

/* A block device or partition, in all the spellings that mounts and swaps use. */
struct node {
  const char *name;   /* "nvme0n1p1" */
  const char *path;   /* "/dev/nvme0n1p1" */
  const char *number; /* "259:1" */
};

/* proc(5): space, tab, newline and backslash are \040 and so on. In place. */
static char *
unescape(char *text)
{
  char *out = text;
  for (const char *in = text; *in; out++) {
    if (in[0] == '\\' && in[1] >= '0' && in[1] <= '3' && in[2] && in[3]) {
      *out = (char)((in[1] - '0') * 64 + (in[2] - '0') * 8 + (in[3] - '0'));
      in += 4;
    } else {
      *out = *in++;
    }
  }
  *out = '\0';
  return text;
}

/* "36 35 98:0 /root /mount/point options [tags] - type source options". Btrfs shows a number of
 * its own, so the source counts as well. */
static char *
mounted(TALLOC_CTX *ctx, const struct host *host, const struct node *node)
{
  char *text = host_read(ctx, host, "/proc/self/mountinfo", MIB(16), NULL), *save = NULL;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
    char number[32], point[4097], source[4097] = "";
    const char *dash = strstr(line, " - ");

    if (sscanf(line, "%*u %*u %31s %*s %4096s", number, point) != 2)
      continue;
    if (dash)
      sscanf(dash, " - %*s %4096s", source);
    if (str_eq(number, node->number) || str_eq(unescape(source), node->path)) {
      unescape(point);
      return talloc_asprintf(ctx, "%s is mounted on %s; umount %s", node->name, point, point);
    }
  }
  return NULL;
}

static char *
swapped(TALLOC_CTX *ctx, const struct host *host, const struct node *node)
{
  char *text = host_read(ctx, host, "/proc/swaps", MIB(1), NULL), *save = NULL;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
    char *path = unescape(talloc_strndup(ctx, line, strcspn(line, " \t")));
    struct stat st = { 0 };
    bool same = str_eq(path, node->path) || str_eq(host_real_path(ctx, host, path), node->path);

    if (!same && path[0] == '/' && host_stat(host, path, &st) && S_ISBLK(st.st_mode))
      same = str_eq(node->number, talloc_asprintf(ctx, "%u:%u", major(st.st_rdev), minor(st.st_rdev)));
    if (same)
      return talloc_asprintf(ctx, "%s is swap; swapoff %s", node->name, node->path);
  }
  return NULL;
}

static char *
held(TALLOC_CTX *ctx, const struct host *host, const struct node *node, const char *folder)
{
  char **holders = host_list(ctx, host, talloc_asprintf(ctx, "%s/holders", folder));
  char *name;
  if (!holders || !holders[0])
    return NULL;
  name = host_read_line(ctx, host, talloc_asprintf(ctx, "/sys/block/%s/dm/name", holders[0]));
  if (name)
    return talloc_asprintf(ctx,
                           "%s belongs to the device-mapper volume %s; close it (vgchange -an, cryptsetup close, "
                           "dmsetup remove)",
                           node->name, name);
  if (str_starts(holders[0], "md"))
    return talloc_asprintf(ctx, "%s belongs to the RAID %s; mdadm --stop /dev/%s", node->name, holders[0], holders[0]);
  return talloc_asprintf(ctx, "%s is held by %s; stop that", node->name, holders[0]);
}

static char *
node_use(TALLOC_CTX *ctx, const struct host *host, const char *name, const char *folder)
{
  struct node node = { .name = name, .path = talloc_asprintf(ctx, "/dev/%s", name) };
  char *use;
  node.number = host_read_line(ctx, host, talloc_asprintf(ctx, "%s/dev", folder));
  use = mounted(ctx, host, &node);
  if (!use)
    use = swapped(ctx, host, &node);
  return use ? use : held(ctx, host, &node, folder);
}

char *
block_use(TALLOC_CTX *ctx, const struct host *host, const char *block)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  char *folder = talloc_asprintf(scratch, "/sys/block/%s", block);
  char **entries = host_list(scratch, host, folder);
  char *use = node_use(scratch, host, block, folder);
  for (size_t i = 0; !use && entries && entries[i]; i++) {
    char *part = talloc_asprintf(scratch, "%s/%s", folder, entries[i]);

    if (str_starts(entries[i], block) && host_exists(host, talloc_asprintf(scratch, "%s/partition", part)))
      use = node_use(scratch, host, entries[i], part);
  }
  if (!use && !host_unclaimed(host, talloc_asprintf(scratch, "/dev/%s", block)))
    use = talloc_asprintf(scratch,
                          "%s is opened exclusively by someone (zfs, btrfs, a mount in a container); stop that", block);
  use = talloc_steal(ctx, use);
  talloc_free(scratch);
  return use;
}
