/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.c - the line on a terminal that says how far a long run is */

#include "progress.h"

#include "core/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { FIRST = 1000, OFTEN = 100, NARROW = 80 }; /* milliseconds; columns */

/* There is one terminal. */
static struct {
  long long begin, last; /* milliseconds; 0: not begun */
  bool shown;
} state;

static long long
now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* How many bytes of TEXT go into COLUMNS. */
static size_t
fitting(const char *text, unsigned columns)
{
  size_t length = strlen(text), at = 0, bytes;
  while (at < length) {
    unsigned wide = utf8_columns(text + at, length - at, &bytes);
    if (wide > columns)
      break;
    columns -= wide;
    at += bytes;
  }
  return at;
}

void
progress_show(size_t at, size_t n, const char *name)
{
  struct winsize size;
  long long time = now();
  if (!state.begin)
    state.begin = time;
  if (time - state.begin < FIRST || (state.shown && time - state.last < OFTEN))
    return;
  char *text = talloc_asprintf(NULL, "%zu of %zu: %s", at, n, name), *shown;
  shown = utf8_shown(text, text, strlen(text), false);
  for (char *c = shown; *c; c++) /* of unknown width */
    *c = *c == '\t' ? ' ' : *c;
  bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  fprintf(stderr, "\r%.*s\033[K", (int)fitting(shown, (known ? size.ws_col : NARROW) - 1), shown);
  fflush(stderr);
  talloc_free(text);
  state.last = time;
  state.shown = true;
}

void
progress_clear(void)
{
  if (state.shown)
    fputs("\r\033[K", stderr);
  state.shown = false;
}
