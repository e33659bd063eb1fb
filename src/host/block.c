/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/block.c - the block devices of the host: what a path names, and what they hang on */

#include "host/block.h"

#include "host/nvme.h"

#include <sys/sysmacros.h>

enum { DEEPEST = 16 }; /* volumes above volumes */

/* Linux drivers/base/core.c, device_get_devnode(): '!' stands for the '/' of a node. */
static char *
node_of(TALLOC_CTX *ctx, const char *name)
{
  char *node = talloc_asprintf(ctx, "/dev/%s", name);
  for (char *c = node; *c; c++)
    if (*c == '!')
      *c = '/';
  return node;
}

struct block_device *
block_named(TALLOC_CTX *ctx, const struct host *host, const char *name)
{
  struct block_device *device = talloc_zero(ctx, struct block_device);
  char *folder = host_real_path(device, host, talloc_asprintf(device, "/sys/class/block/%s", name));
  if (!folder) {
    talloc_free(device);
    return NULL;
  }
  device->name = talloc_strdup(device, name);
  device->whole = device->name;
  device->folder = folder;
  device->node = node_of(device, name);
  device->number = host_read_line(device, host, talloc_asprintf(device, "%s/dev", folder));
  if (host_exists(host, talloc_asprintf(device, "%s/partition", folder))) {
    char *parent = path_folder(device, folder);
    device->whole = talloc_strdup(device, strrchr(parent, '/') + 1);
  }
  return device;
}

struct block_device *
block_find(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  struct block_device *device = NULL;
  const char *name = NULL, *real;
  struct stat st;
  if (host_stat(host, path, &st) && S_ISBLK(st.st_mode))
    name = host_link_name(scratch, host,
                          talloc_asprintf(scratch, "/sys/dev/block/%u:%u", major(st.st_rdev), minor(st.st_rdev)));
  if (!name && !host_is_real(host)) {
    real = host_real_path(scratch, host, path);
    name = str_starts(real, "/dev/") ? strrchr(real, '/') + 1 : NULL;
  }
  if (name)
    device = block_named(ctx, host, name);
  talloc_free(scratch);
  return device;
}

static const char by_path[] = "/dev/disk/by-path/pci-";

bool
block_path_is_on_pci(const char *path)
{
  return str_starts(path, by_path);
}

bool
block_path_is_on(const char *path, const char *address)
{
  size_t length = strlen(address);
  return block_path_is_on_pci(path) && strncmp(path + strlen(by_path), address, length) == 0 &&
         path[strlen(by_path) + length] == '-';
}

static char **
add_name(char **names, const char *name)
{
  size_t n = 0;
  for (; names[n]; n++)
    if (str_eq(names[n], name))
      return names;
  names = talloc_realloc(NULL, names, char *, n + 2);
  names[n] = talloc_strdup(names, name);
  names[n + 1] = NULL;
  return names;
}

char **
block_partitions(TALLOC_CTX *ctx, const struct host *host, const struct block_device *disk)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  char **entries = host_list(scratch, host, disk->folder), **names = talloc_zero_array(ctx, char *, 1);
  for (size_t i = 0; entries && entries[i]; i++)
    if (str_starts(entries[i], disk->name) &&
        host_exists(host, talloc_asprintf(scratch, "%s/%s/partition", disk->folder, entries[i])))
      names = add_name(names, entries[i]);
  talloc_free(scratch);
  return names;
}

static char **
add_disks(char **names, const struct host *host, const struct block_device *device, unsigned depth)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  char **slaves = host_list(scratch, host, talloc_asprintf(scratch, "%s/slaves", device->folder));
  if (!slaves || !slaves[0])
    names = add_name(names, device->whole);
  for (size_t i = 0; slaves && slaves[i] && depth < DEEPEST; i++) {
    const struct block_device *below = block_named(scratch, host, slaves[i]);

    if (below)
      names = add_disks(names, host, below, depth + 1);
  }
  talloc_free(scratch);
  return names;
}

char **
block_disks(TALLOC_CTX *ctx, const struct host *host, const struct block_device *device)
{
  return add_disks(talloc_zero_array(ctx, char *, 1), host, device, 0);
}

/* With native multipath a namespace hangs below its subsystem, and what hangs below the controller is hidden:
 * Linux drivers/nvme/host/multipath.c. */
static bool
hangs_on(const struct host *host, const struct block_device *disk, const char *address)
{
  char *component = talloc_asprintf(NULL, "/%s/", address);
  char *hidden = host_read_line(component, host, talloc_asprintf(component, "%s/hidden", disk->folder));
  bool below = strstr(disk->folder, component) && !str_eq(hidden, "1");
  talloc_free(component);
  return below;
}

char **
block_of_pci(TALLOC_CTX *ctx, const struct host *host, const char *address)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  char **all = host_list(scratch, host, "/sys/block"), **names = talloc_zero_array(ctx, char *, 1);
  const struct nvme_controller *nvme = nvme_look(scratch, host, address);
  for (size_t i = 0; nvme && i < nvme->n_namespaces; i++)
    names = add_name(names, nvme->namespaces[i].block);
  for (size_t i = 0; all && all[i]; i++) {
    const struct block_device *disk = block_named(scratch, host, all[i]);

    if (disk && hangs_on(host, disk, address))
      names = add_name(names, all[i]);
  }
  talloc_free(scratch);
  return names;
}
