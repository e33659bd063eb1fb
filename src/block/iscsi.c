/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/iscsi.c - a logical unit of an iSCSI target, spoken to by QEMU itself */

#include "block/network.h"

struct iscsi {
  const char *initiator; /* our own name; NULL: QEMU's default */
  const char *target;
  uint64_t lun;
};

const struct attr iscsi_source_attrs[] = {
  ATTR_STRING("initiator/iqn/@name", struct iscsi, initiator, .empty_none = true,
              .dflt = "QEMU's (made of the guest's <uuid>)",
              .doc = "The name under which the guest's QEMU introduces itself to the target."),
  ATTR_END
};

/* "iqn.1992-01.com.example:storage/2": the target, and its logical unit (0 where absent). */
static void
split_lun(struct image *image, struct iscsi *iscsi, xmlNode *source, struct stage *stage)
{
  const char *name = network_of(image)->name;
  const char *slash = name ? strchr(name, '/') : NULL;
  iscsi->target = slash ? talloc_strndup(iscsi, name, (size_t)(slash - name)) : name;
  if (slash && (!parse_uint(slash + 1, &iscsi->lun) || iscsi->lun > UINT32_MAX))
    diag_error(stage->diag, xml_place(source, name), image->dev->subject,
               "name '%s': behind '/' stands the number of the logical unit, as in '%s/1'", name, iscsi->target);
}

static void
iscsi_read(struct image *image, xmlNode *source, struct stage *stage)
{
  split_lun(image, network_of(image)->own, source, stage);
}

static void
iscsi_props(const struct image *image, struct props *p)
{
  const struct network *net = network_of(image);
  const struct iscsi *iscsi = net->own;
  bool ipv6 = strchr(net->hosts[0].name, ':') != NULL;
  props_addressf(p, "portal", ipv6 ? "[%s]:%u" : "%s:%u", net->hosts[0].name, net->hosts[0].port);
  network_server(p, net, &net->hosts[0], net->hosts[0].port);
  props_remote(p, "target", iscsi->target);
  props_uint(p, "lun", iscsi->lun);
  props_str(p, "transport", "tcp");
  if (network_auth_secret(image)) {
    props_remote(p, "user", image->auth->username);
    props_refer(p, "password-secret", ID_OBJECT, network_auth_secret(image));
  }
  props_remote(p, "initiator-name", iscsi->initiator);
}

void
iscsi_set(struct image *image, const char *target, uint64_t lun, const char *initiator)
{
  struct iscsi *iscsi = talloc_zero(image, struct iscsi);
  *iscsi = (struct iscsi){ .initiator = talloc_strdup(iscsi, initiator ? initiator : ""),
                           .target = talloc_strdup(iscsi, target),
                           .lun = lun };
  if (!initiator)
    iscsi->initiator = NULL;
  network_of(image)->own = iscsi;
}

const struct protocol iscsi_protocol = {
  .name = "iscsi",
  .flags = PROTOCOL_AUTH,
  .port = 3260,
  .min_hosts = 1,
  .max_hosts = 1,
  .size = sizeof(struct iscsi),
  .attrs = iscsi_source_attrs,
  .read = iscsi_read,
  .props = iscsi_props,
};
