/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml_foreign.c - knows by its first bytes what was given instead of a domain's XML */

#include "core/xml_internal.h"

#define IMAGE_REMEDY ", no XML; give the XML of a domain whose <disk> names it"
#define PACKED_REMEDY ", no XML; unpack it first"
#define COMMAND_REMEDY ", no XML; give the domain's XML that it was made from"

static const struct {
  const char *bytes;
  size_t length;
  const char *what;
} beginnings[] = {
#define BEGINS(bytes, what) \
  { \
    bytes, sizeof(bytes) - 1, what \
  }
  BEGINS("QFI\xfb", "a qcow2 image" IMAGE_REMEDY),
  BEGINS("LUKS\xba\xbe", "a LUKS image" IMAGE_REMEDY),
  BEGINS("QED", "a QED image" IMAGE_REMEDY),
  BEGINS("KDMV", "a VMDK image" IMAGE_REMEDY),
  BEGINS("vhdxfile", "a VHDX image" IMAGE_REMEDY),
  BEGINS("\x7f"
         "ELF",
         "a program or kernel, no XML; give a domain's XML"),
  BEGINS("\x1f\x8b", "packed by gzip" PACKED_REMEDY),
  BEGINS("\xfd"
         "7zXZ",
         "packed by xz" PACKED_REMEDY),
  BEGINS("\x28\xb5\x2f\xfd", "packed by zstd" PACKED_REMEDY),
  BEGINS("PK\x03\x04", "a zip archive" PACKED_REMEDY),
  BEGINS("#!", "a script" COMMAND_REMEDY),
  BEGINS("{", "JSON, no XML; give a domain's XML: virsh dumpxml NAME prints one"),
  BEGINS("[", "JSON or an INI file, no XML; give a domain's XML: virsh dumpxml NAME prints one"),
};

/* The command line of a QEMU, or of our own printing: its first word is the binary's. */
static bool
is_command(const char *text, size_t length)
{
  size_t word = 0;
  while (word < length && !strchr(" \t\r\n", text[word]))
    word++;
  return memmem(text, word, "qemu-system-", strlen("qemu-system-")) ||
         memmem(text, word, "qemu-kvm", strlen("qemu-kvm"));
}

const char *
xml_foreign(const char *text, size_t length)
{
  while (length && strchr(" \t\r\n", *text)) {
    text++;
    length--;
  }
  if (!length || *text == '<')
    return NULL;
  for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
    if (length >= beginnings[i].length && memcmp(text, beginnings[i].bytes, beginnings[i].length) == 0)
      return beginnings[i].what;
  return is_command(text, length) ? "a QEMU command line" COMMAND_REMEDY : NULL;
}
