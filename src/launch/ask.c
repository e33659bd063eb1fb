/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/ask.c - a program that runs to its end, and what it said */

#include "launch/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than any answer; what is behind it is cut off. */
enum { ANSWER_MAX = 1 << 20 };

static const char *
contents(TALLOC_CTX *ctx, int fd)
{
  char *text = talloc_array(ctx, char, ANSWER_MAX + 1);
  ssize_t length = pread(fd, text, ANSWER_MAX, 0);
  text[length < 0 ? 0 : length] = '\0';
  return talloc_realloc(ctx, text, char, strlen(text) + 1);
}

static const char *
ending(TALLOC_CTX *ctx, int status)
{
  if (WIFSIGNALED(status))
    return talloc_asprintf(ctx, "it was killed by signal %d", WTERMSIG(status));
  return talloc_asprintf(ctx, "it ended with status %d", WEXITSTATUS(status));
}

static struct answer
wait_for(TALLOC_CTX *ctx, pid_t child, int out, int complaints)
{
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  const char *said = contents(ctx, complaints);
  size_t line = strcspn(said, "\n");
  return (struct answer){
    .done = WIFEXITED(status) && WEXITSTATUS(status) == 0,
    .out = contents(ctx, out),
    .complaint = line ? talloc_strndup(ctx, said, line) : ending(ctx, status),
  };
}

static void
close_if_open(int fd)
{
  if (fd >= 0)
    close(fd);
}

/* Files in memory instead of pipes: nobody has to read while it runs. */
struct answer
ask_program(TALLOC_CTX *ctx, const struct program *program)
{
  struct program child = *program;
  struct answer answer = { .out = "" };
  pid_t pid;
  child.input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  child.output = memfd_create("out", MFD_CLOEXEC);
  child.errors = memfd_create("complaints", MFD_CLOEXEC);
  bool good = child.input >= 0 && child.output >= 0 && child.errors >= 0;
  int error = good ? process_start(&child, &pid) : errno;
  if (error)
    answer.complaint = talloc_strdup(ctx, strerror(error));
  else
    answer = wait_for(ctx, pid, child.output, child.errors);
  close_if_open(child.input);
  close_if_open(child.output);
  close_if_open(child.errors);
  return answer;
}
