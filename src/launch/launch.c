/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/launch.c - from an invocation to a running QEMU: --exec and --run */

#include "launch/launch.h"

#include "launch/files.h"
#include "launch/guest.h"
#include "launch/guest_folder.h"
#include "domain/helper.h"
#include "domain/runtime.h"
#include "launch/iommufd.h"
#include "launch/overlays.h"
#include "launch/ready.h"
#include "launch/taps.h"
#include "out/out.h"
#include "qemu/given.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* QEMU answers in milliseconds, and begins to once it has found the guest's memory, which takes seconds per terabyte. */
enum { STALL_MS = 10000 };

int
launch_status(int error)
{
  return error == ENOENT ? EXEC_NOT_FOUND : EXEC_CANNOT;
}

/* "NAME=value", NULL ends. */
static char **
environment(TALLOC_CTX *ctx, const struct argv *argv)
{
  char **env = talloc_zero_array(ctx, char *, argv->n_env + 1);
  for (size_t i = 0; i < argv->n_env; i++)
    env[i] = talloc_asprintf(env, "%s=%s", argv->env[i].name, argv->env[i].value);
  return env;
}

static int *
append_fds(TALLOC_CTX *ctx, int *fds, size_t *n, const int *more, size_t n_more)
{
  fds = talloc_realloc(ctx, fds, int, *n + n_more + 1);
  for (size_t i = 0; i < n_more; i++)
    fds[(*n)++] = more[i];
  return fds;
}

/* QEMU inherits these descriptors: its taps, the overlays of its disks, the host's devices, its secrets. */
static int *
descriptors(TALLOC_CTX *ctx, const struct domain *domain, size_t *n)
{
  size_t n_overlays, n_devices;
  const int *overlays = overlays_fds(ctx, domain, &n_overlays), *devices = iommufd_fds(ctx, domain, &n_devices);
  int *fds = taps_fds(ctx, domain, n);
  fds = append_fds(ctx, fds, n, overlays, n_overlays);
  fds = append_fds(ctx, fds, n, devices, n_devices);
  for (size_t i = 0; i < domain->n_secrets; i++) {
    const struct secret *secret = domain->secrets[i];
    if (secret->fd > 0 && !secret->found) /* else a helper's alone */
      fds = append_fds(ctx, fds, n, &secret->fd, 1);
  }
  return fds;
}

static void
show(void *arg)
{
  const struct stage *stage = arg;
  diag_show(stage->diag, stderr);
}

/* Nobody but the user can start them with --exec: each is named whole, so that it can be pasted. False: one that must
 * run by now does not. */
static bool
helpers_run(const struct domain *domain, struct diag *diag)
{
  unsigned before = diag_errors(diag);
  for (size_t i = 0; i < domain->n_helpers; i++) {
    const struct helper *helper = domain->helpers[i];
    bool there = helper->socket && access(helper->socket, F_OK) == 0;
    char *line = talloc_strdup(diag, "");
    for (char **word = helper->argv; *word; word++)
      line = talloc_asprintf_append_buffer(line, "%s%s", *line ? " " : "", out_quote(line, *word));
    if (helper->socket && !there)
      diag_host(diag, helper->place, helper->subject,
                "the socket %s is not there, and --exec starts no other program: use --run, or start first: %s",
                helper->socket, line);
    else if (!there)
      diag_note(diag, (struct place){ 0 }, NULL,
                "--exec starts no other program (--run does); by now must have run: %s", line);
  }
  return diag_errors(diag) == before;
}

/* "-chardev stdio,...", and what may be given after "--": "-serial mon:stdio", "-nographic". */
static bool
uses_stdio(char *const *argv)
{
  for (; *argv; argv++) {
    const char *word = str_starts(*argv, "mon:") ? *argv + strlen("mon:") : *argv;
    if (str_eq(word, "stdio") || str_starts(word, "stdio,") || str_eq(word, "-nographic") ||
        str_eq(word, "--nographic"))
      return true;
  }
  return false;
}

/* Arguments of the user's own by which the guest waits for a monitor of the user's own. */
static bool
waits_for_user(TALLOC_CTX *ctx, const struct argv *argv, const struct stage *stage)
{
  const struct arg **args;
  size_t n;
  const struct given *given = given_in(ctx, stage->caps, argv, &args, &n);
  for (size_t i = 0; i < n; i++)
    if (str_eq(given[i].option, "S") || str_eq(given[i].option, "preconfig"))
      return true;
  return stage->options->paused;
}

static struct run_options
run_options(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv, char *const *words,
            const struct stage *stage)
{
  const char *socket = talloc_strdup(ctx, getenv("NOTIFY_SOCKET"));
  unsetenv("NOTIFY_SOCKET"); /* it is ours alone: QEMU and helpers would speak for us */
  return (struct run_options){
    .monitor_object = caps_has(stage->caps, FEAT_MONITOR_OBJECT),
    .exit_with_parent = caps_has(stage->caps, FEAT_RUN_WITH_EXIT_WITH_PARENT),
    .console = stage->options->terminal && uses_stdio(words),
    .paused = stage->options->paused,
    .cut_links = domain->cut_links,
    .n_cut_links = domain->n_cut_links,
    .held = domain->n_cut_links && !waits_for_user(ctx, argv, stage),
    .stall_ms = STALL_MS,
    .balloon = domain->memory.shrunk && domain->memory.has_balloon ? domain->memory.current : 0,
    .stop_seconds = stage->options->stop_seconds,
    .notify = notify_new(ctx, socket, stage->options->ready_fd ? stage->options->ready_fd : -1, stage->diag),
  };
}

static int
start(const struct domain *domain, const struct argv *argv, struct guest_lock *lock, const char *folder,
      struct stage *stage)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  bool run = stage->options->mode == MODE_RUN;
  size_t n_fds;
  const int *fds = descriptors(ctx, domain, &n_fds);
  struct guest guest = {
    .name = domain->name,
    .lock = lock,
    .qemu = { .argv = out_words(ctx, argv), .env = environment(ctx, argv), .fds = fds, .n_fds = n_fds },
    .claims = ready_claims(ctx, domain),
    .n_claims = domain->n_host_pcis,
    .memlock = wants_memlock(domain),
    .helpers = (const struct helper *const *)domain->helpers,
    .n_helpers = domain->n_helpers,
    .folder = folder,
    .flush = show,
    .arg = stage,
  };
  if (run)
    guest.run = run_options(ctx, domain, argv, guest.qemu.argv, stage);
  else
    taps_note_left(domain, stage->diag);
  int status = run ? guest_run(stage->host, &guest, stage->diag) : guest_exec(stage->host, &guest, stage->diag);
  talloc_free(ctx);
  return status;
}

int
launch(const struct domain *domain, const struct argv *argv, struct guest_lock *lock, struct stage *stage)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *folder = talloc_asprintf(ctx, "%s/guests/%s", stage->runtime, runtime_guest(ctx, domain->name));
  bool made = files_make(domain, stage->host, stage->diag), by_hand = false;
  if (made && stage->options->mode == MODE_EXEC)
    by_hand = !helpers_run(domain, stage->diag); /* their sockets need the folder */
  int status = made && !by_hand ? start(domain, argv, lock, folder, stage) : GUEST_HOST;
  files_forget(domain, stage->host);
  if (!by_hand)
    guest_folder_clear(stage->host, folder);
  talloc_free(ctx);
  return status;
}
