/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/vhost.c - storage that another process or a device serves past QEMU: vhost-user, vDPA */

#include "block/storage.h"
#include "domain/wants.h"

struct vhost {
  const char *path;
  uint32_t reconnect; /* seconds; 0: never */
};

/* The kind looks at a disk that is one; what comes here lies below another image. */
static void
vhostuser_check(const struct image *image, struct stage *stage)
{
  diag_error(stage->diag, xml_place(image->node, NULL), image->dev->subject,
             "a vhost-user process serves a disk of the guest, QEMU reads nothing from it; name the storage behind it");
}

static bool
vhostuser_read(struct image *image, xmlNode *source, struct stage *stage)
{
  const char *subject = image->dev->subject;
  struct vhost *vhost = talloc_zero(image, struct vhost);
  const char *type = xml_attr(source, "type");
  unsigned before = diag_errors(stage->diag);
  xmlNode *reconnect = xml_child(source, "reconnect");
  image->stored = vhost;
  if (!str_eq(type, "unix"))
    diag_error(stage->diag, xml_place(source, type), subject, "a vhostuser <source> needs type='unix'%s",
               type ? ", there is no other" : "; add it");
  vhost->path = xml_attr(source, "path");
  if (!vhost->path || !*vhost->path)
    diag_error(stage->diag, xml_place(source, NULL), subject,
               "the socket of the vhost-user process is missing; write path='...'");
  if (reconnect) {
    static const char *const yesno[] = { "no", "yes" };
    int enabled = 0;
    uint64_t timeout = 0;
    read_enum(reconnect, "@enabled", yesno, ARRAY_SIZE(yesno), &enabled, subject, stage->diag);
    read_uint(reconnect, "@timeout", 0, UINT32_MAX, &timeout, subject, stage->diag);
    if (xml_attr(reconnect, "delay"))
      diag_warning(stage->diag, xml_place(reconnect, "delay"), subject,
                   "a vhostuser <reconnect> has no delay; write enabled='yes' timeout='10', in seconds");
    if (enabled && !xml_attr(reconnect, "timeout"))
      diag_error(stage->diag, xml_place(reconnect, NULL), subject,
                 "reconnect without timeout; add timeout='10', in seconds");
    vhost->reconnect = enabled ? (uint32_t)timeout : 0;
  }
  return diag_errors(stage->diag) == before;
}

static bool
vhostvdpa_read(struct image *image, xmlNode *source, struct stage *stage)
{
  struct vhost *vhost = talloc_zero(image, struct vhost);
  image->stored = vhost;
  vhost->path = xml_attr(source, "dev");
  if (vhost->path && *vhost->path)
    return true;
  diag_error(stage->diag, xml_place(source, NULL), image->dev->subject,
             "the vDPA device is missing; write dev='/dev/vhost-vdpa-0', or which it is");
  return false;
}

const char *
image_vhostuser(const struct image *image, uint32_t *reconnect)
{
  if (image->storage != &vhostuser_storage)
    return NULL;
  const struct vhost *vhost = image->stored;
  *reconnect = vhost->reconnect;
  return vhost->path;
}

static bool
vhostvdpa_resolve(struct image *image, bool optional, struct stage *stage)
{
  (void)optional;
  (void)stage;
  wants_add(image->dev->domain, (struct want){ .kind = WANT_VDPA,
                                               .value = ((const struct vhost *)image->stored)->path,
                                               .subject = image->dev->subject,
                                               .place = image->dev->place });
  return true;
}

static void
vhostvdpa_props(const struct image *image, struct props *p)
{
  props_str(p, "driver", "virtio-blk-vhost-vdpa");
  props_str(p, "path", ((const struct vhost *)image->stored)->path);
}

static const char *
vhost_text(TALLOC_CTX *ctx, const struct image *image)
{
  return talloc_asprintf(ctx, "%s %s", image->storage->type, ((const struct vhost *)image->stored)->path);
}

const struct storage vhostuser_storage = {
  .type = "vhostuser", .read = vhostuser_read, .check = vhostuser_check, .text = vhost_text
};

const struct storage vhostvdpa_storage = {
  .type = "vhostvdpa",
  .read = vhostvdpa_read,
  .resolve = vhostvdpa_resolve,
  .props = vhostvdpa_props,
  .text = vhost_text,
};
