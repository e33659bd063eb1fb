/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/graph.c - --graph: what lies behind each disk */

#include "domain/kind.h"
#include "out/out.h"

/* Control characters in a path must not forge a line, or speak to a terminal. */
static char *
plain(char *text)
{
  for (char *c = text; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f)
      *c = '?';
  return text;
}

const char *
out_graph(TALLOC_CTX *ctx, const struct domain *domain)
{
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < domain->devices.n; i++) {
    const struct device *dev = domain->devices.items[i];
    const char *behind = dev->kind->graph ? dev->kind->graph(ctx, dev) : NULL;
    if (behind)
      text = talloc_asprintf_append_buffer(text, "%s <- %s\n", dev->id, plain(talloc_strdup(ctx, behind)));
  }
  return text;
}
