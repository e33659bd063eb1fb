/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/nvram.c - <nvram>: where a pseries machine keeps its variables */

/* The machine has one of its own (QEMU hw/ppc/spapr.c); all that can be said is its register. */

#include "bus/place.h"
#include "domain/kinds.h"

struct nvram_device {
  struct device dev; /* first */
};

static void
nvram_place(struct device *dev, struct stage *stage)
{
  /* libvirt's register for it */
  place_spapr_vio(dev, 0x3000, stage);
}

static void
nvram_check(const struct device *dev, struct stage *stage)
{
  if (!domain_is_pseries(dev->domain))
    diag_error(stage->diag, dev->place, dev->subject, "it is the pseries machine's, this is %s; drop it",
               dev->domain->os.machine);
  else if (!caps_has(stage->caps, FEAT_DEVICE_NVRAM))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU (%s) was built without spapr-nvram",
               caps_version_string(stage->caps));
  const struct device_list *all = domain_devices(dev->domain, dev->kind);
  if (all->items[0] != dev)
    diag_error(stage->diag, dev->place, dev->subject, "a second one (the first is line %u); the machine has one",
               all->items[0]->place.line);
}

static void
nvram_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  (void)b;
  const char *reg = talloc_asprintf(argv, "0x%jx", (uintmax_t)dev->address.spapr_reg.value);
  argv_global(argv, "spapr-nvram", "reg", reg);
}

const struct kind nvram_kind = {
  .element = "nvram",
  .size = sizeof(struct nvram_device),
  .alias = "nvram",
  .role = ROLE_NVRAM,
  .place = nvram_place,
  .check = nvram_check,
  .build = nvram_build,
};
