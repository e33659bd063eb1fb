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
}

static void
mounted(struct tmp_host *tmp)
{
  tmp_host_file(tmp, "/proc/self/mountinfo", "40 22 259:33 / /srv rw - ext4 /dev/nvme0n2p1 rw\n");
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
    { nothing, C0, false, 1, C0 " is bound to nvme, and managed='no' leaves that to you" },
    { no_driver, C0, true, 1, "vfio-pci is not loaded; modprobe vfio-pci" },
    { no_vfio, C0, true, 1, "there is no /dev/vfio/vfio; modprobe vfio-pci" },
  };
  struct tmp_host *tmp = two_controllers();
  struct claim claim = claim_of(cases[_i].address, cases[_i].managed, cases[_i].ns, "disk vda", 24);
  const char *said;
  bool good;
  ck_assert_uint_eq(ARRAY_SIZE(cases), 17);
  cases[_i].spoil(tmp);
  good = claims_check(tmp->host, &claim, 1, tmp->diag);
  said = tmp_host_reports(tmp);
  ck_assert_msg(good == !cases[_i].says && (!cases[_i].says || strstr(said, cases[_i].says)), "%s", said);
  ck_assert_msg(!cases[_i].says || str_starts(said, "guest.xml:24: error: disk vda: "), "%s", said);
}
END_TEST

START_TEST(claims_together)
{
  struct tmp_host *tmp = two_controllers();
  struct claim twice[] = { claim_of(C0, true, 1, "disk vda", 24), claim_of(C0, true, 2, "disk vdb", 31) };
  struct claim group[] = { claim_of(C0, true, 1, "disk vda", 24), claim_of("0000:03:00.0", true, 1, "disk vdc", 40) };
  struct claim whole[] = { claim_of(C0, true, 0, "hostdev 0", 24), claim_of("0000:03:00.0", true, 0, "hostdev 1", 40) };
  struct claim apart[] = { claim_of(C1, false, 1, "disk vda", 24), claim_of(C0, true, 2, "disk vdb", 31) };
  size_t count;
  ck_assert(!claims_check(tmp->host, twice, 2, tmp->diag));
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp),
                               "guest.xml:31: error: disk vdb: " C0
                               " is opened for disk vda already (line 24), and a controller "
                               "opens once; use type='block' with /dev/nvme0n2 for one of them"));
  ck_assert(claims_check(tmp->host, apart, 2, tmp->diag));
  ck_assert_str_eq(claims_devices(tmp, apart, 2, &count)[0]->address, C0);
  ck_assert_uint_eq(count, 2);
  claims_devices(tmp, twice, 2, &count);
  ck_assert_uint_eq(count, 1);

  fake_pci_add(tmp, "0000:03:00.0", "0x010802\n", "4", "vfio-pci");
  rename(tmp_host_path(tmp, "/sys/devices/pci0000:00/" C0 "/driver"), tmp_host_path(tmp, "/sys/x"));
  ck_assert(!claims_check(tmp->host, group, 2, tmp->diag));
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), "is in IOMMU group 4 as is " C0 " of disk vda (line 24)"));
  ck_assert_msg(claims_check(tmp->host, whole, 2, tmp->diag), "%s", tmp_host_reports(tmp));
  for (size_t nvme = 0; nvme < 2; nvme++) { /* QEMU's own driver and VFIO's cannot share it, whichever comes first */
    struct claim mixed[] = { whole[0], whole[1] };
    mixed[nvme].nvme_namespace = 1;
    mixed[1].place.line += (unsigned)nvme; /* the same words twice are said once */
    ck_assert(!claims_check(tmp->host, mixed, 2, tmp->diag));
    ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), "is in IOMMU group 4 as is " C0 " of hostdev 0 (line 24)"));
  }
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_loop_test(tcase, one_claim, 0, 17);
  tcase_add_test(tcase, claims_together);
}

UNIT("launch/claims", tests)
