/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/record.c - what a binary said, one QMP exchange a line */

#include "qemu/record.h"

#include "core/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Real ones have half a megabyte. */
#define LARGEST (64 * 1024 * 1024)

static bool
bad_line(struct diag *diag, const char *file, unsigned line, const char *what)
{
  diag_error(diag, (struct place){ .file = file, .line = line }, NULL,
             "%s; a capabilities file has one QMP exchange a line, as --save-capabilities writes it", what);
  return false;
}

static bool
parse_exchange(struct exchange *exchange, struct text object, const char **what)
{
  struct walk walk = walk_begin(object);
  bool answered = false;
  while (walk_next(&walk)) {
    if (text_is(walk.key, "execute"))
      exchange->command = walk.value;
    else if (text_is(walk.key, "arguments"))
      exchange->arguments = walk.value;
    else if (text_is(walk.key, "return"))
      exchange->reply = walk.value;
    else if (!text_is(walk.key, "error"))
      continue;
    answered |= text_is(walk.key, "return") || text_is(walk.key, "error");
  }
  *what = !exchange->command.at || *exchange->command.at != '"' ? "no \"execute\" here"
          : !answered                                           ? "neither \"return\" nor \"error\" here"
                                                                : NULL;
  return !*what;
}

static bool
parse_lines(struct record *record, const char *file, struct diag *diag)
{
  const char *at = record->text, *end = record->text + record->length;
  unsigned runs = 0;
  for (unsigned line = 1; at < end; line++) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    const char *stop = newline ? newline : end;
    const char *begin = scan_blanks(at, stop), *after, *what;

    at = newline ? newline + 1 : end;
    if (begin == stop)
      continue;
    after = scan_value(begin, stop);
    if (*begin != '{' || !after || scan_blanks(after, stop) != stop)
      return bad_line(diag, file, line, "not a JSON object, or cut off");

    struct exchange exchange = { 0 };
    if (!parse_exchange(&exchange, (struct text){ begin, after }, &what))
      return bad_line(diag, file, line, what);
    runs += text_is(exchange.command, "qmp_capabilities");
    exchange.run = runs > 1 ? 1 : 0;
    record->exchanges = talloc_realloc(record, record->exchanges, struct exchange, record->n_exchanges + 1);
    record->exchanges[record->n_exchanges++] = exchange;
  }
  return true;
}

struct record *
record_parse(TALLOC_CTX *ctx, const char *file, char *text, size_t length, struct diag *diag)
{
  struct record *record = talloc_zero(ctx, struct record);
  record->text = talloc_steal(record, text);
  record->length = length;
  if (parse_lines(record, file, diag) && record->n_exchanges > 0)
    return record;
  if (record->n_exchanges == 0 && scan_blanks(text, text + length) == text + length)
    diag_error(diag, (struct place){ .file = file }, NULL, "an empty capabilities file");
  talloc_free(record);
  return NULL;
}

/* All that FD gives, and a NUL after it; NULL: errno tells. */
static char *
read_all(TALLOC_CTX *ctx, int fd, size_t *length)
{
  size_t size = 1024 * 1024;
  char *text = talloc_array(ctx, char, size);
  ssize_t got;
  *length = 0;
  while ((got = read(fd, text + *length, size - *length - 1)) > 0) {
    *length += (size_t)got;
    if (*length + 1 < size)
      continue;
    size *= 2;
    if (size > LARGEST) {
      errno = EFBIG;
      return NULL;
    }
    text = talloc_realloc(ctx, text, char, size);
  }
  if (got < 0)
    return NULL;
  text[*length] = '\0';
  return text;
}

char *
record_text(TALLOC_CTX *ctx, const char *file, size_t *length, const char **wrong)
{
  int fd = input_open(file, wrong);
  char *text = fd >= 0 ? read_all(ctx, fd, length) : NULL;
  if (fd >= 0 && !text)
    *wrong = strerror(errno);
  if (fd >= 0)
    close(fd);
  return text;
}

struct record *
record_read(TALLOC_CTX *ctx, const char *file, struct diag *diag)
{
  TALLOC_CTX *tmp = talloc_new(ctx);
  struct record *record = NULL;
  size_t length;
  const char *wrong;
  char *text = record_text(tmp, file, &length, &wrong);
  if (text)
    record = record_parse(ctx, file, text, length, diag);
  else
    diag_error(diag, (struct place){ .file = file }, NULL, "cannot read the capabilities: %s", wrong);
  talloc_free(tmp);
  return record;
}

static bool
write_all(int fd, const char *text, size_t length)
{
  while (length > 0) {
    ssize_t put = write(fd, text, length);

    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return false;
    text += put;
    length -= (size_t)put;
  }
  return true;
}

static mode_t
current_umask(void)
{
  mode_t mask = umask(077);
  umask(mask);
  return mask;
}

/* A device, a pipe, or what a link leads to. */
static int
write_in_place(const char *file, const char *text, size_t length)
{
  int fd = open(file, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY), error = 0;
  if (fd < 0 || !write_all(fd, text, length))
    error = errno;
  if (fd >= 0 && close(fd) < 0 && !error)
    error = errno;
  return error;
}

int
record_write(const char *file, const char *text, size_t length)
{
  struct stat there;
  if (lstat(file, &there) == 0 && !S_ISREG(there.st_mode))
    return write_in_place(file, text, length);
  char *temporary = talloc_asprintf(NULL, "%s.XXXXXX", file);
  int fd = mkostemp(temporary, O_CLOEXEC), error = 0;
  if (fd < 0 || !write_all(fd, text, length) || fchmod(fd, 0666 & ~current_umask()) < 0)
    error = errno;
  if (fd >= 0 && close(fd) < 0 && !error)
    error = errno;
  if (!error && rename(temporary, file) < 0)
    error = errno;
  if (fd >= 0 && error)
    unlink(temporary);
  talloc_free(temporary);
  return error;
}

const struct exchange *
record_find(const struct record *record, const char *command, const char *typename, unsigned run)
{
  for (size_t i = 0; i < record->n_exchanges; i++) {
    const struct exchange *exchange = &record->exchanges[i];

    if (exchange->run == run && text_is(exchange->command, command) &&
        (!typename || text_is(text_member(exchange->arguments, "typename"), typename)))
      return exchange;
  }
  return NULL;
}

struct text
record_reply(const struct record *record, const char *command, unsigned run)
{
  const struct exchange *exchange = record_find(record, command, NULL, run);
  if (!exchange && run > 0)
    exchange = record_find(record, command, NULL, 0);
  return exchange ? exchange->reply : (struct text){ 0 };
}
