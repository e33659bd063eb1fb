/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/header.c - what the images of this host say of themselves */

#include "block/storage.h"

bool
header_resolve(struct image *top, bool optional, struct stage *stage)
{
  (void)top, (void)optional, (void)stage;
  return true;
}
