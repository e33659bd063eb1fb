/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host_nvme.c - PCI facts, namespaces, and every way in which one can be in use */

#include "host/block_use.h"
#include "host/nvme.h"
#include "host/pci.h"
#include "unit/fake_pci.h"
#include "unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define C0 "0000:01:00.0"

START_TEST(pci_facts)
{
  struct tmp_host *tmp = tmp_host_new();
  struct pci_device *device, **members;
  size_t count;
  fake_pci_start(tmp);
  fake_pci_add(tmp, C0, "0x010802\n", "4", "nvme");
  fake_pci_add(tmp, "0000:00:1c.0", "0x060400\n", "4", NULL);
  fake_pci_add(tmp, "0000:02:00.0", "0x030000\n", NULL, NULL);
  device = pci_look(tmp, tmp->host, C0);
  ck_assert_uint_eq(device->class, 0x010802);
  ck_assert_uint_eq(device->vendor, 0x144d);
  ck_assert_uint_eq(device->device, 0xa808);
  ck_assert_int_eq(device->numa_node, -1);
  ck_assert_str_eq(device->driver, "nvme");
  ck_assert_str_eq(device->group, "4");
  ck_assert(!device->noiommu && pci_is_nvme(device) && !pci_is_bridge(device));
  ck_assert(!pci_keeps_group_viable(device));

  members = pci_group(tmp, tmp->host, "4", &count);
  ck_assert_uint_eq(count, 2);
  ck_assert(pci_is_bridge(members[0]) && pci_keeps_group_viable(members[0]));

  tmp_host_file(tmp, "/sys/kernel/iommu_groups/4/name", "vfio-noiommu\n");
  ck_assert(pci_look(tmp, tmp->host, C0)->noiommu);
  device = pci_look(tmp, tmp->host, "0000:02:00.0");
  ck_assert(!device->driver && !device->group);
  ck_assert_str_eq(pci_class_name(device->class), "a display controller");
  ck_assert_ptr_null(pci_look(tmp, tmp->host, "0000:09:00.0"));
  ck_assert(pci_iommu_on(tmp->host));
}
END_TEST

/* _i: with native multipath */
START_TEST(namespaces)
{
  struct tmp_host *tmp = tmp_host_new();
  struct nvme_controller *nvme;
  fake_pci_start(tmp);
  fake_pci_add(tmp, C0, "0x010802\n", "4", "nvme");
  ck_assert_ptr_null(nvme_look(tmp, tmp->host, C0));
  fake_nvme_add(tmp, C0, "nvme0n1", 1, _i);
  fake_nvme_add(tmp, C0, "nvme0n2", 7, _i);
  tmp_host_dir(tmp, "/sys/devices/pci0000:00/" C0 "/nvme/nvme0/ng0n1");
  nvme = nvme_look(tmp, tmp->host, C0);
  ck_assert_str_eq(nvme->name, "nvme0");
  ck_assert_uint_eq(nvme->n_namespaces, 2);
  ck_assert_str_eq(nvme_namespace_list(tmp, nvme), "1, 7");
  ck_assert_str_eq(nvme_namespace(nvme, 7)->block, "nvme0n2");
  ck_assert_ptr_null(nvme_namespace(nvme, 2));
  if (!_i)
    ck_assert_uint_eq(nvme_namespace(nvme, 1)->size, MIB(64));
}
END_TEST

static void
mount_line(struct tmp_host *tmp, const char *line)
{
  tmp_host_file(tmp, "/proc/self/mountinfo", talloc_asprintf(tmp, "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n%s\n", line));
}

START_TEST(uses)
{
  static const struct {
    const char *mount, *swap, *holder, *dm_name;
    bool claimed;
    const char *says;
  } cases[] = {
    { .says = NULL },
    { .mount = "40 22 259:16 / /srv rw - ext4 /dev/root rw", .says = "nvme0n1 is mounted on /srv; umount /srv" },
    { .mount = "40 22 259:17 / /a\\040b rw shared:1 - xfs /dev/x rw",
      .says = "nvme0n1p1 is mounted on /a b; umount /a b" },
    { .mount = "40 22 0:99 / /btr rw - btrfs /dev/nvme0n1p1 rw", .says = "nvme0n1p1 is mounted on /btr" },
    { .mount = "40 22 259:170 / /other rw - ext4 /dev/nvme0n10 rw", .says = NULL },
    { .swap = "/dev/nvme0n1p1", .says = "nvme0n1p1 is swap; swapoff /dev/nvme0n1p1" },
    { .swap = "/dev/disk/swap", .says = "nvme0n1p1 is swap" },
    { .swap = "/dev/nvme0n10", .says = NULL },
    { .holder = "/sys/block/nvme0n1/nvme0n1p1/holders/dm-3",
      .dm_name = "vg-root\n",
      .says = "nvme0n1p1 belongs to the device-mapper volume vg-root; close it" },
    { .holder = "/sys/block/nvme0n1/holders/md127",
      .says = "nvme0n1 belongs to the RAID md127; mdadm --stop /dev/md127" },
    { .holder = "/sys/block/nvme0n1/holders/bcache0", .says = "nvme0n1 is held by bcache0" },
    { .claimed = true, .says = "nvme0n1 is opened exclusively by someone" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = tmp_host_new();
    struct fake_faults *faults = fake_pci_start(tmp);
    const char *use;

    fake_pci_add(tmp, C0, "0x010802\n", "4", "nvme");
    fake_nvme_add(tmp, C0, "nvme0n1", 1, false);
    if (cases[i].mount)
      mount_line(tmp, cases[i].mount);
    tmp_host_link(tmp, "/dev/disk/swap", "/dev/nvme0n1p1");
    if (cases[i].swap)
      tmp_host_file(tmp, "/proc/swaps",
                    talloc_asprintf(tmp, "Filename Type\n%s\tpartition\t1\t0\t-2\n", cases[i].swap));
    if (cases[i].holder)
      tmp_host_dir(tmp, cases[i].holder);
    if (cases[i].dm_name)
      tmp_host_file(tmp, "/sys/block/dm-3/dm/name", cases[i].dm_name);
    if (cases[i].claimed) {
      faults->path = "nvme0n1";
      faults->error = EBUSY;
    }
    use = block_use(tmp, tmp->host, "nvme0n1");
    if (cases[i].says)
      ck_assert_msg(str_starts(use, cases[i].says), "%zu: %s", i, use ? use : "(free)");
    else
      ck_assert_msg(use == NULL, "%zu: %s", i, use);
    talloc_free(tmp);
  }
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, pci_facts);
  tcase_add_loop_test(tcase, namespaces, 0, 2);
  tcase_add_test(tcase, uses);
}

UNIT("host/nvme", tests)
