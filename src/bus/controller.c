/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/controller.c - finding controllers, and the names of their buses */

#include "bus/controller.h"

const char *const controller_type_names[CONTROLLER_TYPES] = {
  [CONTROLLER_IDE] = "ide",
  [CONTROLLER_FDC] = "fdc",
  [CONTROLLER_SCSI] = "scsi",
  [CONTROLLER_SATA] = "sata",
  [CONTROLLER_VIRTIO_SERIAL] = "virtio-serial",
  [CONTROLLER_CCID] = "ccid",
  [CONTROLLER_USB] = "usb",
  [CONTROLLER_PCI] = "pci",
  [CONTROLLER_XENBUS] = "xenbus",
  [CONTROLLER_ISA] = "isa",
  [CONTROLLER_NVME] = "nvme",
};

const char *const controller_model_names[CONTROLLER_MODELS] = {
  [PCI_ROOT] = "pci-root",
  [PCIE_ROOT] = "pcie-root",
  [PCI_BRIDGE] = "pci-bridge",
  [DMI_TO_PCI_BRIDGE] = "dmi-to-pci-bridge",
  [PCIE_TO_PCI_BRIDGE] = "pcie-to-pci-bridge",
  [PCIE_ROOT_PORT] = "pcie-root-port",
  [PCIE_SWITCH_UPSTREAM_PORT] = "pcie-switch-upstream-port",
  [PCIE_SWITCH_DOWNSTREAM_PORT] = "pcie-switch-downstream-port",
  [PCI_EXPANDER_BUS] = "pci-expander-bus",
  [PCIE_EXPANDER_BUS] = "pcie-expander-bus",
  [USB_NONE] = "none",
  [USB_PIIX3_UHCI] = "piix3-uhci",
  [USB_PIIX4_UHCI] = "piix4-uhci",
  [USB_EHCI] = "ehci",
  [USB_ICH9_EHCI1] = "ich9-ehci1",
  [USB_ICH9_UHCI1] = "ich9-uhci1",
  [USB_ICH9_UHCI2] = "ich9-uhci2",
  [USB_ICH9_UHCI3] = "ich9-uhci3",
  [USB_VT82C686B_UHCI] = "vt82c686b-uhci",
  [USB_PCI_OHCI] = "pci-ohci",
  [USB_NEC_XHCI] = "nec-xhci",
  [USB_QEMU_XHCI] = "qemu-xhci",
  [USB_QUSB1] = "qusb1",
  [USB_QUSB2] = "qusb2",
  [SCSI_AUTO] = "auto",
  [SCSI_BUSLOGIC] = "buslogic",
  [SCSI_LSILOGIC] = "lsilogic",
  [SCSI_LSISAS1068] = "lsisas1068",
  [SCSI_VMPVSCSI] = "vmpvscsi",
  [SCSI_IBMVSCSI] = "ibmvscsi",
  [SCSI_VIRTIO] = "virtio-scsi",
  [SCSI_LSISAS1078] = "lsisas1078",
  [SCSI_VIRTIO_TRANSITIONAL] = "virtio-transitional",
  [SCSI_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
  [SCSI_NCR53C90] = "ncr53c90",
  [SCSI_DC390] = "dc390",
  [SCSI_AM53C974] = "am53c974",
  [IDE_PIIX3] = "piix3",
  [IDE_PIIX4] = "piix4",
  [IDE_ICH6] = "ich6",
  [VSERIAL_VIRTIO] = "virtio",
  [VSERIAL_VIRTIO_TRANSITIONAL] = "virtio-transitional",
  [VSERIAL_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
};

const struct model_range controller_models_of[CONTROLLER_TYPES] = {
  [CONTROLLER_PCI] = { PCI_ROOT, PCIE_EXPANDER_BUS - PCI_ROOT + 1 },
  [CONTROLLER_USB] = { USB_NONE, USB_QUSB2 - USB_NONE + 1 },
  [CONTROLLER_SCSI] = { SCSI_AUTO, SCSI_AM53C974 - SCSI_AUTO + 1 },
  [CONTROLLER_IDE] = { IDE_PIIX3, IDE_ICH6 - IDE_PIIX3 + 1 },
  [CONTROLLER_VIRTIO_SERIAL] = { VSERIAL_VIRTIO, VSERIAL_VIRTIO_NON_TRANSITIONAL - VSERIAL_VIRTIO + 1 },
};

/* By type, then by index: a thousand disks ask for their controllers. */
struct controller_map {
  struct controller **by_index[CONTROLLER_TYPES];
  uint32_t no_gap_below[CONTROLLER_TYPES]; /* every index below is taken */
  uint64_t end[CONTROLLER_TYPES];          /* one more than the highest */
};

void
controller_register(struct controller *c)
{
  struct domain *domain = c->dev.domain;
  if (!domain->controllers)
    domain->controllers = talloc_zero(domain, struct controller_map);
  struct controller ***list = &domain->controllers->by_index[c->type];
  size_t had = talloc_array_length(*list), index = c->index.value;
  if (index >= had) {
    *list = talloc_realloc(domain->controllers, *list, struct controller *, index + index / 2 + 8);
    memset(*list + had, 0, (talloc_array_length(*list) - had) * sizeof(**list));
  }
  if (index >= domain->controllers->end[c->type])
    domain->controllers->end[c->type] = index + 1;
  struct controller *known = (*list)[index];
  if (!known || (known->master_startport.set && !c->master_startport.set))
    (*list)[index] = c;
}

struct controller *
controller_find(const struct domain *domain, enum controller_type type, uint32_t index)
{
  if (!domain->controllers || index >= talloc_array_length(domain->controllers->by_index[type]))
    return NULL;
  return domain->controllers->by_index[type][index];
}

uint32_t
controller_index_end(const struct domain *domain, enum controller_type type)
{
  return domain->controllers ? (uint32_t)talloc_array_length(domain->controllers->by_index[type]) : 0;
}

uint32_t
controller_next_index(const struct domain *domain, enum controller_type type)
{
  if (!domain->controllers)
    return 0;
  uint32_t *index = &domain->controllers->no_gap_below[type];
  while (controller_find(domain, type, *index))
    (*index)++;
  return *index;
}

/* libvirt domain_conf.c, virDomainControllerInsert: among those of its type a controller stands
 * before the first with a higher index, a master before its companions. A controller that has no
 * index yet goes after the last of its type; so does one that is the HIGHEST. Where the others are SORTED,
 * nothing is to be found below the first that is not higher. */
static size_t
position(struct device **items, size_t n, const struct controller *c, bool highest, bool sorted)
{
  size_t at = n;
  bool found = false, last = !c->index.set || highest;
  for (size_t i = n; i-- > 0;) {
    const struct controller *other = (const struct controller *)items[i];
    if (other->type != c->type)
      continue;
    bool higher = c->index.set && other->index.set && other->index.value > c->index.value;
    bool companion = c->index.set && other->index.set && other->index.value == c->index.value &&
                     !c->master_startport.set && other->master_startport.set;
    if (higher || companion)
      at = i;
    else if (!found)
      at = i + 1;
    if (last || (sorted && other->index.set && !higher && !companion))
      break;
    found = true;
  }
  return at;
}

static void
insert(struct device **items, size_t n, size_t at, struct device *dev)
{
  memmove(&items[at + 1], &items[at], (n - at) * sizeof(*items));
  items[at] = dev;
}

static void
number_from(const struct device_list *list, size_t at)
{
  for (; at < list->n; at++)
    list->items[at]->nth = at;
}

void
controllers_sort(struct domain *domain)
{
  const struct device_list *list = domain_devices_of(domain, ROLE_CONTROLLER);
  for (size_t n = 1; n < list->n; n++) {
    struct device *dev = list->items[n];
    insert(list->items, n, position(list->items, n, (struct controller *)dev, false, true), dev);
  }
  number_from(list, 0);
}

struct controller *
controller_add(struct domain *domain, enum controller_type type, enum controller_model model, uint32_t index,
               const char *rule, struct place place)
{
  struct controller *c = (struct controller *)domain_add(domain, kind_of_role(ROLE_CONTROLLER), rule, place);
  uint64_t end = domain->controllers ? domain->controllers->end[type] : 0;
  c->type = type;
  c->model = model;
  c->index = num_of(index);
  c->dev.subject = talloc_asprintf(c, "controller %s %u", controller_type_names[type], index);
  controller_register(c);
  const struct device_list *list = domain_devices(domain, c->dev.kind);
  size_t at = position(list->items, list->n - 1, c, index >= end, false);
  insert(list->items, list->n - 1, at, &c->dev);
  number_from(list, at);
  return c;
}

bool
controller_is_ich9_usb(const struct controller *c)
{
  return c->type == CONTROLLER_USB && c->model >= USB_ICH9_EHCI1 && c->model <= USB_ICH9_UHCI3;
}

/* libvirt qemu_domain.c, qemuDomainMachineHasBuiltinIDE. */
bool
machine_has_ide(const struct domain *domain)
{
  const char *machine = domain->os.machine;
  return domain_is_i440fx(domain) || str_eq(machine, "malta") || str_eq(machine, "sun4u") || str_eq(machine, "g3beige");
}

/* libvirt qemu_domain.c, qemuDomainHasBuiltinESP. */
bool
machine_has_esp(const struct domain *domain)
{
  const char *machine = domain->os.machine;
  bool mips64 = domain->arch == ARCH_MIPS64 || domain->arch == ARCH_MIPS64EL;
  return domain->arch == ARCH_SPARC || (mips64 && (str_eq(machine, "magnum") || str_eq(machine, "pica61"))) ||
         (domain->arch == ARCH_M68K && str_eq(machine, "q800"));
}

bool
controller_is_builtin(const struct controller *c)
{
  const struct domain *domain = c->dev.domain;
  if (c->type == CONTROLLER_PCI)
    return c->model == PCIE_ROOT || (c->model == PCI_ROOT && c->index.value == 0);
  if (c->index.value != 0)
    return false;
  return (c->type == CONTROLLER_SATA && domain_is_q35(domain)) ||
         (c->type == CONTROLLER_IDE && machine_has_ide(domain)) ||
         (c->type == CONTROLLER_SCSI && c->model == SCSI_NCR53C90 && machine_has_esp(domain));
}

/* libvirt qemu_domain.c, qemuDomainSupportsPCIMultibus: elsewhere QEMU calls the one bus "pci". */
static bool
has_numbered_pci(const struct domain *domain)
{
  return arch_is_x86(domain->arch) || domain->arch == ARCH_PPC || arch_is_ppc64(domain->arch) ||
         domain_is_s390(domain) || domain_is_virt(domain);
}

/* The part of a bus' name before the dot. */
static const char *
bus_stem(TALLOC_CTX *ctx, const struct domain *domain, enum controller_type type, uint32_t index)
{
  const struct controller *c = controller_find(domain, type, index);
  if (c && controller_is_builtin(c))
    return type == CONTROLLER_SCSI ? "scsi" : "ide";
  if (c && c->dev.id)
    return c->dev.id;
  if (type == CONTROLLER_USB && index == 0)
    return "usb";
  return talloc_asprintf(ctx, "%s%u", controller_type_names[type], index);
}

const char *
controller_bus(TALLOC_CTX *ctx, const struct domain *domain, enum controller_type type, uint32_t index)
{
  if (type == CONTROLLER_PCI)
    return pci_bus_name(ctx, domain, index);
  if (type == CONTROLLER_NVME)
    return bus_stem(ctx, domain, type, index);
  return talloc_asprintf(ctx, "%s.0", bus_stem(ctx, domain, type, index));
}

const char *
pci_bus_name(TALLOC_CTX *ctx, const struct domain *domain, uint32_t bus)
{
  const struct controller *c = controller_find(domain, CONTROLLER_PCI, bus);
  if (bus == 0 && !has_numbered_pci(domain))
    return "pci";
  if (!c)
    return talloc_asprintf(ctx, !bus && domain_has_pcie(domain) ? "pcie.%u" : "pci.%u", bus);
  if (controller_is_builtin(c))
    return c->model == PCIE_ROOT ? "pcie.0" : "pci.0";
  const char *id = c->dev.id ? c->dev.id : talloc_asprintf(ctx, "pci.%u", bus);
  /* QEMU hw/ppc/spapr_pci.c: a further host bridge NAME offers NAME.0 */
  return c->model == PCI_ROOT ? talloc_asprintf(ctx, "%s.0", id) : id;
}

const char *
usb_bus_name(TALLOC_CTX *ctx, const struct domain *domain, uint32_t bus)
{
  return controller_bus(ctx, domain, CONTROLLER_USB, bus);
}

static void
scsi_props(struct props *p, const struct device *dev)
{
  const struct drive_address *drive = &dev->address.drive;
  const struct controller *c = controller_find(dev->domain, CONTROLLER_SCSI, drive->controller);
  props_refer(p, "bus", ID_BUS, controller_bus(p, dev->domain, CONTROLLER_SCSI, drive->controller));
  if (c &&
      (c->model == SCSI_LSILOGIC || c->model == SCSI_NCR53C90 || c->model == SCSI_DC390 || c->model == SCSI_AM53C974)) {
    props_uint(p, "scsi-id", drive->unit);
    return;
  }
  props_uint(p, "channel", drive->bus);
  props_uint(p, "scsi-id", drive->target);
  props_uint(p, "lun", drive->unit);
}

/* A NUMBER of N or more names no bus that is there. The user was warned, and gets what they asked for: a plain name,
 * since a reference would be refused as dangling. */
static void
numbered_bus(struct props *p, const char *stem, uint32_t number, uint32_t n)
{
  const char *name = talloc_asprintf(p, "%s.%u", stem, number);
  if (number < n)
    props_refer(p, "bus", ID_BUS, name);
  else
    props_str(p, "bus", name);
}

void
drive_props(struct props *p, const struct device *dev)
{
  const struct drive_address *drive = &dev->address.drive;
  enum controller_type type = (enum controller_type)dev->wish.drive_controller;
  const char *stem = type ? bus_stem(p, dev->domain, type, drive->controller) : NULL;
  if (type == CONTROLLER_SCSI) {
    scsi_props(p, dev);
  } else if (type == CONTROLLER_IDE) {
    numbered_bus(p, stem, drive->bus, 2);
    props_uint(p, "unit", drive->unit);
  } else if (type == CONTROLLER_SATA) {
    numbered_bus(p, stem, drive->unit, 6);
  } else if (type == CONTROLLER_FDC) {
    props_uint(p, "unit", drive->unit);
  } else if (type == CONTROLLER_NVME) {
    props_refer(p, "bus", ID_BUS, controller_bus(p, dev->domain, type, drive->controller));
    props_uint(p, "nsid", drive->unit + 1);
  }
}

/* QEMU hw/i386/pc_piix.c, pc_q35.c, hw/ide: what -machine brings. */
void
bus_builtin(const struct domain *domain, void (*offer)(const char *name, void *arg), void *arg)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  if (controller_find(domain, CONTROLLER_PCI, 0))
    offer(pci_bus_name(scratch, domain, 0), arg);
  if (domain_is_q35(domain) || machine_has_ide(domain) || domain_is_isapc(domain))
    for (unsigned i = 0; i < (domain_is_q35(domain) ? 6 : 2); i++)
      offer(talloc_asprintf(scratch, "ide.%u", i), arg);
  if (machine_has_esp(domain))
    offer("scsi.0", arg);
  talloc_free(scratch);
}

/* QEMU hw/nvme/ctrl.c: as much as the identify data have room for. 10.0 cuts it there, 11.1 does not start. */
void
nvme_check_serial(const char *serial, struct place place, const char *subject, struct stage *stage)
{
  enum { SERIAL_MAX = 20 };
  if (strlen(serial) <= SERIAL_MAX)
    return;
  if (caps_version(stage->caps) > QEMU_VERSION(10, 0, 999))
    diag_unstartable(stage->diag, place, subject,
                     "a serial of %zu characters: QEMU takes %d at most, this guest will not start", strlen(serial),
                     SERIAL_MAX);
  else
    diag_warning(stage->diag, place, subject, "a serial of %zu characters: the guest sees the first %d", strlen(serial),
                 SERIAL_MAX);
}
