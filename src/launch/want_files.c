/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/want_files.c - files, folders, sockets and pipes that a guest wants */

#include "launch/wants.h"
#include "domain/ram.h"
#include "host/process.h"
#include "host/socket.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <unistd.h>

static const char mend[] = "mend the path, or install what brings it";

/* Fills ST for PATH; false after it was reported that nothing is there, or that nobody can tell. */
static bool
look(const struct asking *a, const char *path, struct stat *st, const char *remedy)
{
  bool there = host_stat(a->stage->host, path, st);
  if (!there)
    want_fails(a, path, errno, remedy);
  return there;
}

static bool
may(const struct asking *a, const char *path, int mode)
{
  bool good = host_may(a->stage->host, path, mode);
  if (!good)
    want_fails(a, path, errno, mend);
  return good;
}

/* Names the sort of a file that should be of another one; NULL: nothing in particular. */
static const char *
odd(const struct stat *st)
{
  if (S_ISDIR(st->st_mode))
    return "a folder";
  if (S_ISFIFO(st->st_mode))
    return "a FIFO, on which QEMU would wait for the other end";
  if (S_ISSOCK(st->st_mode))
    return "a socket";
  return NULL;
}

void
want_check_read(const struct asking *a)
{
  struct stat st;
  if (!look(a, a->want->value, &st, mend))
    return;
  if (odd(&st))
    want_lacks(a, "%s is %s; name a file", a->want->value, odd(&st));
  else
    may(a, a->want->value, R_OK);
}

/* PATH is where huge pages should be mounted, which want_check_huge_pages() tells. */
static bool
is_missing_mount(const struct domain *domain, const char *path)
{
  const struct memory *memory = &domain->memory;
  for (size_t i = 0; i < memory->n_huge_mounts; i++)
    if (!memory->huge_mounts[i].path && str_eq(ram_huge_path(domain, memory->huge_mounts[i].size), path))
      return true;
  return false;
}

/* hugetlbfs, too: there QEMU makes a file without a name in the folder. */
void
want_check_write(const struct asking *a)
{
  struct stat st;
  if (is_missing_mount(a->domain, a->want->value))
    return;
  if (look(a, a->want->value, &st, mend))
    may(a, a->want->value, S_ISDIR(st.st_mode) ? W_OK | X_OK : W_OK);
}

/* /dev/hwrng, but a file or another program's FIFO as well. */
void
want_check_source(const struct asking *a)
{
  struct stat st;
  if (!look(a, a->want->value, &st, "load its driver, or name another"))
    return;
  if (S_ISDIR(st.st_mode) || S_ISSOCK(st.st_mode))
    want_lacks(a, "%s is %s; name a device or a file", a->want->value, odd(&st));
  else
    may(a, a->want->value, R_OK);
}

/* --- to be made --- */

/* The folder of PATH is there and takes files, or we make it before QEMU starts. */
static bool
may_make_in(const struct asking *a, const char *path)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *folder = path_folder(ctx, path);
  struct stat st;
  bool good = true;
  if (wants_has(a->domain, WANT_FOLDER, folder))
    ;
  else if (!host_stat(a->stage->host, folder, &st)) {
    int error = errno;
    good = false;
    if (error == ENOENT)
      want_lacks(a, "%s cannot be made: its folder %s is not there; mkdir -p it, or mend the path", path, folder);
    else
      want_fails(a, path, error, mend);
  } else if (!S_ISDIR(st.st_mode)) {
    want_lacks(a, "%s cannot be made: %s is no folder; mend the path", path, folder);
    good = false;
  } else if (!host_may(a->stage->host, folder, W_OK | X_OK)) {
    want_lacks(a, "%s cannot be made: %s: %s; let this user write there, or name another folder", path, folder,
               strerror(errno));
    good = false;
  }
  talloc_free(ctx);
  return good;
}

/* errno of looking at PATH, 0: it is there. */
static int
error_of(const struct asking *a, const char *path, struct stat *st)
{
  return host_stat(a->stage->host, path, st) ? 0 : errno;
}

bool
want_may_make(const struct asking *a, const char *path)
{
  struct stat st;
  int error = error_of(a, path, &st);
  if (error == ENOENT)
    return may_make_in(a, path);
  if (error)
    want_fails(a, path, error, mend);
  else if (odd(&st))
    want_lacks(a, "%s is %s; name a file", path, odd(&st));
  else
    return may(a, path, W_OK);
  return false;
}

void
want_check_make(const struct asking *a)
{
  want_may_make(a, a->want->value);
}

/* --- folders --- */

static bool
is_folder(const struct asking *a, const char *remedy)
{
  struct stat st;
  if (!look(a, a->want->value, &st, remedy))
    return false;
  if (!S_ISDIR(st.st_mode))
    want_lacks(a, "%s is no folder; name one", a->want->value);
  else if (may(a, a->want->value, R_OK | X_OK))
    return true;
  return false;
}

void
want_check_share(const struct asking *a)
{
  is_folder(a, "make the folder, or mend the path");
}

/* NSS: cert9.db since 3.12, cert8.db before. */
void
want_check_nss(const struct asking *a)
{
  const char *folder = a->want->value;
  TALLOC_CTX *ctx = talloc_new(NULL);
  if (is_folder(a, "certutil -N -d sql:FOLDER makes a database there") &&
      !host_may(a->stage->host, talloc_asprintf(ctx, "%s/cert9.db", folder), R_OK) &&
      !host_may(a->stage->host, talloc_asprintf(ctx, "%s/cert8.db", folder), R_OK))
    want_lacks(a, "%s has no database of certificates that this user may read; certutil -N -d sql:%s makes one", folder,
               folder);
  talloc_free(ctx);
}

static void
check_certificates(const struct asking *a, const char *const *names, size_t n)
{
  if (!is_folder(a, "TLS needs certificates there, under the names of qemu(1); make them, or do without TLS"))
    return;
  TALLOC_CTX *ctx = talloc_new(NULL);
  for (size_t i = 0; i < n; i++) {
    const char *path = talloc_asprintf(ctx, "%s/%s", a->want->value, names[i]);
    if (!host_may(a->stage->host, path, R_OK))
      want_fails(a, path, errno, "TLS needs it; make it, or do without TLS");
  }
  talloc_free(ctx);
}

void
want_check_server_certificates(const struct asking *a)
{
  static const char *const names[] = { "ca-cert.pem", "server-cert.pem", "server-key.pem" };
  check_certificates(a, names, ARRAY_SIZE(names));
}

/* QEMU crypto/tlscredsx509.c: a client may have no certificate of its own. */
void
want_check_client_certificates(const struct asking *a)
{
  static const char *const names[] = { "ca-cert.pem" };
  check_certificates(a, names, ARRAY_SIZE(names));
}

/* --- sockets and pipes --- */

static bool
is_of_helper(const struct domain *domain, const char *socket)
{
  for (size_t i = 0; i < domain->n_helpers; i++)
    if (str_eq(domain->helpers[i]->socket, socket))
      return true;
  return false;
}

void
want_check_connect(const struct asking *a)
{
  const char *path = a->want->value;
  struct stat st;
  if (is_of_helper(a->domain, path) || !look(a, path, &st, "start the program that listens there"))
    return;
  if (!S_ISSOCK(st.st_mode)) {
    want_lacks(a, "%s is no socket; name that of the program to be connected to", path);
    return;
  }
  int error = socket_listener(a->stage->host, path);
  if (error == ECONNREFUSED)
    want_lacks(a, "nobody listens on %s, which is left over; start the program that does", path);
  else if (error)
    want_fails(a, path, error, mend);
}

/* g_bus_get_address_sync() of GLib: what the environment says, the user's own bus, or one that is started beside
 * X11. */
void
want_check_bus(const struct asking *a)
{
  const char *given = getenv("DBUS_SESSION_BUS_ADDRESS"), *folder = getenv("XDG_RUNTIME_DIR");
  const char *named = str_starts(given, "unix:path=") ? given + strlen("unix:path=") : NULL;
  char *path = named ? talloc_strndup(NULL, named, strcspn(named, ",;"))
                     : talloc_asprintf(NULL, "%s/bus", folder ? folder : "/run/user/UID");
  bool known = host_is_real(a->stage->host) && (named || !(given || getenv("DISPLAY")));
  if (known && socket_listener(a->stage->host, path) != 0)
    want_lacks(a,
               "no D-Bus of a session: nobody listens on %s; dbus-run-session starts one, or write p2p='yes' or "
               "address='unix:path=...'",
               path);
  talloc_free(path);
}

/* Linux fs/namei.c, check_sticky(): in such a folder a file is its owner's, and the folder's. */
static bool
may_remove(const struct asking *a, const char *path, const struct stat *st)
{
  char *folder = path_folder(NULL, path);
  struct stat in;
  bool sticky = host_stat(a->stage->host, folder, &in) && (in.st_mode & S_ISVTX);
  uid_t me = geteuid();
  talloc_free(folder);
  return !sticky || st->st_uid == me || in.st_uid == me || process_may(CAP_FOWNER);
}

void
want_check_listen(const struct asking *a)
{
  const char *path = a->want->value;
  struct stat st;
  int error = error_of(a, path, &st);
  if (error && error != ENOENT)
    want_fails(a, path, error, mend);
  else if (error)
    may_make_in(a, path);
  else if (!S_ISSOCK(st.st_mode))
    want_lacks(a, "%s is there and no socket: it would be lost; move it away, or name another", path);
  else if (socket_listener(a->stage->host, path) == 0)
    want_lacks(a, "another program listens on %s; stop it first, or name another", path);
  else if (!may_remove(a, path, &st))
    want_lacks(a, "%s is left over, and another user's to remove; remove it as that user, or name another", path);
  else
    may_make_in(a, path);
}

/* QEMU chardev/char-pipe.c: PATH.in and PATH.out where both open, else PATH for both ways. */
void
want_check_pipe(const struct asking *a)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  const struct host *host = a->stage->host;
  const char *path = a->want->value;
  bool two = host_may(host, talloc_asprintf(ctx, "%s.in", path), R_OK | W_OK) &&
             host_may(host, talloc_asprintf(ctx, "%s.out", path), R_OK | W_OK);
  if (!two && !host_may(host, path, R_OK | W_OK))
    want_fails(a, path, errno, talloc_asprintf(ctx, "mkfifo %s, or %s.in and %s.out", path, path, path));
  talloc_free(ctx);
}
