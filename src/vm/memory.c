/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/memory.c - <memory>, <maxMemory>, <currentMemory>, <memoryBacking>, <memtune>: the guest's RAM */

#include "domain/kinds.h"
#include "domain/ram.h"

static const char *const source_names[] = {
  [MEMORY_FILE] = "file", [MEMORY_ANONYMOUS] = "anonymous", [MEMORY_MEMFD] = "memfd",
};
static_assert(ARRAY_SIZE(source_names) == MEMORY_SOURCES, "a memory source has no name");

static const char *const allocation_names[] = {
  [MEMORY_IMMEDIATE] = "immediate", [MEMORY_ONDEMAND] = "ondemand",
};
static_assert(ARRAY_SIZE(allocation_names) == MEMORY_ALLOCATIONS, "an allocation has no name");

static const struct attr memory_attrs[] = {
  ATTR_SIZE("memory/text()", struct domain, memory.size, "KiB"),
  ATTR_ONOFF("memory/@dumpCore", struct domain, memory.dump_core),
  ATTR_SIZE("currentMemory/text()", struct domain, memory.current, "KiB"),
  ATTR_SIZE("maxMemory/text()", struct domain, memory.max, "KiB"),
  ATTR_UINT("maxMemory/@slots", struct domain, memory.slots),
  ATTR_ENUM("memoryBacking/source/@type", struct domain, memory.source, source_names),
  ATTR_ENUM("memoryBacking/access/@mode", struct domain, memory.access, memory_access_names),
  ATTR_ENUM("memoryBacking/allocation/@mode", struct domain, memory.allocation, allocation_names),
  ATTR_UINT("memoryBacking/allocation/@threads", struct domain, memory.allocation_threads),
  ATTR_PRESENT("memoryBacking/nosharepages", struct domain, memory.nosharepages),
  ATTR_PRESENT("memoryBacking/locked", struct domain, memory.locked),
  ATTR_PRESENT("memoryBacking/discard", struct domain, memory.discard),
  ATTR_SIZE("memtune/hard_limit/text()", struct domain, memory.hard_limit, "KiB"),
  ATTR_END
};

static void
read_huge_page(struct domain *domain, xmlNode *node, struct stage *stage)
{
  struct memory *memory = &domain->memory;
  struct huge_page page = { .place = xml_place(node, NULL) };
  const char *nodes = xml_attr(node, "nodeset");
  if (!xml_attr(node, "size"))
    diag_error(stage->diag, page.place, NULL, "size is missing: <page> needs the size of its pages, as in size='2048'");
  else if (read_size(node, "@size", "KiB", &page.size, NULL, stage->diag) && !page.size)
    diag_error(stage->diag, page.place, NULL, "size '0': huge pages have a size, as in size='2048'");
  page.nodes = nodes ? numset_parse(domain, nodes, false) : NULL;
  if (nodes && !page.nodes)
    diag_error(stage->diag, xml_place(node, nodes), NULL, "nodeset '%s' is no list of the guest's nodes, as in 0-1,3",
               nodes);
  memory->huge_pages = talloc_realloc(domain, memory->huge_pages, struct huge_page, memory->n_huge_pages + 1);
  memory->huge_pages[memory->n_huge_pages++] = page;
}

static void
memory_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  struct memory *memory = &domain->memory;
  xmlNode *backing = xml_child(root, "memoryBacking");
  xmlNode *huge = backing ? xml_child(backing, "hugepages") : NULL;
  if (huge)
    xml_each(page, huge, "page")
      read_huge_page(domain, page, stage);
  if (huge && !memory->n_huge_pages) {
    memory->huge_pages = talloc_zero(domain, struct huge_page);
    memory->huge_pages[0].place = xml_place(huge, NULL);
    memory->n_huge_pages = 1;
  }
  memory->huge_default = MIB(2);
  /* what a manager sets by cgroups */
  xmlNode *tune = xml_child(root, "memtune");
  uint64_t bytes;
  if (tune) {
    read_size(tune, "soft_limit/text()", "KiB", &bytes, NULL, stage->diag);
    read_size(tune, "swap_hard_limit/text()", "KiB", &bytes, NULL, stage->diag);
    read_size(tune, "min_guarantee/text()", "KiB", &bytes, NULL, stage->diag);
  }
}

static void
memory_complete(struct domain *domain, struct stage *stage)
{
  struct memory *memory = &domain->memory;
  memory->initial = memory->size;
  ram_round(&memory->initial, ram_alignment(domain));
  if (!memory->size)
    diag_error(stage->diag, domain->place, NULL, "no memory; write <memory unit='MiB'>1024</memory>");
  if (!memory->current || memory->current > memory->size)
    memory->current = memory->size;
}

static void
memory_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct memory *memory = &domain->memory;
  struct props *machine = argv_single(argv, PHASE_MACHINE, "-machine", "type");
  props_bool(machine, "dump-guest-core", memory->dump_core == ON);
  if (memory->nosharepages)
    props_bool(machine, "mem-merge", false);

  struct props *m = argv_single(argv, PHASE_MEMORY, "-m", "size");
  props_strf(m, "size", "%juk", (uintmax_t)memory->initial / 1024);
  if (memory->slots || memory->max) {
    props_nonzero(m, "slots", memory->slots);
    props_strf(m, "maxmem", "%juk", (uintmax_t)memory->max / 1024);
  }
  const char *id = ram_default_id(domain, b->caps);
  if (!domain->numa.n_cells && id) {
    props_refer(machine, "memory-backend", ID_OBJECT, id);
    struct ram ram = { .id = id, .size = memory->initial, .cell = -1, .system = true };
    ram_build(&ram, b, argv);
  }
  struct props *overcommit = argv_keyval(argv, PHASE_MEMORY, "-overcommit", NULL);
  props_bool(overcommit, "mem-lock", memory->locked);
}

const struct section memory_section = {
  .name = "memory",
  .attrs = memory_attrs,
  .parse = memory_parse,
  .complete = memory_complete,
  .build = memory_build,
};
