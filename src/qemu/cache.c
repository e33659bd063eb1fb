/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/cache.c - what binaries said when they were last asked */

#include "qemu/probe.h"

#include "core/hash.h"
#include "qemu/caps_internal.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Raised when a probe asks something new. */
#define FORMAT 1

/* Where BINARY lies: itself if it has a slash, else the first in PATH. NULL: nowhere. */
static char *
find_binary(TALLOC_CTX *ctx, const char *binary)
{
  const char *path = getenv("PATH");
  char *real = NULL, *found, *rest, *directory;
  rest = talloc_strdup(ctx, strchr(binary, '/') ? "" : path ? path : "/usr/bin:/bin");
  while (!real && (directory = strsep(&rest, ":"))) {
    char *candidate = *directory ? talloc_asprintf(ctx, "%s/%s", directory, binary) : talloc_strdup(ctx, binary);
    if (access(candidate, X_OK) == 0)
      real = realpath(candidate, NULL);
  }
  found = real ? talloc_strdup(ctx, real) : NULL;
  free(real);
  return found;
}

/* The first processor, without what changes from moment to moment. */
static uint64_t
processor(void)
{
  FILE *in = fopen("/proc/cpuinfo", "re");
  char *line = NULL;
  size_t size = 0;
  uint64_t hash = HASH_START;
  while (in && getline(&line, &size, in) > 1)
    if (!str_starts(line, "cpu MHz") && !strcasestr(line, "bogomips") && !str_starts(line, "clock"))
      hash = hash_text(hash, line);
  free(line);
  if (in)
    fclose(in);
  return hash;
}

/* The machine that KVM answers for: a home folder may be that of many, and a kernel or microcode is
 * replaced below a QEMU that stays. */
static uint64_t
machine(void)
{
  struct utsname kernel = { 0 };
  uname(&kernel);
  return hash_text(hash_text(processor(), kernel.release), kernel.version);
}

/* How the cache file begins: all that must be as it was. The length of the rest follows, then the
 * rest. NULL: there is no such binary. */
static char *
cache_key(TALLOC_CTX *ctx, const char *path)
{
  struct stat status;
  if (!path || strchr(path, '\n') || stat(path, &status) < 0)
    return NULL;
  bool kvm = access("/dev/kvm", R_OK | W_OK) == 0;
  return talloc_asprintf(ctx, "domxml2qemu %d %d kvm=%d machine=%016" PRIx64 " size=%jd mtime=%jd.%09ld %s\nlength ",
                         FORMAT, FEATURES, kvm, kvm ? machine() : 0, (intmax_t)status.st_size,
                         (intmax_t)status.st_mtim.tv_sec, status.st_mtim.tv_nsec, path);
}

/* Our folder; NULL: there is none to be had. */
static char *
cache_folder(TALLOC_CTX *ctx)
{
  const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (base && *base == '/')
    return talloc_asprintf(ctx, "%s/domxml2qemu", base);
  if (home && *home == '/')
    return talloc_asprintf(ctx, "%s/.cache/domxml2qemu", home);
  return NULL;
}

/* One file a binary. */
static char *
cache_file(TALLOC_CTX *ctx, const char *folder, const char *path)
{
  return talloc_asprintf(ctx, "%s/%016" PRIx64 ".qemu", folder, hash_text(HASH_START, path));
}

/* A file that others may write is none of ours. */
static bool
is_ours(const char *file)
{
  struct stat status;
  return stat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
         !(status.st_mode & (S_IWGRP | S_IWOTH));
}

/* The text behind KEY and the length in TEXT; NULL: another key, or not all of it is there. */
static const char *
cache_body(const char *text, const char *key)
{
  unsigned long long length;
  char *body;
  if (!text || !str_starts(text, key))
    return NULL;
  length = strtoull(text + strlen(key), &body, 10);
  return *body == '\n' && strlen(body + 1) == length ? body + 1 : NULL;
}

static struct caps *
cache_read(TALLOC_CTX *ctx, const char *file, const char *key)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct caps *caps = NULL;
  size_t length;
  const char *wrong;
  const char *body = is_ours(file) ? cache_body(record_text(tmp, file, &length, &wrong), key) : NULL;
  if (body)
    caps = caps_from_text(ctx, file, talloc_strdup(tmp, body), strlen(body), diag_new(tmp));
  talloc_free(tmp);
  return caps;
}

static void
make_folders(const char *folder)
{
  char *path = talloc_strdup(NULL, folder);
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0700);
    *slash = '/';
  }
  mkdir(path, 0700);
  talloc_free(path);
}

static void
cache_write(const struct caps *caps, const char *folder, const char *file, const char *key)
{
  char *text =
      talloc_asprintf(NULL, "%s%zu\n%.*s", key, caps->record->length, (int)caps->record->length, caps->record->text);
  make_folders(folder);
  record_write(file, text, strlen(text));
  talloc_free(text);
}

struct caps *
probe_cached(TALLOC_CTX *ctx, const char *binary, int *error, struct diag *diag)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *path = find_binary(tmp, binary), *key = cache_key(tmp, path), *folder = cache_folder(tmp);
  char *file = key && folder ? cache_file(tmp, folder, path) : NULL;
  struct caps *caps = file ? cache_read(ctx, file, key) : NULL;
  *error = 0;
  if (!caps) {
    caps = probe_binary(ctx, binary, PROBE_SECONDS, error, diag);
    if (caps && file)
      cache_write(caps, folder, file, key);
  }
  talloc_free(tmp);
  return caps;
}

struct caps *
probe_given(TALLOC_CTX *ctx, struct caps *caps, const char *binary, const char *const *words, size_t n)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *more = n && caps->record ? probe_about(tmp, caps, binary, words, n) : NULL;
  if (more) {
    char *text = talloc_asprintf(tmp, "%.*s%s", (int)caps->record->length, caps->record->text, more);
    struct caps *longer = caps_from_text(ctx, binary, text, strlen(text), diag_new(tmp));
    char *path = find_binary(tmp, binary), *key = cache_key(tmp, path), *folder = cache_folder(tmp);
    if (longer && key && folder)
      cache_write(longer, folder, cache_file(tmp, folder, path), key);
    caps = longer ? longer : caps;
  }
  talloc_free(tmp);
  return caps;
}
