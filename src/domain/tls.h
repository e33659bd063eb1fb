/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/tls.h - the certificates and the key of a connection under TLS */

/* The domain XML says no more than tls='yes': the certificates are those of the folder that libvirt
 * and QEMU's packages share. libvirt's qemu.conf names the secret with the passphrase of their key
 * (default_tls_x509_secret_uuid); here --secret usage:tls=SOURCE does. */

#ifndef DOMAIN_TLS_H
#define DOMAIN_TLS_H

#include "domain/secrets.h"

enum tls_end { TLS_CLIENT, TLS_SERVER };

struct tls;

/* The credentials of one connection of DOMAIN: an object ID (copied). PLACE and SUBJECT are those of
 * the device, for messages about the passphrase. To be called before secrets are resolved. */
struct tls *tls_new(struct domain *domain, const char *id, enum tls_end end, struct place place, const char *subject);

/* The object's id, to refer to. */
const char *tls_id(const struct tls *tls);

/* Appends the -object and that of its passphrase, where --secret names one. */
void tls_build(const struct tls *tls, struct argv *argv);

#endif
