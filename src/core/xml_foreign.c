/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml_foreign.c - knows by its first bytes what was given instead of a domain's XML */

#include "core/xml_internal.h"

#define IMAGE_REMEDY ", no XML; give the XML of a domain whose <disk> names it"
#define PACKED_REMEDY ", no XML; unpack it first"
#define ENCODING_REMEDY "; write it in UTF-8, as iconv does"
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
  BEGINS("\x4c\x6f\xa7\x94", "text in EBCDIC" ENCODING_REMEDY),
  BEGINS("[", "JSON or an INI file, no XML; give a domain's XML: virsh dumpxml NAME prints one"),
};

enum { UCS4_UNIT = 4 };

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

/* The encoding that an XML declaration names, in UTF-16 too; "": none. */
static const char *
declared_encoding(TALLOC_CTX *ctx, const char *text, size_t length)
{
  static const char name[] = "encoding";
  const char *end = memchr(text, '>', length);
  char *declaration = talloc_zero_size(ctx, end ? (size_t)(end - text) + 1 : 1), *to = declaration;
  for (const char *from = text; end && from < end; from++)
    if (*from && !(*from & 0x80)) /* neither half a character nor a mark of the order of bytes */
      *to++ = *from;
  char *found = str_starts(declaration, "<?xml") ? strstr(declaration, name) : NULL;
  if (!found)
    return "";
  found += strlen(name);
  found += strspn(found, " \t\r\n=\"'");
  found[strcspn(found, "\"'")] = '\0';
  return found;
}

/* XML asks for UTF-8 and UTF-16. In the others here, too, a byte of ASCII is that character and no part of another:
 * xml_crowded() relies on it. */
static bool
is_read(const char *encoding)
{
  static const char *const read[] = { "UTF-8",       "UTF8",      "UTF-16",   "UTF16",      "US-ASCII",
                                      "ASCII",       "ISO-8859-", "ISO8859-", "ISO-LATIN-", "LATIN",
                                      "WINDOWS-125", "CP125",     "KOI8-" };
  for (size_t i = 0; i < ARRAY_SIZE(read); i++)
    if (strncasecmp(encoding, read[i], strlen(read[i])) == 0)
      return true;
  return !*encoding;
}

const char *
xml_foreign(TALLOC_CTX *ctx, const char *text, size_t length)
{
  const char *encoding = declared_encoding(ctx, text, length);
  if (!is_read(encoding))
    return talloc_asprintf(ctx, "XML in the encoding '%s'" ENCODING_REMEDY, encoding);
  if (length >= UCS4_UNIT && (!memcmp(text, "\0\0\0<", UCS4_UNIT) || !memcmp(text, "<\0\0", UCS4_UNIT)))
    return "text in UCS-4" ENCODING_REMEDY;
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
