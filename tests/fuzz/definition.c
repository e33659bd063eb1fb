/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/definition.c - any bytes as libvirt's definition of a network, a pool and a secret */

#include "fuzz/fuzz.h"

#include "host/network.h"
#include "host/secret.h"

#define UUID "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f"

static const char guest[] = "<domain type='kvm'><name>g</name><memory>1048576</memory><os><type>hvm</type></os>"
                            "<devices><interface type='network'><source network='n'/></interface>"
                            "<disk type='volume'><source pool='p' volume='unit:0:0:1'/><target dev='sda'/></disk>"
                            "<disk type='volume'><source pool='p' volume='v' mode='direct'/><target dev='sdb'/></disk>"
                            "<disk type='volume'><source pool='p' volume='v'/><target dev='sdc'/></disk>"
                            "</devices></domain>";

static void
add(const char *path, const uint8_t *bytes, size_t length)
{
  tree_add(&(struct part){ .path = path, .bytes = (const char *)bytes, .length = length });
}

static void
find_secrets(TALLOC_CTX *ctx, const struct host *host)
{
  struct diag *diag = diag_new(ctx);
  struct secret_book *book = secret_book_new(ctx);
  for (int kind = 0; kind < SECRET_USAGES; kind++) {
    const struct secret_want want = { .usage = "n", .kind = (enum secret_usage)kind, .subject = "disk vda" };
    struct secret_file file;
    unsigned before = diag_errors(diag);
    bool found = secret_locate(book, host, &want, &file, "is no file", diag);
    fuzz_require(found || diag_errors(diag) > before, "a secret that is not found is told of");
    secret_check(book, host, &want, diag);
  }
}

void
fuzz_definition(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  add("/run/libvirt/network/n.xml", bytes, length);
  add("/etc/libvirt/storage/p.xml", bytes, length);
  add("/etc/libvirt/secrets/" UUID ".xml", bytes, length);
  add("/etc/libvirt/secrets/" UUID ".base64", bytes, length);
  const struct host *host = host_open(ctx, tree_root(), diag_new(ctx));
  struct host_network network = network_find(ctx, host, NULL, "n", "p");
  fuzz_require(network.kind != NETWORK_BRIDGE || network.dev, "a bridge has a name");
  find_secrets(ctx, host);
  struct options options = { .host_root = tree_root(), .qemu_version = "10.0", .format = FORMAT_JSON };
  options.file = input_file(ctx, 0, guest, strlen(guest));
  tool_run(ctx, &options);
}
