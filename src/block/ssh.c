/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/ssh.c - files that an SSH server shows */

/* QEMU's own driver knows an agent and ~/.ssh alone. With a key file, a password or a list of hosts'
 * keys of one's own, nbdkit speaks SSH and QEMU speaks NBD to it. */

#include "block/network.h"
#include "domain/helper.h"
#include "domain/runtime.h"
#include "host/process.h"

struct ssh {
  const char *known_hosts;
  const char *user, *keyfile, *agent;
  const char *socket; /* of nbdkit; NULL: QEMU's own driver */
};

static const struct attr ssh_attrs[] = {
  ATTR_STRING("knownHosts/@path", struct ssh, known_hosts, .required_here = true,
              .missing = "knownHosts without path; write path='/path/to/known_hosts'",
              .doc = "The file with the keys of servers that are trusted."),
  ATTR_STRING("identity/@username", struct ssh, user, .required_here = true,
              .missing = "identity without username; add username='...'",
              .doc = "The user as whom to log in to the server."),
  ATTR_STRING("identity/@keyfile", struct ssh, keyfile, .empty_ok = true, .required_where = "without agentsock",
              .dflt = "none", .doc = "The private key to log in with."),
  ATTR_STRING("identity/@agentsock", struct ssh, agent, .empty_ok = true, .required_where = "without keyfile",
              .dflt = "none", .doc = "The socket of the agent that holds the key."),
  ATTR_QUIET("readahead", .doc = "A web server's; over SSH it has no effect."),
  ATTR_QUIET("timeout", .doc = "A web server's; over SSH it has no effect."),
  ATTR_END
};

static void
ssh_read(struct image *image, xmlNode *source, struct stage *stage)
{
  const struct ssh *ssh = network_of(image)->own;
  xmlNode *identity = xml_child(source, "identity");
  if (identity && !ssh->keyfile && !ssh->agent)
    diag_error(stage->diag, xml_place(identity, NULL), image->dev->subject,
               "identity without a key; add keyfile='/path/to/key' or agentsock='/path/to/socket'");
}

/* nbdkit reads the password from a file. Ours in memory is reached through /proc. */
static void
password_found(const struct secret *secret, struct stage *stage)
{
  const char *path = secret->file.path;
  struct helper *nbdkit = secret->arg;
  if (str_eq(secret->file.format, "base64"))
    diag_warning(stage->diag, secret->want.place, secret->want.subject,
                 "nbdkit takes %s for the password as it stands there, in base64; "
                 "name the plain one with --secret ...=file:PATH",
                 path);
  if (secret->fd)
    helper_named(nbdkit, "password=+", NAMES_OURS, process_descriptor(nbdkit, secret->fd));
  else
    helper_reads_secret(nbdkit, "password=+", secret, "");
}

/* nbdkit-ssh-plugin(1). */
static void
start_nbdkit(struct image *image, const struct ssh *ssh)
{
  const struct network *net = network_of(image);
  const struct device *dev = image->dev;
  bool agent = !image->auth && ssh->agent;
  struct helper *nbdkit = helper_new(dev->domain, agent ? "env" : "nbdkit", dev->subject, dev->place);
  if (agent) {
    helper_host(nbdkit, "SSH_AUTH_SOCK=", WANT_CONNECT, ssh->agent, "");
    helper_host(nbdkit, "", WANT_PROGRAM, "nbdkit", "");
  }
  helper_word(nbdkit, "--unix");
  helper_listens(nbdkit, "", ssh->socket, "");
  helper_word(nbdkit, "--foreground");
  helper_word(nbdkit, image->readonly ? "--readonly" : NULL);
  helper_word(nbdkit, "ssh");
  const char *port = talloc_asprintf(nbdkit, "%u", net->hosts[0].port);
  helper_named(nbdkit, "host=", NAMES_ADDRESS, net->hosts[0].name);
  helper_named(nbdkit, "port=", NAMES_NOTHING, port);
  helper_port(nbdkit, WANT_SERVER, net->hosts[0].name, port);
  helper_named(nbdkit, "path=", NAMES_REMOTE, net->name);
  if (ssh->known_hosts)
    helper_host(nbdkit, "known-hosts=", WANT_READ, ssh->known_hosts, "");
  if (!image->auth && ssh->keyfile)
    helper_host(nbdkit, "identity=", WANT_READ, ssh->keyfile, "");
  const char *user = image->auth ? image->auth->username : ssh->user;
  if (user)
    helper_named(nbdkit, "user=", NAMES_REMOTE, user);
  if (image->auth && image->auth->secret) {
    image->auth->secret->found = password_found;
    image->auth->secret->arg = nbdkit;
  }
}

static void
ssh_complete(struct image *image, struct stage *stage)
{
  struct ssh *ssh = network_of(image)->own;
  (void)stage;
  if (image->auth || ssh->user)
    ssh->socket = runtime_path(image->dev->domain, talloc_asprintf(ssh, "nbdkit-%s.sock", image->storage_node));
}

/* The secret is known by now, its file is looked up after. */
static void
ssh_resolve(struct image *image, struct stage *stage)
{
  const struct ssh *ssh = network_of(image)->own;
  (void)stage;
  if (ssh->socket)
    start_nbdkit(image, ssh);
}

static void
ssh_check(const struct image *image, struct stage *stage)
{
  const struct ssh *ssh = network_of(image)->own;
  if (ssh->known_hosts && !ssh->socket)
    diag_warning(stage->diag, xml_place(image->node, NULL), image->dev->subject,
                 "knownHosts '%s' is not used: QEMU's ssh driver looks into ~/.ssh/known_hosts alone; "
                 "add the server's key there, or an <identity>, which brings nbdkit",
                 ssh->known_hosts);
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
    props_host(server, "path", WANT_CONNECT, ssh->socket);
    return;
  }
  props_remote(p, "path", net->name);
  network_inet_address(props_dict(p, "server"), net, &net->hosts[0]);
}

const struct protocol ssh_protocol = {
  .name = "ssh",
  .flags = PROTOCOL_AUTH,
  .port = 22,
  .min_hosts = 1,
  .max_hosts = 1,
  .size = sizeof(struct ssh),
  .attrs = ssh_attrs,
  .read = ssh_read,
  .complete = ssh_complete,
  .resolve = ssh_resolve,
  .check = ssh_check,
  .props = ssh_props,
};
