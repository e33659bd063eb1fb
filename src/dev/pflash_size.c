/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/pflash_size.c - are the images of UEFI firmware as long as the machine's flash chips */

/* A board's chips have a size, and QEMU ends where an image has another one: what a build of edk2 leaves is
 * often shorter than the chips of 'virt'. PCs make their chips as long as the images, in blocks, and have a
 * limit for both together. Files that are not there are told of elsewhere. */

#include "dev/pflash.h"
#include "block/header.h"
#include "core/options.h"
#include "domain/domain.h"
#include "host/host.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

/* QEMU hw/i386/pc_sysfw.c: FLASH_SECTOR_SIZE, FLASH_SIZE_LIMIT. */
static const uint64_t PC_BLOCK = KIB(4), PC_LIMIT = MIB(8);

/* Bytes of each chip; 0: not fixed, or not known. QEMU hw/arm/sbsa-ref.c, hw/arm/virt.c (128 MiB for two),
 * hw/riscv/virt.c (64 MiB for two). */
static uint64_t
chip_bytes(const struct domain *domain)
{
  if (str_eq(domain->os.machine, "sbsa-ref"))
    return MIB(256);
  if (domain_is_arm_virt(domain))
    return MIB(64);
  if (domain_is_virt(domain) && (domain->arch == ARCH_RISCV64 || domain->arch == ARCH_RISCV32))
    return MIB(32);
  return 0;
}

struct chip {
  const char *path;
  enum flash_format format;
  const char *element;
  struct place place;
};

enum flash_format
pflash_format_of(const struct host *host, const char *path, uint64_t *bytes)
{
  int fd = host_open_file(host, path, O_RDONLY | O_NONBLOCK, 0);
  if (fd < 0)
    return FLASH_UNSET;
  struct header header;
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *wrong = header_read(ctx, fd, 0, IMAGE_QCOW2, &header);
  talloc_free(ctx);
  close(fd);
  if (wrong)
    return FLASH_RAW;
  *bytes = header.bytes;
  return FLASH_QCOW2;
}

/* Fills BYTES with how long a chip's image is for QEMU; false: it is no file that is there, or not of its format. */
static bool
image_bytes(const struct host *host, const struct chip *chip, uint64_t *bytes)
{
  struct stat st;
  if (!chip->path || !host_stat(host, chip->path, &st) || !S_ISREG(st.st_mode))
    return false;
  *bytes = (uint64_t)st.st_size;
  return chip->format != FLASH_QCOW2 || pflash_format_of(host, chip->path, bytes) == FLASH_QCOW2;
}

/* How to make it, or a copy of it, BYTES long. */
static const char *
remedy(TALLOC_CTX *ctx, const struct chip *chip, uint64_t bytes)
{
  return chip->format == FLASH_QCOW2
             ? talloc_asprintf(ctx, "qemu-img resize '%s' %" PRIu64 "M", chip->path, bytes / MIB(1))
             : talloc_asprintf(ctx, "truncate -s %" PRIu64 "M '%s'", bytes / MIB(1), chip->path);
}

static void
check_fixed(const struct chip *chip, uint64_t bytes, const struct domain *domain, struct diag *diag)
{
  uint64_t wanted = chip_bytes(domain);
  if (bytes < wanted)
    diag_host(diag, chip->place, chip->element,
              "%s has %" PRIu64 " bytes, the flash chips of machine %s have %" PRIu64
              ": QEMU will not start; make it as long, or a copy of it: %s",
              chip->path, bytes, domain->os.machine, wanted, remedy(diag, chip, wanted));
  else if (bytes > wanted)
    diag_host(diag, chip->place, chip->element,
              "%s has %" PRIu64 " bytes, the flash chips of machine %s have %" PRIu64
              ": QEMU will not start; name firmware of this machine",
              chip->path, bytes, domain->os.machine, wanted);
}

static void
check_pc(const struct chip *chip, uint64_t bytes, struct diag *diag)
{
  if (!bytes || bytes % PC_BLOCK)
    diag_host(diag, chip->place, chip->element,
              "%s has %" PRIu64
              " bytes, a flash chip has blocks of 4 KiB: QEMU will not start; name firmware as it was "
              "built",
              chip->path, bytes);
}

void
pflash_check_sizes(const struct domain *domain, struct stage *stage)
{
  const struct loader *loader = &domain->os.loader;
  const struct nvram *nvram = &domain->os.nvram;
  xmlNode *os = xml_child(domain->root, "os");
  /* variables that are not there yet become a copy of their template, however it is written */
  bool made = nvram->path && !host_exists(stage->host, nvram->path);
  const struct chip chips[] = {
    { loader->path, loader->format, "loader", xml_place(xml_child(os, "loader") ? xml_child(os, "loader") : os, NULL) },
    { made ? nvram->template : nvram->path, made ? nvram->template_format : nvram->format, "nvram",
      xml_place(nvram->node ? nvram->node : os, NULL) },
  };
  uint64_t both = 0;
  for (size_t i = 0; i < ARRAY_SIZE(chips); i++) {
    uint64_t bytes;
    if (!image_bytes(stage->host, &chips[i], &bytes))
      continue;
    both += bytes;
    if (chip_bytes(domain))
      check_fixed(&chips[i], bytes, domain, stage->diag);
    else if (domain_is_pc(domain))
      check_pc(&chips[i], bytes, stage->diag);
  }
  if (domain_is_pc(domain) && both > PC_LIMIT)
    diag_host(stage->diag, chips[0].place, chips[0].element,
              "the firmware and its variables have %" PRIu64
              " bytes, the flash chips of a PC at most 8388608: QEMU will "
              "not start; name firmware as it was built",
              both);
}
