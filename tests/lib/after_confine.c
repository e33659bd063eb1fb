/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/lib/after_confine.c - a preload for tests: says what the tool may still do when it is about to end */

/* A line "WHAT ERROR" each on standard error. LANDLOCK_ABI=N makes it a kernel that knows no more than that ABI
 * (0: no Landlock), and refuses what such a kernel refuses. What the tool starts is left alone. */

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CREATE_RULESET = 444 };

static long (*next_syscall)(long, ...);
static int abi;

__attribute__((constructor)) static void
begin(void)
{
  const char *word = getenv("LANDLOCK_ABI");
  *(void **)&next_syscall = dlsym(RTLD_NEXT, "syscall");
  long real = next_syscall(CREATE_RULESET, NULL, (size_t)0, 1);
  abi = word ? atoi(word) : real < 0 ? 0 : (int)real;
  unsetenv("LD_PRELOAD");
}

/* Is this a kernel of ABI that takes these rights? (include/uapi/linux/landlock.h) */
static int
knows(const uint64_t *attr, size_t size)
{
  static const unsigned fs_bits[] = { 0, 13, 14, 15, 15, 16, 16 };
  unsigned bits = fs_bits[abi < 6 ? abi : 6];
  uint64_t net = size > 8 ? attr[1] : 0, scoped = size > 16 ? attr[2] : 0;
  return abi > 0 && attr[0] < (uint64_t)1 << bits && net <= (abi < 4 ? 0 : 3) && scoped <= (abi < 6 ? 0 : 3);
}

long
syscall(long number, ...)
{
  long arg[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++)
    arg[i] = va_arg(list, long);
  va_end(list);
  if (number == CREATE_RULESET) {
    errno = abi > 0 ? EINVAL : ENOSYS;
    if (abi <= 0)
      return -1;
    if (arg[2] == 1)
      return abi;
    if (!knows((const uint64_t *)(intptr_t)arg[0], (size_t)arg[1]))
      return -1;
  }
  return next_syscall(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

static void
tell(const char *what, long result)
{
  dprintf(STDERR_FILENO, "%s %s\n", what, result < 0 ? strerror(errno) : "done");
}

static int
execute(void)
{
  int status;
  pid_t child = fork();
  if (child == 0) {
    execl("/bin/true", "true", (char *)NULL);
    _exit(errno);
  }
  waitpid(child, &status, 0);
  errno = WEXITSTATUS(status);
  return errno ? -1 : 0;
}

static int
make_socket(void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "made.socket" };
  return bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address);
}

static int
listen_on_a_port(void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY) };
  return bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address);
}

__attribute__((destructor)) static void
end(void)
{
  dprintf(STDERR_FILENO, "abi is %d\n", abi);
  tell("read", open("there", O_RDONLY));
  tell("create", open("made", O_WRONLY | O_CREAT, 0600));
  tell("write", open("there", O_WRONLY));
  tell("mkdir", mkdir("made.folder", 0700));
  tell("symlink", symlink("there", "made.link"));
  tell("mkfifo", mkfifo("made.fifo", 0600));
  tell("socket", make_socket());
  tell("unlink", unlink("there"));
  tell("rmdir", rmdir("folder"));
  tell("execute", execute());
  tell("truncate", truncate("long", 0));
  tell("port", listen_on_a_port());
  tell("signal", kill(getppid(), 0));
}
