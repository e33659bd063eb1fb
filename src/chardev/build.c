/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chardev/build.c - the host's end of a character device, checked and spelt for QEMU */

#include "chardev/chardev.h"
#include "core/options.h"
#include "domain/wants.h"
#include "domain/display.h"
#include "domain/tls.h"

#include <sys/un.h>

const char *
chardev_id(TALLOC_CTX *ctx, const struct device *dev)
{
  return talloc_asprintf(ctx, "char%s", dev->id);
}

/* --- check --- */

static void
check_unix(const struct chardev *c, const char *subject, struct diag *diag)
{
  size_t room = sizeof(((struct sockaddr_un *)NULL)->sun_path);
  if (!c->path)
    diag_error(diag, c->place, subject, "the socket has no path; write path='...' in its <source>");
  else if (strlen(c->path) >= room)
    diag_unstartable(diag, c->place, subject, "socket path of %zu bytes: Linux takes %zu, this guest will not start",
                     strlen(c->path), room - 1);
}

static struct tls *
new_tls(struct chardev *c, const struct device *dev)
{
  const char *id = talloc_asprintf(c, "obj%s_tls0", chardev_id(c, dev));
  return tls_new(dev->domain, id, c->mode == SOCKET_BIND ? TLS_SERVER : TLS_CLIENT, c->place, dev->subject);
}

void
chardev_check(struct chardev *c, const struct device *dev, struct stage *stage)
{
  struct diag *diag = stage->diag;
  if (c->type == CHARDEV_UNIX)
    check_unix(c, dev->subject, diag);
  /* a server without an address listens on all; a client looks nobody up */
  if (c->type == CHARDEV_TCP && c->mode == SOCKET_CONNECT && !*c->host && c->reconnect.enabled != ON)
    diag_unstartable(diag, c->place, dev->subject,
                     "the host to connect to is empty, with which the guest will not start; write host='...'");
  if (c->type == CHARDEV_TCP && c->tls == ON)
    c->credentials = new_tls(c, dev);
  if ((c->type == CHARDEV_SPICEPORT || c->type == CHARDEV_DBUS) && !c->channel)
    diag_error(diag, c->place, dev->subject, "the channel has no name; write <source channel='org.example.name.0'/>");
  if (c->type == CHARDEV_QEMU_VDAGENT)
    stage_need(stage, FEAT_CHARDEV_QEMU_VDAGENT, c->place, dev->subject);
  if (c->type == CHARDEV_SPICEVMC && !c->channel)
    diag_error(diag, c->place, dev->subject,
               "type 'spicevmc' is for a virtio channel, a smartcard and a redirdev alone; use type='spiceport'");
  bool spice = c->type == CHARDEV_SPICEVMC || c->type == CHARDEV_SPICEPORT;
  if (spice && !graphics_has(dev->domain, GRAPHICS_SPICE))
    diag_error(diag, c->place, dev->subject,
               "type '%s' travels over SPICE, which this domain has not; add "
               "<graphics type='spice' autoport='yes'/>, use type='unix', or drop it",
               c->type == CHARDEV_SPICEVMC ? "spicevmc" : "spiceport");
}

/* --- build --- */

static void
reconnect_props(struct props *p, const struct chardev *c, const struct build *b)
{
  uint32_t seconds = c->reconnect.enabled == ON ? c->reconnect.timeout : 0;
  if (c->reconnect.enabled == UNSET)
    return;
  if (caps_has(b->caps, FEAT_CHARDEV_RECONNECT_MS))
    props_uint(p, "reconnect-ms", (uint64_t)seconds * 1000);
  else
    props_uint(p, "reconnect", seconds);
}

static void
server_props(struct props *p, const struct chardev *c)
{
  if (c->mode != SOCKET_BIND)
    return;
  props_bool(p, "server", true);
  if (!c->wait)
    props_bool(p, "wait", false);
}

static enum want_kind
socket_use(const struct chardev *c)
{
  if (c->mode == SOCKET_BIND)
    return WANT_LISTEN;
  return c->reconnect.enabled == ON ? WANT_RETRY : WANT_CONNECT;
}

static enum want_kind
tcp_use(const struct chardev *c)
{
  if (c->mode == SOCKET_BIND)
    return WANT_PORT;
  return c->reconnect.enabled == ON ? WANT_NOTHING : WANT_SERVER;
}

static void
udp_props(struct props *p, const struct chardev *c)
{
  props_address(p, "host", c->host ? c->host : "");
  props_str(p, "port", c->service);
  props_port(p, WANT_PEER, c->host, c->service);
  props_address(p, "localaddr", c->bind_host ? c->bind_host : "");
  props_str(p, "localport", c->bind_service ? c->bind_service : "0");
  if (c->bind_service)
    props_port(p, WANT_UDP_PORT, c->bind_host, c->bind_service);
}

static void
backend_props(struct props *p, const struct chardev *c, const struct build *b)
{
  switch (c->type) {
  case CHARDEV_FILE:
    props_host(p, "path", WANT_MAKE, c->path);
    props_switch(p, "append", c->append);
    return;
  case CHARDEV_DEV:
    props_host(p, "path", WANT_DEVICE, c->path);
    return;
  case CHARDEV_PIPE:
    props_host(p, "path", WANT_PIPE, c->path);
    return;
  case CHARDEV_UNIX:
    props_host(p, "path", socket_use(c), c->path);
    server_props(p, c);
    reconnect_props(p, c, b);
    return;
  case CHARDEV_TCP:
    props_address(p, "host", c->host);
    props_str(p, "port", c->service);
    props_port(p, tcp_use(c), c->host, c->service);
    if (c->protocol == PROTOCOL_TELNET)
      props_bool(p, "telnet", true);
    server_props(p, c);
    reconnect_props(p, c, b);
    if (c->credentials)
      props_refer(p, "tls-creds", ID_OBJECT, tls_id(c->credentials));
    return;
  case CHARDEV_UDP:
    udp_props(p, c);
    return;
  case CHARDEV_SPICEVMC:
  case CHARDEV_SPICEPORT:
  case CHARDEV_DBUS:
    props_guest(p, "name", c->channel);
    if (c->type != CHARDEV_DBUS)
      props_implies(p, WANT_MODULE, "chardev-spice", 0);
    return;
  case CHARDEV_QEMU_VDAGENT:
    props_str(p, "name", "vdagent");
    props_switch(p, "clipboard", c->clipboard);
    if (c->mouse != MOUSE_DEFAULT)
      props_bool(p, "mouse", c->mouse == MOUSE_CLIENT);
    return;
  case CHARDEV_STDIO:
    if (b->options->terminal)
      props_bool(p, "signal", false); /* Ctrl-C is the guest's: --run has a way out of its own */
    return;
  case CHARDEV_NONE:
  case CHARDEV_NULL:
  case CHARDEV_VC:
  case CHARDEV_PTY:
  case CHARDEV_NMDM:
  case CHARDEV_TYPES:
    return;
  }
}

/* -chardev's word for the type; DEVICE is what a device node of the host is. */
static const char *
backend_name(enum chardev_type type, const char *device)
{
  /* sparse: a device has one of two names, and "nmdm" is refused */
  static const char *const names[CHARDEV_TYPES] = {
    [CHARDEV_NULL] = "null",
    [CHARDEV_VC] = "vc",
    [CHARDEV_PTY] = "pty",
    [CHARDEV_FILE] = "file",
    [CHARDEV_PIPE] = "pipe",
    [CHARDEV_STDIO] = "stdio",
    [CHARDEV_UDP] = "udp",
    [CHARDEV_TCP] = "socket",
    [CHARDEV_UNIX] = "socket",
    [CHARDEV_SPICEVMC] = "spicevmc",
    [CHARDEV_SPICEPORT] = "spiceport",
    [CHARDEV_QEMU_VDAGENT] = "qemu-vdagent",
    [CHARDEV_DBUS] = "dbus",
  };
  return type == CHARDEV_DEV ? device : names[type];
}

/* No QEMU up to 10.0 takes -chardev as JSON. */
static void
build(const struct chardev *c, const char *device, const char *id, const struct build *b, struct argv *argv)
{
  if (c->credentials)
    tls_build(c->credentials, argv);
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-chardev", "backend");
  props_str(p, "backend", backend_name(c->type, device));
  props_define(p, "id", ID_CHARDEV, id);
  backend_props(p, c, b);
  props_host(p, "logfile", WANT_MAKE, c->log);
  props_switch(p, "logappend", c->log_append);
}

/* BUILD, with the line of the source for its origin, where there is one. */
static void
build_from(const struct chardev *c, const char *kind, const char *id, const struct build *b, struct argv *argv)
{
  struct place before = argv->place;
  if (c->place.file)
    argv->place = c->place;
  build(c, kind, id, b, argv);
  argv->place = before;
}

void
chardev_build(const struct chardev *c, const char *id, const struct build *b, struct argv *argv)
{
  build_from(c, "serial", id, b, argv);
}

void
chardev_build_parallel(const struct chardev *c, const char *id, const struct build *b, struct argv *argv)
{
  build_from(c, "parallel", id, b, argv);
}
