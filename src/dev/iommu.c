/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/iommu.c - <iommu>: what stands between the guest's devices and its memory */

#include "bus/controller.h"
#include "bus/place.h"
#include "domain/kinds.h"
#include "domain/notes.h"

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

enum granule_mode { GRANULE_UNSET, GRANULE_HOST };

struct iommu {
  struct device dev;
  enum iommu_model model;
  enum tristate intremap, caching_mode, eim, iotlb, dma_translation;
  enum tristate passthrough, xtsup; /* AMD */
  uint32_t aw_bits;
  struct num pci_bus; /* SMMUV3: index of the controller whose devices it sees to */
  enum tristate accel, ats, ril, cmdqv;
  struct num ssidsize, oas;
  /* VIRTIO */
  enum granule_mode granule_mode;
  uint64_t granule; /* bytes */
};

static const char *const granule_mode_names[] = { [GRANULE_HOST] = "host" };

static const struct attr iommu_attrs[] = {
  ATTR_ENUM("@model", struct iommu, model, model_names, .required = true, .doc = "Which IOMMU the guest sees."),
  ATTR_ONOFF("driver/@intremap", struct iommu, intremap, .needs = FEAT_INTEL_IOMMU_INTREMAP,
             .dflt = "QEMU's (auto); on where there are more than 255 virtual CPUs",
             .doc = "Whether interrupts of devices are translated as well."),
  ATTR_ONOFF("driver/@caching_mode", struct iommu, caching_mode, .needs = FEAT_INTEL_IOMMU_CACHING_MODE,
             .dflt = "QEMU's (off)",
             .doc = "Whether the guest tells of new translations, which devices of the host need."),
  ATTR_ONOFF("driver/@eim", struct iommu, eim, .needs = FEAT_INTEL_IOMMU_EIM,
             .dflt = "QEMU's (auto); on where there are more than 255 virtual CPUs",
             .doc = "Whether more than 255 virtual CPUs can be interrupted."),
  ATTR_ONOFF("driver/@iotlb", struct iommu, iotlb, .needs = FEAT_INTEL_IOMMU_DEVICE_IOTLB, .dflt = "QEMU's (off)",
             .doc = "Whether translations are kept by devices."),
  ATTR_ONOFF("driver/@passthrough", struct iommu, passthrough, .dflt = "QEMU's (on)",
             .doc = "Whether devices may go past the translation."),
  ATTR_ONOFF("driver/@xtsup", struct iommu, xtsup, .needs = FEAT_AMD_IOMMU_XTSUP,
             .dflt = "QEMU's (off); on where there are more than 255 virtual CPUs",
             .doc = "Whether more than 255 virtual CPUs can be interrupted, on AMD's."),
  ATTR_UINT("driver/@aw_bits", struct iommu, aw_bits, .unit = "bits",
            .dflt = "QEMU's (of intel 39, since 9.2 48; of virtio 64)",
            .doc = "How wide the addresses of devices are."),
  ATTR_ONOFF("driver/@dma_translation", struct iommu, dma_translation, .needs = FEAT_INTEL_IOMMU_DMA_TRANSLATION,
             .dflt = "QEMU's (on)", .doc = "Whether addresses of devices are translated at all."),
  ATTR_NUM("driver/@pciBus", struct iommu, pci_bus, .max = UINT8_MAX, .needs = FEAT_DEVICE_ARM_SMMUV3,
           .dflt = "none: the machine has one SMMU",
           .doc = "The index of the PCI controller whose devices this SMMU sees to."),
  ATTR_ONOFF("driver/@accel", struct iommu, accel, .needs = FEAT_ARM_SMMUV3_ACCEL, .dflt = "QEMU's (off)",
             .doc = "Whether the host's own SMMU does the guest's translations, for devices handed through."),
  ATTR_ONOFF("driver/@ats", struct iommu, ats, .needs = FEAT_ARM_SMMUV3_ACCEL, .dflt = "QEMU's",
             .doc = "Whether the guest's devices may keep translations of their own."),
  ATTR_ONOFF("driver/@ril", struct iommu, ril, .needs = FEAT_ARM_SMMUV3_ACCEL, .dflt = "QEMU's",
             .doc = "Whether the guest may drop translations by range."),
  ATTR_ONOFF("driver/@cmdqv", struct iommu, cmdqv, .needs = FEAT_ARM_SMMUV3_CMDQV, .dflt = "QEMU's",
             .doc = "Whether the guest reaches NVIDIA's command queues of the host's SMMU."),
  ATTR_NUM("driver/@ssidsize", struct iommu, ssidsize, .max = 20, .unit = "bits", .needs = FEAT_ARM_SMMUV3_ACCEL,
           .dflt = "QEMU's", .doc = "How many bits tell apart the address spaces of one device."),
  ATTR_NUM("driver/@oas", struct iommu, oas, .min = 32, .max = 52, .unit = "bits", .needs = FEAT_ARM_SMMUV3_ACCEL,
           .dflt = "QEMU's", .doc = "How wide the addresses are that the SMMU puts out."),
  ATTR_ENUM("driver/granule/@mode", struct iommu, granule_mode, granule_mode_names, .needs = FEAT_VIRTIO_IOMMU_GRANULE,
            .dflt = "QEMU's", .doc = "That memory is translated by the host's page size."),
  ATTR_SIZE("driver/granule/@size", struct iommu, granule, "KiB", .needs = FEAT_VIRTIO_IOMMU_GRANULE, .dflt = "QEMU's",
            .doc = "The size of the pieces in which memory is translated."),
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
  if (iommu->model == IOMMU_AMD && needs_eim(dev->domain) && caps_has(stage->caps, FEAT_AMD_IOMMU_XTSUP)) {
    iommu->intremap = iommu->intremap == UNSET ? ON : iommu->intremap;
    iommu->xtsup = iommu->xtsup == UNSET ? ON : iommu->xtsup;
  }
  if (iommu->model != IOMMU_INTEL || !needs_eim(dev->domain))
    return;
  if (iommu->intremap == UNSET && caps_has(stage->caps, FEAT_INTEL_IOMMU_INTREMAP))
    iommu->intremap = ON;
  if (iommu->eim == UNSET && caps_has(stage->caps, FEAT_INTEL_IOMMU_EIM))
    iommu->eim = ON;
}

/* Since QEMU 10.1 AMD's function on PCI is a device of its own, with a place to choose. */
static bool
has_pci_function(const struct iommu *iommu, const struct caps *caps)
{
  return iommu->model == IOMMU_AMD && caps_has(caps, FEAT_AMD_IOMMU_PCI_ID);
}

static void
iommu_place(struct device *dev, struct stage *stage)
{
  if (has_pci_function(iommu_of(dev), stage->caps)) {
    place_pci(dev, PLACE_INTEGRATED, stage);
    return;
  }
  if (iommu_of(dev)->model == IOMMU_VIRTIO)
    place_pci(dev, PLACE_INTEGRATED_EXPRESS, stage);
  else
    place_fixed(dev, ADDR_NONE, stage);
  /* Before 10.1 hw/i386/amd_iommu.c makes a PCI function and chooses its slot itself. It is the first device, and so
   * gets slot 1. We reserve that, so that another device which the XML puts there is refused. */
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
  bool intel = iommu->caching_mode != UNSET || iommu->eim != UNSET || iommu->dma_translation != UNSET;
  bool amd = iommu->passthrough != UNSET || iommu->xtsup != UNSET;
  bool both = iommu->intremap != UNSET || iommu->iotlb != UNSET;
  if (intel && iommu->model != IOMMU_INTEL)
    diag_error(stage->diag, dev->place, dev->subject,
               "caching_mode, eim and dma_translation are for model 'intel'; drop them");
  if (iommu->aw_bits && iommu->model != IOMMU_INTEL && iommu->model != IOMMU_VIRTIO)
    diag_error(stage->diag, dev->place, dev->subject, "aw_bits is for models 'intel' and 'virtio'; drop it");
  else if (iommu->aw_bits)
    stage_need(stage, iommu->model == IOMMU_INTEL ? FEAT_INTEL_IOMMU_AW_BITS : FEAT_VIRTIO_IOMMU_AW_BITS, dev->place,
               dev->subject);
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

/* QEMU hw/arm/smmuv3.c: the root bus, or one that an expander brings. */
static void
check_smmu(const struct iommu *iommu, struct stage *stage)
{
  const struct device *dev = &iommu->dev;
  xmlNode *driver = dev->node ? xml_child(dev->node, "driver") : NULL;
  struct place place = xml_place(driver, NULL);
  bool tuned = iommu->accel != UNSET || iommu->ats != UNSET || iommu->ril != UNSET || iommu->cmdqv != UNSET ||
               iommu->ssidsize.set || iommu->oas.set;
  bool depends = tuned && iommu->accel != ON;
  const struct controller *c =
      iommu->pci_bus.set ? controller_find(dev->domain, CONTROLLER_PCI, (uint32_t)iommu->pci_bus.value) : NULL;
  if ((iommu->pci_bus.set || tuned) && iommu->model != IOMMU_SMMUV3)
    diag_error(stage->diag, place, dev->subject,
               "pciBus, accel, ats, ril, cmdqv, ssidsize and oas are for model 'smmuv3'; drop them");
  else if (tuned && !iommu->pci_bus.set)
    diag_error(stage->diag, place, dev->subject, "accel and what goes with it need an SMMU of one bus; add pciBus='0'");
  else if (iommu->pci_bus.set && !c)
    diag_error(stage->diag, place, dev->subject,
               "pciBus '%ju': there is no PCI controller of that index; add one of model='pcie-expander-bus'",
               (uintmax_t)iommu->pci_bus.value);
  else if (c && c->model != PCIE_ROOT && c->model != PCIE_EXPANDER_BUS)
    diag_error(stage->diag, place, dev->subject,
               "pciBus '%ju': the controller (line %u) is neither pcie-root nor pcie-expander-bus; name one that is",
               (uintmax_t)iommu->pci_bus.value, c->dev.place.line);
  else if (depends && !(iommu->accel == OFF && iommu->ats == UNSET && iommu->ril == UNSET && iommu->cmdqv == UNSET &&
                        !iommu->ssidsize.set && !iommu->oas.set))
    diag_error(stage->diag, place, dev->subject, "ats, ril, cmdqv, ssidsize and oas go with accel='on'; add it");
  else if (iommu->accel == ON && dev->domain->virt != VIRT_KVM)
    diag_unstartable(stage->diag, place, dev->subject,
                     "accel='on' needs KVM, this guest will not start; write <domain type='kvm'>, or drop it");
}

/* QEMU hw/virtio/virtio-iommu-pci.c, qapi/virtio.json: GranuleMode. */
static void
check_granule(const struct iommu *iommu, struct stage *stage)
{
  const struct device *dev = &iommu->dev;
  uint64_t size = iommu->granule;
  if (!size && iommu->granule_mode == GRANULE_UNSET)
    return;
  struct place place = xml_place(xml_child(xml_child(dev->node, "driver"), "granule"), NULL);
  if (iommu->model != IOMMU_VIRTIO)
    diag_error(stage->diag, place, dev->subject, "<granule> is for model 'virtio'; drop it");
  else if (size && iommu->granule_mode != GRANULE_UNSET)
    diag_error(stage->diag, place, dev->subject, "<granule> has a size or mode='host'; drop one of them");
  else if (size && size != KIB(4) && size != KIB(8) && size != KIB(16) && size != KIB(64))
    diag_error(stage->diag, place, dev->subject, "granule of %ju bytes: QEMU takes 4, 8, 16 and 64 KiB",
               (uintmax_t)size);
}

static void
iommu_check(const struct device *dev, struct stage *stage)
{
  const struct iommu *iommu = iommu_of(dev);
  const struct device_list *all = domain_devices(dev->domain, &iommu_kind);
  const struct features *features = &dev->domain->features;
  const struct device *first = domain_first_number(dev, "IOMMU of a bus", iommu->pci_bus.value);
  bool several = iommu->pci_bus.set && iommu_of(all->items[0])->pci_bus.set;
  if (several && first != dev)
    diag_error(stage->diag, dev->place, dev->subject, "bus %ju has its IOMMU on line %u; drop one",
               (uintmax_t)iommu->pci_bus.value, first->place.line);
  if (dev != all->items[0] && !several)
    diag_error(stage->diag, dev->place, dev->subject, "a guest has one IOMMU, the first is on line %u; drop one",
               all->items[0]->place.line);
  check_machine(iommu, stage);
  check_driver(iommu, stage);
  check_smmu(iommu, stage);
  check_granule(iommu, stage);
  if (iommu->model == IOMMU_VIRTIO && !features->acpi)
    diag_error(stage->diag, dev->place, dev->subject,
               "model 'virtio' is described to the guest by ACPI; write "
               "<features><acpi/></features>");
  if (iommu->intremap == ON && features->ioapic != IOAPIC_QEMU)
    diag_error(stage->diag, dev->place, dev->subject,
               "intremap needs <features><ioapic driver='qemu'/></features>, an I/O APIC that QEMU shares");
  if (arch_is_x86(dev->domain->arch) && dev->domain->cpu.vcpus > VCPUS_WITHOUT_EIM && iommu->eim != ON &&
      !(iommu->model == IOMMU_AMD && iommu->xtsup == ON && iommu->intremap == ON))
    diag_error(stage->diag, dev->place, dev->subject, "more than %d virtual CPUs need eim='on' and intremap='on'",
               VCPUS_WITHOUT_EIM);
  if (iommu->eim == ON && iommu->intremap != ON)
    diag_error(stage->diag, dev->place, dev->subject, "eim needs intremap='on'");
}

static void
build_smmu(const struct iommu *iommu, struct argv *argv)
{
  struct props *p = argv_device(argv, PHASE_CONTROL, "arm-smmuv3", iommu->dev.id);
  const char *bus = iommu->pci_bus.value ? talloc_asprintf(p, "pci.%ju", (uintmax_t)iommu->pci_bus.value) : "pcie.0";
  props_refer(device_at(p, &iommu->dev, "driver/@pciBus"), "primary-bus", ID_BUS, bus);
  props_switch(device_at(p, &iommu->dev, "driver/@accel"), "accel", iommu->accel);
  props_onoff(device_at(p, &iommu->dev, "driver/@ats"), "ats", iommu->ats);
  props_onoff(device_at(p, &iommu->dev, "driver/@ril"), "ril", iommu->ril);
  props_onoff(device_at(p, &iommu->dev, "driver/@cmdqv"), "cmdqv", iommu->cmdqv);
  if (iommu->ssidsize.set)
    props_strf(device_at(p, &iommu->dev, "driver/@ssidsize"), "ssidsize", "%ju", (uintmax_t)iommu->ssidsize.value);
  if (iommu->oas.set)
    props_strf(device_at(p, &iommu->dev, "driver/@oas"), "oas", "%ju", (uintmax_t)iommu->oas.value);
}

static void
build_virtio(const struct iommu *iommu, struct argv *argv)
{
  struct props *p = argv_device(argv, PHASE_CONTROL, "virtio-iommu", iommu->dev.id);
  if (iommu->granule)
    props_strf(device_at(p, &iommu->dev, "driver/granule"), "granule", "%juk", (uintmax_t)iommu->granule / 1024);
  else
    props_str(device_at(p, &iommu->dev, "driver/granule"), "granule", granule_mode_names[iommu->granule_mode]);
  props_nonzero(device_at(p, &iommu->dev, "driver/@aw_bits"), "aw-bits", iommu->aw_bits);
  address_props(p, &iommu->dev);
}

static void
iommu_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct iommu *iommu = iommu_of(dev);
  if (iommu->model == IOMMU_SMMUV3 && iommu->pci_bus.set) {
    build_smmu(iommu, argv);
    return;
  }
  if (iommu->model == IOMMU_SMMUV3) {
    props_str(argv_single(argv, PHASE_MACHINE, "-machine", "type"), "iommu", "smmuv3");
    return;
  }
  /* before every device that it shall see to */
  if (iommu->model == IOMMU_VIRTIO) {
    build_virtio(iommu, argv);
    return;
  }
  bool function = has_pci_function(iommu, b->caps);
  if (function)
    address_props(argv_device(argv, PHASE_CONTROL, "AMDVI-PCI", dev->id), dev);
  struct props *p = argv_device(argv, PHASE_CONTROL, iommu->model == IOMMU_AMD ? "amd-iommu" : "intel-iommu",
                                function ? NULL : dev->id);
  if (function)
    props_refer(p, "pci-id", ID_DEVICE, dev->id);
  props_onoff(device_at(p, dev, "driver/@intremap"), "intremap", iommu->intremap);
  props_switch(device_at(p, dev, "driver/@caching_mode"), "caching-mode", iommu->caching_mode);
  props_onoff(device_at(p, dev, "driver/@eim"), "eim", iommu->eim);
  props_switch(device_at(p, dev, "driver/@iotlb"), "device-iotlb", iommu->iotlb);
  props_nonzero(device_at(p, dev, "driver/@aw_bits"), "aw-bits", iommu->aw_bits);
  props_switch(device_at(p, dev, "driver/@dma_translation"), "dma-translation", iommu->dma_translation);
  props_switch(device_at(p, dev, "driver/@passthrough"), "pt", iommu->passthrough);
  props_switch(device_at(p, dev, "driver/@xtsup"), "xtsup", iommu->xtsup);
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
