/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/overlay.c - the image without a name above a <transient/> disk's own */

#include "block/storage.h"
#include "domain/overlays.h"

static const struct overlay_want *
want_of(const struct image *image)
{
  return image->stored;
}

/* Not /dev/fdset, whose descriptors QEMU takes only where their flags are those that it opens with: for
 * reading first (auto-read-only), and from 9.1 on with O_DIRECT or without. */
static void
overlay_props(const struct image *image, struct props *p)
{
  props_str(p, "driver", "file");
  props_ours(p, "filename", talloc_asprintf(p, "/proc/self/fd/%d", want_of(image)->fd));
  if (image->mode.io != IO_DEFAULT)
    props_str(p, "aio", io_mode_names[image->mode.io]);
}

static const char *
overlay_text(TALLOC_CTX *ctx, const struct image *image)
{
  (void)image;
  return talloc_strdup(ctx, "a file without a name");
}

static const struct storage overlay_storage = {
  .type = "overlay",
  .props = overlay_props,
  .text = overlay_text,
};

struct image *
image_overlay(struct image *image, struct place because, struct stage *stage)
{
  struct image *overlay = image_new(image->dev, image->node);
  struct overlay_want *want = overlays_want(image->dev->domain);
  *want = (struct overlay_want){
    .image = image_path(image),
    .driver = image_qemu_format(image),
    .offset = image->slice.offset,
    .size = image->slice.size,
    .subject = image->dev->subject,
    .place = because,
    .fd = -1,
  };
  overlay->storage = &overlay_storage;
  overlay->stored = want;
  overlay->format = IMAGE_QCOW2;
  overlay->backing = image;
  image_complete_late(overlay, talloc_asprintf(overlay, "%s-overlay", image_stem(image)), &image->mode, stage);
  image->mode.zeroes = ZEROES_DEFAULT; /* nothing is written there any more */
  if (image->data_file)
    image->data_file->mode.zeroes = ZEROES_DEFAULT;
  return overlay;
}
