/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/claims.c - the host's PCI devices that a guest opens, and whether it can */

#include "launch/claims.h"

#include "host/block_use.h"
#include "host/nvme.h"
#include "host/pci.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* One claim while it is checked. */
struct question {
  const struct host *host;
  const struct claim *claim;
  const struct pci_device *device;
  struct diag *diag;
  TALLOC_CTX *scratch;
};

#define REFUSE(q, ...) diag_host((q)->diag, (q)->claim->place, (q)->claim->subject, __VA_ARGS__)

static void
check_class(struct question *q)
{
  if (q->claim->nvme_namespace && !pci_is_nvme(q->device))
    REFUSE(q, "%s is %s (class %06x), no NVMe controller; <hostdev> gives any PCI device to a guest",
           q->device->address, pci_class_name(q->device->class), q->device->class);
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
    if (str_eq(members[i]->address, q->device->address) || pci_keeps_group_viable(members[i]))
      continue;
    REFUSE(q,
           "%s shares IOMMU group %s with %s, %s bound to %s; unbind that one too, or use a slot with a group of its "
           "own",
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

/* A made host has plain files for device nodes; only what is there is judged. */
static void
check_nodes(struct question *q)
{
  const char *node = talloc_asprintf(q->scratch, "/dev/vfio/%s", q->device->group ? q->device->group : "vfio");
  if (!host_exists(q->host, "/dev/vfio/vfio"))
    REFUSE(q, "%s: there is no /dev/vfio/vfio; modprobe vfio-pci", q->device->address);
  else if (host_exists(q->host, node) && !host_may(q->host, node, R_OK | W_OK))
    REFUSE(q, "%s: %s: %s; give the user who starts QEMU access to it", q->device->address, node, strerror(errno));
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

static void
check_use(struct question *q, const struct nvme_controller *nvme)
{
  for (size_t i = 0; i < nvme->n_namespaces; i++) {
    const struct block_device *disk = block_named(q->scratch, q->host, nvme->namespaces[i].block);
    const char *use = disk ? block_use(q->scratch, q->host, disk, BLOCK_TAKEN, NULL) : NULL;

    if (use)
      REFUSE(q, "%s is in use by this host: namespace %u, %s", q->device->address, nvme->namespaces[i].id, use);
  }
}

/* AGAIN: what is wrong with the device itself was said of an earlier claim. */
static void
check_device(struct question *q, bool again)
{
  const struct nvme_controller *nvme;
  q->device = pci_look(q->scratch, q->host, q->claim->address);
  if (!q->device && !again)
    REFUSE(q, "%s: this host has no such PCI device; lspci -D lists what it has", q->claim->address);
  if (!q->device)
    return;
  nvme = nvme_look(q->scratch, q->host, q->claim->address);
  if (nvme && q->claim->nvme_namespace)
    check_namespace(q, nvme);
  if (again)
    return;
  check_class(q);
  check_group(q);
  check_driver(q);
  check_nodes(q);
  if (nvme)
    check_use(q, nvme);
}

/* --- claims against each other --- */

static const char *
block_of(TALLOC_CTX *ctx, const struct host *host, const struct claim *claim)
{
  struct nvme_controller *nvme = nvme_look(ctx, host, claim->address);
  const struct nvme_namespace *ns = nvme ? nvme_namespace(nvme, claim->nvme_namespace) : NULL;
  return ns ? talloc_asprintf(ctx, "/dev/%s", ns->block) : "the namespace's device node";
}

/* QEMU block/nvme.c opens the VFIO group for itself, and a group opens once. */
static void
check_pair(struct question *q, const struct claim *first)
{
  const struct claim *claim = q->claim;
  struct pci_device *a, *b;
  if (!claim->nvme_namespace && !first->nvme_namespace && !str_eq(claim->address, first->address))
    return; /* whole devices share a group in peace */
  if (str_eq(claim->address, first->address)) {
    REFUSE(q,
           "%s is opened for %s already (line %u), and a controller opens once; use type='block' with %s for one of "
           "them",
           claim->address, first->subject, first->place.line, block_of(q->scratch, q->host, claim));
    return;
  }
  a = pci_look(q->scratch, q->host, claim->address);
  b = pci_look(q->scratch, q->host, first->address);
  if (a && b && a->group && str_eq(a->group, b->group))
    REFUSE(q,
           "%s is in IOMMU group %s as is %s of %s (line %u), and QEMU's NVMe driver opens a group once; use "
           "type='block' with %s for one of them",
           claim->address, a->group, first->address, first->subject, first->place.line,
           block_of(q->scratch, q->host, claim));
}

bool
claims_check(const struct host *host, const struct claim *claims, size_t n, struct diag *diag)
{
  unsigned before = diag_errors(diag);
  for (size_t i = 0; i < n; i++) {
    struct question q = { .host = host, .claim = &claims[i], .diag = diag, .scratch = talloc_new(NULL) };
    bool paired = false, again = false;

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
