/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/disk_check.c - what one disk may be */

#include "bus/controller.h"
#include "dev/disk.h"
#include "domain/iothread_map.h"
#include "domain/ram.h"

/* --- what the bus allows --- */

static void
check_virtio_only(const struct disk *disk, struct stage *stage)
{
  const char *bus = disk_bus_names[disk->bus];
  const struct virtio_options *v = &disk->dev.virtio;
  bool of_usb = disk->model >= DISK_MODEL_USB_STORAGE;
  if (disk->model && disk->bus != (of_usb ? BUS_USB : BUS_VIRTIO))
    diag_error(stage->diag, xml_place(disk->dev.node, "model"), disk->dev.subject,
               "this model is for bus='%s', and the disk is on '%s'; drop it", of_usb ? "usb" : "virtio", bus);
  if (disk->bus == BUS_VIRTIO)
    return;
  if (disk->queues)
    REFUSE(disk, "driver", "queues", "queues are virtio's, this is bus='%s'; drop them", bus);
  if (disk->queue_size)
    REFUSE(disk, "driver", "queue_size", "queue_size is virtio's, this is bus='%s'; drop it", bus);
  if (disk->event_idx)
    REFUSE(disk, "driver", "event_idx", "event_idx is virtio's, this is bus='%s'; drop it", bus);
  if (disk->ioeventfd)
    REFUSE(disk, "driver", "ioeventfd", "ioeventfd is virtio's, this is bus='%s'; drop it", bus);
  if (disk->iothread || disk->iothreads)
    REFUSE(disk, "driver", "iothread",
           "an I/O thread serves bus='virtio', this is '%s'; for bus='scsi' give it to the "
           "controller",
           bus);
  if (v->iommu || v->ats || v->packed || v->page_per_vq)
    REFUSE(disk, "driver", NULL, "iommu, ats, packed and page_per_vq are virtio's, this is bus='%s'; drop them", bus);
}

static void
check_device(const struct disk *disk, struct stage *stage)
{
  const char *bus = disk_bus_names[disk->bus];
  if (disk->device == DISK_FLOPPY && disk->bus != BUS_FDC)
    REFUSE(disk, "target", bus, "a floppy drive sits on bus='fdc', not '%s'", bus);
  else if (disk->device != DISK_FLOPPY && disk->bus == BUS_FDC)
    REFUSE(disk, "target", bus, "on bus='fdc' sit floppy drives alone; write device='floppy', or another bus");
  if (disk->device == DISK_FLOPPY && !str_starts(disk->target, "fd"))
    REFUSE(disk, "target", disk->target, "target '%s' is no floppy drive's; write fda or fdb", disk->target);
  if ((disk->device == DISK_DISK || disk->device == DISK_LUN) && str_starts(disk->target, "fd"))
    REFUSE(disk, "target", disk->target, "target '%s' is a floppy drive's; write vda, sda or hda", disk->target);
  if (disk->device == DISK_CDROM && (disk->bus == BUS_VIRTIO || disk->bus == BUS_SD))
    REFUSE(disk, "target", bus, "bus='%s' has no drives that eject; put a cdrom on sata, scsi, ide or usb", bus);
  if (disk->bus == BUS_NVME && disk->device != DISK_DISK)
    REFUSE(disk, "target", bus, "an NVMe namespace is a device='disk'; put a %s on scsi",
           disk_device_names[disk->device]);
  if (disk->bus == BUS_NVME && !str_starts(disk->target, "nvme"))
    REFUSE(disk, "target", disk->target,
           "on bus='nvme' a target says controller and namespace; write nvme0n1, not '%s'", disk->target);
  else if (disk->bus != BUS_NVME && str_starts(disk->target, "nvme"))
    REFUSE(disk, "target", disk->target,
           "target '%s' is a namespace of an emulated NVMe controller; write bus='nvme', or "
           "vda, sda, ...",
           disk->target);
  if (disk->tray == TRAY_OPEN && disk->device != DISK_CDROM && disk->device != DISK_FLOPPY)
    REFUSE(disk, "target", "tray", "only cdrom and floppy drives have a tray to open; drop it");
  if (disk->removable && disk->bus != BUS_USB && !(disk->bus == BUS_SCSI && disk->device == DISK_DISK))
    REFUSE(disk, "target", "removable", "removable is for usb and scsi disks; drop it");
}

/* Reports properties that virtio-blk has on PCI alone. */
static void
check_transport(const struct disk *disk, struct stage *stage)
{
  enum addr_type type = disk->dev.address.type;
  bool elsewhere = type == ADDR_CCW || type == ADDR_VIRTIO_MMIO;
  if (elsewhere && (disk->model == DISK_MODEL_TRANSITIONAL || disk->model == DISK_MODEL_NON_TRANSITIONAL))
    diag_warning(stage->diag, xml_place(disk->dev.node, "model"), disk->dev.subject,
                 "the model chooses between forms of virtio on PCI, this disk is not there: it has no effect; drop it");
  if (type == ADDR_VIRTIO_MMIO && disk->ioeventfd)
    UNSTARTABLE(disk, "driver", "ioeventfd",
                "ioeventfd: a device on virtio-mmio has no such switch, this guest will not start; drop it");
}

/* QEMU hw/: boards to which nobody could add a floppy controller. */
static void
check_machine(const struct disk *disk, struct stage *stage)
{
  const struct domain *domain = disk->dev.domain;
  enum arch arch = domain->arch;
  bool bare = domain_is_virt(domain) || domain_is_s390(domain) || arch_is_ppc64(arch);
  if (disk->bus == BUS_FDC && (bare || domain_is_microvm(domain) || arch_is_arm(arch) || arch_is_riscv(arch)))
    UNSTARTABLE(disk, "target", "fdc",
                "machine %s has no floppy controller, this guest will not start; write device='cdrom' or 'disk', and "
                "another bus",
                domain->os.machine);
}

/* --- names in the guest --- */

static bool
printable(const char *text)
{
  for (; *text; text++)
    if (*text < ' ' || *text > '~')
      return false;
  return true;
}

static void
check_name(const struct disk *disk, const char *element, const char *name, size_t max, struct stage *stage)
{
  if (!printable(name))
    REFUSE(disk, element, NULL, "%s has characters that are not printable ASCII; replace them", element);
  else if (strlen(name) > max)
    REFUSE(disk, element, name, "%s '%s' is longer than the %zu characters that the guest sees; shorten it", element,
           name, max);
}

/* QEMU virtio_blk.h, hw/ide/core.c, hw/scsi/scsi-disk.c. A USB disk's serial is its SCSI device id
 * too, of which there is less; until 9.1 SCSI disks cut off what they refuse now. */
static void
check_serial_length(const struct disk *disk, struct stage *stage)
{
  bool scsi = disk->bus == BUS_SCSI || disk->bus == BUS_USB;
  bool refused = scsi && caps_version(stage->caps) >= QEMU_VERSION(9, 1, 0);
  size_t max = disk->bus == BUS_SCSI || (scsi && !refused) ? 36 : 20, length = strlen(disk->serial);
  for (const char *c = disk->serial; *c; c++)
    length += *c == ' '; /* as disk_build.c writes it */
  if (length <= max || disk->bus == BUS_FDC)
    return;
  if (refused)
    UNSTARTABLE(disk, "serial", disk->serial,
                "a serial of %zu characters: QEMU takes %zu on bus='%s', this guest will not start; shorten it", length,
                max, disk_bus_names[disk->bus]);
  else
    diag_warning(stage->diag, disk_at(disk, "serial", disk->serial), disk->dev.subject,
                 "a serial of %zu characters: the guest sees the first %zu", length, max);
}

static void
check_serial(const struct disk *disk, struct stage *stage)
{
  static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .+";
  const char *serial = disk->serial;
  if (!serial)
    return;
  if (disk->bus == BUS_SD)
    REFUSE(disk, "serial", NULL, "an SD card has no serial of its own; drop it");
  else if (disk->bus == BUS_NVME)
    disk_check_nvme_serial(disk, stage);
  else if (disk->bus == BUS_SCSI && disk->device == DISK_LUN)
    REFUSE(disk, "serial", NULL, "a unit that is handed through has its own serial; drop it");
  else if (serial[strspn(serial, fine)] != '\0')
    REFUSE(disk, "serial", serial, "serial '%s' has '%c'; letters, digits, blanks and -_.+ are fine", serial,
           serial[strspn(serial, fine)]);
  else
    check_serial_length(disk, stage);
}

/* QEMU hw/block/virtio-blk.c; include/hw/virtio/virtio.h: VIRTQUEUE_MAX_SIZE, VIRTIO_QUEUE_MAX. */
static void
check_queues(const struct disk *disk, struct stage *stage)
{
  enum { QUEUES_MAX = 1024, QUEUE_SIZE_MAX = 1024 };
  uint32_t size = disk->queue_size;
  if (size && (size <= 2 || size > QUEUE_SIZE_MAX || (size & (size - 1))))
    UNSTARTABLE(disk, "driver", "queue_size",
                "queue_size %u: QEMU takes powers of two from 4 to %d, this guest will not start", size,
                QUEUE_SIZE_MAX);
  if (disk->queues > QUEUES_MAX)
    UNSTARTABLE(disk, "driver", "queues", "queues %u: QEMU has at most %d, this guest will not start; lower them",
                disk->queues, QUEUES_MAX);
}

static void
check_identity(const struct disk *disk, struct stage *stage)
{
  bool ata = disk_is_ata(disk);
  bool scsi = disk->bus == BUS_SCSI;
  check_serial(disk, stage);
  const char *digits = disk->wwn ? disk->wwn + (str_starts(disk->wwn, "0x") ? 2 : 0) : NULL;
  if (digits && (strlen(digits) != 16 || digits[strspn(digits, "0123456789abcdefABCDEF")] != '\0'))
    REFUSE(disk, "wwn", disk->wwn, "wwn '%s' is malformed; 16 hexadecimal digits", disk->wwn);
  if (disk->wwn && !scsi && disk->bus != BUS_IDE)
    REFUSE(disk, "wwn", NULL, "a wwn is for bus='scsi' and 'ide', this is '%s'; drop it", disk_bus_names[disk->bus]);
  if (disk->vendor && !scsi)
    REFUSE(disk, "vendor", NULL, "a vendor is for bus='scsi', this is '%s'; drop it", disk_bus_names[disk->bus]);
  else if (disk->vendor)
    check_name(disk, "vendor", disk->vendor, 8, stage);
  if (disk->product && !scsi && !ata)
    REFUSE(disk, "product", NULL, "a product is for bus='scsi', 'ide' and 'sata', this is '%s'; drop it",
           disk_bus_names[disk->bus]);
  else if (disk->product)
    check_name(disk, "product", disk->product, scsi ? 16 : 40, stage);
  if (disk->rotation_rate && ((!scsi && !ata) || disk->device != DISK_DISK))
    REFUSE(disk, "target", "rotation_rate", "a rotation rate is for disks on bus='scsi', 'sata' and 'ide'; drop it");
  else if (disk->rotation_rate > UINT16_MAX)
    UNSTARTABLE(disk, "target", "rotation_rate",
                "rotation_rate %u: QEMU takes 1 (no rotation) to 65535 turns a minute, this guest will not start",
                disk->rotation_rate);
}

/* --- LUNs --- */

static void
check_lun_storage(const struct disk *disk, struct stage *stage)
{
  const struct image *image = disk->image;
  const char *protocol = image_protocol(image);
  if (protocol && strcmp(protocol, "iscsi") != 0)
    REFUSE(disk, "source", protocol, "device='lun' reaches a SCSI unit, '%s' has none; write device='disk'", protocol);
  else if (!image->storage && !xml_child(disk->dev.node, "source"))
    REFUSE(disk, "source", NULL, "it has no storage; add <source dev='...'/>");
  else if (image->storage && !protocol && !image_is(image, "block") && !image_is(image, "volume"))
    REFUSE(disk, "source", NULL, "device='lun' needs a block device of the host; write type='block', or device='disk'");
  if (image->format > IMAGE_RAW)
    REFUSE(disk, "driver", image_format_names[image->format], "device='lun' is raw, not %s; write type='raw'",
           image_format_names[image->format]);
  if (image->slice.set)
    REFUSE(disk, "source", NULL, "device='lun' is whole; drop <slices>");
  if (image->encryption)
    REFUSE(disk, "source", NULL, "device='lun' is not decrypted by QEMU; drop <encryption>, or write device='disk'");
}

static void
check_lun(const struct disk *disk, struct stage *stage)
{
  if (disk->sgio == SGIO_UNFILTERED)
    diag_error(stage->diag, xml_place(disk->dev.node, "sgio"), disk->dev.subject,
               "sgio='unfiltered': the kernel has it no more; drop it");
  if (disk->device != DISK_LUN) {
    if (disk->sgio)
      diag_error(stage->diag, xml_place(disk->dev.node, "sgio"), disk->dev.subject,
                 "sgio is for device='lun'; drop it");
    if (disk->rawio)
      diag_error(stage->diag, xml_place(disk->dev.node, "rawio"), disk->dev.subject,
                 "rawio is for device='lun'; drop it");
    if (disk->image->reservations)
      REFUSE(disk, "source", NULL, "reservations are for device='lun'; drop them");
    return;
  }
  check_lun_storage(disk, stage);
  if (disk->bus == BUS_VIRTIO && !caps_has(stage->caps, FEAT_VIRTIO_BLK_SCSI))
    REFUSE(disk, "target", "virtio", "virtio-blk of QEMU %s hands no SCSI commands on; write bus='scsi'",
           caps_version_string(stage->caps));
  else if (disk->bus == BUS_SCSI && !caps_has(stage->caps, FEAT_SCSI_BLOCK))
    REFUSE(disk, "target", "scsi", "this QEMU was built without scsi-block; write device='disk'");
  else if (disk->bus != BUS_VIRTIO && disk->bus != BUS_SCSI)
    REFUSE(disk, "target", disk_bus_names[disk->bus], "device='lun' sits on bus='scsi', not '%s'",
           disk_bus_names[disk->bus]);
  else if (disk->bus == BUS_VIRTIO) /* hw/block/virtio-blk.c: not with VIRTIO_F_VERSION_1, which each of them offers */
    diag_unstartable(stage->diag, xml_place(disk->dev.node, "target"), disk->dev.subject,
                     "device='lun' on bus='virtio': QEMU hands no SCSI commands on since virtio 1.0, this guest will "
                     "not "
                     "start; write bus='scsi'");
  if (disk->copy_on_read == ON)
    REFUSE(disk, "driver", "copy_on_read", "copy_on_read does not fit device='lun'; drop it");
  if (disk->wwn || disk->vendor || disk->product)
    REFUSE(disk,
           disk->wwn      ? "wwn"
           : disk->vendor ? "vendor"
                          : "product",
           NULL, "a unit that is handed through names itself; drop wwn, vendor and product");
}

/* --- the way to the storage --- */

/* libvirt looks at what is written: <shareable/>'s own way past the host's cache does not count. */
static bool
is_uncached(const struct disk *disk)
{
  return !disk->cache_implied && (disk->mode.cache == CACHE_NONE || disk->mode.cache == CACHE_DIRECTSYNC);
}

/* Another process, or a device, reads and writes the guest's memory. */
static void
check_shared_memory(const struct disk *disk, struct stage *stage)
{
  if (!ram_is_shared(disk->dev.domain))
    REFUSE(disk, "source", NULL,
           "it needs the guest's memory shared; write <memoryBacking><source type='memfd'/>"
           "<access mode='shared'/></memoryBacking>");
}

static void
check_vhostuser(const struct disk *disk, struct stage *stage)
{
  const struct image *image = disk->image;
  const struct {
    bool given;
    const char *element, *what;
  } rules[] = {
    { disk->mode.cache, "driver", "cache" },
    { disk->werror || disk->rerror, "driver", "error_policy" },
    { disk->mode.io, "driver", "io" },
    { disk->ioeventfd, "driver", "ioeventfd" },
    { disk->copy_on_read, "driver", "copy_on_read" },
    { disk->mode.discard, "driver", "discard" },
    { disk->mode.zeroes, "driver", "detect_zeroes" },
    { disk->iothread, "driver", "iothread" },
    { image->metadata_cache, "driver", "metadata_cache" },
    { disk->throttle, "iotune", "a limit on throughput" },
    { image->backing || image->chain_ends, "backingStore", "backingStore" },
    { image->encryption, "source", "encryption" },
    { disk->readonly, "readonly", "readonly" },
    { disk->shareable, "shareable", "shareable" },
    { disk->transient, "transient", "transient" },
    { disk->serial, "serial", "serial" },
    { image->auth, "source", "auth" },
    { disk->cylinders || disk->heads || disk->sectors || disk->translation, "geometry", "geometry" },
    { disk->logical_block_size || disk->physical_block_size || disk->discard_granularity.set, "blockio", "blockio" },
    { disk->snapshot > SNAPSHOT_NO, "source", "a snapshot other than 'no'" },
  };
  if (disk->bus != BUS_VIRTIO)
    REFUSE(disk, "target", disk_bus_names[disk->bus], "a vhostuser disk sits on bus='virtio', not '%s'",
           disk_bus_names[disk->bus]);
  for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
    if (rules[i].given)
      REFUSE(disk, rules[i].element, NULL, "%s: that is up to the vhost-user process; drop it", rules[i].what);
  if (image->slice.set)
    diag_warning(stage->diag, disk_at(disk, "source", NULL), disk->dev.subject,
                 "slices: the vhost-user process serves what it serves, they have no effect; drop <slices>");
  if (disk->iothreads)
    UNSTARTABLE(disk, "driver", NULL,
                "<iothreads>: QEMU's vhost-user-blk has none, this guest will not start; drop them");
  check_shared_memory(disk, stage);
  if (!caps_has(stage->caps, FEAT_DEVICE_VHOST_USER_BLK))
    REFUSE(disk, "source", NULL, "this QEMU (%s) was built without vhost-user-blk; use another binary",
           caps_version_string(stage->caps));
}

static void
check_vhostvdpa(const struct disk *disk, struct stage *stage)
{
  check_shared_memory(disk, stage);
  if (!caps_has(stage->caps, FEAT_DEVICE_VIRTIO_BLK_VHOST_VDPA))
    REFUSE(disk, "source", NULL, "type='vhostvdpa' needs QEMU 8.1 with libblkio, this is %s",
           caps_version_string(stage->caps));
  if (!is_uncached(disk))
    REFUSE(disk, "driver", NULL, "a vDPA device is not cached; write cache='none' or 'directsync'");
}

static void
check_iothreads(const struct disk *disk, struct stage *stage)
{
  if (disk->iothread && disk->iothreads)
    REFUSE(disk, "driver", "iothread", "iothread='%u' and <iothreads> both name I/O threads; keep one", disk->iothread);
  if ((disk->iothread || disk->iothreads) && disk->ioeventfd == OFF)
    UNSTARTABLE(disk, "driver", "ioeventfd",
                "ioeventfd='off': QEMU needs it for I/O threads, this guest will not start; drop it");
  const struct domain *domain = disk->dev.domain;
  if (disk->iothread && !iothread_find(domain, disk->iothread))
    REFUSE(disk, "driver", "iothread", "I/O thread %u is not defined; add it to <iothreads>", disk->iothread);
  for (size_t i = 0; disk->iothreads && i < disk->iothreads->n; i++)
    if (!iothread_find(domain, disk->iothreads->thread[i].iothread))
      diag_error(stage->diag, disk->iothreads->thread[i].place, disk->dev.subject,
                 "I/O thread %u is not defined; add it to <iothreads>", disk->iothreads->thread[i].iothread);
  if (!disk->iothreads)
    return;
  if (!caps_has(stage->caps, FEAT_VIRTIO_BLK_IOTHREAD_MAPPING))
    REFUSE(disk, "driver", NULL, "<iothreads> of a disk needs QEMU 9.0, this is %s; write iothread='1'",
           caps_version_string(stage->caps));
  iothread_map_check(disk->iothreads, disk->queues, disk->dev.subject, stage->diag);
}

static void
check_mode(const struct disk *disk, struct stage *stage)
{
  const struct image_mode *mode = &disk->mode;
  if (disk->driver && strcmp(disk->driver, "qemu") != 0)
    REFUSE(disk, "driver", disk->driver, "driver name='%s' is not QEMU's; write name='qemu'", disk->driver);
  if (mode->io == IO_NATIVE && !is_uncached(disk))
    REFUSE(disk, "driver", "native",
           "io='native' needs a cache mode that bypasses the host's; "
           "add cache='none' or 'directsync'");
  if (mode->io == IO_URING && !caps_has(stage->caps, FEAT_AIO_IO_URING))
    REFUSE(disk, "driver", "io_uring", "io='io_uring': this QEMU (%s) was built without it; write io='threads'",
           caps_version_string(stage->caps));
  if (disk->copy_on_read == ON && disk->device != DISK_LUN && (disk->readonly || disk->device != DISK_DISK))
    REFUSE(disk, "driver", "copy_on_read", "copy_on_read writes into the image, this drive does not; drop it");
  if (mode->discard_no_unref == ON && disk->image->format != IMAGE_QCOW2)
    REFUSE(disk, "driver", "discard_no_unref", "discard_no_unref is for qcow2, this image is %s; drop it",
           disk->image->format ? image_format_names[disk->image->format] : "raw");
  else if (mode->discard_no_unref == ON && disk->readonly)
    REFUSE(disk, "driver", "discard_no_unref", "discard_no_unref on a read-only disk; drop one of them");
  check_iothreads(disk, stage);
}

static void
check_transient(const struct disk *disk, struct stage *stage)
{
  if (!disk->transient)
    return;
  if (disk->readonly)
    REFUSE(disk, "transient", NULL,
           "a transient disk takes writes and forgets them, this one is read-only; drop <transient/>");
  else if ((!image_is(disk->image, "file") && !image_is(disk->image, "volume")) || disk->device != DISK_DISK)
    REFUSE(disk, "transient", NULL, "only disks of type='file' are transient; drop <transient/>");
  else if (disk->share_backing == ON && disk->bus != BUS_USB && disk->bus != BUS_VIRTIO && disk->bus != BUS_SCSI)
    REFUSE(disk, "transient", "shareBacking",
           "bus='%s' cannot be plugged while the guest runs, as shareBacking asks; "
           "drop it, or write bus='virtio'",
           disk_bus_names[disk->bus]);
}

static void
check_access(const struct disk *disk, struct stage *stage)
{
  const struct image *image = disk->image;
  if (disk->readonly && disk->device == DISK_DISK && disk_is_ata(disk))
    REFUSE(disk, "readonly", NULL, "bus='%s' has no read-only disks; write bus='virtio' or 'scsi', or device='cdrom'",
           disk_bus_names[disk->bus]);
  if (disk->shareable && !disk->readonly && image->storage && image->format > IMAGE_RAW)
    REFUSE(disk, "shareable", NULL, "two guests cannot write to one %s image; shared disks are raw",
           image_format_names[image->format]);
  else if (disk->shareable && !disk->readonly && image->format == IMAGE_NONE)
    REFUSE(disk, "shareable", NULL, "a shared volume is raw, and says so; add <driver type='raw'/>");
  else if (disk->shareable && !disk->readonly && image_is_luks(image))
    REFUSE(disk, "shareable", NULL, "an encrypted image is not shared; let one guest write to it, or add <readonly/>");
  if (!image->storage && disk->device == DISK_DISK)
    REFUSE(disk, "source", NULL, "it has no storage; add <source>");
  if (disk->bus == BUS_NVME)
    stage_need(stage, FEAT_DEVICE_NVME, disk_at(disk, "target", "nvme"), disk->dev.subject);
  if (disk->bus == BUS_USB)
    stage_need(stage, FEAT_DEVICE_USB_STORAGE, disk_at(disk, "target", "usb"), disk->dev.subject);
  if (!image->storage && disk->model == DISK_MODEL_USB_STORAGE)
    REFUSE(disk, "source", NULL,
           "an usb drive of model 'usb-storage' cannot be empty; add <source>, or write model='usb-bot'");
  if (disk->startup && !image_is(image, "file") && !image_is(image, "block") && !image_is(image, "dir") &&
      !image_is(image, "volume") && image->storage)
    REFUSE(disk, "source", "startupPolicy", "startupPolicy is for storage of this host; drop it");
  if (disk->startup == STARTUP_REQUISITE && disk->device != DISK_CDROM && disk->device != DISK_FLOPPY)
    REFUSE(disk, "source", "requisite", "startupPolicy='requisite' is for cdrom and floppy drives; write 'mandatory'");
}

/* The controller that a disk brings along has no line of its own: the disk tells. isapc has an IDE that libvirt has no
 * word for. */
static void
check_ide(const struct disk *disk, struct stage *stage)
{
  const struct domain *domain = disk->dev.domain;
  if (disk->bus == BUS_IDE && !machine_has_ide(domain) && !domain_is_isapc(domain))
    REFUSE(disk, "target", "bus", "bus 'ide': machine '%s' has no IDE; write bus='%s'", domain->os.machine,
           domain_is_q35(domain) ? "sata" : "virtio");
}

/* -drive has words for the top image alone, and libvirt leaves the rest out. */
static void
check_sd(const struct disk *disk, struct stage *stage)
{
  const struct domain *domain = disk->dev.domain;
  if (disk->bus != BUS_SD)
    return;
  if (domain_is_pc(domain) || domain_is_microvm(domain) || domain_is_virt(domain) || domain_is_pseries(domain) ||
      domain_is_s390(domain))
    UNSTARTABLE(disk, "target", "sd",
                "machine '%s' has no slot for an SD card, this guest will not start; write bus='virtio'",
                domain->os.machine);
  if (disk->image->slice.set)
    diag_warning(stage->diag, disk_at(disk, "source", NULL), disk->dev.subject,
                 "slices have no effect on bus='sd', the guest gets all of the storage; use another bus");
  if (disk->image->backing || disk->image->data_file)
    diag_warning(stage->diag, disk_at(disk, disk->image->backing ? "backingStore" : "source", NULL), disk->dev.subject,
                 "<backingStore> and <dataStore> have no effect on bus='sd', QEMU goes by the image's header; use "
                 "another "
                 "bus");
}

/* dpofua, statistics by interval, a latency histogram and the like: each where QEMU can do it. */
static void
check_counting(const struct disk *disk, struct stage *stage)
{
  const char *bus = disk_bus_names[disk->bus];
  bool counts = disk->bus == BUS_VIRTIO || disk->bus == BUS_SCSI || disk_is_ata(disk);
  if (disk->dpofua && disk->bus != BUS_SCSI)
    REFUSE(disk, "target", "dpofua", "dpofua is for bus='scsi', this is '%s'; drop it", bus);
  if (disk->n_statistics && !counts)
    REFUSE(disk, "driver", NULL, "QEMU counts no <statistics> by interval on bus='%s'; drop them", bus);
  if (disk->n_statistics && (disk->device == DISK_LUN || image_is(disk->image, "vhostuser")))
    REFUSE(disk, "driver", NULL, "QEMU does not see what is read and written here; drop <statistics>");
  if (disk->n_statistics)
    stage_need(stage, FEAT_DISK_STATS_INTERVALS, disk_at(disk, "driver", NULL), disk->dev.subject);
  if (disk->histogram)
    diag_note(stage->diag, xml_place(disk->histogram, NULL), disk->dev.subject,
              "QEMU starts without a latency histogram; to have one, send block-latency-histogram-set over QMP");
  if (disk->image->reservations && disk->image->reservations->migration)
    stage_need(stage, FEAT_SCSI_BLOCK_MIGRATE_PR, disk_at(disk, "source", NULL), disk->dev.subject);
}

static void
check_throttle(const struct disk *disk, struct stage *stage)
{
  if (!disk->throttle)
    return;
  if (disk->bus == BUS_SD)
    REFUSE(disk, "iotune", NULL, "an SD card's throughput is not limited; drop it");
  else if (disk->device == DISK_CDROM && throttle_has_filters(disk->throttle))
    REFUSE(disk, "throttlefilters", NULL, "a cdrom drive has no throttle filters; use <iotune>");
  throttle_check(disk->throttle, stage);
}

void
disk_check(const struct device *dev, struct stage *stage)
{
  const struct disk *disk = (const struct disk *)dev;
  check_device(disk, stage);
  check_transport(disk, stage);
  check_machine(disk, stage);
  check_virtio_only(disk, stage);
  check_queues(disk, stage);
  disk_check_shape(disk, stage);
  check_identity(disk, stage);
  check_lun(disk, stage);
  check_access(disk, stage);
  check_transient(disk, stage);
  check_mode(disk, stage);
  check_throttle(disk, stage);
  check_counting(disk, stage);
  check_ide(disk, stage);
  check_sd(disk, stage);
  if (image_is(disk->image, "vhostuser"))
    check_vhostuser(disk, stage);
  else
    image_check(disk->image, stage);
  if (image_is(disk->image, "vhostvdpa"))
    check_vhostvdpa(disk, stage);
}
