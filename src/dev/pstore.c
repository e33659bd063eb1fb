/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/pstore.c - <pstore>: where a guest's kernel keeps its last words */

#include "bus/place.h"
#include "domain/kinds.h"
#include "domain/runtime.h"

enum pstore_backend { PSTORE_NONE, PSTORE_ACPI_ERST, PSTORE_BACKENDS };

static const char *const pstore_backend_names[] = { [PSTORE_ACPI_ERST] = "acpi-erst" };
static_assert(ARRAY_SIZE(pstore_backend_names) == PSTORE_BACKENDS, "a backend has no name");

struct pstore {
  struct device dev;
  enum pstore_backend backend;
  const char *path;
  uint64_t size; /* bytes */
};

static const struct attr pstore_attrs[] = {
  ATTR_ENUM("@backend", struct pstore, backend, pstore_backend_names, .required = true,
            .doc = "Which device keeps the last words of a crashed system."),
  ATTR_STRING("path/text()", struct pstore, path, .dflt = "a file of the guest below /var/lib/libvirt/qemu/nvram",
              .doc = "The file that keeps them."),
  ATTR_SIZE("size/text()", struct pstore, size, "KiB", .required = true, .doc = "How much it holds."), ATTR_END
};

/* libvirt qemu_postparse.c: beside the guests' UEFI variables. */
static void
pstore_complete(struct device *dev, struct stage *stage)
{
  struct pstore *pstore = (struct pstore *)dev;
  (void)stage;
  if (!pstore->path)
    pstore->path = kept_path(dev->domain, KEPT_NVRAM, talloc_asprintf(pstore, "%s_PSTORE.raw", dev->domain->name));
}

static void
pstore_place(struct device *dev, struct stage *stage)
{
  place_pci(dev, PLACE_CONVENTIONAL, stage);
}

static void
pstore_check(const struct device *dev, struct stage *stage)
{
  const struct pstore *pstore = (const struct pstore *)dev;
  const struct device *first = domain_devices(dev->domain, &pstore_kind)->items[0];
  stage_need(stage, FEAT_DEVICE_ACPI_ERST, dev->place, dev->subject);
  if (pstore->size < KIB(4) || (pstore->size & (pstore->size - 1)))
    diag_error(stage->diag, dev->place, dev->subject, "size of %ju bytes; a power of two from 4 KiB on",
               (uintmax_t)pstore->size);
  if (first != dev)
    diag_error(stage->diag, dev->place, dev->subject, "a second pstore (the first: line %u); a guest has one",
               first->place.line);
}

static void
pstore_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct pstore *pstore = (const struct pstore *)dev;
  const char *memory = talloc_asprintf(argv, "mem%s", dev->id);
  (void)b;
  struct props *p = argv_object(argv, PHASE_DEVICE, "memory-backend-file", memory);
  props_memory_file(p, "mem-path", pstore->path, pstore->size);
  props_uint(p, "size", pstore->size);
  props_bool(p, "share", true);
  p = argv_device(argv, PHASE_DEVICE, "acpi-erst", dev->id);
  props_refer(p, "memdev", ID_OBJECT, memory);
  address_props(p, dev);
}

const struct kind pstore_kind = {
  .element = "pstore",
  .size = sizeof(struct pstore),
  .alias = "pstore",
  .attrs = pstore_attrs,
  .complete = pstore_complete,
  .place = pstore_place,
  .check = pstore_check,
  .build = pstore_build,
};
