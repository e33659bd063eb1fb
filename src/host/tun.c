/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/tun.c - where taps come from */

#include "host/tun.h"

const char *const bridge_helpers[BRIDGE_HELPERS] = {
  "/usr/lib/qemu/qemu-bridge-helper",
  "/usr/libexec/qemu-bridge-helper",
  "/usr/lib64/qemu/qemu-bridge-helper",
  "/usr/local/libexec/qemu-bridge-helper",
};
