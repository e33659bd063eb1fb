/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/image.c - images and their chains: from XML to struct image */

#include "block/network.h"
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

static const struct storage *
storage_find(const char *type)
{
  for (size_t i = 0; i < ARRAY_SIZE(storages); i++)
    if (strcmp(storages[i]->type, type) == 0)
      return storages[i];
  return NULL;
}

static bool
storage_case(size_t i, struct attr_case *found)
{
  if (i >= ARRAY_SIZE(storages))
    return false;
  *found = (struct attr_case){ storages[i]->type, storages[i]->attrs };
  return true;
}

static const char *
parse_storage(TALLOC_CTX *ctx, const char *text, void *member)
{
  const char *names[ARRAY_SIZE(storages)];
  const struct storage *storage = storage_find(text);
  *(const struct storage **)member = storage;
  for (size_t i = 0; i < ARRAY_SIZE(storages); i++)
    names[i] = storages[i]->type;
  return storage ? NULL : talloc_asprintf(ctx, "unknown; %s", name_remedy(ctx, names, ARRAY_SIZE(names), text));
}

static const struct meaning format_meant[] = {
  { "qcow3", "write type='qcow2': that is its third version" },
  { "img", "write type='raw' for an image without a format of its own" },
  { NULL, NULL },
};

static const char *
parse_format(TALLOC_CTX *ctx, const char *text, void *member)
{
  int format = strcmp(text, "aio") == 0 ? IMAGE_RAW /* how Xen spelt it */
                                        : name_find(image_format_names, IMAGE_FORMATS, text);
  if (strcmp(text, "luks") == 0)
    return "no format, but how a raw image is encrypted; write type='raw', and <encryption format='luks'> in <source>";
  if (format < 0 && name_meant(format_meant, text))
    return name_meant(format_meant, text);
  if (format < 0)
    return talloc_asprintf(ctx, "unknown; %s", name_remedy(ctx, image_format_names, IMAGE_FORMATS, text));
  *(enum image_format *)member = (enum image_format)format;
  return NULL;
}

/* --- tables --- */

static const char *const slice_types[] = { "storage" };
static const char *const helper_types[] = { [ON] = "unix" };
static const char *const helper_modes[] = { [ON] = "client" };

struct given_slice {
  xmlNode *node;
  uint64_t offset, size;
};

static const struct attr slice_attrs[] = {
  ATTR_NODE(".", struct given_slice, node),
  ATTR_ENUM_ONLY("@type", slice_types, .required = true, .doc = "What it is a part of: the storage."),
  ATTR_UINT("@offset", struct given_slice, offset, .max = INT64_MAX, .unit = "bytes", .required = true,
            .doc = "Where in the storage the image begins."),
  ATTR_UINT("@size", struct given_slice, size, .min = 1, .max = INT64_MAX, .unit = "bytes", .required = true,
            .doc = "How long the part of the storage is that holds the image."),
  ATTR_END
};

/* Any <source> may have these. */
struct beside {
  struct given_slice *slices;
  size_t n_slices;
  xmlNode *reservations, *helper;
  enum tristate managed, migration, helper_type, helper_mode;
  const char *helper_path;
};

static const struct attr part_attrs[] = {
  ATTR_LIST("slices/slice", struct beside, slices, n_slices, struct given_slice, slice_attrs,
            .doc = "The part of the storage that the image is in."),
  ATTR_NODE("reservations", struct beside, reservations, .dflt = "none",
            .doc = "SCSI persistent reservations of the guest reach the storage."),
  ATTR_YESNO("reservations/@managed", struct beside, managed, .required_here = true,
             .doc = "Whether SCSI persistent reservations go through a helper started for this guest, or through one "
                    "that runs already."),
  ATTR_YESNO("reservations/@migration", struct beside, migration, .dflt = "QEMU's",
             .doc = "Whether persistent reservations go with the guest to another host."),
  ATTR_NODE("reservations/source", struct beside, helper, .required_where = "unless managed is yes",
            .dflt = "the one that a start runs", .doc = "The helper that passes them on."),
  ATTR_ENUM("reservations/source/@type", struct beside, helper_type, helper_types,
            .required_where = "unless managed is yes", .dflt = "unix, if managed is yes",
            .doc = "How the reservations' helper is reached: over a UNIX socket."),
  ATTR_ENUM("reservations/source/@mode", struct beside, helper_mode, helper_modes,
            .required_where = "unless managed is yes", .dflt = "client, if managed is yes",
            .doc = "Who connects to the helper's socket: this side is the client."),
  ATTR_STRING("reservations/source/@path", struct beside, helper_path, .required_where = "unless managed is yes",
              .dflt = "made for this guest", .doc = "The socket of the helper for persistent reservations."),
  ATTR_END
};

static const struct attr noted_attrs[] = {
  ATTR_QUIET("@index", .doc = "A number that a running libvirt notes; it has no effect."),
  ATTR_QUIET("@startupPolicy",
             .doc = "What happens where it is not there, which a disk's own source alone says; elsewhere it has no "
                    "effect, or is refused."),
  ATTR_QUIET("seclabel", .doc = "A label for the files of this storage alone, which a manager applies."),
  ATTR_QUIET("privateData", .doc = "What a running libvirt notes for itself; it has no effect."), ATTR_END
};

static const struct attr beside_attrs[] = { ATTR_TABLE(part_attrs), ATTR_TABLE(noted_attrs), ATTR_END };

static const struct attr data_source_attrs[] = { ATTR_SEE(".", beside_attrs),
                                                 ATTR_SEE("../@type", NULL, .cases = storage_case),
                                                 ATTR_SEE("encryption", encryption_attrs, .sure = true),
                                                 ATTR_SEE("auth", auth_attrs, .sure = true), ATTR_END };

const struct attr image_iscsi_attrs[] = { ATTR_SEE(".", beside_attrs),       ATTR_SEE(".", network_served_attrs),
                                          ATTR_SEE(".", iscsi_source_attrs), ATTR_SEE("encryption", encryption_attrs),
                                          ATTR_SEE("auth", auth_attrs),      ATTR_END };

#define TYPE_ROW(...) \
  ATTR_WORD("@type", struct image, storage, parse_storage, "storage", .cases = storage_case, \
            .doc = "What kind of storage it is; each has its own attributes in its source.", ##__VA_ARGS__)

static const struct attr below_attrs[] = {
  ATTR_QUIET("@index", .doc = "A number that a running libvirt notes; it has no effect."),
  ATTR_WORD("format/@type", struct image, format, parse_format, "format", .names = image_format_names,
            .n_names = IMAGE_FORMATS, .required = true,
            .missing =
                "the image's format is missing; add <format type='qcow2'/>, or whatever it is: it is never guessed",
            .doc = "The format of the image below; it is never guessed."),
  ATTR_SIZE("format/metadata_cache/max_size/text()", struct image, metadata_cache, "bytes", .empty_none = true,
            .dflt = "QEMU's (what the image needs, up to 32 MiB)",
            .doc = "How much memory QEMU may use to keep this qcow2 image's tables at hand."),
  ATTR_END
};

static const struct attr data_attrs[] = {
  TYPE_ROW(.required = true, .missing = "<dataStore> without type; write type='file'"), ATTR_TABLE(below_attrs),
  ATTR_SEE("source", data_source_attrs, .required = true), ATTR_END
};

const struct attr image_source_attrs[] = { ATTR_TABLE(data_source_attrs), ATTR_SEE("dataStore", data_attrs), ATTR_END };

const struct attr image_whole_attrs[] = { ATTR_SEE(".", noted_attrs),
                                          ATTR_SEE("../@type", NULL, .cases = storage_case),
                                          ATTR_SEE("encryption", encryption_attrs, .sure = true),
                                          ATTR_SEE("auth", auth_attrs, .sure = true),
                                          ATTR_SEE("dataStore", data_attrs),
                                          ATTR_END };

const struct attr nested_attrs[] = {
  TYPE_ROW(.dflt = "none; the chain ends here"),
  ATTR_TABLE(below_attrs),
  ATTR_SEE("source", image_source_attrs),
  ATTR_SEE("dataStore", data_attrs),
  ATTR_SEE("backingStore", nested_attrs, .hollow = true,
           .doc = "The image below, which has what this one does not; an empty one says that there is none."),
  ATTR_END
};

const struct attr image_attrs[] = {
  TYPE_ROW(.dflt = "file"),
  ATTR_WORD("driver/@type", struct image, format, parse_format, "format", .names = image_format_names,
            .n_names = IMAGE_FORMATS, .dflt = "raw", .doc = "The format of the image; it is never guessed."),
  ATTR_SIZE("driver/metadata_cache/max_size/text()", struct image, metadata_cache, "bytes", .empty_none = true,
            .dflt = "QEMU's (what the image needs, up to 32 MiB)",
            .doc = "How much memory QEMU may use to keep the qcow2 image's tables at hand."),
  ATTR_SEE("source", image_source_attrs, .sure = true),
  ATTR_SEE("encryption", encryption_attrs, .sure = true),
  ATTR_SEE("auth", auth_attrs, .sure = true),
  ATTR_SEE("backingStore", nested_attrs, .hollow = true,
           .doc = "The image below, which has what this one does not; an empty one says that there is none."),
  ATTR_END
};

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
keep_slice(struct image *image, const struct beside *beside, struct stage *stage)
{
  const char *subject = image->dev->subject;
  if (!beside->n_slices)
    return;
  const struct given_slice *slice = &beside->slices[0];
  for (size_t i = 1; i < beside->n_slices; i++)
    diag_error(stage->diag, xml_place(beside->slices[i].node, NULL), subject,
               "a second slice of the same storage; keep one");
  if (slice->size > INT64_MAX - slice->offset)
    diag_error(stage->diag, xml_place(slice->node, "size"), subject,
               "slice of %" PRIu64 " bytes from %" PRIu64 " ends beyond what any storage has; lessen its size",
               slice->size, slice->offset);
  image->slice = (struct slice){ .set = true, .offset = slice->offset, .size = slice->size };
}

static void
keep_reservations(struct image *image, const struct beside *beside, struct stage *stage)
{
  const char *subject = image->dev->subject;
  if (!beside->reservations || beside->managed == UNSET)
    return;
  struct reservations *r = image->reservations = talloc_zero(image, struct reservations);
  r->managed = beside->managed == ON;
  r->path = beside->helper_path;
  r->migration = beside->migration;
  if (!beside->helper && !r->managed)
    diag_error(stage->diag, xml_place(beside->reservations, NULL), subject,
               "reservations without their helper's socket; add <source type='unix' path='...' mode='client'/>");
  if (!beside->helper || (r->managed && !beside->helper_type && !beside->helper_mode && !r->path))
    return; /* nothing is said of it */
  if (!beside->helper_type || !beside->helper_mode || !r->path)
    diag_error(stage->diag, xml_place(beside->helper, NULL), subject,
               "the reservations' helper is reached over a socket alone; "
               "write <source type='unix' path='...' mode='client'/>");
}

/* The first attribute of TABLE that SOURCE has, *N: how many of them; NULL: none. */
static const char *
given_of(const struct attr *table, xmlNode *source, size_t *n)
{
  const char *first = NULL;
  *n = 0;
  for (const struct attr *row = table; row->path; row++) {
    if (*row->path != '@' || !xml_has(source, row->path))
      continue;
    first = first ? first : row->path + 1;
    (*n)++;
  }
  return first;
}

/* Says so where nothing in SOURCE is of STORAGE, but something of another one. */
static bool
refuse_foreign_source(const struct image *image, xmlNode *source, const struct storage *storage, struct stage *stage)
{
  const struct storage *owner = NULL;
  const char *word = NULL;
  size_t n, most = 0;
  if (given_of(storage->attrs, source, &n))
    return false;
  for (size_t i = 0; i < ARRAY_SIZE(storages); i++) {
    const char *given = given_of(storages[i]->attrs, source, &n);
    if (n <= most)
      continue;
    owner = storages[i];
    word = given;
    most = n;
  }
  if (!owner)
    return false;
  diag_error(stage->diag, xml_place(source, word), image->dev->subject,
             "'%s' of <source> is for type='%s', this is type='%s'; write type='%s', or %s", word, owner->type,
             storage->type, owner->type, storage->example);
  return true;
}

static void read_data_file(struct image *image, xmlNode *around, struct stage *stage);

/* <source>: the storage's own, and what every storage may have beside it. */
static void
read_source(struct image *image, xmlNode *source, const struct storage *storage, struct stage *stage)
{
  struct beside beside = { 0 };
  const char *subject = image->dev->subject;
  image->node = source;
  if (refuse_foreign_source(image, source, storage, stage)) {
    xml_skip(source);
    return;
  }
  image->stored = talloc_zero_size(image, storage->size);
  bool fine = attr_read(storage->attrs, source, image->stored, subject, stage->diag);
  image->storage = storage;
  if (!storage->read(image, source, stage) || !fine)
    image->storage = NULL;
  fine = attr_read(beside_attrs, source, &beside, subject, stage->diag);
  xmlNode *encryption = xml_child(source, "encryption"), *auth = xml_child(source, "auth");
  if (encryption)
    image->encryption = encryption_read(encryption, image, subject, stage);
  if (auth)
    image->auth = auth_read(auth, image, subject, stage);
  if (fine) {
    keep_reservations(image, &beside, stage);
    keep_slice(image, &beside, stage);
  }
  read_data_file(image, source, stage);
}

/* <dataStore> and <backingStore>: type, format, source. NULL after an error. */
static struct image *
read_nested(struct image *above, const struct attr *attrs, xmlNode *node, struct stage *stage)
{
  const char *subject = above->dev->subject;
  const char *element = (const char *)node->name;
  xmlNode *source = xml_child(node, "source");
  struct image *image = image_new(above->dev, node);
  if (!attr_read(attrs, node, image, subject, stage->diag)) {
    xml_skip(node);
    return NULL;
  }
  const struct storage *storage = image->storage;
  image->storage = NULL;
  if (!source) {
    diag_error(stage->diag, xml_place(node, NULL), subject, "<%s> without <source>; add it", element);
    return NULL;
  }
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
  struct image *data = read_nested(image, data_attrs, node, stage);
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
    if (!xml_has(node, "@type")) {
      above->chain_ends = true;
      return;
    }
    if (above->depth + 1 == IMAGE_DEPTH_MAX) {
      diag_error(stage->diag, xml_place(node, NULL), top->dev->subject,
                 "more than %d images above each other; commit some of them into one", IMAGE_DEPTH_MAX);
      xml_skip(node);
      return;
    }
    struct image *backing = read_nested(above, nested_attrs, node, stage);
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
  image->storage = &file_storage;
  attr_read(image_attrs, disk, image, dev->subject, stage->diag);
  const struct storage *storage = image->storage;
  image->storage = NULL; /* until a medium is found in <source> */
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
