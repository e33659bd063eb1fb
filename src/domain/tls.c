/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/tls.c - the certificates and the key of a connection under TLS */

#include "domain/tls.h"

/* libvirt's default_tls_x509_cert_dir. */
#define TLS_DIR "/etc/pki/qemu"

struct tls {
  const char *id;
  enum tls_end end;
  const struct secret *passphrase;
};

struct tls *
tls_new(struct domain *domain, const char *id, enum tls_end end, struct place place, const char *subject)
{
  struct tls *tls = talloc_zero(domain, struct tls);
  struct secret_want want = { .usage = "tls", .kind = SECRET_USAGE_TLS, .place = place, .subject = subject };
  tls->id = talloc_strdup(tls, id);
  tls->end = end;
  struct secret *passphrase = secret_add(domain, talloc_asprintf(tls, "%s-secret0", id), want);
  passphrase->without = SECRET_LEFT_OUT;
  tls->passphrase = passphrase;
  return tls;
}

const char *
tls_id(const struct tls *tls)
{
  return tls->id;
}

void
tls_build(const struct tls *tls, struct argv *argv)
{
  const struct secret *passphrase = tls->passphrase->file.path ? tls->passphrase : NULL;
  if (passphrase)
    secret_build(passphrase, argv);
  struct props *p = argv_object(argv, PHASE_DEVICE, "tls-creds-x509", tls->id);
  props_host(p, "dir", tls->end == TLS_SERVER ? WANT_SERVER_CERTIFICATES : WANT_CLIENT_CERTIFICATES, TLS_DIR);
  props_str(p, "endpoint", tls->end == TLS_SERVER ? "server" : "client");
  props_bool(p, "verify-peer", true);
  if (passphrase)
    props_refer(p, "passwordid", ID_OBJECT, passphrase->id);
}
