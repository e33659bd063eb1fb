/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/block_use.c - what the host does with a block device */

#include "host/block_use.h"

#include "host/image_lock.h"
#include "host/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* --- holding --- */

struct block_hold {
  int *fds;
  size_t n;
  const char **names; /* of what was looked at */
  size_t n_names;
};

static int
let_go(struct block_hold *hold)
{
  for (size_t i = 0; i < hold->n; i++)
    close(hold->fds[i]);
  return 0;
}

struct block_hold *
block_hold_new(TALLOC_CTX *ctx)
{
  struct block_hold *hold = talloc_zero(ctx, struct block_hold);
  talloc_set_destructor(hold, let_go);
  return hold;
}

/* HOLD NULL: nobody holds it. */
static void
keep_or_close(struct block_hold *hold, int fd)
{
  if (!hold) {
    close(fd);
    return;
  }
  hold->fds = talloc_realloc(hold, hold->fds, int, hold->n + 1);
  hold->fds[hold->n++] = fd;
}

/* --- one device --- */

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
mounted(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device)
{
  char *text = host_read(ctx, host, "/proc/self/mountinfo", HOST_TEXT_MAX, NULL), *save = NULL;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
    char number[32], point[4097], source[4097] = "";
    const char *dash = strstr(line, " - ");

    if (sscanf(line, "%*u %*u %31s %*s %4096s", number, point) != 2)
      continue;
    if (dash)
      sscanf(dash, " - %*s %4096s", source);
    if (str_eq(number, device->number) || str_eq(unescape(source), device->node)) {
      unescape(point);
      return str_eq(point, "/") ? talloc_asprintf(ctx, "%s is mounted on /: this host lives on it", device->name)
                                : talloc_asprintf(ctx, "%s is mounted on %s; umount %s", device->name, point, point);
    }
  }
  return NULL;
}

static char *
swapped(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device)
{
  char *text = host_read(ctx, host, "/proc/swaps", HOST_TEXT_MAX, NULL), *save = NULL;
  for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
    char *path = unescape(talloc_strndup(ctx, line, strcspn(line, " \t")));
    struct stat st = { 0 };
    bool same = str_eq(path, device->node) || str_eq(host_real_path(ctx, host, path), device->node);

    if (!same && path[0] == '/' && host_stat(host, path, &st) && S_ISBLK(st.st_mode))
      same = str_eq(device->number, talloc_asprintf(ctx, "%u:%u", major(st.st_rdev), minor(st.st_rdev)));
    if (same)
      return talloc_asprintf(ctx, "%s is swap; swapoff %s", device->name, device->node);
  }
  return NULL;
}

static char *
held(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device)
{
  char **holders = host_list(ctx, host, talloc_asprintf(ctx, "%s/holders", device->folder));
  char *name;
  if (!holders || !holders[0])
    return NULL;
  name = host_read_line(ctx, host, talloc_asprintf(ctx, "/sys/block/%s/dm/name", holders[0]));
  if (name)
    return talloc_asprintf(ctx,
                           "%s belongs to the device-mapper volume %s; close it (vgchange -an, cryptsetup close, "
                           "dmsetup remove)",
                           device->name, name);
  if (str_starts(holders[0], "md"))
    return talloc_asprintf(ctx, "%s belongs to the RAID %s; mdadm --stop /dev/%s", device->name, holders[0],
                           holders[0]);
  return talloc_asprintf(ctx, "%s is held by %s; stop that", device->name, holders[0]);
}

/* QEMU's locks. Ours comes before the look: who comes later finds it, who came before is found. */
static char *
locked(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device, enum block_way way,
       struct block_hold *hold)
{
  const char *const nodes[] = { device->node, NULL };
  bool is;
  if (way == BLOCK_TAKEN) {
    if (!host_may(host, device->node, R_OK))
      return NULL; /* not ours to open, or gone */
    int fd = host_open_file(host, device->node, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0)
      return NULL;
    if (hold)
      image_lock(fd);
    is = image_is_open(fd);
    keep_or_close(hold, fd);
  } else {
    is = image_is_locked(host, device->node, way != BLOCK_READ, way == BLOCK_SHARED);
  }
  if (!is)
    return NULL;
  const char *who = opener_find(ctx, host, nodes);
  return talloc_asprintf(ctx, "%s is open in %s; stop that", device->name, who ? who : "another QEMU, or qemu-img");
}

static char *
node_use(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device, enum block_way way,
         struct block_hold *hold)
{
  char *use = mounted(ctx, host, device);
  if (!use)
    use = swapped(ctx, host, device);
  if (!use)
    use = held(ctx, host, device);
  return use ? use : locked(ctx, host, device, way, hold);
}

/* --- all of it --- */

/* The device itself first, then its partitions; of a partition the whole disk. *N of them. */
static const struct block_device **
related(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device, size_t *n)
{
  char **names = block_partitions(ctx, host, device);
  const struct block_device **devices, *other;
  size_t count = 0;
  while (names[count])
    count++;
  devices = talloc_zero_array(ctx, const struct block_device *, count + 2);
  devices[0] = device;
  *n = 1;
  for (size_t i = 0; i < count; i++)
    if ((other = block_named(ctx, host, names[i])))
      devices[(*n)++] = other;
  if (!str_eq(device->whole, device->name) && (other = block_named(ctx, host, device->whole)))
    devices[(*n)++] = other;
  return devices;
}

/* Once we have DEVICE for ourselves, nobody can have a partition of it so. */
static char *
claimed(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device, struct block_hold *hold)
{
  int fd;
  if (host_claim(host, device->node, &fd) == EBUSY)
    return talloc_asprintf(ctx, "%s is opened exclusively by someone (zfs, btrfs, a mount in a container); stop that",
                           device->name);
  if (fd >= 0)
    keep_or_close(hold, fd);
  return NULL;
}

/* Two controllers of one subsystem have the same namespaces: once is enough, and our own hold is no use. */
static bool
is_held(struct block_hold *hold, const char *name)
{
  for (size_t i = 0; i < hold->n_names; i++)
    if (str_eq(hold->names[i], name))
      return true;
  hold->names = talloc_realloc(hold, hold->names, const char *, hold->n_names + 1);
  hold->names[hold->n_names++] = talloc_strdup(hold, name);
  return false;
}

char *
block_use(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device, enum block_way way,
          struct block_hold *hold)
{
  if (hold && is_held(hold, device->name))
    return NULL;
  TALLOC_CTX *scratch = talloc_new(NULL);
  size_t n;
  const struct block_device **devices = related(scratch, host, device, &n);
  char *use = NULL;
  for (size_t i = 0; !use && i < n; i++)
    use = node_use(scratch, host, devices[i], way, hold);
  if (!use)
    use = claimed(scratch, host, device, hold);
  use = talloc_steal(ctx, use);
  talloc_free(scratch);
  return use;
}

/* io_uring's commands go through the generic node of a namespace: Linux drivers/nvme/host/core.c. */
static const char *
generic_node(TALLOC_CTX *ctx, const struct block_device *device)
{
  return str_starts(device->name, "nvme") ? talloc_asprintf(ctx, "/dev/ng%s", device->name + strlen("nvme")) : NULL;
}

char *
block_opener(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  size_t n;
  const struct block_device **devices = related(scratch, host, device, &n);
  const char **nodes = talloc_zero_array(scratch, const char *, n + 2);
  char *who;
  for (size_t i = 0; i < n; i++)
    nodes[i] = devices[i]->node;
  nodes[n] = generic_node(nodes, device);
  who = opener_find(ctx, host, nodes);
  talloc_free(scratch);
  return who;
}
