/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/disk_target.c - <target dev=>: a disk's name, and its place among those of its sort */

#include "dev/disk.h"
#include "bus/place.h"

static const char *const prefixes[] = { "fd", "hd", "vd", "sd", "xvd", "ubd" };

/* "vda" is 0, "vdz" 25, "vdaa" 26. *REST becomes what follows the letters: a partition's number. -1: no such name. */
static int
target_index(const char *target, const char **rest)
{
  size_t length = 0;
  for (size_t i = 0; i < ARRAY_SIZE(prefixes) && !length; i++)
    if (str_starts(target, prefixes[i]))
      length = strlen(prefixes[i]);
  const char *letter = target + length;
  int64_t index = 0;
  if (!length || *letter < 'a' || *letter > 'z')
    return -1;
  for (; *letter >= 'a' && *letter <= 'z'; letter++) {
    index = index * 26 + (*letter - 'a' + 1);
    if (index > INT32_MAX)
      return -1;
  }
  *rest = letter;
  return (int)index - 1;
}

void
disk_read_target(struct disk *disk, xmlNode *node, struct stage *stage)
{
  const char *rest = "";
  struct place place = xml_place(node, NULL);
  xmlNode *target = xml_child(node, "target");
  if (target)
    place = xml_place(target, disk->target);
  if (!disk->target)
    return; /* the table has said so */
  if (str_starts(disk->target, "ioemu:"))
    disk->target += strlen("ioemu:"); /* how Xen said so */
  bool nvme = str_starts(disk->target, "nvme");
  disk->index = nvme ? disk_nvme_index(disk->target) : target_index(disk->target, &rest);
  if (strcmp(rest, "0") == 0)
    rest = ""; /* libvirt counts partitions from 1: "vda0" is the whole disk */
  if (disk->index < 0 && nvme)
    diag_error(stage->diag, place, disk->dev.subject,
               "target '%s' is no NVMe namespace's name; write nvme0n1 for the first of the first controller, up to "
               "nvme0n%d",
               disk->target, NVME_NAMESPACES);
  else if (disk->index < 0)
    diag_error(stage->diag, place, disk->dev.subject,
               "target '%s' is no disk's name; write vda, sda, hda, fda, ... with a letter for each disk",
               disk->target);
  else if (*rest && strspn(rest, "0123456789") == strlen(rest))
    diag_error(stage->diag, place, disk->dev.subject, "target '%s' is a partition; a disk is whole: write '%.*s'",
               disk->target, (int)(rest - disk->target), disk->target);
  else if (*rest)
    diag_error(stage->diag, place, disk->dev.subject, "target '%s' has '%s' behind its letter; write '%.*s'",
               disk->target, rest, (int)(rest - disk->target), disk->target);
}
