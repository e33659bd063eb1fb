/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/volume.c - a volume of a storage pool: what libvirt's pool definitions make of it */

#include "block/network.h"
#include "core/options.h"
#include "host/host.h"

#include <inttypes.h>

#define POOLS "/etc/libvirt/storage"

enum volume_mode { VOLUME_ANY, VOLUME_HOST, VOLUME_DIRECT, VOLUME_MODES };

static const char *const volume_mode_names[] = { [VOLUME_HOST] = "host", [VOLUME_DIRECT] = "direct" };
static_assert(ARRAY_SIZE(volume_mode_names) == VOLUME_MODES, "a mode has no name");

struct volume {
  const char *pool, *name;
  enum volume_mode mode; /* of an iscsi pool */
};

static const struct attr volume_attrs[] = {
  ATTR_STRING("@pool", struct volume, pool, .empty_ok = true, .required_where = "with volume",
              .dflt = "none; a drive without a medium", .doc = "The storage pool, as libvirt's definitions name it."),
  ATTR_STRING("@volume", struct volume, name, .empty_ok = true, .required_where = "with pool",
              .dflt = "none; a drive without a medium", .doc = "The volume in the pool."),
  ATTR_ENUM("@mode", struct volume, mode, volume_mode_names, .dflt = "host",
            .doc = "Whether an iSCSI volume is opened as a device of the host or by QEMU itself."),
  ATTR_END
};

static bool
volume_read(struct image *image, xmlNode *source, struct stage *stage)
{
  const struct volume *volume = image->stored;
  if (!volume->pool && !volume->name)
    return false; /* an empty drive */
  if (volume->pool && *volume->pool && volume->name && *volume->name)
    return true;
  diag_error(stage->diag, xml_place(source, NULL), image->dev->subject,
             "a volume is named by pool='...' and volume='...' together; add the missing one");
  return false;
}

/* The facts of a pool, from its definition in a document of its own. */
struct pool {
  const char *type, *host, *port, *target, *initiator, *folder;
};

static const struct attr pool_attrs[] = {
  ATTR_STRING("@type", struct pool, type, .empty_ok = true, .doc = "What kind of pool it is."),
  ATTR_STRING("source/host/@name", struct pool, host, .empty_ok = true, .doc = "The server of the pool."),
  ATTR_STRING("source/host/@port", struct pool, port, .empty_ok = true, .doc = "The port of the pool's server."),
  ATTR_STRING("source/device/@path", struct pool, target, .empty_ok = true, .doc = "The iSCSI target of the pool."),
  ATTR_STRING("source/initiator/iqn/@name", struct pool, initiator, .empty_none = true,
              .doc = "The name under which the pool's target is spoken to."),
  ATTR_STRING("target/path/text()", struct pool, folder, .empty_ok = true,
              .doc = "The folder of this host in which the pool's volumes lie."),
  ATTR_END
};

/* --- where it is --- */

/* --volume POOL/VOL=PATH; NULL: no option names it. */
static const char *
find_option(const struct volume *volume, const struct options *options)
{
  size_t pool = strlen(volume->pool), name = strlen(volume->name);
  for (const char **o = options->volumes; o && *o; o++) {
    const char *text = *o;
    if (strncmp(text, volume->pool, pool) == 0 && text[pool] == '/' &&
        strncmp(text + pool + 1, volume->name, name) == 0 && text[pool + 1 + name] == '=')
      return text + pool + name + 2;
  }
  return NULL;
}

enum pool_class { POOL_FILES, POOL_DEVICES, POOL_ISCSI, POOL_ISCSI_DIRECT, POOL_OTHER };

static enum pool_class
class_of(const char *type)
{
  static const struct {
    const char *type;
    enum pool_class class;
  } classes[] = {
    { "dir", POOL_FILES },      { "fs", POOL_FILES },        { "netfs", POOL_FILES },
    { "vstorage", POOL_FILES }, { "logical", POOL_DEVICES }, { "disk", POOL_DEVICES },
    { "zfs", POOL_DEVICES },    { "iscsi", POOL_ISCSI },     { "iscsi-direct", POOL_ISCSI_DIRECT },
  };
  for (size_t i = 0; type && i < ARRAY_SIZE(classes); i++)
    if (strcmp(classes[i].type, type) == 0)
      return classes[i].class;
  return POOL_OTHER;
}

/* "unit:0:0:3" is logical unit 3. */
static bool
unit_of(const char *name, uint64_t *lun)
{
  const char *colon = strrchr(name, ':');
  return str_starts(name, "unit:") && colon && parse_uint(colon + 1, lun);
}

static bool
set_iscsi(struct image *image, const struct pool *pool, xmlNode *auth, uint64_t lun, struct stage *stage)
{
  uint64_t number = iscsi_protocol.port;
  if (!pool->host || !pool->target || (pool->port && (!parse_uint(pool->port, &number) || number > UINT16_MAX)))
    return false;
  struct network *net = network_set(image, &iscsi_protocol, 1);
  net->hosts[0] =
      (struct network_host){ .name = talloc_strdup(net, pool->host), .port = (uint32_t)number, .node = image->node };
  iscsi_set(image, pool->target, lun, pool->initiator);
  image->auth = NULL; /* the disk's own does not count */
  if (auth) {
    image->auth = auth_read(auth, image, image->dev->subject, stage);
    image->auth->secret_type = AUTH_SECRET_ISCSI; /* a pool need not say so */
    const char *id = talloc_asprintf(image, "%s-auth-secret0", image->storage_node);
    image->auth->secret = secret_add(image->dev->domain, id, image->auth->want);
  }
  return true;
}

/* udev's name for a unit of a target that the host has logged in to. */
static bool
set_iscsi_host(struct image *image, const struct pool *pool, uint64_t lun)
{
  if (!pool->host || !pool->target)
    return false;
  file_set(image, &block_storage,
           talloc_asprintf(image, "/dev/disk/by-path/ip-%s:%s-iscsi-%s-lun-%" PRIu64, pool->host,
                           pool->port ? pool->port : talloc_asprintf(image, "%u", iscsi_protocol.port), pool->target,
                           lun));
  return true;
}

static bool
set_in_folder(struct image *image, const char *folder, const struct storage *storage, const char *name,
              struct stage *stage)
{
  struct stat st;
  if (!folder || *folder != '/' || strchr(name, '/'))
    return false;
  const char *path = talloc_asprintf(image, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
  if (storage == &file_storage && host_stat(stage->host, path, &st) && S_ISDIR(st.st_mode))
    storage = &dir_storage;
  file_set(image, storage, path);
  return true;
}

/* Makes of the volume the storage that the pool's type stands for. False: NULL or why not. */
static bool
translate(struct image *image, const struct volume *volume, xmlNode *node, const char **why, struct stage *stage)
{
  struct pool pool = { 0 };
  attr_read(pool_attrs, node, &pool, image->dev->subject, stage->diag);
  xmlNode *source = xml_child(node, "source"), *auth = source ? xml_child(source, "auth") : NULL;
  enum pool_class class = class_of(pool.type);
  uint64_t lun = 0;
  *why = "its definition lacks what a volume's path is made of";
  if (volume->mode && class != POOL_ISCSI) {
    *why = "mode is for iscsi pools; drop it";
    return false;
  }
  if ((class == POOL_ISCSI || class == POOL_ISCSI_DIRECT) && !unit_of(volume->name, &lun)) {
    *why = "volumes of iscsi pools are called unit:0:0:N";
    return false;
  }
  switch (class) {
  case POOL_FILES:
    return set_in_folder(image, pool.folder, &file_storage, volume->name, stage);
  case POOL_DEVICES:
    return set_in_folder(image, pool.folder, &block_storage, volume->name, stage);
  case POOL_ISCSI:
    return volume->mode == VOLUME_DIRECT ? set_iscsi(image, &pool, auth, lun, stage)
                                         : set_iscsi_host(image, &pool, lun);
  case POOL_ISCSI_DIRECT:
    return set_iscsi(image, &pool, auth, lun, stage);
  case POOL_OTHER:
    *why = talloc_asprintf(image, "only libvirt at work knows the volumes of a pool of type '%s'",
                           pool.type ? pool.type : "");
    return false;
  }
  return false;
}

static xmlNode *
read_pool(struct image *image, const struct volume *volume, const char **why, struct stage *stage)
{
  const char *path = talloc_asprintf(image, POOLS "/%s.xml", volume->pool);
  size_t length;
  if (strchr(volume->pool, '/')) {
    *why = "a pool's name has no '/'";
    return NULL;
  }
  if (host_is_offline(stage->host)) {
    *why = "--offline forbids to look it up in libvirt's definitions";
    return NULL;
  }
  char *text = host_read(image, stage->host, path, MIB(1), &length);
  const char *shown = host_shown(image, stage->host, path);
  if (!text) {
    *why = talloc_asprintf(image, "no pool is defined by %s", shown);
    return NULL;
  }
  *why = talloc_asprintf(image, "%s is no pool's definition", shown);
  return xml_read_memory(image, shown, text, length, stage->diag);
}

static void
finish(struct image *image, struct stage *stage)
{
  if (image->format == IMAGE_NONE)
    image->format = image->storage == &dir_storage ? IMAGE_FAT : IMAGE_RAW;
  image_rename(image, stage);
  if (image->storage->complete)
    image->storage->complete(image, stage);
  if (image->storage->check)
    image->storage->check(image, stage);
}

static bool
volume_resolve(struct image *image, bool optional, struct stage *stage)
{
  const struct volume *volume = image->stored;
  const char *path = find_option(volume, stage->options), *why = NULL;
  if (path) {
    file_set(image, str_starts(path, "/dev/") ? &block_storage : &file_storage, path);
    finish(image, stage);
    return true;
  }
  if (options_blind(stage->options) && !strchr(volume->pool, '/')) {
    /* where it lies does not matter then: any file does to judge the rest */
    diag_unasked(stage->diag, xml_place(image->node, volume->pool), image->dev->subject,
                 "volume '%s' of pool '%s': --offline forbids to look it up; say where it is with --volume "
                 "'%s/%s=PATH'",
                 volume->name, volume->pool, volume->pool, volume->name);
    file_set(image, &file_storage, talloc_asprintf(image, "%s/%s", volume->pool, volume->name));
    finish(image, stage);
    return true;
  }
  xmlNode *pool = read_pool(image, volume, &why, stage);
  if (pool && strcmp((const char *)pool->name, "pool") == 0 && translate(image, volume, pool, &why, stage)) {
    finish(image, stage);
    return true;
  }
  if (!optional)
    diag_error(stage->diag, xml_place(image->node, volume->pool), image->dev->subject,
               "volume '%s' of pool '%s': %s; say where it is with --volume '%s/%s=PATH'", volume->name, volume->pool,
               why, volume->pool, volume->name);
  return false;
}

static const char *
volume_text(TALLOC_CTX *ctx, const struct image *image)
{
  const struct volume *volume = image->stored;
  return talloc_asprintf(ctx, "volume %s/%s", volume->pool, volume->name);
}

const struct storage volume_storage = {
  .type = "volume",
  .example = "<source pool='...' volume='...'>",
  .size = sizeof(struct volume),
  .attrs = volume_attrs,
  .read = volume_read,
  .resolve = volume_resolve,
  .text = volume_text,
};
