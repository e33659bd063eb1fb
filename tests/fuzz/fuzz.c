/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/fuzz.c - libFuzzer's entries, and a wall before what no target may do */

/* One program for all targets: --target=NAME chooses (libFuzzer passes over options with two dashes), --list names them,
 * --dictionary prints the words of our tables. */

#include "fuzz/fuzz.h"
#include "host/process.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fuzz_target *target = &fuzz_targets[0];

void
fuzz_require(bool truth, const char *what)
{
  if (truth)
    return;
  fprintf(stderr, "fuzz: %s: it does not hold that %s\n", target->name, what);
  abort();
}

static void
choose(const char *name)
{
  for (target = fuzz_targets; target->name; target++)
    if (strcmp(target->name, name) == 0)
      return;
  fprintf(stderr, "fuzz: no target %s; --list names them\n", name);
  exit(2);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
  for (int i = 1; i < *argc; i++) {
    const char *word = (*argv)[i];
    if (str_starts(word, "--target="))
      choose(strchr(word, '=') + 1);
    else if (str_eq(word, "--dictionary"))
      fuzz_dictionary(), exit(0);
    else if (str_eq(word, "--list")) {
      for (const struct fuzz_target *t = fuzz_targets; t->name; t++)
        printf("%s\t%s\n", t->name, t->what);
      exit(0);
    }
  }
  setenv("TZ", "UTC", 1);
  tool_prepare();
  setenv("HOME", tree_root(), 1);
  setenv("XDG_CACHE_HOME", tree_root(), 1);
  return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  fuzz_answer_as(NULL, 0);
  tree_empty();
  target->run(ctx, data, size);
  talloc_free(ctx);
  return 0;
}

/* --- the wall: the linker's --wrap lets these stand before the functions without __wrap_ --- */

int __wrap_process_start(const struct program *program, pid_t *pid);
pid_t __wrap_fork(void);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t length);
int __real_connect(int fd, const struct sockaddr *address, socklen_t length);

static const char *talk, *talk_end;
static unsigned started;
static int theirs = -1; /* the program's end of its stream: nobody reads there, and it is not closed too early */

unsigned
fuzz_answer_as(const char *text, size_t length)
{
  unsigned before = started;
  talk = text;
  talk_end = text ? text + length : NULL;
  started = 0;
  if (theirs >= 0)
    close(theirs);
  theirs = -1;
  return before;
}

int
__wrap_process_start(const struct program *program, pid_t *pid)
{
  fuzz_require(talk != NULL, "no program is started");
  started++;
  *pid = 0;
  if (talk == talk_end)
    return ENOENT;
  const char *end = memchr(talk, '\0', (size_t)(talk_end - talk));
  end = end ? end : talk_end;
  if (theirs >= 0)
    close(theirs);
  theirs = dup(program->output);
  if (theirs < 0 || send(theirs, talk, (size_t)(end - talk), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    return EMFILE;
  shutdown(theirs, SHUT_WR);
  talk = end == talk_end ? end : end + 1;
  return 0;
}

pid_t
__wrap_fork(void)
{
  fuzz_require(false, "nothing forks");
  return -1;
}

/* Whether somebody listens on a socket of the file system is asked so (host/socket.c); the made host has none. */
int
__wrap_connect(int fd, const struct sockaddr *address, socklen_t length)
{
  fuzz_require(address->sa_family == AF_UNIX, "nobody is connected to over a network");
  return __real_connect(fd, address, length);
}
