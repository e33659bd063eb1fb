/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_bus_pci.c - which PCI address a device gets, and which it may not have */

#include "bus_domain.h"
#include "unit.h"

#include <string.h>

#define SCSI "<controller type='scsi' model='virtio-scsi'/>"
#define LSI "<controller type='scsi' model='lsilogic'/>"
#define HOSTDEV(slot, function) \
  "<hostdev mode='subsystem' type='pci'><source><address domain='1' bus='1' slot='" slot "' function='" function \
  "'/></source></hostdev>"
#define PLACED_HOSTDEV(slot, to_bus, to_slot) \
  "<hostdev mode='subsystem' type='pci'><source><address domain='1' bus='1' slot='" slot "'/></source>" \
  "<address type='pci' bus='" to_bus "' slot='" to_slot "'/></hostdev>"
#define AT(model, bus, slot, function) \
  "<controller type='scsi' model='" model "'><address type='pci' bus='" bus "' slot='" slot "' function='" function \
  "'/></controller>"

static const struct {
  const char *what, *machine, *devices, *expected;
  const char *kinds; /* NULL: controllers */
} rows[] = {
  { "i440fx: slots from 2, USB in the PIIX3", "x86_64 pc", SCSI SCSI,
    "scsi0 PCI 0000:00:02.0; scsi1 PCI 0000:00:03.0; usb PCI 0000:00:01.2" },
  { "q35: a root port for each, ports share a slot, a spare one", "x86_64 q35", SCSI,
    "scsi0 PCI 0000:01:00.0; usb PCI 0000:02:00.0; ide PCI 0000:00:1f.2; pci.1 PCI 0000:00:01.0; "
    "pci.2 PCI 0000:00:01.1" },
  { "q35: the first conventional device brings a bridge", "x86_64 q35", "<controller type='usb' model='none'/>" LSI,
    "scsi0 PCI 0000:02:01.0; ide PCI 0000:00:1f.2; pci.1 PCI 0000:00:01.0; pci.2 PCI 0000:01:00.0" },
  { "q35: the ICH9's own USB slot", "x86_64 q35",
    "<controller type='usb' model='ich9-ehci1'/><controller type='usb' model='ich9-uhci1'/>"
    "<controller type='usb' model='ich9-uhci2'/>",
    "usb PCI 0000:00:1d.7; usb PCI 0000:00:1d.0; usb PCI 0000:00:1d.1; ide PCI 0000:00:1f.2" },
  { "a bus that is named and not there is added", "x86_64 pc", AT("lsilogic", "2", "7", "0"),
    "scsi0 PCI 0000:02:07.0; usb PCI 0000:00:01.2; pci.1 PCI 0000:00:02.0; pci.2 PCI 0000:00:03.0" },
  { "further host bridges on pseries", "ppc64 pseries", AT("virtio-scsi", "1", "1", "0"),
    "scsi0 PCI 0000:01:01.0; usb PCI 0000:00:01.0" },
  { "a host bridge for each slot of the host on pseries", "ppc64 pseries",
    "<controller type='usb' model='none'/>" HOSTDEV("0", "0") HOSTDEV("0", "1") HOSTDEV("1", "0") SCSI,
    "scsi0 PCI 0000:00:01.0; hostdev0 PCI 0000:01:01.0; hostdev1 PCI 0000:01:02.0; hostdev2 PCI 0000:02:01.0",
    "controller hostdev" },
  { "the first host bridge of pseries takes no device of the host, empty as it is", "ppc64 pseries",
    "<controller type='usb' model='none'/>" HOSTDEV("0", "0"), "hostdev0 PCI 0000:01:01.0", "hostdev" },
  { "a host bridge where an address mixed them isolates nobody", "ppc64 pseries",
    "<controller type='usb' model='none'/>" PLACED_HOSTDEV("0", "1", "1") AT("virtio-scsi", "1", "2", "0")
        HOSTDEV("1", "0"),
    "scsi0 PCI 0000:01:02.0; hostdev0 PCI 0000:01:01.0; hostdev1 PCI 0000:02:01.0", "controller hostdev" },
  { "two in one function", "x86_64 pc", AT("lsilogic", "0", "5", "0") AT("lsilogic", "0", "5", "0"),
    "PCI address 0000:00:05.0: already that of controller scsi 0 (line 3)" },
  { "two functions of a slot", "x86_64 pc", AT("lsilogic", "0", "5", "0") AT("lsilogic", "0", "5", "1"),
    "scsi0 PCI 0000:00:05.0; scsi1 PCI 0000:00:05.1" },
  { "the machine's own ISA bridge", "x86_64 q35", AT("lsilogic", "0", "31", "0"),
    "PCI address 0000:00:1f.0: it is that of the machine's ISA bridge" },
  { "a root port has one slot", "x86_64 q35",
    "<controller type='pci' model='pcie-root-port' index='1'/>" AT("virtio-scsi", "1", "1", "0"),
    "PCI address 0000:01:01.0: a pcie-root-port has slot 0 only" },
  { "slot 0 of a bridge is its own", "x86_64 pc",
    "<controller type='pci' model='pci-bridge' index='1'/>" AT("virtio-scsi", "1", "0", "0"),
    "PCI address 0000:01:00.0: a pci-bridge has slots 1 to 31" },
  { "no port in a port", "x86_64 q35",
    "<controller type='pci' model='pcie-root-port' index='1'/>"
    "<controller type='pci' model='pcie-root-port' index='2'><address type='pci' bus='1' slot='0'/></controller>",
    "PCI address 0000:01:00.0: bus 1, of a pcie-root-port, does not take a pcie-root-port" },
  { "domain 0 only", "x86_64 q35",
    "<controller type='scsi' model='virtio-scsi'><address type='pci' domain='1' bus='0' slot='3'/></controller>",
    "PCI address 0001:00:03.0: QEMU has PCI domain 0 only" },
  { "a machine without PCI", "x86_64 isapc", SCSI, "machine isapc has no PCI bus" },
};

/* EXPECTED is all of the addresses, or how a message begins. */
START_TEST(placed)
{
  const char *found = bus_domain(rows[_i].machine, rows[_i].devices, rows[_i].kinds ? rows[_i].kinds : "controller");
  ck_assert_msg(strncmp(found, rows[_i].expected, strlen(rows[_i].expected)) == 0, "%s: found '%s', expected '%s'",
                rows[_i].what, found, rows[_i].expected);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_loop_test(tcase, placed, 0, sizeof(rows) / sizeof(rows[0]));
}

UNIT("bus/pci", tests)
