/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/chain_files.c - before a launch: are a chain's files there, and what do their headers name? */

#include "block/header.h"
#include "block/storage.h"
#include "core/options.h"
#include "host/block_use.h"
#include "host/image_lock.h"
#include "host/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct chain_look {
  struct stage *stage;
  const char *stem; /* "vda" */
  const struct image_mode *mode;
  struct {
    dev_t dev;
    ino_t ino;
    uint64_t start; /* of a slice */
  } seen[IMAGE_DEPTH_MAX + 1];
  size_t n;
};

static bool
on_this_host(const struct image *image)
{
  return image->storage->on_host;
}

static void
refuse(const struct chain_look *g, const struct image *image, const char *fact)
{
  diag_host(g->stage->diag, xml_place(image->node, NULL), image->dev->subject, "%s: %s", image_path(image), fact);
}

/* Linux: /sys/dev/block/MAJOR:MINOR/device/type is the SCSI type; 5 is a CD-ROM drive. */
static void
look_at_device(struct image *image, const struct host *host, const struct stat *st)
{
  long long type;
  const char *path = talloc_asprintf(image, "/sys/dev/block/%u:%u/device/type", major(st->st_rdev), minor(st->st_rdev));
  if (host_read_number(host, path, &type))
    block_set_cdrom(image, type == 5);
}

/* A guest that only reads a device to which the host writes may read nonsense, but damages nothing: a warning. */
static void
look_at_use(const struct chain_look *g, const struct image *image, const struct block_device *device)
{
  enum block_way way = image->readonly ? BLOCK_READ : image->mode.shareable ? BLOCK_SHARED : BLOCK_WRITTEN;
  const char *use = block_use(g->stage->diag, g->stage->host, device, way, NULL);
  if (use)
    (image->readonly ? diag_warning : diag_host)(g->stage->diag, xml_place(image->node, NULL), image->dev->subject,
                                                 "%s is in use by this host: %s", image_path(image), use);
}

static void
refuse_locked(struct chain_look *g, struct image *image, const char *path)
{
  const char *const files[] = { path, NULL };
  const char *who = opener_find(image, g->stage->host, files);
  refuse(g, image,
         talloc_asprintf(image, "%s has it open; stop that; raw images of two guests may have <shareable/>",
                         who ? who : "another QEMU, or qemu-img,"));
}

/* Linux Documentation/ABI/stable/sysfs-block: "ro", of a partition too. */
static bool
is_read_only(const struct host *host, const struct block_device *device)
{
  long long ro;
  return host_read_number(host, talloc_asprintf((void *)device, "%s/ro", device->folder), &ro) && ro;
}

/* QEMU block/file-posix.c: "file" takes regular files alone, "host_device" devices. NULL: it is of the sort that the
 * storage of IMAGE takes. */
static const char *
wrong_sort(const struct image *image, mode_t mode, bool is_device)
{
  if (S_ISDIR(mode))
    return "it is a folder; write type='dir', or name a file";
  if (image->storage->is_block && !is_device)
    return S_ISREG(mode) ? "it is no block device; write type='file'" : "it is no block device; name one";
  if (image->storage->is_block)
    return NULL;
  if (is_device)
    return "it is a block device; write type='block', and <source dev='...'>";
  return S_ISREG(mode) ? NULL : "it is no regular file; name one, or a block device with type='block'";
}

/* False: reported, or not there and OPTIONAL. */
static bool
look_at_file(struct chain_look *g, struct image *image, bool optional, struct stat *st)
{
  const struct host *host = g->stage->host;
  const char *path = image_path(image);
  if (!host_stat(host, path, st)) {
    if (!optional || errno != ENOENT)
      refuse(g, image, talloc_asprintf(image, "%s; make it, or mend the path", strerror(errno)));
    return false;
  }
  const struct block_device *device = block_find(image, host, path);
  const char *wrong = wrong_sort(image, st->st_mode, S_ISBLK(st->st_mode) || device);
  if (wrong)
    refuse(g, image, wrong);
  else if (!host_may(host, path, image->readonly ? R_OK : R_OK | W_OK))
    refuse(g, image,
           talloc_asprintf(image, "this user may not %s it; change its owner or mode",
                           host_may(host, path, R_OK) ? "write to" : "read"));
  else if (device && !image->readonly && is_read_only(host, device))
    refuse(g, image,
           talloc_asprintf(image,
                           "the device is read-only, and the guest would write to it; add <readonly/>, or, where the "
                           "device itself lets you, blockdev --setrw %s",
                           path));
  else if (image_is_locked(host, path, !image->readonly, image->mode.shareable))
    refuse_locked(g, image, path);
  else if (device)
    look_at_use(g, image, device);
  if (image->storage == &block_storage)
    look_at_device(image, host, st);
  return true;
}

/* The same file twice in one chain: QEMU would open it for ever. */
static bool
is_loop(struct chain_look *g, const struct image *image, const struct stat *st)
{
  for (size_t i = 0; i < g->n; i++)
    if (g->seen[i].dev == st->st_dev && g->seen[i].ino == st->st_ino && g->seen[i].start == image->slice.offset) {
      refuse(g, image,
             "it is its own backing image, over others or directly; the chain has no end: rebase one of them");
      return true;
    }
  if (g->n < ARRAY_SIZE(g->seen)) {
    g->seen[g->n].dev = st->st_dev;
    g->seen[g->n].ino = st->st_ino;
    g->seen[g->n++].start = image->slice.offset;
  }
  return false;
}

/* A name that is no path: "json:{...}", "nbd://host", "rbd:pool/image". QEMU makes of it what it can. */
static bool
is_protocol(const char *name)
{
  return name[strcspn(name, ":/")] == ':' && !str_starts(name, "file:");
}

static const char *
path_beside(TALLOC_CTX *ctx, const char *image, const char *name)
{
  const char *slash = strrchr(image, '/');
  if (str_starts(name, "file:"))
    name += strlen("file:");
  if (*name == '/' || !slash)
    return name;
  return talloc_asprintf(ctx, "%.*s%s", (int)(slash - image + 1), image, name);
}

static struct image *
image_from_header(struct chain_look *g, struct image *above, const char *name, enum image_format format, bool readonly)
{
  struct image *image = image_new(above->dev, above->node);
  struct stat st;
  const char *path = path_beside(image, image_path(above), name);
  bool device = host_stat(g->stage->host, path, &st) && S_ISBLK(st.st_mode);
  file_set(image, device ? &block_storage : &file_storage, path);
  image->format = format;
  image->readonly = readonly;
  domain_claim_image(image->dev->domain, &(struct image_claim){
                                             .dev = image->dev,
                                             .path = path,
                                             .readonly = readonly,
                                             .found = true,
                                             .place = xml_place(image->node, NULL),
                                         });
  return image;
}

static void
take_data_file(struct chain_look *g, struct image *image, const char *name)
{
  if (image->data_file || is_protocol(name))
    return;
  struct image *data = image_from_header(g, image, name, IMAGE_RAW, image->readonly);
  data->is_data_file = true;
  data->depth = image->depth;
  image->data_file = data;
  image_complete_late(data, talloc_asprintf(data, "%s-data", image_stem(image)), g->mode, g->stage);
}

static void
take_backing(struct chain_look *g, struct image *image, const struct header *header)
{
  if (image->backing || image->chain_ends)
    return;
  /* a json: names its driver itself */
  if (header->backing_format == IMAGE_NONE && !str_starts(header->backing, "json:")) {
    refuse(g, image,
           talloc_asprintf(image,
                           "its header names the backing image '%s' and not its format, which is never guessed; say it "
                           "in <backingStore>, "
                           "or write it down: qemu-img rebase -u -F FORMAT -b '%s'",
                           header->backing, header->backing));
    return;
  }
  if (is_protocol(header->backing))
    return;
  if (image->depth + 1 >= IMAGE_DEPTH_MAX) {
    refuse(g, image,
           talloc_asprintf(image, "more than %d images above each other; commit some of them into one",
                           IMAGE_DEPTH_MAX));
    return;
  }
  struct image *backing = image_from_header(g, image, header->backing, header->backing_format, true);
  backing->depth = image->depth + 1;
  image->backing = backing;
  image_complete_late(backing, talloc_asprintf(backing, "%s-%u", g->stem, backing->depth), g->mode, g->stage);
}

/* NULL: QEMU takes an image with this HEADER as IMAGE. Raw LUKS that the XML gives to the guest as it is, is the guest's
 * to open. */
static const char *
wrong_content(const struct image *image, const struct header *header)
{
  if (header->cipher == HEADER_AES) /* QEMU block/qcow2.c, qcow2_do_open() */
    return talloc_asprintf((void *)image,
                           "it is encrypted in qcow's old way, which guests cannot have any more; make a plain one: "
                           "qemu-img convert --object secret,id=s,file=PASSPHRASE --image-opts "
                           "driver=%s,encrypt.key-secret=s,file.filename=%s -O qcow2 NEW",
                           image_qemu_format(image), image_path(image));
  if (image->encryption && header->cipher != HEADER_LUKS)
    return image->format == IMAGE_RAW ? "it is not encrypted by LUKS; drop <encryption>, or qemu-img create -f luks"
                                      : "it is not encrypted; drop <encryption>";
  if (!image->encryption && header->cipher == HEADER_LUKS)
    return image->depth ? "it is encrypted by LUKS; name it in <backingStore>, and in its <source> "
                          "<encryption format='luks'> with the <secret>"
                        : "it is encrypted by LUKS; write <encryption format='luks'> with its <secret> into <source>";
  if (header->corrupt && !image->readonly)
    return talloc_asprintf((void *)image,
                           "it is marked as damaged, and QEMU writes to it no more; qemu-img check -r all %s",
                           image_path(image));
  return NULL;
}

static void
look_at_header(struct chain_look *g, struct image *image)
{
  struct header header = { 0 };
  int fd = host_open_file(g->stage->host, image_path(image), O_RDONLY | O_NONBLOCK, 0);
  if (fd < 0) {
    refuse(g, image, talloc_asprintf(image, "cannot be opened: %s", strerror(errno)));
    return;
  }
  const char *wrong = header_read(image, fd, image->slice.offset, image->format, &header);
  if (image->format == IMAGE_RAW)
    header.cipher = image->encryption && header_is_luks(fd, image->slice.offset) ? HEADER_LUKS : HEADER_PLAIN;
  close(fd);
  if (wrong)
    wrong = talloc_asprintf(image, "%s; mend it, or the format in the XML ('%s')", wrong,
                            image_format_names[image->format]);
  else
    wrong = wrong_content(image, &header);
  if (wrong) {
    refuse(g, image, wrong);
    return;
  }
  if (header.data_file)
    take_data_file(g, image, header.data_file);
  if (header.backing)
    take_backing(g, image, &header);
  else if (!image->backing)
    image->chain_ends = true;
}

bool
chain_files_resolve(struct image *top, bool optional, struct stage *stage)
{
  if (!options_starts(stage->options) || !top->storage || host_is_offline(stage->host))
    return true;
  struct chain_look g = { .stage = stage, .stem = image_stem(top), .mode = &top->mode };
  bool good = true;
  /* below one that is not there the XML may name others */
  for (struct image *image = top; image && image->storage; image = image->backing) {
    struct stat st;
    unsigned before = diag_errors(stage->diag);
    if (!on_this_host(image))
      continue;
    if (!look_at_file(&g, image, optional && image == top, &st)) {
      if (diag_errors(stage->diag) == before)
        return false;
      good = false;
      continue;
    }
    if (is_loop(&g, image, &st))
      return false;
    if ((S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)) && diag_errors(stage->diag) == before)
      look_at_header(&g, image);
    if (image->data_file && on_this_host(image->data_file))
      look_at_file(&g, image->data_file, false, &st);
  }
  return good;
}

void
image_look(struct image *top, bool optional, struct stage *stage)
{
  if (!options_starts(stage->options) || !top->storage || host_is_offline(stage->host))
    return;
  struct chain_look g = { .stage = stage };
  for (struct image *image = top; image && image->storage; image = image->backing) {
    struct stat st;
    if (on_this_host(image) && !image->storage->resolve)
      look_at_file(&g, image, optional && image == top, &st);
  }
}
