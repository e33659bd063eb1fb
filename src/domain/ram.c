/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/ram.c - memory backends: what <memoryBacking> and <numatune> make of a piece of RAM */

#include "domain/ram.h"
#include "domain/memory_device.h"

const char *const memory_access_names[MEMORY_ACCESSES] = {
  [MEMORY_SHARED] = "shared",
  [MEMORY_PRIVATE] = "private",
};

/* sparse: QEMU has no word for "restrictive" (qapi/common.json HostMemPolicy). */
static const char *const policy_names[] = {
  [NUMA_STRICT] = "bind",
  [NUMA_PREFERRED] = "preferred",
  [NUMA_INTERLEAVE] = "interleave",
};

/* A folder: QEMU makes a file without a name in it. */
const char ram_file_path[] = "/dev/shm";

/* The size of a plain page on x86, arm64, s390x and riscv hosts: a <page> of it asks for no huge pages. */
enum { SMALL_PAGE = 4096 };

bool
ram_round(uint64_t *value, uint64_t unit)
{
  uint64_t up;
  if (__builtin_add_overflow(*value, unit - 1, &up) || up / unit * unit > INT64_MAX)
    return false;
  *value = up / unit * unit;
  return true;
}

uint64_t
ram_modules(const struct domain *domain)
{
  const struct device_list *devices = domain_devices_of(domain, ROLE_MEMORY);
  uint64_t sum = 0;
  for (size_t i = 0; i < devices->n; i++) {
    uint64_t size = devices->items[i]->broken ? 0 : ((const struct memory_device *)devices->items[i])->size;
    if (__builtin_add_overflow(sum, size, &sum))
      return UINT64_MAX;
  }
  return sum;
}

/* PowerPC's logical memory blocks; everywhere else QEMU's own megabytes. */
uint64_t
ram_alignment(const struct domain *domain)
{
  return arch_is_ppc64(domain->arch) ? MIB(256) : MIB(1);
}

const char *
ram_default_id(const struct domain *domain, const struct caps *caps)
{
  const struct caps_machine *machine = NULL;
  if (domain->os.machine)
    machine = caps_machine(caps, domain->os.machine, domain->virt == VIRT_KVM);
  return machine ? machine->default_ram_id : NULL;
}

const char *
ram_huge_path(const struct domain *domain, uint64_t size)
{
  /* as libvirt's qemu.conf calls them; of all architectures' sizes (Linux, hugetlbpage.rst) */
  static const struct {
    uint64_t size;
    const char *path;
  } mounts[] = {
    { KIB(64), "/dev/hugepages64K" }, { MIB(1), "/dev/hugepages1M" },     { MIB(2), "/dev/hugepages2M" },
    { MIB(4), "/dev/hugepages4M" },   { MIB(16), "/dev/hugepages16M" },   { MIB(32), "/dev/hugepages32M" },
    { GIB(1), "/dev/hugepages1G" },   { MIB(512), "/dev/hugepages512M" }, { GIB(2), "/dev/hugepages2G" },
    { GIB(16), "/dev/hugepages16G" },
  };
  const struct memory *memory = &domain->memory;
  if (!size)
    size = memory->huge_default;
  for (size_t i = 0; i < memory->n_huge_mounts; i++)
    if (memory->huge_mounts[i].size == size && memory->huge_mounts[i].path)
      return memory->huge_mounts[i].path;
  if (size == memory->huge_default)
    return "/dev/hugepages"; /* systemd's dev-hugepages.mount */
  for (size_t i = 0; i < ARRAY_SIZE(mounts); i++)
    if (mounts[i].size == size)
      return mounts[i].path;
  return "/dev/hugepages";
}

bool
ram_is_page_size(const struct domain *domain, uint64_t size)
{
  return !arch_is_x86(domain->arch) || !size || size == SMALL_PAGE || size == MIB(2) || size == GIB(1);
}

bool
ram_has_huge_pages(const struct domain *domain)
{
  return domain->memory.n_huge_pages && domain->memory.huge_pages[0].size != SMALL_PAGE;
}

/* Sets the origin of the properties that P gets next: the path DEVICES in the memory device that has RAM; where that is
 * not there, the path WHOLE in the domain; else the origin of the argument. Either may be NULL. */
static struct props *
from(struct props *p, const struct ram *ram, const struct domain *domain, const char *devices, const char *whole)
{
  xmlNode *root = domain->root;
  props_at(p, (struct place){ 0 });
  if (ram->dev && ram->dev->node && devices && xml_place_of(ram->dev->node, devices).file)
    return device_at(p, ram->dev, devices);
  if (whole && xml_has(root, whole))
    props_at(p, xml_place_at(root, whole));
  return p;
}

/* Which pages a piece of RAM lies in. */
struct pages {
  bool used;     /* huge ones */
  bool special;  /* because this piece's own node or device says so */
  uint64_t size; /* bytes */
  struct place place;
};

static struct pages
pages_of(const struct domain *domain, const struct ram *ram)
{
  const struct memory *memory = &domain->memory;
  struct pages pages = { .used = ram->page_size, .special = ram->page_size, .size = ram->page_size };
  const struct huge_page *general = NULL, *own = NULL;
  for (size_t i = 0; i < memory->n_huge_pages && !pages.used; i++) {
    const struct huge_page *page = &memory->huge_pages[i];
    if (!page->nodes)
      general = page;
    else if (!own && ram->cell >= 0 && numset_has(page->nodes, (uint64_t)ram->cell))
      own = page;
  }
  const struct huge_page *page = own ? own : general;
  if (page) {
    pages = (struct pages){ .used = true, .special = own, .size = page->size, .place = page->place };
    if (!pages.size)
      pages.size = memory->huge_default;
  }
  if (pages.size == SMALL_PAGE)
    pages = (struct pages){ 0 };
  return pages;
}

static const struct numa_tune *
tune_of(const struct domain *domain, const struct ram *ram)
{
  const struct numa *numa = &domain->numa;
  if (ram->cell >= 0 && numa->cell_tunes && (size_t)ram->cell < numa->n_cells && numa->cell_tunes[ram->cell].given)
    return &numa->cell_tunes[ram->cell];
  return &numa->tune;
}

static const struct numa_cell *
cell_of(const struct domain *domain, const struct ram *ram)
{
  bool there = ram->cell >= 0 && (size_t)ram->cell < domain->numa.n_cells;
  return there ? &domain->numa.cells[ram->cell] : NULL;
}

static enum memory_access
access_of(const struct domain *domain, const struct ram *ram)
{
  const struct numa_cell *cell = cell_of(domain, ram);
  if (ram->access != MEMORY_ACCESS_UNSET)
    return ram->access;
  if (cell && cell->access != MEMORY_ACCESS_UNSET)
    return cell->access;
  return domain->memory.access;
}

bool
ram_is_shared(const struct domain *domain)
{
  struct ram ram = { .cell = -1, .system = true };
  bool shared = domain->numa.n_cells > 0 || access_of(domain, &ram) == MEMORY_SHARED;
  for (size_t cell = 0; cell < domain->numa.n_cells; cell++) {
    ram.cell = (int)cell;
    shared &= access_of(domain, &ram) == MEMORY_SHARED;
  }
  /* nobody knows what was meant where it was refused */
  return shared || xml_refused(domain->root, "memoryBacking") || xml_refused(domain->root, "cpu/numa");
}

static enum tristate
discard_of(const struct domain *domain, const struct ram *ram)
{
  const struct numa_cell *cell = cell_of(domain, ram);
  if (ram->discard != UNSET)
    return ram->discard;
  if (cell && cell->discard != UNSET)
    return cell->discard;
  return domain->memory.discard ? ON : UNSET;
}

/* Something beyond QEMU's plain RAM is asked for: a NUMA cell needs its own backend. */
static bool
ram_is_special(const struct domain *domain, const struct ram *ram)
{
  const struct numa_tune *tune = tune_of(domain, ram);
  enum memory_source source = domain->memory.source;
  return pages_of(domain, ram).special || ram->nodes || (tune != &domain->numa.tune && tune->nodes) || ram->path ||
         access_of(domain, ram) != MEMORY_ACCESS_UNSET || source == MEMORY_FILE || source == MEMORY_MEMFD;
}

enum backend { BACKEND_RAM, BACKEND_FILE, BACKEND_MEMFD, BACKEND_EPC };

static enum backend
backend_of(const struct domain *domain, const struct ram *ram, const struct pages *pages)
{
  if (ram->epc)
    return BACKEND_EPC;
  if (!ram->path && domain->memory.source == MEMORY_MEMFD)
    return BACKEND_MEMFD;
  bool file =
      pages->used || ram->path || access_of(domain, ram) != MEMORY_ACCESS_UNSET || domain->memory.source == MEMORY_FILE;
  return file ? BACKEND_FILE : BACKEND_RAM;
}

bool
ram_is_memfd(const struct domain *domain, const struct ram *ram)
{
  struct pages pages = pages_of(domain, ram);
  return backend_of(domain, ram, &pages) == BACKEND_MEMFD;
}

/* The nodes of the host that the memory must come from, NULL: wherever. */
static const struct numset *
nodes_of(const struct domain *domain, const struct ram *ram)
{
  return ram->nodes ? ram->nodes : tune_of(domain, ram)->nodes;
}

static void
add_set(struct props *p, const char *key, const struct numset *set)
{
  struct props *list = props_list(p, key);
  for (int i = numset_next(set, 0); i >= 0; i = numset_next(set, (uint64_t)i + 1))
    props_uint(list, NULL, (uint64_t)i);
}

static bool
is_preallocated(const struct domain *domain, const struct ram *ram, const struct pages *pages)
{
  if (ram->epc || domain->memory.allocation == MEMORY_IMMEDIATE)
    return true;
  /* a file of one's own is filled only where it stands for an NVDIMM that is none */
  return ram->path ? ram->nvdimm && !ram->pmem : pages->used;
}

struct ram
ram_of_device(const struct memory_device *memory, const char *id)
{
  return (struct ram){
    .id = id,
    .size = memory->size,
    .cell = memory->node.set ? (int)memory->node.value : -1,
    .access = memory->access,
    .discard = memory->discard,
    .page_size = memory->page_size,
    .nodes = memory->nodes,
    .path = memory->path,
    .nvdimm = memory->model == MEMORY_NVDIMM,
    .pmem = memory->pmem,
    .align = memory->align,
    .epc = memory->model == MEMORY_SGX_EPC,
    .dev = &memory->dev,
    .lazy = memory->model == MEMORY_VIRTIO_MEM,
  };
}

uint64_t
ram_page_size(const struct domain *domain, const struct ram *ram)
{
  struct pages pages = pages_of(domain, ram);
  return pages.used && !ram->path && !ram->epc ? pages.size : 0;
}

struct ram
ram_of_cell(TALLOC_CTX *ctx, const struct domain *domain, size_t cell)
{
  return (struct ram){
    .id = talloc_asprintf(ctx, "ram-node%zu", cell),
    .size = domain->numa.cells[cell].memory,
    .cell = (int)cell,
  };
}

bool
ram_by_objects(const struct domain *domain, const struct caps *caps)
{
  const struct numa *numa = &domain->numa;
  if (!numa->n_cells)
    return ram_default_id(domain, caps) != NULL;
  const struct caps_machine *machine = caps_machine(caps, domain->os.machine, domain->virt == VIRT_KVM);
  bool objects = !machine || !machine->numa_mem_supported || numa->hmat;
  for (size_t i = 0; !objects && i < numa->n_cells; i++) {
    struct ram ram = { .cell = (int)i };
    objects = ram_is_special(domain, &ram);
  }
  return objects;
}

bool
ram_is_filled(const struct domain *domain, const struct ram *ram)
{
  struct pages pages = pages_of(domain, ram);
  return is_preallocated(domain, ram, &pages);
}

/* The threads that fill the memory run on the nodes it comes from (QEMU 7.2), as far as the
 * emulator itself may run there. */
static void
build_context(const struct ram *ram, const struct numset *nodes, const struct build *b, struct props *p,
              struct argv *argv)
{
  const struct numset *emulator = b->domain->numa.emulator_nodes;
  if (!nodes || !caps_has(b->caps, FEAT_THREAD_CONTEXT))
    return;
  struct numset *both = numset_new(argv);
  for (int i = numset_next(nodes, 0); i >= 0; i = numset_next(nodes, (uint64_t)i + 1))
    if (!emulator || numset_has(emulator, (uint64_t)i))
      numset_add(both, (uint64_t)i);
  if (!numset_count(both))
    return;
  const char *id = talloc_asprintf(argv, "tc-%s", ram->id);
  props_refer(p, "prealloc-context", ID_OBJECT, id);
  struct props *context = argv_json(argv, PHASE_MEMORY, "-object");
  props_str(context, "qom-type", "thread-context");
  props_define(context, "id", ID_OBJECT, id);
  add_set(context, "node-affinity", both);
}

static void
build_file(const struct ram *ram, const struct domain *domain, const struct pages *pages, struct props *p)
{
  from(p, ram, domain, ram->path ? "source/path" : "source/pagesize", NULL);
  if (pages->used && pages->place.file && !ram->path)
    props_at(p, pages->place);
  if (ram->path)
    props_memory_file(p, "mem-path", ram->path, ram->size);
  else if (pages->used)
    props_host(p, "mem-path", WANT_WRITE, ram_huge_path(domain, pages->size));
  else
    props_memory_file(p, "mem-path", ram_file_path, ram->size);
  if (!ram->path)
    props_switch(from(p, ram, domain, ram->discard ? "@discard" : NULL, "memoryBacking/discard"), "discard-data",
                 discard_of(domain, ram));
}

static void
build_prealloc(const struct ram *ram, bool prealloc, const struct build *b, struct props *p)
{
  if (ram->lazy) {
    /* a QEMU whose virtio-mem fills nothing by itself must not have it filled by -mem-prealloc */
    if (b->domain->memory.preallocates && !caps_has(b->caps, FEAT_DEVICE_VIRTIO_MEM_PCI_PREALLOC))
      props_bool(p, "prealloc", false);
    if (caps_has(b->caps, FEAT_MEMORY_BACKEND_RESERVE))
      props_bool(p, "reserve", false);
    return;
  }
  if (b->domain->memory.preallocates)
    return;
  if (prealloc)
    props_bool(from(p, ram, b->domain, NULL, "memoryBacking/allocation/@mode"), "prealloc", true);
  props_nonzero(from(p, ram, b->domain, NULL, "memoryBacking/allocation/@threads"), "prealloc-threads",
                b->domain->memory.allocation_threads);
}

void
ram_build(const struct ram *ram, const struct build *b, struct argv *argv)
{
  static const char *const types[] = {
    [BACKEND_RAM] = "memory-backend-ram",
    [BACKEND_FILE] = "memory-backend-file",
    [BACKEND_MEMFD] = "memory-backend-memfd",
    [BACKEND_EPC] = "memory-backend-epc",
  };
  const struct domain *domain = b->domain;
  struct pages pages = pages_of(domain, ram);
  enum backend backend = backend_of(domain, ram, &pages);
  struct props *p = argv_json(argv, PHASE_MEMORY, "-object");
  props_str(p, "qom-type", types[backend]);
  props_define(p, "id", ID_OBJECT, ram->id);
  if (backend == BACKEND_MEMFD && pages.used) {
    props_bool(p, "hugetlb", true);
    props_at(p, pages.place);
    props_uint(p, "hugetlbsize", pages.size);
  }
  if (!ram->lazy && (backend == BACKEND_RAM || (backend == BACKEND_MEMFD && !pages.used)))
    props_implies(p, WANT_MEMORY, NULL, ram->size);
  if (backend == BACKEND_FILE)
    build_file(ram, domain, &pages, p);
  if (backend == BACKEND_FILE || backend == BACKEND_MEMFD) {
    enum memory_access access = access_of(domain, ram);
    if (access != MEMORY_ACCESS_UNSET)
      props_bool(from(p, ram, domain, ram->access ? "@access" : NULL, "memoryBacking/access/@mode"), "share",
                 access == MEMORY_SHARED);
    from(p, ram, domain, NULL, NULL);
    /* named as QEMU's own default RAM would be, so that a migration stream fits */
    if (ram->system && caps_has(b->caps, FEAT_X_USE_CANONICAL_PATH_FOR_RAMBLOCK_ID))
      props_bool(p, "x-use-canonical-path-for-ramblock-id", false);
  }
  bool prealloc = is_preallocated(domain, ram, &pages);
  build_prealloc(ram, prealloc, b, p);
  props_uint(from(p, ram, domain, "target/size", NULL), "size", ram->size);
  props_nonzero(from(p, ram, domain, "source/alignsize", NULL), "align", ram->align);
  if (ram->pmem)
    props_bool(from(p, ram, domain, "source/pmem", NULL), "pmem", true);
  const struct numset *nodes = nodes_of(domain, ram);
  const struct numa_tune *tune = tune_of(domain, ram);
  enum numa_mode mode = tune->mode != NUMA_MODE_UNSET ? tune->mode : domain->numa.tune.mode;
  if (mode == NUMA_MODE_UNSET)
    mode = NUMA_STRICT;
  from(p, ram, domain, ram->nodes ? "source/nodemask" : NULL, NULL);
  if (!ram->nodes)
    props_at(p, tune->place);
  if (nodes && mode != NUMA_RESTRICTIVE) {
    add_set(p, "host-nodes", nodes);
    props_str(p, "policy", policy_names[mode]);
  }
  from(p, ram, domain, NULL, NULL);
  if (prealloc && !ram->lazy && !domain->memory.preallocates)
    build_context(ram, nodes, b, p, argv);
}
