/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/hostdev_find.c - <hostdev>: what the host calls the device that the XML describes */

#include "dev/hostdev.h"
#include "host/host.h"

/* scsi_host2, bus 0, target 0, unit 1 is 2:0:0:1; its generic node lies in scsi_generic/. */
static void
find_scsi(struct hostdev *hostdev, struct stage *stage)
{
  struct device *dev = &hostdev->dev;
  const char *number = hostdev->adapter + strlen("scsi_host");
  const char *folder = talloc_asprintf(dev, "/sys/bus/scsi/devices/%s:%u:%u:%ju/scsi_generic", number,
                                       hostdev->scsi_bus, hostdev->scsi_target, (uintmax_t)hostdev->scsi_unit);
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
    usb_host_find(&hostdev->usb, dev, stage);
  if (hostdev->type == HOSTDEV_SCSI && hostdev->adapter)
    find_scsi(hostdev, stage);
}
