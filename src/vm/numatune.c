/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/numatune.c - <numatune>: which of the host's NUMA nodes the guest's memory comes from */

#include "domain/kinds.h"
#include "domain/memory_device.h"
#include "host/numa.h"

static const char *const mode_names[] = {
  [NUMA_STRICT] = "strict",
  [NUMA_PREFERRED] = "preferred",
  [NUMA_INTERLEAVE] = "interleave",
  [NUMA_RESTRICTIVE] = "restrictive",
};
static_assert(ARRAY_SIZE(mode_names) == NUMA_MODES, "a mode has no name");

enum placement { PLACEMENT_UNSAID, PLACEMENT_STATIC, PLACEMENT_AUTO };

static const char *const placements[] = { [PLACEMENT_STATIC] = "static", [PLACEMENT_AUTO] = "auto" };

/* <memory> or <memnode> */
struct given {
  struct numa_tune tune;
  enum placement placement;
  struct num cell;
};

static const struct attr tune_attrs[] = { ATTR_PLACE(struct given, tune.place),
                                          ATTR_ENUM("@mode", struct given, tune.mode, mode_names, .dflt = "strict",
                                                    .doc = "How strictly memory comes from those nodes."),
                                          ATTR_END };

static const struct attr memory_attrs[] = {
  ATTR_TABLE(tune_attrs),
  ATTR_WORD("@nodeset", struct given, tune.nodes, numset_word, "list of numbers",
            .required_where = "unless placement is auto", .dflt = "any",
            .doc = "The NUMA nodes of the host that memory comes from."),
  ATTR_ENUM("@placement", struct given, placement, placements, .dflt = "static with a nodeset, else that of <vcpu>",
            .doc = "Whether the nodes are named here or chosen."),
  ATTR_END
};

static const struct attr memnode_attrs[] = {
  ATTR_TABLE(tune_attrs),
  ATTR_NUM("@cellid", struct given, cell, .max = UINT32_MAX, .required = true,
           .missing = "cellid is missing: which NUMA cell of the guest, as in cellid='0'",
           .doc = "The node of the guest whose memory it is."),
  ATTR_WORD("@nodeset", struct given, tune.nodes, numset_word, "list of numbers", .required = true,
            .missing = "nodeset is missing: the host's nodes, as in nodeset='0-1'",
            .doc = "The NUMA nodes of the host that memory comes from."),
  ATTR_END
};

static const struct attr numatune_attrs[] = { ATTR_SEE("numatune/memory", memory_attrs),
                                              ATTR_SEE("numatune/memnode", memnode_attrs, .many = true,
                                                       .doc =
                                                           "Where the memory of one of the guest's nodes comes from."),
                                              ATTR_END };

/* libvirt numa_conf.c: without a word the placement of <vcpu> holds for memory as well. */
static void
read_memory(struct domain *domain, xmlNode *node, struct stage *stage)
{
  struct numa_tune *tune = &domain->numa.tune;
  struct given given = { 0 };
  bool fine = attr_read(memory_attrs, node, &given, NULL, stage->diag);
  bool nodes = xml_has(node, "@nodeset");
  *tune = given.tune;
  if (!fine || (!given.tune.mode && !given.placement && !nodes))
    return;
  tune->given = true;
  if (tune->mode == NUMA_MODE_UNSET)
    tune->mode = NUMA_STRICT;
  tune->placement_auto = given.placement ? given.placement == PLACEMENT_AUTO : !nodes && domain->cpu.placement_auto;
  if (tune->placement_auto)
    tune->nodes = NULL;
  else if (!nodes)
    diag_error(stage->diag, tune->place, NULL,
               "nodeset is missing: placement 'static' needs the host's nodes, as in nodeset='0-1'");
}

static void
read_memnode(struct domain *domain, xmlNode *node, struct stage *stage)
{
  struct numa *numa = &domain->numa;
  struct given given = { .tune = { .given = true, .mode = NUMA_STRICT } };
  if (!attr_read(memnode_attrs, node, &given, NULL, stage->diag))
    return;
  struct numa_tune tune = given.tune;
  uint64_t cell = given.cell.value;
  if (cell >= numa->n_cells) {
    diag_error(stage->diag, tune.place, NULL, "cellid %ju: the guest has no such NUMA cell%s", (uintmax_t)cell,
               numa->n_cells ? "" : ", it has none at all; describe <cpu><numa>");
    return;
  }
  if (!numa->cell_tunes)
    numa->cell_tunes = talloc_zero_array(domain, struct numa_tune, numa->n_cells);
  if (numa->cell_tunes[cell].given)
    diag_error(stage->diag, tune.place, NULL, "cellid %ju is already dealt with on line %u; drop one", (uintmax_t)cell,
               numa->cell_tunes[cell].place.line);
  numa->cell_tunes[cell] = tune;
}

static void
numatune_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  struct numa_tune *tune = &domain->numa.tune;
  xmlNode *node = xml_child(root, "numatune");
  xmlNode *memory = node ? xml_child(node, "memory") : NULL;
  if (node && xml_next(node, "numatune"))
    diag_error(stage->diag, xml_place(xml_next(node, "numatune"), NULL), NULL, "a second <numatune>; join them");
  if (memory)
    read_memory(domain, memory, stage);
  else if (domain->cpu.placement_auto)
    *tune = (struct numa_tune){ .given = true, .mode = NUMA_STRICT, .placement_auto = true, .place = domain->place };
  if (node)
    xml_each(memnode, node, "memnode") read_memnode(domain, memnode, stage);
}

static void
numatune_check(const struct domain *domain, struct stage *stage)
{
  const struct numa *numa = &domain->numa;
  bool restrictive = numa->tune.mode == NUMA_RESTRICTIVE;
  for (size_t i = 0; numa->cell_tunes && i < numa->n_cells; i++) {
    const struct numa_tune *tune = &numa->cell_tunes[i];
    if (!tune->given)
      continue;
    if (numa->tune.placement_auto)
      diag_error(stage->diag, tune->place, NULL,
                 "memnode %zu: placement 'auto' chooses the nodes of all memory; write placement='static' or drop it",
                 i);
    if (restrictive != (tune->mode == NUMA_RESTRICTIVE))
      diag_error(stage->diag, tune->place, NULL,
                 "memnode %zu: mode 'restrictive' is for all memory or none; write mode='restrictive' in <memory> and "
                 "in "
                 "each <memnode>",
                 i);
  }
}

/* --- the host's nodes --- */

static void
check_nodes(const struct numset *nodes, const struct numset *there, struct place place, const char *subject,
            struct stage *stage)
{
  int missing = nodes ? numset_beyond(nodes, there) : -1;
  if (missing >= 0)
    diag_host(stage->diag, place, subject,
              "NUMA node %d: the host has no such node online; name another, or print for another host with --offline "
              "or --host-root",
              missing);
}

static bool
asks_for_nodes(const struct domain *domain)
{
  const struct device_list *devices = domain_devices_of(domain, ROLE_MEMORY);
  for (size_t i = 0; i < devices->n; i++)
    if (!devices->items[i]->broken && ((const struct memory_device *)devices->items[i])->nodes)
      return true;
  return domain->numa.tune.given || domain->numa.cell_tunes;
}

static void
numatune_resolve(struct domain *domain, struct stage *stage)
{
  struct numa *numa = &domain->numa;
  if (!asks_for_nodes(domain))
    return;
  struct numset *there = host_numa_nodes(domain, stage->host);
  if (!there)
    return; /* a host that does not tell: QEMU will */
  if (numa->tune.placement_auto)
    numa->tune.nodes = there;
  check_nodes(numa->tune.nodes, there, numa->tune.place, NULL, stage);
  for (size_t i = 0; numa->cell_tunes && i < numa->n_cells; i++)
    check_nodes(numa->cell_tunes[i].nodes, there, numa->cell_tunes[i].place, NULL, stage);
  const struct device_list *devices = domain_devices_of(domain, ROLE_MEMORY);
  for (size_t i = 0; i < devices->n; i++)
    if (!devices->items[i]->broken)
      check_nodes(((const struct memory_device *)devices->items[i])->nodes, there, devices->items[i]->place,
                  devices->items[i]->subject, stage);
  const struct numset *emulator = domain->cpu.emulator_cpus ? domain->cpu.emulator_cpus : domain->cpu.host_cpus;
  if (emulator)
    numa->emulator_nodes = host_numa_of_cpus(domain, stage->host, there, emulator);
}

const struct section numatune_section = {
  .name = "numatune",
  .attrs = numatune_attrs,
  .parse = numatune_parse,
  .check = numatune_check,
  .resolve = numatune_resolve,
};
