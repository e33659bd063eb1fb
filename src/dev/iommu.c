/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/iommu.c - <iommu>: what stands between the guest's devices and its memory */

#include "bus/place.h"
#include "domain/kinds.h"

enum iommu_model { IOMMU_UNSET, IOMMU_INTEL, IOMMU_AMD, IOMMU_SMMUV3, IOMMU_VIRTIO, IOMMU_MODELS };

/* QEMU's interrupt remapping without extended mode reaches no more CPUs. */
enum { VCPUS_WITHOUT_EIM = 255 };

static const char *const model_names[] = {
  [IOMMU_INTEL] = "intel",
  [IOMMU_AMD] = "amd",
  [IOMMU_SMMUV3] = "smmuv3",
  [IOMMU_VIRTIO] = "virtio",
};
static_assert(ARRAY_SIZE(model_names) == IOMMU_MODELS, "an IOMMU has no name");

struct iommu {
  struct device dev;
  enum iommu_model model;
  enum tristate intremap, caching_mode, eim, iotlb, dma_translation;
  enum tristate passthrough, xtsup; /* AMD */
  uint32_t aw_bits;
};

static const struct attr iommu_attrs[] = {
  ATTR_ENUM("@model", struct iommu, model, model_names, .required = true, .doc = "Which IOMMU the guest sees."),
  ATTR_ONOFF("driver/@intremap", struct iommu, intremap, .needs = FEAT_INTEL_IOMMU_INTREMAP,
             .doc = "Whether interrupts of devices are translated as well."),
  ATTR_ONOFF("driver/@caching_mode", struct iommu, caching_mode, .needs = FEAT_INTEL_IOMMU_CACHING_MODE,
             .doc = "Whether the guest tells of new translations, which devices of the host need."),
  ATTR_ONOFF("driver/@eim", struct iommu, eim, .needs = FEAT_INTEL_IOMMU_EIM,
             .doc = "Whether more than 255 virtual CPUs can be interrupted."),
  ATTR_ONOFF("driver/@iotlb", struct iommu, iotlb, .needs = FEAT_INTEL_IOMMU_DEVICE_IOTLB,
             .doc = "Whether translations are kept by devices."),
  ATTR_ONOFF("driver/@passthrough", struct iommu, passthrough, .doc = "Whether devices may go past the translation."),
  ATTR_ONOFF("driver/@xtsup", struct iommu, xtsup, .needs = FEAT_AMD_IOMMU_XTSUP,
             .doc = "Whether more than 255 virtual CPUs can be interrupted, on AMD's."),
  ATTR_UINT("driver/@aw_bits", struct iommu, aw_bits, .needs = FEAT_INTEL_IOMMU_AW_BITS,
            .doc = "How wide the addresses of devices are."),
  ATTR_ONOFF("driver/@dma_translation", struct iommu, dma_translation, .needs = FEAT_INTEL_IOMMU_DMA_TRANSLATION,
             .doc = "Whether addresses of devices are translated at all."),
  ATTR_END
};

static const struct iommu *
iommu_of(const struct device *dev)
{
  return (const struct iommu *)dev;
}

static bool
needs_eim(const struct domain *domain)
{
  return domain_is_q35(domain) && domain->cpu.vcpus > VCPUS_WITHOUT_EIM;
}

/* libvirt qemu_postparse.c: interrupts of more than 255 CPUs go through an IOMMU, and those that
 * are remapped through an I/O APIC that QEMU and the kernel share. */
static void
iommu_imply(struct domain *domain, struct stage *stage)
{
  const struct device_list *all = domain_devices(domain, &iommu_kind);
  const struct caps *caps = stage->caps;
  if (needs_eim(domain) && !all->n && caps_has(caps, FEAT_DEVICE_INTEL_IOMMU) &&
      caps_has(caps, FEAT_INTEL_IOMMU_INTREMAP) && caps_has(caps, FEAT_INTEL_IOMMU_EIM)) {
    struct iommu *iommu =
        (struct iommu *)domain_add(domain, &iommu_kind, "more than 255 virtual CPUs need remapped interrupts",
                                   domain->place);
    iommu->model = IOMMU_INTEL;
    iommu->intremap = iommu->eim = ON;
  }
  if (all->n && !all->items[0]->broken && domain->features.ioapic == IOAPIC_UNSET &&
      (iommu_of(all->items[0])->intremap == ON || needs_eim(domain)))
    domain->features.ioapic = IOAPIC_QEMU;
}

static void
iommu_complete(struct device *dev, struct stage *stage)
{
  struct iommu *iommu = (struct iommu *)dev;
  if (iommu->model != IOMMU_INTEL || !needs_eim(dev->domain))
    return;
  if (iommu->intremap == UNSET && caps_has(stage->caps, FEAT_INTEL_IOMMU_INTREMAP))
    iommu->intremap = ON;
  if (iommu->eim == UNSET && caps_has(stage->caps, FEAT_INTEL_IOMMU_EIM))
    iommu->eim = ON;
}

static void
iommu_place(struct device *dev, struct stage *stage)
{
  if (iommu_of(dev)->model == IOMMU_VIRTIO)
    place_pci(dev, PLACE_INTEGRATED_EXPRESS, stage);
  else
    place_fixed(dev, ADDR_NONE, stage);
  /* QEMU hw/i386/amd_iommu.c makes a PCI function of its own, with no say in where: it is the first
   * device, and gets the first slot that is free then. Whoever else wants that one must know. */
  if (iommu_of(dev)->model == IOMMU_AMD && dev->address.type == ADDR_NONE) {
    place_pci(dev, PLACE_INTEGRATED, stage);
    dev->address.given = true;
    dev->address.pci.slot = 1;
  }
}

static void
check_machine(const struct iommu *iommu, struct stage *stage)
{
  const struct device *dev = &iommu->dev;
  const struct domain *domain = dev->domain;
  const struct caps *caps = stage->caps;
  bool fits = false, there = false;
  const char *machines = "";
  switch (iommu->model) {
  case IOMMU_INTEL:
    fits = domain_is_q35(domain);
    machines = "q35";
    there = caps_has(caps, FEAT_DEVICE_INTEL_IOMMU);
    break;
  case IOMMU_AMD:
    fits = domain_is_q35(domain);
    machines = "q35";
    there = caps_type(caps, "amd-iommu") != OFF;
    break;
  case IOMMU_SMMUV3:
    fits = domain_is_arm_virt(domain);
    machines = "virt of Arm";
    there = caps_has(caps, FEAT_MACHINE_VIRT_IOMMU);
    break;
  case IOMMU_VIRTIO:
    fits = domain_is_q35(domain) || domain_is_arm_virt(domain);
    machines = "q35 and virt of Arm";
    there = caps_has(caps, FEAT_DEVICE_VIRTIO_IOMMU_PCI) && caps_has(caps, FEAT_VIRTIO_IOMMU_BOOT_BYPASS);
    break;
  case IOMMU_UNSET:
  case IOMMU_MODELS:
    return;
  }
  if (!fits)
    diag_error(stage->diag, dev->place, dev->subject, "model '%s' is for machine %s, this one is %s",
               model_names[iommu->model], machines, domain->os.machine);
  else if (!there)
    diag_error(stage->diag, dev->place, dev->subject, "model '%s': this QEMU (%s) has none", model_names[iommu->model],
               caps_version_string(caps));
}

/* Which of <driver>'s attributes belong to which model. */
static void
check_driver(const struct iommu *iommu, struct stage *stage)
{
  const struct device *dev = &iommu->dev;
  bool intel = iommu->caching_mode != UNSET || iommu->eim != UNSET || iommu->aw_bits || iommu->dma_translation != UNSET;
  bool amd = iommu->passthrough != UNSET || iommu->xtsup != UNSET;
  bool both = iommu->intremap != UNSET || iommu->iotlb != UNSET;
  if (intel && iommu->model != IOMMU_INTEL)
    diag_error(stage->diag, dev->place, dev->subject,
               "caching_mode, eim, aw_bits and dma_translation are for model 'intel'; drop them");
  if (iommu->passthrough != UNSET && iommu->model == IOMMU_AMD && !caps_has(stage->caps, FEAT_AMD_IOMMU_PT))
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "passthrough: this QEMU (%s) has no amd-iommu.pt, which 11.1 dropped: this guest will not start; "
                     "drop it",
                     caps_version_string(stage->caps));
  if (amd && iommu->model != IOMMU_AMD)
    diag_error(stage->diag, dev->place, dev->subject, "passthrough and xtsup are for model 'amd'; drop them");
  if (both && iommu->model != IOMMU_INTEL && iommu->model != IOMMU_AMD)
    diag_error(stage->diag, dev->place, dev->subject, "intremap and iotlb are for models 'intel' and 'amd'; drop them");
}

static void
iommu_check(const struct device *dev, struct stage *stage)
{
  const struct iommu *iommu = iommu_of(dev);
  const struct device_list *all = domain_devices(dev->domain, &iommu_kind);
  const struct features *features = &dev->domain->features;
  if (dev != all->items[0])
    diag_error(stage->diag, dev->place, dev->subject, "a guest has one IOMMU, the first is on line %u; drop one",
               all->items[0]->place.line);
  check_machine(iommu, stage);
  check_driver(iommu, stage);
  if (iommu->model == IOMMU_VIRTIO && !features->acpi)
    diag_error(stage->diag, dev->place, dev->subject,
               "model 'virtio' is described to the guest by ACPI; write "
               "<features><acpi/></features>");
  if (iommu->intremap == ON && features->ioapic != IOAPIC_QEMU)
    diag_error(stage->diag, dev->place, dev->subject,
               "intremap needs <features><ioapic driver='qemu'/></features>, an I/O APIC that QEMU shares");
  if (arch_is_x86(dev->domain->arch) && dev->domain->cpu.vcpus > VCPUS_WITHOUT_EIM && iommu->eim != ON)
    diag_error(stage->diag, dev->place, dev->subject, "more than %d virtual CPUs need eim='on' and intremap='on'",
               VCPUS_WITHOUT_EIM);
  if (iommu->eim == ON && iommu->intremap != ON)
    diag_error(stage->diag, dev->place, dev->subject, "eim needs intremap='on'");
}

static void
iommu_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  (void)b;
  const struct iommu *iommu = iommu_of(dev);
  if (iommu->model == IOMMU_SMMUV3) {
    props_str(argv_single(argv, PHASE_MACHINE, "-machine", "type"), "iommu", "smmuv3");
    return;
  }
  /* before every device that it shall see to */
  if (iommu->model == IOMMU_VIRTIO) {
    address_props(argv_device(argv, PHASE_CONTROL, "virtio-iommu", dev->id), dev);
    return;
  }
  struct props *p = argv_device(argv, PHASE_CONTROL, iommu->model == IOMMU_AMD ? "amd-iommu" : "intel-iommu", dev->id);
  props_onoff(p, "intremap", iommu->intremap);
  props_switch(p, "caching-mode", iommu->caching_mode);
  props_onoff(p, "eim", iommu->eim);
  props_switch(p, "device-iotlb", iommu->iotlb);
  props_nonzero(p, "aw-bits", iommu->aw_bits);
  props_switch(p, "dma-translation", iommu->dma_translation);
  props_switch(p, "pt", iommu->passthrough);
  props_switch(p, "xtsup", iommu->xtsup);
}

const struct kind iommu_kind = {
  .element = "iommu",
  .role = ROLE_IOMMU,
  .size = sizeof(struct iommu),
  .name_path = "@model",
  .alias = "iommu",
  .attrs = iommu_attrs,
  .imply = iommu_imply,
  .complete = iommu_complete,
  .place = iommu_place,
  .check = iommu_check,
  .build = iommu_build,
};
