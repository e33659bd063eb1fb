/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/nvme.c - a namespace of an NVMe controller that QEMU drives by itself, through VFIO */

#include "block/nvme.h"

#include "core/options.h"

#include <inttypes.h>

static const char *const nvme_sources[] = { [NVME_SOURCE_PCI] = "pci" };
static_assert(ARRAY_SIZE(nvme_sources) == NVME_SOURCES, "a source has no name");

static const struct attr nvme_attrs[] = {
  ATTR_ENUM("@type", struct nvme, type, nvme_sources, .required = true,
            .missing = "an NVMe <source> needs type='pci'; add it",
            .doc = "How the NVMe controller is found: by its PCI address."),
  ATTR_UINT("@namespace", struct nvme, namespace, .min = 1, .max = UINT32_MAX, .required = true,
            .missing = "the NVMe namespace is missing; write namespace='1', or which it is ('nvme list-ns' tells)",
            .why = "NVMe namespaces count from 1",
            .doc = "Which namespace of the controller the guest gets, as nvme list-ns counts them."),
  ATTR_YESNO("@managed", struct nvme, managed, .dflt = "yes",
             .doc = "Whether a start hands the controller over to vfio-pci and gives it back afterwards."),
  ATTR_ENUM("address/@type", struct nvme, address_type, nvme_sources, .dflt = "pci",
            .doc = "The kind of the controller's address; it is a PCI address."),
  ATTR_STRUCT("address", struct nvme, address, host_pci_attrs, .required = true,
              .doc = "Where the controller is on the host; domain, bus, slot and function name it.",
              .place = ATTR_AT(struct nvme, place, struct place),
              .missing = "the controller's PCI address is missing; "
                         "add <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>"),
  ATTR_END
};

static bool
nvme_read(struct image *image, xmlNode *source, struct stage *stage)
{
  struct nvme *nvme = image->stored;
  xmlNode *address = xml_child(source, "address");
  if (nvme->managed == UNSET)
    nvme->managed = ON; /* libvirt's default */
  if (!address || address_says_pci(address))
    return true;
  diag_error(stage->diag, nvme->place, image->dev->subject,
             "the controller's PCI address is empty; write domain='0x0000' bus='0x01' slot='0x00' function='0x0'");
  return false;
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
                                           .managed = nvme->managed == ON,
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
  .example = "<source type='pci' namespace='1'>",
  .size = sizeof(struct nvme),
  .attrs = nvme_attrs,
  .read = nvme_read,
  .complete = nvme_complete,
  .check = nvme_check,
  .props = nvme_props,
  .text = nvme_text,
};
