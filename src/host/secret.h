/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/secret.h - where a secret comes from, and how QEMU gets at it */

/* Two ways, never mixed in one run. Printing names a file that QEMU will read by itself: nothing
 * but libvirt's definitions (UUID.xml, which hold no value) is opened. Starting reads the value and
 * hands it over in a sealed memfd. A value never stands in an argument, an environment, a message
 * or a core dump; the memory that held it is wiped by its destructor. */

#ifndef HOST_SECRET_H
#define HOST_SECRET_H

#include "host/host.h"

/* The sorts of things that a usage can name: libvirt looks names up within one kind. */
enum secret_usage {
  SECRET_USAGE_VOLUME,
  SECRET_USAGE_ISCSI,
  SECRET_USAGE_CEPH,
  SECRET_USAGE_TLS,
  SECRET_USAGE_VTPM,
  SECRET_USAGES
};

/* The secret that the domain asks for: <secret uuid='...'/> or <secret usage='...'/>. */
struct secret_want {
  const char *uuid;  /* in any usual spelling; NULL: by usage */
  const char *usage; /* NULL: by uuid */
  enum secret_usage kind;
  const char *value;   /* known from the XML (a cookie), not to be an argument; NULL: looked up */
  bool binary;         /* any bytes will do (Ceph keys); else QEMU insists on UTF-8 text */
  struct place place;  /* of the <secret> element, for messages */
  const char *subject; /* "disk vdd" */
};

/* For -object secret: file=PATH,format=FORMAT. Exactly what QEMU opens. */
struct secret_file {
  const char *path;
  const char *format; /* "raw" or "base64" */
};

/* The sources that --secret options name, and what was opened so far. */
struct secret_book;

struct secret_book *secret_book_new(TALLOC_CTX *ctx);

/* One --secret option: "UUID=SOURCE" or "usage:NAME=SOURCE", SOURCE being file:PATH, base64:PATH,
 * fd:N, cred:NAME or keyring:SERIAL. NULL, or what is wrong with the option: a talloc child of
 * BOOK, without the value (someone may have put the passphrase there). */
const char *secret_book_add(struct secret_book *book, const char *option);

/* After all lookups: a warning for each option that no secret of the domain asked for. */
void secret_book_unused(const struct secret_book *book, struct diag *diag);

/* Does a --secret option name the source of WANT? */
bool secret_named(const struct secret_book *book, const struct secret_want *want);

/* For printing: the file that QEMU shall read. Opens no value and needs no privilege. False after an error was
 * reported: unknown usage, a source that is no file (fd, keyring), of which WITHOUT_FILE says "which ..." and the
 * way out. */
bool secret_locate(struct secret_book *book, const struct host *host, const struct secret_want *want,
                   struct secret_file *file, const char *without_file, struct diag *diag);

/* Where nobody reads the value and it does not matter from where it would come: counts the option that names its
 * source as used, and reports nothing. */
void secret_suppose(struct secret_book *book, const struct host *host, const struct secret_want *want,
                    struct diag *diag);

/* For --exec and --run: reads the value and puts it into a sealed memfd. *FILE is /dev/fd/N, raw.
 * One value asked for twice is read once. Returns N (close-on-exec until launch_exec() passes it
 * on; owned by BOOK), or -1 after an error was reported: missing, unreadable, empty, too long
 * (64 KiB, libvirt's limit), not base64. Warns: readable by group or others, a trailing newline,
 * not UTF-8. */
int secret_open(struct secret_book *book, const struct host *host, const struct secret_want *want,
                struct secret_file *file, struct diag *diag);

/* For --check: as secret_open(), and forgets the value. A descriptor is not read, only looked at. */
bool secret_check(struct secret_book *book, const struct host *host, const struct secret_want *want, struct diag *diag);

/* --- bytes that must not stay behind --- */

struct secret_value {
  size_t length;
  size_t size;    /* of the mapping */
  uint8_t *bytes; /* own pages, not in core dumps, wiped by the destructor */
};

/* Room for SIZE bytes, length 0; NULL with errno. */
struct secret_value *secret_value_new(TALLOC_CTX *ctx, size_t size);

/* Appends what FD holds, up to VALUE's size. False: errno. */
bool secret_value_read(struct secret_value *value, int fd);

/* A sealed memfd with VALUE's bytes (at least one), which nobody can change any more; -1 with errno. */
int secret_value_seal(const struct secret_value *value);

/* Strict base64 (RFC 4648, padding required, newlines skipped), in place. False: not base64. */
bool secret_value_decode(struct secret_value *value);

#endif
