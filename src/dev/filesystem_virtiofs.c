/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/filesystem_virtiofs.c - <filesystem><driver type='virtiofs'>: a folder served by virtiofsd */

#include "dev/filesystem.h"
#include "bus/place.h"
#include "domain/helper.h"
#include "domain/ram.h"
#include "domain/runtime.h"
#include "host/vhost_user.h"

enum { CACHE_UNSET, CACHE_NEVER, CACHE_ALWAYS };
static const char *const cache_names[] = { [CACHE_NEVER] = "none", [CACHE_ALWAYS] = "always" };
static const char *const cache_words[] = { [CACHE_NEVER] = "never", [CACHE_ALWAYS] = "always" };
static const char *const sandbox_names[] = { NULL, "namespace", "chroot" };

static const struct attr range_attrs[] = {
  ATTR_UINT("@start", struct id_range, start, .required = true, .doc = "The first id in the guest."),
  ATTR_UINT("@target", struct id_range, target, .required = true,
            .doc = "The id on the host that the first one becomes."),
  ATTR_UINT("@count", struct id_range, count, .min = 1, .required = true, .doc = "How many ids follow each other."),
  ATTR_END
};

const struct attr virtiofs_attrs[] = {
  ATTR_REFUSED("driver/@format", "virtiofs serves folders, not images; drop it",
               .doc = "Of images; virtiofs serves folders."),
  ATTR_SEE("idmap/uid", range_attrs, .many = true, .doc = "Users of the guest, and who they are on the host."),
  ATTR_SEE("idmap/gid", range_attrs, .many = true, .doc = "Groups of the guest, and which they are on the host."),
  ATTR_STRING("source/@socket", struct filesystem, virtiofs.socket, .dflt = "none: virtiofsd is started",
              .doc = "The socket of a virtiofsd that runs already."),
  ATTR_UINT("driver/@queue", struct filesystem, virtiofs.queue, .dflt = "QEMU's (128)",
            .doc = "How many requests fit into the queue."),
  ATTR_STRING("binary/@path", struct filesystem, virtiofs.binary, .dflt = "the host's, as its descriptors say",
              .doc = "The virtiofsd to start."),
  ATTR_ONOFF("binary/@xattr", struct filesystem, virtiofs.xattr, .dflt = "off",
             .doc = "Whether the guest may keep extended attributes."),
  ATTR_ONOFF("binary/lock/@posix", struct filesystem, virtiofs.posix_lock, .dflt = "off",
             .doc = "Whether POSIX locks reach the host."),
  ATTR_ONOFF("binary/lock/@flock", struct filesystem, virtiofs.flock, .dflt = "off",
             .doc = "Whether BSD locks reach the host."),
  ATTR_ENUM("binary/cache/@mode", struct filesystem, virtiofs.cache, cache_names, .dflt = "virtiofsd's (auto)",
            .doc = "How much the guest may keep in its cache."),
  ATTR_ENUM("binary/sandbox/@mode", struct filesystem, virtiofs.sandbox, sandbox_names,
            .dflt = "virtiofsd's (namespace)", .doc = "How virtiofsd is kept inside its folder."),
  ATTR_INT("binary/thread_pool/@size", struct filesystem, virtiofs.thread_pool, .dflt = "virtiofsd's",
           .doc = "How many threads serve requests."),
  ATTR_UINT("binary/openfiles/@max", struct filesystem, virtiofs.open_files, .dflt = "virtiofsd's",
            .doc = "How many files may be open at once."),
  ATTR_END
};

static void
read_ranges(struct filesystem *fs, xmlNode *node, bool group, struct stage *stage)
{
  struct virtiofs *v = &fs->virtiofs;
  xmlNode *idmap = xml_child(node, "idmap");
  if (!idmap)
    return;
  xml_each(range, idmap, group ? "gid" : "uid")
  {
    v->ranges = ARRAY_ROOM(fs, v->ranges, struct id_range, v->n_ranges);
    v->ranges[v->n_ranges] = (struct id_range){ .group = group };
    attr_read(range_attrs, range, &v->ranges[v->n_ranges++], fs->dev.subject, stage->diag);
  }
}

void
virtiofs_parse(struct filesystem *fs, xmlNode *node, struct stage *stage)
{
  struct virtiofs *v = &fs->virtiofs;
  v->thread_pool = -1;
  attr_read(virtiofs_attrs, node, fs, fs->dev.subject, stage->diag);
  read_ranges(fs, node, false, stage);
  read_ranges(fs, node, true, stage);
  if (!fs->dir && !v->socket)
    diag_error(stage->diag, fs->dev.place, fs->dev.subject,
               "no folder; give <source dir='...'/>, or the socket of a running virtiofsd: <source socket='...'/>");
  else if (fs->dir && v->socket)
    diag_warning(stage->diag, fs->dev.place, fs->dev.subject,
                 "both dir= and socket=: the folder of a running virtiofsd is its own, dir has no effect");
}

/* --- resolve --- */

/* The words of the Rust virtiofsd, the one that is kept (virtiofsd(1)). */
static void
new_words(const struct filesystem *fs, struct helper *daemon)
{
  const struct virtiofs *v = &fs->virtiofs;
  helper_leaves(daemon, talloc_asprintf(daemon, "%s.pid", v->chardev->path)); /* virtiofsd src/main.rs */
  helper_host(daemon, "--shared-dir=", WANT_SHARE, fs->dir, "");
  if (v->cache)
    helper_wordf(daemon, "--cache=%s", cache_words[v->cache]);
  if (v->sandbox)
    helper_wordf(daemon, "--sandbox=%s", sandbox_names[v->sandbox]);
  if (v->xattr == ON)
    helper_word(daemon, "--xattr");
}

static char *
old_switch(char *options, enum tristate value, const char *name)
{
  if (value == UNSET)
    return options;
  return talloc_asprintf_append_buffer(options, ",%s%s", value == OFF ? "no_" : "", name);
}

/* The words of the virtiofsd in C that came with QEMU until 7.2 (docs/tools/virtiofsd.rst there). */
static void
old_words(const struct filesystem *fs, struct helper *daemon)
{
  const struct virtiofs *v = &fs->virtiofs;
  char *options = talloc_strdup(daemon, "source=");
  /* libfuse's fuse_opt_parse(): a comma ends an option, unless escaped */
  for (const char *at = fs->dir; *at; at++)
    options = talloc_asprintf_append_buffer(options, *at == ',' || *at == '\\' ? "\\%c" : "%c", *at);
  if (v->cache)
    options = talloc_asprintf_append_buffer(options, ",cache=%s", cache_names[v->cache]);
  if (v->sandbox)
    options = talloc_asprintf_append_buffer(options, ",sandbox=%s", sandbox_names[v->sandbox]);
  options = old_switch(options, v->xattr, "xattr");
  options = old_switch(options, v->flock, "flock");
  options = old_switch(options, v->posix_lock, "posix_lock");
  helper_word(daemon, "-o");
  helper_spelt(daemon, WANT_SHARE, fs->dir, options);
}

static void
want_daemon(struct filesystem *fs, const char *program, bool old)
{
  const struct virtiofs *v = &fs->virtiofs;
  struct helper *daemon = helper_new(fs->dev.domain, program, fs->dev.subject, fs->dev.place);
  helper_listens(daemon, "--socket-path=", v->chardev->path, "");
  (old ? old_words : new_words)(fs, daemon);
  if (v->thread_pool >= 0)
    helper_wordf(daemon, "--thread-pool-size=%d", v->thread_pool);
  if (v->open_files)
    helper_wordf(daemon, "--rlimit-nofile=%ju", (uintmax_t)v->open_files);
  for (size_t i = 0; i < v->n_ranges; i++)
    helper_wordf(daemon, "--%s-map=:%u:%u:%u:", v->ranges[i].group ? "gid" : "uid", v->ranges[i].start,
                 v->ranges[i].target, v->ranges[i].count);
  if (fs->readonly)
    helper_word(daemon, "--readonly");
}

static void
check_daemon(const struct filesystem *fs, const char *program, bool old, struct diag *diag)
{
  const struct virtiofs *v = &fs->virtiofs;
  const struct device *dev = &fs->dev;
  if (!old && (v->posix_lock == ON || v->flock == ON))
    diag_warning(diag, dev->place, dev->subject, "today's virtiofsd has no option for remote locks; they stay off");
  if (old && (v->n_ranges || fs->readonly))
    diag_unstartable(diag, dev->place, dev->subject,
                     "%s knows neither <idmap> nor <readonly/> and will not start; install virtiofsd 1.0 or newer",
                     program);
}

/* Packages keep it out of PATH and leave a descriptor; that of the one in C says whose it is. */
static void
need_daemon(struct filesystem *fs, struct stage *stage)
{
  const char *description, *binary = fs->virtiofs.binary;
  const char *found = vhost_user_program(fs, stage->host, "fs", &description);
  const char *program = binary ? binary : found ? found : "virtiofsd";
  bool old = str_eq(program, found) && str_starts(description, "QEMU virtiofsd");
  check_daemon(fs, program, old, stage->diag);
  want_daemon(fs, program, old);
}

void
virtiofs_start(struct filesystem *fs, struct stage *stage)
{
  struct virtiofs *v = &fs->virtiofs;
  struct device *dev = &fs->dev;
  const char *socket = v->socket;
  if (!socket)
    socket = runtime_path(dev->domain, talloc_asprintf(dev, "%s-fs.sock", dev->id));
  v->chardev = chardev_unix(dev, socket, SOCKET_CONNECT, dev->place);
  if (!v->socket)
    need_daemon(fs, stage);
}

/* --- check, build --- */

void
virtiofs_check(const struct filesystem *fs, struct stage *stage)
{
  const struct device *dev = &fs->dev;
  const struct virtiofs *v = &fs->virtiofs;
  stage_need(stage, FEAT_DEVICE_VHOST_USER_FS, dev->place, dev->subject);
  if (!ram_is_shared(dev->domain))
    diag_error(stage->diag, dev->place, dev->subject,
               "virtiofs needs shared memory; add <memoryBacking><source type='memfd'/><access "
               "mode='shared'/></memoryBacking>");
  if (!v->socket && fs->access != FS_PASSTHROUGH)
    diag_error(stage->diag, dev->place, dev->subject, "virtiofs needs accessmode='passthrough'");
  if ((fs->wrpolicy && !v->socket) || fs->model || fs->multidevs || fs->fmode || fs->dmode)
    diag_error(stage->diag, dev->place, dev->subject,
               "wrpolicy, model, multidevs, fmode and dmode are 9p's; virtiofs has none of them");
  if (dev->boot_order && stage_need(stage, FEAT_VHOST_USER_FS_BOOTINDEX, dev->place, dev->subject) &&
      dev->address.type != ADDR_PCI)
    diag_error(stage->diag, dev->place, dev->subject, "a guest boots from virtiofs on PCI only; drop <boot>");
  /* QEMU hw/virtio/vhost-user-fs.c */
  if (strlen(fs->tag) > 36)
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "target '%s' is too long a tag, it will not start; 36 bytes at most", fs->tag);
  if (v->queue > 1024 || (v->queue & (v->queue - 1)))
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "a queue of %u places, it will not start; a power of two, 1024 at most", v->queue);
}

void
virtiofs_build(const struct filesystem *fs, const struct build *b, struct argv *argv)
{
  const struct device *dev = &fs->dev;
  const char *chardev = talloc_asprintf(argv, "chr-vu-%s", dev->id);
  chardev_build(fs->virtiofs.chardev, chardev, b, argv);
  struct props *p = argv_device(argv, PHASE_DEVICE, virtio_driver(argv, dev, "vhost-user-fs", NULL), dev->id);
  props_refer(p, "chardev", ID_CHARDEV, chardev);
  props_nonzero(p, "queue-size", fs->virtiofs.queue);
  props_guest(p, "tag", fs->tag);
  device_boot_props(p, dev);
  device_virtio_props(p, dev);
  address_props(p, dev);
}
