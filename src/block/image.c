/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/image.c - images and their chains: from XML to struct image */

#include "block/storage.h"
#include "core/names.h"

#include <inttypes.h>

const char *const image_format_names[IMAGE_FORMATS] = {
  [IMAGE_RAW] = "raw",   [IMAGE_DIR] = "dir",   [IMAGE_BOCHS] = "bochs", [IMAGE_CLOOP] = "cloop",
  [IMAGE_DMG] = "dmg",   [IMAGE_ISO] = "iso",   [IMAGE_VPC] = "vpc",     [IMAGE_VDI] = "vdi",
  [IMAGE_FAT] = "fat",   [IMAGE_VHD] = "vhd",   [IMAGE_VHDX] = "vhdx",   [IMAGE_PLOOP] = "ploop",
  [IMAGE_COW] = "cow",   [IMAGE_QCOW] = "qcow", [IMAGE_QCOW2] = "qcow2", [IMAGE_QED] = "qed",
  [IMAGE_VMDK] = "vmdk",
};

const char *const cache_mode_names[CACHE_MODES] = {
  [CACHE_DEFAULT] = "default",           [CACHE_NONE] = "none",
  [CACHE_WRITETHROUGH] = "writethrough", [CACHE_WRITEBACK] = "writeback",
  [CACHE_DIRECTSYNC] = "directsync",     [CACHE_UNSAFE] = "unsafe",
};

const char *const io_mode_names[IO_MODES] = {
  [IO_NATIVE] = "native",
  [IO_THREADS] = "threads",
  [IO_URING] = "io_uring",
};

const char *const discard_mode_names[DISCARD_MODES] = {
  [DISCARD_UNMAP] = "unmap",
  [DISCARD_IGNORE] = "ignore",
};

const char *const zeroes_mode_names[ZEROES_MODES] = {
  [ZEROES_OFF] = "off",
  [ZEROES_ON] = "on",
  [ZEROES_UNMAP] = "unmap",
};

static const struct storage *const storages[] = {
  &file_storage,   &block_storage, &dir_storage,       &network_storage,
  &volume_storage, &nvme_storage,  &vhostuser_storage, &vhostvdpa_storage,
};

const struct storage *
storage_find(const char *type)
{
  for (size_t i = 0; i < ARRAY_SIZE(storages); i++)
    if (strcmp(storages[i]->type, type) == 0)
      return storages[i];
  return NULL;
}

const struct storage *
storage_read(xmlNode *node, const char *path, const char *standard, const char *subject, struct diag *diag)
{
  const char *type = xml_get(node, path, NULL);
  const struct storage *storage = storage_find(type ? type : standard);
  if (!storage) {
    const char *names[ARRAY_SIZE(storages)];
    for (size_t i = 0; i < ARRAY_SIZE(storages); i++)
      names[i] = storages[i]->type;
    diag_error(diag, xml_place(node, type), subject, "type '%s' is unknown; %s", type,
               name_remedy(diag, names, ARRAY_SIZE(names), type));
  }
  return storage;
}

struct image *
image_new(struct device *dev, xmlNode *node)
{
  struct image *image = talloc_zero(dev, struct image);
  image->dev = dev;
  image->node = node;
  return image;
}

/* --- questions --- */

bool
image_is(const struct image *image, const char *storage)
{
  return image->storage && strcmp(image->storage->type, storage) == 0;
}

const char *
image_protocol(const struct image *image)
{
  return image->storage == &network_storage ? network_protocol_name(image) : NULL;
}

const char *
image_path(const struct image *image)
{
  return image->storage && image->storage->path ? image->storage->path(image) : NULL;
}

bool
image_is_luks(const struct image *image)
{
  return image->format == IMAGE_RAW && image->encryption && image->encryption->engine != ENGINE_LIBRBD &&
         image->encryption->format == ENCRYPTION_LUKS;
}

bool
image_is_raw(const struct image *image)
{
  return image->format == IMAGE_RAW && !image_is_luks(image);
}

/* QEMU, qemu-options.hx: what -drive cache=MODE stands for. */
bool
cache_mode_flags(enum cache_mode mode, bool *writeback, bool *direct, bool *no_flush)
{
  *writeback = mode != CACHE_WRITETHROUGH && mode != CACHE_DIRECTSYNC;
  *direct = mode == CACHE_NONE || mode == CACHE_DIRECTSYNC;
  *no_flush = mode == CACHE_UNSAFE;
  return mode != CACHE_DEFAULT;
}

/* --- reading --- */

static void
read_slice(struct image *image, xmlNode *source, struct stage *stage)
{
  const char *subject = image->dev->subject;
  xmlNode *slices = xml_child(source, "slices");
  if (!slices)
    return;
  xml_each(slice, slices, "slice")
  {
    const char *type = xml_attr(slice, "type");
    if (!str_eq(type, "storage")) {
      diag_error(stage->diag, xml_place(slice, type), subject, "slice type '%s' is unknown; write type='storage'",
                 type ? type : "");
      xml_skip(slice);
    } else if (image->slice.set) {
      diag_error(stage->diag, xml_place(slice, NULL), subject, "a second slice of the same storage; keep one");
    } else if (!xml_attr(slice, "offset") || !xml_attr(slice, "size")) {
      diag_error(stage->diag, xml_place(slice, NULL), subject,
                 "slice without offset or size; give both, in bytes: offset='0' size='1048576'");
    } else {
      image->slice.set = true;
      read_uint(slice, "@offset", 0, INT64_MAX, &image->slice.offset, subject, stage->diag);
      read_uint(slice, "@size", 1, INT64_MAX, &image->slice.size, subject, stage->diag);
      if (image->slice.size > INT64_MAX - image->slice.offset)
        diag_error(stage->diag, xml_place(slice, xml_attr(slice, "size")), subject,
                   "slice of %" PRIu64 " bytes from %" PRIu64 " ends beyond what any storage has; lessen its size",
                   image->slice.size, image->slice.offset);
    }
  }
}

static void
read_reservations(struct image *image, xmlNode *source, struct stage *stage)
{
  const char *subject = image->dev->subject;
  xmlNode *node = xml_child(source, "reservations");
  if (!node)
    return;
  const char *managed = xml_attr(node, "managed");
  struct reservations *r = image->reservations = talloc_zero(image, struct reservations);
  r->managed = str_eq(managed, "yes");
  if (!managed || (!r->managed && strcmp(managed, "no") != 0)) {
    diag_error(stage->diag, xml_place(node, managed), subject, "reservations managed='%s': write 'yes' or 'no'",
               managed ? managed : "");
    return;
  }
  xmlNode *helper = xml_child(node, "source");
  if (!helper) {
    if (!r->managed)
      diag_error(stage->diag, xml_place(node, NULL), subject,
                 "reservations without their helper's socket; add <source type='unix' path='...' mode='client'/>");
    return;
  }
  const char *type = xml_attr(helper, "type"), *mode = xml_attr(helper, "mode");
  r->path = xml_attr(helper, "path");
  if (r->managed && !type && !mode && !r->path)
    return; /* nothing is said of it */
  if (!str_eq(type, "unix") || !str_eq(mode, "client") || !r->path || !*r->path)
    diag_error(stage->diag, xml_place(helper, NULL), subject,
               "the reservations' helper is reached over a socket alone; "
               "write <source type='unix' path='...' mode='client'/>");
}

static bool
read_format(struct image *image, xmlNode *node, const char *path, struct stage *stage)
{
  int format = IMAGE_NONE;
  const char *word = xml_get(node, path, NULL);
  if (str_eq(word, "luks")) {
    diag_error(stage->diag, xml_place(node, NULL), image->dev->subject,
               "'luks' is no format but how a raw image is encrypted; write type='raw', and <encryption "
               "format='luks'> in <source>");
    return false;
  }
  if (str_eq(word, "aio"))
    format = IMAGE_RAW; /* how Xen spelt it */
  else if (!read_enum(node, path, image_format_names, IMAGE_FORMATS, &format, image->dev->subject, stage->diag))
    return false;
  image->format = (enum image_format)format;
  return true;
}

static void read_data_file(struct image *image, xmlNode *around, struct stage *stage);

/* <source>: the storage's own, and what every storage may have beside it. */
static void
read_source(struct image *image, xmlNode *source, const struct storage *storage, struct stage *stage)
{
  image->node = source;
  xml_attr(source, "index");         /* of a running domain, as dumpxml writes it */
  xml_attr(source, "startupPolicy"); /* the disk's own is the kind's; libvirt has none of those below it */
  xml_skip_all(source, "seclabel");
  xml_skip_all(source, "privateData");
  image->storage = storage;
  if (!storage->read(image, source, stage))
    image->storage = NULL;
  xmlNode *encryption = xml_child(source, "encryption"), *auth = xml_child(source, "auth");
  if (encryption)
    image->encryption = encryption_read(encryption, image, image->dev->subject, stage);
  if (auth)
    image->auth = auth_read(auth, image, image->dev->subject, stage);
  read_reservations(image, source, stage);
  read_slice(image, source, stage);
  read_data_file(image, source, stage);
}

/* <dataStore> and <backingStore>: type, format, source. NULL after an error. */
static struct image *
read_nested(struct image *above, xmlNode *node, struct stage *stage)
{
  const char *subject = above->dev->subject;
  const char *element = (const char *)node->name;
  xmlNode *source = xml_child(node, "source");
  xml_attr(node, "index");
  struct image *image = image_new(above->dev, node);
  const struct storage *storage = storage_read(node, "@type", "", subject, stage->diag);
  if (!storage) {
    xml_skip(node);
    return NULL;
  }
  if (!xml_get(node, "format/@type", NULL)) {
    xml_skip(node);
    diag_error(stage->diag, xml_place(node, NULL), subject,
               "<%s> without its format; add <format type='qcow2'/>, or whatever it is: it is never guessed", element);
    return NULL;
  }
  if (!source) {
    diag_error(stage->diag, xml_place(node, NULL), subject, "<%s> without <source>; add it", element);
    return NULL;
  }
  if (!read_format(image, node, "format/@type", stage)) {
    xml_skip(node);
    return NULL;
  }
  read_size(node, "format/metadata_cache/max_size/text()", "bytes", &image->metadata_cache, subject, stage->diag);
  unsigned before = diag_errors(stage->diag);
  read_source(image, source, storage, stage);
  if (!image->storage && diag_errors(stage->diag) == before)
    diag_error(stage->diag, xml_place(source, NULL), subject, "the <source> of <%s> is empty; name its storage",
               element);
  return image;
}

static void
read_data_file(struct image *image, xmlNode *around, struct stage *stage)
{
  xmlNode *node = xml_child(around, "dataStore");
  if (!node)
    return;
  if (image->is_data_file) {
    diag_error(stage->diag, xml_place(node, NULL), image->dev->subject,
               "a data file has no data file of its own; drop it");
    xml_skip(node);
    return;
  }
  if (!xml_attr(node, "type")) {
    diag_error(stage->diag, xml_place(node, NULL), image->dev->subject, "<dataStore> without type; write type='file'");
    xml_skip(node);
    return;
  }
  struct image *data = read_nested(image, node, stage);
  if (data)
    data->is_data_file = true;
  image->data_file = data;
}

/* A loop, not a recursion: nobody knows how deep the XML goes. */
static void
read_backing(struct image *top, xmlNode *around, struct stage *stage)
{
  struct image *above = top;
  for (xmlNode *node = xml_child(around, "backingStore"); node; node = xml_child(node, "backingStore")) {
    if (!xml_attr(node, "type")) {
      above->chain_ends = true;
      return;
    }
    if (above->depth + 1 == IMAGE_DEPTH_MAX) {
      diag_error(stage->diag, xml_place(node, NULL), top->dev->subject,
                 "more than %d images above each other; commit some of them into one", IMAGE_DEPTH_MAX);
      xml_skip(node);
      return;
    }
    struct image *backing = read_nested(above, node, stage);
    if (!backing)
      return;
    read_data_file(backing, node, stage);
    backing->readonly = true;
    backing->depth = above->depth + 1;
    above->backing = backing;
    above = backing;
  }
}

/* LUKS and <auth> may stand directly under <disk>, for the top image. */
static void
read_beside(struct image *image, xmlNode *disk, struct stage *stage)
{
  xmlNode *encryption = xml_child(disk, "encryption"), *auth = xml_child(disk, "auth");
  const char *subject = image->dev->subject;
  struct encryption *inner = image->encryption;
  struct auth *inner_auth = image->auth;
  if (encryption)
    image->encryption = encryption_read(encryption, image, subject, stage);
  if (encryption && inner)
    diag_error(stage->diag, xml_place(encryption, NULL), subject,
               "encryption is given here and in <source> (line %u); keep one of them",
               xml_place(inner->node, NULL).line);
  if (auth)
    image->auth = auth_read(auth, image, subject, stage);
  if (auth && inner_auth)
    diag_error(stage->diag, xml_place(auth, NULL), subject,
               "auth is given here and in <source> (line %u); keep one of them",
               xml_place(inner_auth->node, NULL).line);
}

struct image *
image_read(struct device *dev, xmlNode *disk, struct stage *stage)
{
  struct image *image = image_new(dev, disk);
  xmlNode *source = xml_child(disk, "source");
  const struct storage *storage = storage_read(disk, "@type", "file", dev->subject, stage->diag);
  read_format(image, disk, "driver/@type", stage);
  read_size(disk, "driver/metadata_cache/max_size/text()", "bytes", &image->metadata_cache, dev->subject, stage->diag);
  if (source && storage)
    read_source(image, source, storage, stage);
  else if (source)
    xml_skip(source);
  read_beside(image, disk, stage);
  read_backing(image, disk, stage);
  return image;
}

struct image *
image_read_source(struct device *dev, xmlNode *source, const char *type, struct stage *stage)
{
  const struct storage *storage = storage_find(type);
  struct image *image = image_new(dev, source);
  if (!storage) {
    diag_error(stage->diag, xml_place(source, NULL), dev->subject, "type '%s' is unknown", type);
    return NULL;
  }
  read_source(image, source, storage, stage);
  return image->storage ? image : NULL;
}

struct image *
image_of_file(struct device *dev, xmlNode *node, const char *path)
{
  struct image *image = image_new(dev, node);
  file_set(image, &file_storage, path);
  return image;
}

struct image *
image_of_device(struct device *dev, xmlNode *node, const char *path)
{
  struct image *image = image_new(dev, node);
  file_set(image, &block_storage, path);
  return image;
}

void
image_set_path(struct image *image, const char *path)
{
  file_set(image, image->storage, path);
}
