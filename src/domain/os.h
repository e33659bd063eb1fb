/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/os.h - <os>: what the guest boots from; filled by vm/os.c and vm/firmware.c */

#ifndef DOMAIN_OS_H
#define DOMAIN_OS_H

#include "core/util.h"

enum boot_dev { BOOT_NONE, BOOT_FD, BOOT_CDROM, BOOT_HD, BOOT_NETWORK, BOOT_DEVS };

struct os {
  const char *machine;          /* as the XML says it, or the default: never NULL after complete */
  const char *canonical;        /* the alias resolved, where the capabilities know it; else MACHINE */
  enum boot_dev boot[BOOT_DEVS - 1];
  size_t n_boot;
  enum tristate boot_menu;
  uint32_t boot_menu_timeout;   /* milliseconds */
  struct num reboot_timeout;    /* milliseconds; -1 is written as UINT64_MAX */
  enum tristate bios_serial;
  const char *kernel, *initrd, *cmdline, *shim, *dtb;
};

#endif
