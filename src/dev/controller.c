/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/controller.c - <controller>: what offers a bus to other devices */

#include "dev/controller.h"
#include "core/names.h"
#include "domain/iothread_map.h"

static const struct attr nvme_attrs[] = {
  ATTR_STRING("serial/text()", struct controller, serial,
              .dflt = "that of its first disk that has one; else made of the guest's uuid",
              .doc = "The serial number that the NVMe controller shows."),
  ATTR_END
};

/* Which words it may be, the type decides. */
static const char *
any_word(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)ctx;
  *(const char **)member = text;
  return NULL;
}

static const char *const pci_device_names[] = {
  "pci-bridge", "i82801b11-bridge", "ioh3420",        "x3130-upstream",        "xio3130-downstream",
  "pxb",        "pxb-pcie",         "pcie-root-port", "spapr-pci-host-bridge", "pcie-pci-bridge",
};

static const struct attr *const type_attrs[CONTROLLER_TYPES] = { [CONTROLLER_NVME] = nvme_attrs };

static const struct attr no_address[] = { ATTR_NEVER("address"), ATTR_END };

static const struct attr controller_attrs[] = {
  ATTR_ENUM("@type", struct controller, type, controller_type_names, .dflt = "ide",
            .doc = "Which bus the controller offers."),
  ATTR_NUM("@index", struct controller, index, .max = CONTROLLER_INDEX_MAX, .dflt = "the first free one",
           .doc = "The controller's number, by which addresses of other devices name it."),
  ATTR_NUM("@ports", struct controller, ports, .max = INT32_MAX,
           .dflt = "QEMU's (31 of virtio-serial, 4 of each speed of xhci)",
           .doc = "How many ports the controller has."),
  ATTR_NUM("@vectors", struct controller, vectors, .max = INT32_MAX, .dflt = "QEMU's",
           .doc = "How many interrupts a virtio-serial controller may use."),
  ATTR_NUM("master/@startport", struct controller, master_startport, .max = 255,
           .dflt = "0, 2 and 4 of ich9-uhci1, 2 and 3; none of others",
           .doc = "The first port of the USB 2 controller that this companion serves."),
  ATTR_WORD("model/@name", struct controller, device_name, any_word, "device", .names = pci_device_names,
            .n_names = ARRAY_SIZE(pci_device_names), .dflt = "by the model: pcie-root-port, pci-bridge, ...",
            .doc = "The QEMU device for a PCI controller, where it is not the usual one."),
  ATTR_NUM("target/@chassisNr", struct controller, chassis_nr, .min = 1, .max = 255, .dflt = "the controller's index",
           .doc = "The number of the bridge's chassis, for hot plugging."),
  ATTR_NUM("target/@chassis", struct controller, chassis, .max = 255, .dflt = "the controller's index",
           .doc = "The number of the port's chassis, for hot plugging."),
  ATTR_NUM("target/@port", struct controller, port, .max = 255, .dflt = "made of the port's slot and function",
           .doc = "The port's number in its chassis."),
  ATTR_NUM("target/@busNr", struct controller, bus_nr, .min = 1, .max = 254,
           .dflt = "two below the lowest that is taken, from 254",
           .doc = "The number of the bus that an expander bridge begins."),
  ATTR_NUM("target/@index", struct controller, target_index, .max = 30, .dflt = "the first free one",
           .doc = "The number of a pseries host bridge."),
  ATTR_ONOFF("target/@hotplug", struct controller, hotplug, .dflt = "QEMU's (on)",
             .doc = "Whether devices can be plugged into the port while the guest runs."),
  ATTR_UINT("target/@memReserve", struct controller, mem_reserve, .min = 1, .unit = "KiB", .dflt = "QEMU's",
            .doc = "How much address room the port keeps for devices plugged later."),
  ATTR_NUM("target/node/text()", struct controller, numa_node, .max = UINT32_MAX, .dflt = "none",
           .doc = "The NUMA node of the guest that the bus belongs to."),
  ATTR_SIZE("pcihole64/text()", struct controller, pcihole64, "KiB", .dflt = "QEMU's (32 GiB on q35, 2 GiB on i440fx)",
            .doc = "How much address room above 4 GiB is kept for PCI devices."),
  ATTR_UINT("driver/@queues", struct controller, queues, .min = 1, .zero_ok = true,
            .dflt = "QEMU's (one for each virtual CPU on PCI, else 1)",
            .doc = "How many request queues the controller has."),
  ATTR_UINT("driver/@cmd_per_lun", struct controller, cmd_per_lun, .dflt = "QEMU's (128)",
            .doc = "How many commands may wait at one unit."),
  ATTR_UINT("driver/@max_sectors", struct controller, max_sectors, .unit = "sectors of 512 bytes",
            .dflt = "QEMU's (65535)", .doc = "How much one command may transfer."),
  ATTR_ONOFF("driver/@ioeventfd", struct controller, ioeventfd, .dflt = "QEMU's (on)",
             .doc = "Whether the guest's requests are taken outside the virtual CPU's thread."),
  ATTR_UINT("driver/@iothread", struct controller, iothread, .dflt = "none: QEMU's main loop",
            .doc = "The I/O thread that serves the controller."),
  ATTR_WORD("@model", struct controller, model_word, any_word, "model", .names = controller_model_names,
            .n_names = CONTROLLER_MODELS, .required_where = "of type pci",
            .dflt = "by the machine: of scsi as another has it, else lsilogic on PCs, virtio-scsi on virt; of usb "
                    "piix3-uhci on PCs, qemu-xhci on most others, none on s390x",
            .doc = "Which chip or device it is; the type decides which there are."),
  ATTR_QUIET("@maxGrantFrames", .doc = "Xen's; it has no effect."),
  ATTR_QUIET("@maxEventChannels", .doc = "Xen's; it has no effect."),
  ATTR_SEE(".", iothread_map_attrs),
  ATTR_SEE_BY("@type", controller_type_names, type_attrs),
  ATTR_IF("@type", "fdc", no_address),
  ATTR_IF("@model", "pci-root", no_address),
  ATTR_IF("@model", "pcie-root", no_address),
  ATTR_END
};

/* A model's words depend on the type. */
static void
parse_model(struct controller *c, xmlNode *node, struct stage *stage)
{
  const struct model_range *range = &controller_models_of[c->type];
  const char *word = c->model_word;
  if (!word || xml_refused(node, "@type"))
    return;
  if (range->n == 0) {
    diag_error(stage->diag, xml_place(node, word), c->dev.subject,
               "a controller of type '%s' has no model; leave it out", controller_type_names[c->type]);
    return;
  }
  const char *const *names = &controller_model_names[range->first];
  int found = name_find(names, range->n, word);
  if (found < 0)
    diag_error(stage->diag, xml_place(node, word), c->dev.subject, "model '%s': unknown; %s", word,
               name_remedy(stage->diag, names, range->n, word));
  else
    c->model = range->first + (enum controller_model)found;
}

static void
parse_pci(struct controller *c, xmlNode *node, struct stage *stage)
{
  xmlNode *model = xml_child(node, "model");
  if (c->model == MODEL_DEFAULT && !c->model_word)
    diag_error(stage->diag, c->dev.place, c->dev.subject,
               "a PCI controller needs a model: pci-root, pcie-root, pcie-root-port, pci-bridge, ...");
  if (str_eq(c->device_name, "none"))
    c->device_name = NULL;
  if (c->device_name && name_find(pci_device_names, ARRAY_SIZE(pci_device_names), c->device_name) < 0)
    diag_error(stage->diag, xml_place(model, c->device_name), c->dev.subject, "model name '%s' is unknown; %s",
               c->device_name,
               name_remedy(stage->diag, pci_device_names, ARRAY_SIZE(pci_device_names), c->device_name));
  if (c->index.set && c->index.value > PCI_BUS_MAX)
    diag_error(stage->diag, xml_place(node, "index"), c->dev.subject, "index %ju: PCI buses have numbers 0 to 255",
               (uintmax_t)c->index.value);
}

/* The ICH9's UHCI controllers are companions even where no <master> says so. */
static void
parse_companion(struct controller *c)
{
  if (c->model >= USB_ICH9_UHCI1 && c->model <= USB_ICH9_UHCI3 && !c->master_startport.set)
    c->master_startport = num_of(2 * (uint64_t)(c->model - USB_ICH9_UHCI1));
}

static void
reject_twins(struct controller *c, xmlNode *node, const char *name, struct stage *stage)
{
  xmlNode *first = xml_child(node, name);
  xmlNode *second = first ? xml_next(first, name) : NULL;
  if (second)
    diag_error(stage->diag, xml_place(second, NULL), c->dev.subject, "a second <%s>; write one with all attributes",
               name);
}

static void
controller_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct controller *c = (struct controller *)dev;
  /* libvirt's schema has it so: a controller without type is IDE's */
  if (c->type == CONTROLLER_NONE)
    c->type = CONTROLLER_IDE;
  dev->subject = c->index.set ? talloc_asprintf(dev, "controller %s %ju", controller_type_names[c->type],
                                                (uintmax_t)c->index.value)
                              : talloc_asprintf(dev, "controller %s", controller_type_names[c->type]);
  parse_model(c, node, stage);
  c->pcihole64_set = xml_child(node, "pcihole64") != NULL;
  if (c->type == CONTROLLER_PCI)
    parse_pci(c, node, stage);
  parse_companion(c);
  reject_twins(c, node, "model", stage);
  reject_twins(c, node, "target", stage);
  c->iothreads = iothread_map_read(dev, node, dev->subject, stage->diag);
  if (c->type == CONTROLLER_NVME)
    attr_read(nvme_attrs, node, c, dev->subject, stage->diag);
  /* libvirt lets them pass and says nothing of them to QEMU */
  if (c->type == CONTROLLER_XENBUS || c->type == CONTROLLER_ISA)
    diag_warning(stage->diag, dev->place, dev->subject,
                 "it is of other hypervisors, QEMU has none: it has no effect; drop it");
  /* libvirt: "none" is there to forbid USB, its address means nothing */
  if (c->model == USB_NONE)
    dev->address.type = ADDR_NONE;
}

/* QEMU's defaults: hw/scsi/spapr_vscsi.c. */
enum { VIO_SCSI_REG = 0x2000 };

static void
place_scsi(struct controller *c, struct stage *stage)
{
  if (model_is_virtio_scsi(c->model))
    place_virtio(&c->dev, c->model == SCSI_VIRTIO_TRANSITIONAL, stage);
  else if (c->model == SCSI_IBMVSCSI)
    place_spapr_vio(&c->dev, VIO_SCSI_REG, stage);
  else if (c->model != SCSI_NCR53C90)
    place_scsi_controller(&c->dev, stage);
}

/* libvirt leaves the default model out on s390x, where no QEMU has one. */
static bool
usb_is_nothing(const struct controller *c)
{
  return c->model == USB_NONE || (c->model == MODEL_DEFAULT && domain_is_s390(c->dev.domain));
}

static void
place_usb_controller(struct controller *c, struct stage *stage)
{
  bool xhci = c->model == USB_QEMU_XHCI || c->model == USB_NEC_XHCI;
  if (usb_is_nothing(c))
    c->dev.address.type = ADDR_NONE; /* it takes no slot, and needs no bus */
  else
    place_pci(&c->dev, xhci ? PLACE_EXPRESS : PLACE_CONVENTIONAL, stage);
}

static void
place_pci_controller(struct controller *c, struct stage *stage)
{
  if (c->model != PCI_ROOT && c->model != PCIE_ROOT) {
    place_pci(&c->dev, PLACE_CONVENTIONAL, stage);
    return;
  }
  if (c->dev.address.type != ADDR_NONE)
    diag_error(stage->diag, device_address_place(&c->dev), c->dev.subject,
               "a %s plugs into nothing; leave its address out", controller_model_names[c->model]);
  c->dev.broken |= c->dev.address.type != ADDR_NONE;
}

static void
controller_place(struct device *dev, struct stage *stage)
{
  struct controller *c = (struct controller *)dev;
  switch (c->type) {
  case CONTROLLER_PCI:
    place_pci_controller(c, stage);
    return;
  case CONTROLLER_USB:
    place_usb_controller(c, stage);
    return;
  case CONTROLLER_SCSI:
    place_scsi(c, stage);
    return;
  case CONTROLLER_VIRTIO_SERIAL:
    place_virtio(dev, c->model == VSERIAL_VIRTIO_TRANSITIONAL, stage);
    return;
  case CONTROLLER_IDE:
  case CONTROLLER_SATA:
    place_pci(dev, PLACE_CONVENTIONAL, stage);
    return;
  case CONTROLLER_CCID:
    place_usb(dev, stage);
    return;
  case CONTROLLER_NVME:
    place_pci(dev, PLACE_EXPRESS, stage);
    return;
  case CONTROLLER_FDC:
    place_fixed(dev, ADDR_NONE, stage);
    return;
  case CONTROLLER_NONE:
  case CONTROLLER_XENBUS:
  case CONTROLLER_ISA:
  case CONTROLLER_TYPES:
    return;
  }
}

/* libvirt qemu_alias.c: the well-known ids. */
static void
controller_identify(struct device *dev, struct stage *stage)
{
  struct controller *c = (struct controller *)dev;
  unsigned index = (unsigned)c->index.value;
  (void)stage;
  if (c->type == CONTROLLER_PCI)
    dev->id = talloc_asprintf(dev, c->model == PCIE_ROOT ? "pcie.%u" : "pci.%u", index);
  else if (controller_is_builtin(c))
    dev->id = c->type == CONTROLLER_SCSI ? "scsi" : "ide";
  else if (c->type == CONTROLLER_USB && index == 0)
    dev->id = "usb";
  else
    dev->id = talloc_asprintf(dev, "%s%u", controller_type_names[c->type], index);
  /* its slot and zpci numbers stay taken, but there is nobody for a zpci device to serve */
  if (c->type == CONTROLLER_USB && usb_is_nothing(c))
    dev->address.type = ADDR_NONE;
}

const struct kind controller_kind = {
  .element = "controller",
  .role = ROLE_CONTROLLER,
  .size = sizeof(struct controller),
  .name_path = "@type",
  .takes = TAKES_VIRTIO,
  .attrs = controller_attrs,
  .parse = controller_parse,
  .imply = controller_imply,
  .complete = controller_complete,
  .place = controller_place,
  .identify = controller_identify,
  .check = controller_check,
  .build = controller_build,
};
