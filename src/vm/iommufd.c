/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/iommufd.c - <iommufd>: PCI devices of the host that QEMU opens one by one, not by their IOMMU groups */

/* A start opens /dev/iommu and each device's node, and QEMU inherits them (launch/iommufd.h); a printed command leaves
 * that to QEMU, which then must be allowed to open them. */

#include "domain/kinds.h"

static const struct attr iommufd_attrs[] = {
  ATTR_YESNO("iommufd/@enabled", struct domain, misc.iommufd, .required_here = true,
             .missing = "<iommufd> without enabled; write enabled='yes'",
             .doc = "Whether PCI devices of the host are opened one by one (IOMMUFD), where they do not say it."),
  ATTR_REFUSED("iommufd/@fdgroup", "descriptors are handed over by a running libvirt only; drop it",
               .doc = "A descriptor that libvirt's caller passed."),
  ATTR_END
};

static void
iommufd_check(const struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_host_pcis; i++) {
    const struct host_pci *pci = &domain->host_pcis[i];
    if (pci->iommufd)
      stage_need(stage, FEAT_OBJECT_IOMMUFD, pci->place, pci->dev->subject);
  }
}

static void
iommufd_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  size_t i = 0;
  (void)b;
  while (i < domain->n_host_pcis && !domain->host_pcis[i].iommufd)
    i++;
  if (i == domain->n_host_pcis)
    return;
  argv_origin(argv, domain->host_pcis[i].place, domain->host_pcis[i].dev->subject, "IOMMUFD has one object a guest");
  struct props *p = argv_object(argv, PHASE_GLOBAL, "iommufd", IOMMUFD_ID);
  props_implies(p, WANT_IOMMUFD, "/dev/iommu", 0);
  if (domain->misc.iommufd_fd)
    props_strf(p, "fd", "%d", domain->misc.iommufd_fd);
}

const struct section iommufd_section = {
  .name = "iommufd",
  .element = "iommufd",
  .attrs = iommufd_attrs,
  .check = iommufd_check,
  .build = iommufd_build,
};
