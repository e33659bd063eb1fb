/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/graph_pci.c - --graph=pci: the topology of PCI as lspci -tv shows it, with QEMU's ids */

#include "bus/pci_tree.h"
#include "out/dot.h"
#include "out/out.h"

/* The -device that plugs DEV into its PCI bus; NULL: the machine brings it. */
static const struct props *
plugged_by(const struct argv *argv, const struct device *dev)
{
  for (size_t i = 0; i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    if (arg->device == dev && str_eq(arg->option, "-device") && props_get(arg->props, "addr"))
      return arg->props;
  }
  return NULL;
}

static const char *
name_of(TALLOC_CTX *ctx, const struct pci_seat *seat, const struct argv *argv)
{
  if (!seat->dev)
    return seat->what;
  const struct props *p = plugged_by(argv, seat->dev);
  const struct prop *driver = p ? props_get(p, "driver") : NULL, *id = p ? props_get(p, "id") : NULL;
  if (driver)
    return id ? talloc_asprintf(ctx, "%s (%s)", id->string, driver->string) : driver->string;
  return talloc_asprintf(ctx, "%s (the machine's own)", seat->dev->id ? seat->dev->id : seat->dev->subject);
}

/* --- text --- */

/* LINE is what stands on the line so far; what is below it has bars where branches go on. */
struct tree {
  const struct argv *argv;
  char *text, *line;
};

static void
put(struct tree *tree, const char *text)
{
  tree->line = talloc_strdup_append(tree->line, text); /* it may have been cut */
}

/* NAME is not kept: no sign of it passes for a branch. */
static void
end_line(struct tree *tree, const char *name)
{
  tree->text = talloc_asprintf_append_buffer(tree->text, "%s%s%s\n", tree->line, *name ? "  " : "", name);
  for (char *c = tree->line; *c; c++)
    *c = *c == '+' || *c == '|' ? '|' : ' ';
}

static void put_branch(struct tree *tree, const struct pci_branch *branch);

static void
put_seat(struct tree *tree, const struct pci_seat *seat)
{
  const char *name = name_of(tree->line, seat, tree->argv);
  put(tree, talloc_asprintf(tree->line, "%02x.%x", seat->slot, seat->function));
  if (!seat->behind) {
    end_line(tree, name);
    return;
  }
  const struct pci_branch *behind = seat->behind;
  put(tree, behind->last > behind->number ? talloc_asprintf(tree->line, "-[%02x-%02x]-", behind->number, behind->last)
                                          : talloc_asprintf(tree->line, "-[%02x]-", behind->number));
  put(tree, talloc_asprintf(tree->line, "%s-", seat->dev && seat->dev->id ? seat->dev->id : behind->bus));
  put_branch(tree, behind);
}

static void
put_branch(struct tree *tree, const struct pci_branch *branch)
{
  size_t column = strlen(tree->line);
  if (branch->n == 0)
    end_line(tree, "");
  for (size_t i = 0; i < branch->n; i++) {
    tree->line[column] = '\0';
    put(tree, branch->n == 1 ? "--" : i + 1 < branch->n ? "+-" : "\\-");
    put_seat(tree, &branch->seats[i]);
  }
}

const char *
out_graph_pci(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv)
{
  struct tree tree = { .argv = argv, .text = talloc_strdup(ctx, "") };
  for (const struct pci_branch *root = pci_tree(ctx, domain); root; root = root->next) {
    tree.line = talloc_asprintf(ctx, "-[%04x:%02x]-%s-", root->segment, root->number, root->bus);
    put_branch(&tree, root);
  }
  return tree.text;
}

/* --- for Graphviz --- */

static char *
append_branch(char *text, const struct pci_branch *branch, const struct argv *argv)
{
  for (size_t i = 0; i < branch->n; i++) {
    const struct pci_seat *seat = &branch->seats[i];
    const char *at = talloc_asprintf(text, "%02x:%02x.%x", branch->number, seat->slot, seat->function);
    const char *own = dot_quote(text, talloc_asprintf(text, "%s/%s", branch->bus, at));
    text =
        talloc_asprintf_append_buffer(text, "  %s [label=%s];\n  %s -> %s;\n", own,
                                      dot_quote(text, talloc_asprintf(text, "%s\n%s", at, name_of(text, seat, argv))),
                                      dot_quote(text, branch->bus), own);
    if (!seat->behind)
      continue;
    text = talloc_asprintf_append_buffer(text, "  %s -> %s;\n", own, dot_quote(text, seat->behind->bus));
    text = append_branch(text, seat->behind, argv);
  }
  return text;
}

const char *
out_graph_pci_dot(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv)
{
  char *text = talloc_strdup(ctx, "digraph pci {\n  rankdir=LR;\n  node [shape=box];\n");
  for (const struct pci_branch *root = pci_tree(ctx, domain); root; root = root->next)
    text = append_branch(text, root, argv);
  return talloc_strdup_append_buffer(text, "}\n");
}
