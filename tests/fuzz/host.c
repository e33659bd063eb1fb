/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/host.c - a domain, and the host that it is for */

#include "fuzz/fuzz.h"

/* What QEMU can do comes from the record /capabilities, where the input has one, else from a version: none is asked. */
void
fuzz_host(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  const struct input *input = input_split(ctx, bytes, length);
  struct options options = input_options(ctx, input->head);
  const struct part *domain = input_part(input, ""), *other = input_part(input, "/other.xml");
  const struct part *capabilities = input_part(input, "/capabilities");
  tree_add_all(input);
  options.host_root = tree_root();
  options.file = input_file(ctx, 0, domain->bytes, domain->length);
  options.other = input_file(ctx, 1, other->bytes, other->length);
  if (*capabilities->path)
    options.capabilities = input_file(ctx, 2, capabilities->bytes, capabilities->length);
  if (options.mode == MODE_STATUS && !domain->length)
    options.file = NULL;
  tool_run(ctx, &options);
}
