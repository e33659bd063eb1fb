/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/claims.c - the host's PCI devices that a guest opens, and whether it can */

#include "launch/claims.h"

#include "domain/nvme_remedy.h"
#include "host/netdev.h"
#include "host/nvme.h"
#include "host/pci.h"
#include "launch/deadline.h"
#include "launch/iommufd.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { UDEV_MS = 1000 }; /* how long it looks at a device that came back */

/* One claim while it is checked, and all of them. */
struct question {
  const struct host *host;
  const struct claim *claim, *claims;
  size_t n;
  const struct pci_device *device;
  struct block_hold *hold;
  struct diag *diag;
  TALLOC_CTX *scratch;
};

#define REFUSE(q, ...) diag_host((q)->diag, (q)->claim->place, (q)->claim->subject, __VA_ARGS__)

/* A file that could not be read is not absent. False after that was reported. */
static bool
is_known(struct question *q)
{
  const char *path;
  int error = host_unanswered(q->host, &path);
  if (error)
    REFUSE(q, "%s: whether it can be given to a guest is not known: %s: %s", q->claim->address,
           host_shown(q->scratch, q->host, path), strerror(error));
  return !error;
}

static void
check_class(struct question *q)
{
  if (q->claim->nvme_namespace && !pci_is_nvme(q->device))
    REFUSE(q, "%s is %s (class %06x), no NVMe controller; <hostdev> gives any PCI device to a guest",
           q->device->address, pci_class_name(q->device->class), q->device->class);
}

/* Those that this guest opens with it are one claim. */
static bool
is_claimed(const struct question *q, const char *address)
{
  for (size_t i = 0; i < q->n; i++)
    if (str_eq(q->claims[i].address, address))
      return true;
  return false;
}

static void
check_group(struct question *q)
{
  struct pci_device **members;
  size_t count;
  if (!q->device->group) {
    REFUSE(q,
           pci_iommu_on(q->host)
               ? "%s is in no IOMMU group, so VFIO cannot confine it; use another slot of the machine"
               : "%s: this host runs without an IOMMU, which VFIO needs; switch VT-d or AMD-Vi on in the firmware "
                 "and boot with intel_iommu=on",
           q->device->address);
    return;
  }
  if (q->device->noiommu) {
    REFUSE(q,
           "%s is in a no-IOMMU group, where it could write to any memory of the host; switch the IOMMU on and "
           "vfio's enable_unsafe_noiommu_mode off",
           q->device->address);
    return;
  }
  members = pci_group(q->scratch, q->host, q->device->group, &count);
  for (size_t i = 0; i < count; i++) {
    if (is_claimed(q, members[i]->address) || pci_keeps_group_viable(members[i]))
      continue;
    REFUSE(q,
           "%s shares IOMMU group %s with %s, %s bound to %s; give that one to the guest with <hostdev> as well, or "
           "unbind it, or use a slot with a group of its own",
           q->device->address, q->device->group, members[i]->address, pci_class_name(members[i]->class),
           members[i]->driver);
  }
}

static void
check_driver(struct question *q)
{
  const char *driver = q->device->driver;
  const char *override = pci_path(q->scratch, q->device->address, "driver_override");
  if (str_eq(driver, "vfio-pci"))
    return;
  if (!q->claim->managed) {
    REFUSE(q,
           "%s is bound to %s, and managed='no' leaves that to you: driverctl set-override %s vfio-pci; or write "
           "managed='yes'",
           q->device->address, driver ? driver : "no driver", q->device->address);
    return;
  }
  if (!host_exists(q->host, PCI_DRIVERS "/vfio-pci"))
    REFUSE(q, "%s cannot be bound: the driver vfio-pci is not loaded; modprobe vfio-pci", q->device->address);
  if (!host_may(q->host, override, W_OK))
    REFUSE(q, "%s cannot be bound to vfio-pci: %s: %s; run as root, or bind it before and write managed='no'",
           q->device->address, override, strerror(errno));
}

static void
check_node(struct question *q, const char *node)
{
  if (host_exists(q->host, node) && !host_may(q->host, node, R_OK | W_OK))
    REFUSE(q, "%s: %s: %s; give the user who starts QEMU access to it", q->device->address, node, strerror(errno));
}

static void
check_own_node(struct question *q)
{
  if (!str_eq(q->device->driver, "vfio-pci"))
    return;
  const char *node = iommufd_node(q->scratch, q->host, q->device->address);
  if (!node)
    REFUSE(q,
           "%s has no node in /dev/vfio/devices: this kernel cannot give it away by IOMMUFD (Linux 6.6 and newer can, "
           "with CONFIG_VFIO_DEVICE_CDEV); write <driver iommufd='no'/>",
           q->device->address);
  else
    check_node(q, node);
}

/* A made host has plain files for device nodes; only what is there is judged. */
static void
check_nodes(struct question *q)
{
  if (q->claim->iommufd) {
    check_own_node(q);
    return;
  }
  const char *node = talloc_asprintf(q->scratch, "/dev/vfio/%s", q->device->group ? q->device->group : "vfio");
  if (!host_exists(q->host, "/dev/vfio/vfio"))
    REFUSE(q, "%s: there is no /dev/vfio/vfio; modprobe vfio-pci", q->device->address);
  else
    check_node(q, node);
}

/* QEMU block/nvme.c, nvme_file_open(): without a volatile write cache there is nothing to switch. */
static void
check_cache(struct question *q, const struct nvme_namespace *ns)
{
  const char *path = ns ? talloc_asprintf(q->scratch, "/sys/block/%s/queue/write_cache", ns->block) : NULL;
  if (path && q->claim->uncached && str_eq(host_read_line(q->scratch, q->host, path), "write through"))
    REFUSE(q,
           "%s has no volatile write cache, so QEMU's NVMe driver cannot open it with cache='none' or 'directsync'; "
           "leave cache out, nothing is cached there anyway",
           q->device->address);
}

static void
check_namespace(struct question *q, const struct nvme_controller *nvme)
{
  uint32_t wanted = q->claim->nvme_namespace;
  check_cache(q, nvme_namespace(nvme, wanted));
  if (!nvme_namespace(nvme, wanted) && !nvme_namespace(nvme, 0))
    REFUSE(q,
           nvme->n_namespaces ? "namespace %u of %s is not there, or not attached; there are: %s"
                              : "namespace %u of %s is not there: the controller has no active namespace%s; nvme "
                                "attach-ns attaches one",
           wanted, q->device->address, nvme_namespace_list(q->scratch, nvme));
}

/* --- in use --- */

struct opening {
  const struct question *q;
  const struct block_device *disk;
  const char *who;
};

static bool
is_closed(void *arg)
{
  struct opening *o = arg;
  o->who = block_opener(o->q->scratch, o->q->host, o->disk);
  return !o->who;
}

static const char *
disk_use(struct question *q, const struct block_device *disk)
{
  struct opening opening = { .q = q, .disk = disk };
  const char *use = block_use(q->scratch, q->host, disk, BLOCK_TAKEN, q->hold);
  if (use || deadline_wait(is_closed, &opening, UDEV_MS))
    return use;
  return talloc_asprintf(q->scratch, "%s is open in %s; stop that", disk->name, opening.who);
}

/* "namespace 2, " of an NVMe controller; "" else. */
static const char *
namespace_text(struct question *q, const struct nvme_controller *nvme, const char *block)
{
  for (size_t i = 0; nvme && i < nvme->n_namespaces; i++)
    if (str_eq(nvme->namespaces[i].block, block))
      return talloc_asprintf(q->scratch, "namespace %u, ", nvme->namespaces[i].id);
  return "";
}

static void
check_disks(struct question *q, const struct nvme_controller *nvme)
{
  char **names = block_of_pci(q->scratch, q->host, q->device->address);
  for (size_t i = 0; names[i]; i++) {
    const struct block_device *disk = block_named(q->scratch, q->host, names[i]);
    const char *use = disk ? disk_use(q, disk) : NULL;

    if (use)
      REFUSE(q, "%s is in use by this host: %s%s", q->device->address, namespace_text(q, nvme, names[i]), use);
  }
}

static void
check_interfaces(struct question *q)
{
  char **names = netdev_of_pci(q->scratch, q->host, q->device->address);
  for (size_t i = 0; names[i]; i++) {
    const char *use = netdev_use(q->scratch, q->host, names[i]);

    if (use)
      REFUSE(q, "%s is in use by this host: %s; give it another way out first", q->device->address, use);
  }
}

/* Linux drivers/vfio/pci/vfio_pci_core.c keeps them; a host's driver takes them along. */
static void
check_functions(struct question *q)
{
  unsigned count = pci_virtual_functions(q->host, q->device->address);
  if (count && !str_eq(q->device->driver, "vfio-pci"))
    REFUSE(q,
           "%s has %u virtual functions, which others may use and which go with its driver; give one of them to the "
           "guest, or end them: echo 0 >%s",
           q->device->address, count, pci_path(q->scratch, q->device->address, "sriov_numvfs"));
}

/* AGAIN: what is wrong with the device itself was said of an earlier claim. */
static void
check_device(struct question *q, bool again)
{
  const struct nvme_controller *nvme;
  host_ask_afresh(q->host);
  q->device = pci_look(q->scratch, q->host, q->claim->address);
  nvme = nvme_look(q->scratch, q->host, q->claim->address);
  if (!is_known(q))
    return;
  if (!q->device && !again)
    REFUSE(q, "%s: this host has no such PCI device; lspci -D lists what it has", q->claim->address);
  if (!q->device)
    return;
  if (nvme && q->claim->nvme_namespace)
    check_namespace(q, nvme);
  if (again)
    return;
  check_class(q);
  check_group(q);
  check_driver(q);
  check_nodes(q);
  check_disks(q, nvme);
  check_interfaces(q);
  check_functions(q);
  is_known(q);
}

/* --- claims against each other --- */

/* The two ways for all of those claims that SAME finds to be with q->claim. */
static const char *
remedy(struct question *q, bool (*same)(struct question *q, const struct claim *other))
{
  struct nvme_disk *disks = talloc_array(q->scratch, struct nvme_disk, q->n);
  size_t n = 0;
  for (size_t i = 0; i < q->n; i++)
    if (q->claims[i].nvme_namespace && same(q, &q->claims[i]))
      disks[n++] = (struct nvme_disk){ .subject = q->claims[i].subject,
                                       .address = q->claims[i].address,
                                       .id = q->claims[i].nvme_namespace };
  return nvme_remedy(q->scratch, disks, n);
}

static bool
same_device(struct question *q, const struct claim *other)
{
  return str_eq(q->claim->address, other->address);
}

static bool
same_group(struct question *q, const struct claim *other)
{
  const struct pci_device *a = pci_look(q->scratch, q->host, q->claim->address);
  const struct pci_device *b = pci_look(q->scratch, q->host, other->address);
  return a && b && a->group && str_eq(a->group, b->group);
}

/* QEMU block/nvme.c opens the VFIO group for itself, and a group opens once. */
static void
check_pair(struct question *q, const struct claim *first)
{
  const struct claim *claim = q->claim;
  bool both = claim->nvme_namespace && first->nvme_namespace;
  if (!claim->nvme_namespace && !first->nvme_namespace && claim->iommufd != first->iommufd && same_group(q, first))
    REFUSE(q,
           "%s is in one IOMMU group with %s of %s (line %u), and Linux opens the devices of a group by IOMMUFD all or "
           "none; write the same <driver iommufd=> for both",
           claim->address, first->address, first->subject, first->place.line);
  if (!claim->nvme_namespace && !first->nvme_namespace)
    return; /* whole devices share a group in peace; the same one twice is of domain/rules.c */
  if (same_device(q, first) && both)
    REFUSE(q, "%s is opened for %s already (line %u), and QEMU opens a controller once; %s", claim->address,
           first->subject, first->place.line, remedy(q, same_device));
  else if (same_device(q, first))
    REFUSE(q, "%s is given to %s whole (line %u), with all its namespaces; drop one of the two", claim->address,
           first->subject, first->place.line);
  else if (same_group(q, first) && both)
    REFUSE(q, "%s is in one IOMMU group with %s of %s (line %u), and QEMU's NVMe driver opens a group once; %s",
           claim->address, first->address, first->subject, first->place.line, remedy(q, same_group));
  else if (same_group(q, first))
    REFUSE(q,
           "%s is in one IOMMU group with %s of %s (line %u), and QEMU's NVMe driver opens a group for itself; give "
           "the controller to the guest with <hostdev>, too",
           claim->address, first->address, first->subject, first->place.line);
}

bool
claims_check(const struct host *host, const struct claim *claims, size_t n, struct block_hold *hold, struct diag *diag)
{
  unsigned before = diag_errors(diag);
  for (size_t i = 0; i < n; i++) {
    struct question q = { .host = host, .claim = &claims[i], .claims = claims, .n = n, .hold = hold, .diag = diag };
    bool paired = false, again = false;

    q.scratch = talloc_new(NULL);
    for (size_t j = 0; j < i; j++) {
      unsigned errors = diag_errors(diag);

      if (!paired)
        check_pair(&q, &claims[j]);
      paired |= diag_errors(diag) > errors;
      again |= str_eq(claims[j].address, claims[i].address);
    }
    check_device(&q, again);
    talloc_free(q.scratch);
  }
  return diag_errors(diag) == before;
}

/* --- claims against block devices --- */

/* By its name, where it may be gone already; else by what it lies on. */
static bool
lies_on(const struct question *q, const char *path)
{
  const struct block_device *device = block_find(q->scratch, q->host, path);
  char **disks = device ? block_disks(q->scratch, q->host, device) : NULL;
  char **ours = disks ? block_of_pci(q->scratch, q->host, q->claim->address) : NULL;
  if (block_path_is_on(path, q->claim->address))
    return true;
  for (size_t i = 0; disks && disks[i]; i++)
    for (size_t j = 0; ours[j]; j++)
      if (str_eq(disks[i], ours[j]))
        return true;
  return false;
}

static void
check_block(struct question *q, const struct claimed_block *block)
{
  if (q->claim->nvme_namespace)
    diag_host(q->diag, block->place, block->subject,
              "%s lies on %s, which leaves this host for %s (line %u), with every namespace; %s", block->path,
              q->claim->address, q->claim->subject, q->claim->place.line, remedy(q, same_device));
  else
    diag_host(q->diag, block->place, block->subject,
              "%s lies on %s, which the guest gets whole by %s (line %u); drop one of the two", block->path,
              q->claim->address, q->claim->subject, q->claim->place.line);
}

bool
claims_check_blocks(const struct host *host, const struct claim *claims, size_t n, const struct claimed_block *blocks,
                    size_t n_blocks, struct diag *diag)
{
  unsigned before = diag_errors(diag);
  for (size_t i = 0; i < n_blocks; i++) {
    bool said = false;

    for (size_t j = 0; j < n && !said; j++) {
      struct question q = { .host = host, .claim = &claims[j], .claims = claims, .n = n, .diag = diag };

      q.scratch = talloc_new(NULL);
      said = lies_on(&q, blocks[i].path);
      if (said)
        check_block(&q, &blocks[i]);
      talloc_free(q.scratch);
    }
  }
  return diag_errors(diag) == before;
}

static int
by_address(const void *a, const void *b)
{
  const struct claim *x = *(const struct claim *const *)a, *y = *(const struct claim *const *)b;
  int order = strcmp(x->address, y->address);
  return order ? order : x < y ? -1 : x > y;
}

const struct claim **
claims_devices(TALLOC_CTX *ctx, const struct claim *claims, size_t n, size_t *count)
{
  const struct claim **sorted = talloc_array(ctx, const struct claim *, n + 1);
  for (size_t i = 0; i < n; i++)
    sorted[i] = &claims[i];
  qsort(sorted, n, sizeof *sorted, by_address);
  *count = 0;
  for (size_t i = 0; i < n; i++) {
    if (*count == 0 || !str_eq(sorted[*count - 1]->address, sorted[i]->address))
      sorted[(*count)++] = sorted[i];
  }
  return sorted;
}
