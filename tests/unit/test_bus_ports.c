/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_bus_ports.c - the buses beside PCI: USB ports, drives, virtio-serial, CCW, spapr-vio */

#include "bus/controller.h"
#include "bus_domain.h"
#include "unit.h"

#include <string.h>

#define XHCI "<controller type='usb' model='qemu-xhci' ports='2'/>"
#define MOUSE "<input type='mouse' bus='usb'/>"
#define MOUSE_AT(bus, port) "<input type='mouse' bus='usb'><address type='usb' bus='" bus "' port='" port "'/></input>"
#define HUB_AT(port) "<hub type='usb'><address type='usb' bus='0' port='" port "'/></hub>"
#define CDROM(target, bus) "<disk type='file' device='cdrom'><target dev='" target "' bus='" bus "'/></disk>"
#define CDROM_AT(target, bus, address) \
  "<disk type='file' device='cdrom'><target dev='" target "' bus='" bus "'/><address type='drive' " address "/></" \
  "disk>"
#define CHANNEL(rest) "<channel type='pty'><target type='virtio'/>" rest "</channel>"
#define PORT(controller, port) "<address type='virtio-serial' controller='" controller "' bus='0' port='" port "'/>"

static const struct {
  const char *what, *machine, *devices, *element, *expected;
} rows[] = {
  { "USB: the first free port", "x86_64 q35", XHCI MOUSE_AT("0", "1") MOUSE, "input",
    "input0 USB bus 0 port 1; input1 USB bus 0 port 2" },
  { "USB: a hub where ports run out", "x86_64 q35", XHCI MOUSE MOUSE MOUSE, "input",
    "input0 USB bus 0 port 2; input1 USB bus 0 port 1.1; input2 USB bus 0 port 1.2" },
  { "USB: through a hub", "x86_64 q35", XHCI HUB_AT("2") MOUSE_AT("0", "2.8"), "input", "input0 USB bus 0 port 2.8" },
  { "USB: the next controller", "x86_64 q35",
    XHCI "<controller type='usb' index='1' model='qemu-xhci'/>" MOUSE MOUSE MOUSE, "input",
    "input0 USB bus 0 port 1; input1 USB bus 0 port 2; input2 USB bus 1 port 1" },
  { "USB: taken", "x86_64 q35", XHCI MOUSE_AT("0", "1") MOUSE_AT("0", "1"), "input",
    "USB bus 0 port 1 is already that of input" },
  { "USB: no such port", "x86_64 q35", XHCI MOUSE_AT("0", "3"), "input", "USB bus 0 has no port 3" },
  { "USB: no such hub", "x86_64 q35", XHCI MOUSE_AT("0", "1.1"), "input", "USB bus 0 port 1.1 goes through port 1" },
  { "USB: no such controller", "x86_64 q35", XHCI MOUSE_AT("2", "1"), "input",
    "there is no USB controller with index 2" },
  { "USB: five levels", "x86_64 q35", XHCI MOUSE_AT("0", "1.1.1.1.1"), "input",
    "port '1.1.1.1.1': must be a USB port" },
  { "USB: none at all", "x86_64 q35", "<controller type='usb' model='none'/>" MOUSE, "input", "this guest has no USB" },
  { "SATA: the seventh needs another controller", "x86_64 q35", CDROM("sdg", "sata"), "disk",
    "sata1-0-0 drive 1-0-0-0" },
  { "SATA: and that is added", "x86_64 q35", "<controller type='usb' model='none'/>" CDROM("sdg", "sata"), "controller",
    "ide PCI 0000:00:1f.2; sata1 PCI 0000:02:01.0; pci.1 PCI 0000:00:01.0; pci.2 PCI 0000:01:00.0" },
  { "SCSI: seven a controller", "x86_64 pc", CDROM("sda", "scsi") CDROM("sdh", "scsi"), "disk",
    "scsi0-0-0 drive 0-0-0-0; scsi1-0-0 drive 1-0-0-0" },
  { "IDE: two buses of two", "x86_64 pc", CDROM("hda", "ide") CDROM("hdd", "ide"), "disk",
    "ide0-0-0 drive 0-0-0-0; ide0-1-1 drive 0-1-0-1" },
  { "IDE: no fifth", "x86_64 pc", CDROM("hde", "ide"), "disk", "ide controller 1: a machine has only one" },
  { "SATA: one bus", "x86_64 q35", CDROM_AT("sda", "sata", "bus='1'"), "disk",
    "bus 1: a sata controller has bus 0 only" },
  { "drives: taken", "x86_64 q35", CDROM("sda", "sata") CDROM_AT("sdb", "sata", "unit='0'"), "disk",
    "drive 0-0-0-0 is already that of disk sda (line 3)" },
  { "drives: an index out of mind", "x86_64 q35", CDROM_AT("sda", "scsi", "controller='4000000'"), "disk",
    "controller 4000000 is too high" },
  { "virtio-serial: from port 1", "x86_64 q35", CHANNEL("") CHANNEL(PORT("0", "1")) CHANNEL(""), "channel",
    "channel0 virtio-serial0 port 2; channel1 virtio-serial0 port 1; channel2 virtio-serial0 port 3" },
  { "virtio-serial: full", "x86_64 q35", "<controller type='virtio-serial' ports='2'/>" CHANNEL("") CHANNEL(""),
    "channel", "channel0 virtio-serial0 port 1; channel1 virtio-serial1 port 1" },
  { "virtio-serial: taken", "x86_64 q35", CHANNEL(PORT("0", "1")) CHANNEL(PORT("0", "1")), "channel",
    "virtio-serial0 port 1 is already that of channel" },
  { "virtio-serial: no such port", "x86_64 q35", CHANNEL(PORT("0", "31")), "channel",
    "virtio-serial0 has ports 1 to 30" },
  { "CCW: numbers in turn, given ones left out", "s390x s390-ccw-virtio",
    "<controller type='virtio-serial'><address type='ccw' cssid='0xfe' ssid='0' devno='0'/></controller>"
    "<controller type='scsi' model='virtio-scsi'/>",
    "controller", "virtio-serial0 CCW fe.0.0000; scsi0 CCW fe.0.0001" },
  { "CCW: taken", "s390x s390-ccw-virtio",
    "<controller type='virtio-serial'><address type='ccw' cssid='0xfe' ssid='0' devno='1'/></controller>"
    "<controller type='scsi'><address type='ccw' cssid='0xfe' ssid='0' devno='1'/></controller>",
    "controller", "CCW fe.0.0001 is already that of controller virtio-serial 0 (line 3)" },
  { "CCW: not on a PC", "x86_64 pc",
    "<controller type='virtio-serial'><address type='ccw' cssid='0xfe' ssid='0' devno='1'/></controller>", "controller",
    "machine pc-i440fx-9.0 has no channel subsystem" },
  { "spapr-vio: the next register", "ppc64 pseries",
    "<controller type='usb' model='none'/><controller type='scsi' index='0'/><controller type='scsi' index='1'/>",
    "controller", "scsi0 spapr-vio reg 0x2000; scsi1 spapr-vio reg 0x3000" },
};

START_TEST(placed)
{
  const char *found = bus_domain(rows[_i].machine, rows[_i].devices, rows[_i].element);
  ck_assert_msg(strncmp(found, rows[_i].expected, strlen(rows[_i].expected)) == 0, "%s: found '%s', expected '%s'",
                rows[_i].what, found, rows[_i].expected);
}
END_TEST

/* QEMU hw/i386/pc_piix.c, pc_q35.c, isapc.c; hw/m68k/q800.c: -nodefaults leaves them. */
static const struct {
  const char *machine, *buses;
} builtin[] = {
  { "x86_64 pc", " ide.0 ide.1" },
  { "x86_64 isapc", " ide.0 ide.1" },
  { "x86_64 q35", " ide.0 ide.1 ide.2 ide.3 ide.4 ide.5" },
  { "m68k q800", " scsi.0" },
  { "aarch64 virt", "" },
};

static void
append_bus(const char *name, void *arg)
{
  char **text = arg;
  if (!strstr(name, "pci")) /* that one is known once the domain is complete */
    *text = talloc_asprintf_append_buffer(*text, " %s", name);
}

START_TEST(buses_of_the_machine)
{
  struct stage stage;
  struct domain *domain = bus_domain_read(builtin[_i].machine, "", &stage);
  char *text = talloc_strdup(domain, "");
  bus_builtin(domain, append_bus, &text);
  ck_assert_str_eq(text, builtin[_i].buses);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_loop_test(tcase, buses_of_the_machine, 0, sizeof(builtin) / sizeof(builtin[0]));
  tcase_add_loop_test(tcase, placed, 0, sizeof(rows) / sizeof(rows[0]));
}

UNIT("bus/ports", tests)
