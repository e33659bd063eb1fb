/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/descriptor.c - any bytes as the descriptor of a firmware, and of a vhost-user program */

#include "fuzz/fuzz.h"

#include "host/firmware.h"
#include "host/vhost_user.h"

static const struct firmware_wish wishes[] = {
  { .interface = FIRMWARE_EFI, .arch = ARCH_X86_64, .machine = "pc-q35-10.0" },
  { .interface = FIRMWARE_EFI, .arch = ARCH_X86_64, .machine = "pc-q35-10.0", .secure_boot = ON, .secure = ON },
  { .interface = FIRMWARE_EFI, .arch = ARCH_X86_64, .machine = "pc-q35-10.0", .stateless = ON, .s3 = true, .s4 = true },
  { .interface = FIRMWARE_EFI, .arch = ARCH_AARCH64, .machine = "virt-10.0", .variables = true, .has_varstore = true },
  { .interface = FIRMWARE_EFI, .arch = ARCH_AARCH64, .machine = "virt-10.0", .varstore = true, .template = "/a" },
  { .interface = FIRMWARE_EFI, .arch = ARCH_X86_64, .machine = "pc", .path = "/a", .format = FLASH_QCOW2 },
  { .interface = FIRMWARE_BIOS, .arch = ARCH_X86_64, .machine = "pc-i440fx-10.0", .type = LOADER_ROM },
  { .interface = FIRMWARE_EFI, .arch = ARCH_X86_64, .machine = "microvm", .kernel = "/k", .features = { "amd-sev" } },
};

static void
add(const char *path, const uint8_t *bytes, size_t length)
{
  tree_add(&(struct part){ .path = path, .bytes = (const char *)bytes, .length = length });
}

void
fuzz_descriptor(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  add("/usr/share/qemu/firmware/50-a.json", bytes, length);
  add("/etc/qemu/firmware/60-b.json", bytes, length);
  add("/usr/share/qemu/vhost-user/50-a.json", bytes, length);
  const struct host *host = host_open(ctx, tree_root(), diag_new(ctx));
  const char *description;
  for (size_t i = 0; i < ARRAY_SIZE(wishes); i++) {
    struct firmware_search search;
    struct firmware_build *build = firmware_find(ctx, host, &wishes[i], &search);
    fuzz_require(build || search.miss < MISS_NOTHING, "a build that is not found lacks something");
    fuzz_require(!build || build->file, "a build that is found has a file");
  }
  vhost_user_program(ctx, host, "gpu", &description);
  vhost_user_program(ctx, host, "fs", NULL);
}
