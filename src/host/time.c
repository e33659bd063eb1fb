/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/time.c - what time it is on the host, and in which zone */

#include "host/time.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int64_t
host_now(const struct host *host)
{
  const char *epoch = getenv("SOURCE_DATE_EPOCH");
  long long fixed;
  char *end;
  (void)host;
  if (epoch && *epoch) {
    errno = 0;
    fixed = strtoll(epoch, &end, 10);
    if (!errno && !*end)
      return fixed;
  }
  return time(NULL);
}

static int64_t
utc_offset(int64_t moment)
{
  time_t seconds = moment;
  struct tm local;
  tzset();
  return localtime_r(&seconds, &local) ? local.tm_gmtoff : 0;
}

/* The C library reads /etc/localtime by itself, and any other file that TZ names. */
bool
host_utc_offset(const struct host *host, int64_t moment, int64_t *offset)
{
  char name[64];
  int fd;
  if (host_is_offline(host))
    return false;
  if (host_is_real(host) || getenv("TZ")) {
    *offset = utc_offset(moment);
    return true;
  }
  *offset = 0; /* without the file it is UTC */
  fd = host_open_file(host, "/etc/localtime", O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  if (fd < 0)
    return true;
  snprintf(name, sizeof name, ":/proc/self/fd/%d", fd);
  setenv("TZ", name, 1);
  *offset = utc_offset(moment);
  unsetenv("TZ");
  close(fd);
  return true;
}
