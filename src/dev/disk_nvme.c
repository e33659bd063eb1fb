/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/disk_nvme.c - disks of an emulated NVMe controller: their names, and the serial number that they share */

/* Since libvirt 11.5 a disk may name it, too: QEMU's namespaces have none of their own. Whoever names one first
 * decides: the controller, or its first disk that has one. */

#include "bus/controller.h"
#include "dev/disk.h"
#include "domain/notes.h"
#include "domain/kinds.h"

#include <stdio.h>

/* "nvme0n1" is 0, "nvme1n1" as much as a controller has namespaces. -1: no such name. */
int
disk_nvme_index(const char *target)
{
  unsigned controller, namespace;
  char again[32];
  if (sscanf(target, "nvme%4un%3u", &controller, &namespace) != 2 || controller > CONTROLLER_INDEX_MAX ||
      namespace < 1 || namespace > NVME_NAMESPACES)
    return -1;
  snprintf(again, sizeof again, "nvme%un%u", controller, namespace);
  return strcmp(again, target) == 0 ? (int)(controller * NVME_NAMESPACES + namespace - 1) : -1;
}

static struct controller *
controller_of(const struct disk *disk)
{
  return controller_find(disk->dev.domain, CONTROLLER_NVME, disk->dev.address.drive.controller);
}

/* The controller's own, or that of its first disk which has one: DISK is one of them. */
static const char *
shared_serial(const struct controller *c, const struct disk *disk)
{
  const struct device *first = domain_first_number(&disk->dev, "serial of NVMe controller", c->index.value);
  return c->serial ? c->serial : ((const struct disk *)first)->serial;
}

void
disk_check_nvme_serial(const struct disk *disk, struct stage *stage)
{
  const struct controller *c = controller_of(disk);
  struct place place = xml_place_of(disk->dev.node, "serial");
  place.word = disk->serial;
  if (c && !str_eq(shared_serial(c, disk), disk->serial))
    diag_error(stage->diag, place, disk->dev.subject,
               "serial '%s': NVMe controller %ju has '%s', which is that of all its disks; drop it, or write the same",
               disk->serial, (uintmax_t)c->index.value, shared_serial(c, disk));
  else if (c && !c->serial)
    nvme_check_serial(disk->serial, place, disk->dev.subject, stage);
}

void
disk_give_serial(const struct disk *disk)
{
  struct controller *c = disk->bus == BUS_NVME ? controller_of(disk) : NULL;
  if (c && !c->serial)
    c->serial = disk->serial;
}
