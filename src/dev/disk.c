/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/disk.c - <disk>: hard disks, CD-ROM and floppy drives, SCSI units handed through */

#include "dev/disk.h"
#include "bus/place.h"
#include "core/options.h"
#include "domain/iothread_map.h"
#include "domain/notes.h"
#include "domain/wants.h"

#include <stdlib.h>

const char *const disk_device_names[DISK_DEVICES] = {
  [DISK_DISK] = "disk",
  [DISK_CDROM] = "cdrom",
  [DISK_FLOPPY] = "floppy",
  [DISK_LUN] = "lun",
};

const char *const disk_bus_names[DISK_BUSES] = {
  [BUS_IDE] = "ide", [BUS_FDC] = "fdc", [BUS_SCSI] = "scsi", [BUS_VIRTIO] = "virtio", [BUS_XEN] = "xen",
  [BUS_USB] = "usb", [BUS_UML] = "uml", [BUS_SATA] = "sata", [BUS_SD] = "sd",         [BUS_NVME] = "nvme",
};

static const char *const model_names[DISK_MODELS] = {
  [DISK_MODEL_DEFAULT] = "default",
  [DISK_MODEL_VIRTIO] = "virtio",
  [DISK_MODEL_TRANSITIONAL] = "virtio-transitional",
  [DISK_MODEL_NON_TRANSITIONAL] = "virtio-non-transitional",
  [DISK_MODEL_USB_STORAGE] = "usb-storage",
  [DISK_MODEL_USB_BOT] = "usb-bot",
};

const char *const error_policy_names[ERROR_POLICIES] = {
  [POLICY_STOP] = "stop",
  [POLICY_REPORT] = "report",
  [POLICY_IGNORE] = "ignore",
  [POLICY_ENOSPACE] = "enospace",
};

static const char *const rerror_policy_names[POLICY_ENOSPACE] = {
  [POLICY_STOP] = "stop",
  [POLICY_REPORT] = "report",
  [POLICY_IGNORE] = "ignore",
};

static const char *const tray_names[DISK_TRAYS] = { [TRAY_CLOSED] = "closed", [TRAY_OPEN] = "open" };

static const char *const sgio_names[DISK_SGIOS] = { [SGIO_FILTERED] = "filtered", [SGIO_UNFILTERED] = "unfiltered" };

const char *const chs_translation_names[CHS_TRANSLATIONS] = {
  [CHS_NONE] = "none",
  [CHS_AUTO] = "auto",
  [CHS_LBA] = "lba",
};

static const char *const snapshot_names[DISK_SNAPSHOTS] = {
  [SNAPSHOT_NO] = "no",
  [SNAPSHOT_INTERNAL] = "internal",
  [SNAPSHOT_EXTERNAL] = "external",
  [SNAPSHOT_MANUAL] = "manual",
};

static const struct attr statistic_attrs[] = {
  ATTR_UINT("@interval", struct statistic, interval, .min = 1, .unit = "seconds", .required = true,
            .doc = "How long one span of what QEMU counts of the disk's use lasts."),
  ATTR_END
};

static const char *const histogram_names[] = { "read", "write", "zone", "flush" };
static const struct attr bin_attrs[] = { ATTR_UINT_ONLY("@start", .max = INT64_MAX, .required = true,
                                                        .unit = "nanoseconds",
                                                        .doc = "The shortest request of this bin."),
                                         ATTR_END };
static const struct attr histogram_attrs[] = {
  ATTR_ENUM_ONLY("@type", histogram_names, .dflt = "all", .doc = "Which requests the histogram counts."),
  ATTR_SEE("bin", bin_attrs, .many = true, .doc = "A class of requests, by how long they took."), ATTR_END
};

/* Drives may be empty, a disk is not. */
static const struct attr with_file[] = { ATTR_NEEDED("source/@file"), ATTR_END };
static const struct attr with_dev[] = { ATTR_NEEDED("source/@dev"), ATTR_END };
static const struct attr with_dir[] = { ATTR_NEEDED("source/@dir"), ATTR_END };
static const struct attr of_disk[] = { ATTR_NEEDED("source"),

                                       ATTR_IF("@type", "file", with_file), ATTR_IF("@type", "block", with_dev),
                                       ATTR_IF("@type", "dir", with_dir), ATTR_END };
static const struct attr of_lun[] = { ATTR_NEEDED("source"), ATTR_END };

static const struct attr disk_attrs[] = {
  ATTR_ENUM("@device", struct disk, device, disk_device_names, .dflt = "disk",
            .doc = "What the guest sees: a disk, a CD-ROM drive, a floppy drive, or a SCSI unit as it is."),
  ATTR_ENUM("@model", struct disk, model, model_names,
            .dflt = "by the bus: virtio, on USB usb-bot of a CD-ROM and usb-storage of others",
            .doc = "Which generation of the virtio device it is, or which USB storage."),
  ATTR_ENUM("@snapshot", struct disk, snapshot, snapshot_names, .dflt = "the manager's",
            .doc = "How a manager takes snapshots of it; it has no effect on QEMU's start."),
  ATTR_YESNO("@rawio", struct disk, rawio, .dflt = "no",
             .doc = "Whether the guest's process may send any command to the device, which a manager allows."),
  ATTR_ENUM("@sgio", struct disk, sgio, sgio_names, .dflt = "filtered",
            .doc = "Whether SCSI commands of the guest are filtered by the host's kernel."),
  ATTR_STRING("target/@dev", struct disk, target, .required = true,
              .missing = "it has no target; add <target dev='vda' bus='virtio'/>",
              .pattern = "(ioemu:)?(fd|hd|vd|sd|xvd|ubd)[a-z]+0?|(ioemu:)?nvme[0-9]{1,4}n[1-9][0-9]{0,2}",
              .doc = "The disk's name in this XML, such as vda; it says the order, and the bus where none is given."),
  ATTR_ENUM("target/@bus", struct disk, bus, disk_bus_names,
            .dflt = "by the name: hd ide, sd scsi, vd virtio, nvme nvme; fdc of a floppy drive",
            .doc = "Which bus the guest finds the disk on."),
  ATTR_ENUM("target/@tray", struct disk, tray, tray_names, .dflt = "closed",
            .doc = "Whether the drive's tray is open when the guest starts."),
  ATTR_ONOFF("target/@removable", struct disk, removable, .dflt = "QEMU's (off)",
             .doc = "Whether the guest sees a medium that can be taken out."),
  ATTR_ONOFF("target/@dpofua", struct disk, dpofua, .dflt = "QEMU's (off)",
             .doc = "Whether a SCSI disk lets the guest write past its cache, one request at a time."),
  ATTR_LIST("driver/statistics/statistic", struct disk, statistics, n_statistics, struct statistic, statistic_attrs,
            .doc = "A span of time for which QEMU counts."),
  ATTR_NODE("driver/statistics/latency-histogram", struct disk, histogram, .dflt = "none",
            .doc = "How many requests took how long."),
  ATTR_SEE("driver/statistics/latency-histogram", histogram_attrs, .many = true,
           .doc = "How many requests took how long."),
  ATTR_UINT("target/@rotation_rate", struct disk, rotation_rate, .needs = FEAT_ROTATION_RATE, .unit = "rounds a minute",
            .dflt = "QEMU's (0: it is not told)", .doc = "The disk's speed; 1 is a disk without moving parts."),
  ATTR_ENUM("source/@startupPolicy", struct disk, startup, startup_policy_names, .dflt = "mandatory",
            .doc = "What happens where the medium is not there when the guest starts."),
  ATTR_STRING("driver/@name", struct disk, driver, .dflt = "qemu", .doc = "Whose driver it is: qemu."),
  ATTR_ENUM("driver/@cache", struct disk, mode.cache, cache_mode_names,
            .dflt = "QEMU's (writeback); none of a shareable disk that is written to",
            .doc = "How the host's page cache and write cache are used."),
  ATTR_ENUM("driver/@error_policy", struct disk, werror, error_policy_names, .dflt = "QEMU's (enospace)",
            .doc = "What the guest is told, or whether it stops, when a write fails."),
  ATTR_ENUM("driver/@rerror_policy", struct disk, rerror, rerror_policy_names,
            .dflt = "error_policy's, unless that is enospace; else QEMU's (report)",
            .doc = "What the guest is told, or whether it stops, when a read fails."),
  ATTR_ENUM("driver/@io", struct disk, mode.io, io_mode_names, .dflt = "QEMU's (threads)",
            .doc = "Which of the host's interfaces for asynchronous requests is used."),
  ATTR_ONOFF("driver/@ioeventfd", struct disk, ioeventfd, .dflt = "QEMU's (on)",
             .doc = "Whether the guest's requests are taken outside the virtual CPU's thread."),
  ATTR_ONOFF("driver/@event_idx", struct disk, event_idx, .dflt = "QEMU's (on)",
             .doc = "Whether guest and QEMU spare each other interrupts that are not needed."),
  ATTR_ONOFF("driver/@copy_on_read", struct disk, copy_on_read, .dflt = "off",
             .doc = "Whether what is read from backing images is kept in the top one."),
  ATTR_ENUM("driver/@discard", struct disk, mode.discard, discard_mode_names, .dflt = "QEMU's (ignore)",
            .doc = "Whether space that the guest frees is freed on the host as well."),
  ATTR_ENUM("driver/@detect_zeroes", struct disk, mode.zeroes, zeroes_mode_names, .dflt = "QEMU's (off)",
            .doc = "Whether written zeroes become holes."),
  ATTR_ONOFF("driver/@discard_no_unref", struct disk, mode.discard_no_unref, .needs = FEAT_QCOW2_DISCARD_NO_UNREF,
             .dflt = "QEMU's (off)",
             .doc = "Whether freed clusters of a qcow2 image keep their place, against fragmentation."),
  ATTR_UINT("driver/@iothread", struct disk, iothread, .min = 1, .dflt = "none: QEMU's main loop",
            .doc = "The I/O thread that serves the disk."),
  ATTR_UINT("driver/@queues", struct disk, queues, .dflt = "QEMU's (one for each virtual CPU on PCI, else 1)",
            .doc = "How many request queues the disk has."),
  ATTR_UINT("driver/@queue_size", struct disk, queue_size, .needs = FEAT_VIRTIO_BLK_QUEUE_SIZE, .dflt = "QEMU's (256)",
            .doc = "How many requests fit into one queue."),
  ATTR_PRESENT("readonly", struct disk, readonly, .dflt = "off; always on of a CD-ROM",
               .doc = "The guest cannot write to it."),
  ATTR_PRESENT("shareable", struct disk, shareable, .dflt = "off",
               .doc = "Several guests may write to it at once; their file system must allow for that."),
  ATTR_PRESENT("transient", struct disk, transient, .dflt = "off",
               .doc = "What the guest writes is forgotten when it ends."),
  ATTR_YESNO("transient/@shareBacking", struct disk, share_backing, .dflt = "no",
             .doc = "Whether several guests may use the image below at once."),
  ATTR_UINT("geometry/@cyls", struct disk, cylinders, .dflt = "QEMU's guess",
            .doc = "Cylinders of the geometry that the BIOS is told."),
  ATTR_UINT("geometry/@heads", struct disk, heads, .dflt = "QEMU's guess",
            .doc = "Heads of the geometry that the BIOS is told."),
  ATTR_UINT("geometry/@secs", struct disk, sectors, .dflt = "QEMU's guess",
            .doc = "Sectors of the geometry that the BIOS is told."),
  ATTR_ENUM("geometry/@trans", struct disk, translation, chs_translation_names, .dflt = "QEMU's (auto)",
            .doc = "How the BIOS translates the geometry."),
  ATTR_UINT("blockio/@logical_block_size", struct disk, logical_block_size, .dflt = "QEMU's (512 of most storage)",
            .unit = "bytes", .doc = "The smallest block that the guest can ask for."),
  ATTR_UINT("blockio/@physical_block_size", struct disk, physical_block_size, .unit = "bytes",
            .dflt = "QEMU's (512 of most storage)",
            .doc = "The block size that is best for the storage, as the guest is told."),
  ATTR_NUM("blockio/@discard_granularity", struct disk, discard_granularity, .unit = "bytes", .dflt = "QEMU's",
           .doc = "The smallest piece that the guest can free."),
  ATTR_STRING("wwn/text()", struct disk, wwn, .empty_none = true, .pattern = "(0x)?[0-9a-fA-F]{16}", .dflt = "none",
              .doc = "The World Wide Name by which the guest knows the disk."),
  /* the guest sees them with their blanks */
  ATTR_STRING("serial/raw()", struct disk, serial, .empty_none = true,
              .dflt = "none, or QEMU's (QM00001, ... of ide and sata)",
              .doc = "The serial number that the guest sees."),
  ATTR_STRING("vendor/raw()", struct disk, vendor, .empty_none = true, .dflt = "QEMU's (QEMU)",
              .doc = "The vendor's name that the guest sees, of SCSI disks."),
  ATTR_STRING("product/raw()", struct disk, product, .empty_none = true, .dflt = "QEMU's (QEMU HARDDISK of a disk)",
              .doc = "The product's name that the guest sees, of SCSI disks."),
  ATTR_QUIET("mirror", .doc = "A copy that a running guest makes; a start knows none."),
  ATTR_QUIET("backenddomain", .doc = "Xen's; it has no effect."),
  ATTR_QUIET("privateData", .doc = "What a running libvirt notes for itself; it has no effect."),
  ATTR_QUIET("diskSecretsPlacement", .doc = "What a running libvirt notes for itself; it has no effect."),
  ATTR_SEE(".", image_attrs), ATTR_SEE(".", iothread_map_attrs), ATTR_SEE(".", throttle_attrs),
  ATTR_IF("@device", "disk", of_disk), ATTR_IF("@device", "lun", of_lun), ATTR_END
};

/* --- reading --- */

static enum disk_bus
default_bus(const struct disk *disk)
{
  if (disk->device == DISK_FLOPPY)
    return BUS_FDC;
  if (str_starts(disk->target, "sd"))
    return BUS_SCSI;
  if (str_starts(disk->target, "vd"))
    return BUS_VIRTIO;
  if (str_starts(disk->target, "xvd"))
    return BUS_XEN;
  if (str_starts(disk->target, "ubd"))
    return BUS_UML;
  if (str_starts(disk->target, "nvme"))
    return BUS_NVME;
  return BUS_IDE;
}

/* Of no argument: what is wrong is refused all the same. */
static void
read_histogram(const struct disk *disk, xmlNode *node, struct stage *stage)
{
  attr_read(histogram_attrs, node, NULL, disk->dev.subject, stage->diag);
  xml_each(bin, node, "bin") attr_read(bin_attrs, bin, NULL, disk->dev.subject, stage->diag);
}

static void
disk_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct disk *disk = (struct disk *)dev;
  xmlNode *source = xml_child(node, "source");
  disk->index = -1;
  disk_read_target(disk, node, stage);
  disk->image = image_read(dev, node, stage);
  /* without <source>, a type says nothing: the drive is empty */
  if (!source)
    disk->image->storage = NULL;
  disk->of_volume = image_is(disk->image, "volume");
  disk->iothreads = iothread_map_read(disk, node, dev->subject, stage->diag);
  disk->throttle = throttle_read(dev, node, stage);
  for (xmlNode *histogram = disk->histogram; histogram; histogram = xml_next(histogram, "latency-histogram"))
    read_histogram(disk, histogram, stage);
  disk->bus_said = disk->bus;
  if (disk->bus == BUS_NONE)
    disk->bus = default_bus(disk);
}

/* --- completing --- */

static int
by_target(const void *a, const void *b)
{
  const struct disk *x = *(struct disk *const *)a, *y = *(struct disk *const *)b;
  int order = strcmp(x->target, y->target);
  return order ? order : x->dev.place.line < y->dev.place.line ? -1 : x->dev.place.line > y->dev.place.line;
}

/* Names of nodes, and with them of everything, come from targets: no two may be the same. */
static void
refuse_duplicates(struct domain *domain, struct stage *stage)
{
  const struct device_list *list = domain_devices(domain, &disk_kind);
  struct disk **named = talloc_array(stage->diag, struct disk *, (unsigned)list->n + 1);
  size_t n = 0;
  for (size_t i = 0; i < list->n; i++)
    if (((struct disk *)list->items[i])->target)
      named[n++] = (struct disk *)list->items[i];
  if (n)
    qsort(named, n, sizeof(*named), by_target);
  for (size_t i = 1; i < n; i++)
    if (str_eq(named[i]->target, named[i - 1]->target)) {
      diag_error(stage->diag, xml_place(named[i]->dev.node, NULL), named[i]->dev.subject,
                 "target '%s' is also that of the disk in line %u; give each its own", named[i]->target,
                 named[i - 1]->dev.place.line);
      named[i]->dev.broken = true;
    }
  talloc_free(named);
}

/* <os><boot dev='hd'/>: the first disk of that sort. */
static void
give_boot_order(struct domain *domain)
{
  static const enum boot_dev boots[DISK_DEVICES] = {
    [DISK_DISK] = BOOT_HD,
    [DISK_LUN] = BOOT_HD,
    [DISK_CDROM] = BOOT_CDROM,
    [DISK_FLOPPY] = BOOT_FD,
  };
  const struct device_list *list = domain_devices(domain, &disk_kind);
  bool given[BOOT_DEVS] = { false };
  for (size_t i = 0; i < list->n; i++) {
    struct disk *disk = (struct disk *)list->items[i];
    enum boot_dev boot = boots[disk->device];
    for (size_t j = 0; j < domain->os.n_boot && !given[boot]; j++)
      if (domain->os.boot[j] == boot)
        disk->dev.boot_order = (uint32_t)j + 1;
    given[boot] = true;
  }
}

static void
share_throttles(struct domain *domain, struct stage *stage)
{
  const struct device_list *list = domain_devices(domain, &disk_kind);
  struct throttle **all = talloc_array(stage->diag, struct throttle *, (unsigned)list->n + 1);
  size_t n = 0;
  for (size_t i = 0; i < list->n; i++)
    if (((struct disk *)list->items[i])->throttle)
      all[n++] = ((struct disk *)list->items[i])->throttle;
  throttle_groups(all, n, stage);
  talloc_free(all);
}

/* Names of one bus in their order, buses in that of their first disks: libvirt's domain_conf.c,
 * virDomainDiskInsert(). It does so before disks without a bus get one: they stand together, whatever
 * they become. The first one boots, and slots are given in this order. */
static int
by_bus_and_index(const struct device *a, const struct device *b)
{
  const struct disk *x = (const struct disk *)a, *y = (const struct disk *)b;
  if (x->bus_rank != y->bus_rank)
    return x->bus_rank < y->bus_rank ? -1 : 1;
  return x->index < y->index ? -1 : x->index > y->index;
}

static void
sort_disks(struct domain *domain)
{
  const struct device_list *list = domain_devices(domain, &disk_kind);
  unsigned rank[DISK_BUSES] = { 0 }, next = 1;
  for (size_t i = 0; i < list->n; i++) {
    struct disk *disk = (struct disk *)list->items[i];
    if (!rank[disk->bus_said])
      rank[disk->bus_said] = next++;
    disk->bus_rank = rank[disk->bus_said];
  }
  domain_sort(domain, &disk_kind, by_bus_and_index);
}

bool
disk_comes_later(const struct disk *disk, const struct options *options)
{
  return disk->transient && disk->share_backing == ON && !options_launch(options) && !options->overlaid;
}

static void
disk_imply(struct domain *domain, struct stage *stage)
{
  sort_disks(domain);
  refuse_duplicates(domain, stage);
  share_throttles(domain, stage);
  if (domain->os.n_boot)
    give_boot_order(domain);
}

static void
disk_complete(struct device *dev, struct stage *stage)
{
  struct disk *disk = (struct disk *)dev;
  disk->readonly |= disk->device == DISK_CDROM;
  /* the writes of a transient one go to an overlay, which a start makes */
  disk->image->readonly = disk->readonly || (disk->transient && options_overlays(stage->options));
  disk->mode.floppy = disk->device == DISK_FLOPPY;
  disk->mode.cdrom = disk->device == DISK_CDROM;
  /* libvirt: a drive that shall eject is no usb-storage, which is a disk whatever is said of it */
  if (disk->bus == BUS_USB && disk->model == DISK_MODEL_DEFAULT)
    disk->model = disk->device == DISK_CDROM ? DISK_MODEL_USB_BOT : DISK_MODEL_USB_STORAGE;
  /* two guests that write to one image must see each other's writes */
  disk->mode.shareable = disk->shareable;
  if (disk->mode.cache == CACHE_DEFAULT && disk->shareable && !disk->readonly && !image_is(disk->image, "vhostuser")) {
    disk->mode.cache = CACHE_NONE;
    disk->cache_implied = true;
  }
  image_complete(disk->image, disk->target, &disk->mode, stage);
  if (disk->throttle && disk->image->storage)
    throttle_complete(disk->throttle, disk->target);
}

static void
disk_place(struct device *dev, struct stage *stage)
{
  struct disk *disk = (struct disk *)dev;
  uint32_t index = (uint32_t)disk->index;
  switch (disk->bus) {
  case BUS_IDE:
    place_drive(dev, CONTROLLER_IDE, index, stage);
    return;
  case BUS_SATA:
    place_drive(dev, CONTROLLER_SATA, index, stage);
    return;
  case BUS_SCSI:
    place_drive(dev, CONTROLLER_SCSI, index, stage);
    return;
  case BUS_FDC:
    place_drive(dev, CONTROLLER_FDC, index, stage);
    return;
  case BUS_NVME:
    place_drive(dev, CONTROLLER_NVME, index, stage);
    return;
  case BUS_VIRTIO:
    place_virtio(dev, disk->model == DISK_MODEL_TRANSITIONAL, stage);
    return;
  case BUS_USB:
    place_usb(dev, stage);
    return;
  case BUS_SD:
    if (dev->address.type != ADDR_NONE)
      diag_warning(stage->diag, device_address_place(dev), dev->subject,
                   "bus='sd' counts its slots by the target's letter, the address has no effect; drop it");
    dev->address.type = ADDR_NONE;
    return;
  case BUS_XEN:
  case BUS_UML:
    diag_error(stage->diag, dev->place, dev->subject, "bus '%s' is no bus of QEMU's; write bus='virtio'",
               disk_bus_names[disk->bus]);
    dev->broken = true;
    return;
  case BUS_NONE:
  case DISK_BUSES:
    return;
  }
}

/* Two targets of one bus can have one number, and so one id: vda and hda. */
static void
refuse_same_id(struct device *dev, struct stage *stage)
{
  const struct device *first = domain_first(dev, "disk", dev->id);
  if (first != dev)
    diag_error(stage->diag, dev->place, dev->subject,
               "its id '%s' is also that of %s (line %u): both are disk %d of their bus; give one another target",
               dev->id, first->subject, first->place.line, ((const struct disk *)dev)->index);
}

static void
disk_identify(struct device *dev, struct stage *stage)
{
  const struct disk *disk = (const struct disk *)dev;
  const struct drive_address *drive = &dev->address.drive;
  const char *bus = disk_bus_names[disk->bus];
  if (dev->address.type != ADDR_DRIVE) {
    dev->id = talloc_asprintf(dev, "%s-disk%d", bus, disk->index);
    refuse_same_id(dev, stage);
    return;
  }
  const struct controller *c = controller_find(dev->domain, CONTROLLER_SCSI, drive->controller);
  if (disk->bus == BUS_SCSI && !(c && c->model == SCSI_LSILOGIC))
    dev->id = talloc_asprintf(dev, "%s%u-%u-%u-%u", bus, drive->controller, drive->bus, drive->target, drive->unit);
  else
    dev->id = talloc_asprintf(dev, "%s%u-%u-%u", bus, drive->controller, drive->bus, drive->unit);
}

/* libvirt's command says no more: its daemon makes the overlay over QMP before the guest runs, and plugs
 * a disk that shares its image only then (qemu_process.c, qemuProcessSetupDisksTransient()). */
static void
warn_of_printed(const struct disk *disk, struct place place, struct stage *stage)
{
  bool later = disk_comes_later(disk, stage->options);
  diag_warning(stage->diag, place, disk->dev.subject,
               "transient: the printed command %s; to print one that %s, make an overlay (qemu-img create -f qcow2 "
               "-b '%s' -F %s OVERLAY), name it as <source> with <driver type='qcow2'/>, and drop <transient/>",
               later
                   ? "has no such disk, as libvirt plugs it in later (--exec and --run have it, and forget the writes)"
                   : "writes to the image itself, for good (--exec and --run forget the writes)",
               later ? "has" : "does not", image_path(disk->image), image_qemu_format(disk->image));
}

static void
resolve_transient(struct disk *disk, struct stage *stage)
{
  struct place place = xml_place(xml_child(disk->dev.node, "transient"), NULL);
  if (!image_is(disk->image, "file")) {
    diag_error(stage->diag, place, disk->dev.subject,
               "only disks of type='file' are transient, this volume is none; "
               "drop <transient/>");
    return;
  }
  if (disk->bus == BUS_SD)
    return; /* -drive has a word for it */
  wants_add(disk->dev.domain, (struct want){ .kind = WANT_OVERLAY,
                                             .value = image_path(disk->image),
                                             .source = image_qemu_format(disk->image),
                                             .subject = disk->dev.subject,
                                             .place = place });
  if (!options_judges(stage->options) && !options_draws(stage->options) && !stage->options->overlaid)
    warn_of_printed(disk, place, stage);
  if (!options_overlays(stage->options))
    return;
  if (disk->image->encryption && options_starts(stage->options))
    diag_warning(stage->diag, place, disk->dev.subject,
                 "the image is encrypted, the overlay that takes the guest's writes is not: they lie in the clear on "
                 "that file system until their blocks are used again; drop <transient/> if they are secret");
  disk->image = image_overlay(disk->image, place, stage);
}

/* A volume may turn out to be on another machine. */
static void
check_resolved_startup(const struct disk *disk, struct stage *stage)
{
  xmlNode *source = xml_child(disk->dev.node, "source");
  if (disk->startup && image_protocol(disk->image) && disk->of_volume)
    diag_error(stage->diag, xml_place(source, "startupPolicy"), disk->dev.subject,
               "startupPolicy is for storage of this host, and this volume is reached over %s; drop it",
               image_protocol(disk->image));
}

/* libvirt qemu_domain.c, qemuDomainCheckDiskStartupPolicy(): a medium that is not there leaves its
 * drive empty, a disk goes away. */
static void
disk_resolve(struct device *dev, struct stage *stage)
{
  struct disk *disk = (struct disk *)dev;
  bool optional = disk->startup == STARTUP_OPTIONAL;
  bool drive = disk->device == DISK_CDROM || disk->device == DISK_FLOPPY;
  if (dev->broken)
    return;
  disk_give_serial(disk);
  if (image_resolve(disk->image, optional, stage)) {
    check_resolved_startup(disk, stage);
    if (disk->transient)
      resolve_transient(disk, stage);
    return;
  }
  if (!optional)
    return;
  diag_warning(stage->diag, dev->place, dev->subject, "its storage is not there and startupPolicy='optional': %s",
               drive ? "the drive is empty" : "the guest gets no such disk");
  disk->image->storage = NULL;
  disk->dropped = !drive;
}

/* Files that the XML names: where a volume lies, and a namespace of the host's kernel, only resolving tells. */
static void
disk_look(struct device *dev, struct stage *stage)
{
  struct disk *disk = (struct disk *)dev;
  image_look(disk->image, disk->startup == STARTUP_OPTIONAL, stage);
}

static const char *
graph_overlay(const struct disk *disk)
{
  if (!disk->transient)
    return "";
  return disk->bus == BUS_SD ? "overlay <- " : "overlay (with --exec and --run) <- ";
}

static const char *
disk_graph(TALLOC_CTX *ctx, const struct device *dev)
{
  const struct disk *disk = (const struct disk *)dev;
  bool throttled = disk->throttle && disk->image->storage;
  if (disk->dropped)
    return NULL;
  return talloc_asprintf(ctx, "%s%s%s%s", throttled ? "throttle <- " : "",
                         disk->copy_on_read == ON && disk->image->storage ? "copy-on-read <- " : "",
                         graph_overlay(disk), image_text(ctx, disk->image));
}

const struct kind disk_kind = {
  .element = "disk",
  .size = sizeof(struct disk),
  .name_path = "target/@dev",
  .takes = TAKES_BOOT | TAKES_VIRTIO,
  .attrs = disk_attrs,
  .parse = disk_parse,
  .imply = disk_imply,
  .complete = disk_complete,
  .place = disk_place,
  .identify = disk_identify,
  .check = disk_check,
  .resolve = disk_resolve,
  .look = disk_look,
  .build = disk_build,
  .graph = disk_graph,
};
