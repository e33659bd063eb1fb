/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chardev/chardev.h - the host's end of a serial line, channel, console: QEMU's -chardev */

/* A helper for any kind of device that talks through a character device: it reads the <source>,
 * <protocol> and <log> of libvirt's format, refuses what cannot be, and appends -chardev with the
 * objects that it needs. It knows no kind. read.c reads the XML, build.c has the other stages. */

#ifndef CHARDEV_CHARDEV_H
#define CHARDEV_CHARDEV_H

#include "domain/kind.h"

enum chardev_type {
  CHARDEV_NONE,
  CHARDEV_NULL,
  CHARDEV_VC,
  CHARDEV_PTY,
  CHARDEV_DEV,
  CHARDEV_FILE,
  CHARDEV_PIPE,
  CHARDEV_STDIO,
  CHARDEV_UDP,
  CHARDEV_TCP,
  CHARDEV_UNIX,
  CHARDEV_SPICEVMC,
  CHARDEV_SPICEPORT,
  CHARDEV_NMDM,
  CHARDEV_QEMU_VDAGENT,
  CHARDEV_DBUS,
  CHARDEV_TYPES
};

enum chardev_mode { SOCKET_CONNECT, SOCKET_BIND, CHARDEV_MODES };
enum chardev_protocol { PROTOCOL_RAW, PROTOCOL_TELNET, PROTOCOL_TELNETS, PROTOCOL_TLS, CHARDEV_PROTOCOLS };
enum chardev_mouse { MOUSE_DEFAULT, MOUSE_SERVER, MOUSE_CLIENT, CHARDEV_MICE };

/* <reconnect enabled= timeout=/>; only where we connect. */
struct reconnect {
  enum tristate enabled;
  uint32_t timeout; /* seconds */
};

struct chardev {
  enum chardev_type type;
  struct place place;                   /* of the source, where there is one */
  const char *path;                     /* FILE, DEV, PIPE, UNIX */
  enum tristate append;                 /* FILE */
  enum chardev_mode mode;               /* UNIX, TCP */
  bool wait;                            /* UNIX, TCP with SOCKET_BIND: QEMU waits for the first client */
  const char *host, *service;           /* TCP; UDP: where to send */
  const char *bind_host, *bind_service; /* UDP: where to listen */
  enum chardev_protocol protocol;       /* TCP */
  enum tristate tls;                    /* TCP */
  struct tls *credentials;              /* TCP with TLS, from the check on */
  struct reconnect reconnect;           /* UNIX, TCP */
  const char *channel;                  /* SPICEPORT, DBUS: the name; SPICEVMC: what it carries ("vdagent") */
  enum tristate clipboard;              /* QEMU_VDAGENT */
  enum chardev_mouse mouse;             /* QEMU_VDAGENT */
  const char *log;                      /* NULL: none */
  enum tristate log_append;
};

/* The rows that the two functions below read: for whoever walks the tables. */
extern const struct attr chardev_attrs[], chardev_source_attrs[];

/* Reads NODE's @type, <source>, <protocol> and <log>. What TYPE is where NODE has no @type
 * (CHARDEV_NONE: it must have one) is the caller's custom. Never NULL; what is wrong is reported. */
struct chardev *chardev_read(TALLOC_CTX *ctx, xmlNode *node, enum chardev_type type, const char *subject,
                             struct diag *diag);

/* The same where @type stands in <source> itself, as an external TPM has it. */
struct chardev *chardev_read_source(TALLOC_CTX *ctx, xmlNode *node, const char *subject, struct diag *diag);

/* A socket in the file system that the XML describes in another way (a vhost-user back end). */
struct chardev *chardev_unix(TALLOC_CTX *ctx, const char *path, enum chardev_mode mode, struct place place);

extern const struct attr reconnect_attrs[];

/* Reads NODE's <reconnect> into *RECONNECT; for those who use chardev_unix(). */
void reconnect_read(xmlNode *node, struct reconnect *reconnect, const char *subject, struct diag *diag);

/* Checks what depends on the rest of the domain and on QEMU, and adds the wants of the host: ports, the
 * secret of a TLS key; to be called from a kind's check hook. */
void chardev_check(struct chardev *chardev, const struct device *dev, struct stage *stage);

/* "charserial0": the id that users know from libvirt; a talloc child of CTX. */
const char *chardev_id(TALLOC_CTX *ctx, const struct device *dev);

/* Appends -chardev with ID and what it needs before it. PORT: "parallel" where TYPE dev means a
 * parallel port, else "serial". */
void chardev_build(const struct chardev *chardev, const char *id, const struct build *b, struct argv *argv);
void chardev_build_parallel(const struct chardev *chardev, const char *id, const struct build *b, struct argv *argv);

#endif
