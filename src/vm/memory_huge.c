/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/memory_huge.c - which huge pages the guest's memory needs, and where the host has them mounted */

#include "vm/memory_huge.h"
#include "domain/memory_device.h"
#include "domain/ram.h"
#include "domain/wants.h"
#include "host/memory.h"

static struct huge_mount *
mount_of(struct domain *domain, uint64_t size)
{
  struct memory *memory = &domain->memory;
  for (size_t i = 0; i < memory->n_huge_mounts; i++)
    if (memory->huge_mounts[i].size == size)
      return &memory->huge_mounts[i];
  memory->huge_mounts = talloc_realloc(domain, memory->huge_mounts, struct huge_mount, memory->n_huge_mounts + 1);
  struct huge_mount *mount = &memory->huge_mounts[memory->n_huge_mounts++];
  *mount = (struct huge_mount){ .size = size };
  return mount;
}

static void
add_piece(struct domain *domain, const struct ram *ram)
{
  uint64_t size = ram_page_size(domain, ram);
  if (!size)
    return;
  struct huge_mount *mount = mount_of(domain, size);
  mount->bytes += ram->size;
  mount->file |= domain->memory.by_option || !ram_is_memfd(domain, ram);
}

void
huge_resolve(struct domain *domain, const struct host *host)
{
  struct memory *memory = &domain->memory;
  const struct device_list *devices = domain_devices_of(domain, ROLE_MEMORY);
  uint64_t size = hugepages_default(host);
  if (size)
    memory->huge_default = size;
  for (size_t i = 0; i < domain->numa.n_cells; i++) {
    struct ram ram = ram_of_cell(domain, domain, i);
    add_piece(domain, &ram);
  }
  if (!domain->numa.n_cells)
    add_piece(domain, &(struct ram){ .size = memory->initial, .cell = -1 });
  for (size_t i = 0; i < devices->n; i++) {
    struct ram ram = ram_of_device((const struct memory_device *)devices->items[i], "");
    if (!devices->items[i]->broken)
      add_piece(domain, &ram);
  }
  for (size_t i = 0; i < memory->n_huge_mounts; i++) {
    struct huge_mount *mount = &memory->huge_mounts[i];
    mount->path = hugepages_mount(domain, host, mount->size);
    wants_add(domain, (struct want){
                          .kind = WANT_HUGE_PAGES,
                          .bytes = mount->bytes,
                          .page = mount->size,
                          .folder = mount->file ? ram_huge_path(domain, mount->size) : NULL,
                          .place = xml_has(domain->root, "memoryBacking/hugepages")
                                       ? xml_place_at(domain->root, "memoryBacking/hugepages")
                                       : domain->place,
                      });
  }
}
