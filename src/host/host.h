/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/host.h - the one door to the system: the real one, or one made of files in a folder */

/* The door to the machine that the guest shall run on: all code reads it through these functions, and launch/,
 * which alone changes it, writes through them. Paths are absolute ("/sys/bus/pci/devices").
 * With a made root no path leaves that folder: "..", and symbolic links that start with "/", are
 * resolved inside it. Nothing here prints: a question that has no answer is NULL, false or -1 with
 * errno, and the caller knows whether that is worth a message. */

#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "core/diag.h"

#include <sys/stat.h>
#include <sys/types.h>

struct host;

/* ROOT NULL or "/": the real system; else the folder that stands for it. NULL after an error was
 * reported (no such folder, a kernel older than Linux 5.6 that cannot confine paths). */
struct host *host_open(TALLOC_CTX *ctx, const char *root, struct diag *diag);

/* A host that may not be asked (--offline): every question fails with ENOMEDIUM. */
struct host *host_offline(TALLOC_CTX *ctx);

bool host_is_real(const struct host *host);
bool host_is_offline(const struct host *host);

/* Are we root there? In a folder that stands for a system, always. */
bool host_as_root(const struct host *host);

/* PATH as a user finds it: "DIR/sys/..." for a made root, PATH itself for the real system. */
char *host_shown(TALLOC_CTX *ctx, const struct host *host, const char *path);

/* --- questions --- */

/* Absent (ENOENT, ENOTDIR) is an answer. Any other failure to open or read (EACCES, EIO, EMFILE, ...) is
 * none: then nobody knows, though the question says NULL, false or -1 as well. The first of those since
 * host_ask_afresh() is kept, as errno with *PATH (may be NULL): who acts upon an absence asks for it before.
 * 0: every question was answered. */
int host_unanswered(const struct host *host, const char **path);
void host_ask_afresh(const struct host *host);

/* The bytes of a regular file or sysfs attribute, with a NUL behind them; *LENGTH (may be NULL)
 * counts without it. More than MAX bytes: NULL, EFBIG. A folder: EISDIR. HOST_TEXT_MAX is for tables and
 * command lines that grow with the host: a line a socket, a route, a mount or a user, of some hundred bytes. */
#define HOST_TEXT_MAX MIB(64)
char *host_read(TALLOC_CTX *ctx, const struct host *host, const char *path, size_t max, size_t *length);

/* A one-line attribute: the first line without trailing white space. */
char *host_read_line(TALLOC_CTX *ctx, const struct host *host, const char *path);

/* A number in C's notation ("0x010802", "512", "-1"). False: absent, or no number. */
bool host_read_number(const struct host *host, const char *path, long long *value);

/* Where a symbolic link points, as it is written; and the last component of that ("nvme"). */
char *host_link(TALLOC_CTX *ctx, const struct host *host, const char *path);
char *host_link_name(TALLOC_CTX *ctx, const struct host *host, const char *path);

/* PATH with all symbolic links resolved, as seen from inside the root. */
char *host_real_path(TALLOC_CTX *ctx, const struct host *host, const char *path);

/* The names in a folder without "." and "..", sorted (numbers by value: nvme2 before nvme10);
 * NULL ends the list. */
char **host_list(TALLOC_CTX *ctx, const struct host *host, const char *path);

bool host_exists(const struct host *host, const char *path);
bool host_stat(const struct host *host, const char *path, struct stat *st);

/* May this process, with its effective ids, read (R_OK), write (W_OK), execute (X_OK) PATH? */
bool host_may(const struct host *host, const char *path, int mode);

/* open(2) with O_CLOEXEC. The caller closes. */
int host_open_file(const struct host *host, const char *path, int flags, mode_t mode);

/* Opens the block device NODE as a mount does: EBUSY while somebody else has it so (mounted in another
 * namespace, md, zfs, ...), and to them as long as *FD is open. The caller closes. 0 or errno, with *FD -1. */
int host_claim(const struct host *host, const char *node, int *fd);

/* Up to LENGTH bytes of FD from OFFSET, fewer only at its end; their number, or -1 with errno. */
ssize_t host_read_at(int fd, uint64_t offset, void *bytes, size_t length);

/* --- changes, for launch/ alone: change.c --- */

/* One write(2) of TEXT to an existing file, as sysfs attributes want it. 0 or errno. */
int host_write(struct host *host, const char *path, const char *text);

/* Replaces or makes PATH so that a crash leaves the old or the new bytes, never a part: temporary
 * file, fsync, rename, fsync of the folder. Mode 0600. 0 or errno; then PATH is as it was. */
int host_store(struct host *host, const char *path, const char *bytes, size_t length);

/* A folder with its parents, MODE for those it makes; being there already is fine. 0 or errno. */
int host_make_dir(struct host *host, const char *path, mode_t mode);

/* Removes a file and makes that durable; its absence is fine. 0 or errno. */
int host_remove(struct host *host, const char *path);

/* The same of a folder; ENOTEMPTY where something lies in it. */
int host_remove_dir(struct host *host, const char *path);

/* Makes PATH where it is missing and takes an exclusive lock on it, one of an open file description
 * (fcntl(2), F_OFD_SETLK), without waiting. 0 and *FD (the caller closes; the lock lasts until every
 * copy of it is closed), EWOULDBLOCK or errno. */
int host_lock(struct host *host, const char *path, int *fd);

/* Does somebody have that lock? Asking takes none, so that it disturbs nobody who wants it. */
bool host_is_locked(const struct host *host, const char *path);

/* --- tests --- */

enum host_change {
  HOST_WRITE,
  HOST_STORE,
  HOST_RENAME,
  HOST_MAKE_DIR,
  HOST_REMOVE,
  HOST_LOCK,
  HOST_CLAIM,
  HOST_OPEN,
  HOST_READ
};

/* One change, told before and after it is done. HOST_RENAME: the middle of a store, when the
 * temporary file is complete. HOST_CLAIM: the question of host_claim(); HOST_OPEN, HOST_READ: any other,
 * told before only: opening a file, a folder or a link, and reading what was opened. */
struct host_step {
  enum host_change change;
  bool done; /* false: about to be done */
  const char *path;
  const char *text; /* HOST_WRITE: what is written; else NULL */
};

/* Lets WATCH see every change: returning an errno before makes the change fail with it, afterwards
 * makes it look failed. Stands in for the kernel behind a made /sys, and for its faults. */
void host_watch(struct host *host, int (*watch)(const struct host_step *step, void *arg), void *arg);

#endif
