/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/disk.h - <disk> as disk*.c share it */

/* disk.c and disk_target.c read and complete, disk_check.c and disk_shape.c hold the rules, disk_build.c makes the
 * device. What lies behind the device is block/'s. Others may look at device and bus, nobody else writes here. */

#ifndef DEV_DISK_H
#define DEV_DISK_H

#include "block/image.h"
#include "block/throttle.h"
#include "domain/kinds.h"
#include "domain/startup.h"

enum disk_device { DISK_DISK, DISK_CDROM, DISK_FLOPPY, DISK_LUN, DISK_DEVICES };
enum disk_bus {
  BUS_NONE,
  BUS_IDE,
  BUS_FDC,
  BUS_SCSI,
  BUS_VIRTIO,
  BUS_XEN,
  BUS_USB,
  BUS_UML,
  BUS_SATA,
  BUS_SD,
  BUS_NVME,
  DISK_BUSES
};
enum disk_model {
  DISK_MODEL_DEFAULT,
  DISK_MODEL_VIRTIO,
  DISK_MODEL_TRANSITIONAL,
  DISK_MODEL_NON_TRANSITIONAL,
  DISK_MODEL_USB_STORAGE,
  DISK_MODEL_USB_BOT,
  DISK_MODELS
};
enum error_policy { POLICY_DEFAULT, POLICY_STOP, POLICY_REPORT, POLICY_IGNORE, POLICY_ENOSPACE, ERROR_POLICIES };
enum disk_tray { TRAY_UNSET, TRAY_CLOSED, TRAY_OPEN, DISK_TRAYS };
enum disk_sgio { SGIO_UNSET, SGIO_FILTERED, SGIO_UNFILTERED, DISK_SGIOS };
enum chs_translation { CHS_DEFAULT, CHS_NONE, CHS_AUTO, CHS_LBA, CHS_TRANSLATIONS };
enum disk_snapshot {
  SNAPSHOT_UNSET,
  SNAPSHOT_NO,
  SNAPSHOT_INTERNAL,
  SNAPSHOT_EXTERNAL,
  SNAPSHOT_MANUAL,
  DISK_SNAPSHOTS
};

extern const char *const disk_device_names[DISK_DEVICES];
extern const char *const disk_bus_names[DISK_BUSES];
extern const char *const error_policy_names[ERROR_POLICIES];
extern const char *const chs_translation_names[CHS_TRANSLATIONS];

struct iothread_map;

/* Over how many seconds QEMU counts what it tells of a disk's use. */
struct statistic {
  uint32_t interval;
};

struct disk {
  struct device dev; /* first */
  struct image *image;
  struct image_mode mode;
  bool cache_implied; /* by <shareable/>, not written */
  enum disk_device device;
  enum disk_bus bus;      /* never BUS_NONE after reading */
  enum disk_bus bus_said; /* BUS_NONE: the XML leaves it open */
  enum disk_model model;  /* BUS_USB: never the default after complete */
  const char *target;     /* "vda" */
  int index;              /* of the target: vda 0, vdb 1, ..., nvme0n1 0, nvme1n1 256; -1: no such name */
  unsigned bus_rank;      /* which bus_said has the first disk, the second, ... */
  bool readonly, shareable, transient;
  enum tristate share_backing;
  enum disk_tray tray;
  enum disk_sgio sgio;
  enum tristate rawio;
  enum startup_policy startup;
  enum disk_snapshot snapshot;
  const char *driver; /* "qemu", or what it may not be */
  enum error_policy werror, rerror;
  enum tristate ioeventfd, event_idx, copy_on_read, removable, dpofua;
  uint32_t queues, queue_size;
  uint32_t iothread; /* 0: none */
  const struct iothread_map *iothreads;
  uint32_t rotation_rate;
  uint32_t logical_block_size, physical_block_size;
  struct num discard_granularity;
  struct statistic *statistics;
  size_t n_statistics;
  xmlNode *histogram; /* the first <latency-histogram>; NULL: none */
  uint32_t cylinders, heads, sectors;
  enum chs_translation translation;
  bool of_volume; /* of a pool, before that was looked up */
  const char *serial, *wwn, *vendor, *product;
  struct throttle *throttle; /* NULL: unlimited */
  bool dropped;              /* optional, and not there */
};

/* A transient disk that shares its image: libvirt plugs it into the running guest, and so its printed
 * command has none. A guest that we start has it from the start. */
bool disk_comes_later(const struct disk *disk, const struct options *options);

/* Sets target and index; reports a name that is none. */
void disk_read_target(struct disk *disk, xmlNode *node, struct stage *stage);
void disk_check(const struct device *dev, struct stage *stage);
/* TARGET's place among all namespaces: "nvme0n1" is 0. -1: no such name. */
int disk_nvme_index(const char *target);
/* The serial number of an emulated NVMe disk is its controller's: refuses a second one, gives it in resolve. */
void disk_check_nvme_serial(const struct disk *disk, struct stage *stage);
void disk_give_serial(const struct disk *disk);
void disk_check_shape(const struct disk *disk, struct stage *stage);
void disk_build(const struct device *dev, const struct build *b, struct argv *argv);

static inline bool
disk_is_ata(const struct disk *disk)
{
  return disk->bus == BUS_IDE || disk->bus == BUS_SATA;
}

/* The place of an attribute or element below <disk>. */
static inline struct place
disk_at(const struct disk *disk, const char *element, const char *word)
{
  xmlNode *node = xml_child(disk->dev.node, element);
  return xml_place(node ? node : disk->dev.node, word);
}

#define REFUSE(disk, element, word, ...) \
  diag_error(stage->diag, disk_at(disk, element, word), (disk)->dev.subject, __VA_ARGS__)

/* Reports a disk that libvirt prints and QEMU refuses. */
#define UNSTARTABLE(disk, element, word, ...) \
  diag_unstartable(stage->diag, disk_at(disk, element, word), (disk)->dev.subject, __VA_ARGS__)

#endif
