/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/sysinfo.h - <os><smbios>, <sysinfo>: filled by vm/sysinfo.c */

#ifndef DOMAIN_SYSINFO_H
#define DOMAIN_SYSINFO_H

#include "core/diag.h"

enum smbios_mode { SMBIOS_UNSET, SMBIOS_NONE, SMBIOS_EMULATE, SMBIOS_HOST, SMBIOS_SYSINFO, SMBIOS_MODES };

struct smbios_field {
  const char *key; /* QEMU's */
  const char *value;
};

/* One -smbios type=TYPE. */
struct smbios_table {
  unsigned type;
  struct smbios_field *fields;
  size_t n_fields;
  struct place place;
};

struct fw_cfg {
  const char *name;
  const char *value, *file; /* one of them */
  struct place place;
};

struct sysinfo {
  enum smbios_mode mode;
  bool smbios_given; /* <sysinfo type='smbios'> */
  struct place smbios_place;
  struct smbios_table *tables;
  size_t n_tables;
  struct fw_cfg *fw_cfgs;
  size_t n_fw_cfgs;
};

#endif
