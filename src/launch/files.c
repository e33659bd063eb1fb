/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/files.c - files and folders that QEMU wants to find: UEFI's variables, room for sockets */

#include "launch/files.h"
#include "domain/wants.h"
#include "out/out.h"

#include <errno.h>
#include <unistd.h>

/* The largest varstores are a few MiB. */
#define TEMPLATE_MAX MIB(256)

struct making {
  struct host *host;
  struct diag *diag;
};

static bool
is_missing_file(const struct want *want, const struct host *host)
{
  /* bytes from the XML are ours to write again: it may have changed since */
  return want->kind == WANT_TEMPLATE && (want->content || !host_exists(host, want->value));
}

static void
report_no_template(const struct want *want, struct diag *diag)
{
  if (want->by_hand)
    diag_host(diag, want->place, want->subject, "%s is not there; %s", want->value, want->by_hand);
  else
    diag_host(diag, want->place, want->subject,
              "%s is not there, and nothing to make it from is known; make it by hand, or write template='PATH'",
              want->value);
}

static bool
is_missing_folder(const struct want *want, const struct host *host)
{
  return want->kind == WANT_FOLDER && !host_exists(host, want->value);
}

/* A talloc child of CTX. */
static const char *
folder_remedy(TALLOC_CTX *ctx, const char *folder, int error)
{
  return error == EACCES || error == EPERM
             ? talloc_asprintf(ctx, "as root: install -d -m 700 -o $USER %s", out_quote(ctx, folder))
             : "make it by hand";
}

/* Ours alone: who reaches a guest agent's socket owns the guest, and a TPM's state is its secret. */
static void
make_folder(const struct want *want, const struct making *making)
{
  char *parent = path_folder(NULL, want->value);
  int error = host_make_dir(making->host, parent, 0755);
  error = error ? error : host_make_dir(making->host, want->value, 0700);
  if (error)
    diag_host(making->diag, want->place, want->subject, "cannot make the folder %s: %s; %s", want->value,
              strerror(error), folder_remedy(parent, want->value, error));
  talloc_free(parent);
}

static void
make_file(const struct want *want, const struct making *making)
{
  if (!want->source && !want->content) {
    report_no_template(want, making->diag);
    return;
  }
  TALLOC_CTX *scratch = talloc_new(NULL);
  size_t length = want->content ? strlen(want->content) : 0;
  const char *bytes =
      want->content ? want->content : host_read(scratch, making->host, want->source, TEMPLATE_MAX, &length);
  if (!bytes) {
    diag_host(making->diag, want->place, want->subject, "cannot make %s from its template %s: %s; name another",
              want->value, want->source, strerror(errno));
  } else {
    int error = host_make_dir(making->host, path_folder(scratch, want->value), 0755);
    error = error ? error : host_store(making->host, want->value, bytes, length);
    if (error)
      diag_host(making->diag, want->place, want->subject, "cannot make %s: %s; name another place in the XML",
                want->value, strerror(error));
  }
  talloc_free(scratch);
}

static void
make_one(const struct want *want, void *arg)
{
  const struct making *making = arg;
  if (is_missing_folder(want, making->host))
    make_folder(want, making);
  if (is_missing_file(want, making->host))
    make_file(want, making);
}

bool
files_make(const struct domain *domain, struct host *host, struct diag *diag)
{
  unsigned before = diag_errors(diag);
  struct making making = { host, diag };
  wants_each(domain, make_one, &making);
  return diag_errors(diag) == before;
}

struct checking {
  const struct host *host;
  struct diag *diag;
};

/* May something be made in FOLDER, or in the first one on the way up that is there? False: errno. */
static bool
may_make_in(const struct host *host, const char *folder)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  while (!host_exists(host, folder) && strcmp(folder, "/") != 0 && strcmp(folder, ".") != 0)
    folder = path_folder(scratch, folder);
  bool may = host_may(host, folder, W_OK | X_OK);
  int error = errno;
  talloc_free(scratch);
  errno = error;
  return may;
}

static void
check_folder(const struct want *want, const struct checking *checking)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  if (!may_make_in(checking->host, want->value)) {
    int error = errno;
    diag_host(checking->diag, want->place, want->subject, "the folder %s is not there and cannot be made: %s; %s",
              want->value, strerror(error), folder_remedy(scratch, want->value, error));
  }
  talloc_free(scratch);
}

static void
check_file(const struct want *want, const struct checking *checking)
{
  char *folder = path_folder(NULL, want->value);
  if (!want->source && !want->content)
    report_no_template(want, checking->diag);
  else if (want->source && !want->content && !host_may(checking->host, want->source, R_OK))
    diag_host(checking->diag, want->place, want->subject, "%s is not there, and its template %s cannot be read: %s; %s",
              want->value, want->source, strerror(errno),
              errno == ENOENT ? "install what brings it, or name another" : "let this user read it");
  else if (!may_make_in(checking->host, folder))
    diag_host(checking->diag, want->place, want->subject, "%s cannot be made: %s: %s; name another place in the XML",
              want->value, folder, strerror(errno));
  talloc_free(folder);
}

static void
check_one(const struct want *want, void *arg)
{
  const struct checking *checking = arg;
  if (is_missing_folder(want, checking->host))
    check_folder(want, checking);
  if (is_missing_file(want, checking->host))
    check_file(want, checking);
}

void
files_check(const struct domain *domain, const struct host *host, struct diag *diag)
{
  struct checking checking = { host, diag };
  wants_each(domain, check_one, &checking);
}

static void
forget_one(const struct want *want, void *arg)
{
  if (want->kind == WANT_TEMPLATE && want->content)
    host_remove(arg, want->value);
}

void
files_forget(const struct domain *domain, struct host *host)
{
  wants_each(domain, forget_one, host);
}
