/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/pci.c - what sysfs says of a PCI device */

#include "host/pci.h"

#define GROUPS "/sys/kernel/iommu_groups"

/* From pci.ids, for the classes that people mistake for an NVMe controller; longest match first. */
static const struct {
  uint32_t class, mask;
  const char *name;
} classes[] = {
  { 0x010802, 0xffffff, "an NVMe controller" },
  { 0x010000, 0xffff00, "a SCSI controller" },
  { 0x010400, 0xffff00, "a RAID controller" },
  { 0x010600, 0xffff00, "a SATA controller" },
  { 0x010000, 0xff0000, "a storage controller" },
  { 0x020000, 0xff0000, "a network controller" },
  { 0x030000, 0xff0000, "a display controller" },
  { 0x040000, 0xff0000, "a multimedia device" },
  { 0x060000, 0xff0000, "a bridge" },
  { 0x0c0300, 0xffff00, "a USB controller" },
};

char *
pci_path(TALLOC_CTX *ctx, const char *address, const char *attribute)
{
  return talloc_asprintf(ctx, PCI_DEVICES "/%s/%s", address, attribute);
}

static long long
number(const struct host *host, const char *address, const char *attribute, long long missing)
{
  char *path = pci_path(NULL, address, attribute);
  long long value;
  if (!host_read_number(host, path, &value))
    value = missing;
  talloc_free(path);
  return value;
}

/* Linux drivers/vfio/group.c names the group that it makes up "vfio-noiommu". */
static bool
is_noiommu(const struct host *host, const char *group)
{
  char *path = talloc_asprintf(NULL, GROUPS "/%s/name", group);
  char *name = host_read_line(path, host, path);
  bool made_up = str_eq(name, "vfio-noiommu");
  talloc_free(path);
  return made_up;
}

struct pci_device *
pci_look(TALLOC_CTX *ctx, const struct host *host, const char *address)
{
  struct pci_device *device = talloc_zero(ctx, struct pci_device);
  device->address = talloc_strdup(device, address);
  if (!host_exists(host, pci_path(device, address, "class"))) {
    talloc_free(device);
    return NULL;
  }
  device->class = (uint32_t)number(host, address, "class", 0);
  device->vendor = (uint16_t)number(host, address, "vendor", 0);
  device->device = (uint16_t)number(host, address, "device", 0);
  device->numa_node = (int)number(host, address, "numa_node", -1);
  device->driver = host_link_name(device, host, pci_path(device, address, "driver"));
  device->group = host_link_name(device, host, pci_path(device, address, "iommu_group"));
  device->noiommu = device->group && is_noiommu(host, device->group);
  return device;
}

struct pci_device **
pci_group(TALLOC_CTX *ctx, const struct host *host, const char *group, size_t *count)
{
  char *path = talloc_asprintf(NULL, GROUPS "/%s/devices", group);
  char **names = host_list(path, host, path);
  struct pci_device **devices = talloc_array(ctx, struct pci_device *, 0);
  *count = 0;
  for (size_t i = 0; names && names[i]; i++) {
    struct pci_device *device = pci_look(devices, host, names[i]);

    if (!device)
      continue;
    devices = talloc_realloc(ctx, devices, struct pci_device *, *count + 1);
    devices[(*count)++] = device;
  }
  talloc_free(path);
  return devices;
}

bool
pci_is_nvme(const struct pci_device *device)
{
  return device->class == 0x010802;
}

bool
pci_is_bridge(const struct pci_device *device)
{
  return device->class >> 8 == 0x0604;
}

/* PCI Local Bus Specification 3.0, 6.7: status 6, list of capabilities from 0x34, each with its id and
 * the next one's place. Who is not root reads 64 bytes: then the size alone tells. */
bool
pci_is_conventional(const struct host *host, const char *address)
{
  enum {
    CONVENTIONAL_SIZE = 256,
    EXTENDED_SIZE = 4096,
    STATUS = 6,
    HAS_LIST = 0x10,
    LIST = 0x34,
    HEADER = 0x40,
    EXPRESS = 0x10
  };
  char *path = pci_path(NULL, address, "config");
  struct stat st;
  size_t length = 0;
  bool conventional = host_stat(host, path, &st) && st.st_size == CONVENTIONAL_SIZE;
  const unsigned char *config =
      conventional ? (const unsigned char *)host_read(path, host, path, EXTENDED_SIZE, &length) : NULL;
  size_t at = config && length > LIST && (config[STATUS] & HAS_LIST) ? config[LIST] : 0;
  for (unsigned steps = 0; at >= HEADER && at + 1 < length && steps < CONVENTIONAL_SIZE; steps++) {
    if (config[at] == EXPRESS)
      conventional = false;
    at = config[at + 1];
  }
  talloc_free(path);
  return conventional;
}

bool
pci_keeps_group_viable(const struct pci_device *device)
{
  const char *driver = device->driver;
  return !driver || pci_is_bridge(device) || str_eq(driver, "pci-stub") || str_eq(driver, "pcieport") ||
         str_starts(driver, "vfio-") || strstr(driver, "-vfio-") || strstr(driver, "_vfio_");
}

unsigned
pci_virtual_functions(const struct host *host, const char *address)
{
  return (unsigned)number(host, address, "sriov_numvfs", 0);
}

const char *
pci_class_name(uint32_t class)
{
  for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
    if ((class & classes[i].mask) == classes[i].class)
      return classes[i].name;
  }
  return "another kind of device";
}

bool
pci_iommu_on(const struct host *host)
{
  char **groups = host_list(NULL, host, GROUPS);
  bool on = groups && groups[0];
  talloc_free(groups);
  return on;
}
