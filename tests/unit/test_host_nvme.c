/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host_nvme.c - PCI facts, namespaces */

#include "host/nvme.h"
#include "host/pci.h"
#include "unit/fake_pci.h"
#include "unit/unit.h"

#include <stdio.h>

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

/* PCI Code and ID Assignment Specification: class, subclass and programming interface; from devices that stand
 * beside others in a group. */
START_TEST(class_names)
{
  static const struct {
    uint32_t class;
    const char *name;
  } cases[] = {
    { 0x010802, "an NVMe controller" },   { 0x010700, "a storage controller" },
    { 0x010400, "a RAID controller" },    { 0x010601, "a SATA controller" },
    { 0x020000, "a network controller" }, { 0x030200, "a display controller" },
    { 0x040300, "a multimedia device" },  { 0x060100, "a bridge" },
    { 0x0c0330, "a USB controller" },     { 0x010000, "a SCSI controller" },
    { 0x010801, "a storage controller" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_str_eq(pci_class_name(cases[i].class), cases[i].name);
  ck_assert(!strstr(pci_class_name(0x0c0500), "USB"));
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

/* PCI Local Bus 3.0, 6.7: the byte at 0x34 leads to a list of two bytes each, what it is and where the next one is. */
START_TEST(conventional)
{
  static const struct {
    const char *shows;
    size_t size;
    unsigned char status, list[6];
    bool conventional;
  } cases[] = {
    { "no list", 256, 0, { 0x10, 0 }, true },
    { "power management alone", 256, 0x10, { 0x01, 0 }, true },
    { "PCI Express alone", 256, 0x10, { 0x10, 0 }, false },
    { "PCI Express behind it", 256, 0x10, { 0x01, 0x42, 0x10, 0 }, false },
    { "two that are not", 256, 0x10, { 0x01, 0x42, 0x05, 0 }, true },
    { "a list without end", 256, 0x10, { 0x01, 0x40 }, true },
    { "a large space", 4096, 0x10, { 0x01, 0 }, false },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = tmp_host_new();
    unsigned char config[4096] = { [0x06] = cases[i].status, [0x34] = 0x40 };
    fake_pci_start(tmp);
    fake_pci_add(tmp, C0, "0x030000\n", NULL, NULL);
    tmp_host_file(tmp, "/sys/bus/pci/devices/" C0 "/config", "");
    memcpy(config + 0x40, cases[i].list, sizeof cases[i].list);
    FILE *out = fopen(tmp_host_path(tmp, "/sys/bus/pci/devices/" C0 "/config"), "w");
    ck_assert_uint_eq(fwrite(config, 1, cases[i].size, out), cases[i].size);
    fclose(out);
    ck_assert_msg(pci_is_conventional(tmp->host, C0) == cases[i].conventional, "%s", cases[i].shows);
  }
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, pci_facts);
  tcase_add_test(tcase, class_names);
  tcase_add_test(tcase, conventional);
  tcase_add_loop_test(tcase, namespaces, 0, 2);
}

UNIT("host/nvme", tests)
