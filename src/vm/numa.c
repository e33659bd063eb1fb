/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/numa.c - <cpu><numa>: the guest's NUMA nodes, their CPUs, memory and distances */

#include "vm/numa_hmat.h"
#include "domain/kinds.h"
#include "domain/ram.h"

/* QEMU include/system/numa.h: MAX_NODES. */
enum { CELLS_MOST = 128 };

/* As QEMU and ACPI's SLIT have them. */
enum { DISTANCE_LOCAL = 10, DISTANCE_REMOTE = 20, DISTANCE_UNREACHABLE = 255 };

struct sibling {
  struct num id, value;
};

static const struct attr sibling_attrs[] = {
  ATTR_NUM("@id", struct sibling, id, .max = UINT32_MAX, .required = true, .doc = "The number of the other node."),
  ATTR_NUM("@value", struct sibling, value, .min = DISTANCE_LOCAL, .max = DISTANCE_UNREACHABLE, .required = true,
           .doc = "How far the other node's memory is, in tenths of the way to a node's own, which is 10; 255 is out "
                  "of reach."),
  ATTR_END
};

struct cell_id {
  struct num id;
};

static const struct attr id_attrs[] = { ATTR_NUM("@id", struct cell_id, id, .max = UINT32_MAX,
                                                 .dflt = "their order, from 0", .doc = "The number of the node."),
                                        ATTR_END };

static const struct attr cell_attrs[] = {
  ATTR_ENUM("@memAccess", struct numa_cell, access, memory_access_names, .dflt = "that of <memoryBacking>",
            .doc = "Whether other processes see what the guest writes."),
  ATTR_YESNO("@discard", struct numa_cell, discard, .dflt = "that of <memoryBacking>",
             .doc = "Whether the memory's content is given up when the guest ends."),
  ATTR_SIZE("@memory", struct numa_cell, memory, "KiB", .required = true,
            .missing = "the cell has no memory; write memory='512' unit='MiB'", .doc = "How much memory the node has."),
  ATTR_WORD("@cpus", struct numa_cell, cpus, numset_any_word, "list of numbers, or none",
            .dflt = "none; of the first node those that no other has", .doc = "The virtual CPUs of the node."),
  ATTR_END
};

static const struct attr numa_attrs[] = {
  ATTR_SEE("cpu/numa/cell", id_attrs, .many = true, .required_here = true, .doc = "A node of the guest."),
  ATTR_SEE("cpu/numa/cell", cell_attrs),
  ATTR_SEE("cpu/numa/cell/distances/sibling", sibling_attrs, .many = true, .doc = "How far another node's memory is."),
  ATTR_SEE("cpu/numa", hmat_attrs), ATTR_END
};

static void
check_own_cpus(struct numa *numa, size_t id, xmlNode *node, struct stage *stage)
{
  struct numa_cell *cell = &numa->cells[id];
  const struct numset *set = cell->cpus;
  if (!set || !numset_count(set)) {
    cell->cpus = NULL;
    return;
  }
  for (size_t i = 0; i < numa->n_cells; i++) {
    const struct numa_cell *other = &numa->cells[i];
    int common = i != id && other->cpus ? numset_common(set, other->cpus) : -1;
    if (common >= 0)
      diag_error(stage->diag, xml_place(node, "cpus"), NULL,
                 "cell %zu: virtual CPU %d is already in cell %zu (line %u); a CPU is in one", id, common, i,
                 other->place.line);
  }
}

static void
set_distance(struct numa *numa, size_t from, size_t to, uint64_t value, struct domain *domain)
{
  struct numa_cell *cell = &numa->cells[from];
  if (!cell->distances) {
    cell->distances = talloc_zero_array(domain, uint8_t, numa->n_cells);
    cell->distances[from] = DISTANCE_LOCAL;
  }
  cell->distances[to] = (uint8_t)value;
}

/* Said in one direction only, it holds in both. */
static void
read_sibling(struct numa *numa, size_t id, xmlNode *node, struct domain *domain, struct stage *stage)
{
  struct sibling given = { 0 };
  if (!attr_read(sibling_attrs, node, &given, NULL, stage->diag))
    return;
  uint64_t sibling = given.id.value, value = given.value.value;
  if (sibling >= numa->n_cells) {
    diag_error(stage->diag, xml_place(node, NULL), NULL, "cell %zu: sibling %ju is no cell, the last one is %zu", id,
               (uintmax_t)sibling, numa->n_cells - 1);
    return;
  }
  if ((sibling == id) != (value == DISTANCE_LOCAL)) {
    diag_error(stage->diag, xml_place(node, NULL), NULL,
               "cell %zu: distance %ju to cell %ju; 10 is a cell's own, others are farther", id, (uintmax_t)value,
               (uintmax_t)sibling);
    return;
  }
  set_distance(numa, id, sibling, value, domain);
  if (!numa->cells[sibling].distances || !numa->cells[sibling].distances[id])
    set_distance(numa, sibling, id, value, domain);
}

static void
read_cell(struct numa *numa, xmlNode *node, size_t nth, struct domain *domain, struct stage *stage)
{
  struct cell_id given = { .id = num_of(nth) };
  if (!attr_read(id_attrs, node, &given, NULL, stage->diag))
    return;
  uint64_t id = given.id.value;
  if (id >= numa->n_cells) {
    diag_error(stage->diag, xml_place(node, NULL), NULL,
               "cell id %ju: there are %zu cells, their ids are 0 to %zu without a gap", (uintmax_t)id, numa->n_cells,
               numa->n_cells - 1);
    xml_skip(node);
    return;
  }
  struct numa_cell *cell = &numa->cells[id];
  if (cell->place.file) {
    diag_error(stage->diag, xml_place(node, NULL), NULL, "cell %ju is already described on line %u; drop one",
               (uintmax_t)id, cell->place.line);
    xml_skip(node);
    return;
  }
  cell->place = xml_place(node, NULL);
  cell->empty = attr_read(cell_attrs, node, cell, NULL, stage->diag) && !cell->memory;
  check_own_cpus(numa, id, node, stage);
  xmlNode *distances = xml_child(node, "distances");
  if (distances && !xml_child(distances, "sibling"))
    diag_error(stage->diag, xml_place(distances, NULL), NULL,
               "cell %ju: <distances> to whom? <sibling id='1' "
               "value='20'/>",
               (uintmax_t)id);
  if (distances)
    xml_each(sibling, distances, "sibling") read_sibling(numa, id, sibling, domain, stage);
  hmat_read_caches(cell, node, domain, stage);
}

static void
numa_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  struct numa *numa = &domain->numa;
  xmlNode *cpu = xml_child(root, "cpu");
  xmlNode *node = cpu ? xml_child(cpu, "numa") : NULL;
  if (!node)
    return;
  xml_each(cell, node, "cell") numa->n_cells++;
  if (!numa->n_cells) {
    diag_error(stage->diag, xml_place(node, NULL), NULL, "<numa> has no <cell>; describe one or drop it");
    return;
  }
  if (numa->n_cells > CELLS_MOST) {
    diag_error(stage->diag, xml_place(node, NULL), NULL, "<numa> has %zu cells, QEMU takes at most %d", numa->n_cells,
               CELLS_MOST);
    numa->n_cells = 0;
    xml_skip(node);
    return;
  }
  numa->cells = talloc_zero_array(domain, struct numa_cell, numa->n_cells);
  size_t nth = 0;
  xml_each(cell, node, "cell") read_cell(numa, cell, nth++, domain, stage);
  hmat_read_links(numa, node, domain, stage);
}

/* Gives the first cell the CPUs that no cell has: QEMU would do the same, and warn. */
static void
fill_cpus(struct domain *domain)
{
  struct numa *numa = &domain->numa;
  unsigned all = 0;
  for (size_t i = 0; i < numa->n_cells; i++)
    all += numa->cells[i].cpus ? numset_count(numa->cells[i].cpus) : 0;
  if (all >= domain->cpu.vcpus || domain->cpu.vcpus > NUMSET_LIMIT)
    return;
  struct numset *rest = numset_new(domain);
  for (unsigned cpu = 0; cpu < domain->cpu.vcpus; cpu++) {
    bool taken = false;
    for (size_t i = 1; i < numa->n_cells; i++)
      taken |= numa->cells[i].cpus && numset_has(numa->cells[i].cpus, cpu);
    if (!taken)
      numset_add(rest, cpu);
  }
  numa->cells[0].cpus = rest;
}

/* A guest learns of memory to come by NUMA cells: libvirt qemu_domain.c, qemuDomainDefNumaAutoAdd(). */
static void
make_cell(struct domain *domain)
{
  const struct memory *memory = &domain->memory;
  struct numa *numa = &domain->numa;
  uint64_t modules = ram_modules(domain);
  if (numa->n_cells || !memory->max || modules >= memory->size || domain->arch == ARCH_S390X)
    return;
  numa->made = true;
  numa->n_cells = 1;
  numa->cells = talloc_zero(domain, struct numa_cell);
  numa->cells[0] = (struct numa_cell){ .memory = memory->size - modules,
                                       .place = xml_place(xml_child(domain->root, "maxMemory"), NULL) };
}

static void
numa_complete(struct domain *domain, struct stage *stage)
{
  struct numa *numa = &domain->numa;
  make_cell(domain);
  if (!numa->n_cells)
    return;
  fill_cpus(domain);
  numa->hmat = hmat_is_given(numa);
  for (size_t i = 0; i < numa->n_cells; i++)
    if (!ram_round(&numa->cells[i].memory, ram_alignment(domain)))
      diag_error(stage->diag, numa->cells[i].place, NULL,
                 "cell %zu: its memory, rounded to %ju MiB, is more than 2^63 "
                 "bytes",
                 i, (uintmax_t)(ram_alignment(domain) / MIB(1)));
}

static void
check_cpus(const struct domain *domain, struct stage *stage)
{
  const struct numa *numa = &domain->numa;
  bool any = false;
  for (size_t i = 0; i < numa->n_cells; i++) {
    int last = numa->cells[i].cpus ? numset_last(numa->cells[i].cpus) : -1;
    any |= last >= 0;
    if (last >= 0 && (uint32_t)last >= domain->cpu.vcpus)
      diag_error(stage->diag, numa->cells[i].place, NULL,
                 "cell %zu: there is no virtual CPU %d, <vcpu> allows %u (0 to %u)", i, last, domain->cpu.vcpus,
                 domain->cpu.vcpus - 1);
  }
  if (!any)
    diag_error(stage->diag, numa->cells[0].place, NULL, "no cell has a virtual CPU; one must");
}

static void
numa_check(const struct domain *domain, struct stage *stage)
{
  if (!domain->numa.n_cells)
    return;
  check_cpus(domain, stage);
  if (domain_is_s390(domain))
    diag_unstartable(stage->diag, domain->numa.cells[0].place, NULL,
                     "QEMU's s390x machines have no NUMA cells, this guest will not start; drop <numa>");
  hmat_check(domain, stage);
}

struct cpu_runs {
  struct props *props;
};

static void
add_run(unsigned first, unsigned last, void *arg)
{
  struct props *p = ((struct cpu_runs *)arg)->props;
  props_str_more(p, "cpus", first == last ? talloc_asprintf(p, "%u", first) : talloc_asprintf(p, "%u-%u", first, last));
}

static void
build_cell(const struct domain *domain, size_t i, bool backend, const struct build *b, struct argv *argv)
{
  const struct numa_cell *cell = &domain->numa.cells[i];
  struct ram ram = ram_of_cell(argv, domain, i);
  argv_origin(argv, cell->place, NULL, NULL);
  if (backend && !cell->empty)
    ram_build(&ram, b, argv);
  struct props *p = argv_keyval(argv, PHASE_MEMORY, "-numa", "type");
  props_str(p, "type", "node");
  props_uint(p, "nodeid", i);
  struct cpu_runs runs = { p };
  if (cell->cpus)
    numset_each_run(cell->cpus, add_run, &runs);
  if (domain->numa.hmat)
    props_uint(p, "initiator", hmat_initiator(&domain->numa, i));
  if (backend && !cell->empty)
    props_refer(p, "memdev", ID_OBJECT, ram.id); /* QEMU makes no backend of nothing, and takes a cell without */
  else if (!backend)
    props_uint(p, "mem", cell->memory / MIB(1));
}

/* Distances that are what they are anyhow tell the guest nothing: it gets no table of them. */
static bool
has_own_distances(const struct numa *numa)
{
  for (size_t i = 0; i < numa->n_cells; i++)
    for (size_t j = 0; numa->cells[i].distances && j < numa->n_cells; j++)
      if (numa->cells[i].distances[j] != DISTANCE_LOCAL && numa->cells[i].distances[j] != DISTANCE_REMOTE)
        return true;
  return false;
}

/* Once one distance is given QEMU wants them all. */
static void
build_distances(const struct numa *numa, struct argv *argv)
{
  bool given = has_own_distances(numa);
  for (size_t i = 0; given && i < numa->n_cells; i++) {
    for (size_t j = 0; j < numa->n_cells; j++) {
      const uint8_t *distances = numa->cells[i].distances;
      struct props *p = argv_keyval(argv, PHASE_MEMORY, "-numa", "type");
      props_str(p, "type", "dist");
      props_uint(p, "src", i);
      props_uint(p, "dst", j);
      props_uint(p, "val", distances && distances[j] ? distances[j] : i == j ? DISTANCE_LOCAL : DISTANCE_REMOTE);
    }
  }
}

static void
numa_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct numa *numa = &domain->numa;
  if (!numa->n_cells)
    return;
  bool backends = !domain->memory.by_option;
  for (size_t i = 0; i < numa->n_cells; i++)
    build_cell(domain, i, backends, b, argv);
  build_distances(numa, argv);
  hmat_build(domain, argv);
}

const struct section numa_section = {
  .name = "numa",
  .attrs = numa_attrs,
  .parse = numa_parse,
  .complete = numa_complete,
  .check = numa_check,
  .build = numa_build,
};
