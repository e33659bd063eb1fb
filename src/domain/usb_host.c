/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/usb_host.c - a USB device of the host: read, found, handed to QEMU */

#include "domain/usb_host.h"
#include "domain/notes.h"
#include "core/options.h"
#include "host/host.h"

#include <stdlib.h>

/* A hub at the root and five behind it: USB 2.0, 4.1.1. */
enum { USB_PORT_DEPTH_MAX = 6 };

static const char *const reset_names[] = {
  [USB_RESET_OFF] = "off",
  [USB_RESET_UNINITIALIZED] = "uninitialized",
  [USB_RESET_ON] = "on",
};

/* Linux' and QEMU's spelling: numbers of ports, hubs first, parted by dots. */
static const char *
parse_port(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)ctx;
  const char *digit = text;
  for (unsigned depth = 0; depth <= USB_PORT_DEPTH_MAX; depth++) {
    size_t digits = strspn(digit, "0123456789");
    if (!digits || digits > 3 || *digit == '0')
      break;
    digit += digits;
    if (!*digit) {
      *(const char **)member = text;
      return NULL;
    }
    if (*digit++ != '.')
      break;
  }
  return "must be numbers of ports from 1, parted by dots, as in 1.2";
}

const struct attr usb_host_attrs[] = {
  ATTR_NUM("source/vendor/@id", struct usb_host, vendor, .min = 1, .max = 0xffff,
           .required_where = "without an address", .dflt = "none", .doc = "The vendor's id of the device."),
  ATTR_NUM("source/product/@id", struct usb_host, product, .max = 0xffff, .required_where = "without an address",
           .dflt = "none", .doc = "The product's id of the device."),
  ATTR_UINT("source/address/@bus", struct usb_host, bus, .max = 999, .required_where = "without <vendor> and <product>",
            .dflt = "any", .doc = "The bus of the host that the device is plugged into."),
  ATTR_UINT("source/address/@device", struct usb_host, device, .max = 999,
            .required_where = "without <vendor> and <product>", .dflt = "any",
            .doc = "The device's number on that bus."),
  ATTR_WORD("source/address/@port", struct usb_host, port, parse_port, "port of a USB bus",
            .pattern = "[1-9][0-9]{0,2}(\\.[1-9][0-9]{0,2})*", .dflt = "any",
            .doc = "The port of the host's bus that it is plugged into, whatever number it gets."),
  ATTR_ENUM("source/@guestReset", struct usb_host, reset, reset_names, .dflt = "QEMU's (uninitialized)",
            .doc = "When the guest may reset the device."),
  ATTR_ENUM("source/@startupPolicy", struct usb_host, startup, startup_policy_names, .dflt = "mandatory",
            .doc = "What happens where the device is not there when the guest starts."),
  ATTR_QUIET("source/@autoAddress", .doc = "Whether a running libvirt found the address; it has no effect."),
  ATTR_END
};

/* --- read, check --- */

void
usb_host_read(struct usb_host *usb, xmlNode *node, const char *subject, struct diag *diag)
{
  xmlNode *source = xml_child(node, "source");
  struct place place = xml_place(source, NULL);
  if (!attr_read(usb_host_attrs, node, usb, subject, diag))
    return;
  if (usb->vendor.set != usb->product.set)
    diag_error(diag, place, subject, "%s is missing: a USB device has both ids",
               usb->vendor.set ? "<product id='...'>" : "<vendor id='...'>");
  else if (usb->port && usb->device)
    diag_error(diag, place, subject, "the address has a device and a port; drop the device, which changes by the plug");
  else if (!usb->vendor.set && !(usb->bus && (usb->device || usb->port)))
    diag_error(diag, place, subject,
               "names no USB device; give <vendor id='...'/> and <product id='...'/>, or <address bus='...' "
               "device='...'/>, or <address bus='...' port='...'/>");
}

/* libvirt domain_conf.c, virDomainHostdevMatchSubsysUSB: without an address it is any that has its ids. So one that is
 * named by its number is compared with those named by vendor and product before it, too. */
static const struct device *
first_of(const struct usb_host *usb, const struct device *dev)
{
  char place[32], model[64];
  snprintf(place, sizeof place, "%u:%u", usb->bus, usb->device);
  snprintf(model, sizeof model, "%ju:%ju", (uintmax_t)usb->vendor.value, (uintmax_t)usb->product.value);
  if (usb->port)
    return domain_first(dev, "USB port", talloc_asprintf(dev->domain, "%u:%s", usb->bus, usb->port));
  if (!usb->device)
    return domain_first(dev, "USB model", model);
  const struct device *same_model = domain_note(dev->domain, "USB model", model)->dev;
  const struct device *same_place = domain_first(dev, "USB place", place);
  return same_model ? same_model : same_place;
}

void
usb_host_check(const struct usb_host *usb, const struct device *dev, struct stage *stage)
{
  const struct device *first = first_of(usb, dev);
  if (first != dev)
    diag_error(stage->diag, dev->place, dev->subject, "the same device of the host as on line %u; drop one of them",
               first->place.line);
  if (usb->reset != USB_RESET_DEFAULT)
    stage_need(stage, FEAT_USB_HOST_GUESTS_RESETS_ALL, dev->place, dev->subject);
}

/* --- resolve --- */

/* Linux Documentation/ABI/stable/sysfs-bus-usb: BUS-PORT.PORT has the ids; interfaces hold a ':'. */
static const char usb_devices[] = "/sys/bus/usb/devices";

static bool
usb_number(const struct host *host, const char *name, const char *attribute, unsigned base, unsigned long *value)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *text = host_read_line(scratch, host, talloc_asprintf(scratch, "%s/%s/%s", usb_devices, name, attribute));
  char *end = NULL;
  if (text)
    *value = strtoul(text, &end, (int)base);
  bool fine = text && end != text && *end == '\0';
  talloc_free(scratch);
  return fine;
}

static bool
usb_matches(const struct usb_host *usb, const struct host *host, const char *name)
{
  unsigned long vendor, product, bus;
  if (strchr(name, ':') || !usb_number(host, name, "idVendor", 16, &vendor) ||
      !usb_number(host, name, "idProduct", 16, &product) || !usb_number(host, name, "busnum", 10, &bus))
    return false;
  return vendor == usb->vendor.value && product == usb->product.value && (!usb->bus || bus == usb->bus);
}

static const char *
usb_node(TALLOC_CTX *ctx, unsigned long bus, unsigned long device)
{
  return talloc_asprintf(ctx, "/dev/bus/usb/%03lu/%03lu", bus, device);
}

/* The node of the device that sysfs calls NAME; NULL: it is just being unplugged. */
static const char *
usb_node_of(struct device *dev, const struct host *host, const char *name)
{
  unsigned long bus, device;
  bool told = usb_number(host, name, "busnum", 10, &bus) && usb_number(host, name, "devnum", 10, &device);
  return told ? usb_node(dev, bus, device) : NULL;
}

/* For a start: is something plugged in there? */
static void
find_port(struct usb_host *usb, struct device *dev, struct stage *stage)
{
  const char *name = talloc_asprintf(dev, "%u-%s", usb->bus, usb->port);
  if (host_exists(stage->host, talloc_asprintf(dev, "%s/%s", usb_devices, name)))
    usb->node = usb_node_of(dev, stage->host, name);
  else if (usb->startup == STARTUP_OPTIONAL)
    usb->missing = true;
  else
    diag_host(stage->diag, dev->place, dev->subject,
              "nothing is plugged in at port %s of bus %u; plug it in, or make it startupPolicy='optional'", usb->port,
              usb->bus);
}

/* Printing leaves it to QEMU, which finds a device by its ids when it starts; whoever starts must know
 * now whether it is there, and which of two it is. */
void
usb_host_find(struct usb_host *usb, struct device *dev, struct stage *stage)
{
  if (usb->port && usb->bus && options_starts(stage->options))
    find_port(usb, dev, stage);
  if (!usb->vendor.set || usb->device || usb->port || !options_starts(stage->options))
    return;
  unsigned found = 0;
  char **names = host_list(dev, stage->host, usb_devices);
  for (char **name = names; name && *name; name++)
    if (usb_matches(usb, stage->host, *name)) {
      usb->node = usb_node_of(dev, stage->host, *name);
      found++;
    }
  if (found == 1)
    return;
  unsigned vendor = (unsigned)usb->vendor.value, product = (unsigned)usb->product.value;
  if (found > 1)
    diag_host(stage->diag, dev->place, dev->subject,
              "%u devices have the ids %04x:%04x; say which: add <address bus='...' device='...'/>", found, vendor,
              product);
  else if (usb->startup == STARTUP_OPTIONAL)
    usb->missing = true;
  else
    diag_host(stage->diag, dev->place, dev->subject,
              "no USB device %04x:%04x is plugged in; plug it in, or make it startupPolicy='optional'", vendor,
              product);
}

/* --- build --- */

struct props *
usb_host_build(const struct usb_host *usb, const struct device *dev, const struct build *b, struct argv *argv)
{
  struct props *p = argv_device(argv, PHASE_DEVICE, "usb-host", dev->id);
  if (usb->vendor.set) {
    props_num(p, "vendorid", usb->vendor);
    props_num(p, "productid", usb->product);
    props_nonzero(p, "hostbus", usb->bus);
    props_nonzero(p, "hostaddr", usb->device);
    props_str(p, "hostport", usb->port);
  } else if (usb->port) {
    props_uint(p, "hostbus", usb->bus);
    props_str(p, "hostport", usb->port);
  } else if (caps_has(b->caps, FEAT_USB_HOST_HOSTDEVICE)) {
    props_host(p, "hostdevice", WANT_USB, usb_node(p, usb->bus, usb->device));
  } else {
    props_uint(p, "hostbus", usb->bus);
    props_uint(p, "hostaddr", usb->device);
  }
  if (usb->node || (usb->bus && usb->device))
    props_implies(p, WANT_USB, usb->node ? usb->node : usb_node(p, usb->bus, usb->device), 0);
  if (usb->reset != USB_RESET_DEFAULT)
    props_bool(p, "guest-reset", usb->reset != USB_RESET_OFF);
  if (usb->reset == USB_RESET_UNINITIALIZED || usb->reset == USB_RESET_ON)
    props_bool(p, "guest-resets-all", usb->reset == USB_RESET_ON);
  device_boot_props(p, dev);
  return p;
}
