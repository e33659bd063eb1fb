/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/header.h - what an image says of itself: its backing image and data file */

/* Reads bytes that a guest may have written: nothing in them is believed without a look. The
 * format is the one that the XML says, never guessed. */

#ifndef BLOCK_HEADER_H
#define BLOCK_HEADER_H

#include "block/image.h"

enum header_cipher { HEADER_PLAIN, HEADER_AES, HEADER_LUKS };

struct header {
  char *backing;                    /* as it is written; NULL: none */
  enum image_format backing_format; /* IMAGE_NONE: the header does not say */
  char *data_file;                  /* qcow2: NULL: the data are in the image */
  uint64_t bytes;                   /* qcow2: how long it is for a guest */
  enum header_cipher cipher;        /* qcow and qcow2 */
  bool corrupt;                     /* qcow2: QEMU found it damaged, and writes to it no more */
};

/* Reads the header of an image of FORMAT that begins at byte START of FD. NULL, or what is wrong with it
 * (a literal). */
const char *header_read(TALLOC_CTX *ctx, int fd, uint64_t start, enum image_format format, struct header *header);

/* Does LUKS begin at byte START of FD? */
bool header_is_luks(int fd, uint64_t start);

#endif
