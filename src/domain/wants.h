/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/wants.h - what an invocation needs of the host before QEMU can start */

/* Derived from the domain alone: pure. The JSON output lists it, --check and --run see to it. */

#ifndef DOMAIN_WANTS_H
#define DOMAIN_WANTS_H

#include "domain/domain.h"

/* WHAT is one of "vfio-pci" (VALUE: a PCI address to be bound), "memlock" (VALUE: bytes),
 * "tap" (VALUE: bridge or name), "directory" (VALUE: a folder that must be there, for sockets),
 * "file" (VALUE: a file to be made from SOURCE), "overlay" (VALUE: an image, of format SOURCE, that
 * the guest's writes must not reach), "hugepages" (VALUE: bytes, SOURCE: of a page),
 * "vdpa" (VALUE: a vDPA device's node, which pins all guest RAM),
 * "port", "udp-port" (VALUE: "ADDRESS:PORT" to listen on), ... */
struct host_need {
  const char *what;
  const char *value;
  const char *source;  /* NULL: none */
  const char *subject; /* the device, NULL: the domain */
  struct place place;
  const char *content; /* the file's bytes, where it is made of no other; NULL: SOURCE's */
};

/* A slice adds what it needs while completing or resolving; strings live as long as DOMAIN. */
void needs_host(struct domain *domain, struct host_need need);
/* A port that QEMU will listen on; said twice, it is one need. ADDRESS NULL: every one. */
void needs_port(struct domain *domain, bool udp, const char *address, uint64_t port, const char *subject,
                struct place place);
/* A program to start before QEMU; NULL ends ARGV. */
void needs_helper(struct domain *domain, char **argv);

void needs_each_host(const struct domain *domain, void (*say)(const struct host_need *need, void *arg), void *arg);
void needs_each_helper(const struct domain *domain, void (*say)(char *const *argv, void *arg), void *arg);

/* Bytes that QEMU must be able to lock: RAM + 1 GiB for each controller opened through VFIO by
 * QEMU's own NVMe driver, and for each vDPA device, or <hard_limit>; 0: none. */
uint64_t needs_memlock(const struct domain *domain);

#endif
