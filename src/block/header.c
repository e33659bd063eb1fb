/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/header.c - the headers of qcow, qcow2, qed and vmdk */

#include "block/header.h"
#include "core/names.h"
#include "host/host.h"

/* QEMU refuses longer names (block/qcow2.c). */
enum { NAME_MAX_BYTES = 1023, HEADER_BYTES = 4096, DESCRIPTOR_BYTES = 20 * 512 };

static uint32_t
be32(const uint8_t *b)
{
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint64_t
be64(const uint8_t *b)
{
  return (uint64_t)be32(b) << 32 | be32(b + 4);
}

static uint32_t
le32(const uint8_t *b)
{
  return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static uint64_t
le64(const uint8_t *b)
{
  return (uint64_t)le32(b + 4) << 32 | le32(b);
}

/* An image in a file, or in a slice of one. */
struct medium {
  int fd;
  uint64_t start;
};

static bool
read_all(const struct medium *in, uint64_t offset, void *bytes, size_t length)
{
  if (offset > UINT64_MAX - in->start)
    return false;
  return host_read_at(in->fd, in->start + offset, bytes, length) == (ssize_t)length;
}

static const char *
read_name(TALLOC_CTX *ctx, const struct medium *in, uint64_t offset, uint32_t length, char **name)
{
  if (!offset || !length)
    return NULL;
  if (length > NAME_MAX_BYTES)
    return "the name of its backing image is longer than QEMU takes";
  *name = talloc_zero_size(ctx, length + 1);
  if (!read_all(in, offset, *name, length))
    return "it ends before the name of its backing image";
  return strlen(*name) == length ? NULL : "the name of its backing image holds a NUL";
}

/* --- qcow2: docs/interop/qcow2.rst --- */

static const uint32_t EXT_END = 0, EXT_BACKING_FORMAT = 0xe2792aca, EXT_DATA_FILE = 0x44415441;

/* Incompatible features. */
enum { CORRUPT = 2, DATA_FILE = 4 };

static enum header_cipher
cipher_of(uint32_t method)
{
  return method == 1 ? HEADER_AES : method == 2 ? HEADER_LUKS : HEADER_PLAIN;
}

/* Extensions stand between the header and the first cluster's end. */
static const char *
read_extensions(TALLOC_CTX *ctx, const struct medium *in, uint64_t at, uint64_t end, struct header *header)
{
  uint8_t head[8];
  while (at + sizeof(head) <= end) {
    if (!read_all(in, at, head, sizeof(head)))
      return "it ends within its header";
    uint32_t type = be32(head), length = be32(head + 4);
    at += sizeof(head);
    if (type == EXT_END)
      return NULL;
    if (length > end - at)
      return "its header is damaged";
    if ((type == EXT_BACKING_FORMAT || type == EXT_DATA_FILE) && length <= NAME_MAX_BYTES) {
      char *text = talloc_zero_size(ctx, length + 1);
      if (!read_all(in, at, text, length))
        return "it ends within its header";
      if (type == EXT_DATA_FILE)
        header->data_file = text;
      int format = name_find(image_format_names, IMAGE_FORMATS, text);
      if (type != EXT_DATA_FILE)
        header->backing_format = format < 0 ? IMAGE_NONE : (enum image_format)format;
    }
    at += (length + UINT64_C(7)) & ~UINT64_C(7);
  }
  return NULL;
}

static const char *
read_qcow2(TALLOC_CTX *ctx, const struct medium *in, const uint8_t *head, struct header *header)
{
  uint32_t version = be32(head + 4), cluster_bits = be32(head + 20), length = version >= 3 ? be32(head + 100) : 72;
  if (memcmp(head, "QFI\xfb", 4) != 0 || version < 2)
    return "it is no qcow2 image";
  if (version > 3)
    return "it is of a newer qcow2 than any QEMU writes";
  if (cluster_bits < 9 || cluster_bits > 21 || length < 72 || length > UINT64_C(1) << cluster_bits)
    return "its header is damaged";
  uint64_t features = version >= 3 ? be64(head + 72) : 0;
  header->bytes = be64(head + 24);
  header->cipher = cipher_of(be32(head + 32));
  header->corrupt = features & CORRUPT;
  const char *wrong = read_name(ctx, in, be64(head + 8), be32(head + 16), &header->backing);
  if (!wrong)
    wrong = read_extensions(ctx, in, length, UINT64_C(1) << cluster_bits, header);
  if (!(features & DATA_FILE))
    header->data_file = NULL;
  return wrong;
}

static const char *
read_qcow(TALLOC_CTX *ctx, const struct medium *in, const uint8_t *head, struct header *header)
{
  if (memcmp(head, "QFI\xfb", 4) != 0 || be32(head + 4) != 1)
    return "it is no qcow image";
  header->cipher = cipher_of(be32(head + 36));
  return read_name(ctx, in, be64(head + 8), be32(head + 16), &header->backing);
}

/* --- qed: docs/interop/qed_spec.rst --- */

static const char *
read_qed(TALLOC_CTX *ctx, const struct medium *in, const uint8_t *head, struct header *header)
{
  enum { HAS_BACKING = 1, BACKING_IS_RAW = 4 };
  if (memcmp(head, "QED", 4) != 0)
    return "it is no qed image";
  uint64_t features = le64(head + 16);
  if (!(features & HAS_BACKING))
    return NULL;
  if (features & BACKING_IS_RAW)
    header->backing_format = IMAGE_RAW;
  return read_name(ctx, in, le32(head + 56), le32(head + 60), &header->backing);
}

/* --- vmdk: a text names the parent, in the file itself or inside a sparse extent --- */

static const char *
read_vmdk(TALLOC_CTX *ctx, const struct medium *in, const uint8_t *head, size_t length, struct header *header)
{
  static const char parent[] = "parentFileNameHint=\"";
  char *text = talloc_zero_size(ctx, DESCRIPTOR_BYTES + 1);
  if (memcmp(head, "KDMV", 4) == 0) {
    uint64_t sector = le64(head + 28), sectors = le64(head + 36);
    size_t bytes = sectors < DESCRIPTOR_BYTES / 512 ? (size_t)sectors * 512 : DESCRIPTOR_BYTES;
    if (sector > INT64_MAX / 512 || (bytes && !read_all(in, sector * 512, text, bytes)))
      return "it ends before its descriptor";
  } else if (memcmp(head, "# Disk Desc", 11) == 0) {
    memcpy(text, head, length < DESCRIPTOR_BYTES ? length : DESCRIPTOR_BYTES);
  } else {
    return "it is no vmdk image";
  }
  char *name = strstr(text, parent), *end = name ? strchr(name + strlen(parent), '"') : NULL;
  if (!end)
    return NULL;
  name += strlen(parent);
  header->backing = talloc_strndup(ctx, name, (size_t)(end - name));
  header->backing_format = IMAGE_VMDK; /* VMware knows no other parents */
  return NULL;
}

const char *
header_read(TALLOC_CTX *ctx, int fd, uint64_t start, enum image_format format, struct header *header)
{
  const struct medium in = { fd, start };
  uint8_t head[HEADER_BYTES] = { 0 };
  ssize_t n = host_read_at(fd, start, head, sizeof(head));
  *header = (struct header){ 0 };
  if (n < 0)
    return "it cannot be read";
  switch ((int)format) {
  case IMAGE_QCOW2:
    return read_qcow2(ctx, &in, head, header);
  case IMAGE_QCOW:
    return read_qcow(ctx, &in, head, header);
  case IMAGE_QED:
    return read_qed(ctx, &in, head, header);
  case IMAGE_VMDK:
    return read_vmdk(ctx, &in, head, (size_t)n, header);
  default:
    return NULL;
  }
}

/* LUKS On-Disk Format Specification 1.2, 2.3.1. */
bool
header_is_luks(int fd, uint64_t start)
{
  static const uint8_t magic[] = { 'L', 'U', 'K', 'S', 0xba, 0xbe };
  uint8_t head[sizeof magic] = { 0 };
  return host_read_at(fd, start, head, sizeof head) == sizeof head && memcmp(head, magic, sizeof magic) == 0;
}
