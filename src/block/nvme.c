/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/nvme.c - a namespace of an NVMe controller that QEMU drives by itself, through VFIO */

#include "block/nvme.h"

#include "core/options.h"

#include <inttypes.h>

static void
read_namespace(struct image *image, struct nvme *nvme, xmlNode *source, struct stage *stage)
{
  const char *text = xml_attr(source, "namespace");
  const char *subject = image->dev->subject;
  if (!text)
    diag_error(stage->diag, xml_place(source, NULL), subject,
               "the NVMe namespace is missing; write namespace='1', or which it is ('nvme list-ns' tells)");
  else if (parse_uint(text, &nvme->namespace) && nvme->namespace == 0)
    diag_error(stage->diag, xml_place(source, text), subject, "namespace 0: NVMe namespaces count from 1");
  else
    read_uint(source, "@namespace", 1, UINT32_MAX, &nvme->namespace, subject, stage->diag);
}

static void
read_address(struct image *image, struct nvme *nvme, xmlNode *source, struct stage *stage)
{
  const char *subject = image->dev->subject;
  xmlNode *node = xml_child(source, "address");
  if (!node) {
    diag_error(stage->diag, xml_place(source, NULL), subject,
               "the controller's PCI address is missing; "
               "add <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>");
    return;
  }
  nvme->place = xml_place(node, NULL);
  const char *type = xml_attr(node, "type");
  if (type && strcmp(type, "pci") != 0)
    diag_error(stage->diag, xml_place(node, type), subject,
               "an NVMe controller has a PCI address, not one of type '%s'", type);
  if (!xml_attr(node, "domain") && !xml_attr(node, "bus") && !xml_attr(node, "slot") && !xml_attr(node, "function"))
    diag_error(stage->diag, nvme->place, subject,
               "the controller's PCI address is empty; "
               "write domain='0x0000' bus='0x01' slot='0x00' function='0x0'");
  else
    address_read_pci(node, &nvme->address, subject, stage->diag);
}

static bool
nvme_read(struct image *image, xmlNode *source, struct stage *stage)
{
  static const char *const yesno[] = { "no", "yes" };
  struct nvme *nvme = talloc_zero(image, struct nvme);
  const char *type = xml_attr(source, "type");
  int managed = 1; /* libvirt's default */
  unsigned before = diag_errors(stage->diag);
  image->stored = nvme;
  if (!str_eq(type, "pci"))
    diag_error(stage->diag, xml_place(source, type), image->dev->subject, "an NVMe <source> needs type='pci'%s",
               type ? ", there is no other" : "; add it");
  read_namespace(image, nvme, source, stage);
  read_enum(source, "@managed", yesno, ARRAY_SIZE(yesno), &managed, image->dev->subject, stage->diag);
  nvme->managed = managed;
  read_address(image, nvme, source, stage);
  return diag_errors(stage->diag) == before;
}

static void
nvme_complete(struct image *image, struct stage *stage)
{
  const struct nvme *nvme = image->stored;
  bool writeback, direct, no_flush;
  if (stage->options->nvme == NVME_KERNEL) {
    nvme_kernel_complete(image);
    return;
  }
  bool uncached = cache_mode_flags(image->mode.cache, &writeback, &direct, &no_flush) && direct;
  domain_claim_pci(image->dev->domain, &(struct host_pci){
                                           .dev = image->dev,
                                           .address = nvme->address,
                                           .managed = nvme->managed,
                                           .nvme_namespace = (uint32_t)nvme->namespace,
                                           .uncached = uncached,
                                           .place = nvme->place,
                                       });
}

static void
nvme_check(const struct image *image, struct stage *stage)
{
  const char *subject = image->dev->subject;
  if (!caps_has(stage->caps, FEAT_DRIVE_NVME))
    diag_error(stage->diag, xml_place(image->node, NULL), subject,
               "this QEMU (%s) was built without its NVMe driver; use type='block' on the namespace's device node",
               caps_version_string(stage->caps));
  if (image->reservations)
    diag_error(stage->diag, xml_place(image->node, NULL), subject,
               "an NVMe storage has no SCSI reservations; drop them");
}

static void
nvme_props(const struct image *image, struct props *p)
{
  const struct nvme *nvme = image->stored;
  props_str(p, "driver", "nvme");
  props_str(p, "device", pci_address_string(p, &nvme->address));
  props_uint(p, "namespace", nvme->namespace);
}

static const char *
nvme_text(TALLOC_CTX *ctx, const struct image *image)
{
  const struct nvme *nvme = image->stored;
  return talloc_asprintf(ctx, "nvme %s/%" PRIu64, pci_address_string(ctx, &nvme->address), nvme->namespace);
}

const struct storage nvme_storage = {
  .type = "nvme",
  .read = nvme_read,
  .complete = nvme_complete,
  .check = nvme_check,
  .props = nvme_props,
  .text = nvme_text,
};
