/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/monitor.c - what a QEMU that runs says: events, replies, anything */

#include "fuzz/fuzz.h"

#include "launch/monitor.h"

#include <sys/socket.h>
#include <unistd.h>

/* In pieces of PIECE bytes: where they end must not matter. */
static struct monitor *
hear(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length, size_t piece)
{
  int theirs;
  struct monitor *monitor = monitor_new(ctx, &theirs);
  fuzz_require(monitor != NULL, "there is a socket");
  for (size_t i = 0; i < 3; i++)
    monitor_ask(monitor, "set_link", "{\"name\":\"net0\",\"up\":false}", NULL);
  while (length) {
    size_t n = length < piece ? length : piece;
    if (send(theirs, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)n)
      break;
    monitor_hear(monitor);
    bytes += n;
    length -= n;
  }
  monitor_tell(monitor, "quit");
  close(theirs);
  monitor_hear(monitor);
  fuzz_require(monitor_fd(monitor) == -1, "a QEMU that is gone is noticed");
  return monitor;
}

void
fuzz_monitor(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  struct monitor *whole = hear(ctx, bytes, length, 100000), *parts = hear(ctx, bytes, length, 7);
  struct refusal a, b;
  int64_t since;
  bool more;
  fuzz_require(monitor_state(whole) == monitor_state(parts) && monitor_ran(whole) == monitor_ran(parts) &&
                   !monitor_waits(whole, &since) == !monitor_waits(parts, &since),
               "it does not matter how what is said is cut");
  do {
    more = monitor_refusal(whole, &a);
    fuzz_require(more == monitor_refusal(parts, &b) && (!more || strcmp(a.why, b.why) == 0),
                 "it does not matter how a refusal is cut");
  } while (more);
}
