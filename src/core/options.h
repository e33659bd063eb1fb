/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/options.h - what the command line asks for */

/* Filled by main.c from popt, constant afterwards. */

#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include "core/diag.h"

enum run_mode {
  MODE_PRINT,
  MODE_EXEC,
  MODE_RUN,
  MODE_CHECK,
  MODE_EXPLAIN,
  MODE_GRAPH,
  MODE_REATTACH,
  MODE_DETACH,
  MODE_STATUS,
  MODE_DIFF,
};
/* The driver of the controller behind <disk type='nvme'>: QEMU itself, as the XML says, or the host's kernel. */
enum nvme_mode { NVME_USERSPACE, NVME_KERNEL, NVME_MODES };
enum graph { GRAPH_BLOCKS, GRAPH_DOT, GRAPH_PCI, GRAPH_PCI_DOT, GRAPHS };
enum out_format { FORMAT_SHELL, FORMAT_LINE, FORMAT_JSON, FORMAT_NUL, FORMAT_SCRIPT, FORMATS };

struct options {
  enum run_mode mode;
  enum out_format format;
  enum nvme_mode nvme;
  enum graph graph;   /* --graph: of what */
  const char *file;   /* "-": standard input */
  bool several;       /* it is one of several, or may be: what is printed for each must be told apart */
  const char *other;  /* of --diff, the second one; NULL: none */
  const char *device; /* --explain=: the one device to tell of, NULL: all */
  int pid;            /* --pid: of the QEMU that --diff compares with; 0: none */
  bool overlaid;      /* that QEMU has overlays for <transient/> disks, as those that we start */
  const char *qemu;   /* --qemu: in place of <emulator> */
  const char *qemu_version;
  const char *capabilities; /* --capabilities */
  const char *save_capabilities;
  const char *host_root; /* never NULL */
  const char *qmp;       /* --qmp: path of a socket to offer */
  int ready_fd;          /* --ready-fd; 0: none */
  unsigned stop_seconds; /* --stop-timeout; 0: none */
  bool terminal;         /* --run has a terminal as its standard input: the guest's console may be there */
  bool watched;          /* somebody sits before the messages */
  bool probe, offline, strict, paused, all;
  struct diag_style style; /* of messages */
  const char **secrets;    /* --secret, each as given; NULL ends */
  const char **networks;   /* --network NAME=... */
  const char **volumes;    /* --volume POOL/VOL=PATH */
  const char **extra;      /* after "--", appended to QEMU's arguments; NULL ends */
};

/* QEMU is started by us, here and now: descriptors can be passed, secrets read. */
static inline bool
options_launch(const struct options *o)
{
  return o->mode == MODE_EXEC || o->mode == MODE_RUN;
}

/* A script is printed, which does for QEMU what can be done in sh. */
static inline bool
options_script(const struct options *o)
{
  return o->mode == MODE_PRINT && o->format == FORMAT_SCRIPT;
}

/* The guest is to start now, or we are asked whether it could: what only would not start is an error. */
static inline bool
options_judges(const struct options *o)
{
  return options_launch(o) || o->mode == MODE_CHECK;
}

/* The same, and this host is looked at. */
static inline bool
options_starts(const struct options *o)
{
  return options_judges(o) && !o->offline;
}

/* A <transient/> disk has an overlay. */
static inline bool
options_overlays(const struct options *o)
{
  return options_starts(o) || o->overlaid;
}

/* A graph shows what QEMU gets; there is no command that somebody could run. */
static inline bool
options_draws(const struct options *o)
{
  return o->mode == MODE_GRAPH;
}

/* The XML alone is judged, for whatever host. */
static inline bool
options_blind(const struct options *o)
{
  return o->mode == MODE_CHECK && o->offline;
}

/* Nothing but reading files and writing to standard output and error is left to do. Of --diff --pid that is not so:
 * it asks a binary, and looks at another process. */
static inline bool
options_only_read(const struct options *o)
{
  bool prints = o->mode == MODE_PRINT || o->mode == MODE_EXPLAIN || o->mode == MODE_GRAPH ||
                (o->mode == MODE_DIFF && !o->pid) || options_blind(o);
  return prints && !o->probe && !o->save_capabilities;
}

#endif
