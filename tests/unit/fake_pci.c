/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/fake_pci.c - a made host whose sysfs answers like a kernel with PCI drivers */

#include "unit/fake_pci.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICES "/sys/devices/pci0000:00/"

static struct fake_faults *faults;
static bool is_kernel; /* what it asks does not fail */

static char *
read_text(struct tmp_host *tmp, const char *path)
{
  return host_read_line(tmp, tmp->host, path);
}

static bool
kernel_has(struct tmp_host *tmp, const char *path)
{
  return host_exists(tmp->host, path);
}

static void
bind(struct tmp_host *tmp, const char *address, const char *driver)
{
  if (str_eq(driver, faults->refuses) || (faults->probe_fails && str_eq(driver, "vfio-pci")))
    return;
  tmp_host_link(tmp, talloc_asprintf(tmp, DEVICES "%s/driver", address),
                talloc_asprintf(tmp, "../../../bus/pci/drivers/%s", driver));
}

static void
probe(struct tmp_host *tmp, const char *address)
{
  char *folder = talloc_asprintf(tmp, DEVICES "%s", address);
  char *override = read_text(tmp, talloc_asprintf(tmp, "%s/driver_override", folder));
  if (kernel_has(tmp, talloc_asprintf(tmp, "%s/driver", folder)))
    return;
  if (override && *override && !str_eq(override, "(null)")) {
    if (kernel_has(tmp, talloc_asprintf(tmp, "/sys/bus/pci/drivers/%s", override)))
      bind(tmp, address, override);
  } else if (str_starts(read_text(tmp, talloc_asprintf(tmp, "%s/class", folder)), "0x0108") &&
             kernel_has(tmp, "/sys/bus/pci/drivers/nvme")) {
    bind(tmp, address, "nvme");
  }
}

static void
give_up(struct tmp_host *tmp, const char *address)
{
  char *link = talloc_asprintf(tmp, DEVICES "%s/driver", address);
  if (kernel_has(tmp, link))
    unlink(tmp_host_path(tmp, link));
}

/* Has the process that writes, a copy of ours, a node of VFIO open? */
static bool
has_node_open(struct tmp_host *tmp)
{
  const char *nodes = tmp_host_path(tmp, "/dev/vfio/devices/");
  for (int fd = 0; fd < 256; fd++) {
    char link[4096] = "";

    if (readlink(talloc_asprintf(tmp, "/proc/self/fd/%d", fd), link, sizeof link - 1) > 0 && str_starts(link, nodes))
      return true;
  }
  return false;
}

/* Does as a kernel does when TEXT was written to PATH. */
static void
react(struct tmp_host *tmp, const char *path, const char *text)
{
  const char *name = strrchr(path, '/') + 1;
  if (str_eq(name, "unbind")) {
    while (has_node_open(tmp)) /* vfio-pci lets go of nothing that somebody has open */
      pause();
    ck_assert_int_eq(unlink(tmp_host_path(tmp, talloc_asprintf(tmp, DEVICES "%s/driver", text))), 0);
  } else if (str_eq(name, "drivers_probe")) {
    probe(tmp, text);
  } else if (str_eq(name, "driver_override") && text[0] == '\n') {
    tmp_host_file(tmp, path, "(null)\n");
  }
}

static bool
is_meant(const struct host_step *step)
{
  if (!faults->path || !strstr(step->path, faults->path))
    return false;
  if (faults->text && !(step->text && strstr(step->text, faults->text)))
    return false;
  if (faults->times && --faults->times == 0)
    faults->path = NULL;
  return true;
}

static int
watch(const struct host_step *step, void *arg)
{
  if (is_kernel)
    return 0;
  if (!step->done && ++faults->asked == faults->fail_at)
    return faults->fail_with;
  if (step->change == HOST_OPEN || step->change == HOST_READ)
    return 0;
  if (step->change == HOST_CLAIM)
    return faults->error == EBUSY && is_meant(step) ? EBUSY : 0;
  is_kernel = true;
  if (step->done && step->change == HOST_WRITE)
    react(arg, step->path, step->text);
  if (step->done && step->change == HOST_WRITE && faults->leaves &&
      strstr(step->path, talloc_asprintf(arg, "%s/driver_override", faults->leaves)))
    give_up(arg, faults->leaves);
  if (step->done && step->change == HOST_STORE && faults->vanishes && strstr(step->path, faults->vanishes))
    unlink(tmp_host_path(arg, talloc_asprintf(arg, "/sys/bus/pci/devices/%s", faults->vanishes)));
  is_kernel = false;
  if (++faults->steps == faults->die_at) {
    pid_t self = getpid();

    if (faults->victim != self)
      kill(faults->victim, SIGKILL);
    kill(self, SIGKILL);
  }
  if (step->done || !is_meant(step))
    return 0;
  while (faults->error == ETIMEDOUT)
    pause();
  return faults->error;
}

struct fake_faults *
fake_pci_start(struct tmp_host *tmp)
{
  static const char *const drivers[] = { "nvme", "vfio-pci", "xhci_hcd" };
  faults = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ck_assert(faults != MAP_FAILED);
  for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
    tmp_host_file(tmp, talloc_asprintf(tmp, "/sys/bus/pci/drivers/%s/unbind", drivers[i]), "");
  tmp_host_file(tmp, "/sys/bus/pci/drivers_probe", "");
  tmp_host_file(tmp, "/dev/vfio/vfio", "");
  tmp_host_file(tmp, "/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
  tmp_host_file(tmp, "/proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
  host_watch(tmp->host, watch, tmp);
  return faults;
}

void
fake_pci_add(struct tmp_host *tmp, const char *address, const char *class, const char *group, const char *driver)
{
  char *folder = talloc_asprintf(tmp, DEVICES "%s", address);
  tmp_host_file(tmp, talloc_asprintf(tmp, "%s/class", folder), class);
  tmp_host_file(tmp, talloc_asprintf(tmp, "%s/vendor", folder), "0x144d\n");
  tmp_host_file(tmp, talloc_asprintf(tmp, "%s/device", folder), "0xa808\n");
  tmp_host_file(tmp, talloc_asprintf(tmp, "%s/numa_node", folder), "-1\n");
  tmp_host_file(tmp, talloc_asprintf(tmp, "%s/driver_override", folder), "(null)\n");
  tmp_host_link(tmp, talloc_asprintf(tmp, "/sys/bus/pci/devices/%s", address),
                talloc_asprintf(tmp, "../../../devices/pci0000:00/%s", address));
  if (group) {
    tmp_host_link(tmp, talloc_asprintf(tmp, "%s/iommu_group", folder),
                  talloc_asprintf(tmp, "../../../kernel/iommu_groups/%s", group));
    tmp_host_link(tmp, talloc_asprintf(tmp, "/sys/kernel/iommu_groups/%s/devices/%s", group, address),
                  talloc_asprintf(tmp, "../../../../devices/pci0000:00/%s", address));
  }
  if (driver)
    bind(tmp, address, driver);
}

void
fake_block_add(struct tmp_host *tmp, const char *below, const char *block, const char *number)
{
  char *head = talloc_asprintf(tmp, "/sys/devices/%s/%s", below, block);
  const char *slash = strrchr(below, '/');
  tmp_host_file(tmp, talloc_asprintf(tmp, "%s/size", head), "131072\n");
  tmp_host_file(tmp, talloc_asprintf(tmp, "%s/dev", head), talloc_asprintf(tmp, "%s\n", number));
  tmp_host_dir(tmp, talloc_asprintf(tmp, "%s/holders", head));
  tmp_host_link(tmp, talloc_asprintf(tmp, "/sys/class/block/%s", block), talloc_asprintf(tmp, "../..%s", head + 4));
  tmp_host_file(tmp, talloc_asprintf(tmp, "/dev/%s", block), "");
  if (host_exists(tmp->host, talloc_asprintf(tmp, "/sys/block/%s", slash + 1)))
    tmp_host_file(tmp, talloc_asprintf(tmp, "%s/partition", head), "1\n");
  else
    tmp_host_link(tmp, talloc_asprintf(tmp, "/sys/block/%s", block), talloc_asprintf(tmp, "..%s", head + 4));
}

void
fake_nvme_add(struct tmp_host *tmp, const char *address, const char *block, unsigned id, bool multipath)
{
  unsigned controller, instance;
  char *below, *head, *hidden;
  ck_assert_int_eq(sscanf(block, "nvme%un%u", &controller, &instance), 2);
  below = talloc_asprintf(tmp, "pci0000:00/%s/nvme/nvme%u", address, controller);
  if (multipath) {
    hidden = talloc_asprintf(tmp, "nvme%uc%un%u", controller, controller, instance);
    fake_block_add(tmp, below, hidden, talloc_asprintf(tmp, "259:%u", instance * 16 + 15));
    tmp_host_file(tmp, talloc_asprintf(tmp, "/sys/block/%s/nsid", hidden), talloc_asprintf(tmp, "%u\n", id));
    tmp_host_file(tmp, talloc_asprintf(tmp, "/sys/block/%s/hidden", hidden), "1\n");
    below = talloc_asprintf(tmp, "virtual/nvme-subsystem/nvme-subsys%u", controller);
  }
  fake_block_add(tmp, below, block, talloc_asprintf(tmp, "259:%u", instance * 16));
  head = talloc_asprintf(tmp, "%s/%s", below, block);
  tmp_host_file(tmp, talloc_asprintf(tmp, "/sys/devices/%s/nsid", head), talloc_asprintf(tmp, "%u\n", id));
  fake_block_add(tmp, head, talloc_asprintf(tmp, "%sp1", block), talloc_asprintf(tmp, "259:%u", instance * 16 + 1));
}

const char *
fake_pci_state(struct tmp_host *tmp, const char *address)
{
  char *folder = talloc_asprintf(tmp, DEVICES "%s", address);
  is_kernel = true;
  const char *driver = host_link_name(tmp, tmp->host, talloc_asprintf(tmp, "%s/driver", folder));
  const char *override = read_text(tmp, talloc_asprintf(tmp, "%s/driver_override", folder));
  is_kernel = false;
  return talloc_asprintf(tmp, "%s %s", driver ? driver : "-", override);
}
