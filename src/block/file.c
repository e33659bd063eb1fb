/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/file.c - storage on this host: files, block devices, folders */

#include "block/storage.h"

struct local {
  const char *path;
  const char *fdgroup; /* of libvirt's: a descriptor that its caller passed */
  bool cdrom;          /* a CD-ROM drive of the host */
};

static const struct attr file_attrs[] = {
  ATTR_STRING("@file", struct local, path, .empty_ok = true, .dflt = "none; a drive without a medium",
              .doc = "The path of the image file."),
  ATTR_STRING("@fdgroup", struct local, fdgroup, .empty_ok = true, .dflt = "none",
              .doc = "A descriptor that only a running libvirt can pass; refused."),
  ATTR_END
};

static const struct attr block_attrs[] = { ATTR_STRING("@dev", struct local, path, .empty_ok = true,
                                                       .dflt = "none; a drive without a medium",
                                                       .doc = "The block device of the host that the guest uses."),
                                           ATTR_END };

static const struct attr dir_attrs[] = { ATTR_STRING("@dir", struct local, path, .empty_ok = true,
                                                     .dflt = "none; a drive without a medium",
                                                     .doc = "The folder that the guest sees as a FAT file system."),
                                         ATTR_END };

static bool
local_read(struct image *image, xmlNode *source, struct stage *stage)
{
  const struct local *local = image->stored;
  if (local->fdgroup)
    diag_error(stage->diag, xml_place(source, local->fdgroup), image->dev->subject,
               "fdgroup '%s': descriptors are handed over by a running libvirt only; drop it, QEMU opens the file",
               local->fdgroup);
  /* people write file='' for a drive without a medium */
  return local->path && *local->path;
}

void
file_set(struct image *image, const struct storage *storage, const char *path)
{
  struct local *local = talloc_zero(image, struct local);
  local->path = talloc_strdup(local, path);
  image->stored = local;
  image->storage = storage;
}

/* A disc as it lies in a cdrom drive of the guest; to everything else it is a block device: libvirt
 * qemu_domain.c, qemuDomainDetermineDiskChain(). */
void
block_set_cdrom(struct image *image, bool cdrom)
{
  bool whole = image->mode.cdrom && image->depth == 0 && image->format == IMAGE_RAW;
  ((struct local *)image->stored)->cdrom = cdrom && whole;
}

static const char *
local_path(const struct image *image)
{
  return ((const struct local *)image->stored)->path;
}

static const char *
drive_path(const struct image *image)
{
  return talloc_asprintf(image, "fat:%s%s", image->mode.floppy ? "floppy:" : "", local_path(image));
}

/* How udev calls CD-ROM drives; before a launch the drive itself is asked (header.c). */
static bool
named_cdrom(const char *path)
{
  static const char *const names[] = { "/dev/cdrom", "/dev/dvd", "/dev/sr" };
  for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
    const char *number = str_starts(path, names[i]) ? path + strlen(names[i]) : "?";
    if (number[strspn(number, "0123456789")] == '\0')
      return true;
  }
  return false;
}

static void
block_complete(struct image *image, struct stage *stage)
{
  (void)stage;
  block_set_cdrom(image, named_cdrom(local_path(image)));
}

static void
local_check(const struct image *image, struct stage *stage)
{
  if (strlen(local_path(image)) >= 4096)
    diag_error(stage->diag, xml_place(image->node, NULL), image->dev->subject,
               "the path has %zu bytes, the kernel takes 4095; shorten it", strlen(local_path(image)));
}

static void
image_file_check(const struct image *image, struct stage *stage)
{
  local_check(image, stage);
  if (!*local_path(image))
    return; /* of a SCSI device of the host: found out later, and told apart by its address */
  domain_claim_image(image->dev->domain, &(struct image_claim){
                                             .dev = image->dev,
                                             .path = local_path(image),
                                             .readonly = image->readonly,
                                             .shareable = image->mode.shareable,
                                             .place = xml_place(image->node, NULL),
                                         });
}

static void
dir_check(const struct image *image, struct stage *stage)
{
  local_check(image, stage);
  if (!image->readonly)
    diag_error(stage->diag, xml_place(image->node, NULL), image->dev->subject,
               "a folder seen as a FAT file system cannot be written to safely; add <readonly/>");
}

static void
local_props(const struct image *image, struct props *p)
{
  props_host(p, "filename", WANT_IMAGE, local_path(image));
  if (image->mode.io != IO_DEFAULT)
    props_str(p, "aio", io_mode_names[image->mode.io]);
  if (image->reservations && image->reservations->id)
    props_refer(p, "pr-manager", ID_OBJECT, image->reservations->id);
}

static void
file_props(const struct image *image, struct props *p)
{
  props_str(p, "driver", "file");
  local_props(image, p);
}

static void
block_props(const struct image *image, struct props *p)
{
  const struct local *local = image->stored;
  props_str(p, "driver", local->cdrom ? "host_cdrom" : "host_device");
  local_props(image, p);
}

static void
dir_props(const struct image *image, struct props *p)
{
  props_str(p, "driver", "vvfat");
  props_host(p, "dir", WANT_SHARE, local_path(image));
  props_bool(p, "floppy", image->mode.floppy);
  props_bool(p, "rw", !image->readonly);
}

static const char *
local_text(TALLOC_CTX *ctx, const struct image *image)
{
  return talloc_asprintf(ctx, "%s %s", image->storage->type, local_path(image));
}

const struct storage file_storage = {
  .type = "file",
  .example = "<source file='...'>",
  .on_host = true,
  .size = sizeof(struct local),
  .attrs = file_attrs,
  .read = local_read,
  .check = image_file_check,
  .props = file_props,
  .path = local_path,
  .text = local_text,
};

const struct storage block_storage = {
  .type = "block",
  .example = "<source dev='/dev/...'>",
  .on_host = true,
  .is_block = true,
  .size = sizeof(struct local),
  .attrs = block_attrs,
  .read = local_read,
  .complete = block_complete,
  .check = image_file_check,
  .props = block_props,
  .path = local_path,
  .text = local_text,
};

const struct storage dir_storage = {
  .type = "dir",
  .example = "<source dir='...'>",
  .size = sizeof(struct local),
  .attrs = dir_attrs,
  .read = local_read,
  .check = dir_check,
  .props = dir_props,
  .path = drive_path,
  .text = local_text,
};
