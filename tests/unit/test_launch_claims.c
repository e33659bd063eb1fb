/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_claims.c - what is refused before anything is touched */

#include "launch/claims.h"
#include "unit/fake_pci.h"
#include "unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

#define C0 "0000:01:00.0"
#define C1 "0001:02:00.0"

static struct claim
claim_of(const char *address, bool managed, uint32_t ns, const char *subject, unsigned line)
{
  return (struct claim){
    .address = address,
    .managed = managed,
    .nvme_namespace = ns,
    .subject = subject,
    .place = { .file = "guest.xml", .line = line },
  };
}

/* Two controllers: C0 with namespaces 1 and 2 on nvme in group 4, C1 on vfio-pci in group 5. */
static struct tmp_host *
two_controllers(void)
{
  struct tmp_host *tmp = tmp_host_new();
  fake_pci_start(tmp);
  fake_pci_add(tmp, C0, "0x010802\n", "4", "nvme");
  fake_nvme_add(tmp, C0, "nvme0n1", 1, false);
  fake_nvme_add(tmp, C0, "nvme0n2", 2, false);
  fake_pci_add(tmp, C1, "0x010802\n", "5", "vfio-pci");
  return tmp;
}

static void
nothing(struct tmp_host *tmp)
{
  (void)tmp;
}

static void
gpu(struct tmp_host *tmp)
{
  tmp_host_file(tmp, "/sys/devices/pci0000:00/" C0 "/class", "0x030000\n");
}

static void
no_iommu(struct tmp_host *tmp)
{
  unlink(tmp_host_path(tmp, "/sys/devices/pci0000:00/" C0 "/iommu_group"));
}

static void
no_iommu_at_all(struct tmp_host *tmp)
{
  no_iommu(tmp);
  rename(tmp_host_path(tmp, "/sys/kernel/iommu_groups"), tmp_host_path(tmp, "/sys/kernel/elsewhere"));
}

static void
noiommu(struct tmp_host *tmp)
{
  tmp_host_file(tmp, "/sys/kernel/iommu_groups/4/name", "vfio-noiommu\n");
}

static void
sibling(struct tmp_host *tmp)
{
  fake_pci_add(tmp, "0000:01:00.1", "0x0c0330\n", "4", "xhci_hcd");
}

static void
harmless_siblings(struct tmp_host *tmp)
{
  fake_pci_add(tmp, "0000:00:1c.0", "0x060400\n", "4", NULL);
  fake_pci_add(tmp, "0000:00:1d.0", "0x060400\n", "4", "shpchp");
  fake_pci_add(tmp, "0000:01:00.1", "0x0c0330\n", "4", NULL);
  fake_pci_add(tmp, "0000:01:00.2", "0x0c0330\n", "4", "vfio-pci");
  /* Linux: each of these says driver_managed_dma, an event collector's pcieport too */
  fake_pci_add(tmp, "0000:00:1f.0", "0x080700\n", "4", "pcieport");
  fake_pci_add(tmp, "0000:01:00.3", "0x020000\n", "4", "pci-stub");
  fake_pci_add(tmp, "0000:01:00.4", "0x020000\n", "4", "mlx5_vfio_pci");
  fake_pci_add(tmp, "0000:01:00.5", "0x030000\n", "4", "xe-vfio-pci");
}

static void
mounted(struct tmp_host *tmp)
{
  tmp_host_file(tmp, "/proc/self/mountinfo", "40 22 259:33 / /srv rw - ext4 /dev/nvme0n2p1 rw\n");
}

#define FOLDER "/sys/devices/pci0000:00/" C0

/* C0 as a SATA controller with a disk, sda, whose partition the host lives on. */
static void
sata(struct tmp_host *tmp)
{
  tmp_host_file(tmp, FOLDER "/class", "0x010601\n");
  fake_block_add(tmp, "pci0000:00/" C0 "/ata1/block", "sda", "8:0");
  fake_block_add(tmp, "pci0000:00/" C0 "/ata1/block/sda", "sda1", "8:1");
}

static void
network(struct tmp_host *tmp)
{
  tmp_host_file(tmp, FOLDER "/class", "0x020000\n");
  tmp_host_link(tmp, "/sys/class/net/enp1s0", "../../devices/pci0000:00/" C0 "/net/enp1s0");
  tmp_host_dir(tmp, FOLDER "/net/enp1s0");
  tmp_host_file(tmp, "/proc/net/route",
                "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
                "enp9s0 00000000 0101A8C0 0003 0 0 100 00000000 0 0 0\n"
                "enp1s0 0001A8C0 00000000 0001 0 0 100 00FFFFFF 0 0 0\n");
}

static void
default_route(struct tmp_host *tmp)
{
  network(tmp);
  tmp_host_file(tmp, "/proc/net/route", "Iface\nenp1s0 00000000 0101A8C0 0003 0 0 100 00000000 0 0 0\n");
}

static void
default_route_of_bridge(struct tmp_host *tmp)
{
  network(tmp);
  tmp_host_dir(tmp, FOLDER "/net/enp1s0/upper_br0");
  tmp_host_file(tmp, "/proc/net/route", "Iface\nbr0 00000000 0101A8C0 0003 0 0 100 00000000 0 0 0\n");
}

#define NOWHERE "00000000000000000000000000000000"

static void
default_route_of_ipv6(struct tmp_host *tmp)
{
  network(tmp);
  tmp_host_file(tmp, "/proc/net/ipv6_route",
                NOWHERE " 00 " NOWHERE
                        " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 enp1s0\n");
}

static void
no_route_of_ipv6(struct tmp_host *tmp)
{
  network(tmp);
  tmp_host_file(tmp, "/proc/net/ipv6_route",
                "fe800000000000000000000000000000 40 " NOWHERE " 00 " NOWHERE
                " 00000100 00000001 00000000 00000001 enp1s0\n" NOWHERE " 00 " NOWHERE " 00 " NOWHERE
                " ffffffff 00000001 00000000 00200200 enp1s0\n");
}

static void
functions(struct tmp_host *tmp)
{
  tmp_host_file(tmp, FOLDER "/sriov_numvfs", "2\n");
}

static void
no_functions(struct tmp_host *tmp)
{
  tmp_host_file(tmp, FOLDER "/sriov_numvfs", "0\n");
}

static void
opened(struct tmp_host *tmp)
{
  tmp_host_file(tmp, "/proc/4711/comm", "dd\n");
  tmp_host_link(tmp, "/proc/4711/fd/3", "/dev/nvme0n2");
}

static void
no_driver(struct tmp_host *tmp)
{
  rename(tmp_host_path(tmp, "/sys/bus/pci/drivers/vfio-pci"), tmp_host_path(tmp, "/sys/bus/pci/drivers/else"));
}

static void
no_vfio(struct tmp_host *tmp)
{
  unlink(tmp_host_path(tmp, "/dev/vfio/vfio"));
}

START_TEST(one_claim)
{
  static const struct {
    void (*spoil)(struct tmp_host *tmp);
    const char *address;
    bool managed;
    uint32_t ns;
    const char *says; /* NULL: fine */
  } cases[] = {
    { nothing, C0, true, 1, NULL },
    { nothing, C0, true, 0, NULL },
    { nothing, C1, false, 1, NULL },
    { nothing, C1, true, 1, NULL },
    { harmless_siblings, C0, true, 1, NULL },
    { nothing, "0000:77:00.0", true, 1, "error: disk vda: 0000:77:00.0: this host has no such PCI device; lspci -D" },
    { gpu, C0, true, 1, C0 " is a display controller (class 030000), no NVMe controller" },
    { gpu, C0, true, 0, NULL },
    { no_iommu, C0, true, 1, "is in no IOMMU group" },
    { no_iommu_at_all, C0, true, 1, "this host runs without an IOMMU" },
    { noiommu, C0, true, 1, "is in a no-IOMMU group" },
    { sibling, C0, true, 1, C0 " shares IOMMU group 4 with 0000:01:00.1, a USB controller bound to xhci_hcd" },
    { nothing, C0, true, 3, "namespace 3 of " C0 " is not there, or not attached; there are: 1, 2" },
    { mounted, C0, true, 1, C0 " is in use by this host: namespace 2, nvme0n2p1 is mounted on /srv; umount /srv" },
    { opened, C0, true, 1, C0 " is in use by this host: namespace 2, nvme0n2 is open in process 4711 (dd); stop that" },
    { opened, C1, true, 1, NULL },
    { sata, C0, true, 0, C0 " is in use by this host: sda1 is mounted on /: this host lives on it" },
    { network, C0, true, 0, NULL },
    { default_route, C0, true, 0, C0 " is in use by this host: enp1s0 has the default route of this host; give it" },
    { default_route_of_bridge, C0, true, 0, "enp1s0 has the default route of this host, by br0; give it" },
    { default_route_of_ipv6, C0, true, 0, "enp1s0 has the default route of this host" },
    { no_route_of_ipv6, C0, true, 0, NULL },
    { functions, C0, true, 0, C0 " has 2 virtual functions, which others may use and which go with its driver" },
    { no_functions, C0, true, 0, NULL },
    { nothing, C0, false, 1, C0 " is bound to nvme, and managed='no' leaves that to you" },
    { no_driver, C0, true, 1, "vfio-pci is not loaded; modprobe vfio-pci" },
    { no_vfio, C0, true, 1, "there is no /dev/vfio/vfio; modprobe vfio-pci" },
  };
  struct tmp_host *tmp = two_controllers();
  struct claim claim = claim_of(cases[_i].address, cases[_i].managed, cases[_i].ns, "disk vda", 24);
  const char *said;
  bool good;
  ck_assert_uint_eq(ARRAY_SIZE(cases), 27);
  cases[_i].spoil(tmp);
  good = claims_check(tmp->host, &claim, 1, NULL, tmp->diag);
  said = tmp_host_reports(tmp);
  ck_assert_msg(good == !cases[_i].says && (!cases[_i].says || strstr(said, cases[_i].says)), "%s", said);
  ck_assert_msg(!cases[_i].says || str_starts(said, "guest.xml:24: error: disk vda: "), "%s", said);
}
END_TEST

/* A graphics card and its sound function; two controllers and a serial card in one group. */
static struct tmp_host *
groups(void)
{
  struct tmp_host *tmp = two_controllers();
  fake_pci_add(tmp, "0000:03:00.0", "0x030000\n", "7", "xhci_hcd");
  fake_pci_add(tmp, "0000:03:00.1", "0x040300\n", "7", "xhci_hcd");
  fake_pci_add(tmp, "0000:04:00.0", "0x010802\n", "8", "nvme");
  fake_pci_add(tmp, "0000:04:00.1", "0x010802\n", "8", "nvme");
  fake_pci_add(tmp, "0000:04:00.2", "0x070000\n", "8", NULL);
  return tmp;
}

#define BY_PATH "/dev/disk/by-path/pci-"

START_TEST(claims_together)
{
  static const struct {
    struct {
      const char *address;
      uint32_t ns;
    } claims[3];
    const char *says; /* NULL: fine */
  } cases[] = {
    { { { "0000:03:00.0", 0 }, { "0000:03:00.1", 0 } }, NULL },
    { { { "0000:03:00.1", 0 } },
      "1: error: device 1: 0000:03:00.1 shares IOMMU group 7 with 0000:03:00.0, a display controller bound to "
      "xhci_hcd; "
      "give that one to the guest with <hostdev> as well" },
    { { { C0, 1 }, { C1, 1 } }, NULL },
    { { { C0, 1 }, { C0, 2 } },
      "2: error: device 2: " C0 " is opened for device 1 already (line 1), and QEMU opens a controller once; "
      "use --nvme=kernel, or type='block' for all of them: " BY_PATH C0 "-nvme-1 for device 1, " BY_PATH C0
      "-nvme-2 for device 2\n" },
    { { { C0, 0 }, { C0, 2 } },
      "2: error: device 2: " C0 " is given to device 1 whole (line 1), with all its namespaces; drop one of the two" },
    { { { "0000:04:00.0", 1 }, { C1, 1 }, { "0000:04:00.1", 3 } },
      "3: error: device 3: 0000:04:00.1 is in one IOMMU group with 0000:04:00.0 of device 1 (line 1), and QEMU's NVMe "
      "driver opens a group once; use --nvme=kernel, or type='block' for all of them: " BY_PATH
      "0000:04:00.0-nvme-1 for device 1, " BY_PATH "0000:04:00.1-nvme-3 for device 3\n" },
    { { { "0000:04:00.0", 1 }, { "0000:04:00.1", 0 } },
      "2: error: device 2: 0000:04:00.1 is in one IOMMU group with 0000:04:00.0 of device 1 (line 1), and QEMU's NVMe "
      "driver opens a group for itself; give the controller to the guest with <hostdev>, too" },
    { { { "0000:04:00.0", 0 }, { "0000:04:00.1", 0 } }, NULL },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = groups();
    struct claim claims[3];
    size_t n = 0;
    const char *said;

    for (; n < 3 && cases[i].claims[n].address; n++)
      claims[n] = claim_of(cases[i].claims[n].address, true, cases[i].claims[n].ns,
                           talloc_asprintf(tmp, "device %zu", n + 1), (unsigned)n + 1);
    bool good = claims_check(tmp->host, claims, n, NULL, tmp->diag);
    said = tmp_host_reports(tmp);
    ck_assert_msg(good == !cases[i].says && (!cases[i].says || strstr(said, cases[i].says)), "%zu: %s", i, said);
    ck_assert_msg(good || strchr(said, '\n')[1] == '\0', "%zu: said once: %s", i, said);
    talloc_free(tmp);
  }
}
END_TEST

/* C1 is on vfio-pci already. */
START_TEST(by_iommufd)
{
  static const struct {
    const char *node, *says; /* NULL: fine */
  } cases[] = {
    { NULL, C1 " has no node in /dev/vfio/devices: this kernel cannot give it away by IOMMUFD" },
    { "/dev/vfio/devices/vfio4", C1 " has no node in /dev/vfio/devices" },
    { "/dev/vfio/devices/vfio3", NULL },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = two_controllers();
    struct claim claim = claim_of(C1, false, 0, "hostdev pci", 24);
    claim.iommufd = true;
    no_vfio(tmp); /* which is for groups */
    if (cases[i].node)
      tmp_host_file(tmp, "/sys/devices/pci0000:00/" C1 "/vfio-dev/vfio3/dev", "511:3\n");
    if (cases[i].node)
      tmp_host_file(tmp, cases[i].node, "");
    bool good = claims_check(tmp->host, &claim, 1, NULL, tmp->diag);
    const char *said = tmp_host_reports(tmp);
    ck_assert_msg(good == !cases[i].says && (good || strstr(said, cases[i].says)), "%zu: %s", i, said);
    talloc_free(tmp);
  }
}
END_TEST

START_TEST(half_by_iommufd)
{
  struct tmp_host *tmp = groups();
  struct claim claims[] = { claim_of("0000:03:00.0", true, 0, "hostdev pci", 24),
                            claim_of("0000:03:00.1", true, 0, "hostdev pci", 31) };
  claims[0].iommufd = claims[1].iommufd = true;
  ck_assert(claims_check(tmp->host, claims, 2, NULL, tmp->diag));
  claims[1].iommufd = false;
  ck_assert(!claims_check(tmp->host, claims, 2, NULL, tmp->diag));
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), "write the same <driver iommufd=> for both"));
}
END_TEST

START_TEST(devices)
{
  struct tmp_host *tmp = two_controllers();
  struct claim apart[] = { claim_of(C1, false, 1, "disk vda", 24), claim_of(C0, true, 2, "disk vdb", 31) };
  struct claim twice[] = { claim_of(C0, true, 1, "disk vda", 24), claim_of(C0, true, 2, "disk vdb", 31) };
  size_t count;
  ck_assert_str_eq(claims_devices(tmp, apart, 2, &count)[0]->address, C0);
  ck_assert_uint_eq(count, 2);
  claims_devices(tmp, twice, 2, &count);
  ck_assert_uint_eq(count, 1);
}
END_TEST

/* C0 is taken for disk vda. */
START_TEST(blocks)
{
  static const struct {
    uint32_t ns;
    const char *path, *says;
  } cases[] = {
    { 1, "/dev/nvme0n2",
      "guest.xml:31: error: disk vdb: /dev/nvme0n2 lies on " C0
      ", which leaves this host for disk vda (line 24), with every namespace; use --nvme=kernel, or type='block' for "
      "it: " BY_PATH C0 "-nvme-1 for disk vda" },
    { 1, "/dev/nvme0n2p1", "/dev/nvme0n2p1 lies on " C0 },
    { 1, "/dev/disk/by-id/nvme-x", "/dev/disk/by-id/nvme-x lies on " C0 },
    { 1, BY_PATH C0 "-nvme-9", "lies on " C0 },
    { 1, "/dev/mapper/vg-lv", "/dev/mapper/vg-lv lies on " C0 },
    { 0, "/dev/nvme0n1", "which the guest gets whole by disk vda (line 24); drop one of the two" },
    { 1, "/dev/nvme1n1", NULL },
    { 1, BY_PATH C1 "-nvme-1", NULL },
    { 1, "/image.qcow2", NULL },
    { 1, "/dev/absent", NULL },
  };
  struct tmp_host *tmp = two_controllers();
  fake_nvme_add(tmp, C1, "nvme1n1", 1, false);
  fake_block_add(tmp, "virtual/block", "dm-0", "253:0");
  tmp_host_link(tmp, "/sys/devices/virtual/block/dm-0/slaves/nvme0n1p1", "../../../../../class/block/nvme0n1p1");
  tmp_host_link(tmp, "/dev/mapper/vg-lv", "../dm-0");
  tmp_host_link(tmp, "/dev/disk/by-id/nvme-x", "../../nvme0n2");
  tmp_host_file(tmp, "/image.qcow2", "");
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct claim claim = claim_of(C0, true, cases[i].ns, "disk vda", 24);
    struct claimed_block block = { cases[i].path, "disk vdb", { .file = "guest.xml", .line = 31 } };
    bool good = claims_check_blocks(tmp->host, &claim, 1, &block, 1, tmp->diag);
    const char *said = tmp_host_reports(tmp);

    ck_assert_msg(good == !cases[i].says && (good || strstr(said, cases[i].says)), "%zu: %s", i, said);
    tmp->diag = diag_new(tmp);
  }
}
END_TEST

/* QEMU block/nvme.c, nvme_file_open(): only what has a cache can be told to switch it off. */
START_TEST(write_caches)
{
  static const struct {
    const char *cache;
    bool uncached, refused;
  } cases[] = {
    { "write through\n", true, true },
    { "write through\n", false, false },
    { "write back\n", true, false },
    { "write back\n", false, false },
    { NULL, true, false },
    { NULL, false, false },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = two_controllers();
    struct claim claim = claim_of(C0, true, 1, "disk vda", 24);
    claim.uncached = cases[i].uncached;
    if (cases[i].cache)
      tmp_host_file(tmp, FOLDER "/nvme/nvme0/nvme0n1/queue/write_cache", cases[i].cache);
    ck_assert_msg(claims_check(tmp->host, &claim, 1, NULL, tmp->diag) == !cases[i].refused, "%zu", i);
    const char *said = tmp_host_reports(tmp);
    ck_assert_msg((strstr(said, "has no volatile write cache") != NULL) == cases[i].refused, "%zu: %s", i, said);
  }
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, write_caches);
  tcase_add_loop_test(tcase, one_claim, 0, 27);
  tcase_add_test(tcase, claims_together);
  tcase_add_test(tcase, by_iommufd);
  tcase_add_test(tcase, half_by_iommufd);
  tcase_add_test(tcase, devices);
  tcase_add_test(tcase, blocks);
}

UNIT("launch/claims", tests)
