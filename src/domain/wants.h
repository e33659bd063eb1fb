/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/wants.h - what a guest wants of the host before QEMU can start */

/* One list a domain, without duplicates: what a slice has added while completing or resolving since no
 * argument says it (files from a template, ports, taps), what helpers' words name, and what the built
 * arguments name. --check and the starts see to it, JSON's "host" and the notes before a printed command
 * tell it. Nothing here looks at the host. */

#ifndef DOMAIN_WANTS_H
#define DOMAIN_WANTS_H

#include "core/argv.h"
#include "domain/domain.h"

struct caps;

enum want_sort {
  SORT_NONE,
  SORT_FILE,
  SORT_FOLDER,
  SORT_SOCKET,
  SORT_DEVICE,
  SORT_INTERFACE,
  SORT_PORT,
  SORT_PROGRAM,
  SORT_SERVER,
  SORT_PEER,
  WANT_SORTS
};

struct want {
  enum want_kind kind;
  const char *value;   /* the path, name or address */
  const char *source;  /* NULL: none */
  const char *content; /* TEMPLATE: the file's bytes, where it is made of no other */
  const char *by_hand; /* TEMPLATE: what makes it where we do not, NULL: unknown */
  const char *address; /* PORT, UDP_PORT: "" is every one; SERVER, PEER, GROUP */
  const char *service; /* likewise: a number, or a name of /etc/services; NULL: none */
  uint64_t bytes;      /* MEMORY, MEMORY_FILE, MEMLOCK, HUGE_PAGES */
  uint64_t page;       /* HUGE_PAGES: bytes of a page */
  const char *folder;  /* HUGE_PAGES: where a file system of them is, or should be; NULL: none is needed */
  uint64_t largest;    /* MEMORY: bytes of the largest piece */
  bool required;       /* VHOST_NET: a card does not without */
  bool of_helper;      /* a helper's word names it, no argument of QEMU's */
  const char *subject; /* the device, NULL: the domain */
  struct place place;
};

/* Adds WANT, unless the same is wanted already: then memory adds up. Its strings live as long as DOMAIN. */
void wants_add(struct domain *domain, struct want want);
/* The same of SERVICE (NULL: none) of ADDRESS; the rest is that of WANT. */
void wants_add_port(struct domain *domain, enum want_kind kind, const char *address, const char *service,
                    struct want want);

/* Does DOMAIN want VALUE so? */
bool wants_has(const struct domain *domain, enum want_kind kind, const char *value);

/* Adds what ARGV's arguments name of the host, and what they make QEMU use. Once a domain. */
void wants_of_arguments(struct domain *domain, const struct argv *argv);

/* The same for the files that the user's own arguments in ARGV name. */
void wants_of_given(struct domain *domain, const struct argv *argv, const struct caps *caps);

/* Reports TCP ports and sockets that two of DOMAIN's devices listen on. */
void wants_check_ports(const struct domain *domain, struct diag *diag);

/* All of them: PCI devices and memory to lock first, then as they were added. */
void wants_each(const struct domain *domain, void (*say)(const struct want *want, void *arg), void *arg);

/* KIND as JSON's "host" calls it: "vfio-pci". */
const char *want_word(enum want_kind kind);
/* As what KIND is counted. */
enum want_sort want_sort(enum want_kind kind);
/* "value" and "source" of JSON: text of bytes where the want is an amount; NULL: none. Talloc
 * children of CTX. */
const char *want_value(TALLOC_CTX *ctx, const struct want *want);
const char *want_source(TALLOC_CTX *ctx, const struct want *want);

#define WANTS_UNLIMITED UINT64_MAX

/* Bytes that QEMU must be able to lock: RAM + 1 GiB for each controller opened through VFIO by
 * QEMU's own NVMe driver, and for each vDPA device, everything with <locked/>, or <hard_limit>; 0: none. */
uint64_t wants_memlock(const struct domain *domain);

#endif
