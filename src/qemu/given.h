/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/given.h - arguments that the user gives to QEMU directly: after --, in <qemu:commandline> */

/* They are passed on as they are. What the binary has told of itself lets mistakes be found before it
 * starts; what it has not told is taken on trust. */

#ifndef QEMU_GIVEN_H
#define QEMU_GIVEN_H

#include "qemu/caps.h"

/* One option and its value, as QEMU will take the words. */
struct given {
  const char *option; /* "device", without dashes */
  const char *value;  /* NULL: none */
  size_t word;        /* which of the words it begins with */
};

/* Splits N WORDS; CAPS NULL or silent about an option: a word that begins with no dash is its value. */
struct given *given_split(TALLOC_CTX *ctx, const struct caps *caps, const char *const *words, size_t n, size_t *count);

/* Those in ARGV; (*ARGS)[word] is where each comes from. */
struct given *given_in(TALLOC_CTX *ctx, const struct caps *caps, const struct argv *argv, const struct arg ***args,
                       size_t *count);

/* "driver,key=value" or JSON, by its keys; the first word may go without its key, IMPLIED. */
struct given_item {
  const char *key, *value;
};
struct given_item *given_items(TALLOC_CTX *ctx, const char *value, const char *implied, size_t *count);
const char *given_item(const struct given_item *items, size_t count, const char *key);

/* The type that OPTION's VALUE makes one of ("virtio-net-pci"), as this QEMU calls it; NULL: none is made. */
const char *given_type(TALLOC_CTX *ctx, const struct caps *caps, const struct given *given);

/* Does this QEMU have option NAME? UNSET: not told. */
enum tristate given_option_known(const struct caps *caps, const char *name);

/* The options of the text that QEMU prints for -help, as JSON: {"name": takes a value, ...}. */
char *given_options_of_help(TALLOC_CTX *ctx, const char *help);

/* Reports what this QEMU will not take of the given arguments in ARGV, and where they and the rest of
 * ARGV are in each other's way. */
void given_check(const struct caps *caps, const struct argv *argv, struct diag *diag);

#endif
