/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/format.c - image formats: which driver, which properties, what may not be */

#include "block/storage.h"

/* libvirt's word and QEMU's driver differ for some. NULL: no driver opens it. */
static const char *const drivers[IMAGE_FORMATS] = {
  [IMAGE_RAW] = "raw",   [IMAGE_BOCHS] = "bochs",     [IMAGE_CLOOP] = "cloop", [IMAGE_DMG] = "dmg",
  [IMAGE_VPC] = "vpc",   [IMAGE_VDI] = "vdi",         [IMAGE_FAT] = "raw",     [IMAGE_VHD] = "vhdx",
  [IMAGE_VHDX] = "vhdx", [IMAGE_PLOOP] = "parallels", [IMAGE_QCOW] = "qcow",   [IMAGE_QCOW2] = "qcow2",
  [IMAGE_QED] = "qed",   [IMAGE_VMDK] = "vmdk",
};

const char *
image_qemu_format(const struct image *image)
{
  return image_is_luks(image) ? "luks" : drivers[image->format];
}

bool
format_has_backing(enum image_format format)
{
  return format == IMAGE_QCOW || format == IMAGE_QCOW2 || format == IMAGE_QED || format == IMAGE_VMDK;
}

static void
check_fat(const struct image *image, struct place place, struct stage *stage)
{
  bool dir = image_is(image, "dir");
  if (image->format == IMAGE_FAT && !dir && !image_is(image, "volume"))
    diag_error(stage->diag, place, image->dev->subject,
               "format 'fat' is a folder seen as a FAT file system; write <disk type='dir'>");
  if (dir && image->format != IMAGE_FAT)
    diag_error(stage->diag, place, image->dev->subject,
               "a folder is seen as a FAT file system, not as %s%s; write <driver type='fat'/>",
               image_format_names[image->format], image->format == IMAGE_RAW ? ", the default" : "");
}

/* QEMU block/bochs.c, cloop.c, dmg.c: no writing. */
static void
check_readonly(const struct image *image, struct place place, struct stage *stage)
{
  bool never_written = image->format == IMAGE_BOCHS || image->format == IMAGE_CLOOP || image->format == IMAGE_DMG;
  if (never_written && image->storage && !image->readonly)
    diag_unstartable(stage->diag, place, image->dev->subject,
                     "format '%s': QEMU only reads it, this guest will not start; add <readonly/>, or make it the "
                     "<backingStore> of a qcow2 image",
                     image_format_names[image->format]);
}

void
format_check(const struct image *image, struct stage *stage)
{
  const char *subject = image->dev->subject;
  struct place place = xml_place(image->node, NULL);
  if (image->format == IMAGE_COW)
    diag_error(stage->diag, place, subject, "format 'cow' is known to no QEMU any more; convert the image to qcow2");
  else if (image->format == IMAGE_DIR)
    diag_error(stage->diag, place, subject,
               "'dir' is no image format; write <disk type='dir'> with <source dir='...'/>");
  else if (image->format == IMAGE_ISO)
    diag_error(stage->diag, place, subject, "'iso' is no image format to QEMU; write type='raw'");
  else
    check_fat(image, place, stage);
  check_readonly(image, place, stage);
  if (image->metadata_cache && image->format != IMAGE_QCOW2)
    diag_error(stage->diag, place, subject, "metadata_cache is for qcow2, this image is %s; drop it",
               image_format_names[image->format]);
}

static void
encrypt_props(const struct image *image, struct props *p)
{
  const struct encryption *encryption = image->encryption;
  if (!encryption || encryption->engine != ENGINE_QEMU || !encryption->secrets)
    return;
  if (image_is_luks(image)) {
    props_refer(p, "key-secret", ID_OBJECT, encryption->secrets[0]->id);
    return;
  }
  struct props *encrypt = props_dict(p, "encrypt");
  props_str(encrypt, "format", "luks");
  props_refer(encrypt, "key-secret", ID_OBJECT, encryption->secrets[0]->id);
}

void
format_props(const struct image *image, struct props *p)
{
  props_str(p, "driver", image_qemu_format(image));
  encrypt_props(image, p);
  if (image->format != IMAGE_QCOW2)
    return;
  props_nonzero(p, "cache-size", image->metadata_cache);
  props_switch(p, "discard-no-unref", image->mode.discard_no_unref);
  if (image->data_file)
    props_refer(p, "data-file", ID_NODE, image_top_node(image->data_file));
}

void
format_props_drive(const struct image *image, struct props *p)
{
  props_str(p, "format", image_qemu_format(image));
  encrypt_props(image, p);
}
