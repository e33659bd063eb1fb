/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/iommufd.c - opening /dev/iommu and the nodes of host devices that QEMU is given by IOMMUFD */

#include "launch/iommufd.h"

#include "host/pci.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Linux drivers/vfio/device_cdev.c: sysfs names the node, once vfio-pci has the device. */
const char *
iommufd_node(TALLOC_CTX *ctx, const struct host *host, const char *address)
{
  char **names = host_list(ctx, host, pci_path(ctx, address, "vfio-dev"));
  const char *node = names && names[0] ? talloc_asprintf(ctx, "/dev/vfio/devices/%s", names[0]) : NULL;
  return node && host_exists(host, node) ? node : NULL;
}

/* 0 after an error was reported; the standard streams are never free, main() sees to that. */
static int
open_for_qemu(const struct host *host, const char *path, struct place place, const char *subject, struct diag *diag)
{
  int fd = host_open_file(host, path, O_RDWR | O_CLOEXEC, 0);
  if (fd > 0)
    return fd;
  diag_host(diag, place, subject, "%s: %s; let this user open it, or write <driver iommufd='no'/>", path,
            strerror(errno));
  return 0;
}

static int
take_number(const struct host_pci *pci, struct diag *diag)
{
  int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd > 0)
    return fd;
  diag_host(diag, pci->place, pci->dev->subject, "no descriptor is left for its node: %s; raise the limit (ulimit -n)",
            strerror(errno));
  return 0;
}

void
iommufd_reserve(struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_host_pcis; i++) {
    struct host_pci *pci = &domain->host_pcis[i];

    if (!pci->iommufd)
      continue;
    if (!domain->misc.iommufd_fd)
      domain->misc.iommufd_fd = open_for_qemu(stage->host, "/dev/iommu", pci->place, pci->dev->subject, stage->diag);
    pci->fd = take_number(pci, stage->diag);
  }
}

static bool
open_one(struct host *host, const struct claim *claim, struct diag *diag)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *node = iommufd_node(scratch, host, claim->address);
  int fd = node ? open_for_qemu(host, node, claim->place, claim->subject, diag) : 0;
  if (!node)
    diag_host(diag, claim->place, claim->subject,
              "%s is on vfio-pci, but has no node in /dev/vfio/devices: this kernel cannot give it away by IOMMUFD "
              "(Linux 6.6 and newer can, with CONFIG_VFIO_DEVICE_CDEV); write <driver iommufd='no'/>",
              claim->address);
  bool done = fd && dup3(fd, claim->fd, O_CLOEXEC) >= 0;
  if (fd && !done)
    diag_host(diag, claim->place, claim->subject, "%s: %s", node, strerror(errno));
  if (fd)
    close(fd);
  talloc_free(scratch);
  return done;
}

bool
iommufd_open(struct host *host, const struct claim *claims, size_t n, struct diag *diag)
{
  bool all = true;
  for (size_t i = 0; i < n && all; i++)
    all = !claims[i].fd || open_one(host, &claims[i], diag);
  return all;
}

void
iommufd_close(const struct claim *claims, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (claims[i].fd)
      close(claims[i].fd);
}

int *
iommufd_fds(TALLOC_CTX *ctx, const struct domain *domain, size_t *n)
{
  int *fds = talloc_array(ctx, int, domain->n_host_pcis + 1);
  *n = 0;
  if (domain->misc.iommufd_fd)
    fds[(*n)++] = domain->misc.iommufd_fd;
  for (size_t i = 0; i < domain->n_host_pcis; i++)
    if (domain->host_pcis[i].fd)
      fds[(*n)++] = domain->host_pcis[i].fd;
  return fds;
}
