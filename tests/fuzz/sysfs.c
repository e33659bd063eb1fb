/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/sysfs.c - what a kernel says of its devices, memory and processes, whatever it says */

#include "fuzz/fuzz.h"

#include "host/block_use.h"
#include "host/ip.h"
#include "host/memory.h"
#include "host/netdev.h"
#include "host/numa.h"
#include "host/nvme.h"
#include "host/pci.h"
#include "host/port.h"

static const char *const addresses[] = { "0000:01:00.0", "0000:02:00.0", "0001:02:00.0", "0000:03:00.0" };
static const char *const nodes[] = { "/dev/nvme0n1", "/dev/nvme0n1p1", "/dev/sda", "/dev/disk/by-id/x" };

static void
ask_pci(TALLOC_CTX *ctx, const struct host *host, const char *address)
{
  struct pci_device *device = pci_look(ctx, host, address);
  size_t count = 0;
  if (device) {
    fuzz_require(strcmp(device->address, address) == 0, "a device has the address that was asked for");
    pci_keeps_group_viable(device);
    pci_class_name(device->class);
    if (device->group)
      pci_group(ctx, host, device->group, &count);
  }
  pci_is_conventional(host, address);
  pci_virtual_functions(host, address);
  struct nvme_controller *controller = nvme_look(ctx, host, address);
  if (controller)
    nvme_namespace_list(ctx, controller), nvme_namespace(controller, 1);
  block_of_pci(ctx, host, address);
  char **links = netdev_of_pci(ctx, host, address);
  for (; links && *links; links++)
    netdev_use(ctx, host, *links);
}

static void
ask_block(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  struct block_device *device = block_find(ctx, host, path);
  if (!device)
    return;
  for (int way = BLOCK_READ; way <= BLOCK_TAKEN; way++)
    block_use(ctx, host, device, (enum block_way)way, block_hold_new(ctx));
  block_opener(ctx, host, device);
  block_partitions(ctx, host, device);
  block_disks(ctx, host, device);
}

static void
ask_rest(TALLOC_CTX *ctx, const struct host *host)
{
  struct memory_room room;
  unsigned port;
  memory_room(host, &room);
  uint64_t size = hugepages_default(host);
  hugepages_mount(ctx, host, size);
  hugepages_check(host, MIB(2), GIB(1), "/dev/hugepages", (struct place){ 0 }, "memory", diag_new(ctx));
  struct numset *online = host_numa_nodes(ctx, host);
  if (online)
    host_numa_of_cpus(ctx, host, online, online);
  port_is_taken(host, false, "127.0.0.1", 5900);
  port_is_taken(host, true, "::1", 5900);
  port_number(host, false, "https", &port);
  port_answers(host, ip_find(ctx, host, "127.0.0.1"), 5900);
}

void
fuzz_sysfs(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  tree_add_all(input_split(ctx, bytes, length));
  const struct host *host = host_open(ctx, tree_root(), diag_new(ctx));
  for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
    ask_pci(ctx, host, addresses[i]);
  for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
    ask_block(ctx, host, nodes[i]);
  ask_rest(ctx, host);
}
