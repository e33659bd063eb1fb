/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/memory.c - <memory>, <maxMemory>, <currentMemory>, <memoryBacking>, <memtune>: the guest's RAM */

#include "domain/kinds.h"
#include "domain/notes.h"
#include "domain/memory_device.h"
#include "domain/ram.h"
#include "vm/memory_huge.h"
#include "qemu/machines.h"

static const char *const source_names[] = {
  [MEMORY_FILE] = "file",
  [MEMORY_ANONYMOUS] = "anonymous",
  [MEMORY_MEMFD] = "memfd",
};
static_assert(ARRAY_SIZE(source_names) == MEMORY_SOURCES, "a memory source has no name");

static const char *const allocation_names[] = {
  [MEMORY_IMMEDIATE] = "immediate",
  [MEMORY_ONDEMAND] = "ondemand",
};
static_assert(ARRAY_SIZE(allocation_names) == MEMORY_ALLOCATIONS, "an allocation has no name");

static const struct attr size_attrs[] = {
  ATTR_SIZE("memory/text()", struct domain, memory.size, "KiB", .empty_none = true, .required_where = "without <numa>",
            .dflt = "what the NUMA nodes have together", .doc = "How much memory the guest starts with."),
  ATTR_END
};

static const struct attr page_attrs[] = {
  ATTR_PLACE(struct huge_page, place),
  ATTR_SIZE("@size", struct huge_page, size, "KiB", .required = true,
            .missing = "size is missing: <page> needs the size of its pages, as in size='2048'",
            .doc = "The size of the huge pages."),
  ATTR_WORD("@nodeset", struct huge_page, nodes, numset_word, "list of numbers",
            .dflt = "all that no other <page> names",
            .doc = "The NUMA nodes of the guest whose memory is made of them."),
  ATTR_END
};

static const struct attr memory_attrs[] = {
  ATTR_ONOFF("memory/@dumpCore", struct domain, memory.dump_core, .dflt = "off",
             .doc = "Whether the guest's memory is part of QEMU's core dumps."),
  ATTR_SIZE("currentMemory/text()", struct domain, memory.current, "KiB", .empty_none = true, .dflt = "all of it",
            .doc = "How much of it the guest shall use at first."),
  ATTR_SIZE("maxMemory/text()", struct domain, memory.max, "KiB", .empty_none = true, .dflt = "none; it cannot grow",
            .doc = "How much memory the guest can grow to."),
  ATTR_UINT("maxMemory/@slots", struct domain, memory.slots, .empty_none = true, .dflt = "0",
            .doc = "How many modules can be plugged in."),
  ATTR_ENUM("memoryBacking/source/@type", struct domain, memory.source, source_names, .empty_none = true,
            .dflt = "anonymous; file where access is shared (in /dev/shm) or pages are huge",
            .doc = "What the guest's memory is on the host."),
  ATTR_ENUM("memoryBacking/access/@mode", struct domain, memory.access, memory_access_names, .empty_none = true,
            .dflt = "not shared", .doc = "Whether other processes see what the guest writes."),
  ATTR_ENUM("memoryBacking/allocation/@mode", struct domain, memory.allocation, allocation_names, .empty_none = true,
            .dflt = "ondemand; immediate of huge pages", .doc = "When memory is taken from the host."),
  ATTR_UINT("memoryBacking/allocation/@threads", struct domain, memory.allocation_threads, .empty_none = true,
            .dflt = "QEMU's (1)", .doc = "How many threads take memory at the start."),
  ATTR_PRESENT("memoryBacking/nosharepages", struct domain, memory.nosharepages, .dflt = "off",
               .doc = "Equal pages of several guests are not merged."),
  ATTR_PRESENT("memoryBacking/locked", struct domain, memory.locked, .dflt = "off",
               .doc = "The guest's memory is never swapped out."),
  ATTR_PRESENT("memoryBacking/discard", struct domain, memory.discard, .dflt = "off",
               .doc = "The memory's content is given up when the guest ends."),
  ATTR_SIZE("memtune/hard_limit/text()", struct domain, memory.hard_limit, "KiB", .empty_none = true,
            .dflt = "the guest's memory and 1 GiB, where a device makes QEMU lock memory",
            .doc = "How much memory QEMU may take in all, and lock."),
  ATTR_SEE(".", size_attrs),
  ATTR_SEE("memoryBacking/hugepages/page", page_attrs, .many = true, .doc = "Pages of one size."),
  /* a manager sets these by cgroups */
  ATTR_SIZE_ONLY("memtune/soft_limit/text()", "KiB", .empty_none = true, .dflt = "none",
                 .doc = "How much it may keep where memory is short, which a manager sets."),
  ATTR_SIZE_ONLY("memtune/swap_hard_limit/text()", "KiB", .empty_none = true, .dflt = "none",
                 .doc = "How much memory and swap it may take, which a manager sets."),
  ATTR_REFUSED("memtune/min_guarantee", "it is VMware's, no guest of QEMU has it; drop it",
               .doc = "VMware's lower limit; QEMU has none."),
  ATTR_END
};

static void
read_huge_page(struct domain *domain, xmlNode *node, struct stage *stage)
{
  struct memory *memory = &domain->memory;
  struct huge_page page = { 0 };
  if (!attr_read(page_attrs, node, &page, NULL, stage->diag))
    return;
  if (!page.size) {
    diag_error(stage->diag, page.place, NULL, "size '0': huge pages have a size, as in size='2048'");
    return;
  }
  memory->huge_pages = ARRAY_ROOM(domain, memory->huge_pages, struct huge_page, memory->n_huge_pages);
  memory->huge_pages[memory->n_huge_pages++] = page;
}

static void
memory_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  struct memory *memory = &domain->memory;
  xmlNode *backing = xml_child(root, "memoryBacking");
  xmlNode *huge = backing ? xml_child(backing, "hugepages") : NULL;
  memory->malformed = !attr_read(size_attrs, root, domain, NULL, stage->diag);
  if (huge)
    xml_each(page, huge, "page") read_huge_page(domain, page, stage);
  if (huge && !xml_child(huge, "page")) {
    memory->huge_pages = talloc_zero(domain, struct huge_page);
    memory->huge_pages[0].place = xml_place(huge, NULL);
    memory->n_huge_pages = 1;
  }
  memory->huge_default = MIB(2);
}

static uint64_t
cells_size(const struct numa *numa)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < numa->n_cells; i++)
    if (__builtin_add_overflow(sum, numa->cells[i].memory, &sum))
      return UINT64_MAX;
  return sum;
}

static struct place
place_of(const struct domain *domain, const char *element)
{
  return xml_place_at(domain->root, element);
}

/* Is ELEMENT absent, or a size of 0? A value of 0 that comes of a text which is no size was reported as such. */
static bool
is_nothing(const struct domain *domain, const char *element)
{
  xmlNode *node = xml_child(domain->root, element);
  uint64_t value;
  if (!node)
    return true;
  const char *text = xml_text(node); /* by hand: whether a wrong value was meant to be none, its row cannot say */
  return !*text || (parse_uint(text, &value) && value == 0);
}

/* With NUMA cells their sum is what the guest starts with: QEMU takes nothing else. */
static void
complete_cells(struct domain *domain, uint64_t modules, struct stage *stage)
{
  struct memory *memory = &domain->memory;
  uint64_t cells = cells_size(&domain->numa), all;
  if (__builtin_add_overflow(cells, modules, &all) || all > INT64_MAX) {
    diag_error(stage->diag, domain->numa.cells[0].place, NULL, "the NUMA cells hold more than 2^63 bytes together");
    return;
  }
  uint64_t said = memory->size;
  memory->initial = cells;
  memory->size = all;
  if (said && ram_round(&said, ram_alignment(domain)) && said != all &&
      (said > all ? said - all : all - said) >= ram_alignment(domain) * (domain->numa.n_cells + 1))
    diag_warning(stage->diag, place_of(domain, "memory"), NULL,
                 "<memory> says %ju KiB, the NUMA cells%s add up to %ju KiB; that is what the guest gets",
                 (uintmax_t)said / 1024, modules ? " and modules" : "", (uintmax_t)all / 1024);
}

static void
complete_plain(struct domain *domain, uint64_t modules, struct stage *stage)
{
  struct memory *memory = &domain->memory;
  if (modules >= memory->size) {
    if (!memory->size && !memory->malformed && !xml_refused(domain->root, "cpu/numa"))
      diag_error(stage->diag, place_of(domain, "memory"), NULL,
                 "the guest has no memory; write <memory unit='MiB'>1024</memory>");
    else if (memory->size)
      diag_error(stage->diag, place_of(domain, "memory"), NULL,
                 "<memory> counts the memory modules in; they alone have %ju KiB", (uintmax_t)modules / 1024);
    return;
  }
  memory->initial = memory->size - modules;
  if (!ram_round(&memory->initial, ram_alignment(domain)))
    diag_error(stage->diag, place_of(domain, "memory"), NULL, "memory, rounded to %ju MiB, is more than 2^63 bytes",
               (uintmax_t)(ram_alignment(domain) / MIB(1)));
}

/* A number without a unit counts KiB, and people mean MiB. */
static void
check_unit(struct domain *domain, struct stage *stage)
{
  xmlNode *node = xml_child(domain->root, "memory");
  uint64_t said = domain->memory.size;
  /* by hand: the row of the size reads it, here its absence counts */
  if (node && !xml_attr(node, "unit") && said && said < MIB(16))
    diag_warning(stage->diag, place_of(domain, "memory"), NULL,
                 "memory of %ju KiB, which no usual guest starts in: a number without unit= counts KiB; did you mean "
                 "<memory "
                 "unit='MiB'>?",
                 (uintmax_t)said / 1024);
}

static void
memory_complete(struct domain *domain, struct stage *stage)
{
  struct memory *memory = &domain->memory;
  uint64_t modules = ram_modules(domain);
  /* before sizes are rounded: the same number twice asks for nothing */
  check_unit(domain, stage);
  bool less = memory->current && (!memory->size || memory->current < memory->size);
  if (cells_size(&domain->numa))
    complete_cells(domain, modules, stage);
  else
    complete_plain(domain, modules, stage);
  /* without cells node 0 is all there is */
  for (size_t i = 0; !domain->numa.n_cells && i < memory->n_huge_pages; i++)
    if (memory->huge_pages[i].nodes && numset_last(memory->huge_pages[i].nodes) == 0)
      memory->huge_pages[i].nodes = NULL;
  if (!memory->current || memory->current > memory->size)
    memory->current = memory->size;
  memory->shrunk = less && memory->current < memory->size;
  if (!ram_round(&memory->max, ram_alignment(domain)))
    diag_error(stage->diag, place_of(domain, "maxMemory"), NULL,
               "maxMemory, rounded to %ju MiB, is more than 2^63 bytes", (uintmax_t)(ram_alignment(domain) / MIB(1)));
}

/* --- check --- */

/* QEMU include/hw/acpi/acpi.h and, under TCG, include/hw/ppc/spapr.h. */
enum { SLOTS_ACPI = 256, SLOTS_PSERIES = 32 };

static void
check_slots(const struct domain *domain, struct stage *stage)
{
  const struct memory *memory = &domain->memory;
  const struct device_list *devices = domain_devices_of(domain, ROLE_MEMORY);
  struct place place = place_of(domain, "maxMemory");
  uint64_t plugged = 0;
  for (size_t i = 0; i < devices->n; i++)
    if (!devices->items[i]->broken)
      plugged += ((const struct memory_device *)devices->items[i])->size;
  if (!memory->max && !memory->slots && is_nothing(domain, "maxMemory")) {
    for (size_t i = 0; i < devices->n; i++)
      if (!devices->items[i]->broken)
        diag_error(stage->diag, devices->items[i]->place, devices->items[i]->subject,
                   "a memory device needs room: write <maxMemory slots='16' unit='GiB'>...</maxMemory>");
    return;
  }
  if (!memory->max && !is_nothing(domain, "maxMemory"))
    return;
  if (!memory->max)
    diag_error(stage->diag, place, NULL, "slots without a size: how much may <maxMemory> become?");
  else if (memory->max < memory->size)
    diag_error(stage->diag, place, NULL, "maxMemory, %ju KiB, is less than the %ju KiB that the guest starts with",
               (uintmax_t)memory->max / 1024, (uintmax_t)memory->size / 1024);
  else if (plugged > memory->max - memory->initial)
    diag_error(stage->diag, place, NULL, "the memory devices have %ju KiB, maxMemory leaves room for %ju KiB",
               (uintmax_t)plugged / 1024, (uintmax_t)(memory->max - memory->initial) / 1024);
  else if (memory->slots && memory->max == memory->initial)
    diag_unstartable(stage->diag, place, NULL,
                     "slots, but maxMemory leaves no room for what goes in, this guest will not start; drop slots");
  unsigned most = arch_is_ppc64(domain->arch) && domain->virt == VIRT_QEMU ? SLOTS_PSERIES : SLOTS_ACPI;
  if (memory->slots > most)
    diag_unstartable(stage->diag, place, NULL, "slots '%u': QEMU has at most %u, this guest will not start",
                     memory->slots, most);
}

static void
check_page(const struct domain *domain, size_t nth, struct notes *nodes, struct stage *stage)
{
  const struct memory *memory = &domain->memory;
  const struct huge_page *page = &memory->huge_pages[nth];
  size_t cells = domain->numa.n_cells;
  int last = page->nodes ? numset_last(page->nodes) : -1;
  size_t first = page->nodes ? nth : notes_first(nodes, "all", nth);
  if (first != nth)
    diag_error(stage->diag, page->place, NULL,
               "a second page size for all nodes (the first is on line %u); say which "
               "nodes with nodeset",
               memory->huge_pages[first].place.line);
  for (int node = page->nodes ? numset_next(page->nodes, 0) : -1, said = false; node >= 0;
       node = numset_next(page->nodes, (uint64_t)node + 1)) {
    first = notes_first(nodes, talloc_asprintf(nodes, "%d", node), nth);
    if (first != nth && !said)
      diag_error(stage->diag, page->place, NULL, "nodeset: node %d has its pages from line %u already", node,
                 memory->huge_pages[first].place.line);
    said |= first != nth;
  }
  if (!ram_is_page_size(domain, page->size))
    diag_error(stage->diag, page->place, NULL, "size: %s has huge pages of 2 MiB and of 1 GiB, not of %ju KiB",
               arch_names[domain->arch], (uintmax_t)page->size / 1024);
  if (last >= 0 && (size_t)last >= cells)
    diag_error(stage->diag, page->place, NULL, "nodeset: the guest has no NUMA cell %d%s", last,
               cells ? "" : ", it has none at all");
}

static void
check_huge_pages(const struct domain *domain, struct stage *stage)
{
  const struct memory *memory = &domain->memory;
  struct place place = place_of(domain, "memoryBacking");
  if (memory->allocation == MEMORY_ONDEMAND)
    diag_error(stage->diag, place, NULL, "huge pages are allocated at the start; write <allocation mode='immediate'/>");
  if (memory->allocation_threads && !caps_has(stage->caps, FEAT_MEMORY_BACKEND_PREALLOC_THREADS))
    diag_error(stage->diag, place, NULL, "allocation threads: this QEMU (%s) has no choice; drop them",
               caps_version_string(stage->caps));
  if (memory->source == MEMORY_ANONYMOUS)
    diag_error(stage->diag, place, NULL, "huge pages are not anonymous; write <source type='memfd'/> or drop it");
  if (memory->source == MEMORY_MEMFD && !caps_has(stage->caps, FEAT_OBJECT_MEMORY_MEMFD_HUGETLB))
    diag_error(stage->diag, place, NULL, "this QEMU has no huge pages in a memfd; write <source type='file'/>");
  if (!ram_default_id(domain, stage->caps) && ram_has_huge_pages(domain) && !domain->numa.n_cells &&
      memory->access == MEMORY_SHARED)
    diag_error(stage->diag, place, NULL,
               "access 'shared': QEMU shares this machine's memory by NUMA cells only; "
               "describe <cpu><numa>");
  struct notes *nodes = notes_new(NULL);
  for (size_t i = 0; i < memory->n_huge_pages; i++)
    check_page(domain, i, nodes, stage);
  talloc_free(nodes);
}

static void
memory_check(const struct domain *domain, struct stage *stage)
{
  const struct memory *memory = &domain->memory;
  check_slots(domain, stage);
  unsigned most = machine_most_ram(domain->os.canonical, domain->arch);
  if (most && memory->initial > MIB(most))
    diag_unstartable(stage->diag, xml_place(xml_child(domain->root, "memory"), NULL), NULL,
                     "machine %s has no room for more than %u MiB: this guest will not start; write <memory "
                     "unit='MiB'>%u</memory>",
                     domain->os.canonical, most, most);
  if (memory->n_huge_pages)
    check_huge_pages(domain, stage);
  if (memory->source == MEMORY_MEMFD && !caps_has(stage->caps, FEAT_OBJECT_MEMORY_MEMFD))
    diag_error(stage->diag, place_of(domain, "memoryBacking"), NULL,
               "source 'memfd': this QEMU has none; write <source type='file'/>");
}

/* -mem-path and -mem-prealloc are for old machine types: no object stands for their memory. */
static void
memory_finish(struct domain *domain, struct stage *stage)
{
  struct memory *memory = &domain->memory;
  memory->by_option = !ram_by_objects(domain, stage->caps);
  memory->preallocates = memory->by_option && (ram_has_huge_pages(domain) || memory->allocation == MEMORY_IMMEDIATE);
}

static void
memory_resolve(struct domain *domain, struct stage *stage)
{
  const struct device_list *devices = domain_devices_of(domain, ROLE_MEMORY);
  bool asks = domain->memory.n_huge_pages;
  for (size_t i = 0; i < devices->n; i++)
    asks |= !devices->items[i]->broken && ((const struct memory_device *)devices->items[i])->page_size;
  if (asks)
    huge_resolve(domain, stage->host);
}

/* Where -mem-path has the memory; NULL: nowhere, it has no file. */
static const char *
option_path(const struct domain *domain)
{
  const struct memory *memory = &domain->memory;
  if (!memory->by_option)
    return NULL;
  if (ram_has_huge_pages(domain))
    return ram_huge_path(domain, memory->huge_pages[0].size);
  return memory->source == MEMORY_FILE ? ram_file_path : NULL;
}

static void
build_options(const struct domain *domain, struct argv *argv)
{
  const char *path = option_path(domain);
  if (domain->memory.preallocates)
    argv_flag(argv, PHASE_MEMORY, "-mem-prealloc");
  if (path)
    argv_host(argv, PHASE_MEMORY, "-mem-path", ram_has_huge_pages(domain) ? WANT_WRITE : WANT_NOTHING, path);
}

/* Memory that no object stands for is that of -m. */
static void
tell_memory(const struct domain *domain, struct props *m)
{
  const char *path = option_path(domain);
  if (!domain->memory.by_option || ram_has_huge_pages(domain))
    return;
  props_implies(m, path ? WANT_MEMORY_FILE : WANT_MEMORY, path, domain->memory.initial);
}

static void
memory_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct memory *memory = &domain->memory;
  struct props *machine = argv_single(argv, PHASE_MACHINE, "-machine", "type");
  props_at(machine, xml_place_at(domain->root, "memory/@dumpCore"));
  props_bool(machine, "dump-guest-core", memory->dump_core == ON);
  props_at(machine, xml_place_at(domain->root, "memoryBacking/nosharepages"));
  if (memory->nosharepages)
    props_bool(machine, "mem-merge", false);
  props_at(machine, (struct place){ 0 });
  bool of_cells = domain->numa.n_cells && !xml_child(domain->root, "memory");
  argv_origin(argv, place_of(domain, of_cells ? "cpu/numa" : "memory"), NULL, NULL);
  struct props *m = argv_single(argv, PHASE_MACHINE, "-m", "size");
  props_strf(m, "size", "%juk", (uintmax_t)memory->initial / 1024);
  props_at(m, xml_place_at(domain->root, "maxMemory"));
  props_nonzero(m, "slots", memory->slots);
  if (memory->max)
    props_strf(m, "maxmem", "%juk", (uintmax_t)memory->max / 1024);
  props_at(m, (struct place){ 0 });
  tell_memory(domain, m);
  const char *id = ram_default_id(domain, b->caps);
  if (!domain->numa.n_cells && id) {
    props_refer(machine, "memory-backend", ID_OBJECT, id);
    struct ram ram = { .id = id, .size = memory->initial, .cell = -1, .system = true };
    ram_build(&ram, b, argv);
  }
  if (memory->by_option)
    build_options(domain, argv);
  xmlNode *locked = xml_child(domain->root, "memoryBacking");
  locked = locked ? xml_child(locked, "locked") : NULL;
  argv_origin(argv, locked ? xml_place(locked, NULL) : domain->place, NULL, locked ? NULL : "no <locked/>");
  struct props *overcommit = argv_keyval(argv, PHASE_MEMORY, "-overcommit", NULL);
  props_bool(overcommit, "mem-lock", memory->locked);
}

const struct section memory_section = {
  .name = "memory",
  .attrs = memory_attrs,
  .parse = memory_parse,
  .complete = memory_complete,
  .finish = memory_finish,
  .check = memory_check,
  .resolve = memory_resolve,
  .build = memory_build,
};
