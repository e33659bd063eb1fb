/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/disk_shape.c - geometry and blocks of a disk, and what QEMU's device for it does not have */

#include "dev/disk.h"

/* Has QEMU's device for DISK cyls, heads and secs? */
static bool
has_geometry(const struct disk *disk)
{
  return disk->bus == BUS_VIRTIO || (disk->device == DISK_DISK && (disk_is_ata(disk) || disk->bus == BUS_SCSI));
}

/* QEMU hw/block/block.c, blkconf_geometry(), and who calls it. */
static void
check_chs(const struct disk *disk, struct stage *stage)
{
  const struct {
    const char *name;
    uint32_t value, most;
  } parts[] = {
    { "cyls", disk->cylinders, 65535 },
    { "heads", disk->heads, disk_is_ata(disk) ? 16 : 255 },
    { "secs", disk->sectors, 255 },
  };
  if (!disk->cylinders || !disk->heads || !disk->sectors)
    UNSTARTABLE(disk, "geometry", NULL,
                "a geometry needs all of cyls, heads and secs, this guest will not start; add the missing ones");
  for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
    if (parts[i].value > parts[i].most)
      UNSTARTABLE(disk, "geometry", parts[i].name,
                  "%s %u: QEMU takes at most %u on bus='%s', this guest will not start", parts[i].name, parts[i].value,
                  parts[i].most, disk_bus_names[disk->bus]);
}

/* QEMU's names of the devices that have fewer properties than others. */
static const char *
poor_device(const struct disk *disk)
{
  if (disk->device == DISK_FLOPPY)
    return "a floppy drive";
  if (disk->bus == BUS_USB || disk->bus == BUS_NVME)
    return disk->bus == BUS_USB ? "bus='usb'" : "bus='nvme'";
  return disk->device == DISK_LUN ? "device='lun'" : "a cdrom drive";
}

/* libvirt's rules are for geometries that say all; what else it hands on is QEMU's to refuse. */
static void
check_geometry(const struct disk *disk, struct stage *stage)
{
  const char *bus = disk_bus_names[disk->bus];
  bool any = disk->cylinders || disk->heads || disk->sectors;
  bool all = disk->cylinders && disk->heads && disk->sectors;
  if (all && (disk->bus == BUS_USB || disk->bus == BUS_SD))
    REFUSE(disk, "geometry", NULL, "bus='%s' has no geometry; drop it", bus);
  else if (any && has_geometry(disk))
    check_chs(disk, stage);
  else if (any && disk->bus != BUS_SD)
    UNSTARTABLE(disk, "geometry", NULL, "QEMU's device for %s has no geometry, this guest will not start; drop it",
                poor_device(disk));
  if (all && disk->translation && disk->bus != BUS_IDE)
    REFUSE(disk, "geometry", "trans", "a translation is for bus='ide', this is '%s'; drop it", bus);
  else if (disk->translation && !(disk_is_ata(disk) && disk->device == DISK_DISK) && disk->bus != BUS_SD)
    UNSTARTABLE(disk, "geometry", "trans",
                "only disks on bus='ide' and 'sata' have a translation, this guest will not "
                "start; drop it");
}

/* Properties that libvirt gives to every device, though these of QEMU's do not have them. */
static void
check_lacking(const struct disk *disk, struct stage *stage)
{
  bool floppy = disk->device == DISK_FLOPPY, lun = disk->device == DISK_LUN && disk->bus == BUS_SCSI;
  const struct {
    bool given;
    const char *element, *what;
  } rules[] = {
    { (disk->logical_block_size || disk->physical_block_size || disk->discard_granularity.set) && lun, "blockio",
      "block size of its own" },
    { (disk->werror || disk->rerror) && (floppy || disk->bus == BUS_NVME), "driver", "error policy" },
    { disk->serial && floppy, "serial", "serial" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
    if (rules[i].given)
      UNSTARTABLE(disk, rules[i].element, NULL, "QEMU's device for %s has no %s, this guest will not start; drop it",
                  poor_device(disk), rules[i].what);
  if (lun && !disk->image->storage && xml_child(disk->dev.node, "source"))
    UNSTARTABLE(disk, "source", NULL,
                "a unit that is handed through cannot be empty, this guest will not start; "
                "add <source dev='...'/>");
}

/* QEMU hw/ide/ide-dev.c, hw/block/fdc.c: sectors of 512 bytes. */
static void
check_small_blocks(const struct disk *disk, struct stage *stage)
{
  bool floppy = disk->bus == BUS_FDC, ata = disk_is_ata(disk);
  if ((floppy || ata) && disk->logical_block_size > 512)
    UNSTARTABLE(disk, "blockio", "logical_block_size",
                "logical_block_size %u: bus='%s' has 512, this guest will not start; drop it, or write bus='scsi' or "
                "'virtio'",
                disk->logical_block_size, disk_bus_names[disk->bus]);
  else if (floppy && disk->physical_block_size > 512)
    UNSTARTABLE(disk, "blockio", "physical_block_size",
                "physical_block_size %u: a floppy disk has 512, this guest will not start; drop it",
                disk->physical_block_size);
  if (ata && disk->discard_granularity.value > 512)
    UNSTARTABLE(disk, "blockio", "discard_granularity",
                "discard_granularity %ju: bus='%s' has 512, this guest will not start; drop it",
                (uintmax_t)disk->discard_granularity.value, disk_bus_names[disk->bus]);
}

/* QEMU block/file-posix.c, block/nvme.c: a device of the host may have told QEMU its physical blocks. */
static bool
tells_its_blocks(const struct disk *disk)
{
  return disk->device == DISK_LUN || !(image_is(disk->image, "file") || image_is(disk->image, "network"));
}

/* QEMU hw/core/qdev-properties-system.c: what a block's size may be. */
static bool
is_block_size(uint32_t size)
{
  return size >= 512 && size <= MIB(2) && (size & (size - 1)) == 0;
}

/* QEMU hw/block/block.c: the physical size is not the smaller one. */
static void
check_physical(const struct disk *disk, struct stage *stage)
{
  uint32_t logical = disk->logical_block_size, physical = disk->physical_block_size;
  bool unknown = !physical && disk->bus != BUS_FDC && !disk_is_ata(disk) && !tells_its_blocks(disk);
  if (physical && !is_block_size(physical))
    UNSTARTABLE(disk, "blockio", "physical_block_size",
                "physical_block_size %u: QEMU takes powers of two from 512 to 2097152, this guest will not start",
                physical);
  else if (physical && logical > physical)
    UNSTARTABLE(disk, "blockio", "physical_block_size",
                "physical_block_size %u is below logical_block_size %u, this guest will not start; raise it", physical,
                logical);
  else if (unknown && logical > 512 && is_block_size(logical))
    UNSTARTABLE(disk, "blockio", "logical_block_size",
                "logical_block_size %u: physical_block_size is then 512, which is less, and this guest will not start; "
                "add physical_block_size='%u'",
                logical, logical);
}

static void
check_block_sizes(const struct disk *disk, struct stage *stage)
{
  uint32_t logical = disk->logical_block_size;
  if (logical && !is_block_size(logical))
    UNSTARTABLE(disk, "blockio", "logical_block_size",
                "logical_block_size %u: QEMU takes powers of two from 512 to 2097152, this guest will not start",
                logical);
  check_physical(disk, stage);
  if (disk->discard_granularity.value % (logical ? logical : 512))
    UNSTARTABLE(disk, "blockio", "discard_granularity",
                "discard_granularity %ju is no multiple of the block size %u, this guest will not start",
                (uintmax_t)disk->discard_granularity.value, logical ? logical : 512);
  else
    check_small_blocks(disk, stage);
}

void
disk_check_shape(const struct disk *disk, struct stage *stage)
{
  check_geometry(disk, stage);
  check_lacking(disk, stage);
  check_block_sizes(disk, stage);
}
