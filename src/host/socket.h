/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/socket.h - does somebody listen on a socket of the file system? */

#ifndef HOST_SOCKET_H
#define HOST_SOCKET_H

#include "host/host.h"

/* 0: a program has the stream socket PATH open to be connected to. ECONNREFUSED: PATH is no such socket,
 * or was left behind; else errno: EACCES, ENOENT, ... The program notices nothing. */
int socket_listener(const struct host *host, const char *path);

/* The same of a descriptor of the path (O_PATH). */
int socket_node_listener(int node);

#endif
