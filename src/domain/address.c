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

const struct attr pci_address_attrs[] = { ATTR_UINT("@domain", struct pci_address, domain, .max = 0xffff),
                                         ATTR_UINT("@bus", struct pci_address, bus),
                                         ATTR_UINT("@slot", struct pci_address, slot, .max = 0x1f),
                                         ATTR_UINT("@function", struct pci_address, function, .max = 7),
                                         ATTR_ONOFF("@multifunction", struct pci_address, multifunction),
                                         ATTR_NUM("zpci/@uid", struct pci_address, zpci_uid, .max = 0xffff),
                                         ATTR_NUM("zpci/@fid", struct pci_address, zpci_fid, .max = 0xffffffff),
                                         ATTR_END };

static const struct attr drive_attrs[] = { ATTR_UINT("@controller", struct drive_address, controller),
                                           ATTR_UINT("@bus", struct drive_address, bus),
                                           ATTR_UINT("@target", struct drive_address, target),
                                           ATTR_UINT("@unit", struct drive_address, unit), ATTR_END };

static const struct attr vserial_attrs[] = { ATTR_UINT("@controller", struct virtio_serial_address, controller),
                                             ATTR_UINT("@bus", struct virtio_serial_address, bus),
                                             ATTR_UINT("@port", struct virtio_serial_address, port), ATTR_END };

static const struct attr ccid_attrs[] = { ATTR_UINT("@controller", struct ccid_address, controller),
                                          ATTR_UINT("@slot", struct ccid_address, slot), ATTR_END };

static const struct attr ccw_attrs[] = { ATTR_UINT("@cssid", struct ccw_address, cssid, .max = 0xfe, .required = true),
                                         ATTR_UINT("@ssid", struct ccw_address, ssid, .max = 3, .required = true),
                                         ATTR_UINT("@devno", struct ccw_address, devno, .required = true), ATTR_END };

static const struct attr dimm_attrs[] = { ATTR_NUM("@slot", struct dimm_address, slot, .required = true), ATTR_END };

bool
address_read_pci(xmlNode *node, struct pci_address *pci, const char *subject, struct diag *diag)
{
  return attr_read(pci_address_attrs, node, pci, subject, diag);
}

/* "1.2"; a 0 ends it, "0" alone is no port. */
static bool
read_usb_port(const char *text, uint8_t port[USB_PORT_DEPTH])
{
  bool ended = false;
  for (size_t depth = 0; depth < USB_PORT_DEPTH; depth++) {
    char *end;
    unsigned long number = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 256;
    if (number > 255 || (number && ended))
      return false;
    ended |= number == 0;
    port[depth] = (uint8_t)number;
    if (*end != '.')
      return *end == 0;
    text = end + 1;
  }
  return false;
}

static bool
read_usb(xmlNode *node, struct address *address, const char *subject, struct diag *diag)
{
  uint64_t bus = 0;
  const char *port = xml_attr(node, "port");
  bool fine = read_uint(node, "@bus", 0, UINT32_MAX, &bus, subject, diag);
  address->usb.bus = (uint32_t)bus;
  if (port && !read_usb_port(port, address->usb.port)) {
    diag_error(diag, xml_place(node, *port ? port : NULL), subject,
               "USB port '%s' is malformed; up to four numbers from 1, with dots between: '1.2'", port);
    fine = false;
  }
  address->given = address->usb.port[0] != 0;
  return fine;
}

/* Hardware's own numbers are hexadecimal in libvirt even without the 0x: irq='10' is 16. */
static bool
read_hex(xmlNode *node, const char *name, uint64_t max, struct num *number, const char *subject, struct diag *diag)
{
  const char *text = xml_attr(node, name);
  bool prefixed = text && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  uint64_t value;
  if (!text)
    return true;
  if (!parse_uint(prefixed ? text : talloc_asprintf(diag, "0x%s", text), &value) || value > max) {
    diag_error(diag, xml_place(node, *text ? text : NULL), subject,
               "%s '%s': must be a hexadecimal number, 0x0 to 0x%jx", name, text, (uintmax_t)max);
    return false;
  }
  *number = num_of(value);
  return true;
}

static bool
read_ccw(xmlNode *node, struct address *address, const char *subject, struct diag *diag)
{
  address->given = xml_attr(node, "devno") != NULL;
  return (!address->given && !xml_attr(node, "cssid") && !xml_attr(node, "ssid")) ||
         attr_read(ccw_attrs, node, &address->ccw, subject, diag);
}

/* Both halves are read, so that all that is wrong is told. */
static bool
read_isa(xmlNode *node, struct address *address, const char *subject, struct diag *diag)
{
  bool iobase = read_hex(node, "iobase", UINT32_MAX, &address->isa.iobase, subject, diag);
  bool irq = read_hex(node, "irq", UINT32_MAX, &address->isa.irq, subject, diag);
  return iobase && irq;
}

static bool
read_dimm(xmlNode *node, struct address *address, const char *subject, struct diag *diag)
{
  bool slot = attr_read(dimm_attrs, node, &address->dimm, subject, diag);
  bool base = read_hex(node, "base", UINT64_MAX, &address->dimm.base, subject, diag);
  return slot && base;
}

static bool
read_body(xmlNode *node, struct address *address, const char *subject, struct diag *diag)
{
  address->given = true;
  switch (address->type) {
  case ADDR_PCI:
    /* without slot, libvirt takes <address type='pci'/> for "some PCI address" */
    address->given =
        xml_attr(node, "slot") || xml_attr(node, "bus") || xml_attr(node, "domain") || xml_attr(node, "function");
    return address_read_pci(node, &address->pci, subject, diag);
  case ADDR_DRIVE:
    return attr_read(drive_attrs, node, &address->drive, subject, diag);
  case ADDR_VIRTIO_SERIAL:
    address->given = xml_attr(node, "port") != NULL;
    return attr_read(vserial_attrs, node, &address->vserial, subject, diag);
  case ADDR_CCID:
    return attr_read(ccid_attrs, node, &address->ccid, subject, diag);
  case ADDR_USB:
    return read_usb(node, address, subject, diag);
  case ADDR_CCW:
    return read_ccw(node, address, subject, diag);
  case ADDR_ISA:
    return read_isa(node, address, subject, diag);
  case ADDR_DIMM:
    return read_dimm(node, address, subject, diag);
  case ADDR_SPAPR_VIO:
    address->given = xml_attr(node, "reg") != NULL;
    return read_hex(node, "reg", UINT32_MAX, &address->spapr_reg, subject, diag);
  case ADDR_MDEV:
    address->mdev_uuid = xml_attr(node, "uuid");
    return true;
  case ADDR_VIRTIO_MMIO:
  case ADDR_UNASSIGNED:
  case ADDR_NONE:
  case ADDR_TYPES:
    return true;
  }
  return true;
}

bool
address_read(xmlNode *node, struct address *address, const char *subject, struct diag *diag)
{
  int type = ADDR_NONE;
  if (!xml_attr(node, "type")) {
    diag_error(diag, xml_place(node, NULL), subject, "address has no type; write <address type='pci' .../>");
    return false;
  }
  if (!read_enum(node, "@type", addr_type_names, ADDR_TYPES, &type, subject, diag))
    return false;
  address->type = (enum addr_type)type;
  return read_body(node, address, subject, diag);
}

/* --- comparing, naming --- */

bool
pci_address_equal(const struct pci_address *a, const struct pci_address *b)
{
  return a->domain == b->domain && a->bus == b->bus && a->slot == b->slot && a->function == b->function;
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
