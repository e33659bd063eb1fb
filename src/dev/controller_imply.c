/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/controller_imply.c - controllers that nobody wrote: their index, the machine's own, default models */

#include "bus/assign.h"
#include "dev/controller.h"
#include "domain/kinds.h"
#include "domain/notes.h"

/* --- indices --- */

static struct controller *
at(const struct device_list *list, size_t i)
{
  return (struct controller *)list->items[i];
}

/* Those of the index INDEX that are of C's model; noted are those that have an index. */
static struct note *
parts(const struct controller *c, uint64_t index)
{
  return domain_note(c->dev.domain, "part of an ICH9", talloc_asprintf(c, "%ju %d", (uintmax_t)index, (int)c->model));
}

/* A part of an ICH9 without index goes with the part BEFORE it, if that has none of its sort yet. */
static bool
join_group(struct controller *c, const struct controller *before)
{
  if (!controller_is_ich9_usb(c) || !before || !controller_is_ich9_usb(before) || parts(c, before->index.value)->number)
    return false;
  c->index = before->index;
  return true;
}

static void
register_given(const struct device_list *list, struct stage *stage)
{
  for (size_t i = 0; i < list->n; i++) {
    struct controller *c = at(list, i);
    if (c->dev.broken || !c->index.set)
      continue;
    const struct controller *first = controller_find(c->dev.domain, c->type, (uint32_t)c->index.value);
    if (first && c->type != CONTROLLER_USB) {
      diag_error(stage->diag, c->dev.place, c->dev.subject,
                 "index %ju is already that of the controller in line %u; give each its own", (uintmax_t)c->index.value,
                 first->dev.place.line);
      c->dev.broken = true;
      continue;
    }
    controller_register(c);
  }
}

/* C, the first of those without an index, would have been its controller, had it said so. */
static void
tell_of_host_device(const struct controller *c, struct stage *stage)
{
  const struct controller *first = controller_find(c->dev.domain, CONTROLLER_SCSI, 0);
  if (c->type == CONTROLLER_SCSI && first && first->dev.rule &&
      domain_note(c->dev.domain, "index of a SCSI controller", NULL)->number++ == 0)
    diag_note(stage->diag, c->dev.place, c->dev.subject,
              "the SCSI device of the host in line %u brings controllers up to its own before this one has an index, "
              "as "
              "libvirt has it; write index='0' to make this the first",
              first->dev.place.line);
}

/* libvirt domain_conf.c, virDomainAssignControllerIndexes: the lowest that is free. */
static void
number_controllers(struct domain *domain, struct stage *stage)
{
  const struct device_list *list = domain_devices(domain, &controller_kind);
  const struct controller *before = NULL; /* the USB controller before */
  bool again = false;
  register_given(list, stage);
  controllers_sort(domain);
  bus_add_read_controllers(domain, stage);
  for (size_t i = 0; i < list->n; i++)
    if (controller_is_ich9_usb(at(list, i)) && at(list, i)->index.set)
      parts(at(list, i), at(list, i)->index.value)->number++;
  for (size_t i = 0; i < list->n; i++) {
    struct controller *c = at(list, i);
    const struct controller *joined = before;
    if (c->type == CONTROLLER_USB && !c->dev.broken)
      before = c;
    if (c->dev.broken || c->index.set)
      continue;
    again |= controller_is_ich9_usb(c);
    tell_of_host_device(c, stage);
    if (!join_group(c, joined))
      c->index = num_of(controller_next_index(domain, c->type));
    c->dev.subject = talloc_asprintf(c, "%s %ju", c->dev.subject, (uintmax_t)c->index.value);
    controller_register(c);
    if (controller_is_ich9_usb(c))
      parts(c, c->index.value)->number++;
  }
  /* only a group that was put together now changes places; the others stay where they are */
  if (again)
    controllers_sort(domain);
}

static void
check_usb_none(const struct domain *domain, struct stage *stage)
{
  const struct device_list *list = domain_devices(domain, &controller_kind);
  const struct controller *none = NULL, *some = NULL;
  for (size_t i = 0; i < list->n; i++) {
    const struct controller *c = at(list, i);
    if (c->type != CONTROLLER_USB || c->dev.broken)
      continue;
    if (c->model == USB_NONE && !none)
      none = c;
    else
      some = c;
    if (none && some) {
      diag_error(stage->diag, c->dev.place, c->dev.subject,
                 "line %u says that the guest has no USB (model='none'); drop one of the two",
                 c == none ? some->dev.place.line : none->dev.place.line);
      return;
    }
  }
}

/* --- what the machine brings --- */

struct brings {
  bool usb, pci, pcie, sata;
  enum controller_model usb_model;
};

/* Facts: libvirt qemu_postparse.c, qemuDomainDefAddDefaultDevices. */
static struct brings
brings_x86(const struct domain *domain, const struct caps *caps)
{
  struct brings b = { .usb = true, .pci = domain_is_i440fx(domain) };
  if (domain_is_isapc(domain) || domain_is_microvm(domain))
    return (struct brings){ .usb = false };
  if (!domain_is_q35(domain))
    return b;
  b.pcie = b.sata = true;
  if (caps_has(caps, FEAT_DEVICE_QEMU_XHCI))
    b.usb_model = USB_QEMU_XHCI;
  else if (caps_has(caps, FEAT_NEC_USB_XHCI))
    b.usb_model = USB_NEC_XHCI;
  else if (caps_has(caps, FEAT_ICH9_USB_EHCI1))
    b.usb_model = USB_ICH9_EHCI1;
  else
    b.usb = false;
  return b;
}

static struct brings
brings_arm(const struct domain *domain)
{
  return (struct brings){ .usb = domain_is_arm_pci(domain),
                          .pci = domain_is_arm_pci(domain),
                          .pcie = domain_is_arm_virt(domain) };
}

static struct brings
machine_brings(const struct domain *domain, const struct caps *caps)
{
  switch (domain->arch) {
  case ARCH_I686:
  case ARCH_X86_64:
    return brings_x86(domain, caps);
  case ARCH_AARCH64:
  case ARCH_ARMV6L:
  case ARCH_ARMV7L:
    return brings_arm(domain);
  case ARCH_ALPHA:
  case ARCH_PPC:
  case ARCH_PPC64:
  case ARCH_PPC64LE:
  case ARCH_SH4:
  case ARCH_SH4EB:
  case ARCH_SPARC64:
    return (struct brings){ .usb = true, .pci = true };
  case ARCH_RISCV32:
  case ARCH_RISCV64:
    return (struct brings){ .pcie = domain_is_virt(domain) };
  case ARCH_LOONGARCH64:
    return (struct brings){ .pcie = true };
  case ARCH_S390X:
    return (struct brings){ .pci = caps_has(caps, FEAT_DEVICE_ZPCI) };
  case ARCH_MIPS:
  case ARCH_MIPSEL:
  case ARCH_MIPS64:
  case ARCH_MIPS64EL:
    return (struct brings){ .usb = true, .pci = domain_is_mips_malta(domain) };
  case ARCH_NONE:
  case ARCH_HPPA:
  case ARCH_M68K:
  case ARCH_MICROBLAZE:
  case ARCH_MICROBLAZEEL:
  case ARCH_OPENRISC:
  case ARCH_SPARC:
  case ARCH_XTENSA:
  case ARCH_XTENSAEB:
  case ARCHES:
    break;
  }
  return (struct brings){ .usb = false };
}

static const char *
machine_rule(struct domain *domain, const char *what)
{
  return talloc_asprintf(domain, "machine %s has %s", domain->os.machine, what);
}

static void
imply_root(struct domain *domain, enum controller_model model, struct stage *stage)
{
  struct controller *root = controller_find(domain, CONTROLLER_PCI, 0);
  if (!root)
    controller_add(domain, CONTROLLER_PCI, model, 0,
                   machine_rule(domain, model == PCIE_ROOT ? "PCI Express" : "a PCI bus"), domain->place);
  if (!root || root->model == model || root->dev.broken)
    return;
  root->dev.broken = true;
  diag_error(stage->diag, root->dev.place, root->dev.subject,
             "machine %s has a %s at index 0, not a %s; write model='%s' or another machine", domain->os.machine,
             controller_model_names[model], controller_model_names[root->model], controller_model_names[model]);
}

/* An EHCI of the ICH9 comes with its three companions for USB 1 devices. */
static void
imply_usb(struct domain *domain, enum controller_model model)
{
  const char *rule = machine_rule(domain, "USB by default");
  controller_add(domain, CONTROLLER_USB, model, 0, rule, domain->place);
  for (unsigned i = 0; model == USB_ICH9_EHCI1 && i < 3; i++) {
    struct controller *c = controller_add(domain, CONTROLLER_USB, USB_ICH9_UHCI1 + i, 0, rule, domain->place);
    c->master_startport = num_of(2 * i);
  }
}

void
controller_imply(struct domain *domain, struct stage *stage)
{
  number_controllers(domain, stage);
  check_usb_none(domain, stage);
  if (!domain->os.machine)
    return;
  struct brings brings = machine_brings(domain, stage->caps);
  if (brings.usb && !controller_find(domain, CONTROLLER_USB, 0))
    imply_usb(domain, brings.usb_model);
  if (brings.sata && !controller_find(domain, CONTROLLER_SATA, 0))
    controller_add(domain, CONTROLLER_SATA, MODEL_DEFAULT, 0, machine_rule(domain, "a SATA controller"), domain->place);
  if (brings.pci || brings.pcie)
    imply_root(domain, brings.pcie ? PCIE_ROOT : PCI_ROOT, stage);
}

/* --- default models --- */

/* Of the first that has one, so that a guest needs one driver for all of them; since libvirt 12.9 or somewhat before,
 * as its answers show. */
static enum controller_model
scsi_of_another(const struct domain *domain)
{
  uint32_t end = controller_index_end(domain, CONTROLLER_SCSI);
  for (uint32_t i = 0; i < end; i++) {
    const struct controller *other = controller_find(domain, CONTROLLER_SCSI, i);

    if (other && other->model != MODEL_DEFAULT && other->model != SCSI_AUTO)
      return other->model;
  }
  return MODEL_DEFAULT;
}

/* libvirt qemu_domain.c, qemuDomainGetSCSIControllerModel. */
static enum controller_model
default_scsi(const struct domain *domain, const struct caps *caps)
{
  enum controller_model another = scsi_of_another(domain);
  if (domain_is_pseries(domain))
    return SCSI_IBMVSCSI;
  if (domain_is_s390(domain) || (domain->arch == ARCH_LOONGARCH64 && domain_is_virt(domain)))
    return SCSI_VIRTIO;
  if (domain_is_virt(domain) && caps_has(caps, FEAT_VIRTIO_SCSI))
    return SCSI_VIRTIO; /* of Arm and RISC-V since libvirt 11.6 */
  if (machine_has_esp(domain))
    return SCSI_NCR53C90; /* the other models are for PCI, which these machines lack */
  if (another != MODEL_DEFAULT)
    return another;
  if (caps_has(caps, FEAT_SCSI_LSI))
    return SCSI_LSILOGIC;
  if (caps_has(caps, FEAT_VIRTIO_SCSI))
    return SCSI_VIRTIO;
  return MODEL_DEFAULT;
}

/* libvirt qemu_postparse.c, qemuDomainControllerDefPostParse. */
static enum controller_model
default_usb(const struct controller *c, const struct caps *caps)
{
  enum arch arch = c->dev.domain->arch;
  if (arch == ARCH_S390X && !c->dev.address_given)
    return USB_NONE;
  /* since libvirt 11.9 for all of them; before, pci-ohci and piix3-uhci for those without 64-bit Arm */
  if (arch_is_ppc64(arch) || arch_is_arm(arch) || arch_is_riscv(arch) || arch == ARCH_LOONGARCH64) {
    if (caps_has(caps, FEAT_DEVICE_QEMU_XHCI))
      return USB_QEMU_XHCI;
    if (arch == ARCH_AARCH64 && caps_has(caps, FEAT_NEC_USB_XHCI))
      return USB_NEC_XHCI;
  }
  if (arch_is_ppc64(arch))
    return caps_has(caps, FEAT_PCI_OHCI) ? USB_PCI_OHCI : MODEL_DEFAULT;
  if (caps_has(caps, FEAT_PIIX3_USB_UHCI))
    return USB_PIIX3_UHCI;
  return !arch_is_x86(arch) && caps_has(caps, FEAT_PCI_OHCI) ? USB_PCI_OHCI : MODEL_DEFAULT;
}

/* Before anybody looks for a slot: there is none, but that is not the reason. */
static void
refuse_expander(struct controller *c, struct stage *stage)
{
  const struct domain *domain = c->dev.domain;
  const char *text = NULL;
  if (c->model == PCI_EXPANDER_BUS && !domain_is_i440fx(domain))
    text = "pci-expander-bus is for i440fx machines; use pcie-expander-bus on q35 and virt";
  if (c->model == PCIE_EXPANDER_BUS && !domain_is_q35(domain) && !domain_is_arm_virt(domain))
    text = "pcie-expander-bus is for q35 and Arm's virt; use pci-expander-bus on i440fx";
  if (!text)
    return;
  diag_error(stage->diag, c->dev.place, c->dev.subject, "%s", text);
  c->dev.broken = true;
}

void
controller_complete(struct device *dev, struct stage *stage)
{
  struct controller *c = (struct controller *)dev;
  refuse_expander(c, stage);
  if (c->type == CONTROLLER_SCSI && (c->model == MODEL_DEFAULT || c->model == SCSI_AUTO))
    c->model = default_scsi(dev->domain, stage->caps);
  if (c->type == CONTROLLER_USB && c->model == MODEL_DEFAULT)
    c->model = default_usb(c, stage->caps);
}
