/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/controller_check.c - what must hold of one controller, on this machine, with this QEMU */

#include "dev/controller.h"
#include "domain/iothread_map.h"

/* QEMU hw/usb/hcd-xhci.h: MAXPORTS_2, MAXPORTS_3; hw/char/virtio-serial-bus.c; hw/scsi/virtio-scsi.c. */
enum { XHCI_PORTS = 15, VSERIAL_PORTS = 511, VSCSI_QUEUES = 1022 };

static void
refuse(const struct controller *c, struct stage *stage, const char *text)
{
  diag_error(stage->diag, c->dev.place, c->dev.subject, "%s", text);
}

static void
check_feature(const struct controller *c, struct stage *stage, enum feature feature, const char *what)
{
  if (!caps_has(stage->caps, feature))
    diag_error(stage->diag, c->dev.place, c->dev.subject, "%s: this QEMU (%s) does not have it; leave it out", what,
               caps_version_string(stage->caps));
}

/* Attributes that only some controllers have. */
struct only {
  bool given, fits;
  const char *name, *where;
  bool harmless; /* libvirt takes it and forgets it: no more than a warning */
};

static void
check_only(const struct controller *c, struct stage *stage, const struct only *rows, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (!rows[i].given || rows[i].fits)
      continue;
    if (rows[i].harmless)
      diag_warning(stage->diag, c->dev.place, c->dev.subject, "%s is for %s, it has no effect; drop it here",
                   rows[i].name, rows[i].where);
    else
      diag_error(stage->diag, c->dev.place, c->dev.subject, "%s is for %s; drop it here", rows[i].name, rows[i].where);
  }
}

static void
check_common(const struct controller *c, struct stage *stage)
{
  const char *virtio_scsi = "virtio-scsi controllers", *pci = "PCI controllers";
  bool scsi = c->type == CONTROLLER_SCSI && model_is_virtio_scsi(c->model);
  bool is_pci = c->type == CONTROLLER_PCI, vserial = c->type == CONTROLLER_VIRTIO_SERIAL;
  const struct only rows[] = {
    { c->queues, scsi, "driver queues", virtio_scsi },
    { c->cmd_per_lun, scsi, "driver cmd_per_lun", virtio_scsi },
    { c->max_sectors, scsi, "driver max_sectors", virtio_scsi },
    { c->ioeventfd != UNSET, scsi, "driver ioeventfd", virtio_scsi },
    { c->iothread || c->iothreads, scsi, "an I/O thread", virtio_scsi },
    { c->dev.virtio.iommu || c->dev.virtio.ats || c->dev.virtio.packed || c->dev.virtio.page_per_vq, scsi || vserial,
      "driver iommu, ats, packed, page_per_vq", "virtio controllers", true },
    { c->ports.set, vserial || c->type == CONTROLLER_USB, "ports", "virtio-serial and xHCI controllers", true },
    { c->vectors.set, vserial, "vectors", "virtio-serial controllers", true },
    { c->master_startport.set, c->type == CONTROLLER_USB, "<master>", "USB controllers", true },
    { c->device_name, is_pci, "<model name>", pci, true },
    { c->chassis.set || c->chassis_nr.set || c->port.set || c->bus_nr.set || c->target_index.set || c->mem_reserve ||
          c->hotplug != UNSET || c->numa_node.set,
      is_pci, "<target>", pci, true },
    { c->pcihole64_set, is_pci, "<pcihole64>", "root PCI controllers", true },
  };
  check_only(c, stage, rows, ARRAY_SIZE(rows));
}

/* libvirt's driver would be one that QEMU does not have. */
static void
check_transport(const struct controller *c, struct stage *stage)
{
  enum addr_type type = c->dev.address.type;
  bool chosen = c->model == SCSI_VIRTIO_TRANSITIONAL || c->model == SCSI_VIRTIO_NON_TRANSITIONAL ||
                c->model == VSERIAL_VIRTIO_TRANSITIONAL || c->model == VSERIAL_VIRTIO_NON_TRANSITIONAL;
  if (chosen && (type == ADDR_CCW || type == ADDR_VIRTIO_MMIO))
    diag_warning(stage->diag, c->dev.place, c->dev.subject,
                 "model %s is of virtio on PCI, this controller is not there: it has no effect; write model='%s'",
                 controller_model_names[c->model], c->type == CONTROLLER_SCSI ? "virtio-scsi" : "virtio");
}

/* --- SCSI --- */

static void
check_iothread(const struct controller *c, uint32_t id, struct stage *stage)
{
  if (id && !iothread_find(c->dev.domain, id))
    diag_error(stage->diag, c->dev.place, c->dev.subject, "I/O thread %u is not defined; add it to <iothreads>", id);
}

/* Reports values that libvirt hands on and that end QEMU. */
static void
check_virtio_scsi(const struct controller *c, struct stage *stage)
{
  if (c->queues > VSCSI_QUEUES)
    diag_unstartable(stage->diag, c->dev.place, c->dev.subject,
                     "queues %u: QEMU has at most %u, this guest will not start; lower them", c->queues, VSCSI_QUEUES);
  if (c->ioeventfd == OFF && (c->iothread || c->iothreads))
    diag_unstartable(stage->diag, c->dev.place, c->dev.subject,
                     "ioeventfd='off': QEMU needs it for I/O threads, this guest will not start; drop it");
  if (c->ioeventfd != UNSET && c->dev.address.type == ADDR_VIRTIO_MMIO)
    diag_unstartable(stage->diag, c->dev.place, c->dev.subject,
                     "ioeventfd: a device on virtio-mmio has no such switch, this guest will not start; drop it");
}

static void
check_scsi(const struct controller *c, struct stage *stage)
{
  if (c->model == MODEL_DEFAULT) {
    refuse(c, stage, "this QEMU has no SCSI controller by default for this machine; write model='virtio-scsi'");
    return;
  }
  if (c->model == SCSI_BUSLOGIC)
    refuse(c, stage, "QEMU has no BusLogic controller; use model='lsilogic' or 'virtio-scsi'");
  if (c->model == SCSI_NCR53C90 && !machine_has_esp(c->dev.domain)) {
    refuse(c, stage, "ncr53c90 is a part of some machines, and this one has none; choose another model");
    return;
  }
  check_feature(c, stage, controller_feature(c->model), controller_model_names[c->model]);
  if (c->model == SCSI_NCR53C90 && c->index.value != 0)
    refuse(c, stage, "ncr53c90 is a part of the machine, so only the controller with index 0 can be it");
  if (c->iothread && c->iothreads)
    refuse(c, stage, "<driver iothread='...'> and <iothreads> exclude each other; keep one");
  if ((c->iothread || c->iothreads) && c->dev.address.type != ADDR_PCI && c->dev.address.type != ADDR_CCW)
    refuse(c, stage, "I/O threads need a PCI or CCW address; drop them or change the address");
  if (c->iothreads)
    check_feature(c, stage, FEAT_VIRTIO_SCSI_IOTHREAD_MAPPING, "a mapping of queues to I/O threads");
  check_virtio_scsi(c, stage);
  if (c->model == SCSI_IBMVSCSI && !domain_is_pseries(c->dev.domain))
    diag_unstartable(stage->diag, c->dev.place, c->dev.subject,
                     "ibmvscsi: machine %s has no bus for it, this guest will not start; write model='virtio-scsi'",
                     c->dev.domain->os.machine);
  check_iothread(c, c->iothread, stage);
  for (size_t i = 0; c->iothreads && i < c->iothreads->n; i++)
    check_iothread(c, c->iothreads->thread[i].iothread, stage);
  iothread_map_check(c->iothreads, c->queues, c->dev.subject, stage->diag);
}

/* --- virtio-serial --- */

static void
check_vserial(const struct controller *c, struct stage *stage)
{
  if (c->ports.set && (c->ports.value < 1 || c->ports.value > VSERIAL_PORTS))
    diag_unstartable(stage->diag, c->dev.place, c->dev.subject,
                     "ports '%ju': QEMU's virtio-serial has 1 to %u, this guest will not start",
                     (uintmax_t)c->ports.value, VSERIAL_PORTS);
  if (c->vectors.set && c->dev.address.type != ADDR_PCI)
    diag_unstartable(stage->diag, c->dev.place, c->dev.subject,
                     "vectors are of PCI's interrupts, this one sits elsewhere and the guest will not start; drop "
                     "them");
}

/* --- NVMe --- */

static void
check_nvme(const struct controller *c, struct stage *stage)
{
  check_feature(c, stage, FEAT_DEVICE_NVME, "NVMe");
  if (c->serial)
    nvme_check_serial(c->serial, xml_place(xml_child(c->dev.node, "serial"), c->serial), c->dev.subject, stage);
}

/* --- USB --- */

static void
check_usb(const struct controller *c, struct stage *stage)
{
  bool xhci = c->model == USB_NEC_XHCI || c->model == USB_QEMU_XHCI;
  const struct controller *master = controller_find(c->dev.domain, CONTROLLER_USB, (uint32_t)c->index.value);
  if (c->model == USB_NONE || (c->model == MODEL_DEFAULT && domain_is_s390(c->dev.domain)))
    return;
  if (machine_lacks_pci(c->dev.domain))
    return; /* refused by bus/pci.c: no model has a place there */
  if (c->model == MODEL_DEFAULT) {
    refuse(c, stage, "this QEMU has none of the USB controllers that are the default; write model='qemu-xhci'");
    return;
  }
  if (c->model == USB_QUSB1 || c->model == USB_QUSB2) {
    refuse(c, stage, "qusb1 and qusb2 are Xen's; use model='qemu-xhci'");
    return;
  }
  check_feature(c, stage, controller_feature(c->model), controller_model_names[c->model]);
  if (c->ports.set && !xhci)
    refuse(c, stage, "only nec-xhci and qemu-xhci have a choice of ports; drop it");
  else if (c->ports.set && c->ports.value > XHCI_PORTS)
    diag_error(stage->diag, c->dev.place, c->dev.subject, "ports '%ju': an xHCI has at most %u",
               (uintmax_t)c->ports.value, XHCI_PORTS);
  if (c->master_startport.set && (!master || master->master_startport.set))
    diag_error(stage->diag, c->dev.place, c->dev.subject,
               "a companion without master: no other USB controller has index %ju; add model='ich9-ehci1'",
               (uintmax_t)c->index.value);
}

/* --- PCI --- */

static void
check_pci_device(const struct controller *c, struct stage *stage)
{
  static const enum controller_model models[] = {
    PCI_BRIDGE,       DMI_TO_PCI_BRIDGE,         PCIE_ROOT_PORT,
    PCIE_ROOT_PORT,   PCIE_SWITCH_UPSTREAM_PORT, PCIE_SWITCH_DOWNSTREAM_PORT,
    PCI_EXPANDER_BUS, PCIE_EXPANDER_BUS,         PCIE_TO_PCI_BRIDGE,
    PCI_ROOT,
  };
  static const struct {
    const char *name;
    enum feature feature;
  } devices[] = {
    { "pci-bridge", FEAT_DEVICE_PCI_BRIDGE },
    { "i82801b11-bridge", FEAT_DEVICE_DMI_TO_PCI_BRIDGE },
    { "ioh3420", FEAT_DEVICE_IOH3420 },
    { "pcie-root-port", FEAT_DEVICE_PCIE_ROOT_PORT },
    { "x3130-upstream", FEAT_DEVICE_X3130_UPSTREAM },
    { "xio3130-downstream", FEAT_DEVICE_XIO3130_DOWNSTREAM },
    { "pxb", FEAT_DEVICE_PXB },
    { "pxb-pcie", FEAT_DEVICE_PXB_PCIE },
    { "pcie-pci-bridge", FEAT_DEVICE_PCIE_PCI_BRIDGE },
    { "spapr-pci-host-bridge", FEAT_DEVICE_SPAPR_PCI_HOST_BRIDGE },
  };
  static_assert(ARRAY_SIZE(models) == ARRAY_SIZE(devices), "a device without its model");
  for (size_t i = 0; c->device_name && i < ARRAY_SIZE(devices); i++) {
    if (strcmp(devices[i].name, c->device_name) != 0)
      continue;
    if (models[i] != c->model || (c->model == PCI_ROOT && !domain_is_pseries(c->dev.domain)))
      diag_error(stage->diag, c->dev.place, c->dev.subject, "model name '%s' is not of a %s here; leave <model> out",
                 c->device_name, controller_model_names[c->model]);
    else
      check_feature(c, stage, devices[i].feature, c->device_name);
  }
}

static void
check_pci_target(const struct controller *c, struct stage *stage)
{
  const struct domain *domain = c->dev.domain;
  bool expander = c->model == PCI_EXPANDER_BUS || c->model == PCIE_EXPANDER_BUS;
  bool port = c->model == PCIE_ROOT_PORT || c->model == PCIE_SWITCH_DOWNSTREAM_PORT;
  bool phb = c->model == PCI_ROOT && domain_is_pseries(domain);
  bool root = (c->model == PCI_ROOT && domain_is_i440fx(domain)) || (c->model == PCIE_ROOT && domain_is_q35(domain));
  bool added_phb = phb && c->index.value != 0;
  const struct only rows[] = {
    { c->target_index.set, phb, "target index", "pci-root controllers of pseries machines" },
    { c->bus_nr.set, expander, "target busNr", "expander buses" },
    { c->numa_node.set, expander || added_phb, "target node", "expander buses and further host bridges of pseries" },
    { c->chassis_nr.set, c->model == PCI_BRIDGE, "target chassisNr", "pci-bridge" },
    { c->chassis.set, port, "target chassis", "root ports and downstream ports" },
    { c->port.set, port, "target port", "root ports and downstream ports" },
    { c->hotplug != UNSET, port || c->model == PCI_ROOT, "target hotplug", "ports and pci-root" },
    { c->hotplug != UNSET && c->model == PCI_ROOT, domain_is_i440fx(domain), "target hotplug",
      "ports and the root of i440fx machines", true },
    { c->mem_reserve, c->model == PCIE_ROOT_PORT || c->model == PCI_BRIDGE, "target memReserve",
      "pcie-root-port and pci-bridge" },
    { c->pcihole64_set, root, "<pcihole64>", "the root of i440fx and q35 machines",
      c->model != PCI_ROOT && c->model != PCIE_ROOT },
  };
  check_only(c, stage, rows, ARRAY_SIZE(rows));
  if (phb && c->target_index.set && (c->index.value == 0) != (c->target_index.value == 0))
    refuse(c, stage, "target index 0 belongs to the controller with index 0, and to no other");
  if (c->hotplug != UNSET && c->model == PCI_ROOT)
    check_feature(c, stage, FEAT_PIIX4_ACPI_ROOT_PCI_HOTPLUG, "target hotplug of pci-root");
  if (c->hotplug != UNSET && port)
    check_feature(c, stage, FEAT_PCIE_ROOT_PORT_HOTPLUG, "target hotplug");
  if (added_phb && c->numa_node.set)
    check_feature(c, stage, FEAT_SPAPR_PCI_HOST_BRIDGE_NUMA_NODE, "a NUMA node of a host bridge");
}

static void
check_pci(const struct controller *c, struct stage *stage)
{
  const struct domain *domain = c->dev.domain;
  bool root = c->model == PCI_ROOT || c->model == PCIE_ROOT;
  if (root && c->index.value != 0 && !(c->model == PCI_ROOT && domain_is_pseries(domain)))
    diag_error(stage->diag, c->dev.place, c->dev.subject, "a %s has index 0; this machine has no second one",
               controller_model_names[c->model]);
  if (!root && c->index.value == 0)
    diag_error(stage->diag, c->dev.place, c->dev.subject, "index 0 is the root's; give a %s an index from 1",
               controller_model_names[c->model]);
  check_pci_device(c, stage);
  check_pci_target(c, stage);
  if (c->numa_node.set && c->numa_node.value >= domain->numa.n_cells)
    diag_error(stage->diag, c->dev.place, c->dev.subject,
               "NUMA node %ju: the guest has %zu; add <cpu><numa><cell .../> or choose another",
               (uintmax_t)c->numa_node.value, domain->numa.n_cells);
}

void
controller_check(const struct device *dev, struct stage *stage)
{
  const struct controller *c = (const struct controller *)dev;
  check_common(c, stage);
  check_transport(c, stage);
  if (c->type == CONTROLLER_SCSI)
    check_scsi(c, stage);
  else if (c->type == CONTROLLER_VIRTIO_SERIAL)
    check_vserial(c, stage);
  else if (c->type == CONTROLLER_USB)
    check_usb(c, stage);
  else if (c->type == CONTROLLER_PCI)
    check_pci(c, stage);
  else if (c->type == CONTROLLER_NVME)
    check_nvme(c, stage);
  else if (c->type == CONTROLLER_SATA && !controller_is_builtin(c))
    check_feature(c, stage, FEAT_ICH9_AHCI, "SATA");
  else if (c->type == CONTROLLER_IDE && !controller_is_builtin(c) && !c->dev.rule) /* else its disks tell */
    refuse(c, stage,
           machine_has_ide(dev->domain)
               ? "this machine has one IDE controller, index 0; use SATA or virtio for further drives"
               : "this machine has no IDE; use bus='sata', 'scsi' or 'virtio'");
}
