/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/os.h - <os>: what the guest boots from; filled by vm/os.c and vm/firmware.c */

#ifndef DOMAIN_OS_H
#define DOMAIN_OS_H

#include "core/diag.h"
#include "core/xml.h"
#include "host/firmware.h"

enum boot_dev { BOOT_NONE, BOOT_FD, BOOT_CDROM, BOOT_HD, BOOT_NETWORK, BOOT_DEVS };

enum acpi_table_type { ACPI_TABLE_RAW, ACPI_TABLE_RAWSET, ACPI_TABLE_SLIC, ACPI_TABLE_MSDM, ACPI_TABLE_TYPES };

struct acpi_table {
  enum acpi_table_type type;
  const char *path;
  struct place place;
};

/* <loader>, or what the firmware's descriptor says: complete after complete. */
struct loader {
  enum loader_type type;
  const char *path;
  enum tristate readonly;
  enum tristate secure; /* the variables are written from SMM alone */
  enum tristate stateless;
  enum flash_format format;
};

/* <nvram>: where UEFI keeps its variables. */
/* The values of <nvram type=>; without one it is a file, as its text. In domain.c, for <os> and its flash. */
enum { NVRAM_TYPES = 4 };
extern const char *const nvram_type_names[NVRAM_TYPES];

struct nvram {
  bool there;
  xmlNode *node;    /* NULL: made up beside a <loader> */
  const char *type; /* "file", "network", ... with <source>; NULL: PATH */
  const char *path; /* of a file; NULL: <source> says */
  xmlNode *source;
  enum flash_format format;
  const char *template; /* what it is made from, where it is not there yet; NULL: not known */
  enum flash_format template_format;
};

/* <varstore>: where QEMU's own device keeps them instead. */
struct varstore {
  bool there;
  xmlNode *node;        /* NULL: the firmware that was chosen has brought it */
  const char *path;     /* never NULL after complete */
  const char *template; /* what it is made from, where it is not there yet; NULL: not known */
};

/* <boot dev=> */
struct boot {
  enum boot_dev dev;
  struct place place;
};

struct os {
  const char *type;         /* of system: hvm */
  const char *machine_said; /* NULL: the XML does not */
  struct boot *boots;       /* as the XML has them */
  size_t n_boots;
  const char *machine;   /* as the XML says it, or the default: never NULL after complete */
  const char *canonical; /* the alias resolved, where the capabilities know it; else MACHINE */
  enum boot_dev boot[BOOT_DEVS - 1];
  size_t n_boot; /* after complete: BOOT_HD, where neither <os> nor a device names any */
  enum tristate boot_menu;
  struct num boot_menu_timeout; /* milliseconds */
  struct num reboot_timeout;    /* milliseconds; -1 is written as UINT64_MAX */
  enum tristate bios_serial;
  enum firmware firmware; /* to be chosen by its descriptor */
  enum tristate secure_boot, enrolled_keys;
  struct loader loader;
  struct nvram nvram;
  struct varstore varstore;
  const char *loadparm; /* s390x: the first boot device's, where QEMU's devices take none */
  const char *kernel, *initrd, *cmdline, *shim, *dtb;
  struct acpi_table *acpi_tables;
  size_t n_acpi_tables;
};

#endif
