/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chardev/read.c - the host's end of a character device, as the XML describes it */

#include "chardev/chardev.h"
#include "core/names.h"

static const char *const type_names[] = {
  [CHARDEV_NULL] = "null",         [CHARDEV_VC] = "vc",
  [CHARDEV_PTY] = "pty",           [CHARDEV_DEV] = "dev",
  [CHARDEV_FILE] = "file",         [CHARDEV_PIPE] = "pipe",
  [CHARDEV_STDIO] = "stdio",       [CHARDEV_UDP] = "udp",
  [CHARDEV_TCP] = "tcp",           [CHARDEV_UNIX] = "unix",
  [CHARDEV_SPICEVMC] = "spicevmc", [CHARDEV_SPICEPORT] = "spiceport",
  [CHARDEV_NMDM] = "nmdm",         [CHARDEV_QEMU_VDAGENT] = "qemu-vdagent",
  [CHARDEV_DBUS] = "dbus",
};
static_assert(ARRAY_SIZE(type_names) == CHARDEV_TYPES, "a type of character device has no name");

static const char *const mode_names[] = { [SOCKET_CONNECT] = "connect", [SOCKET_BIND] = "bind" };
static_assert(ARRAY_SIZE(mode_names) == CHARDEV_MODES, "a mode has no name");

static const char *const protocol_names[] = {
  [PROTOCOL_RAW] = "raw",
  [PROTOCOL_TELNET] = "telnet",
  [PROTOCOL_TELNETS] = "telnets",
  [PROTOCOL_TLS] = "tls",
};
static_assert(ARRAY_SIZE(protocol_names) == CHARDEV_PROTOCOLS, "a protocol has no name");

static const char *const mouse_names[] = { [MOUSE_SERVER] = "server", [MOUSE_CLIENT] = "client" };
static_assert(ARRAY_SIZE(mouse_names) == CHARDEV_MICE, "a mouse mode has no name");

#define NO_TYPE "no type says what stands behind it on the host; write type='unix', type='tcp', ..."

struct protocol {
  const char *type;
};

static const struct attr file_attrs[] = {
  ATTR_STRING("source/@path", struct chardev, path, .required = true,
              .doc = "The file, device, pipe or socket of the host behind the line."),
  ATTR_ONOFF("source/@append", struct chardev, append, .dflt = "QEMU's (off): it is emptied first",
             .doc = "Whether what is there already in the file is kept."),
  ATTR_END
};

static const struct attr path_attrs[] = {
  ATTR_STRING("source/@path", struct chardev, path, .required = true,
              .doc = "The file, device, pipe or socket of the host behind the line."),
  ATTR_END
};

/* without a path or a channel: chardev_check() asks, for a kind may have a custom */
static const struct attr unix_attrs[] = {
  ATTR_SEE("source", reconnect_attrs),
  ATTR_ENUM("source/@mode", struct chardev, mode, mode_names, .dflt = "connect",
            .doc = "Whether QEMU listens on the socket or connects to it."),
  ATTR_STRING("source/@path", struct chardev, path, .required_where = "unless it is a channel's",
              .dflt = "made for the guest, of a channel's",
              .doc = "The file, device, pipe or socket of the host behind the line."),
  ATTR_END
};

static const struct attr tcp_attrs[] = {
  ATTR_SEE("source", reconnect_attrs),
  ATTR_ENUM("source/@mode", struct chardev, mode, mode_names, .dflt = "connect",
            .doc = "Whether QEMU listens on the socket or connects to it."),
  ATTR_STRING("source/@host", struct chardev, host, .required = true, .empty_ok = true,
              .doc = "The address to connect to or to listen on."),
  ATTR_STRING("source/@service", struct chardev, service, .required = true,
              .doc = "The port to connect to or to listen on."),
  ATTR_YESNO("source/@tls", struct chardev, tls, .dflt = "no", .doc = "Whether the connection is encrypted."),
  ATTR_ENUM("protocol/@type", struct chardev, protocol, protocol_names, .dflt = "raw",
            .doc = "Whether the bytes go as they are or with telnet's commands among them."),
  ATTR_END
};

static const struct attr mode_attrs[] = {
  ATTR_ENUM("@mode", struct chardev, mode, mode_names, .dflt = "connect",
            .doc = "Whether this source is where QEMU sends to or where it listens."),
  ATTR_END
};

/* <source mode='bind'/> and <source mode='connect'/>, in any order: read one by one */
static const struct attr udp_connect_attrs[] = {
  ATTR_STRING("@host", struct chardev, host, .empty_ok = true, .dflt = "QEMU's (localhost)",
              .doc = "The address that the bytes are sent to, where mode is connect."),
  ATTR_STRING("@service", struct chardev, service, .required_where = "where mode is connect", .dflt = "none",
              .doc = "The port that they are sent to."),
  ATTR_END
};

static const struct attr udp_bind_attrs[] = {
  ATTR_STRING("@host", struct chardev, bind_host, .empty_ok = true, .dflt = "any address of this host",
              .doc = "The address at which bytes are received, where mode is bind."),
  ATTR_STRING("@service", struct chardev, bind_service, .dflt = "any that is free",
              .doc = "The port at which they are received."),
  ATTR_END
};

static const struct attr channel_attrs[] = {
  ATTR_STRING("source/@channel", struct chardev, channel, .pattern = "[a-zA-Z0-9_.\\-]+",
              .required_where = "unless it is a redirdev's", .dflt = "org.qemu.usbredir, of a redirdev",
              .doc = "The name of the SPICE or D-Bus channel that carries the line."),
  ATTR_END
};

static const struct attr vdagent_attrs[] = {
  ATTR_YESNO("source/clipboard/@copypaste", struct chardev, clipboard, .required_here = true,
             .doc = "Whether the clipboard is shared between the guest and the display's client."),
  ATTR_ENUM("source/mouse/@mode", struct chardev, mouse, mouse_names, .required_here = true,
            .doc = "Whether the client or the server draws the mouse."),
  ATTR_END
};

/* of a running domain, as dumpxml writes it */
static const struct attr pty_attrs[] = {
  ATTR_QUIET("source/@path", .doc = "The file, device, pipe or socket of the host behind the line."), ATTR_END
};

static const struct attr tty_attrs[] = {
  ATTR_QUIET("@tty", .doc = "The terminal that a running guest has; it has no effect."), ATTR_END
};

/* of any type, where it is told to be idle */
static const struct attr protocol_attrs[] = {
  ATTR_STRING("protocol/@type", struct protocol, type, .empty_ok = true, .dflt = "raw",
              .doc = "Whether the bytes go as they are or with telnet's commands among them."),
  ATTR_END
};

static const struct attr log_attrs[] = {
  ATTR_STRING("log/@file", struct chardev, log, .dflt = "none", .doc = "A file into which all that passes is copied."),
  ATTR_ONOFF("log/@append", struct chardev, log_append, .dflt = "QEMU's (off): it is emptied first",
             .doc = "Whether what is there already in the log is kept."),
  ATTR_END
};

const struct attr reconnect_attrs[] = {
  ATTR_YESNO("reconnect/@enabled", struct reconnect, enabled, .dflt = "QEMU's (no)",
             .doc = "Whether QEMU connects again when the connection broke."),
  ATTR_UINT("reconnect/@timeout", struct reconnect, timeout, .unit = "seconds", .required_where = "where it is enabled",
            .dflt = "none", .doc = "How long to wait between two attempts to connect again."),
  ATTR_END
};

static const struct attr any_udp_attrs[] = {
  ATTR_SEE("source", mode_attrs, .many = true, .doc = "What stands behind the line; UDP has one for each direction."),
  ATTR_SEE("source", udp_connect_attrs), ATTR_SEE("source", udp_bind_attrs), ATTR_END
};

static const struct attr *const tables[CHARDEV_TYPES] = {
  [CHARDEV_FILE] = file_attrs,         [CHARDEV_DEV] = path_attrs,     [CHARDEV_PIPE] = path_attrs,
  [CHARDEV_UNIX] = unix_attrs,         [CHARDEV_TCP] = tcp_attrs,      [CHARDEV_UDP] = any_udp_attrs,
  [CHARDEV_SPICEPORT] = channel_attrs, [CHARDEV_DBUS] = channel_attrs, [CHARDEV_QEMU_VDAGENT] = vdagent_attrs,
  [CHARDEV_PTY] = pty_attrs,
};

static const struct attr type_attrs[] = {
  ATTR_ENUM("@type", struct chardev, type, type_names, .required_where = "of rng, redirdev and smartcard",
            .dflt = "pty", .doc = "What stands behind the line on the host; each type has its own source."),
  ATTR_END
};

static const struct attr source_type_attrs[] = { ATTR_ENUM("source/@type", struct chardev, type, type_names,
                                                           .required = true, .missing = NO_TYPE,
                                                           .doc = "What stands behind the device on the host."),
                                                 ATTR_END };

static const struct attr rest_attrs[] = { ATTR_QUIET("source/seclabel",
                                                     .doc = "A label for this source alone, which a manager applies."),
                                          ATTR_SEE(".", log_attrs), ATTR_SEE(".", protocol_attrs), ATTR_END };

static const struct attr *const own_tables[CHARDEV_TYPES] = { [CHARDEV_PTY] = tty_attrs };

const struct attr chardev_attrs[] = { ATTR_TABLE(type_attrs),
                                      ATTR_CHOICE("@type", struct chardev, type, type_names, tables),
                                      ATTR_CHOICE("@type", struct chardev, type, type_names, own_tables),
                                      ATTR_TABLE(rest_attrs), ATTR_END };

const struct attr chardev_source_attrs[] = { ATTR_TABLE(source_type_attrs),
                                             ATTR_CHOICE("source/@type", struct chardev, type, type_names, tables),
                                             ATTR_TABLE(rest_attrs), ATTR_END };

/* Seconds that fit a signed number of milliseconds: QEMU's reconnect-ms. */
enum { RECONNECT_MAX = INT32_MAX / 1000 };

void
reconnect_read(xmlNode *node, struct reconnect *reconnect, const char *subject, struct diag *diag)
{
  xmlNode *element = node ? xml_child(node, "reconnect") : NULL;
  if (!element || !attr_read(reconnect_attrs, node, reconnect, subject, diag))
    return;
  if (reconnect->enabled == UNSET)
    diag_warning(diag, xml_place(element, NULL), subject,
                 "reconnect does nothing without enabled='yes', or enabled='no'");
  if (reconnect->enabled != ON)
    return;
  if (!xml_has(element, "@timeout"))
    diag_error(diag, xml_place(element, NULL), subject,
               "reconnect has no timeout; write timeout='SECONDS', how long to wait between attempts");
  else if (reconnect->timeout < 1 || reconnect->timeout > RECONNECT_MAX)
    diag_error(diag, xml_place(element, "timeout"), subject, "reconnect timeout '%u': seconds from 1 to %d",
               reconnect->timeout, RECONNECT_MAX);
}

/* --- one type each --- */

static void
read_socket(struct chardev *c, xmlNode *node, const char *subject, struct diag *diag)
{
  xmlNode *source = xml_child(node, "source");
  reconnect_read(source, &c->reconnect, subject, diag);
  if (c->mode == SOCKET_BIND && c->reconnect.enabled != UNSET)
    diag_error(diag, xml_place(xml_child(source, "reconnect"), NULL), subject,
               "reconnect does not go with mode='bind': only who connects can do so again");
}

/* Of two with one mode, libvirt takes the first that says something. */
static void
read_udp(struct chardev *c, xmlNode *node, const char *subject, struct diag *diag)
{
  unsigned n = 0;
  xml_each(source, node, "source")
  {
    struct chardev said_mode = { .mode = SOCKET_CONNECT };
    if (++n > CHARDEV_MODES) {
      diag_error(diag, xml_place(source, NULL), subject,
                 "a third <source>; a udp line has one of mode 'connect' and one of mode 'bind'");
      xml_skip(source);
      continue;
    }
    if (!attr_read(mode_attrs, source, &said_mode, subject, diag))
      continue;
    enum chardev_mode mode = said_mode.mode;
    bool said = mode == SOCKET_BIND ? c->bind_host || c->bind_service : c->host || c->service;
    if (!said) {
      attr_read(mode == SOCKET_BIND ? udp_bind_attrs : udp_connect_attrs, source, c, subject, diag);
      continue;
    }
    diag_warning(diag, xml_place(source, NULL), subject,
                 "a second <source mode='%s'>: the first counts; a udp line has one of each mode", mode_names[mode]);
    xml_skip(source);
  }
  if (!c->service)
    diag_error(diag, c->place, subject,
               "udp sends to no port; write <source mode='connect' host='...' service='PORT'/>");
}

/* Goes into the name of a SPICE or D-Bus channel: libvirt's rule for its letters. */
static void
check_channel(const struct chardev *c, const char *subject, struct diag *diag)
{
  if (c->channel && c->channel[strspn(c->channel, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")])
    diag_error(diag, c->place, subject, "channel '%s' has other characters than letters, digits, '-', '_' and '.'",
               c->channel);
}

static void
read_source(struct chardev *c, xmlNode *node, const char *subject, struct diag *diag)
{
  if (c->type != CHARDEV_UDP)
    attr_read(tables[c->type], node, c, subject, diag);
  switch ((int)c->type) {
  case CHARDEV_UNIX:
  case CHARDEV_TCP:
    read_socket(c, node, subject, diag);
    return;
  case CHARDEV_UDP:
    read_udp(c, node, subject, diag);
    return;
  case CHARDEV_SPICEPORT:
  case CHARDEV_DBUS:
    check_channel(c, subject, diag);
    return;
  case CHARDEV_NMDM:
    diag_error(diag, c->place, subject, "nmdm is a null modem of FreeBSD's bhyve; use type='pty' or type='unix'");
    xml_skip_all(node, "source");
    return;
  default:
    return;
  }
}

/* --- around them --- */

/* Attributes of <source> that are for other types than this one. */
static void
report_idle(const struct chardev *c, xmlNode *source, const char *subject, struct diag *diag)
{
  static const char *const names[] = { "mode",  "path",   "host", "service",   "channel",   "master",
                                       "slave", "append", "tls",  "reconnect", "clipboard", "mouse" };
  xml_skip_all(source, "seclabel");
  xml_idle(source, names, ARRAY_SIZE(names), talloc_asprintf(diag, "type '%s'", type_names[c->type]), subject, diag);
}

static void
read_log(struct chardev *c, xmlNode *node, const char *subject, struct diag *diag)
{
  xmlNode *log = xml_child(node, "log");
  if (!log)
    return;
  attr_read(log_attrs, node, c, subject, diag);
  if (xml_has(log, "@file"))
    return;
  diag_warning(diag, xml_place(log, NULL), subject, "<log> without file= logs nothing");
  c->log_append = UNSET;
}

static void
check_single(xmlNode *node, const char *element, const char *subject, struct diag *diag)
{
  xmlNode *first = xml_child(node, element);
  xmlNode *second = first ? xml_next(first, element) : NULL;
  if (!second)
    return;
  diag_error(diag, xml_place(second, NULL), subject, "a second <%s>; a character device has one", element);
  xml_skip(second);
}

static void
read_protocol(struct chardev *c, xmlNode *node, const char *subject, struct diag *diag)
{
  xmlNode *protocol = xml_child(node, "protocol");
  if (!protocol)
    return;
  struct protocol said = { 0 };
  attr_read(protocol_attrs, node, &said, subject, diag);
  const char *type = said.type;
  if (c->type != CHARDEV_TCP && type && strcmp(type, "raw") != 0)
    diag_warning(diag, xml_place(protocol, type), subject, "protocol '%s' means nothing to type '%s', only to tcp",
                 type, type_names[c->type]);
  if (c->protocol == PROTOCOL_TELNETS || c->protocol == PROTOCOL_TLS)
    diag_error(diag, xml_place(protocol, type), subject,
               "protocol '%s' is none of QEMU's; write type='%s' here and tls='yes' in <source>", type,
               c->protocol == PROTOCOL_TLS ? "raw" : "telnet");
}

static struct chardev *
read_typed(TALLOC_CTX *ctx, xmlNode *node, const struct attr *head, enum chardev_type type, const char *subject,
           struct diag *diag)
{
  struct chardev *c = talloc_zero(ctx, struct chardev);
  xmlNode *source = xml_child(node, "source");
  c->type = type;
  c->place = xml_place(source ? source : node, NULL);
  if (!attr_read(head, node, c, subject, diag))
    return c;
  if (c->type == CHARDEV_NONE)
    diag_error(diag, c->place, subject, NO_TYPE);
  if (c->type != CHARDEV_UDP)
    check_single(node, "source", subject, diag);
  check_single(node, "log", subject, diag);
  check_single(node, "protocol", subject, diag);
  read_source(c, node, subject, diag);
  read_protocol(c, node, subject, diag);
  xml_each(each, node, "source") report_idle(c, each, subject, diag);
  read_log(c, node, subject, diag);
  return c;
}

struct chardev *
chardev_read(TALLOC_CTX *ctx, xmlNode *node, enum chardev_type type, const char *subject, struct diag *diag)
{
  struct chardev *c = read_typed(ctx, node, type_attrs, type, subject, diag);
  if (c)
    attr_read(own_tables[c->type], node, c, subject, diag);
  return c;
}

struct chardev *
chardev_read_source(TALLOC_CTX *ctx, xmlNode *node, const char *subject, struct diag *diag)
{
  xml_each(source, node, "source") xml_attr(source, "type"); /* by hand: a second one says it too, and is refused */
  return read_typed(ctx, node, source_type_attrs, CHARDEV_NONE, subject, diag);
}

struct chardev *
chardev_unix(TALLOC_CTX *ctx, const char *path, enum chardev_mode mode, struct place place)
{
  struct chardev *c = talloc_zero(ctx, struct chardev);
  *c = (struct chardev){ .type = CHARDEV_UNIX, .path = path, .mode = mode, .place = place };
  return c;
}
