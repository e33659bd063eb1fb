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
is_missing_file(const struct host_need *need, const struct host *host)
{
  /* bytes from the XML are ours to write again: it may have changed since */
  return strcmp(need->what, "file") == 0 && (need->content || !host_exists(host, need->value));
}

static void
report_no_template(const struct host_need *need, struct diag *diag)
{
  diag_host(diag, need->place, need->subject,
            "%s is not there, and nothing to make it from is known; make it by hand, or write template='PATH'",
            need->value);
}

static bool
is_missing_folder(const struct host_need *need, const struct host *host)
{
  return strcmp(need->what, "directory") == 0 && !host_exists(host, need->value);
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
make_folder(const struct host_need *need, const struct making *making)
{
  char *parent = path_folder(NULL, need->value);
  int error = host_make_dir(making->host, parent, 0755);
  error = error ? error : host_make_dir(making->host, need->value, 0700);
  if (error)
    diag_host(making->diag, need->place, need->subject, "cannot make the folder %s: %s; %s", need->value,
              strerror(error), folder_remedy(parent, need->value, error));
  talloc_free(parent);
}

static void
make_file(const struct host_need *need, const struct making *making)
{
  if (!need->source && !need->content) {
    report_no_template(need, making->diag);
    return;
  }
  TALLOC_CTX *scratch = talloc_new(NULL);
  size_t length = need->content ? strlen(need->content) : 0;
  const char *bytes =
      need->content ? need->content : host_read(scratch, making->host, need->source, TEMPLATE_MAX, &length);
  if (!bytes) {
    diag_host(making->diag, need->place, need->subject, "cannot make %s from its template %s: %s; name another",
              need->value, need->source, strerror(errno));
  } else {
    int error = host_make_dir(making->host, path_folder(scratch, need->value), 0755);
    error = error ? error : host_store(making->host, need->value, bytes, length);
    if (error)
      diag_host(making->diag, need->place, need->subject, "cannot make %s: %s; name another place in the XML",
                need->value, strerror(error));
  }
  talloc_free(scratch);
}

static void
make_one(const struct host_need *need, void *arg)
{
  const struct making *making = arg;
  if (is_missing_folder(need, making->host))
    make_folder(need, making);
  if (is_missing_file(need, making->host))
    make_file(need, making);
}

bool
files_make(const struct domain *domain, struct host *host, struct diag *diag)
{
  unsigned before = diag_errors(diag);
  struct making making = { host, diag };
  needs_each_host(domain, make_one, &making);
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
check_folder(const struct host_need *need, const struct checking *checking)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  if (!may_make_in(checking->host, need->value)) {
    int error = errno;
    diag_host(checking->diag, need->place, need->subject, "the folder %s is not there and cannot be made: %s; %s",
              need->value, strerror(error), folder_remedy(scratch, need->value, error));
  }
  talloc_free(scratch);
}

static void
check_file(const struct host_need *need, const struct checking *checking)
{
  char *folder = path_folder(NULL, need->value);
  if (!need->source && !need->content)
    report_no_template(need, checking->diag);
  else if (need->source && !need->content && !host_may(checking->host, need->source, R_OK))
    diag_host(checking->diag, need->place, need->subject, "%s is not there, and its template %s cannot be read: %s; %s",
              need->value, need->source, strerror(errno),
              errno == ENOENT ? "install what brings it, or name another" : "let this user read it");
  else if (!may_make_in(checking->host, folder))
    diag_host(checking->diag, need->place, need->subject, "%s cannot be made: %s: %s; name another place in the XML",
              need->value, folder, strerror(errno));
  talloc_free(folder);
}

static void
check_one(const struct host_need *need, void *arg)
{
  const struct checking *checking = arg;
  if (is_missing_folder(need, checking->host))
    check_folder(need, checking);
  if (is_missing_file(need, checking->host))
    check_file(need, checking);
}

void
files_check(const struct domain *domain, const struct host *host, struct diag *diag)
{
  struct checking checking = { host, diag };
  needs_each_host(domain, check_one, &checking);
}
