/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/secrets.h - the secrets that a domain refers to */

/* A slice that reads a <secret> asks for it here and keeps the struct; resolving finds the file
 * that QEMU shall read (host/secret.h); building makes an object of it. */

#ifndef DOMAIN_SECRETS_H
#define DOMAIN_SECRETS_H

#include "core/argv.h"
#include "domain/kind.h"
#include "host/secret.h"

/* The fate of a secret that no --secret option names. */
enum secret_without {
  SECRET_LOOKED_UP,    /* in libvirt's store; an error where it is not */
  SECRET_SET_OVER_QMP, /* printing leaves it out: QEMU can start without it and be told later */
  SECRET_LEFT_OUT,     /* nobody else knows of it: the passphrase of a TLS key, which most have not */
};

struct secret {
  const char *id; /* of the QEMU object: "vdd-format-secret0" */
  struct secret_want want;
  enum secret_without without;
  struct secret_file file; /* resolved; path NULL before */
  int fd;                  /* where we have opened it for a start; 0: nowhere */
  /* Called once the file is known, for what else than QEMU reads it: a helper. NULL: nobody. */
  void (*found)(const struct secret *secret, struct stage *stage);
  struct device *dev; /* FOUND's own; may be NULL */
  void *arg;          /* the same */
};

/* A new secret of DOMAIN under the object id ID (copied). The strings of WANT are kept. */
struct secret *secret_add(struct domain *domain, const char *id, struct secret_want want);

/* The rows that secret_read() reads: for whoever walks the tables. */
extern const struct attr secret_attrs[], passphrase_attrs[];

/* Reads <secret type= uuid=|usage=> into *WANT: exactly one of uuid and usage. The type of a volume's is
 * "passphrase"; that of others is the caller's to read. False after an error was reported. */
bool secret_read(xmlNode *node, enum secret_usage kind, struct secret_want *want, const char *subject,
                 struct diag *diag);

/* Appends the -object. */
void secret_build(const struct secret *secret, struct argv *argv);

/* Finds the file of every secret of the domain: named for printing, opened for starting. */
void secrets_resolve(struct domain *domain, struct secret_book *book, struct stage *stage);

#endif
