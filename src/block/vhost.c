/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/vhost.c - storage that another process or a device serves past QEMU: vhost-user, vDPA */

#include "block/storage.h"
#include "domain/wants.h"

enum socket_type { SOCKET_NONE, SOCKET_UNIX, SOCKET_TYPES };

static const char *const socket_types[] = { [SOCKET_UNIX] = "unix" };

struct vhost {
  enum socket_type type;
  const char *path;
  enum tristate reconnects;
  struct num timeout; /* seconds */
};

static const struct attr vhostuser_attrs[] = {
  ATTR_ENUM("@type", struct vhost, type, socket_types, .required = true,
            .missing = "a vhostuser <source> needs type='unix'; add it",
            .doc = "How the serving process is reached: over a UNIX socket."),
  ATTR_STRING("@path", struct vhost, path, .required = true,
              .missing = "the socket of the vhost-user process is missing; write path='...'",
              .doc = "The socket of the vhost-user process that serves the disk."),
  ATTR_YESNO("reconnect/@enabled", struct vhost, reconnects, .dflt = "no",
             .doc = "Whether QEMU connects again when the serving process went away."),
  ATTR_NUM("reconnect/@timeout", struct vhost, timeout, .max = UINT32_MAX, .unit = "seconds",
           .required_where = "where it is enabled", .dflt = "none",
           .doc = "How long to wait between two attempts to connect again."),
  ATTR_END
};

static const struct attr vhostvdpa_attrs[] = {
  ATTR_STRING("@dev", struct vhost, path, .required = true,
              .missing = "the vDPA device is missing; write dev='/dev/vhost-vdpa-0', or which it is",
              .doc = "The vDPA device of the host that serves the disk."),
  ATTR_END
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
  const struct vhost *vhost = image->stored;
  xmlNode *reconnect = xml_child(source, "reconnect");
  if (reconnect && xml_has(reconnect, "@delay"))
    diag_warning(stage->diag, xml_place(reconnect, "delay"), image->dev->subject,
                 "'delay' of <reconnect> means nothing to a vhost-user process; write enabled='yes' timeout='10', in "
                 "seconds");
  if (vhost->reconnects != ON || vhost->timeout.set)
    return true;
  diag_error(stage->diag, xml_place(reconnect, NULL), image->dev->subject,
             "reconnect without timeout; add timeout='10', in seconds");
  return false;
}

static bool
vhostvdpa_read(struct image *image, xmlNode *source, struct stage *stage)
{
  (void)image, (void)source, (void)stage;
  return true;
}

const char *
image_vhostuser(const struct image *image, uint32_t *reconnect)
{
  if (image->storage != &vhostuser_storage)
    return NULL;
  const struct vhost *vhost = image->stored;
  *reconnect = vhost->reconnects == ON ? (uint32_t)vhost->timeout.value : 0;
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
  props_host(p, "path", WANT_VDPA, ((const struct vhost *)image->stored)->path);
}

static const char *
vhost_text(TALLOC_CTX *ctx, const struct image *image)
{
  return talloc_asprintf(ctx, "%s %s", image->storage->type, ((const struct vhost *)image->stored)->path);
}

const struct storage vhostuser_storage = {
  .type = "vhostuser",
  .example = "<source type='unix' path='...'>",
  .size = sizeof(struct vhost),
  .attrs = vhostuser_attrs,
  .read = vhostuser_read,
  .check = vhostuser_check,
  .text = vhost_text,
};

const struct storage vhostvdpa_storage = {
  .type = "vhostvdpa",
  .example = "<source dev='/dev/vhost-vdpa-0'>",
  .size = sizeof(struct vhost),
  .attrs = vhostvdpa_attrs,
  .read = vhostvdpa_read,
  .resolve = vhostvdpa_resolve,
  .props = vhostvdpa_props,
  .text = vhost_text,
};
