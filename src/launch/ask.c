/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/ask.c - a program that runs to its end, and what it said */

#include "launch/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than any answer; what is behind it is cut off. */
enum { ANSWER_MAX = 1 << 20 };

/* The child's part. Files in memory instead of pipes: nobody has to read while it runs. */
static void
become(const struct program *program, int out, int complaints)
{
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
      dup2(complaints, STDERR_FILENO) < 0)
    _exit(EXEC_CANNOT);
  int error = exec_quietly(program);
  dprintf(STDERR_FILENO, "%s\n", strerror(error));
  _exit(EXEC_CANNOT);
}

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

struct answer
ask_program(TALLOC_CTX *ctx, const struct program *program)
{
  int out = memfd_create("out", MFD_CLOEXEC), complaints = memfd_create("complaints", MFD_CLOEXEC);
  pid_t child = out < 0 || complaints < 0 ? -1 : fork();
  if (child == 0)
    become(program, out, complaints);
  struct answer answer = { .out = "", .complaint = talloc_strdup(ctx, strerror(errno)) };
  if (child > 0)
    answer = wait_for(ctx, child, out, complaints);
  if (out >= 0)
    close(out);
  if (complaints >= 0)
    close(complaints);
  return answer;
}
