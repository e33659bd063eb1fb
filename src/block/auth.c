/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/auth.c - <auth>: by which name and secret a storage server lets us in */

#include "block/storage.h"
#include "core/names.h"

struct auth *
auth_read(xmlNode *node, TALLOC_CTX *ctx, const char *subject, struct stage *stage)
{
  struct auth *auth = talloc_zero(ctx, struct auth);
  xmlNode *secret = xml_child(node, "secret");
  auth->node = node;
  auth->username = xml_attr(node, "username");
  if (!auth->username || !*auth->username)
    diag_error(stage->diag, xml_place(node, NULL), subject, "auth without username; write <auth username='...'>");
  if (!secret) {
    diag_error(stage->diag, xml_place(node, NULL), subject,
               "auth without its secret; add <secret type='iscsi' usage='...'/> or, for rbd, type='ceph'");
    return auth;
  }
  auth->secret_type = xml_attr(secret, "type");
  enum secret_usage kind = str_eq(auth->secret_type, "ceph") ? SECRET_USAGE_CEPH : SECRET_USAGE_ISCSI;
  static const char *const types[] = { "iscsi", "ceph", "volume", "tls", "vtpm" };
  if (auth->secret_type && name_find(types, ARRAY_SIZE(types), auth->secret_type) < 0)
    diag_error(stage->diag, xml_place(secret, auth->secret_type), subject, "secret type '%s' is unknown; %s",
               auth->secret_type, name_remedy(stage->diag, types, ARRAY_SIZE(types), auth->secret_type));
  secret_read(secret, NULL, kind, &auth->want, subject, stage->diag);
  auth->want.binary = kind == SECRET_USAGE_CEPH;
  return auth;
}
