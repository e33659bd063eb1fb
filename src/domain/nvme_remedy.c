/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/nvme_remedy.c - what to write where disks would open an NVMe controller, or its group, twice */

#include "domain/nvme_remedy.h"

#include "host/nvme.h"

char *
nvme_remedy(TALLOC_CTX *ctx, const struct nvme_disk *disks, size_t n)
{
  char *text = talloc_asprintf(ctx, "use --nvme=kernel, or type='block' for %s: ", n == 1 ? "it" : "all of them");
  for (size_t i = 0; i < n && i < NVME_REMEDY_DISKS; i++) {
    char *path = nvme_by_path(NULL, disks[i].address, disks[i].id);
    text = talloc_asprintf_append_buffer(text, "%s%s for %s", i ? ", " : "", path, disks[i].subject);
    talloc_free(path);
  }
  return n > NVME_REMEDY_DISKS ? talloc_asprintf_append_buffer(text, ", and so on") : text;
}
