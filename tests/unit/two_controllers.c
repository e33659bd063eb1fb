/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/two_controllers.c - a made host with two NVMe controllers, and a guest that takes both */

#include "unit/two_controllers.h"

#include <check.h>

const struct claim claims[] = {
  { .address = C1,
    .managed = true,
    .nvme_namespace = 1,
    .subject = "disk vdb",
    .place = { .file = "g.xml", .line = 31 } },
  { .address = C0,
    .managed = true,
    .nvme_namespace = 1,
    .subject = "disk vda",
    .place = { .file = "g.xml", .line = 24 } },
};

const struct handover_options options = { .guest = "guest", .deadline_ms = 30000 };
const struct handover_options impatient = { .guest = "guest", .deadline_ms = 800 };

struct tmp_host *
before(const char *driver, const char *override, struct fake_faults **faults)
{
  struct tmp_host *tmp = tmp_host_new();
  *faults = fake_pci_start(tmp);
  fake_pci_add(tmp, C0, "0x010802\n", "4", "nvme");
  fake_nvme_add(tmp, C0, "nvme0n1", 1, false);
  fake_pci_add(tmp, C1, "0x010802\n", "5", driver);
  if (override)
    tmp_host_file(tmp, "/sys/bus/pci/devices/" C1 "/driver_override", override);
  return tmp;
}

void
ck_state(struct tmp_host *tmp, const char *c0, const char *c1, const char *when)
{
  const char *is0 = fake_pci_state(tmp, C0), *is1 = fake_pci_state(tmp, C1);
  ck_assert_msg(str_eq(is0, c0) && str_eq(is1, c1), "%s: " C0 " is '%s', not '%s'; " C1 " is '%s', not '%s'; %s", when,
                is0, c0, is1, c1, tmp_host_reports(tmp));
}

void
ck_empty(struct tmp_host *tmp, const char *when)
{
  char **left = host_list(tmp, tmp->host, DIR);
  ck_assert_msg(!left || !left[0], "%s: %s is left", when, left ? left[0] : "");
}

void
ck_says(struct tmp_host *tmp, const char *part)
{
  const char *said = tmp_host_reports(tmp);
  ck_assert_msg(strstr(said, part) != NULL, "\"%s\" is not in: %s", part, said);
}

bool
reattach(struct tmp_host *tmp, unsigned *count)
{
  return handover_reattach(tmp->host, NULL, &options, count, tmp->diag);
}
