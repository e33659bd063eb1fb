/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/launch.c - --exec: this process becomes QEMU */

#include "launch/launch.h"
#include "launch/files.h"
#include "launch/taps.h"
#include "out/out.h"
#include "pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* env(1)'s: found but not executable, not found. */
enum { EXIT_CANNOT_EXEC = 126, EXIT_NOT_FOUND = 127 };

int
launch_status(int error)
{
  return error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXEC;
}

static void
let_through(const int *fds, size_t n)
{
  for (size_t i = 0; i < n; i++)
    fcntl(fds[i], F_SETFD, 0);
}

int
launch(const struct domain *domain, const struct argv *argv, struct secret_book *secrets, const struct stage *stage)
{
  if (!files_make(domain, stage->host, stage->diag))
    return EXIT_HOST;
  char **words = out_words(secrets, argv);
  for (size_t i = 0; i < argv->n_env; i++)
    setenv(argv->env[i].name, argv->env[i].value, true);
  diag_print(stage->diag, stderr);      /* warnings, before we are gone */
  size_t n;
  const int *fds = secret_fds(secrets, &n);
  let_through(fds, n);
  fds = taps_fds(words, domain, &n);
  let_through(fds, n);
  execvp(argv->emulator, words);
  int why = errno;
  diag_host(stage->diag, domain->place, NULL, "cannot execute %s: %s; install it, or name another with --qemu",
            argv->emulator, strerror(why));
  return launch_status(why);
}
