/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/parallel.c - <parallel>: a printer port */

#include "bus/place.h"
#include "chardev/chardev.h"
#include "domain/kinds.h"

struct parallel {
  struct device dev;
  struct chardev *chardev;
  struct num port; /* QEMU gives out the three addresses in the order of the ports */
};

static const struct attr parallel_attrs[] = {
  ATTR_NUM("target/@port", struct parallel, port, .max = INT32_MAX, .dflt = "by the order",
           .doc = "The number of the port."),
  ATTR_QUIET("target/@type", .doc = "What libvirt writes here; it has no effect."),
  ATTR_QUIET("target/model/@name", .doc = "What libvirt writes here; it has no effect."), ATTR_SEE(".", chardev_attrs),
  ATTR_END
};

static void
parallel_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct parallel *parallel = (struct parallel *)dev;
  parallel->chardev = chardev_read(dev, node, CHARDEV_PTY, dev->subject, stage->diag);
}

static void
parallel_place(struct device *dev, struct stage *stage)
{
  place_fixed(dev, ADDR_ISA, stage);
}

static void
parallel_check(const struct device *dev, struct stage *stage)
{
  enum { PARALLEL_PORTS = 3 }; /* QEMU hw/char/parallel-isa.c, MAX_PARALLEL_PORTS */
  const struct domain *domain = dev->domain;
  const struct device_list *list = domain_devices(domain, &parallel_kind);
  chardev_check(((const struct parallel *)dev)->chardev, dev, stage);
  if (dev->address.type == ADDR_ISA && (dev->address.isa.iobase.set || dev->address.isa.irq.set))
    diag_warning(stage->diag, dev->place, dev->subject,
                 "the address is not given to QEMU, as libvirt does not: the ports are at 0x378, 0x278 and 0x3bc in "
                 "their order; drop it");
  if (domain_is_s390(domain) || domain_is_pseries(domain))
    diag_error(stage->diag, dev->place, dev->subject, "machine '%s' (%s) has no parallel ports; remove it",
               domain->os.machine, arch_names[domain->arch]);
  else if (caps_type(stage->caps, "isa-parallel") == OFF)
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "this QEMU (%s) has no parallel ports, the guest will not start; remove it",
                     arch_names[domain->arch]);
  else if (list->n > PARALLEL_PORTS && list->items[PARALLEL_PORTS] == dev)
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "QEMU has %d parallel ports; with this one more the guest will not start", PARALLEL_PORTS);
}

static void
parallel_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const char *id = chardev_id(argv, dev);
  chardev_build_parallel(((const struct parallel *)dev)->chardev, id, b, argv);
  struct props *p = argv_device(argv, PHASE_DEVICE, "isa-parallel", dev->id);
  props_refer(p, "chardev", ID_CHARDEV, id);
}

const struct kind parallel_kind = {
  .element = "parallel",
  .size = sizeof(struct parallel),
  .alias = "parallel",
  .attrs = parallel_attrs,
  .parse = parallel_parse,
  .place = parallel_place,
  .check = parallel_check,
  .build = parallel_build,
};
