/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/image.h - images: what a disk of the guest reads and writes */

/* An image is a storage (file, nvme, nbd, ...), perhaps a slice of it, under a format, perhaps
 * encrypted; under it may lie a backing image, and so on: a chain. Kinds of devices call the
 * functions here in the order of the stages. Nobody else knows how a storage is spelt. What goes
 * over a whole chain stands in chain.c, what is of one image in image.c; format.c, overlay.c,
 * chain_files.c and vhost.c have the rest.
 *
 * An image without a storage is an empty drive; all functions take it and do nothing. */

#ifndef BLOCK_IMAGE_H
#define BLOCK_IMAGE_H

#include "domain/kind.h"

enum image_format {
  IMAGE_NONE, /* not given */
  IMAGE_RAW,
  IMAGE_DIR,
  IMAGE_BOCHS,
  IMAGE_CLOOP,
  IMAGE_DMG,
  IMAGE_ISO,
  IMAGE_VPC,
  IMAGE_VDI,
  IMAGE_FAT,
  IMAGE_VHD,
  IMAGE_VHDX,
  IMAGE_PLOOP,
  IMAGE_COW,
  IMAGE_QCOW,
  IMAGE_QCOW2,
  IMAGE_QED,
  IMAGE_VMDK,
  IMAGE_FORMATS
};

/* As <driver type='...'> and <format type='...'> spell them. */
extern const char *const image_format_names[IMAGE_FORMATS];

enum cache_mode {
  CACHE_DEFAULT,
  CACHE_NONE,
  CACHE_WRITETHROUGH,
  CACHE_WRITEBACK,
  CACHE_DIRECTSYNC,
  CACHE_UNSAFE,
  CACHE_MODES
};
enum io_mode { IO_DEFAULT, IO_NATIVE, IO_THREADS, IO_URING, IO_MODES };
enum discard_mode { DISCARD_DEFAULT, DISCARD_UNMAP, DISCARD_IGNORE, DISCARD_MODES };
enum zeroes_mode { ZEROES_DEFAULT, ZEROES_OFF, ZEROES_ON, ZEROES_UNMAP, ZEROES_MODES };

extern const char *const cache_mode_names[CACHE_MODES];
extern const char *const io_mode_names[IO_MODES];
extern const char *const discard_mode_names[DISCARD_MODES];
extern const char *const zeroes_mode_names[ZEROES_MODES];

/* A disk asks this of every image of its chain. */
struct image_mode {
  enum cache_mode cache;
  enum io_mode io;
  enum discard_mode discard;
  enum zeroes_mode zeroes; /* of the top image and its data file */
  enum tristate discard_no_unref;
  bool floppy, cdrom;
  bool shareable; /* other guests may write to it as well */
};

/* Writeback, direct and no-flush of a cache mode; false: the mode is the default. */
bool cache_mode_flags(enum cache_mode mode, bool *writeback, bool *direct, bool *no_flush);

/* How deep a chain may be: QEMU's own recursion ends somewhere. */
enum { IMAGE_DEPTH_MAX = 200 };

struct storage;
struct encryption;
struct auth;

/* A part of the storage, in bytes. */
struct slice {
  bool set;
  uint64_t offset, size;
};

/* SCSI persistent reservations of a LUN, done by a helper outside QEMU. */
struct reservations {
  bool managed;            /* the helper is started for this guest */
  enum tristate migration; /* they go with the guest */
  const char *path;        /* of the helper's socket */
  const char *id;          /* of the pr-manager-helper object */
};

struct image {
  struct device *dev;            /* the disk */
  xmlNode *node;                 /* its <source>; where there is none, the element around it */
  const struct storage *storage; /* NULL: empty */
  void *stored;                  /* the storage's own */
  enum image_format format;
  struct slice slice;
  struct encryption *encryption; /* NULL: none */
  struct auth *auth;
  struct reservations *reservations;
  uint64_t metadata_cache; /* bytes; 0: QEMU's default */
  bool readonly;
  unsigned depth; /* 0: the top of its chain */
  struct image_mode mode;
  struct image *backing;
  bool chain_ends;         /* known to have no backing image: QEMU shall look for none */
  struct image *data_file; /* qcow2 with its data outside */
  bool is_data_file;
  /* the nodes' names; NULL: there is no such layer */
  const char *storage_node, *slice_node, *format_node;
};

/* The rows of a <disk>-like element, and of a <source> alone: for whoever walks the tables. */
extern const struct attr image_attrs[];
extern const struct attr image_source_attrs[];
/* The same without parts of the storage, and reservations, where the caller refuses them. */
extern const struct attr image_whole_attrs[];
/* The same where image_read_source() reads an iSCSI unit. */
extern const struct attr image_iscsi_attrs[];

/* Reads a <disk>-like element: its type, <source>, <driver type>, <backingStore>, ... Never NULL;
 * what is wrong is reported. */
struct image *image_read(struct device *dev, xmlNode *disk, struct stage *stage);

/* Reads a <source> of TYPE ("file", "network", ...) alone. NULL after an error was reported. */
struct image *image_read_source(struct device *dev, xmlNode *source, const char *type, struct stage *stage);

/* A file that no <source> names: PATH, because of NODE. */
struct image *image_of_file(struct device *dev, xmlNode *node, const char *path);

/* The same for a block or character device of the host; its path may be set later, before building. */
struct image *image_of_device(struct device *dev, xmlNode *node, const char *path);
void image_set_path(struct image *image, const char *path);

/* Is it of this storage ("nvme", "vhostuser", ...)? */
bool image_is(const struct image *image, const char *storage);
/* Of a network protocol, NULL: not a network storage. */
const char *image_protocol(const struct image *image);
/* The path that it has on the host, NULL: none. */
const char *image_path(const struct image *image);
/* QEMU's driver of its format: "raw", "qcow2", "luks", ... */
const char *image_qemu_format(const struct image *image);
/* Raw through and through: no format, no decryption. */
bool image_is_raw(const struct image *image);
bool image_is_luks(const struct image *image);
/* The socket of a vhost-user process, NULL: it is none; *RECONNECT: seconds, 0: never. */
const char *image_vhostuser(const struct image *image, uint32_t *reconnect);

/* Completes the chain: formats, names of nodes that begin with STEM (at most ten characters: a target's
 * name), secrets, host devices. MODE is copied to all. */
void image_complete(struct image *image, const char *stem, const struct image_mode *mode, struct stage *stage);

void image_check(const struct image *image, struct stage *stage);

/* Volumes become what they stand for; before a launch the headers of images are read. False: the
 * storage is not there; that is an error, reported, unless it is OPTIONAL. */
bool image_resolve(struct image *image, bool optional, struct stage *stage);

/* Tells which files of the chain are not there, or are of no use, before a launch. Nothing is resolved. */
void image_look(struct image *top, bool optional, struct stage *stage);

/* For a disk whose writes are forgotten: nobody writes to IMAGE, which says so before it is completed; after it was
 * resolved an overlay that is made when the guest starts comes above it and is the top. */
struct image *image_overlay(struct image *image, struct place because, struct stage *stage);

/* Appends objects and nodes from the bottom up. The name of the top node, NULL: empty. */
const char *image_build(const struct image *image, const struct build *b, struct argv *argv);
const char *image_top_node(const struct image *image);

/* The properties of -drive file=...,format=... for buses that -blockdev does not reach. */
void image_drive_props(const struct image *image, struct argv *argv, struct props *p);

/* "qcow2 (luks) <- nvme 0001:02:00.0/2"; a talloc child of CTX. */
char *image_text(TALLOC_CTX *ctx, const struct image *image);

#endif
