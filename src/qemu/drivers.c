/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/drivers.c - has this QEMU the devices, properties and options of an invocation? */

#include "core/names.h"
#include "qemu/caps.h"
#include "qemu/machines.h"

#include <string.h>

/* QEMU system/qdev-monitor.c: names that are no types. */
static const char *const aliases[][2] = {
  { "lsi", "lsi53c895a" }, { "ahci", "ich9-ahci" },      { "ac97", "AC97" },
  { "es1370", "ES1370" },  { "e1000-82540em", "e1000" },
};

/* There: those that stand for the same with -pci, on s390x with -ccw. */
static const char *const virtio_aliases[] = {
  "virtio-9p",         "virtio-balloon", "virtio-blk",      "virtio-gpu",   "virtio-gpu-gl",
  "virtio-input-host", "virtio-iommu",   "virtio-keyboard", "virtio-mouse", "virtio-net",
  "virtio-rng",        "virtio-scsi",    "virtio-serial",   "virtio-sound", "virtio-tablet",
};

const char *
caps_device_type(TALLOC_CTX *ctx, const struct caps *caps, const char *driver)
{
  if (caps_type(caps, driver) == ON)
    return driver;
  for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
    if (str_eq(driver, aliases[i][0]))
      return aliases[i][1];
  if (name_find(virtio_aliases, ARRAY_SIZE(virtio_aliases), driver) < 0)
    return driver;
  return talloc_asprintf(ctx, "%s-%s", driver, caps_arch(caps) == ARCH_S390X ? "ccw" : "pci");
}

enum tristate
caps_device(const struct caps *caps, const char *driver)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  enum tristate there = caps_type(caps, caps_device_type(scratch, caps, driver));
  talloc_free(scratch);
  return there;
}

/* Looks for a warning about ARG that names DRIVER, or says that the guest will not start: its kind has spoken already,
 * and knows better what to write instead. */
struct search {
  const struct arg *arg;
  const char *driver;
  bool found;
};

static void
look(struct place place, const char *subject, const char *text, void *arg)
{
  struct search *search = arg;
  bool same = place.line == search->arg->place.line && str_eq(subject, search->arg->subject);
  search->found |= same && (strstr(text, search->driver) || strstr(text, "will not start"));
}

static void
check_there(const struct caps *caps, const struct arg *arg, const char *driver, struct diag *diag)
{
  struct search search = { .arg = arg, .driver = driver };
  if (caps_device(caps, driver) != OFF)
    return;
  diag_each_warning(diag, look, &search);
  if (!search.found)
    diag_unstartable(diag, arg->place, arg->subject,
                     "this QEMU (%s) has no device '%s', this guest will not start; choose another model or bus",
                     caps_version_string(caps), driver);
}

/* Is BUS that of a port of PCI Express, where a virtio device has its modern form alone? */
static bool
is_port(const struct argv *argv, const char *bus)
{
  static const char *const ports[] = { "pcie-root-port", "ioh3420", "xio3130-downstream" };
  for (size_t i = 0; i < argv->n; i++) {
    const struct prop *id = argv->args[i]->props ? props_get(argv->args[i]->props, "id") : NULL;
    const struct prop *driver = id ? props_get(argv->args[i]->props, "driver") : NULL;
    if (driver && driver->type == PROP_STRING && id->type == PROP_STRING && str_eq(id->string, bus))
      return name_find(ports, ARRAY_SIZE(ports), driver->string) >= 0;
  }
  return false;
}

/* QEMU hw/virtio/virtio-pci.c: what has a legacy form too keeps it outside of such ports, and the
 * platform's IOMMU is of the modern one. */
static void
check_platform(const struct argv *argv, const struct arg *arg, const char *driver, struct diag *diag)
{
  static const char *const legacy[] = {
    "virtio-9p-pci",   "virtio-balloon-pci", "virtio-blk-pci",     "virtio-net-pci", "virtio-rng-pci",
    "virtio-scsi-pci", "virtio-serial-pci",  "vhost-user-blk-pci", "vhost-scsi-pci",
  };
  const struct prop *platform = props_get(arg->props, "iommu_platform"), *bus = props_get(arg->props, "bus");
  if (!platform || platform->type != PROP_BOOL || !platform->boolean)
    return;
  bool both = name_find(legacy, ARRAY_SIZE(legacy), driver) >= 0 && !(bus && is_port(argv, bus->string));
  size_t length = strlen(driver), ends = strlen("-pci-transitional");
  if (both || (length > ends && str_eq(driver + length - ends, "-pci-transitional")))
    diag_unstartable(diag, arg->place, arg->subject,
                     "<driver iommu='on'> needs the modern form of '%s' alone, on conventional PCI it has both: this "
                     "guest "
                     "will not start; write model='virtio-non-transitional', or give it a pcie-root-port",
                     driver);
}

/* Properties that no list of QEMU's has: they say which device is meant, and where. */
static bool
is_of_every_device(const char *key)
{
  return str_eq(key, "driver") || str_eq(key, "id") || str_eq(key, "bus");
}

/* Where the binary told the properties of this device, one that is not among them ends its start. */
static void
check_properties(const struct caps *caps, const struct arg *arg, const char *driver, struct diag *diag)
{
  const char *type = caps_device_type(diag, caps, driver);
  for (size_t i = 0; i < arg->props->n; i++) {
    const char *key = arg->props->items[i].key;
    struct search search = { .arg = arg, .driver = key };
    if (is_of_every_device(key) || caps_property(caps, type, key) != OFF || caps_type(caps, type) != ON)
      continue;
    diag_each_warning(diag, look, &search);
    if (!search.found)
      diag_unstartable(diag, arg->place, arg->subject,
                       "this QEMU (%s) has no '%s' for '%s', this guest will not start; drop what asks for it",
                       caps_version_string(caps), key, driver);
  }
}

/* How many transports of virtio-mmio the board has: QEMU hw/arm/vexpress.c, hw/arm/virt.c, hw/riscv/virt.c.
 * 0: that is not known. */
static size_t
transports(const struct caps *caps, const char *machine)
{
  bool arm = arch_is_arm(caps_arch(caps));
  if (arm && str_starts(machine, "vexpress-"))
    return 4;
  if (str_eq(machine_family(machine, caps_arch(caps)), "virt") && arm)
    return 32;
  return arch_is_riscv(caps_arch(caps)) && str_eq(machine, "virt") ? 8 : 0;
}

static bool
is_mmio(const char *driver)
{
  size_t length = strlen(driver), ends = strlen("-device");
  return (str_starts(driver, "virtio-") || str_starts(driver, "vhost-")) && length > ends &&
         str_eq(driver + length - ends, "-device");
}

static void
check_transports(const struct caps *caps, const struct argv *argv, const char *machine, struct diag *diag)
{
  size_t room = transports(caps, machine), taken = 0;
  for (size_t i = 0; room && i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    const struct prop *driver = str_eq(arg->option, "-device") && arg->props ? props_get(arg->props, "driver") : NULL;
    if (driver && driver->type == PROP_STRING && is_mmio(driver->string) && taken++ == room)
      diag_unstartable(diag, arg->place, arg->subject,
                       "machine %s has %zu transports of virtio-mmio, which are taken: this guest will not start; drop "
                       "a "
                       "device, or use another bus",
                       machine, room);
  }
}

/* Options that QEMU took once. */
static void
check_option(const struct caps *caps, const struct arg *arg, struct diag *diag)
{
  static const struct {
    const char *option;
    unsigned until;
  } gone[] = { { "-no-hpet", QEMU_VERSION(9, 0, 0) }, { "-no-acpi", QEMU_VERSION(9, 0, 0) } };
  for (size_t i = 0; i < ARRAY_SIZE(gone); i++)
    if (str_eq(arg->option, gone[i].option) && caps_version(caps) >= gone[i].until)
      diag_unstartable(diag, arg->place, arg->subject,
                       "QEMU %u.%u dropped %s, this is %s: this guest will not start; drop what asks for it",
                       gone[i].until / 1000000, gone[i].until / 1000 % 1000, arg->option, caps_version_string(caps));
}

void
caps_check_drivers(const struct caps *caps, const struct argv *argv, struct diag *diag)
{
  for (size_t i = 0; i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    const struct prop *driver = str_eq(arg->option, "-device") && arg->props ? props_get(arg->props, "driver") : NULL;
    check_option(caps, arg, diag);
    const struct prop *machine = str_eq(arg->option, "-machine") && arg->props ? props_get(arg->props, "type") : NULL;
    if (machine && machine->type == PROP_STRING)
      check_transports(caps, argv, machine->string, diag);
    if (!driver || driver->type != PROP_STRING)
      continue;
    check_there(caps, arg, driver->string, diag);
    check_properties(caps, arg, driver->string, diag);
    check_platform(argv, arg, driver->string, diag);
  }
}
