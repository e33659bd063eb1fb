/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/secret_source.h - one place that a value can come from */

/* Inside host/ alone: secret.c decides which source a secret has, this room reads it. */

#ifndef HOST_SECRET_SOURCE_H
#define HOST_SECRET_SOURCE_H

#include "host/secret.h"

#define SECRET_LONGEST KIB(64) /* libvirt's VIR_SECRET_VALUE_LENGTH_MAX */

enum secret_from { SECRET_FILE, SECRET_BASE64, SECRET_FD, SECRET_CREDENTIAL, SECRET_KEYRING, SECRET_FROMS };

struct secret_source {
  enum secret_from from;
  const char *path; /* FILE, BASE64, CREDENTIAL (resolved) */
  const char *name; /* CREDENTIAL */
  long number;      /* FD, KEYRING */
  bool of_host;     /* PATH is below the host's root; else the caller's own */
};

/* TEXT after "UUID=": "file:PATH", ... NULL, or what is wrong (a talloc child of CTX). */
const char *secret_source_parse(TALLOC_CTX *ctx, const char *text, struct secret_source *source);

/* "file /x/y", "descriptor 5", for messages. */
const char *secret_source_name(TALLOC_CTX *ctx, const struct host *host, const struct secret_source *source);

/* Reads and decodes. NULL after an error was reported to DIAG; warns about what it sees. */
struct secret_value *secret_source_read(TALLOC_CTX *ctx, const struct host *host, const struct secret_source *source,
                                        const struct secret_want *want, struct diag *diag);

/* "secret 0a81f5b2-..." or "secret 'NAME'" */
const char *secret_want_name(TALLOC_CTX *ctx, const struct secret_want *want);

#endif
