/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/nvme.c - the namespaces of an NVMe controller */

#include "host/nvme.h"

#include "host/pci.h"

/* "nvme0n1", or "nvme0c1n1" for a path; the head's name for both. NULL: no namespace. */
static char *
head_name(TALLOC_CTX *ctx, const char *entry)
{
  unsigned subsystem, controller, instance;
  int end = 0;
  if (sscanf(entry, "nvme%un%u%n", &subsystem, &instance, &end) == 2 && entry[end] == '\0')
    return talloc_strdup(ctx, entry);
  if (sscanf(entry, "nvme%uc%un%u%n", &subsystem, &controller, &instance, &end) == 3 && entry[end] == '\0')
    return talloc_asprintf(ctx, "nvme%un%u", subsystem, instance);
  return NULL;
}

static long long
number_at(const struct host *host, const char *folder, const char *attribute)
{
  char *path = talloc_asprintf(NULL, "%s/%s", folder, attribute);
  long long value;
  if (!host_read_number(host, path, &value) || value < 0)
    value = 0;
  talloc_free(path);
  return value;
}

static void
add_namespaces(struct nvme_controller *controller, const struct host *host, const char *folder)
{
  char **entries = host_list(controller, host, folder);
  for (size_t i = 0; entries && entries[i]; i++) {
    char *block = head_name(controller, entries[i]);
    char *path = talloc_asprintf(controller, "%s/%s", folder, entries[i]);
    struct nvme_namespace *ns;

    if (!block)
      continue;
    controller->namespaces =
        talloc_realloc(controller, controller->namespaces, struct nvme_namespace, controller->n_namespaces + 1);
    ns = &controller->namespaces[controller->n_namespaces++];
    *ns = (struct nvme_namespace){
      .id = (uint32_t)number_at(host, path, "nsid"),
      .block = block,
      .size = (uint64_t)number_at(host, path, "size") * 512,
    };
    if (!ns->id)
      ns->id = (uint32_t)number_at(host, talloc_asprintf(controller, "/sys/block/%s", block), "nsid");
  }
}

struct nvme_controller *
nvme_look(TALLOC_CTX *ctx, const struct host *host, const char *address)
{
  struct nvme_controller *controller = talloc_zero(ctx, struct nvme_controller);
  char *folder = pci_path(controller, address, "nvme");
  char **names = host_list(controller, host, folder);
  if (!names || !names[0]) {
    talloc_free(controller);
    return NULL;
  }
  controller->name = names[0];
  add_namespaces(controller, host, talloc_asprintf(controller, "%s/%s", folder, names[0]));
  return controller;
}

const struct nvme_namespace *
nvme_namespace(const struct nvme_controller *controller, uint32_t id)
{
  for (size_t i = 0; i < controller->n_namespaces; i++) {
    if (controller->namespaces[i].id == id)
      return &controller->namespaces[i];
  }
  return NULL;
}

const char *
nvme_namespace_list(TALLOC_CTX *ctx, const struct nvme_controller *controller)
{
  char *list = talloc_strdup(ctx, "");
  for (size_t i = 0; i < controller->n_namespaces; i++)
    list = talloc_asprintf_append(list, "%s%u", i ? ", " : "", controller->namespaces[i].id);
  return list;
}

char *
nvme_by_path(TALLOC_CTX *ctx, const char *address, uint64_t id)
{
  return talloc_asprintf(ctx, "/dev/disk/by-path/pci-%s-nvme-%ju", address, (uintmax_t)id);
}
