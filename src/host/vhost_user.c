/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/vhost_user.c - the programs of the host that serve a device in QEMU's place */

#include "host/vhost_user.h"
#include "host/interop.h"

#include <json-c/json.h>

enum { DESCRIPTOR_MAX = 1 << 16 };

static const char *
text_of(struct json_object *root, const char *key)
{
  struct json_object *member;
  if (!json_object_object_get_ex(root, key, &member) || !json_object_is_type(member, json_type_string))
    return NULL;
  return json_object_get_string(member);
}

const char *
vhost_user_program(TALLOC_CTX *ctx, const struct host *host, const char *type, const char **description)
{
  char **paths = interop_list(ctx, host, "vhost-user");
  const char *found = NULL;
  if (description)
    *description = NULL;
  for (size_t i = 0; paths[i] && !found; i++) {
    char *text = host_read(paths, host, paths[i], DESCRIPTOR_MAX, NULL);
    struct json_object *root = text ? json_tokener_parse(text) : NULL;
    if (root && str_eq(text_of(root, "type"), type))
      found = talloc_strdup(ctx, text_of(root, "binary"));
    if (found && description)
      *description = talloc_strdup(ctx, text_of(root, "description"));
    json_object_put(root);
  }
  talloc_free(paths);
  return found;
}
