/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/ssh.c - files that an SSH server shows */

/* QEMU's own driver knows an agent and ~/.ssh alone. With a key file, a password or a list of hosts'
 * keys of one's own, nbdkit speaks SSH and QEMU speaks NBD to it. */

#include "block/network.h"
#include "launch/needs.h"

struct ssh {
  const char *known_hosts;
  const char *user, *keyfile, *agent;
  const char *socket;           /* of nbdkit; NULL: QEMU's own driver */
};

static void
ssh_read(struct image *image, xmlNode *source, struct stage *stage)
{
  struct ssh *ssh = talloc_zero(image, struct ssh);
  const char *subject = image->dev->subject;
  xmlNode *hosts = xml_child(source, "knownHosts"), *identity = xml_child(source, "identity");
  network_of(image)->own = ssh;
  if (hosts) {
    ssh->known_hosts = xml_attr(hosts, "path");
    if (!ssh->known_hosts || !*ssh->known_hosts)
      diag_error(stage->diag, xml_place(hosts, NULL), subject, "knownHosts without path; write path='/path/to/known_hosts'");
  }
  if (!identity)
    return;
  ssh->user = xml_attr(identity, "username");
  ssh->keyfile = xml_attr(identity, "keyfile");
  ssh->agent = xml_attr(identity, "agentsock");
  if (!ssh->user || !*ssh->user)
    diag_error(stage->diag, xml_place(identity, NULL), subject, "identity without username; add username='...'");
  if (!ssh->keyfile && !ssh->agent)
    diag_error(stage->diag, xml_place(identity, NULL), subject,
               "identity without a key; add keyfile='/path/to/key' or agentsock='/path/to/socket'");
}

static void
ssh_complete(struct image *image, struct stage *stage)
{
  struct ssh *ssh = network_of(image)->own;
  struct domain *domain = image->dev->domain;
  (void)stage;
  if (image->auth || ssh->user)
    ssh->socket = talloc_asprintf(ssh, "/run/libvirt/qemu/%s-nbdkit-%s.socket", domain->name, image->storage_node);
}

static void
ssh_check(const struct image *image, struct stage *stage)
{
  const struct ssh *ssh = network_of(image)->own;
  if (ssh->known_hosts && !ssh->socket)
    diag_warning(stage->diag, xml_place(image->node, NULL), image->dev->subject,
                 "knownHosts '%s' is not used: QEMU's ssh driver looks into ~/.ssh/known_hosts alone; "
                 "add the server's key there, or an <identity>, which brings nbdkit", ssh->known_hosts);
}

static void
ssh_props(const struct image *image, struct props *p)
{
  const struct network *net = network_of(image);
  const struct ssh *ssh = net->own;
  if (ssh->socket) {
    props_str(p, "driver", "nbd");
    struct props *server = props_dict(p, "server");
    props_str(server, "type", "unix");
    props_str(server, "path", ssh->socket);
    return;
  }
  props_str(p, "path", net->name);
  network_inet_address(props_dict(p, "server"), &net->hosts[0]);
}

const struct protocol ssh_protocol = {
  .name = "ssh", .flags = PROTOCOL_AUTH, .port = 22, .min_hosts = 1, .max_hosts = 1, .read = ssh_read,
  .complete = ssh_complete, .check = ssh_check, .props = ssh_props,
};
