/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/misc.h - what the domain does on events, and what else has no room of its own: vm/misc.c */

#ifndef DOMAIN_MISC_H
#define DOMAIN_MISC_H

#include "core/util.h"

enum on_event {
  ON_UNSET,
  ON_DESTROY,
  ON_RESTART,
  ON_PRESERVE,
  ON_COREDUMP_DESTROY,
  ON_COREDUMP_RESTART,
  ON_PRESERVE_RUNNING,
  ON_EVENTS
};

/* The object that devices refer to: vm/iommufd.c. */
#define IOMMUFD_ID "iommufd0"

struct misc {
  enum on_event on_poweroff, on_reboot, on_crash;
  enum tristate s3, s4;   /* <pm>: suspend to memory, to disk */
  enum tristate iommufd;  /* <iommufd>: of PCI devices of the host that do not say it themselves */
  int iommufd_fd;         /* /dev/iommu, open for QEMU to inherit; 0: QEMU opens it */
  bool genid;             /* <genid> */
  const char *genid_uuid; /* canonical text; made from the domain's where absent */
  /* Set in complete by a device whose arguments make QEMU start a program (netdev bridge's helper):
   * -sandbox must then let it. */
  bool spawns;
};

#endif
