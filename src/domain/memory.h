/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/memory.h - <memory> and its backing: filled by vm/memory.c */

#ifndef DOMAIN_MEMORY_H
#define DOMAIN_MEMORY_H

#include "core/diag.h"
#include "core/numset.h"

enum memory_source { MEMORY_SOURCE_UNSET, MEMORY_FILE, MEMORY_ANONYMOUS, MEMORY_MEMFD, MEMORY_SOURCES };
enum memory_access { MEMORY_ACCESS_UNSET, MEMORY_SHARED, MEMORY_PRIVATE, MEMORY_ACCESSES };
enum memory_allocation { MEMORY_ALLOCATION_UNSET, MEMORY_IMMEDIATE, MEMORY_ONDEMAND, MEMORY_ALLOCATIONS };

/* As the XML spells them, by index: ram.c. */
extern const char *const memory_access_names[MEMORY_ACCESSES];

/* <hugepages><page>. */
struct huge_page {
  uint64_t size;        /* bytes; 0: the host's default */
  struct numset *nodes; /* of the guest; NULL: all others */
  struct place place;
};

/* A hugetlbfs of the host. */
struct huge_mount {
  uint64_t size;    /* of its pages, bytes */
  uint64_t bytes;   /* that the guest needs of them */
  const char *path; /* NULL: it is mounted nowhere */
  bool file;        /* some of it is memory in files, which need that mount; memfd needs none */
};

struct memory {
  uint64_t size;    /* bytes, all of it: as the guest starts, with its memory devices */
  bool malformed;   /* <memory> is no size, which was reported */
  uint64_t initial; /* bytes without memory devices, rounded; set by complete */
  uint64_t current; /* bytes: the balloon's target */
  bool shrunk;      /* that is less than all of it */
  bool has_balloon; /* somebody can see to that: dev/memballoon.c */
  uint64_t max;     /* bytes with what may be plugged; 0: nothing may */
  uint32_t slots;
  uint64_t hard_limit; /* bytes; 0: none */
  enum tristate dump_core;

  enum memory_source source;
  enum memory_access access;
  enum memory_allocation allocation;
  uint32_t allocation_threads;
  bool nosharepages, locked, discard;
  struct huge_page *huge_pages; /* one of size 0 for a bare <hugepages/> */
  size_t n_huge_pages;
  uint64_t huge_default;          /* bytes; 2 MiB until resolve has asked the host */
  struct huge_mount *huge_mounts; /* one a page size that is asked for; filled by resolve */
  size_t n_huge_mounts;
  bool by_option;    /* -mem-path, -mem-prealloc: no object stands for the memory */
  bool preallocates; /* -mem-prealloc is given: no backend says so again */
};

#endif
