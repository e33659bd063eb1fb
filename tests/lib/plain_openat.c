/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/lib/plain_openat.c - preloaded: openat2() is openat(), and there is no Landlock, for valgrind 3.19 */

/* That knows neither system call, and says so each time. Good enough for folders of --host-root whose links stay in
 * them: a path begins at the folder, whatever it says. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/syscall.h>

enum { LANDLOCK_CREATE_RULESET = 444 };

long
syscall(long number, ...)
{
  static long (*next)(long, ...);
  long arg[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++)
    arg[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_openat2) {
    const char *path = (const char *)(intptr_t)arg[1];
    const struct open_how *how = (const struct open_how *)(intptr_t)arg[2];
    while (*path == '/')
      path++;
    return openat((int)arg[0], *path ? path : ".", (int)how->flags, (mode_t)how->mode);
  }
  if (number == LANDLOCK_CREATE_RULESET) {
    errno = ENOSYS;
    return -1;
  }
  if (!next)
    *(void **)&next = dlsym(RTLD_NEXT, "syscall");
  return next(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}
