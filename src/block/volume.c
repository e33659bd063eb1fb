/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/volume.c - a volume of a storage pool: what libvirt's pool definitions make of it */

#include "block/network.h"

struct volume {
  const char *pool, *name, *mode;
};

static bool
volume_read(struct image *image, xmlNode *source, struct stage *stage)
{
  static const char *const modes[] = { "host", "direct" };
  struct volume *volume = talloc_zero(image, struct volume);
  int mode = 0;
  image->stored = volume;
  volume->pool = xml_attr(source, "pool");
  volume->name = xml_attr(source, "volume");
  if (!volume->pool && !volume->name)
    return false;               /* an empty drive */
  if (!volume->pool || !volume->name)
    diag_error(stage->diag, xml_place(source, NULL), image->dev->subject,
               "a volume is named by pool='...' and volume='...' together; add the missing one");
  read_enum(source, "@mode", modes, ARRAY_SIZE(modes), &mode, image->dev->subject, stage->diag);
  volume->mode = xml_attr(source, "mode");
  return volume->pool && volume->name;
}

static const char *
volume_text(TALLOC_CTX *ctx, const struct image *image)
{
  const struct volume *volume = image->stored;
  return talloc_asprintf(ctx, "volume %s/%s", volume->pool, volume->name);
}

const struct storage volume_storage = { .type = "volume", .read = volume_read, .text = volume_text };
