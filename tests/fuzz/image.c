/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/image.c - any bytes as a disk image: its header in each format */

#include "fuzz/fuzz.h"

#include "block/header.h"

/* Where else it may begin. */
enum { OFFSET = 1536 };

static void
look(const struct header *header)
{
  fuzz_require(!header->backing || strlen(header->backing) < 20 * 512, "a name is bounded");
  fuzz_require(!header->data_file || strlen(header->data_file) <= 1023, "QEMU takes the name of a data file");
  fuzz_require(header->backing_format < IMAGE_FORMATS, "the format is one");
}

void
fuzz_image(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  char *moved = talloc_zero_size(ctx, length + OFFSET);
  memcpy(moved + OFFSET, bytes, length);
  input_file(ctx, 0, (const char *)bytes, length);
  input_file(ctx, 1, moved, length + OFFSET);
  for (int format = IMAGE_NONE; format < IMAGE_FORMATS; format++) {
    struct header here, there;
    const char *wrong = header_read(ctx, input_descriptor(0), 0, (enum image_format)format, &here);
    const char *moved_wrong = header_read(ctx, input_descriptor(1), OFFSET, (enum image_format)format, &there);
    look(&here);
    fuzz_require(!wrong == !moved_wrong && (!wrong || strcmp(wrong, moved_wrong) == 0),
                 "a slice of a file is read as a file");
    fuzz_require(!here.backing == !there.backing && (!here.backing || strcmp(here.backing, there.backing) == 0),
                 "a slice of a file has the same backing image");
  }
  fuzz_require(header_is_luks(input_descriptor(0), 0) == header_is_luks(input_descriptor(1), OFFSET),
               "LUKS is found in a slice");
  header_read(ctx, input_descriptor(0), UINT64_MAX - length, IMAGE_QCOW2, &(struct header){ 0 });
}
