/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/graphics.h - the struct that the files of the graphics slice share */

/* Private to dev/graphics*.c; others ask domain/display.h. */

#ifndef DEV_GRAPHICS_H
#define DEV_GRAPHICS_H

#include "domain/display.h"
#include "domain/kinds.h"
#include "domain/secrets.h"

enum listen_type { LISTEN_UNSET, LISTEN_ADDRESS, LISTEN_NETWORK, LISTEN_SOCKET, LISTEN_NONE, LISTEN_TYPES };

/* The channels that spice can encrypt or not, one by one. */
enum spice_channel {
  SPICE_MAIN,
  SPICE_DISPLAY,
  SPICE_INPUTS,
  SPICE_CURSOR,
  SPICE_PLAYBACK,
  SPICE_RECORD,
  SPICE_SMARTCARD,
  SPICE_USBREDIR,
  SPICE_CHANNELS
};

enum channel_mode { CHANNEL_ANY, CHANNEL_SECURE, CHANNEL_INSECURE, CHANNEL_MODES };

/* <channel name= mode=> */
struct given_channel {
  int name, mode;
};

struct spice {
  struct given_channel *given;
  size_t n_given;
  int32_t tls_port;
  enum channel_mode default_mode, channels[SPICE_CHANNELS];
  int image, jpeg, zlib, streaming, mouse;
  enum tristate playback, copypaste, filetransfer;
};

/* The port -1, by which the XML asks for any that is free: as it is kept, and as the .min of a row has it. */
enum { ANY = -1 };
#define ANY_PORT UINT64_MAX

/* VNC counts displays from its first port (RFC 6143); the others are where libvirt begins to look. */
enum { WEBSOCKET_FIRST_PORT = 5700, VNC_FIRST_PORT = 5900, SPICE_FIRST_PORT = 5901, LAST_PORT = 65535 };

struct graphics {
  struct device dev;
  enum graphics_type type;
  uint64_t before;         /* how many of its type come before it */
  enum listen_type listen; /* VNC, SPICE */
  const char *address;     /* ADDRESS, NETWORK */
  const char *network;
  const char *own_listen, *own_socket; /* of <graphics> itself, as they were before <listen> */
  enum tristate socket_made_up;        /* by libvirt, for one run */
  const char *socket;                  /* SOCKET; NULL: below the runtime folder */
  int32_t port;                        /* 0: none (SPICE) */
  enum tristate autoport;
  int32_t websocket;
  int share_policy;
  enum tristate power_control;
  const char *keymap;
  const char *password, *password_until;
  int connected;
  struct secret *secret; /* of the password; NULL: none, or an empty one, which lets nobody in */
  uint32_t audio;        /* <audio id=>; 0: the first */
  enum tristate gl;
  const char *rendernode;
  /* SDL */
  const char *display, *xauth;
  enum tristate fullscreen;
  /* DBUS */
  enum tristate p2p;
  const char *dbus_address;
  /* RDP */
  enum tristate rdp_users, rdp_replaces;
  struct spice spice;
};

extern const struct attr graphics_listen_attrs[], graphics_port_attrs[], spice_attrs[];

/* Reads <listen>, and the attributes listen= and socket= that it replaced. */
void graphics_read_listen(struct graphics *graphics, xmlNode *node, struct stage *stage);

/* Reads port= and autoport=; after the listen type and tlsPort=. */
void graphics_read_ports(struct graphics *graphics, xmlNode *node, struct stage *stage);

/* Chooses the ports that are left to us; where it does not listen on TCP, there are none. */
void graphics_complete_ports(struct graphics *graphics, const struct stage *stage);
bool graphics_listens_on_tcp(const struct graphics *graphics);

/* The arguments in P make QEMU listen on all of them. */
void graphics_ports_props(const struct graphics *graphics, struct props *p);

/* Sets rendernode, and says what else a display that draws with OpenGL needs. */
void graphics_gl_props(const struct graphics *graphics, struct props *p);

/* Sets password-secret; false: there is none that this command can carry. */
bool graphics_password(const struct graphics *graphics, struct props *p, struct argv *argv);

/* Keeps what spice_attrs read of <channel>. */
void spice_keep_channels(struct graphics *graphics);
void spice_check(const struct graphics *graphics, struct stage *stage);
void spice_build(const struct graphics *graphics, const struct build *b, struct argv *argv);

#endif
