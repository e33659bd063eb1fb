/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/address.c - addresses: read, compared, named */

#include "domain/address.h"

#include <stdlib.h>

const char *const addr_type_names[ADDR_TYPES] = {
  [ADDR_PCI] = "pci",
  [ADDR_DRIVE] = "drive",
  [ADDR_VIRTIO_SERIAL] = "virtio-serial",
  [ADDR_CCID] = "ccid",
  [ADDR_USB] = "usb",
  [ADDR_SPAPR_VIO] = "spapr-vio",
  [ADDR_CCW] = "ccw",
  [ADDR_VIRTIO_MMIO] = "virtio-mmio",
  [ADDR_ISA] = "isa",
  [ADDR_DIMM] = "dimm",
  [ADDR_MDEV] = "mdev",
  [ADDR_UNASSIGNED] = "unassigned",
};

/* --- reading --- */

static const struct attr pci_address_attrs[] = {
  ATTR_UINT("@domain", struct pci_address, domain, .max = 0xffff, .dflt = "0", .doc = "The PCI domain."),
  ATTR_UINT("@bus", struct pci_address, bus, .dflt = "0", .doc = "The number of the bus."),
  ATTR_UINT("@slot", struct pci_address, slot, .max = 0x1f, .dflt = "0", .doc = "The place on the bus."),
  ATTR_UINT("@function", struct pci_address, function, .max = 7, .dflt = "0",
            .doc = "Which function of the device in the slot."),
  ATTR_ONOFF("@multifunction", struct pci_address, multifunction,
             .dflt = "off; on of function 0 where others share the slot",
             .doc = "Whether other functions share the slot."),
  ATTR_NUM("zpci/@uid", struct pci_address, zpci_uid, .max = 0xffff, .dflt = "the first free one",
           .doc = "The user-defined id of the function, on s390x."),
  ATTR_NUM("zpci/@fid", struct pci_address, zpci_fid, .max = 0xffffffff, .dflt = "the first free one",
           .doc = "The id of the function, on s390x."),
  ATTR_END
};

/* As lspci has them. */
const struct attr host_pci_attrs[] = {
  ATTR_UINT("@domain", struct pci_address, domain, .max = 0xffff, .dflt = "0", .doc = "The PCI domain of the host."),
  ATTR_UINT("@bus", struct pci_address, bus, .dflt = "0", .doc = "The number of the host's bus."),
  ATTR_UINT("@slot", struct pci_address, slot, .max = 0x1f, .dflt = "0", .doc = "The device's number on that bus."),
  ATTR_UINT("@function", struct pci_address, function, .max = 7, .dflt = "0", .doc = "Which function of the device."),
  ATTR_QUIET("@multifunction", .doc = "The guest's own address says this; here it has no effect."),
  ATTR_QUIET("zpci", .doc = "The guest's own address says this; here it has no effect."),
  ATTR_END
};

static const struct attr drive_attrs[] = {
  ATTR_UINT("@controller", struct address, drive.controller, .dflt = "0",
            .doc = "The controller that the device hangs on."),
  ATTR_UINT("@bus", struct address, drive.bus, .dflt = "0", .doc = "The number of the bus."),
  ATTR_UINT("@target", struct address, drive.target, .dflt = "0", .doc = "The target on the bus."),
  ATTR_UINT("@unit", struct address, drive.unit, .dflt = "0", .doc = "The unit at the controller or target."), ATTR_END
};

static const struct attr vserial_attrs[] = {
  ATTR_UINT("@controller", struct address, vserial.controller, .dflt = "0",
            .doc = "The controller that the device hangs on."),
  ATTR_UINT("@bus", struct address, vserial.bus, .dflt = "0", .doc = "The number of the bus."),
  ATTR_UINT("@port", struct address, vserial.port, .dflt = "the first free one",
            .doc = "The port that the device is plugged into."),
  ATTR_END
};

static const struct attr ccid_attrs[] = {
  ATTR_UINT("@controller", struct address, ccid.controller, .dflt = "0",
            .doc = "The controller that the device hangs on."),
  ATTR_UINT("@slot", struct address, ccid.slot, .dflt = "0", .doc = "The place on the bus."), ATTR_END
};

static const struct attr ccw_attrs[] = {
  ATTR_UINT("@cssid", struct address, ccw.cssid, .max = 0xfe, .required = true, .doc = "The channel subsystem."),
  ATTR_UINT("@ssid", struct address, ccw.ssid, .max = 3, .required = true, .doc = "The subchannel set."),
  ATTR_UINT("@devno", struct address, ccw.devno, .required = true, .doc = "The device number in the set."), ATTR_END
};

static const struct attr dimm_attrs[] = {
  ATTR_NUM("@slot", struct address, dimm.slot, .required = true, .doc = "The place on the bus."),
  ATTR_NUM("@base", struct address, dimm.base, .hex = true, .dflt = "QEMU's: the next free place",
           .doc = "Where in the guest's address space the memory begins."),
  ATTR_END
};

/* "1.2"; a 0 ends it, "0" alone is no port. */
static const char *
parse_usb_port(TALLOC_CTX *ctx, const char *text, void *member)
{
  static const char wrong[] = "must be a USB port, up to four numbers from 1 with dots between: '1.2'";
  uint8_t *port = member;
  bool ended = false;
  (void)ctx;
  for (size_t depth = 0; depth < USB_PORT_DEPTH; depth++) {
    char *end;
    unsigned long number = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 256;
    if (number > 255 || (number && ended))
      return wrong;
    ended |= number == 0;
    port[depth] = (uint8_t)number;
    if (*end != '.')
      return *end == 0 ? NULL : wrong;
    text = end + 1;
  }
  return wrong;
}

static const struct attr usb_attrs[] = {
  ATTR_UINT("@bus", struct address, usb.bus, .dflt = "0", .doc = "The number of the bus."),
  ATTR_WORD("@port", struct address, usb.port, parse_usb_port, "USB port", .pattern = "[0-9]+(\\.[0-9]+){0,3}",
            .dflt = "the first free one", .doc = "The port that the device is plugged into."),
  ATTR_END
};

static const struct attr isa_attrs[] = { ATTR_NUM("@iobase", struct address, isa.iobase, .hex = true, .max = UINT32_MAX,
                                                  .dflt = "0, where no guest looks", .doc = "The first I/O port."),
                                         ATTR_NUM("@irq", struct address, isa.irq, .hex = true, .max = UINT32_MAX,
                                                  .dflt = "the device's own", .doc = "The interrupt."),
                                         ATTR_END };

static const struct attr spapr_attrs[] = { ATTR_NUM("@reg", struct address, spapr_reg, .hex = true, .max = UINT32_MAX,
                                                    .dflt = "the first free one",
                                                    .doc = "The register by which the guest finds it."),
                                           ATTR_END };

static const struct attr mdev_attrs[] = { ATTR_STRING("@uuid", struct address, mdev_uuid, .empty_ok = true,
                                                      .dflt = "none", .doc = "The id of the mediated device."),
                                          ATTR_END };

static const struct attr pci_attrs[] = { ATTR_STRUCT(".", struct address, pci, pci_address_attrs), ATTR_END };

static const struct attr *const tables[ADDR_TYPES] = {
  [ADDR_PCI] = pci_attrs,   [ADDR_DRIVE] = drive_attrs, [ADDR_VIRTIO_SERIAL] = vserial_attrs,
  [ADDR_CCID] = ccid_attrs, [ADDR_USB] = usb_attrs,     [ADDR_SPAPR_VIO] = spapr_attrs,
  [ADDR_CCW] = ccw_attrs,   [ADDR_ISA] = isa_attrs,     [ADDR_DIMM] = dimm_attrs,
  [ADDR_MDEV] = mdev_attrs,
};

static const struct attr type_attrs[] = { ATTR_ENUM("@type", struct address, type, addr_type_names, .required = true,
                                                    .missing = "address has no type; write <address type='pci' .../>",
                                                    .doc = "The kind of address, which decides the rest."),
                                          ATTR_END };

const struct attr address_attrs[] = { ATTR_TABLE(type_attrs),
                                      ATTR_CHOICE("@type", struct address, type, addr_type_names, tables), ATTR_END };

bool
address_read_pci(xmlNode *node, struct pci_address *pci, const char *subject, struct diag *diag)
{
  return attr_read(host_pci_attrs, node, pci, subject, diag);
}

bool
address_says_pci(xmlNode *node)
{
  return xml_has(node, "@domain") || xml_has(node, "@bus") || xml_has(node, "@slot") || xml_has(node, "@function");
}

/* Complete: the rest is not for us to choose. */
static bool
is_given(xmlNode *node, enum addr_type type)
{
  switch ((int)type) {
  case ADDR_PCI: /* without slot, libvirt takes <address type='pci'/> for "some PCI address" */
    return address_says_pci(node);
  case ADDR_USB:
  case ADDR_VIRTIO_SERIAL:
    return xml_has(node, "@port");
  case ADDR_CCW:
    return xml_has(node, "@devno");
  case ADDR_SPAPR_VIO:
    return xml_has(node, "@reg");
  default:
    return true;
  }
}

bool
address_read(xmlNode *node, struct address *address, const char *subject, struct diag *diag)
{
  if (!attr_read(type_attrs, node, address, subject, diag))
    return false;
  address->given = is_given(node, address->type);
  if (address->type == ADDR_CCW && !address->given && !xml_has(node, "@cssid") && !xml_has(node, "@ssid"))
    return true; /* some CCW address */
  if (!attr_read(tables[address->type], node, address, subject, diag))
    return false;
  if (address->type == ADDR_USB)
    address->given = address->usb.port[0] != 0;
  return true;
}

/* --- comparing, naming --- */

bool
pci_address_equal(const struct pci_address *a, const struct pci_address *b)
{
  return a->domain == b->domain && a->bus == b->bus && a->slot == b->slot && a->function == b->function;
}

int
pci_address_compare(const struct pci_address *a, const struct pci_address *b)
{
  const uint32_t x[] = { a->domain, a->bus, a->slot, a->function }, y[] = { b->domain, b->bus, b->slot, b->function };
  size_t i = 0;
  while (i + 1 < ARRAY_SIZE(x) && x[i] == y[i])
    i++;
  return x[i] < y[i] ? -1 : x[i] > y[i];
}

const char *
pci_address_string(TALLOC_CTX *ctx, const struct pci_address *pci)
{
  return talloc_asprintf(ctx, "%04x:%02x:%02x.%x", pci->domain, pci->bus, pci->slot, pci->function);
}

const char *
usb_port_string(TALLOC_CTX *ctx, const struct usb_address *usb)
{
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < USB_PORT_DEPTH && usb->port[i]; i++)
    text = talloc_asprintf_append_buffer(text, "%s%u", i ? "." : "", usb->port[i]);
  return text;
}

const char *
usb_hub_bus(TALLOC_CTX *ctx, const struct usb_address *hub)
{
  return talloc_asprintf(ctx, "USB %u, hub %s", hub->bus, usb_port_string(ctx, hub));
}

const char *
usb_hub_behind(TALLOC_CTX *ctx, const struct usb_address *usb)
{
  struct usb_address hub = *usb;
  size_t depth = 0;
  while (depth < USB_PORT_DEPTH && hub.port[depth])
    depth++;
  if (depth < 2)
    return NULL;
  hub.port[depth - 1] = 0;
  return usb_hub_bus(ctx, &hub);
}

const char *
address_text(TALLOC_CTX *ctx, const struct address *a)
{
  switch (a->type) {
  case ADDR_PCI:
    return talloc_asprintf(ctx, "PCI %s", pci_address_string(ctx, &a->pci));
  case ADDR_DRIVE:
    return talloc_asprintf(ctx, "drive %u-%u-%u-%u", a->drive.controller, a->drive.bus, a->drive.target, a->drive.unit);
  case ADDR_USB:
    return talloc_asprintf(ctx, "USB bus %u port %s", a->usb.bus, usb_port_string(ctx, &a->usb));
  case ADDR_VIRTIO_SERIAL:
    return talloc_asprintf(ctx, "virtio-serial%u port %u", a->vserial.controller, a->vserial.port);
  case ADDR_CCID:
    return talloc_asprintf(ctx, "ccid%u slot %u", a->ccid.controller, a->ccid.slot);
  case ADDR_CCW:
    return talloc_asprintf(ctx, "CCW %x.%x.%04x", a->ccw.cssid, a->ccw.ssid, a->ccw.devno);
  case ADDR_SPAPR_VIO:
    return talloc_asprintf(ctx, "spapr-vio reg 0x%jx", (uintmax_t)a->spapr_reg.value);
  case ADDR_DIMM:
    return talloc_asprintf(ctx, "memory slot %ju", (uintmax_t)a->dimm.slot.value);
  case ADDR_NONE:
  case ADDR_VIRTIO_MMIO:
  case ADDR_ISA:
  case ADDR_MDEV:
  case ADDR_UNASSIGNED:
  case ADDR_TYPES:
    break;
  }
  return addr_type_names[a->type] ? addr_type_names[a->type] : "no address";
}
