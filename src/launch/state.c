/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/state.c - where the state of this user's guests lies: one place, whoever starts them */

#include "launch/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* The folder that PAM's systemd gives a user; NULL: neither named nor there. */
static const char *
runtime_of_user(TALLOC_CTX *ctx, const struct host *host)
{
  const char *named = getenv("XDG_RUNTIME_DIR");
  if (named && named[0] == '/')
    return named;
  const char *usual = talloc_asprintf(ctx, "/run/user/%u", (unsigned)geteuid());
  return host_exists(host, usual) ? usual : NULL;
}

const char *
state_dir(TALLOC_CTX *ctx, const struct host *host)
{
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (host_as_root(host))
    return "/run/domxml2qemu";
  const char *runtime = runtime_of_user(ctx, host);
  if (runtime)
    return talloc_asprintf(ctx, "%s/domxml2qemu", runtime);
  if (cache && cache[0] == '/')
    return talloc_asprintf(ctx, "%s/domxml2qemu/run", cache);
  return home && home[0] == '/' ? talloc_asprintf(ctx, "%s/.cache/domxml2qemu/run", home) : NULL;
}

const char *
state_session(TALLOC_CTX *ctx, const struct host *host)
{
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  if (host_as_root(host))
    return NULL;
  if (config && config[0] == '/')
    return talloc_asprintf(ctx, "%s/libvirt/qemu", config);
  return home && home[0] == '/' ? talloc_asprintf(ctx, "%s/.config/libvirt/qemu", home) : NULL;
}

const char *
state_folder(TALLOC_CTX *ctx, const struct host *host, const char *name)
{
  const char *dir = state_dir(ctx, host);
  return dir ? talloc_asprintf(ctx, "%s/%s", dir, name) : NULL;
}

/* Why PATH is no folder to trust, NULL: it is. A user who can write there can put other sockets and locks in the
 * place of ours. */
static const char *
distrust(const struct host *host, const char *path)
{
  struct stat st;
  int fd = host_open_file(host, path, O_PATH | O_NOFOLLOW, 0);
  if (fd < 0)
    return errno == ENOENT ? NULL : strerror(errno);
  const char *why = NULL;
  if (fstat(fd, &st) < 0)
    why = strerror(errno);
  else if (S_ISLNK(st.st_mode))
    why = "it is a link";
  else if (!S_ISDIR(st.st_mode))
    why = "it is no folder";
  else if (st.st_uid != geteuid())
    why = "it belongs to another user";
  else if (st.st_mode & (S_IWGRP | S_IWOTH))
    why = "others can write there";
  close(fd);
  return why;
}

static bool
trust(const struct host *host, const char *path, const char *remedy, struct diag *diag)
{
  const char *why = distrust(host, path);
  if (why)
    diag_host(diag, (struct place){ 0 }, NULL, "%s, for sockets and locks of guests, is not to be trusted: %s; %s",
              path, why, remedy);
  return !why;
}

bool
state_check(const struct host *host, struct diag *diag)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *dir = state_dir(scratch, host);
  const char *runtime = host_as_root(host) ? NULL : runtime_of_user(scratch, host);
  bool good = true;
  if (dir && host_is_real(host))
    good = (!runtime || trust(host, runtime, "let XDG_RUNTIME_DIR name a folder of your own, with mode 0700", diag)) &&
           trust(host, dir, "move it away", diag);
  talloc_free(scratch);
  return good;
}

bool
state_make(struct host *host, const char *name, struct diag *diag)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *dir = state_dir(scratch, host);
  bool good = false;
  int error;
  if (!dir)
    diag_host(diag, (struct place){ 0 }, NULL,
              "no place for locks and journals: neither XDG_RUNTIME_DIR nor HOME is set; set one of them");
  else if ((error = host_make_dir(host, dir, host_as_root(host) ? 0755 : 0700)))
    diag_host(diag, (struct place){ 0 }, NULL, "cannot make %s, for locks and journals: %s",
              host_shown(scratch, host, dir), strerror(error));
  else if (!state_check(host, diag))
    good = false;
  else if ((error = host_make_dir(host, state_folder(scratch, host, name), host_as_root(host) ? 0755 : 0700)))
    diag_host(diag, (struct place){ 0 }, NULL, "cannot make %s: %s",
              host_shown(scratch, host, state_folder(scratch, host, name)), strerror(error));
  else
    good = true;
  talloc_free(scratch);
  return good;
}
