/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/memballoon.c - <memballoon>: memory that the guest gives back on request */

#include "bus/place.h"
#include "core/options.h"
#include "domain/kinds.h"

enum balloon_model {
  BALLOON_UNSET,
  BALLOON_VIRTIO,
  BALLOON_TRANSITIONAL,
  BALLOON_NON_TRANSITIONAL,
  BALLOON_NONE,
  BALLOON_XEN,
  BALLOON_MODELS
};

static const char *const model_names[] = {
  [BALLOON_VIRTIO] = "virtio",
  [BALLOON_TRANSITIONAL] = "virtio-transitional",
  [BALLOON_NON_TRANSITIONAL] = "virtio-non-transitional",
  [BALLOON_NONE] = "none",
  [BALLOON_XEN] = "xen",
};
static_assert(ARRAY_SIZE(model_names) == BALLOON_MODELS, "a balloon has no name");

struct memballoon {
  struct device dev;
  enum balloon_model model;
  enum tristate autodeflate;
  enum tristate free_page_reporting;
  int32_t period; /* of statistics, seconds: a manager asks for them over QMP */
};

static const struct attr memballoon_attrs[] = {
  ATTR_ENUM("@model", struct memballoon, model, model_names, .required = true,
            .doc = "Which device takes memory back from the guest."),
  ATTR_ONOFF("@autodeflate", struct memballoon, autodeflate, .needs = FEAT_VIRTIO_BALLOON_AUTODEFLATE,
             .dflt = "QEMU's (off)",
             .doc = "Whether the guest gets memory back before it kills programs for want of it."),
  ATTR_ONOFF("@freePageReporting", struct memballoon, free_page_reporting,
             .needs = FEAT_VIRTIO_BALLOON_FREE_PAGE_REPORTING, .dflt = "QEMU's (off)",
             .doc = "Whether the guest tells which pages it does not use."),
  ATTR_INT("stats/@period", struct memballoon, period, .unit = "seconds", .dflt = "none",
           .doc = "How often the guest tells how much memory it uses."),
  ATTR_END
};

/* libvirt 12.9, qemu_postparse.c: every machine of these architectures has one unless the XML says none. */
static bool
has_by_default(enum arch arch)
{
  switch (arch) {
  case ARCH_ALPHA:
  case ARCH_I686:
  case ARCH_MIPS:
  case ARCH_MIPSEL:
  case ARCH_MIPS64:
  case ARCH_MIPS64EL:
  case ARCH_PPC:
  case ARCH_PPC64:
  case ARCH_PPC64LE:
  case ARCH_S390X:
  case ARCH_SH4:
  case ARCH_SH4EB:
  case ARCH_SPARC64:
  case ARCH_X86_64:
    return true;
  case ARCH_NONE:
  case ARCH_AARCH64:
  case ARCH_ARMV6L:
  case ARCH_ARMV7L:
  case ARCH_HPPA:
  case ARCH_LOONGARCH64:
  case ARCH_M68K:
  case ARCH_MICROBLAZE:
  case ARCH_MICROBLAZEEL:
  case ARCH_OPENRISC:
  case ARCH_RISCV32:
  case ARCH_RISCV64:
  case ARCH_SPARC:
  case ARCH_XTENSA:
  case ARCH_XTENSAEB:
  case ARCHES:
    break;
  }
  return false;
}

static void
memballoon_imply(struct domain *domain, struct stage *stage)
{
  (void)stage;
  if (domain_devices(domain, &memballoon_kind)->n || !has_by_default(domain->arch))
    return;
  struct device *dev =
      domain_add(domain, &memballoon_kind, "every guest has a balloon unless its model is 'none'", domain->place);
  ((struct memballoon *)dev)->model = BALLOON_VIRTIO;
}

static void
memballoon_place(struct device *dev, struct stage *stage)
{
  const struct memballoon *balloon = (const struct memballoon *)dev;
  if (balloon->model == BALLOON_NONE)
    dev->address = (struct address){ .type = ADDR_NONE };
  else
    place_virtio(dev, balloon->model == BALLOON_TRANSITIONAL, stage);
}

static void
memballoon_check(const struct device *dev, struct stage *stage)
{
  const struct memballoon *balloon = (const struct memballoon *)dev;
  const struct device_list *all = domain_devices(dev->domain, &memballoon_kind);
  if (all->n > 1 && dev != all->items[0])
    diag_error(stage->diag, dev->place, dev->subject, "a guest has one balloon, the first is on line %u; drop one",
               all->items[0]->place.line);
  if (balloon->model == BALLOON_XEN)
    diag_error(stage->diag, dev->place, dev->subject, "model 'xen' is not QEMU's; write model='virtio'");
}

/* QEMU starts with all of the memory; libvirt sends the balloon's target as soon as it listens, as --run does. */
static void
memballoon_resolve(struct device *dev, struct stage *stage)
{
  struct memory *memory = &dev->domain->memory;
  struct place place = xml_place_of(dev->domain->root, "currentMemory");
  memory->has_balloon = ((struct memballoon *)dev)->model != BALLOON_NONE;
  if (!memory->shrunk)
    return;
  if (!memory->has_balloon)
    diag_note(stage->diag, place, NULL,
              "currentMemory: without a balloon the guest keeps all its memory, %ju KiB; write <memory> of that size, "
              "or "
              "<memballoon model='virtio'/>",
              (uintmax_t)memory->size / 1024);
  else if (stage->options->mode != MODE_RUN)
    diag_note(stage->diag, place, NULL,
              "currentMemory: QEMU starts with all of the %ju KiB; for the guest to give back what is above, as with "
              "libvirt, "
              "start with --run, or send over QMP: {\"execute\":\"balloon\",\"arguments\":{\"value\":%ju}}",
              (uintmax_t)memory->size / 1024, (uintmax_t)memory->current);
}

static void
memballoon_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  (void)b;
  const struct memballoon *balloon = (const struct memballoon *)dev;
  if (balloon->model == BALLOON_NONE)
    return;
  const char *suffix = balloon->model == BALLOON_TRANSITIONAL       ? "-transitional"
                       : balloon->model == BALLOON_NON_TRANSITIONAL ? "-non-transitional"
                                                                    : NULL;
  struct props *p = argv_device(argv, PHASE_DEVICE, virtio_driver(argv, dev, "virtio-balloon", suffix), dev->id);
  device_virtio_props(p, dev);
  props_switch(p, "deflate-on-oom", balloon->autodeflate);
  props_switch(p, "free-page-reporting", balloon->free_page_reporting);
  address_props(p, dev);
}

const struct kind memballoon_kind = {
  .element = "memballoon",
  .size = sizeof(struct memballoon),
  .alias = "balloon",
  .takes = TAKES_VIRTIO,
  .attrs = memballoon_attrs,
  .imply = memballoon_imply,
  .place = memballoon_place,
  .resolve = memballoon_resolve,
  .check = memballoon_check,
  .build = memballoon_build,
};
