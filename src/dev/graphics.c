/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/graphics.c - <graphics>: how people see the guest */

#include "dev/graphics.h"
#include "domain/notes.h"
#include "core/options.h"
#include "domain/runtime.h"
#include "host/network.h"

static const char *const graphics_type_names[] = {
  [GRAPHICS_SDL] = "sdl",         [GRAPHICS_VNC] = "vnc",     [GRAPHICS_RDP] = "rdp",
  [GRAPHICS_DESKTOP] = "desktop", [GRAPHICS_SPICE] = "spice", [GRAPHICS_EGL_HEADLESS] = "egl-headless",
  [GRAPHICS_DBUS] = "dbus",
};
static_assert(ARRAY_SIZE(graphics_type_names) == GRAPHICS_TYPES, "a graphics type has no name");

static const char *const share_policy_names[] = { NULL, "allow-exclusive", "force-shared", "ignore" };

/* who stays when a password is changed */
static const char *const connected_names[] = { NULL, "fail", "disconnect", "keep" };
enum { CONNECTED_KEEP = 3 };

#define PASSWORD(...) \
  ATTR_STRING("@passwd", struct graphics, password, .empty_ok = true, \
              .dflt = "none: VNC lets everybody in, SPICE nobody", .doc = "The password that clients must give.", \
              ##__VA_ARGS__)

static const struct attr server_attrs[] = {
  ATTR_STRING("@passwdValidTo", struct graphics, password_until, .dflt = "none",
              .doc = "Until when the password holds, in UTC."),
  ATTR_ENUM("@connected", struct graphics, connected, connected_names, .dflt = "keep",
            .doc = "What becomes of connected clients when the password changes."),
  ATTR_QUIET("@websocketGenerated", .doc = "Whether a running libvirt chose the websocket's port; it has no effect."),
  ATTR_SEE(".", graphics_listen_attrs),
  ATTR_SEE(".", graphics_port_attrs),
  ATTR_STRING("@keymap", struct graphics, keymap, .dflt = "QEMU's (en-us)",
              .doc = "The keyboard layout of clients that send no key codes of their own."),
  ATTR_END
};

static const struct attr vnc_attrs[] = {
  PASSWORD(.pattern = "[\\s\\S]{0,8}"),
  ATTR_SEE(".", server_attrs),
  ATTR_INT("@websocket", struct graphics, websocket, .min = ANY_PORT, .max = LAST_PORT, .dflt = "none",
           .doc = "The port for clients in a browser; -1 lets one be chosen."),
  ATTR_ENUM("@sharePolicy", struct graphics, share_policy, share_policy_names, .dflt = "QEMU's (allow-exclusive)",
            .doc = "Whether several clients may look at once."),
  ATTR_YESNO("@powerControl", struct graphics, power_control, .needs = FEAT_VNC_POWER_CONTROL, .dflt = "QEMU's (no)",
             .doc = "Whether clients may turn the guest off and on."),
  ATTR_UINT("audio/@id", struct graphics, audio, .min = 1, .required_here = true, .dflt = "QEMU's",
            .doc = "The sound output that clients hear."),
  ATTR_END
};

static const struct attr sdl_attrs[] = {
  ATTR_STRING("@display", struct graphics, display, .dflt = "the environment's",
              .doc = "The X display on which the window opens."),
  ATTR_STRING("@xauth", struct graphics, xauth, .dflt = "the environment's",
              .doc = "The file with the key of the X display."),
  ATTR_YESNO("@fullscreen", struct graphics, fullscreen, .dflt = "no", .doc = "Whether the window fills the screen."),
  ATTR_YESNO("gl/@enable", struct graphics, gl, .required_here = true, .dflt = "QEMU's (no)",
             .doc = "Whether pictures are drawn by the host's graphics card."),
  ATTR_END
};

static const struct attr egl_attrs[] = { ATTR_STRING("gl/@rendernode", struct graphics, rendernode,
                                                     .dflt = "QEMU's: the first that it can open",
                                                     .doc = "The graphics card of the host that draws."),
                                         ATTR_END };

static const struct attr without_bus[] = { ATTR_NEVER("@address"), ATTR_END };

static const struct attr dbus_attrs[] = {
  ATTR_YESNO("@p2p", struct graphics, p2p, .dflt = "no",
             .doc = "Whether clients connect by a descriptor rather than over a bus."),
  ATTR_STRING("@address", struct graphics, dbus_address, .dflt = "the session's bus",
              .doc = "The address of the D-Bus to appear on."),
  ATTR_IF("@p2p", "yes", without_bus),
  ATTR_YESNO("gl/@enable", struct graphics, gl, .required_here = true, .dflt = "QEMU's (no)",
             .doc = "Whether pictures are drawn by the host's graphics card."),
  ATTR_STRING("gl/@rendernode", struct graphics, rendernode, .dflt = "QEMU's: the first that it can open",
              .doc = "The graphics card of the host that draws."),
  ATTR_UINT("audio/@id", struct graphics, audio, .min = 1, .required_here = true, .dflt = "none",
            .doc = "The sound output that clients hear."),
  ATTR_END
};

static const struct attr all_spice_attrs[] = { PASSWORD(), ATTR_TABLE(spice_attrs), ATTR_SEE(".", server_attrs),
                                               ATTR_END };

static const struct attr rdp_attrs[] = {
  ATTR_QUIET("@username", .doc = "Who may log in; libvirt tells the RDP server that it starts."),
  ATTR_QUIET("@passwd", .doc = "The password that clients must give; libvirt tells the RDP server that it starts."),
  ATTR_QUIET("@passwdValidTo", .doc = "Known of other servers; RDP's password does not expire."),
  ATTR_YESNO("@multiUser", struct graphics, rdp_users, .dflt = "no",
             .doc = "Several users at once, which QEMU's RDP server has not."),
  ATTR_YESNO("@replaceUser", struct graphics, rdp_replaces, .dflt = "no",
             .doc = "A new user taking an old one's place, which QEMU's RDP server has not."),
  ATTR_SEE(".", graphics_listen_attrs),
  ATTR_SEE(".", graphics_port_attrs),
  ATTR_END
};

static const struct attr *const type_attrs[GRAPHICS_TYPES] = {
  [GRAPHICS_SPICE] = all_spice_attrs, [GRAPHICS_RDP] = rdp_attrs,          [GRAPHICS_VNC] = vnc_attrs,
  [GRAPHICS_SDL] = sdl_attrs,         [GRAPHICS_EGL_HEADLESS] = egl_attrs, [GRAPHICS_DBUS] = dbus_attrs,
};

static const struct attr graphics_attrs[] = {
  ATTR_ENUM("@type", struct graphics, type, graphics_type_names, .required = true,
            .doc = "How people see the guest; each type has its own attributes."),
  ATTR_SEE_BY("@type", graphics_type_names, type_attrs), ATTR_END
};

/* Which display of its type a password is for: the first is "vnc". */
static const char *
server_name(const struct graphics *graphics)
{
  const char *type = graphics_type_names[graphics->type];
  return graphics->before ? talloc_asprintf(graphics, "%s%ju", type, (uintmax_t)graphics->before + 1) : type;
}

/* YYYY-MM-DDTHH:MM:SS */
static bool
is_time(const char *text)
{
  int year, month, day, hour, minute, second, end = 0;
  int n = sscanf(text, "%d-%d-%dT%d:%d:%d%n", &year, &month, &day, &hour, &minute, &second, &end);
  return n == 6 && !text[end];
}

static void
read_password_until(const struct graphics *graphics, xmlNode *node, const char *until, struct stage *stage)
{
  const char *subject = graphics->dev.subject;
  struct place place = xml_place(node, "passwdValidTo");
  if (graphics->password && !is_time(until))
    diag_error(stage->diag, place, subject, "passwdValidTo='%s': not a time; write it as 2030-12-31T23:59:59", until);
  else if (!graphics->password)
    diag_warning(stage->diag, place, subject,
                 "passwdValidTo without passwd, which libvirt does not write out unasked (dumpxml "
                 "--security-info): this display has no password");
  else
    diag_warning(stage->diag, place, subject,
                 "a password that expires is not given to QEMU, which lets nobody in before one is set over QMP "
                 "(set_password, expire_password)");
}

static void
read_password(struct graphics *graphics, xmlNode *node, struct stage *stage)
{
  struct device *dev = &graphics->dev;
  const char *until = graphics->password_until;
  int connected = graphics->password ? graphics->connected : 0;
  if (graphics->type == GRAPHICS_VNC && connected && connected != CONNECTED_KEEP)
    diag_error(stage->diag, xml_place(node, "connected"), dev->subject,
               "connected='%s': VNC clients stay when the password changes; write connected='keep'",
               connected_names[connected]);
  if (until)
    read_password_until(graphics, node, until, stage);
  if (!graphics->password || !*graphics->password || until)
    return;
  const char *name = server_name(graphics);
  struct secret_want want = {
    .usage = name, .value = graphics->password, .place = xml_place(node, "passwd"), .subject = dev->subject
  };
  graphics->secret = secret_add(dev->domain, talloc_asprintf(dev, "%s-password", name), want);
  graphics->secret->without = SECRET_SET_OVER_QMP;
}

/* Served by a program of its own over D-Bus, not by QEMU: what is wrong is said, the rest is not for us. */
static void
rdp_parse(struct graphics *graphics, xmlNode *node, struct stage *stage)
{
  const char *subject = graphics->dev.subject;
  graphics_read_listen(graphics, node, stage);
  bool users = graphics->rdp_users == ON;
  if (users || graphics->rdp_replaces == ON)
    diag_error(stage->diag, xml_place(node, users ? "multiUser" : "replaceUser"), subject,
               "QEMU's RDP server has one user, whom nobody replaces; drop multiUser and replaceUser");
  if (xml_has(node, "@passwd") && xml_has(node, "@passwdValidTo"))
    diag_error(stage->diag, xml_place(node, "passwdValidTo"), subject,
               "QEMU's RDP server has no password that expires; drop passwdValidTo");
  if (graphics->listen == LISTEN_SOCKET || graphics->listen == LISTEN_NONE)
    diag_error(stage->diag, xml_place(xml_child(node, "listen"), "type"), subject,
               "RDP listens on TCP; write <listen type='address'/>");
  xml_skip(node);
}

static void
graphics_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct graphics *graphics = (struct graphics *)dev;
  dev->domain->displays |= 1u << graphics->type;
  graphics->before = domain_note_number(dev->domain, "displays", graphics->type)->number++;
  attr_read(type_attrs[graphics->type], node, graphics, dev->subject, stage->diag);
  dev->domain->display_gl |= graphics->gl == ON || graphics->type == GRAPHICS_EGL_HEADLESS;
  if (graphics->type == GRAPHICS_VNC || graphics->type == GRAPHICS_SPICE) {
    attr_read(server_attrs, node, graphics, dev->subject, stage->diag);
    graphics_read_listen(graphics, node, stage);
    read_password(graphics, node, stage);
  }
  if (graphics->type == GRAPHICS_SPICE)
    spice_keep_channels(graphics);
  if (graphics->type == GRAPHICS_VNC || graphics->type == GRAPHICS_SPICE)
    graphics_read_ports(graphics, node, stage);
  if (graphics->type == GRAPHICS_RDP)
    rdp_parse(graphics, node, stage);
  if (graphics->type == GRAPHICS_DESKTOP)
    xml_skip(node);
}

void
graphics_each(const struct domain *domain, void (*say)(enum graphics_type type, void *arg), void *arg)
{
  const struct device_list *list = domain_devices(domain, &graphics_kind);
  for (size_t i = 0; i < list->n; i++)
    say(((struct graphics *)list->items[i])->type, arg);
}

/* --- complete --- */

/* The host's own address in the network. */
static const char *
network_address(const struct graphics *graphics, struct stage *stage)
{
  const struct device *dev = &graphics->dev;
  if (!graphics->network)
    return "127.0.0.1"; /* refused already */
  const char *address = network_find(dev->domain, stage->host, NULL, graphics->network, NULL).address;
  if (address)
    return address;
  diag_warning(stage->diag, dev->place, dev->subject,
               "the host's address in network '%s' is not known here: listening on 127.0.0.1; "
               "write <listen type='address' address='...'/> for another",
               graphics->network);
  return "127.0.0.1";
}

static void
graphics_complete(struct device *dev, struct stage *stage)
{
  struct graphics *graphics = (struct graphics *)dev;
  if (graphics->type != GRAPHICS_VNC && graphics->type != GRAPHICS_SPICE)
    return;
  graphics_complete_ports(graphics, stage);
  if (graphics->listen == LISTEN_ADDRESS && !graphics->address)
    graphics->address = "127.0.0.1";
  else if (graphics->listen == LISTEN_NETWORK && !graphics->address)
    graphics->address = network_address(graphics, stage);
  if (graphics->listen == LISTEN_SOCKET && !graphics->socket)
    graphics->socket =
        runtime_path(dev->domain, talloc_asprintf(graphics, "%s.sock", graphics_type_names[graphics->type]));
}

/* --- check --- */

static void
check_companions(const struct graphics *graphics, struct stage *stage)
{
  const struct device *dev = &graphics->dev;
  if (!graphics_has(dev->domain, GRAPHICS_EGL_HEADLESS))
    return;
  if (graphics->type == GRAPHICS_SPICE && graphics->gl == ON)
    diag_error(stage->diag, dev->place, dev->subject,
               "OpenGL here and in egl-headless: QEMU draws it once; drop one of them");
  else if (graphics->type != GRAPHICS_EGL_HEADLESS && graphics->type != GRAPHICS_VNC &&
           graphics->type != GRAPHICS_SPICE)
    diag_error(stage->diag, dev->place, dev->subject, "egl-headless goes with vnc or spice, not with %s",
               graphics_type_names[graphics->type]);
}

static void
check_dbus(const struct graphics *graphics, struct stage *stage)
{
  const struct device *dev = &graphics->dev;
  if (graphics->p2p == ON && graphics->dbus_address)
    diag_error(stage->diag, dev->place, dev->subject, "p2p has no bus, hence no address='%s'; drop one of them",
               graphics->dbus_address);
  if (graphics->audio && audio_find(dev->domain, graphics->audio) && !audio_is_dbus(dev->domain, graphics->audio))
    diag_error(stage->diag, dev->place, dev->subject, "<audio id='%u'> is not of type 'dbus', as this display needs",
               graphics->audio);
}

static void
check_vnc(const struct graphics *graphics, struct stage *stage)
{
  const struct device *dev = &graphics->dev;
  if (graphics_listens_on_tcp(graphics) && graphics->port < VNC_FIRST_PORT)
    diag_error(stage->diag, dev->place, dev->subject, "port %d: VNC ports are 5900 to 65535", graphics->port);
  if (graphics->password && strlen(graphics->password) > 8)
    diag_error(stage->diag, dev->place, dev->subject, "the password is %zu bytes long; VNC knows 8 at most",
               strlen(graphics->password));
}

/* The option that shows it: QEMU takes many -vnc, one -spice and one -display. */
static const char *
option_of(enum graphics_type type)
{
  switch (type) {
  case GRAPHICS_SPICE:
    return "-spice";
  case GRAPHICS_SDL:
  case GRAPHICS_EGL_HEADLESS:
  case GRAPHICS_DBUS:
    return "-display";
  case GRAPHICS_NONE:
  case GRAPHICS_VNC:
  case GRAPHICS_RDP:
  case GRAPHICS_DESKTOP:
  case GRAPHICS_TYPES:
    break;
  }
  return NULL;
}

static void
check_single(const struct graphics *graphics, struct stage *stage)
{
  const struct device *dev = &graphics->dev;
  const char *option = option_of(graphics->type);
  struct note *last = option ? domain_note(dev->domain, "display's option", option) : NULL;
  if (last && last->dev)
    diag_warning(stage->diag, dev->place, dev->subject,
                 "QEMU takes one %s: this one counts, not that of line %u; drop one of them", option,
                 last->dev->place.line);
  if (last)
    last->dev = dev;
}

/* By an argument of the user's own, behind "--" or in <qemu:commandline>. */
static bool
lets_everybody_in(const struct domain *domain, const struct options *options)
{
  const struct override *override = &domain->override;
  for (const char **extra = options->extra; extra && *extra; extra++)
    if (strstr(*extra, "disable-ticketing"))
      return true;
  for (size_t i = 0; i < override->n_args; i++)
    if (strstr(override->args[i], "disable-ticketing"))
      return true;
  return false;
}

/* libvirt prints disable-ticketing=on here, unless its qemu.conf has a spice_password; a guest that
 * is open to all because nobody thought of a password is not for us to make. */
static void
check_password(const struct graphics *graphics, struct stage *stage)
{
  const struct device *dev = &graphics->dev;
  if (!graphics->password && graphics->type == GRAPHICS_SPICE && graphics->listen != LISTEN_NONE &&
      !lets_everybody_in(dev->domain, stage->options))
    diag_note(stage->diag, dev->place, dev->subject,
              "without passwd= clients are refused until QMP's set_password gives one; to let everybody in, "
              "as libvirt does, add -- -spice disable-ticketing=on");
}

static void
check_rdp(const struct graphics *graphics, struct stage *stage)
{
  const struct device *dev = &graphics->dev;
  const struct device_list *list = domain_devices(dev->domain, &graphics_kind);
  const struct graphics *dbus = NULL;
  bool there = graphics_has(dev->domain, GRAPHICS_DBUS);
  for (size_t i = 0; there && i < list->n && !dbus; i++)
    if (((const struct graphics *)list->items[i])->type == GRAPHICS_DBUS)
      dbus = (const struct graphics *)list->items[i];
  if (!dbus || dbus->p2p == ON)
    diag_error(stage->diag, dev->place, dev->subject,
               "RDP is served over a D-Bus, which this domain's display is not on; add <graphics type='dbus'/>%s",
               dbus ? " without p2p" : "");
  else
    diag_warning(stage->diag, dev->place, dev->subject,
                 "RDP is served by qemu-rdp, a program beside QEMU that libvirt starts: start it on QEMU's D-Bus");
}

static void
graphics_check(const struct device *dev, struct stage *stage)
{
  const struct graphics *graphics = (const struct graphics *)dev;
  static const enum feature needs[GRAPHICS_TYPES] = {
    [GRAPHICS_SDL] = FEAT_SDL,           [GRAPHICS_SPICE] = FEAT_SPICE, [GRAPHICS_EGL_HEADLESS] = FEAT_EGL_HEADLESS,
    [GRAPHICS_DBUS] = FEAT_DISPLAY_DBUS, [GRAPHICS_VNC] = FEAT_VNC,
  };
  const char *type = graphics_type_names[graphics->type];
  check_single(graphics, stage);
  if (graphics->type == GRAPHICS_DESKTOP)
    diag_error(stage->diag, dev->place, dev->subject, "QEMU has no 'desktop' display; use sdl, vnc or spice");
  else if (!caps_has(stage->caps, needs[graphics->type]))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU (%s) was built without %s",
               caps_version_string(stage->caps), type);
  check_companions(graphics, stage);
  if (graphics->type == GRAPHICS_DBUS)
    check_dbus(graphics, stage);
  if (graphics->audio && !audio_find(dev->domain, graphics->audio) && !xml_refused(dev->domain->root, "devices/audio"))
    diag_error(stage->diag, dev->place, dev->subject, "no <audio id='%u'> in this domain", graphics->audio);
  if (graphics->type == GRAPHICS_VNC)
    check_vnc(graphics, stage);
  if (graphics->type == GRAPHICS_SPICE)
    spice_check(graphics, stage);
  if (graphics->type == GRAPHICS_VNC || graphics->type == GRAPHICS_SPICE)
    check_password(graphics, stage);
  if (graphics->type == GRAPHICS_RDP)
    check_rdp(graphics, stage);
}

/* --- build --- */

bool
graphics_password(const struct graphics *graphics, struct props *p, struct argv *argv)
{
  if (!graphics->secret || !graphics->secret->file.path)
    return false;
  secret_build(graphics->secret, argv);
  props_refer(p, "password-secret", ID_OBJECT, graphics->secret->id);
  return true;
}

/* vnc_display_open() takes "HOST:DISPLAY", "unix:PATH" or "none" first; IPv6 in brackets. */
static void
build_vnc(const struct graphics *graphics, const struct build *b, struct argv *argv)
{
  /* a path may hold what would read as a key */
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-vnc", graphics->listen == LISTEN_SOCKET ? NULL : "vnc");
  if (graphics->listen == LISTEN_SOCKET)
    props_host_behind(p, "vnc", WANT_LISTEN, "unix:", graphics->socket);
  else if (graphics->listen == LISTEN_NONE)
    props_str(p, "vnc", "none");
  else if (strchr(graphics->address, ':'))
    props_addressf(p, "vnc", "[%s]:%d", graphics->address, graphics->port - VNC_FIRST_PORT);
  else
    props_addressf(p, "vnc", "%s:%d", graphics->address, graphics->port - VNC_FIRST_PORT);
  graphics_ports_props(graphics, p);
  if (graphics->websocket)
    props_int(p, "websocket", graphics->websocket);
  props_str(p, "share", share_policy_names[graphics->share_policy]);
  if (!graphics_password(graphics, p, argv) && graphics->password)
    props_bool(p, "password", true);
  props_switch(p, "power-control", graphics->power_control);
  props_refer(p, "audiodev", ID_AUDIODEV, audio_find(b->domain, graphics->audio));
}

static void
build_sdl(const struct graphics *graphics, struct argv *argv)
{
  if (graphics->xauth)
    argv_env_host(argv, "XAUTHORITY", WANT_READ, graphics->xauth);
  if (graphics->display)
    argv_env(argv, "DISPLAY", graphics->display);
  if (graphics->fullscreen == ON)
    argv_flag(argv, PHASE_DEVICE, "-full-screen");
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-display", "type");
  props_str(p, "type", "sdl");
  props_implies(p, WANT_MODULE, "ui-sdl", 0);
  if (graphics->gl == ON)
    props_implies(p, WANT_MODULE, "ui-opengl", 0);
  props_switch(p, "gl", graphics->gl);
}

/* QEMU ui/egl-helpers.c takes the first render node that it can open, unless one is named. */
void
graphics_gl_props(const struct graphics *graphics, struct props *p)
{
  bool draws = graphics->gl == ON || graphics->type == GRAPHICS_EGL_HEADLESS;
  props_host(p, "rendernode", WANT_DEVICE, graphics->rendernode);
  if (!draws)
    return;
  props_implies(p, WANT_MODULE, "ui-opengl", 0);
  if (!graphics->rendernode)
    props_implies(p, WANT_RENDER_NODE, "/dev/dri", 0);
}

static void
build_dbus(const struct graphics *graphics, const struct build *b, struct argv *argv)
{
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-display", "type");
  props_str(p, "type", "dbus");
  props_implies(p, WANT_MODULE, "ui-dbus", 0);
  if (graphics->p2p == ON)
    props_bool(p, "p2p", true);
  else if (str_starts(graphics->dbus_address, "unix:path="))
    props_host_behind(p, "addr", WANT_CONNECT, "unix:path=", graphics->dbus_address + strlen("unix:path="));
  else
    props_remote(p, "addr", graphics->dbus_address);
  if (graphics->p2p != ON && !graphics->dbus_address)
    props_implies(p, WANT_BUS, "session", 0);
  props_switch(p, "gl", graphics->gl);
  graphics_gl_props(graphics, p);
  if (graphics->audio)
    props_refer(p, "audiodev", ID_AUDIODEV, audio_find(b->domain, graphics->audio));
}

static void
graphics_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct graphics *graphics = (const struct graphics *)dev;
  if (graphics->type == GRAPHICS_VNC)
    build_vnc(graphics, b, argv);
  else if (graphics->type == GRAPHICS_SPICE)
    spice_build(graphics, b, argv);
  else if (graphics->type == GRAPHICS_SDL)
    build_sdl(graphics, argv);
  else if (graphics->type == GRAPHICS_DBUS)
    build_dbus(graphics, b, argv);
  else if (graphics->type == GRAPHICS_EGL_HEADLESS) {
    struct props *p = argv_keyval(argv, PHASE_DEVICE, "-display", "type");
    props_str(p, "type", "egl-headless");
    props_implies(p, WANT_MODULE, "ui-egl-headless", 0);
    graphics_gl_props(graphics, p);
  }
  if (graphics->keymap)
    argv_plain(argv, PHASE_DEVICE, "-k", graphics->keymap);
}

const struct kind graphics_kind = {
  .element = "graphics",
  .role = ROLE_DISPLAY,
  .size = sizeof(struct graphics),
  .name_path = "@type",
  .attrs = graphics_attrs,
  .parse = graphics_parse,
  .complete = graphics_complete,
  .check = graphics_check,
  .build = graphics_build,
};
