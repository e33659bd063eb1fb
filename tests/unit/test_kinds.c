/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_kinds.c - the registry is whole: each kind has its place in every order, on every bus */

#include "bus/assign.h"
#include "bus/controller.h"
#include "bus_domain.h"
#include "domain/kinds.h"
#include "stages.h"
#include "unit.h"

#include <string.h>

static size_t
count(const struct kind *const *list, const struct kind *kind)
{
  size_t n = 0;
  for (; *list; list++)
    n += *list == kind;
  return n;
}

START_TEST(each_kind_stands_once_in_each_order)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  for (const struct kind *const *kind = kinds; *kind; kind++) {
    ck_assert_msg(count(kinds, *kind) == 1 && kind_find((*kind)->element) == *kind, "%s", (*kind)->element);
    for (enum kind_order order = 0; order < KIND_ORDERS; order++)
      ck_assert_msg(count(kinds_ordered(ctx, order), *kind) == 1, "%s, order %u", (*kind)->element, order);
  }
  talloc_free(ctx);
}
END_TEST

/* An id is that of a -device, which QEMU would put anywhere. */
START_TEST(each_kind_with_ids_says_where_it_sits)
{
  for (const struct kind *const *kind = kinds; *kind; kind++)
    ck_assert_msg(!(*kind)->alias || (*kind)->place, "%s has ids, and no .place", (*kind)->element);
}
END_TEST

START_TEST(each_role_has_one_kind)
{
  for (enum role role = ROLE_NONE + 1; role < ROLES; role++) {
    size_t n = 0;
    for (const struct kind *const *kind = kinds; *kind; kind++)
      n += (*kind)->role == role;
    ck_assert_msg(n == 1, "role %u: %zu kinds", role, n);
  }
}
END_TEST

/* A bus that has a place for any device that asks; the machine that has the bus, and what must be there. */
static const struct {
  enum addr_type type;
  const char *machine, *devices;
} buses[] = {
  { ADDR_PCI, "x86_64 pc", "" },
  { ADDR_PCI, "x86_64 q35", "" },
  { ADDR_PCI, "s390x s390-ccw-virtio", "" },
  { ADDR_DRIVE, "x86_64 q35", "<controller type='scsi' model='virtio-scsi'/>" },
  { ADDR_USB, "x86_64 q35", "<controller type='usb' model='qemu-xhci'/>" },
  { ADDR_VIRTIO_SERIAL, "x86_64 q35", "<controller type='virtio-serial'/>" },
  { ADDR_CCID, "x86_64 q35", "<controller type='ccid'/>" },
  { ADDR_SPAPR_VIO, "ppc64 pseries", "" },
  { ADDR_CCW, "s390x s390-ccw-virtio", "" },
  { ADDR_DIMM, "x86_64 q35", "" },
};

/* Two devices of KIND that ask for nothing but a place on the bus: its own hooks are passed by. */
static void
check_two(size_t bus, const struct kind *kind)
{
  struct stage stage;
  struct domain *domain = bus_domain_read(buses[bus].machine, buses[bus].devices, &stage);
  struct device *two[2];
  domain_complete(domain, &stage);
  domain->memory.slots = 2; /* for modules */
  for (size_t i = 0; i < 2; i++) {
    struct device *dev = two[i] = domain_add(domain, kind, "a test", domain->place);
    dev->address.type = buses[bus].type;
    dev->wish.pci = buses[bus].type == ADDR_PCI;
    dev->wish.drive_controller = CONTROLLER_SCSI;
    dev->wish.drive_open = dev->wish.scsi_host = buses[bus].type == ADDR_DRIVE;
    dev->completed = dev->user_id = true;
    dev->id = talloc_asprintf(dev, "test%zu", i);
  }
  bus_add_controllers(domain, &stage);
  bus_assign(domain, &stage);
  const char *first = address_text(domain, &two[0]->address), *second = address_text(domain, &two[1]->address);
  ck_assert_msg(!diag_errors(stage.diag), "two of %s on %s: %s", kind->element, buses[bus].machine,
                unit_said(domain, stage.diag));
  ck_assert_msg(strcmp(first, second) != 0, "two of %s on %s have the same place: %s", kind->element,
                buses[bus].machine, first);
}

START_TEST(each_bus_gives_a_place_to_each_kind)
{
  for (const struct kind *const *kind = kinds; *kind; kind++)
    if ((*kind)->role != ROLE_CONTROLLER && (*kind)->role != ROLE_HUB) /* they are buses themselves */
      check_two((size_t)_i, *kind);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, each_kind_stands_once_in_each_order);
  tcase_add_test(tcase, each_kind_with_ids_says_where_it_sits);
  tcase_add_test(tcase, each_role_has_one_kind);
  tcase_add_loop_test(tcase, each_bus_gives_a_place_to_each_kind, 0, ARRAY_SIZE(buses));
}

UNIT("domain/kinds", tests)
