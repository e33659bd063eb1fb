/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/filesystem.c - <filesystem>: folders of the host in the guest, by 9p, virtiofs or MTP */

#include "dev/filesystem.h"
#include "domain/notes.h"
#include "bus/place.h"

#include <stdlib.h>

static const char *const type_names[] = { "mount", "template", "file", "block", "ram", "bind", "volume" };

static const char *const driver_names[] = {
  [FS_DRIVER_DEFAULT] = "default",
  [FS_PATH] = "path",
  [FS_HANDLE] = "handle",
  [FS_LOOP] = "loop",
  [FS_NBD] = "nbd",
  [FS_PLOOP] = "ploop",
  [FS_VIRTIOFS] = "virtiofs",
  [FS_MTP] = "mtp",
};
static_assert(ARRAY_SIZE(driver_names) == FS_DRIVERS, "a file system driver has no name");

static const char *const access_names[] = {
  [FS_PASSTHROUGH] = "passthrough",
  [FS_MAPPED] = "mapped",
  [FS_SQUASH] = "squash",
};
static const char *const multidevs_names[] = {
  [MULTIDEVS_DEFAULT] = "default", [MULTIDEVS_REMAP] = "remap", [MULTIDEVS_FORBID] = "forbid", [MULTIDEVS_WARN] = "warn"
};
static const char *const model_names[] = { [FS_MODEL_VIRTIO] = "virtio",
                                           [FS_MODEL_TRANSITIONAL] = "virtio-transitional",
                                           [FS_MODEL_NON_TRANSITIONAL] = "virtio-non-transitional" };

static const char *const wrpolicy_names[] = { "default", "immediate" };

/* chmod(1)'s octal. */
static const char *
parse_mode(TALLOC_CTX *ctx, const char *text, void *member)
{
  char *end;
  unsigned long value = strtoul(text, &end, 8);
  (void)ctx;
  *(uint32_t *)member = (uint32_t)value;
  return *end || end == text || *text == '-' || value > 0777 ? "must be octal, 0000 to 0777" : NULL;
}

/* of the images that containers mount */
static const struct attr format_attrs[] = {
  ATTR_QUIET("driver/@format", .doc = "Of images that containers mount; it has no effect."), ATTR_END
};

static const struct attr *const driver_attrs[FS_DRIVERS] = {
  [FS_DRIVER_DEFAULT] = format_attrs,
  [FS_PATH] = format_attrs,
  [FS_VIRTIOFS] = virtiofs_attrs,
};

static const struct attr fs_attrs[] = {
  ATTR_WORD("@fmode", struct filesystem, fmode, parse_mode, "octal number", .dflt = "QEMU's (0600)",
            .doc = "The permissions of files that the guest creates."),
  ATTR_WORD("@dmode", struct filesystem, dmode, parse_mode, "octal number", .dflt = "QEMU's (0700)",
            .doc = "The permissions of folders that the guest creates."),
  ATTR_ENUM("driver/@wrpolicy", struct filesystem, wrpolicy, wrpolicy_names,
            .dflt = "default, QEMU's: the host's page cache takes them",
            .doc = "Whether writes reach the host's disk at once."),
  ATTR_SEE_BY("driver/@type", driver_names, driver_attrs),
  ATTR_ENUM("@type", struct filesystem, type, type_names, .dflt = "mount",
            .doc = "Whether a folder of the host is mounted; QEMU has no other kind."),
  ATTR_ENUM("@accessmode", struct filesystem, access, access_names, .dflt = "passthrough",
            .doc = "As whom files are opened on the host, and where the guest's owners are kept."),
  ATTR_ENUM("@multidevs", struct filesystem, multidevs, multidevs_names, .needs = FEAT_FSDEV_MULTIDEVS,
            .dflt = "default, QEMU's (warn)",
            .doc = "What happens where the folder spans several file systems of the host."),
  ATTR_ENUM("@model", struct filesystem, model, model_names, .dflt = "virtio",
            .doc = "Which generation of the virtio device it is."),
  ATTR_ENUM("driver/@type", struct filesystem, driver, driver_names, .dflt = "default: path",
            .doc = "Who serves the folder: QEMU itself, or virtiofsd."),
  ATTR_STRING("source/@dir", struct filesystem, dir, .required_where = "unless virtiofsd runs already",
              .doc = "The folder of the host."),
  ATTR_STRING("target/@dir", struct filesystem, tag, .required = true, .doc = "The tag by which the guest mounts it."),
  ATTR_PRESENT("readonly", struct filesystem, readonly, .dflt = "off", .doc = "The guest cannot write to it."),
  ATTR_END
};

static void
fs_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct filesystem *fs = (struct filesystem *)dev;
  if (fs->type != FS_TYPE_MOUNT)
    diag_error(stage->diag, dev->place, dev->subject, "type '%s' is for containers; QEMU takes type='mount'",
               type_names[fs->type]);
  if (xml_child(node, "space_hard_limit") || xml_child(node, "space_soft_limit"))
    diag_error(stage->diag, dev->place, dev->subject,
               "QEMU limits no space; drop <space_hard_limit>, <space_soft_limit>");
  if (fs->driver == FS_VIRTIOFS)
    virtiofs_parse(fs, node, stage);
  else if (driver_attrs[fs->driver])
    attr_read(driver_attrs[fs->driver], node, fs, dev->subject, stage->diag);
  if (fs->driver != FS_VIRTIOFS && !fs->dir && fs->type == FS_TYPE_MOUNT)
    diag_error(stage->diag, dev->place, dev->subject, "no folder; give <source dir='...'/>");
}

static void
fs_complete(struct device *dev, struct stage *stage)
{
  struct filesystem *fs = (struct filesystem *)dev;
  device_drop_loadparm(dev, stage->diag);
  if (fs->access == FS_ACCESS_DEFAULT)
    fs->access = FS_PASSTHROUGH;
  if (fs->driver == FS_DRIVER_DEFAULT)
    fs->driver = FS_PATH;
}

static void
fs_place(struct device *dev, struct stage *stage)
{
  struct filesystem *fs = (struct filesystem *)dev;
  if (fs->driver == FS_MTP)
    place_usb(dev, stage);
  else
    place_virtio_late(dev, fs->model == FS_MODEL_TRANSITIONAL, stage);
}

/* --- check --- */

/* The guest mounts by the tag: virtiofs' must be its alone. */
static void
check_tag(const struct filesystem *fs, struct stage *stage)
{
  const struct device *dev = &fs->dev;
  if (!fs->tag)
    return;
  const struct device *first = domain_first(dev, "mount tag", fs->tag);
  struct note *virtiofs = domain_note(dev->domain, "virtiofs tag", fs->tag);
  const struct device *other = fs->driver == FS_VIRTIOFS ? first : virtiofs->dev;
  if (fs->driver == FS_VIRTIOFS && !virtiofs->dev)
    virtiofs->dev = dev;
  if (other && other != dev)
    diag_error(stage->diag, dev->place, dev->subject, "target '%s' is also that of line %u; give each its own", fs->tag,
               other->place.line);
}

static const char *
suffix_of(const struct filesystem *fs)
{
  if (fs->model == FS_MODEL_TRANSITIONAL)
    return "-transitional";
  return fs->model == FS_MODEL_NON_TRANSITIONAL ? "-non-transitional" : NULL;
}

static void
check_9p(const struct filesystem *fs, struct stage *stage)
{
  const struct device *dev = &fs->dev;
  stage_check_virtio_suffix(stage, dev, suffix_of(fs));
  if ((fs->fmode || fs->dmode) && fs->access != FS_MAPPED)
    diag_error(stage->diag, dev->place, dev->subject, "fmode and dmode need accessmode='mapped'");
  if (dev->boot_order)
    diag_error(stage->diag, dev->place, dev->subject, "a guest boots from virtiofs, not from 9p; drop <boot>");
  /* QEMU hw/9pfs/9p.h: MAX_TAG_LEN */
  if (strlen(fs->tag) > 31)
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "target '%s' is too long a tag, it will not start; 31 bytes at most", fs->tag);
}

static void
fs_check(const struct device *dev, struct stage *stage)
{
  const struct filesystem *fs = (const struct filesystem *)dev;
  check_tag(fs, stage);
  switch (fs->driver) {
  case FS_PATH:
    check_9p(fs, stage);
    return;
  case FS_VIRTIOFS:
    virtiofs_check(fs, stage);
    return;
  case FS_MTP:
    stage_need(stage, FEAT_DEVICE_USB_MTP, dev->place, dev->subject);
    if (fs->access != FS_PASSTHROUGH)
      diag_error(stage->diag, dev->place, dev->subject, "MTP needs accessmode='passthrough'");
    return;
  case FS_HANDLE:
    check_9p(fs, stage);
    if (fs->access != FS_PASSTHROUGH)
      diag_error(stage->diag, dev->place, dev->subject, "driver 'handle' needs accessmode='passthrough'");
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "driver 'handle' is gone since QEMU 4.0, it will not start; write <driver type='path'/>");
    return;
  case FS_LOOP:
  case FS_NBD:
  case FS_PLOOP:
    diag_error(stage->diag, dev->place, dev->subject, "driver '%s' is for containers; use path or virtiofs",
               driver_names[fs->driver]);
    return;
  case FS_DRIVER_DEFAULT:
  case FS_DRIVERS:
    return;
  }
}

/* Not earlier: an id of the user's own is part of the socket's name. */
static void
fs_resolve(struct device *dev, struct stage *stage)
{
  struct filesystem *fs = (struct filesystem *)dev;
  if (!dev->broken && fs->driver == FS_VIRTIOFS)
    virtiofs_start(fs, stage);
}

/* --- build --- */

static void
build_9p(const struct filesystem *fs, struct argv *argv)
{
  static const char *const models[] = {
    [FS_PASSTHROUGH] = "passthrough", [FS_MAPPED] = "mapped", [FS_SQUASH] = "none"
  };
  const struct device *dev = &fs->dev;
  const char *id = talloc_asprintf(argv, "fsdev-%s", dev->id);
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-fsdev", "fsdriver");
  props_str(p, "fsdriver", fs->driver == FS_HANDLE ? "handle" : "local");
  if (fs->driver == FS_PATH) {
    props_str(p, "security_model", models[fs->access]);
    if (fs->multidevs)
      props_str(p, "multidevs", multidevs_names[fs->multidevs]);
    if (fs->fmode)
      props_strf(p, "fmode", "%04o", fs->fmode);
    if (fs->dmode)
      props_strf(p, "dmode", "%04o", fs->dmode);
  }
  if (fs->wrpolicy)
    props_str(p, "writeout", wrpolicy_names[fs->wrpolicy]);
  props_define(p, "id", ID_FSDEV, id);
  device_at(p, &fs->dev, "source");
  props_host(p, "path", WANT_SHARE, fs->dir);
  device_at(p, &fs->dev, NULL);
  if (fs->readonly)
    props_bool(p, "readonly", true);
  p = argv_device(argv, PHASE_DEVICE, virtio_driver(argv, dev, "virtio-9p", suffix_of(fs)), dev->id);
  props_refer(p, "fsdev", ID_FSDEV, id);
  device_at(p, &fs->dev, "target");
  props_guest(p, "mount_tag", fs->tag);
  device_at(p, &fs->dev, NULL);
  device_virtio_props(p, dev);
  address_props(p, dev);
}

static void
fs_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct filesystem *fs = (const struct filesystem *)dev;
  if (fs->driver == FS_VIRTIOFS) {
    virtiofs_build(fs, b, argv);
  } else if (fs->driver == FS_MTP) {
    struct props *p = argv_device(argv, PHASE_DEVICE, "usb-mtp", dev->id);
    props_host(p, "rootdir", WANT_SHARE, fs->dir);
    props_guest(p, "desc", fs->tag);
    props_bool(p, "readonly", fs->readonly);
    address_props(p, dev);
  } else {
    build_9p(fs, argv);
  }
}

static void
fs_identify(struct device *dev, struct stage *stage)
{
  (void)stage;
  dev->id = device_next_id(dev, "fs");
}

const struct kind filesystem_kind = {
  .element = "filesystem",
  .size = sizeof(struct filesystem),
  .name_path = "target/@dir",
  .takes = TAKES_BOOT | TAKES_VIRTIO,
  .attrs = fs_attrs,
  .parse = fs_parse,
  .complete = fs_complete,
  .place = fs_place,
  .identify = fs_identify,
  .check = fs_check,
  .resolve = fs_resolve,
  .build = fs_build,
};
