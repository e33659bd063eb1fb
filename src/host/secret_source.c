/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/secret_source.c - reading a value: files, descriptors, credentials, the kernel's keyrings */

#include "host/secret_source.h"

#include "core/input.h"
#include "core/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const from_names[] = {
  [SECRET_FILE] = "file:",       [SECRET_BASE64] = "base64:",   [SECRET_FD] = "fd:",
  [SECRET_CREDENTIAL] = "cred:", [SECRET_KEYRING] = "keyring:",
};
static_assert(ARRAY_SIZE(from_names) == SECRET_FROMS, "a source has no name");

static bool
parse_number(const char *text, long max, long *number)
{
  char *end;
  errno = 0;
  *number = strtol(text, &end, 10);
  return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *number <= max;
}

/* The rest of the option may be the passphrase itself, by mistake: it is never repeated. */
const char *
secret_source_parse(TALLOC_CTX *ctx, const char *text, struct secret_source *source)
{
  const char *rest = NULL;
  *source = (struct secret_source){ .from = SECRET_FROMS };
  for (enum secret_from from = 0; from < SECRET_FROMS; from++) {
    if (str_starts(text, from_names[from])) {
      source->from = from;
      rest = text + strlen(from_names[from]);
    }
  }
  switch (source->from) {
  case SECRET_FILE:
  case SECRET_BASE64:
    source->path = talloc_strdup(ctx, rest);
    return *rest ? NULL : "no path; write file:PATH or base64:PATH";
  case SECRET_FD:
    return parse_number(rest, INT32_MAX, &source->number) ? NULL : "no descriptor; write fd:N, N from 0";
  case SECRET_CREDENTIAL:
    source->name = talloc_strdup(ctx, rest);
    return *rest && !strchr(rest, '/') && rest[0] != '.' ? NULL : "no credential name; write cred:NAME, without '/'";
  case SECRET_KEYRING:
    return parse_number(rest, INT32_MAX, &source->number) && source->number > 0
               ? NULL
               : "no key serial; write keyring:SERIAL, the number that keyctl shows";
  case SECRET_FROMS:
    break;
  }
  return "a value never stands on the command line; write file:PATH, base64:PATH, fd:N, cred:NAME or keyring:SERIAL";
}

const char *
secret_source_name(TALLOC_CTX *ctx, const struct host *host, const struct secret_source *source)
{
  switch (source->from) {
  case SECRET_FILE:
  case SECRET_BASE64:
    return source->of_host ? host_shown(ctx, host, source->path) : source->path;
  case SECRET_FD:
    return talloc_asprintf(ctx, "descriptor %ld", source->number);
  case SECRET_CREDENTIAL:
    return talloc_asprintf(ctx, "credential %s", source->name);
  case SECRET_KEYRING:
    return talloc_asprintf(ctx, "key %ld", source->number);
  case SECRET_FROMS:
    break;
  }
  return "?";
}

const char *
secret_want_name(TALLOC_CTX *ctx, const struct secret_want *want)
{
  return want->uuid ? talloc_asprintf(ctx, "secret %s", want->uuid)
                    : talloc_asprintf(ctx, "secret with usage '%s'", want->usage);
}

static bool
read_key(long serial, struct secret_value *value)
{
  long length = syscall(SYS_keyctl, KEYCTL_READ, serial, value->bytes, value->size);
  if (length < 0)
    return false;
  value->length = (size_t)length < value->size ? (size_t)length : value->size;
  return true;
}

/* It is not for QEMU and helpers; they shall still find standard descriptors. */
static void
keep_from_others(int number)
{
  int null = number <= STDERR_FILENO ? open("/dev/null", O_RDWR | O_CLOEXEC) : -1;
  if (null < 0 || dup2(null, number) < 0)
    fcntl(number, F_SETFD, FD_CLOEXEC);
  if (null >= 0)
    close(null);
}

/* -1, and *WRONG says why. */
static int
open_source(const struct host *host, const struct secret_source *source, const char **wrong)
{
  if (source->from == SECRET_FD) {
    int fd = fcntl((int)source->number, F_DUPFD_CLOEXEC, 3);
    if (fd >= 0)
      keep_from_others((int)source->number);
    *wrong = fd < 0 ? strerror(errno) : NULL;
    return fd;
  }
  if (!source->of_host)
    return input_open(source->path, wrong);
  int fd = host_open_file(host, source->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  *wrong = fd < 0 ? strerror(errno) : input_wait(fd);
  if (fd < 0 || !*wrong)
    return fd;
  close(fd);
  return -1;
}

static void
warn_mode(int fd, const char *from, const char *name, const struct secret_want *want, struct diag *diag)
{
  struct stat st;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & (S_IRGRP | S_IROTH)))
    diag_warning(diag, want->place, want->subject,
                 "%s: %s can be read by %s (mode %04o); chmod 600 keeps it to its owner", name, from,
                 st.st_mode & S_IROTH ? "everybody" : "its group", st.st_mode & 07777u);
}

static const char *
remedy(TALLOC_CTX *ctx, const struct secret_source *source, const struct secret_want *want, int error)
{
  if (source->from == SECRET_FD)
    return error == EBADF ? "; open it before, as in 5<FILE" : "";
  if (source->from == SECRET_KEYRING)
    return "; keyctl show @s lists the keys of this session";
  if (error == ENOENT && source->of_host)
    return talloc_asprintf(ctx, "; name its source with --secret %s=file:PATH", want->uuid ? want->uuid : "UUID");
  return error == EACCES || error == EPERM ? "; run as a user who may read it" : "";
}

static bool
fill(const struct host *host, const struct secret_source *source, struct secret_value *value,
     const struct secret_want *want, struct diag *diag)
{
  const char *name = secret_want_name(value, want), *from = secret_source_name(value, host, source);
  const char *wrong = NULL;
  int fd = -1;
  bool good;
  if (source->from == SECRET_KEYRING) {
    good = read_key(source->number, value);
  } else {
    fd = open_source(host, source, &wrong);
    good = fd >= 0;
    if (good && source->from != SECRET_FD && source->from != SECRET_CREDENTIAL)
      warn_mode(fd, from, name, want, diag);
    good = good && secret_value_read(value, fd);
  }
  if (!good) {
    int error = errno;
    diag_host(diag, want->place, want->subject, "%s: cannot read %s: %s%s", name, from, wrong ? wrong : strerror(error),
              remedy(value, source, want, error));
  }
  if (fd >= 0)
    close(fd);
  return good;
}

/* QEMU crypto/secret_common.c: passwords are looked up as UTF-8, trailing newline included. False after an error. */
static bool
check_value(const struct secret_value *value, const char *name, const char *from, const struct secret_want *want,
            struct diag *diag)
{
  if (want->binary)
    return true;
  const uint8_t *nul = memchr(value->bytes, 0, value->length);
  bool text = !nul && utf8_prefix(value->bytes, value->length) == value->length;
  if (nul)
    diag_host(diag, want->place, want->subject,
              "%s: the value in %s has a NUL as its byte %td, which QEMU takes in no passphrase; write text there",
              name, from, nul - value->bytes + 1);
  else if (!text)
    diag_host(diag, want->place, want->subject,
              "%s: the value in %s is not UTF-8 text, which QEMU insists on for a passphrase", name, from);
  else if (value->bytes[value->length - 1] == '\n')
    diag_warning(diag, want->place, want->subject,
                 "%s: the value in %s ends with a newline, which QEMU takes as part of it; write it with printf %%s",
                 name, from);
  return text;
}

struct secret_value *
secret_source_read(TALLOC_CTX *ctx, const struct host *host, const struct secret_source *source,
                   const struct secret_want *want, struct diag *diag)
{
  bool encoded = source->from == SECRET_BASE64;
  struct secret_value *value = secret_value_new(ctx, encoded ? 2 * SECRET_LONGEST : SECRET_LONGEST + 1);
  const char *name, *from;
  if (!value) {
    diag_host(diag, want->place, want->subject, "no memory for a secret: %s", strerror(errno));
    return NULL;
  }
  name = secret_want_name(value, want);
  from = secret_source_name(value, host, source);
  if (!fill(host, source, value, want, diag)) {
    talloc_free(value);
    return NULL;
  }
  if (value->length == value->size || (!encoded && value->length > SECRET_LONGEST))
    diag_host(diag, want->place, want->subject, "%s: %s holds more than 64 KiB; a secret is shorter", name, from);
  else if (encoded && !secret_value_decode(value))
    diag_host(diag, want->place, want->subject, "%s: %s is not base64; use file: for a plain value", name, from);
  else if (value->length == 0)
    diag_host(diag, want->place, want->subject, "%s: %s is empty; a secret has at least one byte", name, from);
  else if (value->length > SECRET_LONGEST)
    diag_host(diag, want->place, want->subject, "%s: %s holds more than 64 KiB; a secret is shorter", name, from);
  else if (check_value(value, name, from, want, diag))
    return value;
  talloc_free(value);
  return NULL;
}
