/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/confine.c - giving up, for good, what a run that only reads and prints never does */

/* Landlock forbids what a ruleset handles and no rule allows. Ours handles all but reading and has no rule. The
 * kernel refuses a right that it does not know, so those of newer kernels are asked for only where its ABI has
 * them. Numbers and layout are the kernel's (include/uapi/linux/landlock.h): system headers may lack them. */

#include "host/confine.h"

#include "core/util.h"

#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* the same numbers everywhere but on alpha */
#if !defined SYS_landlock_create_ruleset && !defined __alpha__
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

enum { CREATE_RULESET_VERSION = 1 };

struct ruleset {
  uint64_t fs, net, scoped;
};

enum {
  FS_EXECUTE = 1 << 0,
  FS_WRITE_FILE = 1 << 1,
  FS_REMOVE_DIR = 1 << 4,
  FS_REMOVE_FILE = 1 << 5,
  FS_MAKE_CHAR = 1 << 6,
  FS_MAKE_DIR = 1 << 7,
  FS_MAKE_REG = 1 << 8,
  FS_MAKE_SOCK = 1 << 9,
  FS_MAKE_FIFO = 1 << 10,
  FS_MAKE_BLOCK = 1 << 11,
  FS_MAKE_SYM = 1 << 12,
  FS_REFER = 1 << 13,
  FS_TRUNCATE = 1 << 14,
  FS_IOCTL_DEV = 1 << 15,
  NET_BIND_TCP = 1 << 0,
  NET_CONNECT_TCP = 1 << 1,
  SCOPE_ABSTRACT_SOCKETS = 1 << 0,
  SCOPE_SIGNALS = 1 << 1,
};

/* Each ABI of Landlock keeps the rights of those before, and adds these. */
static const struct {
  int abi;
  struct ruleset handles;
} rights[] = {
  { 1,
    { .fs = FS_EXECUTE | FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_CHAR | FS_MAKE_DIR | FS_MAKE_REG |
            FS_MAKE_SOCK | FS_MAKE_FIFO | FS_MAKE_BLOCK | FS_MAKE_SYM } },
  { 2, { .fs = FS_REFER } },
  { 3, { .fs = FS_TRUNCATE } },
  { 4, { .net = NET_BIND_TCP | NET_CONNECT_TCP } },
  { 5, { .fs = FS_IOCTL_DEV } },
  { 6, { .scoped = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS } },
};

void
confine_to_reading(void)
{
  long abi = USE_LANDLOCK ? syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, CREATE_RULESET_VERSION) : 0;
  struct ruleset all = { 0 };
  for (size_t i = 0; i < ARRAY_SIZE(rights) && rights[i].abi <= abi; i++) {
    all.fs |= rights[i].handles.fs;
    all.net |= rights[i].handles.net;
    all.scoped |= rights[i].handles.scoped;
  }
  if (abi < 1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return;
  int fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
  if (fd < 0)
    return;
  syscall(SYS_landlock_restrict_self, fd, 0);
  close(fd);
}
