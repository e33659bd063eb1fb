/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/overlays.c - making the files that take the writes to <transient/> disks */

#include "launch/overlays.h"

#include "host/host.h"
#include "launch/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <unistd.h>

static char qemu_img[] = "qemu-img";

/* --- a file without a name --- */

/* Beside the image, where libvirt puts it too and whoever looks after images has room for their growth;
 * else where QEMU puts what -snapshot writes (block.c, create_tmp_file()), which is seldom in memory. */
static int
open_nameless(const struct overlay_want *want, struct stage *stage)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *given = getenv("TMPDIR"), *other = given && *given ? given : "/var/tmp";
  const char *beside = path_folder(ctx, want->image);
  int fd = host_open_file(stage->host, beside, O_TMPFILE | O_RDWR, 0600);
  if (fd < 0) {
    const char *why = talloc_strdup(ctx, strerror(errno));
    fd = host_open_file(stage->host, other, O_TMPFILE | O_RDWR, 0600);
    if (fd >= 0)
      diag_note(stage->diag, want->place, want->subject, "transient: its overlay is in %s, since %s takes no file (%s)",
                other, beside, why);
    else
      diag_host(stage->diag, want->place, want->subject,
                "transient: no folder for the overlay that takes its writes: %s: %s; %s: %s; "
                "let this user write to one of them, or name another in TMPDIR",
                beside, why, other, strerror(errno));
  }
  talloc_free(ctx);
  return fd;
}

/* --- qemu-img --- */

static json_object *
below(const char *driver, json_object *file)
{
  json_object *node = json_object_new_object();
  json_object_object_add(node, "driver", json_object_new_string(driver));
  json_object_object_add(node, "file", file);
  return node;
}

/* The image as QEMU will see it, so that no header of a raw image decides what it is. */
static char *
image_words(TALLOC_CTX *ctx, const struct overlay_want *want)
{
  json_object *node = json_object_new_object();
  json_object_object_add(node, "driver", json_object_new_string("file"));
  json_object_object_add(node, "filename", json_object_new_string(want->image));
  if (want->size) {
    node = below("raw", node);
    json_object_object_add(node, "offset", json_object_new_uint64(want->offset));
    json_object_object_add(node, "size", json_object_new_uint64(want->size));
  }
  node = below(want->driver, node);
  char *words =
      talloc_asprintf(ctx, "json:%s",
                      json_object_to_json_string_ext(node, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
  json_object_put(node);
  return words;
}

/* The size that the guest sees, in bytes. It is told without passphrase and backing image. 0 after
 * an error was reported. */
static uint64_t
size_of(const struct overlay_want *want, struct diag *diag)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  char info[] = "info", force_share[] = "-U", output[] = "--output=json";
  char *words[] = { qemu_img, info, force_share, output, image_words(ctx, want), NULL };
  struct answer answer = ask_program(ctx, &(struct program){ .argv = words });
  json_object *root = answer.done ? json_tokener_parse(answer.out) : NULL, *size = NULL;
  bool told = json_object_object_get_ex(root, "virtual-size", &size);
  uint64_t bytes = json_object_get_uint64(size);
  if (!told)
    diag_host(diag, want->place, want->subject, "transient: qemu-img cannot tell how large %s is: %s; mend the image",
              want->image, answer.done ? "its answer has no virtual-size" : answer.complaint);
  else if (!bytes)
    diag_host(diag, want->place, want->subject, "transient: %s is empty; make it as large as the guest's disk",
              want->image);
  json_object_put(root);
  talloc_free(ctx);
  return bytes;
}

/* Its header names no backing image: QEMU's arguments do. */
static bool
make_qcow2(const struct overlay_want *want, uint64_t size, int fd, struct diag *diag)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  char create[] = "create", quiet[] = "-q", format[] = "-f", qcow2[] = "qcow2";
  char *words[] = { qemu_img,
                    create,
                    quiet,
                    format,
                    qcow2,
                    talloc_asprintf(ctx, "/proc/self/fd/%d", fd),
                    talloc_asprintf(ctx, "%" PRIu64, size),
                    NULL };
  struct answer answer = ask_program(ctx, &(struct program){ .argv = words, .fds = &fd, .n_fds = 1 });
  if (!answer.done)
    diag_host(diag, want->place, want->subject,
              "transient: qemu-img cannot make the overlay that takes its writes: %s; is there room for it?",
              answer.complaint);
  talloc_free(ctx);
  return answer.done;
}

/* --- all of them --- */

static bool
has_qemu_img(const struct overlay_want *want, struct stage *stage)
{
  bool found = process_would_find(stage->host, qemu_img);
  if (!found)
    diag_host(stage->diag, want->place, want->subject,
              "transient: qemu-img, which makes the overlay that takes its writes, is not there; install it");
  return found;
}

static void
make_one(struct overlay_want *want, struct stage *stage)
{
  uint64_t size = size_of(want, stage->diag);
  int fd = size ? open_nameless(want, stage) : -1;
  if (fd < 0)
    return;
  if (make_qcow2(want, size, fd, stage->diag))
    want->fd = fd;
  else
    close(fd);
}

void
overlays_make(struct domain *domain, struct stage *stage)
{
  if (!domain->n_overlays || !has_qemu_img(domain->overlays[0], stage))
    return;
  for (size_t i = 0; i < domain->n_overlays; i++)
    make_one(domain->overlays[i], stage);
}

void
overlays_check(const struct domain *domain, struct stage *stage)
{
  if (!domain->n_overlays || !has_qemu_img(domain->overlays[0], stage))
    return;
  for (size_t i = 0; i < domain->n_overlays; i++) {
    int fd = open_nameless(domain->overlays[i], stage);
    if (fd >= 0)
      close(fd);
  }
}

int *
overlays_fds(TALLOC_CTX *ctx, const struct domain *domain, size_t *n)
{
  int *fds = talloc_array(ctx, int, domain->n_overlays);
  *n = 0;
  for (size_t i = 0; i < domain->n_overlays; i++)
    if (domain->overlays[i]->fd >= 0)
      fds[(*n)++] = domain->overlays[i]->fd;
  return fds;
}
