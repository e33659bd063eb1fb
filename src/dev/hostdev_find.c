/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/hostdev_find.c - <hostdev>: what the host calls the device that the XML describes */

#include "dev/hostdev.h"
#include "host/host.h"
#include "options.h"

#include <stdlib.h>

/* Linux Documentation/ABI/stable/sysfs-bus-usb: BUS-PORT.PORT has the ids; interfaces hold a ':'. */
static const char usb_devices[] = "/sys/bus/usb/devices";

static bool
usb_number(const struct host *host, const char *name, const char *attribute, unsigned base,
           unsigned long *value)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *text =
      host_read_line(scratch, host, talloc_asprintf(scratch, "%s/%s/%s", usb_devices, name, attribute));
  char *end = NULL;
  if (text)
    *value = strtoul(text, &end, (int)base);
  bool fine = text && end != text && *end == '\0';
  talloc_free(scratch);
  return fine;
}

static bool
usb_matches(const struct hostdev *hostdev, const struct host *host, const char *name)
{
  unsigned long vendor, product, bus;
  if (strchr(name, ':') || !usb_number(host, name, "idVendor", 16, &vendor) ||
      !usb_number(host, name, "idProduct", 16, &product) || !usb_number(host, name, "busnum", 10, &bus))
    return false;
  return vendor == hostdev->vendor.value && product == hostdev->product.value &&
         (!hostdev->usb_bus || bus == hostdev->usb_bus);
}

/* Printing leaves it to QEMU, which finds a device by its ids when it starts; a launch must know
 * now whether it is there, and which of two it is. */
static void
find_usb(struct hostdev *hostdev, struct stage *stage)
{
  struct device *dev = &hostdev->dev;
  if (!hostdev->vendor.set || hostdev->usb_device || !options_launch(stage->options))
    return;
  unsigned found = 0;
  char **names = host_list(dev, stage->host, usb_devices);
  for (char **name = names; name && *name; name++)
    found += usb_matches(hostdev, stage->host, *name);
  if (found == 1)
    return;
  unsigned vendor = (unsigned)hostdev->vendor.value, product = (unsigned)hostdev->product.value;
  if (found > 1)
    diag_host(stage->diag, dev->place, dev->subject,
              "%u devices have the ids %04x:%04x; say which: add <address bus='...' device='...'/>", found,
              vendor, product);
  else if (hostdev->startup == STARTUP_OPTIONAL)
    hostdev->missing = true;
  else
    diag_host(stage->diag, dev->place, dev->subject,
              "no USB device %04x:%04x is plugged in; plug it in, or make it startupPolicy='optional'",
              vendor, product);
}

/* scsi_host2, bus 0, target 0, unit 1 is 2:0:0:1; its generic node lies in scsi_generic/. */
static void
find_scsi(struct hostdev *hostdev, struct stage *stage)
{
  struct device *dev = &hostdev->dev;
  const char *number = hostdev->adapter + strlen("scsi_host");
  const char *folder =
      talloc_asprintf(dev, "/sys/bus/scsi/devices/%s:%u:%u:%ju/scsi_generic", number, hostdev->scsi_bus,
                      hostdev->scsi_target, (uintmax_t)hostdev->scsi_unit);
  char **names = host_list(dev, stage->host, folder);
  if (!names || !names[0]) {
    diag_host(stage->diag, dev->place, dev->subject,
              "%s has no SCSI device at bus %u, target %u, unit %ju; see lsscsi -g", hostdev->adapter,
              hostdev->scsi_bus, hostdev->scsi_target, (uintmax_t)hostdev->scsi_unit);
    return;
  }
  image_set_path(hostdev->image, talloc_asprintf(dev, "/dev/%s", names[0]));
}

void
hostdev_resolve(struct device *dev, struct stage *stage)
{
  struct hostdev *hostdev = (struct hostdev *)dev;
  if (dev->broken)
    return;
  if (hostdev->type == HOSTDEV_USB)
    find_usb(hostdev, stage);
  if (hostdev->type == HOSTDEV_SCSI && hostdev->adapter)
    find_scsi(hostdev, stage);
}
