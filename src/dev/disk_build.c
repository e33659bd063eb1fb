/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/disk_build.c - a disk's -device, and what lies between it and the image */

#include "dev/disk.h"
#include "bus/place.h"
#include "core/options.h"
#include "domain/iothread_map.h"

#include <stdlib.h>

/* --- the device --- */

static const char *
driver_of(const struct disk *disk, TALLOC_CTX *ctx)
{
  static const char *const suffixes[DISK_MODELS] = {
    [DISK_MODEL_TRANSITIONAL] = "-transitional",
    [DISK_MODEL_NON_TRANSITIONAL] = "-non-transitional",
  };
  bool cdrom = disk->device == DISK_CDROM;
  switch (disk->bus) {
  case BUS_IDE:
  case BUS_SATA:
    return cdrom ? "ide-cd" : "ide-hd";
  case BUS_SCSI:
    return disk->device == DISK_LUN ? "scsi-block" : cdrom ? "scsi-cd" : "scsi-hd";
  case BUS_VIRTIO:
    return virtio_driver(ctx, &disk->dev, image_is(disk->image, "vhostuser") ? "vhost-user-blk" : "virtio-blk",
                         suffixes[disk->model]);
  case BUS_USB:
    if (disk->model == DISK_MODEL_USB_BOT)
      return cdrom ? "scsi-cd" : "scsi-hd";
    return "usb-storage";
  case BUS_FDC:
    return "floppy";
  case BUS_NVME:
    return "nvme-ns";
  case BUS_NONE:
  case BUS_XEN:
  case BUS_UML:
  case BUS_SD:
  case DISK_BUSES:
    break;
  }
  return NULL;
}

static void
virtio_props(const struct disk *disk, struct props *p, const struct build *b)
{
  device_virtio_props(p, &disk->dev);
  device_at(p, &disk->dev, "driver");
  if (disk->iothread)
    props_refer(p, "iothread", ID_OBJECT, talloc_asprintf(p, "iothread%u", disk->iothread));
  props_switch(p, "ioeventfd", disk->ioeventfd);
  props_switch(p, "event_idx", disk->event_idx);
  if (!image_is(disk->image, "vhostuser") && caps_has(b->caps, FEAT_VIRTIO_BLK_SCSI)) {
    if (disk->device == DISK_LUN)
      props_bool(p, "scsi", true);
    else if (!caps_has(b->caps, FEAT_VIRTIO_BLK_SCSI_DEFAULT_DISABLED))
      props_bool(p, "scsi", false);
  }
  props_nonzero(p, "num-queues", disk->queues);
  props_nonzero(p, "queue-size", disk->queue_size);
  iothread_map_props(p, disk->iothreads);
  device_at(p, &disk->dev, NULL);
}

static void
address(const struct disk *disk, struct props *p)
{
  if (disk->dev.address.type == ADDR_DRIVE) {
    device_at(p, &disk->dev, "address");
    drive_props(p, &disk->dev);
    device_at(p, &disk->dev, NULL);
  } else
    address_props(p, &disk->dev);
}

static void
error_props(const struct disk *disk, struct props *p)
{
  enum error_policy rerror = disk->rerror;
  if (!rerror && disk->werror != POLICY_ENOSPACE)
    rerror = disk->werror; /* a full host has no bearing on reads */
  if (disk->werror)
    props_str(p, "werror", disk->werror == POLICY_ENOSPACE ? "enospc" : error_policy_names[disk->werror]);
  if (rerror)
    props_str(p, "rerror", error_policy_names[rerror]);
}

/* libvirt puts a backslash before each blank, a relic of -drive serial=, and QEMU hands it on: guests
 * know their disks by that name (/dev/disk/by-id). */
static const char *
serial_as_guests_know_it(TALLOC_CTX *ctx, const char *serial)
{
  char *out = talloc_array(ctx, char, (unsigned)strlen(serial) * 2 + 1), *o = out;
  for (; *serial; serial++) {
    if (*serial == ' ')
      *o++ = '\\';
    *o++ = *serial;
  }
  *o = '\0';
  return out;
}

static void
statistics_props(const struct disk *disk, struct props *p)
{
  struct props *list = disk->n_statistics ? props_list(p, "stats-intervals") : NULL;
  for (size_t i = 0; i < disk->n_statistics; i++)
    props_uint(list, NULL, disk->statistics[i].interval);
}

static void
medium_props(const struct disk *disk, struct props *p)
{
  bool writeback, direct, no_flush;
  device_at(p, &disk->dev, "blockio");
  props_nonzero(p, "logical_block_size", disk->logical_block_size);
  props_nonzero(p, "physical_block_size", disk->physical_block_size);
  props_num(p, "discard_granularity", disk->discard_granularity);
  device_at(p, &disk->dev, "wwn");
  if (disk->wwn)
    props_uint(p, "wwn", strtoull(disk->wwn, NULL, 16));
  device_at(p, &disk->dev, "target/@rotation_rate");
  props_nonzero(p, "rotation_rate", disk->rotation_rate);
  device_at(p, &disk->dev, "vendor");
  props_guest(p, "vendor", disk->vendor);
  device_at(p, &disk->dev, "product");
  props_guest(p, disk->bus == BUS_SCSI ? "product" : "model", disk->product);
  device_at(p, &disk->dev, "target");
  if (disk->model == DISK_MODEL_USB_STORAGE)
    props_bool(p, "removable", disk->removable == ON);
  else
    props_switch(p, "removable", disk->removable);
  device_at(p, &disk->dev, "driver");
  if (disk->device != DISK_LUN && cache_mode_flags(disk->mode.cache, &writeback, &direct, &no_flush))
    props_onoff(p, "write-cache", writeback ? ON : OFF);
  device_at(p, &disk->dev, "geometry");
  props_nonzero(p, "cyls", disk->cylinders);
  props_nonzero(p, "heads", disk->heads);
  props_nonzero(p, "secs", disk->sectors);
  if (disk->translation)
    props_str(p, "bios-chs-trans", chs_translation_names[disk->translation]);
  device_at(p, &disk->dev, "serial");
  if (disk->serial && disk->bus != BUS_NVME) /* there it is the controller's */
    props_guest(p, "serial", serial_as_guests_know_it(p, disk->serial));
  device_at(p, &disk->dev, "driver");
  error_props(disk, p);
  statistics_props(disk, p);
  props_switch(p, "dpofua", disk->dpofua);
  device_at(p, &disk->dev, NULL);
}

/* The chardev or the top node. */
static void
backend_props(const struct disk *disk, const char *node, const char *chardev, struct props *p)
{
  if (disk->bus == BUS_SCSI && disk->device != DISK_LUN)
  /* QEMU took it from -drive id= once; the guest sees it, so it must not change */
  {
    device_at(p, &disk->dev, "serial");
    props_guest(p, "device_id", disk->serial ? disk->serial : talloc_asprintf(p, "drive-%s", disk->dev.id));
  }
  device_at(p, &disk->dev, "shareable");
  if (disk->shareable)
    props_bool(p, "share-rw", true);
  device_at(p, &disk->dev, "source/reservations");
  if (disk->bus == BUS_SCSI && disk->image->reservations)
    props_switch(p, "migrate-pr", disk->image->reservations->migration);
  device_at(p, &disk->dev, NULL);
  props_refer(p, "drive", ID_NODE, node);
  props_refer(p, "chardev", ID_CHARDEV, chardev);
}

/* A SCSI bus behind USB: the drive is its one unit. Returns the drive's properties. */
static struct props *
build_bot(const struct disk *disk, struct argv *argv)
{
  const char *id = disk->dev.id, *bus = talloc_asprintf(argv, "%s.0", id);
  struct props *usb = argv_device(argv, PHASE_DEVICE, "usb-bot", id);
  if (disk->serial)
    props_guest(usb, "serial", serial_as_guests_know_it(usb, disk->serial)); /* the USB device has one of its own */
  address_props(usb, &disk->dev);
  argv_offers_bus(argv, bus);
  struct props *p = argv_device(argv, PHASE_DEVICE, driver_of(disk, argv), talloc_asprintf(argv, "%s-device", id));
  props_refer(p, "bus", ID_BUS, bus);
  props_uint(p, "scsi-id", 0);
  props_uint(p, "lun", 0);
  return p;
}

static void
build_device(const struct disk *disk, const char *node, const char *chardev, const struct build *b, struct argv *argv)
{
  bool bot = disk->model == DISK_MODEL_USB_BOT;
  struct props *p = bot ? build_bot(disk, argv) : argv_device(argv, PHASE_DEVICE, driver_of(disk, argv), disk->dev.id);
  if (disk->bus == BUS_VIRTIO)
    virtio_props(disk, p, b);
  if (!bot)
    address(disk, p);
  backend_props(disk, node, chardev, p);
  if (disk->bus != BUS_FDC)
    device_boot_props(p, &disk->dev);
  medium_props(disk, p);
}

/* --- below the device --- */

static const char *
build_chardev(const struct disk *disk, const struct build *b, struct argv *argv)
{
  uint32_t reconnect = 0;
  const char *path = image_vhostuser(disk->image, &reconnect);
  if (!path)
    return NULL;
  const char *id = talloc_asprintf(argv, "chr-vu-%s", disk->dev.id);
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-chardev", "backend");
  props_str(p, "backend", "socket");
  props_define(p, "id", ID_CHARDEV, id);
  props_host(p, "path", reconnect ? WANT_RETRY : WANT_CONNECT, path);
  if (caps_has(b->caps, FEAT_CHARDEV_RECONNECT_MS))
    props_nonzero(p, "reconnect-ms", reconnect * UINT64_C(1000));
  else
    props_nonzero(p, "reconnect", reconnect);
  return id;
}

static const char *
build_nodes(const struct disk *disk, const struct build *b, struct argv *argv)
{
  const char *rule = argv->rule;
  if (disk->transient && !options_launch(b->options) && !b->options->overlaid)
    argv->rule = "<transient/>: below an overlay with --exec and --run, here written to for good";
  const char *node = image_build(disk->image, b, argv);
  argv->rule = rule;
  if (node && disk->copy_on_read == ON) {
    struct props *p = argv_json(argv, PHASE_DEVICE, "-blockdev");
    device_at(p, &disk->dev, "driver/@copy_on_read");
    props_str(p, "driver", "copy-on-read");
    props_define(p, "node-name", ID_NODE, talloc_asprintf(p, "%s-cor", disk->target));
    props_refer(p, "file", ID_NODE, node);
    props_str(p, "discard", "unmap");
    node = talloc_asprintf(argv, "%s-cor", disk->target);
  }
  return node && disk->throttle ? throttle_build(disk->throttle, node, disk->readonly, argv) : node;
}

/* SD cards have no -device for the slots that boards bring: -drive alone reaches them. */
static void
build_sd(const struct disk *disk, struct argv *argv)
{
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-drive", NULL);
  const struct image_mode *mode = &disk->mode;
  image_drive_props(disk->image, argv, p);
  props_str(p, "if", "sd");
  props_uint(p, "index", (uint64_t)disk->index);
  if (disk->transient)
    props_bool(p, "snapshot", true);
  if (disk->readonly)
    props_bool(p, "readonly", true);
  if (!disk->image->storage)
    return;
  if (mode->cache)
    props_str(p, "cache", cache_mode_names[mode->cache]);
  props_switch(p, "copy-on-read", disk->copy_on_read);
  if (mode->discard)
    props_str(p, "discard", discard_mode_names[mode->discard]);
  if (mode->zeroes)
    props_str(p, "detect-zeroes",
              zeroes_mode_names[mode->zeroes == ZEROES_UNMAP && mode->discard != DISCARD_UNMAP ? ZEROES_ON
                                                                                               : mode->zeroes]);
  if (mode->io)
    props_str(p, "aio", io_mode_names[mode->io]);
}

void
disk_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct disk *disk = (const struct disk *)dev;
  if (disk->dropped || disk_comes_later(disk, b->options))
    return;
  if (disk->bus == BUS_SD) {
    build_sd(disk, argv);
    return;
  }
  const char *node = build_nodes(disk, b, argv);
  build_device(disk, node, build_chardev(disk, b, argv), b, argv);
}
