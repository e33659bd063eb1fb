/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alloc.c - the program's allocation functions: they end it where memory runs out, and never return NULL */

/* They stand before the C library's for all libraries too (libxml2, talloc, json-c, popt, uthash), and pass
 * each call on to the next of that name. Not in libdomxml2qemu.a: the unit tests and sanitizers have their own. */

#include "core/shortage.h"
#include "pipeline.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_OWN_ALLOCATOR 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define HAVE_OWN_ALLOCATOR 1
#endif
#endif

#ifndef HAVE_OWN_ALLOCATOR

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);

/* Before main() and before any thread: the first call is the dynamic linker's or a library's constructor.
 * dlsym() itself allocates in glibc before 2.34: it is told that there is nothing, and does without. */
static bool
found_next(void)
{
  static bool looking;
  if (looking)
    return false;
  looking = true;
  *(void **)&next_calloc = dlsym(RTLD_NEXT, "calloc");
  *(void **)&next_realloc = dlsym(RTLD_NEXT, "realloc");
  *(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
  return true;
}

static void
give_up(void)
{
  bool critical = shortage_is_critical();
  const char *words = critical ? "domxml2qemu: out of memory; domxml2qemu --status tells what is left undone\n"
                               : "domxml2qemu: out of memory\n";
  if (write(STDERR_FILENO, words, strlen(words)) < 0)
    errno = 0; /* there is nobody else to tell */
  _exit(critical ? EXIT_HOST : EXIT_OURS);
}

/* Try again on the reserve? Else it is over. */
static bool
again(size_t size)
{
  if (size == 0)
    return false; /* NULL is an answer then */
  if (!shortage_use_reserve())
    give_up();
  return true;
}

void *
malloc(size_t size)
{
  if (!next_malloc && !found_next())
    return NULL;
  void *memory = next_malloc(size);
  while (!memory && again(size))
    memory = next_malloc(size);
  return memory;
}

void *
calloc(size_t count, size_t size)
{
  if (!next_malloc && !found_next())
    return NULL;
  void *memory = next_calloc(count, size);
  while (!memory && again(count && size))
    memory = next_calloc(count, size);
  return memory;
}

void *
realloc(void *old, size_t size)
{
  if (!next_malloc && !found_next())
    return NULL;
  void *memory = next_realloc(old, size);
  while (!memory && again(size))
    memory = next_realloc(old, size);
  return memory;
}

#endif
