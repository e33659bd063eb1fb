/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/drive.c - drives: the controllers that their addresses call for, and one drive a place */

#include "bus/buses.h"
#include "core/options.h"

#include <uthash.h>

static const char *const drive_rules[CONTROLLER_TYPES] = {
  [CONTROLLER_IDE] = "an IDE drive needs its controller",
  [CONTROLLER_FDC] = "a floppy drive needs its controller",
  [CONTROLLER_SCSI] = "a SCSI device needs its controller",
  [CONTROLLER_SATA] = "a SATA drive needs its controller",
  [CONTROLLER_NVME] = "an NVMe namespace needs its controller",
};

struct drive_key {
  uint32_t type, controller, bus, target, unit;
};

struct drive_used {
  struct drive_key key;
  const struct device *dev;
  UT_hash_handle hh;
};

static bool
is_drive(const struct device *dev)
{
  return !dev->broken && dev->address.type == ADDR_DRIVE && dev->wish.drive_controller != CONTROLLER_NONE;
}

static struct drive_key
key_of(const struct device *dev)
{
  const struct drive_address *drive = &dev->address.drive;
  return (struct drive_key){ (uint32_t)dev->wish.drive_controller, drive->controller, drive->bus, drive->target,
                             drive->unit };
}

static const struct device *
find(struct drive_used *used, struct drive_key key)
{
  struct drive_used *entry;
  HASH_FIND(hh, used, &key, sizeof(key), entry);
  return entry ? entry->dev : NULL;
}

static void
take(TALLOC_CTX *ctx, struct drive_used **used, const struct device *dev)
{
  struct drive_used *entry = talloc_zero(ctx, struct drive_used);
  entry->key = key_of(dev);
  entry->dev = dev;
  HASH_ADD(hh, *used, key, sizeof(entry->key), entry);
}

/* libvirt domain_conf.c, virDomainSCSIDriveAddressIsUsed: seven units a controller, but this model has two. */
static bool
has_unit(const struct domain *domain, const struct drive_address *drive)
{
  const struct controller *c = controller_find(domain, CONTROLLER_SCSI, drive->controller);
  return !c || c->model != SCSI_LSISAS1068 || drive->unit < 2;
}

/* SCSI host devices without an address: the first unit that is free. */
void
drive_place_open(struct domain *domain, struct stage *stage)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct drive_used *used = NULL;
  uint32_t next = 0;
  (void)stage;
  for (size_t i = 0; i < domain->devices.n; i++)
    if (is_drive(domain->devices.items[i]) && !domain->devices.items[i]->wish.drive_open)
      take(ctx, &used, domain->devices.items[i]);
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    if (!is_drive(dev) || !dev->wish.drive_open)
      continue;
    do {
      dev->address.drive = (struct drive_address){ .controller = next / 7, .unit = next % 7 };
      next++;
    } while (find(used, key_of(dev)) || !has_unit(domain, &dev->address.drive));
  }
  HASH_CLEAR(hh, used);
  talloc_free(ctx);
}

static bool
is_of(const struct device *dev, enum controller_type type)
{
  return is_drive(dev) && (enum controller_type)dev->wish.drive_controller == type && !dev->wish.scsi_host;
}

/* The controller of DEV can be there: its number is not absurd. */
static bool
check_controller(struct device *dev, struct stage *stage)
{
  if (dev->address.drive.controller <= CONTROLLER_INDEX_MAX)
    return true;
  diag_error(stage->diag, device_address_place(dev), dev->subject, "controller %u is too high; %u is the most",
             dev->address.drive.controller, CONTROLLER_INDEX_MAX);
  dev->broken = true;
  return false;
}

/* Up to the one that HIGHEST needs, with the ones below: controllers count without a gap, as libvirt does it. */
static void
add_up_to(struct domain *domain, const struct device *highest, enum controller_model model)
{
  enum controller_type type = (enum controller_type)highest->wish.drive_controller;
  for (uint32_t index = 0; index <= highest->address.drive.controller; index++)
    if (!controller_find(domain, type, index))
      controller_add(domain, type, model, index, drive_rules[type], highest->place);
}

void
drive_add_controllers(struct domain *domain, struct stage *stage)
{
  static const enum controller_type types[] = { CONTROLLER_SCSI, CONTROLLER_FDC, CONTROLLER_IDE, CONTROLLER_SATA,
                                                CONTROLLER_NVME };
  for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
    const struct device *highest = NULL;
    for (size_t i = 0; i < domain->devices.n; i++) {
      struct device *dev = domain->devices.items[i];
      if (is_of(dev, types[t]) && check_controller(dev, stage) &&
          (!highest || dev->address.drive.controller > highest->address.drive.controller))
        highest = dev;
    }
    if (highest)
      add_up_to(domain, highest, MODEL_DEFAULT);
  }
}

/* One without an address, as long as it has got none, is on controller 0. */
static bool
is_host_scsi(const struct device *dev)
{
  return !dev->broken && dev->wish.scsi_host && (dev->address.type == ADDR_DRIVE || dev->address.type == ADDR_NONE);
}

/* libvirt domain_conf.c, virDomainDefMaybeAddHostdevSCSIcontroller, called while it reads and when addresses are
 * given: a new controller is like the one that the device before it, on a lower number, sits on: it may be needed
 * because that one is full. */
void
drive_add_host_controllers(struct domain *domain, struct stage *stage)
{
  const struct device *highest = NULL;
  enum controller_model model = MODEL_DEFAULT;
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    if (!is_host_scsi(dev) || !check_controller(dev, stage) ||
        (highest && dev->address.drive.controller <= highest->address.drive.controller))
      continue;
    const struct controller *c = controller_find(domain, CONTROLLER_SCSI, dev->address.drive.controller);
    if (c && c->model != MODEL_DEFAULT)
      model = c->model;
    highest = dev;
  }
  if (highest)
    add_up_to(domain, highest, model);
}

/* --- what a controller has --- */

struct drive_limits {
  uint32_t bus, target, unit; /* the highest */
};

/* QEMU hw/scsi/: max_target and max_lun of each model. The narrow ones number their devices by unit. */
static struct drive_limits
scsi_limits(enum controller_model model)
{
  if (model == SCSI_LSILOGIC || model == SCSI_NCR53C90 || model == SCSI_DC390 || model == SCSI_AM53C974)
    return (struct drive_limits){ .unit = 7 };
  if (model == SCSI_LSISAS1068)
    return (struct drive_limits){ .target = 8, .unit = 1 };
  if (model == SCSI_LSISAS1078)
    return (struct drive_limits){ .target = 64, .unit = 255 };
  if (model == SCSI_VMPVSCSI)
    return (struct drive_limits){ .target = 64 };
  if (model == SCSI_IBMVSCSI)
    return (struct drive_limits){ .target = 63, .unit = 31 };
  return (struct drive_limits){ .target = 255, .unit = 16383 };
}

/* QEMU hw/ide/ahci.c (six ports), hw/block/fdc.c (two drives). */
static struct drive_limits
limits_of(enum controller_type type, const struct controller *c)
{
  if (type == CONTROLLER_IDE)
    return (struct drive_limits){ .bus = 1, .unit = 1 };
  if (type == CONTROLLER_FDC)
    return (struct drive_limits){ .unit = 1 };
  if (type == CONTROLLER_SATA)
    return (struct drive_limits){ .unit = 5 };
  if (type == CONTROLLER_NVME)
    return (struct drive_limits){ .unit = NVME_NAMESPACES - 1 };
  return scsi_limits(c ? c->model : MODEL_DEFAULT);
}

/* Zero and nothing else. */
static void
check_zero(const struct device *dev, const char *part, uint32_t value, const char *what, struct stage *stage)
{
  if (value)
    diag_error(stage->diag, device_address_place(dev), dev->subject,
               "%s %u: a %s controller has %s 0 only; write %s='0'", part, value, what, part, part);
}

/* libvirt prints such numbers; it is QEMU that does not start with them. */
static void
check_most(const struct device *dev, const char *part, uint32_t value, uint32_t most, const char *what,
           struct stage *stage)
{
  if (value > most)
    diag_unstartable(stage->diag, device_address_place(dev), dev->subject,
                     "%s %u: QEMU's %s controller has %s%u, this guest will not start; choose another address", part,
                     value, what, most ? "0 to " : "only ", most);
}

static void
check_address(const struct device *dev, struct stage *stage)
{
  enum controller_type type = (enum controller_type)dev->wish.drive_controller;
  const struct drive_address *drive = &dev->address.drive;
  const struct controller *c = controller_find(dev->domain, type, drive->controller);
  struct drive_limits limits = limits_of(type, c);
  const char *what = c && c->model != MODEL_DEFAULT ? controller_model_names[c->model] : controller_type_names[type];
  bool single = type == CONTROLLER_FDC || (type == CONTROLLER_IDE && machine_has_ide(dev->domain));
  if (single && drive->controller != 0)
    diag_error(stage->diag, device_address_place(dev), dev->subject,
               "%s controller %u: a machine has only one; use another bus for further drives",
               controller_type_names[type], drive->controller);
  if (limits.bus == 0)
    check_zero(dev, "bus", drive->bus, what, stage);
  else
    check_most(dev, "bus", drive->bus, limits.bus, what, stage);
  if (c && (c->model == SCSI_NCR53C90 || c->model == SCSI_DC390 || c->model == SCSI_AM53C974) && drive->target)
    diag_warning(stage->diag, device_address_place(dev), dev->subject,
                 "target %u has no effect: the unit is what a %s controller counts; drop it", drive->target, what);
  else if (limits.target == 0)
    check_zero(dev, "target", drive->target, what, stage);
  else
    check_most(dev, "target", drive->target, limits.target, what, stage);
  check_most(dev, "unit", drive->unit, limits.unit, what, stage);
  /* hw/scsi/lsi53c895a.c: the controller's own number on its bus */
  if (c && c->model == SCSI_LSILOGIC && drive->unit == 7)
    diag_warning(stage->diag, device_address_place(dev), dev->subject,
                 "unit 7 of an lsilogic controller is the controller itself, guests will not see this device; "
                 "choose another");
}

void
drive_assign(struct domain *domain, struct stage *stage)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct drive_used *used = NULL;
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    if (!is_drive(dev))
      continue;
    check_address(dev, stage);
    const struct device *first = find(used, key_of(dev));
    if (first)
      bus_conflict(dev, first, stage);
    else
      take(ctx, &used, dev);
  }
  HASH_CLEAR(hh, used);
  talloc_free(ctx);
}
