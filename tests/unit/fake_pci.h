/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/fake_pci.h - a made host whose sysfs answers like a kernel with PCI drivers */

#ifndef TESTS_UNIT_FAKE_PCI_H
#define TESTS_UNIT_FAKE_PCI_H

#include "unit/tmp_host.h"

/* The fault that the fake kernel shall have, and when. Counters live in memory shared with children. */
struct fake_faults {
  int steps;  /* changes told so far, both before and after */
  int die_at; /* kill -9 of VICTIM and of whoever does this step; 0: never */
  pid_t victim;
  int asked;            /* questions, and changes about to be done, so far */
  int fail_at;          /* which of them fails; 0: none */
  int fail_with;        /* with this errno */
  const char *path;     /* part of the path that FAULT is about; NULL: none */
  const char *text;     /* and part of the text written; NULL: any */
  int error;            /* what it fails with; ETIMEDOUT: it hangs for ever */
  int times;            /* how often; 0: always */
  bool probe_fails;     /* vfio-pci does not take anything, in silence */
  const char *vanishes; /* a device that is pulled out once its first journal is written */
  const char *leaves;   /* a device whose driver gives up by itself once the override is written */
  const char *refuses;  /* a driver that takes nothing */
};

/* The drivers nvme, vfio-pci and xhci_hcd, /dev/vfio/vfio, and a running kernel. */
struct fake_faults *fake_pci_start(struct tmp_host *tmp);

/* A device with CLASS in GROUP (NULL: none), bound to DRIVER (NULL: none). */
void fake_pci_add(struct tmp_host *tmp, const char *address, const char *class, const char *group, const char *driver);

/* A block device with its node: BELOW is its parent's path from /sys/devices; one below a block device
 * is a partition of it. NUMBER is "8:1". */
void fake_block_add(struct tmp_host *tmp, const char *below, const char *block, const char *number);

/* A namespace of the controller at ADDRESS, with its block device and a partition. */
void fake_nvme_add(struct tmp_host *tmp, const char *address, const char *block, unsigned id, bool multipath);

/* "nvme (null)": driver and override as they are now. */
const char *fake_pci_state(struct tmp_host *tmp, const char *address);

#endif
