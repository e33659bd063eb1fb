/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/console.c - our terminal as the guest's: a pty between it and QEMU */

#include "launch/console.h"

#include "host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { WAY_OUT = 0x1d, TIMES = 3, WITHIN_MS = 1000, INTERRUPT = 3 }; /* ^] and ^C */

struct console {
  int pty; /* our end; -1: QEMU's is closed */
  bool keys;
  struct termios before;
  unsigned presses;    /* of ^] one after the other */
  int64_t first_press; /* process_clock() */
};

static int
console_free(struct console *console)
{
  console_show(console);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &console->before);
  if (console->pty >= 0)
    close(console->pty);
  return 0;
}

/* Lines of ours and QEMU's messages still begin at the left: output stays as it was. */
static void
make_raw(const struct termios *before)
{
  struct termios raw = *before;
  cfmakeraw(&raw);
  raw.c_oflag = before->c_oflag;
  tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

struct console *
console_open(TALLOC_CTX *ctx, int *theirs, bool *output)
{
  struct termios before;
  char name[64];
  int pty = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  *theirs = -1;
  if (pty >= 0 && grantpt(pty) == 0 && unlockpt(pty) == 0 && ptsname_r(pty, name, sizeof name) == 0)
    *theirs = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (*theirs < 0 || tcgetattr(STDIN_FILENO, &before) < 0) {
    int error = errno;
    if (*theirs >= 0)
      close(*theirs);
    if (pty >= 0)
      close(pty);
    errno = error;
    return NULL;
  }
  struct console *console = talloc_zero(ctx, struct console);
  *console = (struct console){ .pty = pty, .keys = true, .before = before };
  fcntl(pty, F_SETFL, O_NONBLOCK);
  tcsetattr(pty, TCSANOW, &before);
  console_resize(console);
  make_raw(&before);
  talloc_set_destructor(console, console_free);
  *output = isatty(STDOUT_FILENO);
  return console;
}

int
console_keys(const struct console *console)
{
  return console->keys && console->pty >= 0 ? STDIN_FILENO : -1;
}

int
console_words(const struct console *console)
{
  return console->pty;
}

static bool
is_way_out(struct console *console, char key)
{
  int64_t now = process_clock();
  if (key != WAY_OUT || (console->presses && now - console->first_press > WITHIN_MS))
    console->presses = 0;
  if (key != WAY_OUT)
    return false;
  if (console->presses++ == 0)
    console->first_press = now;
  if (console->presses < TIMES)
    return false;
  console->presses = 0;
  return true;
}

/* Does QEMU leave Ctrl-C to whoever started it, as on a terminal of its own? */
static bool
leaves_interrupt(const struct console *console)
{
  struct termios theirs;
  return tcgetattr(console->pty, &theirs) == 0 && (theirs.c_lflag & ISIG);
}

/* A key that QEMU has no room for is lost, as on any terminal. */
enum console_wish
console_type(struct console *console)
{
  enum console_wish wish = CONSOLE_NOTHING;
  char keys[256];
  ssize_t got = read(STDIN_FILENO, keys, sizeof keys);
  console->keys = got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
  for (ssize_t i = 0; i < got; i++) {
    if (is_way_out(console, keys[i]))
      wish = CONSOLE_WAY_OUT;
    else if (keys[i] == INTERRUPT && leaves_interrupt(console))
      wish = CONSOLE_INTERRUPT;
    else if (write(console->pty, &keys[i], 1) < 0 && errno != EAGAIN && errno != EINTR)
      return wish;
  }
  return wish;
}

static bool
write_out(const char *bytes, size_t length)
{
  while (length > 0) {
    ssize_t put = write(STDOUT_FILENO, bytes, length);
    if (put < 0 && errno != EINTR)
      return false;
    bytes += put > 0 ? put : 0;
    length -= put > 0 ? (size_t)put : 0;
  }
  return true;
}

/* EIO: nobody has the other end open any more. */
void
console_show(struct console *console)
{
  char words[4096];
  ssize_t got = 1;
  while (console->pty >= 0 && (got = read(console->pty, words, sizeof words)) > 0)
    if (!write_out(words, (size_t)got))
      return;
  if (console->pty < 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
    return;
  close(console->pty);
  console->pty = -1;
}

void
console_resize(struct console *console)
{
  struct winsize size;
  if (console->pty >= 0 && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
    ioctl(console->pty, TIOCSWINSZ, &size);
}
