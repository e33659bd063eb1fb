/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/cmdline.h - the words of a QEMU invocation, taken apart again */

/* For comparing: keyval and JSON are one (nested JSON becomes dotted paths), true and on are one, and what
 * only one argument refers to (a node, a chardev, a netdev, ...) gets a name made of who refers to it, so that
 * two invocations compare though they name such things otherwise. Ids of devices stay. */

#ifndef QEMU_CMDLINE_H
#define QEMU_CMDLINE_H

#include "core/diag.h"

struct cmdline_item {
  const char *path;  /* "cache.direct", "hostfwd #2"; "": the whole value of an option without properties */
  const char *value; /* "on", "off" for booleans */
};

struct cmdline_arg {
  const char *option; /* "-device"; NULL: a bare word */
  const char *text;   /* its value as it was written; NULL: none */
  struct cmdline_item *items;
  size_t n;
  const char *id;    /* of the node, object, ... that it defines; NULL: none, or a device's */
  const char *key;   /* tells it apart within one invocation: "-device virtio-disk0" */
  const char *owner; /* the id of the device it belongs to, NULL: none */
  /* where it comes from, if its writer knows */
  struct place place;
  const char *subject;
};

struct cmdline {
  struct cmdline_arg *args;
  size_t n;
};

struct cmdline *cmdline_new(TALLOC_CTX *ctx);

/* Appends an argument; either may be NULL. Its place and subject are the caller's to set. */
struct cmdline_arg *cmdline_add(struct cmdline *cmdline, const char *option, const char *value);

/* Appends WORDS, as /proc/PID/cmdline has them: those behind the program's name; NULL ends. */
void cmdline_add_words(struct cmdline *cmdline, char *const *words);

/* After the last argument: names references by their users, finds keys and owners. */
void cmdline_finish(struct cmdline *cmdline);

/* The value of PATH, NULL: it is not there. */
const char *cmdline_value(const struct cmdline_arg *arg, const char *path);

#endif
