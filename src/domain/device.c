/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/device.c - properties that many kinds of device share */

#include "domain/device.h"
#include "core/attr.h"
#include "core/names.h"
#include "domain/kind.h"
#include "domain/notes.h"

struct place
device_address_place(const struct device *dev)
{
  xmlNode *node = dev->node ? xml_child(dev->node, "address") : NULL;
  return node ? xml_place(node, NULL) : dev->place;
}

struct props *
device_at(struct props *p, const struct device *dev, const char *path)
{
  props_at(p, dev->node && path ? xml_place_at(dev->node, path) : (struct place){ 0 });
  return p;
}

/* Without <boot> of its own a device has its place in that order from the guest's, where it is the same. */
static void
at_boot(struct props *p, const struct device *dev)
{
  xmlNode *os = xml_child(dev->domain->root, "os"), *boot = os ? xml_child(os, "boot") : NULL;
  if (dev->node && xml_child(dev->node, "boot")) {
    device_at(p, dev, "boot/@order");
    return;
  }
  for (uint32_t i = 1; boot && i < dev->boot_order; i++)
    boot = xml_next(boot, "boot");
  props_at(p, xml_place(boot, NULL));
}

void
device_complete(struct device *dev, struct stage *stage)
{
  if (dev->completed || dev->broken)
    return;
  dev->completed = true;
  if (dev->kind->complete)
    dev->kind->complete(dev, stage);
  if (dev->kind->place)
    dev->kind->place(dev, stage);
}

void
device_rom_props(struct props *p, const struct device *dev)
{
  if (dev->address.type != ADDR_PCI)
    return;
  device_at(p, dev, "rom");
  if (dev->rom.enabled == OFF)
    props_str(p, "romfile", "");
  else if (dev->rom.file && strchr(dev->rom.file, '/'))
    props_host(p, "romfile", WANT_READ, dev->rom.file);
  else
    props_host(p, "romfile", WANT_DATA, dev->rom.file);
  if (dev->rom.bar != UNSET)
    props_uint(p, "rombar", dev->rom.bar == ON);
  device_at(p, dev, NULL);
}

/* QEMU hw/vfio/pci.c: with a descriptor it asks for no address, and libvirt names none. */
void
device_host_pci_props(struct props *p, const struct device *dev)
{
  const struct host_pci *pci = domain_claim_of(dev);
  device_at(p, dev, "source");
  if (pci->fd)
    props_strf(p, "fd", "%d", pci->fd);
  else
    props_str(p, "host", pci_address_string(p, &pci->address));
  if (pci->iommufd)
    props_refer(p, "iommufd", ID_OBJECT, IOMMUFD_ID);
  device_at(p, dev, NULL);
}

bool
device_has_virtio_options(const struct device *dev)
{
  const struct virtio_options *v = &dev->virtio;
  return v->iommu || v->ats || v->packed || v->page_per_vq;
}

void
device_virtio_props(struct props *p, const struct device *dev)
{
  device_at(p, dev, "driver");
  props_switch(p, "iommu_platform", dev->virtio.iommu);
  props_switch(p, "ats", dev->virtio.ats);
  props_switch(p, "packed", dev->virtio.packed);
  props_switch(p, "page-per-vq", dev->virtio.page_per_vq);
  device_at(p, dev, NULL);
}

void
device_boot_props(struct props *p, const struct device *dev)
{
  at_boot(p, dev);
  props_nonzero(p, "bootindex", dev->boot_order);
  if (dev->boot_order)
    props_str(p, "loadparm", dev->loadparm);
  device_at(p, dev, NULL);
}

void
device_drop_loadparm(struct device *dev, struct diag *diag)
{
  if (dev->loadparm)
    diag_warning(diag, dev->place, dev->subject,
                 "loadparm is for virtio disks and cards, SCSI disks and vfio-ccw: it has no effect; drop it");
  dev->loadparm = NULL;
}

const char *const virtio_model_names[VIRTIO_MODELS] = {
  [VIRTIO_MODEL_VIRTIO] = "virtio",
  [VIRTIO_MODEL_TRANSITIONAL] = "virtio-transitional",
  [VIRTIO_MODEL_NON_TRANSITIONAL] = "virtio-non-transitional",
};

const char *
virtio_model_suffix(enum virtio_model model)
{
  if (model == VIRTIO_MODEL_TRANSITIONAL)
    return "-transitional";
  return model == VIRTIO_MODEL_NON_TRANSITIONAL ? "-non-transitional" : NULL;
}

const char *
device_next_id(struct device *dev, const char *alias)
{
  const struct device_list *list = &dev->domain->devices;
  struct note *next = domain_note(dev->domain, "id", alias);
  size_t length = strlen(alias);
  uint64_t number;
  /* the first one that asks looks at all ids there are by then: those of the user, and of other kinds */
  for (size_t i = 0; !next->dev && i < list->n; i++)
    if (str_starts(list->items[i]->id, alias) && parse_uint(list->items[i]->id + length, &number) &&
        number >= next->number)
      next->number = number + 1;
  next->dev = dev;
  return talloc_asprintf(dev, "%s%ju", alias, (uintmax_t)next->number++);
}

static const char *
last_word(const char *subject)
{
  const char *blank = subject ? strrchr(subject, ' ') : NULL;
  return blank ? blank + 1 : NULL;
}

const struct device *
device_find(const struct domain *domain, const char *name)
{
  const struct device_list *list = &domain->devices;
  for (size_t i = 0; i < list->n; i++)
    if (str_eq(list->items[i]->id, name))
      return list->items[i];
  for (size_t i = 0; i < list->n; i++)
    if (str_eq(list->items[i]->subject, name) || str_eq(last_word(list->items[i]->subject), name))
      return list->items[i];
  return NULL;
}

const char *
device_remedy(TALLOC_CTX *ctx, const struct domain *domain, const char *name)
{
  enum { LISTED = 20 }; /* a guest may have thousands */
  const struct device_list *list = &domain->devices;
  const char **ids = talloc_zero_array(ctx, const char *, list->n + 1);
  size_t n = 0;
  for (size_t i = 0; i < list->n; i++)
    if (list->items[i]->id)
      ids[n++] = list->items[i]->id;
  const char *near = name_nearest(ids, n, name);
  if (near)
    return talloc_asprintf(ctx, "did you mean '%s'?", near);
  return n ? name_remedy(ctx, ids, n < LISTED ? n : LISTED, "") : "this guest has none";
}

const char *
virtio_driver(TALLOC_CTX *ctx, const struct device *dev, const char *base, const char *model_suffix)
{
  if (dev->address.type == ADDR_CCW)
    return talloc_asprintf(ctx, "%s-ccw", base);
  if (dev->address.type == ADDR_VIRTIO_MMIO)
    return talloc_asprintf(ctx, "%s-device", base);
  return talloc_asprintf(ctx, "%s-pci%s", base, model_suffix ? model_suffix : "");
}
