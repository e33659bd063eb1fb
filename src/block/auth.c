/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/auth.c - <auth>: by which name and secret a storage server lets us in */

#include "block/storage.h"

const char *const auth_secret_names[AUTH_SECRETS] = {
  [AUTH_SECRET_ISCSI] = "iscsi", [AUTH_SECRET_CEPH] = "ceph", [AUTH_SECRET_OTHER] = "volume", "tls", "vtpm",
};

const struct attr auth_attrs[] = {
  ATTR_STRING("@username", struct auth, username, .required = true,
              .missing = "auth without username; write <auth username='...'>",
              .doc = "The name by which the storage server lets the guest's QEMU in."),
  ATTR_PRESENT("secret", struct auth, has_secret, .required = true,
               .missing = "auth without its secret; add <secret type='iscsi' usage='...'/> or, for rbd, type='ceph'",
               .doc = "Where the password that goes with the name is kept."),
  ATTR_ENUM("secret/@type", struct auth, secret_type, auth_secret_names, .required_where = "of network storage",
            .dflt = "none", .doc = "What the password is for: iscsi for iSCSI and web servers, ceph for rbd."),
  ATTR_SEE("secret", secret_attrs), ATTR_END
};

struct auth *
auth_read(xmlNode *node, TALLOC_CTX *ctx, const char *subject, struct stage *stage)
{
  struct auth *auth = talloc_zero(ctx, struct auth);
  auth->node = node;
  attr_read(auth_attrs, node, auth, subject, stage->diag);
  if (!auth->has_secret)
    return auth;
  enum secret_usage kind = auth->secret_type == AUTH_SECRET_CEPH ? SECRET_USAGE_CEPH : SECRET_USAGE_ISCSI;
  secret_read(xml_child(node, "secret"), kind, &auth->want, subject, stage->diag);
  auth->want.binary = kind == SECRET_USAGE_CEPH;
  return auth;
}
