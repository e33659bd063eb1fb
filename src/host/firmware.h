/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/firmware.h - the firmware builds of the host, and which of them suits a guest */

/* QEMU docs/interop/firmware.json. Reads descriptors through host.h, the files they name never. */

#ifndef HOST_FIRMWARE_H
#define HOST_FIRMWARE_H

#include "core/arch.h"
#include "host/host.h"

enum firmware { FIRMWARE_MANUAL, FIRMWARE_BIOS, FIRMWARE_EFI, FIRMWARES };
enum loader_type { LOADER_NONE, LOADER_ROM, LOADER_PFLASH, LOADER_TYPES };
enum flash_format { FLASH_UNSET, FLASH_RAW, FLASH_QCOW2, FLASH_FORMATS };

/* As attributes and descriptors spell them. */
extern const char *const flash_format_names[FLASH_FORMATS];

/* The demands of a guest on its firmware; it leaves open what is zero. */
struct firmware_wish {
  enum firmware interface; /* never FIRMWARE_MANUAL */
  enum arch arch;
  const char *machine; /* no alias */
  enum loader_type type;
  const char *path; /* of the code */
  enum tristate readonly, secure, stateless;
  enum flash_format format;
  const char *template; /* <nvram template=>, <varstore template=> */
  const char *kernel;
  enum tristate secure_boot, enrolled_keys;
  bool s3, s4;             /* suspend must work */
  bool no_smm;             /* <smm state='off'/> */
  bool variables;          /* they are to outlast the guest: in a chip, or in a device of QEMU's */
  bool nvram, varstore;    /* in a chip, in the device: the XML says so */
  bool has_varstore;       /* QEMU has that device */
  const char *features[2]; /* what else it must have ("amd-sev"), by the descriptors' names; NULL: nothing */
};

struct firmware_build {
  const char *descriptor; /* its path */
  enum loader_type type;  /* LOADER_NONE: FILE is a kernel */
  const char *file;
  enum flash_format format;
  const char *template; /* NULL: it has none */
  enum flash_format template_format;
  const char *varstore; /* the template of QEMU's device; NULL: it has none */
  bool requires_smm, secure_boot, enrolled_keys;
};

/* The part of a wish that a build does not fulfil, in the order of looking. */
enum firmware_miss {
  MISS_INTERFACE,
  MISS_TARGET,
  MISS_LOADER_TYPE,
  MISS_PATH,
  MISS_TEMPLATE,
  MISS_KERNEL,
  MISS_STATELESS,
  MISS_VARSTORE, /* it keeps them in a chip, or nowhere */
  MISS_READONLY,
  MISS_FORMAT,
  MISS_S3,
  MISS_S4,
  MISS_SECURE_BOOT,
  MISS_ENROLLED_KEYS,
  MISS_SMM,
  MISS_SECURE,
  MISS_SECURITY,
  MISS_HOST_VARIABLES, /* no demand of the XML: this QEMU lacks the device, or the descriptor has no template */
  MISS_NOTHING
};

/* How a search without a find went. */
struct firmware_search {
  size_t n_read;           /* so many descriptors there are */
  enum firmware_miss miss; /* what the build that came nearest lacks */
  const char *nearest;     /* its descriptor; NULL: there is none */
};

/* The first build that fulfils WISH, a child of CTX, as is what SEARCH says; NULL: none does. */
struct firmware_build *firmware_find(TALLOC_CTX *ctx, const struct host *host, const struct firmware_wish *wish,
                                     struct firmware_search *search);

#endif
