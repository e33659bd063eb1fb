/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.h - which files a run is about: those that are named, and those in folders that are named */

#ifndef FILES_H
#define FILES_H

#include "core/util.h"

/* WRONG: why this is none, as a message says it; NULL: a file. SAME: it is that one, which comes before; NULL: none. */
struct file {
  const char *name;
  const char *wrong;
  const char *same;
};

struct files {
  struct file *items;
  size_t n;
};

/* The files that OPERANDS (NULL ends) name, in their order; for a folder those in it that end in ".xml", sorted by
 * their bytes, without those that begin with a dot, and not those of folders below. A talloc child of CTX. */
struct files *files_of(TALLOC_CTX *ctx, const char *const *operands);

/* Are there several, or may there be: is one of OPERANDS a folder? */
bool files_are_many(const char *const *operands);

#endif
