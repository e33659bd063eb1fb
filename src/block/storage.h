/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/storage.h - what a storage tells the rest of the block layer */

/* Within block/ alone. A storage is a file with one of these structs; storages[] in image.c lists
 * them. image->stored is the storage's own, made by its read hook. Hooks that are NULL have
 * nothing to do. The functions below stand in image.c, those over chains in chain.c, but where another
 * file is named. */

#ifndef BLOCK_STORAGE_H
#define BLOCK_STORAGE_H

#include "block/image.h"
#include "domain/secrets.h"

struct storage {
  const char *type;    /* as <disk type='...'> spells it */
  const char *rule;    /* why its node is as it is, where the XML alone does not say; NULL: it does */
  const char *example; /* how its <source> begins */
  bool on_host;        /* a file or node of this host, which .path names */
  bool is_block;       /* and that a block device */

  /* <source>: image->stored is SIZE bytes of the storage's own, which ATTRS fills. */
  size_t size;
  const struct attr *attrs;

  /* Reads the things that no row can say. False: there is no medium in it, or after an error. */
  bool (*read)(struct image *image, xmlNode *source, struct stage *stage);
  void (*complete)(struct image *image, struct stage *stage);
  void (*check)(const struct image *image, struct stage *stage);
  /* As image_resolve(). May make the image one of another storage. */
  bool (*resolve)(struct image *image, bool optional, struct stage *stage);
  /* Objects that the node refers to. */
  void (*objects)(const struct image *image, struct argv *argv);
  /* The driver and its own properties; not what every node has. NULL: it has no node. */
  void (*props)(const struct image *image, struct props *p);
  /* -drive file=... where it is no file on this host and -blockdev's properties do not fit. */
  const char *(*path)(const struct image *image);
  const char *(*text)(TALLOC_CTX *ctx, const struct image *image);
};

extern const struct storage file_storage, block_storage, dir_storage, network_storage, volume_storage, nvme_storage,
    vhostuser_storage, vhostvdpa_storage;

/* The rows of <backingStore>. */
extern const struct attr nested_attrs[];

/* The stem of an image's names: "vdd", "vdd-1", "vdd-1-data". A talloc child of the image. */
const char *image_stem(const struct image *image);

/* "nbd", "https", ...: set by block/network.c. */
const char *network_protocol_name(const struct image *image);

/* An image made because of what was found in another's header or a pool. */
struct image *image_new(struct device *dev, xmlNode *node);

/* Makes it a file or another of STORAGE's, at PATH: file.c. */
void file_set(struct image *image, const struct storage *storage, const char *path);

/* A block device of the host is a CD-ROM drive, or is none after all: file.c. */
void block_set_cdrom(struct image *image, bool cdrom);

/* Completes an image that only a header told of. */
void image_complete_late(struct image *image, const char *stem, const struct image_mode *mode, struct stage *stage);

/* The image became one of another storage or format: names its layers again. */
void image_rename(struct image *image, struct stage *stage);

/* --- formats: format.c --- */

bool format_has_backing(enum image_format format);
void format_check(const struct image *image, struct stage *stage);
void format_props(const struct image *image, struct props *p);
/* The same for -drive, which calls the driver "format". */
void format_props_drive(const struct image *image, struct props *p);

/* --- encryption.c --- */

enum encryption_format { ENCRYPTION_NONE, ENCRYPTION_LUKS, ENCRYPTION_LUKS2, ENCRYPTION_LUKS_ANY, ENCRYPTION_FORMATS };
enum encryption_engine { ENGINE_DEFAULT, ENGINE_QEMU, ENGINE_LIBRBD, ENGINES };

struct encryption {
  xmlNode *node;
  enum encryption_format format;
  enum encryption_engine engine;
  struct secret_want *wants;
  struct secret **secrets; /* after complete */
  size_t n;
};

extern const struct attr encryption_attrs[];

struct encryption *encryption_read(xmlNode *node, TALLOC_CTX *ctx, const char *subject, struct stage *stage);
void encryption_complete(struct image *image, struct stage *stage);
void encryption_check(const struct image *image, struct stage *stage);
void encryption_objects(const struct image *image, struct argv *argv);
/* librbd's, from the outermost layer in. */
void encryption_librbd_props(const struct image *image, struct props *p);

/* <auth username='...'><secret .../></auth>: auth.c */
enum auth_secret { AUTH_SECRET_NONE, AUTH_SECRET_ISCSI, AUTH_SECRET_CEPH, AUTH_SECRET_OTHER, AUTH_SECRETS = 6 };

struct auth {
  xmlNode *node;
  const char *username;
  bool has_secret;
  enum auth_secret secret_type;
  struct secret_want want;
  struct secret *secret; /* after complete */
};

extern const struct attr auth_attrs[];
/* OTHER and those after it have no use of their own here. */
extern const char *const auth_secret_names[AUTH_SECRETS];

struct auth *auth_read(xmlNode *node, TALLOC_CTX *ctx, const char *subject, struct stage *stage);

/* --- chain_files.c --- */

/* Before a launch: are the files of a chain there? Makes the backing images that their headers name.
 * As image_resolve(). */
bool chain_files_resolve(struct image *top, bool optional, struct stage *stage);

#endif
