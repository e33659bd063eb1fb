/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/lease.c - <lease>: what a lock manager must hold while the guest runs */

/* QEMU holds none. Two hosts that both run the guest would write the same images, so nothing is
 * started without the lease that the XML wants. */

#include "domain/kinds.h"
#include "core/options.h"

struct lease {
  struct device dev; /* first */
  const char *lockspace, *key, *path;
  uint64_t offset; /* bytes */
};

static const struct attr lease_attrs[] = {
  ATTR_STRING("lockspace/text()", struct lease, lockspace, .dflt = "none",
              .doc = "The space of locks that a lock manager keeps."),
  ATTR_STRING("key/text()", struct lease, key, .required = true,
              .doc = "The lock that the guest needs; a manager takes it."),
  ATTR_STRING("target/@path", struct lease, path, .required = true, .doc = "The file with the lock."),
  ATTR_UINT("target/@offset", struct lease, offset, .dflt = "0", .doc = "Where in the file the lock lies."), ATTR_END
};

static void
lease_check(const struct device *dev, struct stage *stage)
{
  const struct lease *lease = (const struct lease *)dev;
  const char *space = lease->lockspace ? lease->lockspace : "";
  if (options_judges(stage->options))
    diag_error(stage->diag, dev->place, dev->subject,
               "lockspace '%s': only libvirt's lock manager holds leases, and without this one another host may "
               "write to the same images; drop it where none can",
               space);
  else
    diag_warning(stage->diag, dev->place, dev->subject,
                 "lockspace '%s': nothing holds this lease, which keeps other hosts from the guest's images; "
                 "hold it (sanlock) while the guest runs",
                 space);
}

const struct kind lease_kind = {
  .element = "lease",
  .size = sizeof(struct lease),
  .name_path = "key/text()",
  .attrs = lease_attrs,
  .check = lease_check,
};
