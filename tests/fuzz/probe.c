/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/probe.c - what a QEMU says while it is asked, and what the cache keeps of it */

/* Each part of the input but the last is what one started program says: QMP, QMP without KVM, -help. The last one,
 * behind a line "=== /cache", comes in place of what the cache keeps behind its key. */

#include "fuzz/fuzz.h"

#include "qemu/probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Any file that can be executed. */
#define BINARY "/bin/sh"

static char *
cache_path(TALLOC_CTX *ctx)
{
  char *folder = talloc_asprintf(ctx, "%s/domxml2qemu", tree_root()), *path = NULL;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir && (entry = readdir(dir));)
    if (strstr(entry->d_name, ".qemu"))
      path = talloc_asprintf(ctx, "%s/%s", folder, entry->d_name);
  if (dir)
    closedir(dir);
  return path;
}

/* Keeps the key, and what is told to be the length, right. */
static void
replace(TALLOC_CTX *ctx, const char *path, const struct part *part)
{
  char key[4096];
  int fd = open(path, O_RDWR | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : pread(fd, key, sizeof key - 1, 0);
  if (got < 0)
    perror(path), exit(2);
  key[got] = '\0';
  char *length = strstr(key, "\nlength ");
  fuzz_require(length != NULL, "the cache has a length");
  size_t keep = (size_t)(length + strlen("\nlength ") - key);
  char *text = talloc_asprintf(ctx, "%.*s%zu\n%s", (int)keep, key, strlen(part->bytes), part->bytes);
  if (ftruncate(fd, 0) < 0 || pwrite(fd, text, strlen(text), 0) < 0)
    perror(path), exit(2);
  close(fd);
}

void
fuzz_probe(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  static const char *const words[] = { "-device", "e1000,mac=1", "-object", "rng-random,id=r", "-M", "q35" };
  const char *talk = (const char *)bytes, *cache = memmem(bytes, length, "=== /cache\n", 11);
  size_t talk_length = cache ? (size_t)(cache - talk) : length;
  struct diag *diag = diag_new(ctx);
  int error;
  fuzz_answer_as(talk, talk_length);
  struct caps *caps = probe_cached(ctx, BINARY, &error, diag);
  fuzz_require(caps || diag_errors(diag), "a QEMU that gives no answer is told of");
  if (!caps)
    return;
  probe_given(ctx, caps, BINARY, words, ARRAY_SIZE(words));
  fuzz_answer_as("", 0);
  struct caps *again = probe_cached(ctx, BINARY, &error, diag);
  const char *path = cache_path(ctx);
  if (path) {
    fuzz_require(again && caps_version(again) == caps_version(caps), "what was asked is in the cache");
    fuzz_require(fuzz_answer_as("", 0) == 0, "what is in the cache is not asked again");
  }
  if (!path || !cache)
    return;
  const struct input *input = input_split(ctx, (const uint8_t *)cache, length - talk_length);
  replace(ctx, path, input_part(input, "/cache"));
  probe_cached(ctx, BINARY, &error, diag);
}
