/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/exec.c - becoming a program: what it inherits, what it may lock, why it cannot start */

#include "launch/exec.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <unistd.h>

int
exec_failed(const struct program *program, int error, struct diag *diag)
{
  const char *name = program->argv[0];
  if (error == ENOENT && access(name, F_OK) == 0)
    diag_host(diag, (struct place){ 0 }, NULL, "%s: its interpreter or dynamic loader is missing; reinstall it", name);
  else if (error == ENOENT || error == ENOTDIR)
    diag_host(diag, (struct place){ 0 }, NULL, "%s: not found; install it, or name another with --qemu=PATH", name);
  else
    diag_host(diag, (struct place){ 0 }, NULL, "%s: cannot be executed: %s; name another with --qemu=PATH", name,
              strerror(error));
  return error == ENOENT ? EXEC_NOT_FOUND : EXEC_CANNOT;
}

int
exec_program(const struct program *program, struct diag *diag)
{
  return exec_failed(program, process_become(program), diag);
}

/* --- memlock --- */

/* Linux mm/util.c account_locked_vm(): who has CAP_IPC_LOCK is not counted. */
static bool
may_lock_anything(void)
{
  return process_may(CAP_IPC_LOCK);
}

static const char *
size_text(TALLOC_CTX *ctx, uint64_t bytes)
{
  if (bytes == RLIM_INFINITY)
    return "any amount";
  if (bytes % GIB(1) == 0 && bytes)
    return talloc_asprintf(ctx, "%ju GiB", (uintmax_t)(bytes >> 30));
  if (bytes >= MIB(1))
    return talloc_asprintf(ctx, "%ju MiB", (uintmax_t)(bytes >> 20));
  return talloc_asprintf(ctx, "%ju KiB", (uintmax_t)(bytes >> 10));
}

static void
too_low(uint64_t bytes, uint64_t limit, struct place place, const char *subject, struct diag *diag)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  diag_host(diag, place, subject,
            "the guest needs %s of locked memory, the limit is %s; raise it as root: prlimit --pid $$ --memlock=%s, "
            "memlock in limits.conf, or LimitMEMLOCK= of the service",
            size_text(scratch, bytes), size_text(scratch, limit),
            bytes == RLIM_INFINITY ? "unlimited" : talloc_asprintf(scratch, "%ju", (uintmax_t)bytes));
  talloc_free(scratch);
}

bool
exec_memlock_check(uint64_t bytes, struct place place, const char *subject, struct diag *diag)
{
  struct rlimit limit;
  if (!bytes || may_lock_anything() || getrlimit(RLIMIT_MEMLOCK, &limit) < 0 || limit.rlim_max >= bytes)
    return true;
  too_low(bytes, limit.rlim_max, place, subject, diag);
  return false;
}

bool
exec_memlock(uint64_t bytes, struct place place, const char *subject, struct diag *diag)
{
  struct rlimit limit, wanted;
  if (!bytes || getrlimit(RLIMIT_MEMLOCK, &limit) < 0 || limit.rlim_cur >= bytes)
    return true;
  wanted = limit;
  wanted.rlim_cur = bytes;
  if (wanted.rlim_max < bytes)
    wanted.rlim_max = bytes;
  if (setrlimit(RLIMIT_MEMLOCK, &wanted) == 0 || may_lock_anything())
    return true;
  too_low(bytes, limit.rlim_max, place, subject, diag);
  return false;
}
