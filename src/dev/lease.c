/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/lease.c - <lease>: what a lock manager must hold while the guest runs */

/* Not QEMU's business; read, so that a misspelt one is noticed. */

#include "domain/kinds.h"

struct lease {
  struct device dev;            /* first */
  const char *lockspace, *key, *path;
  uint64_t offset;              /* bytes */
};

static const struct attr lease_attrs[] = {
  ATTR_STRING("lockspace/text()", struct lease, lockspace),
  ATTR_STRING("key/text()", struct lease, key, .required = true),
  ATTR_STRING("target/@path", struct lease, path, .required = true),
  ATTR_UINT("target/@offset", struct lease, offset),
  ATTR_END
};

const struct kind lease_kind = {
  .element = "lease",
  .size = sizeof(struct lease),
  .name_path = "key/text()",
  .attrs = lease_attrs,
};
