/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/graphics_spice.c - <graphics type='spice'>: what only spice has */

#include "dev/graphics.h"

static const char *const channel_names[SPICE_CHANNELS] = {
  [SPICE_MAIN] = "main",           [SPICE_DISPLAY] = "display",   [SPICE_INPUTS] = "inputs",
  [SPICE_CURSOR] = "cursor",       [SPICE_PLAYBACK] = "playback", [SPICE_RECORD] = "record",
  [SPICE_SMARTCARD] = "smartcard", [SPICE_USBREDIR] = "usbredir",
};

static const char *const mode_names[CHANNEL_MODES] = {
  [CHANNEL_ANY] = "any",
  [CHANNEL_SECURE] = "secure",
  [CHANNEL_INSECURE] = "insecure",
};

static const char *const image_names[] = { NULL, "auto_glz", "auto_lz", "quic", "glz", "lz", "off" };
static const char *const wan_names[] = { NULL, "auto", "never", "always" };
static const char *const streaming_names[] = { NULL, "filter", "all", "off" };
enum { MOUSE_UNSET, MOUSE_SERVER, MOUSE_CLIENT };
static const char *const mouse_names[] = { [MOUSE_SERVER] = "server", [MOUSE_CLIENT] = "client" };

static const struct attr channel_attrs[] = {
  ATTR_ENUM("@name", struct given_channel, name, channel_names, .required = true,
            .missing = "a channel needs name= and mode=", .doc = "Which channel of SPICE it is."),
  ATTR_ENUM("@mode", struct given_channel, mode, mode_names, .required = true,
            .missing = "a channel needs name= and mode=",
            .doc = "Whether the channel must be encrypted, must not be, or may be either."),
  ATTR_END
};

const struct attr spice_attrs[] = {
  ATTR_LIST("channel", struct graphics, spice.given, spice.n_given, struct given_channel, channel_attrs,
            .doc = "What holds for one channel."),
  ATTR_INT("@tlsPort", struct graphics, spice.tls_port, .min = ANY_PORT, .max = 65535, .dflt = "none",
           .doc = "The TCP port for encrypted connections."),
  ATTR_ENUM("@defaultMode", struct graphics, spice.default_mode, mode_names, .dflt = "any",
            .doc = "What holds for channels that are not named."),
  ATTR_ENUM("image/@compression", struct graphics, spice.image, image_names, .required_here = true,
            .dflt = "QEMU's (auto_glz)", .doc = "How pictures are compressed."),
  ATTR_ENUM("jpeg/@compression", struct graphics, spice.jpeg, wan_names, .required_here = true, .dflt = "QEMU's (auto)",
            .doc = "When pictures are compressed with losses, for slow networks."),
  ATTR_ENUM("zlib/@compression", struct graphics, spice.zlib, wan_names, .required_here = true, .dflt = "QEMU's (auto)",
            .doc = "When pictures are compressed once more, for slow networks."),
  ATTR_ONOFF("playback/@compression", struct graphics, spice.playback, .required_here = true, .dflt = "QEMU's (on)",
             .doc = "Whether sound is compressed."),
  ATTR_ENUM("streaming/@mode", struct graphics, spice.streaming, streaming_names, .required_here = true,
            .dflt = "QEMU's (off)", .doc = "Which changing areas are sent as video."),
  ATTR_YESNO("clipboard/@copypaste", struct graphics, spice.copypaste, .required_here = true, .dflt = "yes",
             .doc = "Whether the clipboard is shared with the client."),
  ATTR_YESNO("filetransfer/@enable", struct graphics, spice.filetransfer, .required_here = true, .dflt = "yes",
             .doc = "Whether files can be dropped into the guest."),
  ATTR_ENUM("mouse/@mode", struct graphics, spice.mouse, mouse_names, .required_here = true, .dflt = "QEMU's (client)",
            .doc = "Whether the client or the server draws the mouse."),
  ATTR_YESNO("gl/@enable", struct graphics, gl, .required_here = true, .dflt = "no",
             .doc = "Whether pictures are drawn by the host's graphics card."),
  ATTR_STRING("gl/@rendernode", struct graphics, rendernode, .dflt = "QEMU's: the first that it can open",
              .doc = "The graphics card of the host that draws."),
  ATTR_END
};

void
spice_keep_channels(struct graphics *graphics)
{
  const struct spice *spice = &graphics->spice;
  for (size_t i = 0; i < spice->n_given; i++)
    graphics->spice.channels[spice->given[i].name] = (enum channel_mode)spice->given[i].mode;
}

static void
check_mode(const struct graphics *graphics, const char *name, enum channel_mode mode, struct stage *stage)
{
  const struct device *dev = &graphics->dev;
  bool has_tls = graphics->spice.tls_port > 0; /* on TCP only */
  bool has_plain = graphics->port > 0 || graphics->listen == LISTEN_SOCKET || graphics->listen == LISTEN_NONE;
  if (mode == CHANNEL_SECURE && !has_tls)
    diag_error(stage->diag, dev->place, dev->subject, "%s must be secure, but %s", name,
               graphics_listens_on_tcp(graphics) ? "there is no tlsPort; give one"
                                                 : "only TCP is encrypted; write <listen type='address'/>");
  if (mode == CHANNEL_INSECURE && !has_plain)
    diag_error(stage->diag, dev->place, dev->subject, "%s must be insecure, but there is no port; give one", name);
}

void
spice_check(const struct graphics *graphics, struct stage *stage)
{
  const struct device *dev = &graphics->dev;
  check_mode(graphics, "the default mode", graphics->spice.default_mode, stage);
  for (size_t i = 0; i < SPICE_CHANNELS; i++)
    check_mode(graphics, channel_names[i], graphics->spice.channels[i], stage);
  if (graphics->gl == ON && !caps_has(stage->caps, FEAT_SPICE_GL))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU (%s) was built without spice OpenGL",
               caps_version_string(stage->caps));
  /* QEMU ui/spice-core.c: "SPICE GL support is local-only for now", unless built against spice-server 0.15.3 or
   * newer, which no binary tells */
  else if (graphics->gl == ON && graphics->listen != LISTEN_SOCKET && graphics->listen != LISTEN_NONE)
    diag_warning(stage->diag, dev->place, dev->subject,
                 "OpenGL over SPICE is for clients on this machine: with a port QEMU will not start, unless it was "
                 "built with spice-server 0.15.3 or newer; write <listen type='socket'/> or 'none'");
}

static void
build_place(const struct graphics *graphics, struct props *p)
{
  if (graphics->listen == LISTEN_SOCKET) {
    props_bool(p, "unix", true);
    props_host(p, "addr", WANT_LISTEN, graphics->socket);
    return;
  }
  if (graphics->listen == LISTEN_NONE) {
    /* QEMU wants a port or tls-port; this one is none */
    props_uint(p, "port", 0);
    return;
  }
  if (graphics->port > 0)
    props_int(p, "port", graphics->port);
  if (graphics->spice.tls_port > 0)
    props_int(p, "tls-port", graphics->spice.tls_port);
  if (graphics->port > 0 || graphics->spice.tls_port > 0)
    props_address(p, "addr", graphics->address);
  graphics_ports_props(graphics, p);
}

static void
build_channel(struct props *p, const char *name, enum channel_mode mode)
{
  if (mode != CHANNEL_ANY)
    props_str_more(p, mode == CHANNEL_SECURE ? "tls-channel" : "plaintext-channel", name);
}

void
spice_build(const struct graphics *graphics, const struct build *b, struct argv *argv)
{
  const struct spice *spice = &graphics->spice;
  (void)b;
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-spice", NULL);
  build_place(graphics, p);
  props_implies(p, WANT_MODULE, "ui-spice-core", 0);
  graphics_password(graphics, p, argv);
  if (spice->mouse)
    props_bool(p, "agent-mouse", spice->mouse == MOUSE_CLIENT);
  if (spice->tls_port > 0 && graphics->listen != LISTEN_SOCKET)
    props_host(p, "x509-dir", WANT_SERVER_CERTIFICATES, "/etc/pki/libvirt-spice");
  build_channel(p, "default", spice->default_mode);
  for (size_t i = 0; i < SPICE_CHANNELS; i++)
    build_channel(p, channel_names[i], spice->channels[i]);
  props_str(p, "image-compression", image_names[spice->image]);
  props_str(p, "jpeg-wan-compression", wan_names[spice->jpeg]);
  props_str(p, "zlib-glz-wan-compression", wan_names[spice->zlib]);
  props_onoff(p, "playback-compression", spice->playback);
  props_str(p, "streaming-video", streaming_names[spice->streaming]);
  if (spice->copypaste == OFF)
    props_bool(p, "disable-copy-paste", true);
  if (spice->filetransfer == OFF)
    props_bool(p, "disable-agent-file-xfer", true);
  if (graphics->gl == ON) {
    props_bool(p, "gl", true);
    graphics_gl_props(graphics, p);
  }
  props_bool(p, "seamless-migration", true);
}
