/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/probe.h - ask a QEMU binary what it can do */

/* Starts programs and writes a cache: for --probe and for the modes that look at the host. Each function returns a
 * child of CTX. Those with ERROR return NULL after an error was reported; *ERROR is then ENOENT, EACCES, ... where
 * the binary could not even be started, else 0. */

#ifndef QEMU_PROBE_H
#define QEMU_PROBE_H

#include "qemu/caps.h"

/* How long the binary may take in all. */
#define PROBE_SECONDS 10

/* Asks BINARY now. */
struct caps *probe_binary(TALLOC_CTX *ctx, const char *binary, unsigned seconds, int *error, struct diag *diag);

/* --- cache.c --- */

/* The same, from the cache where that knows this very binary (path, size, time, KVM at hand; with it
 * the kernel and the processor).
 * The cache lies below XDG_CACHE_HOME or ~/.cache; that it is broken or cannot be written is no
 * error. */
struct caps *probe_cached(TALLOC_CTX *ctx, const char *binary, int *error, struct diag *diag);

/* CAPS, and what BINARY says of the options, devices and objects of N WORDS of the user's own: in the
 * cache from then on. CAPS alone, where it was asked before, and where it gives no answer. */
struct caps *probe_given(TALLOC_CTX *ctx, struct caps *caps, const char *binary, const char *const *words, size_t n);

/* --- probe.c, for the cache --- */

/* The lines that this adds to CAPS' record, as a child of CTX; NULL: none. */
char *probe_about(TALLOC_CTX *ctx, const struct caps *caps, const char *binary, const char *const *words, size_t n);

/* The folders in which BINARY looks for files of its own, a line each, as it says; NULL: it does not. */
char *probe_data_folders(TALLOC_CTX *ctx, const char *binary);

#endif
