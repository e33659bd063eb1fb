/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/chain.c - a chain of images through the stages, and the nodes that it becomes */

#include "block/network.h"
#include "domain/helper.h"
#include "domain/runtime.h"

#include <inttypes.h>

const char *
image_stem(const struct image *image)
{
  const char *node = image->storage_node;
  return talloc_strndup(image, node, strlen(node) - strlen("-storage"));
}

/* --- completing --- */

/* Before QEMU 9.0 a block job writes the name of a storage's node, which only a format layer hides,
 * into the image above: there raw is a layer of its own, as libvirt has it. */
static bool
wants_format(const struct image *image, struct stage *stage)
{
  bool raw = image_is_raw(image) || image->format == IMAGE_NONE; /* a volume's, as yet */
  return !raw || !caps_has(stage->caps, FEAT_BLOCKJOB_BACKING_MASK_PROTOCOL);
}

static void
name_one(struct image *image, const char *stem, struct stage *stage)
{
  image->storage_node = talloc_asprintf(image, "%s-storage", stem);
  image->slice_node = image->slice.set ? talloc_asprintf(image, "%s-slice", stem) : NULL;
  image->format_node = wants_format(image, stage) ? talloc_asprintf(image, "%s-format", stem) : NULL;
}

/* A raw image by default; what a volume is, its pool says. */
static void
default_format(struct image *image)
{
  if (image->format == IMAGE_NONE && !image_is(image, "volume"))
    image->format = IMAGE_RAW;
}

/* One helper serves all managed reservations of the guest. */
static void
start_reservations(const struct image *image, const char *socket)
{
  struct domain *domain = image->dev->domain;
  for (size_t i = 0; i < domain->n_helpers; i++)
    if (str_eq(domain->helpers[i]->socket, socket))
      return;
  struct helper *helper = helper_new(domain, "qemu-pr-helper", image->dev->subject, image->dev->place);
  helper_listens(helper, "--socket=", socket, "");
}

static void
complete_reservations(struct image *image, const char *stem)
{
  struct reservations *r = image->reservations;
  r->id = talloc_asprintf(image, "pr-helper-%s", stem);
  if (!r->managed)
    return;
  /* a path that stands beside it is that of a libvirt's helper, as dumpxml writes it */
  r->path = runtime_path(image->dev->domain, "pr-helper.sock");
  start_reservations(image, r->path);
}

static void
complete_one(struct image *image, const char *stem, const struct image_mode *mode, struct stage *stage)
{
  image->mode = *mode;
  default_format(image);
  if (image->encryption && image->encryption->engine == ENGINE_DEFAULT)
    image->encryption->engine = ENGINE_QEMU;
  name_one(image, stem, stage);
  if (!image->storage)
    return;
  if (image->storage->complete)
    image->storage->complete(image, stage);
  encryption_complete(image, stage);
  if (image->auth && image->storage == &network_storage) {
    char *id = talloc_asprintf(image, "%s-storage-auth-secret0", stem);
    image->auth->secret = secret_add(image->dev->domain, id, image->auth->want);
  }
  if (image->reservations)
    complete_reservations(image, stem);
}

void
image_rename(struct image *image, struct stage *stage)
{
  name_one(image, image_stem(image), stage);
}

void
image_complete_late(struct image *image, const char *stem, const struct image_mode *mode, struct stage *stage)
{
  complete_one(image, stem, mode, stage);
}

/* A data file is as writable and as deep as the image whose data it holds. */
static void
complete_data_file(struct image *image, const char *stem, const struct image_mode *mode, struct stage *stage)
{
  struct image *data = image->data_file;
  if (!data)
    return;
  data->readonly = image->readonly;
  data->depth = image->depth;
  complete_one(data, talloc_asprintf(image, "%s-data", stem), mode, stage);
}

static void
complete_backing(struct image *top, const char *stem, struct stage *stage)
{
  for (struct image *image = top->backing; image; image = image->backing) {
    const char *own = talloc_asprintf(image, "%s-%u", stem, image->depth);
    complete_one(image, own, &top->mode, stage);
    complete_data_file(image, own, &top->mode, stage);
  }
}

void
image_complete(struct image *image, const char *stem, const struct image_mode *mode, struct stage *stage)
{
  complete_one(image, stem, mode, stage);
  complete_data_file(image, stem, mode, stage);
  complete_backing(image, stem, stage);
}

/* --- checking --- */

static void
check_data_file(const struct image *image, struct stage *stage)
{
  const struct image *data = image->data_file;
  const char *subject = image->dev->subject;
  if (!data)
    return;
  struct place place = xml_place(data->node, NULL);
  if (image->format != IMAGE_QCOW2)
    diag_error(stage->diag, place, subject,
               "only qcow2 keeps its data in another file, this image is %s; drop <dataStore>",
               image_format_names[image->format]);
  if (data->format != IMAGE_RAW)
    diag_error(stage->diag, place, subject, "a data file is raw, not %s; write <format type='raw'/>",
               image_format_names[data->format]);
  if (data->slice.set)
    diag_error(stage->diag, place, subject, "a data file cannot be a slice; give it a storage of its own");
}

static void
check_one(const struct image *image, struct stage *stage)
{
  const char *subject = image->dev->subject;
  format_check(image, stage); /* of an empty drive too, for the medium to come */
  if (!image->storage)
    return;
  if (image->storage->check)
    image->storage->check(image, stage);
  encryption_check(image, stage);
  check_data_file(image, stage);
  if (image->auth && image->storage != &network_storage)
    diag_warning(stage->diag, xml_place(image->auth->node, NULL), subject,
                 "auth has no effect on type='%s', %s; drop it", image->storage->type,
                 image->storage == &volume_storage ? "the pool has its own" : "network storage alone asks for it");
  if (image->backing && !format_has_backing(image->format))
    diag_error(stage->diag, xml_place(image->backing->node, NULL), subject,
               "an image of format '%s' has no backing image; drop <backingStore>", image_format_names[image->format]);
}

/* An image that lies on itself. Slices of one file may lie on each other, and what the host's links
 * make the same is found when the images are opened. */
static void
check_circle(const struct image *top, const struct image *image, struct stage *stage)
{
  const char *path = image_path(image);
  if (!path || image->slice.set)
    return;
  for (const struct image *above = top; above != image; above = above->backing)
    if (!above->slice.set && str_eq(image_path(above), path)) {
      diag_error(stage->diag, xml_place(image->node, NULL), image->dev->subject,
                 "'%s' backs itself: it is in this chain already (line %u); name the image below it", path,
                 xml_place(above->node, NULL).line);
      return;
    }
}

void
image_check(const struct image *top, struct stage *stage)
{
  for (const struct image *image = top; image; image = image->backing) {
    check_circle(top, image, stage);
    check_one(image, stage);
    if (image->data_file)
      check_one(image->data_file, stage);
  }
}

bool
image_resolve(struct image *top, bool optional, struct stage *stage)
{
  for (struct image *image = top; image; image = image->backing) {
    if (image->storage && image->storage->resolve && !image->storage->resolve(image, optional && image == top, stage))
      return false;
    struct image *data = image->data_file;
    if (data && data->storage && data->storage->resolve && !data->storage->resolve(data, false, stage))
      return false;
  }
  return chain_files_resolve(top, optional, stage);
}

/* --- building --- */

static void
cache_props(const struct image *image, struct props *p)
{
  bool writeback, direct, no_flush;
  if (!cache_mode_flags(image->mode.cache, &writeback, &direct, &no_flush))
    return; /* write-back is the device's affair */
  struct props *cache = props_dict(p, "cache");
  props_bool(cache, "direct", direct);
  props_bool(cache, "no-flush", no_flush);
}

/* Sets the properties that every node has. EFFECTIVE: the image's topmost one, which the guest or the image above sees;
 * those below it follow its needs: writable only when it is, and all discards pass. */
static void
common_props(const struct image *image, struct props *p, const char *node, bool effective)
{
  props_define(p, "node-name", ID_NODE, node);
  if (!effective) {
    props_bool(p, "auto-read-only", true);
    props_str(p, "discard", "unmap");
    cache_props(image, p);
    return;
  }
  enum zeroes_mode zeroes = image->mode.zeroes;
  if (zeroes == ZEROES_UNMAP && image->mode.discard != DISCARD_UNMAP)
    zeroes = ZEROES_ON; /* QEMU refuses unmap where discards are ignored */
  props_bool(p, "read-only", image->readonly);
  if (image->mode.discard != DISCARD_DEFAULT)
    props_str(p, "discard", discard_mode_names[image->mode.discard]);
  if (zeroes != ZEROES_DEFAULT)
    props_str(p, "detect-zeroes", zeroes_mode_names[zeroes]);
  cache_props(image, p);
}

const char *
image_top_node(const struct image *image)
{
  if (!image->storage || !image->storage->props)
    return NULL;
  return image->format_node ? image->format_node : image->slice_node ? image->slice_node : image->storage_node;
}

static void
build_storage(const struct image *image, struct argv *argv)
{
  if (image->reservations && image->reservations->id) {
    struct props *p = argv_object(argv, PHASE_DEVICE, "pr-manager-helper", image->reservations->id);
    props_host(p, "path", WANT_CONNECT, image->reservations->path);
  }
  if (network_auth_secret(image))
    secret_build(image->auth->secret, argv);
  if (image->storage->objects)
    image->storage->objects(image, argv);
  const char *rule = argv->rule;
  if (image->storage->rule)
    argv->rule = image->storage->rule;
  struct props *p = argv_json(argv, PHASE_DEVICE, "-blockdev");
  argv->rule = rule;
  image->storage->props(image, p);
  common_props(image, p, image->storage_node, !image->slice_node && !image->format_node);
}

static void
build_slice(const struct image *image, struct argv *argv)
{
  struct props *p = argv_json(argv, PHASE_DEVICE, "-blockdev");
  props_str(p, "driver", "raw");
  props_refer(p, "file", ID_NODE, image->storage_node);
  props_uint(p, "offset", image->slice.offset);
  props_uint(p, "size", image->slice.size);
  common_props(image, p, image->slice_node, !image->format_node);
}

static void
build_format(const struct image *image, struct argv *argv)
{
  struct props *p = argv_json(argv, PHASE_DEVICE, "-blockdev");
  format_props(image, p);
  common_props(image, p, image->format_node, true);
  props_refer(p, "file", ID_NODE, image->slice_node ? image->slice_node : image->storage_node);
  if (image->backing)
    props_refer(p, "backing", ID_NODE, image_top_node(image->backing));
  else if (image->chain_ends && format_has_backing(image->format))
    props_null(p, "backing");
}

/* The element that has an image's format: <disk>, <backingStore>, ... */
static xmlNode *
element_of(const struct image *image)
{
  return image->node && str_eq((const char *)image->node->name, "source") ? image->node->parent : image->node;
}

/* The next arguments come from the element PATH of NODE, or from as much of that path as is there. */
static void
from(struct argv *argv, xmlNode *node, const char *path)
{
  if (node)
    argv->place = xml_place_at(node, path);
}

static void
build_one(const struct image *image, struct argv *argv)
{
  if (!image->storage || !image->storage->props)
    return;
  struct place before = argv->place;
  xmlNode *element = element_of(image), *encryption = element ? xml_child(element, "encryption") : NULL;
  from(argv, encryption ? element : image->node, "encryption");
  encryption_objects(image, argv);
  from(argv, image->node, ".");
  build_storage(image, argv);
  from(argv, image->node, "slices/slice");
  if (image->slice_node)
    build_slice(image, argv);
  from(argv, element, image->depth || image->is_data_file ? "format" : "driver");
  if (image->format_node)
    build_format(image, argv);
  argv->place = before;
}

const char *
image_build(const struct image *top, const struct build *b, struct argv *argv)
{
  (void)b;
  const struct image **chain = NULL;
  size_t n = 0;
  for (const struct image *below = top; below; below = below->backing) {
    chain = talloc_realloc(argv, chain, const struct image *, n + 1);
    chain[n++] = below;
  }
  while (n-- > 0) {
    if (chain[n]->data_file)
      build_one(chain[n]->data_file, argv);
    build_one(chain[n], argv);
  }
  talloc_free(chain);
  return image_top_node(top);
}

void
image_drive_props(const struct image *image, struct argv *argv, struct props *p)
{
  const char *path = image_path(image);
  if (!image->storage)
    return;
  if (path)
    props_host(p, "file", WANT_IMAGE, path);
  else if (image->storage->props) {
    if (network_auth_secret(image))
      secret_build(image->auth->secret, argv);
    image->storage->props(image, props_dict(p, "file"));
  }
  if (image->encryption)
    encryption_objects(image, argv);
  if (!image_is(image, "dir"))
    format_props_drive(image, p);
}

/* --- telling --- */

static char *
append_layers(char *text, const struct image *image)
{
  bool luks = image->encryption && image->encryption->engine == ENGINE_QEMU;
  if (image_is_luks(image))
    text = talloc_strdup_append_buffer(text, "luks <- ");
  else if (!image_is_raw(image))
    text = talloc_asprintf_append_buffer(text, "%s%s <- ", image_format_names[image->format], luks ? " (luks)" : "");
  if (image->slice.set)
    text = talloc_asprintf_append_buffer(text, "slice of %" PRIu64 " bytes from %" PRIu64 " <- ", image->slice.size,
                                         image->slice.offset);
  return talloc_strdup_append_buffer(text, image->storage->text(text, image));
}

char *
image_text(TALLOC_CTX *ctx, const struct image *top)
{
  char *text = talloc_strdup(ctx, top->storage ? "" : "empty");
  for (const struct image *image = top; image && image->storage; image = image->backing) {
    if (image != top)
      text = talloc_strdup_append_buffer(text, " <- ");
    text = append_layers(text, image);
    if (image->data_file && image->data_file->storage)
      text =
          talloc_asprintf_append_buffer(text, " (data: %s)", image->data_file->storage->text(text, image->data_file));
  }
  return text;
}
