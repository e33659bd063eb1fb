/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/memory.c - <memory model='...'>: DIMMs, NVDIMMs, virtio-pmem, virtio-mem, SGX enclave memory */

#include "bus/place.h"
#include "core/uuid.h"
#include "domain/kinds.h"
#include "domain/notes.h"
#include "domain/memory_device.h"
#include "domain/ram.h"

static const char *const model_names[] = {
  [MEMORY_DIMM] = "dimm",
  [MEMORY_NVDIMM] = "nvdimm",
  [MEMORY_VIRTIO_PMEM] = "virtio-pmem",
  [MEMORY_VIRTIO_MEM] = "virtio-mem",
  [MEMORY_SGX_EPC] = "sgx-epc",
};
static_assert(ARRAY_SIZE(model_names) == MEMORY_MODELS, "a memory device has no name");

enum {
  LABEL_LEAST = 128 * 1024,      /* of an NVDIMM: QEMU hw/mem/nvdimm.c */
  BLOCK_LEAST = 2 * 1024 * 1024, /* of virtio-mem: a transparent huge page */
  PAGE = 4096,
};

static const struct attr page_attrs[] = { ATTR_SIZE("source/pagesize/text()", struct memory_device, page_size, "KiB",
                                                    .dflt = "that of <memoryBacking>, else the host's",
                                                    .doc = "The size of the huge pages that the memory is made of."),
                                          ATTR_END };

static const struct attr path_attrs[] = { ATTR_STRING("source/path/text()", struct memory_device, path,
                                                      .required = true,
                                                      .doc = "The file or device of the host that is the memory."),
                                          ATTR_END };

static const struct attr nvdimm_attrs[] = {
  ATTR_WORD("uuid/text()", struct memory_device, uuid, uuid_word, "UUID",
            .dflt = "made of the guest's uuid and the path on pseries, none elsewhere",
            .doc = "The id by which the guest knows the NVDIMM."),
  ATTR_SIZE("source/alignsize/text()", struct memory_device, align, "KiB", .dflt = "QEMU's: that of a page",
            .doc = "On which boundary the file is mapped."),
  ATTR_PRESENT("source/pmem", struct memory_device, pmem, .dflt = "off",
               .doc = "The host's memory keeps what is written when the power fails."),
  ATTR_SIZE("target/label/size/text()", struct memory_device, label, "KiB", .dflt = "none",
            .required_where = "on pseries", .doc = "How much of the NVDIMM is kept for the labels of its parts."),
  ATTR_PRESENT("target/readonly", struct memory_device, readonly, .dflt = "off",
               .doc = "The guest cannot write to it."),
  ATTR_END
};

static const struct attr virtio_mem_attrs[] = {
  ATTR_QUIET("target/current", .doc = "How much a running guest has taken; it has no effect."),
  ATTR_SIZE("target/block/text()", struct memory_device, block, "KiB", .required_where = "of virtio-mem",
            .doc = "The pieces in which the guest takes and gives memory."),
  ATTR_SIZE("target/requested/text()", struct memory_device, requested, "KiB", .dflt = "0",
            .doc = "How much of it the guest is asked to take."),
  ATTR_YESNO("target/@dynamicMemslots", struct memory_device, dynamic_slots, .dflt = "QEMU's (no)",
             .doc = "Whether the host's tables grow only as far as the guest takes memory."),
  ATTR_NUM("target/address/@base", struct memory_device, base, .hex = true, .dflt = "QEMU's: the first free one",
           .doc = "Where in the guest's address space the memory begins."),
  ATTR_END
};

static const struct attr virtio_pmem_attrs[] = {
  ATTR_NUM("target/address/@base", struct memory_device, base, .hex = true, .dflt = "QEMU's: the first free one",
           .doc = "Where in the guest's address space the memory begins."),
  ATTR_END
};

static const struct attr nodes_attrs[] = { ATTR_WORD("source/nodemask/text()", struct memory_device, nodes, numset_word,
                                                     "list of numbers",
                                                     .dflt = "that of <numatune>, else wherever there is room",
                                                     .doc = "The NUMA nodes of the host that the memory comes from."),
                                           ATTR_END };

/* Which of them a model reads. */
static const struct attr dimm_tables[] = { ATTR_SEE(".", page_attrs), ATTR_SEE(".", nodes_attrs), ATTR_END };
static const struct attr nvdimm_tables[] = { ATTR_SEE(".", path_attrs), ATTR_SEE(".", nvdimm_attrs), ATTR_END };
static const struct attr virtio_mem_tables[] = { ATTR_SEE(".", dimm_tables), ATTR_SEE(".", virtio_mem_attrs),
                                                 ATTR_END };
static const struct attr virtio_pmem_tables[] = { ATTR_SEE(".", path_attrs), ATTR_SEE(".", virtio_pmem_attrs),
                                                  ATTR_END };
static const struct attr *const model_tables[] = {
  [MEMORY_DIMM] = dimm_tables,
  [MEMORY_NVDIMM] = nvdimm_tables,
  [MEMORY_VIRTIO_MEM] = virtio_mem_tables,
  [MEMORY_VIRTIO_PMEM] = virtio_pmem_tables,
  [MEMORY_SGX_EPC] = nodes_attrs,
};

static const struct attr memory_attrs[] = {
  ATTR_ENUM("@model", struct memory_device, model, model_names, .required = true, .doc = "What kind of memory it is."),
  ATTR_ENUM("@access", struct memory_device, access, memory_access_names,
            .dflt = "the NUMA cell's, else that of <memoryBacking>; shared of virtio-pmem",
            .doc = "Whether other processes see what the guest writes."),
  ATTR_YESNO("@discard", struct memory_device, discard, .dflt = "the NUMA cell's, else that of <memoryBacking>",
             .doc = "Whether the memory's content is given up when the guest ends."),
  ATTR_SIZE("target/size/text()", struct memory_device, size, "KiB", .required = true, .doc = "How much memory it is."),
  ATTR_NUM("target/node/text()", struct memory_device, node, .max = INT32_MAX,
           .dflt = "0 where <numa> was made for <maxMemory>, else none",
           .required_where = "where the guest has NUMA cells", .doc = "The NUMA node of the guest that it belongs to."),
  ATTR_SEE_BY("@model", model_names, model_tables),
  ATTR_END
};

static struct memory_device *
memory_of(struct device *dev)
{
  return (struct memory_device *)dev;
}

static const struct memory_device *
memory_in(const struct device *dev)
{
  return (const struct memory_device *)dev;
}

static void
memory_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct memory_device *memory = memory_of(dev);
  enum memory_model model = memory->model;
  bool paged = model == MEMORY_DIMM || model == MEMORY_VIRTIO_MEM;
  if (paged)
    attr_read(page_attrs, node, memory, dev->subject, stage->diag);
  if (paged || model == MEMORY_SGX_EPC)
    attr_read(nodes_attrs, node, memory, dev->subject, stage->diag);
  if (model == MEMORY_NVDIMM || model == MEMORY_VIRTIO_PMEM)
    attr_read(path_attrs, node, memory, dev->subject, stage->diag);
  if (model == MEMORY_NVDIMM) {
    attr_read(nvdimm_attrs, node, memory, dev->subject, stage->diag);
  }
  if (model == MEMORY_VIRTIO_MEM)
    attr_read(virtio_mem_attrs, node, memory, dev->subject, stage->diag);
  if (model == MEMORY_VIRTIO_PMEM)
    attr_read(virtio_pmem_attrs, node, memory, dev->subject, stage->diag);
  if (memory->label && memory->size && memory->label >= memory->size)
    diag_error(stage->diag, dev->place, dev->subject, "label leaves no room in size");
}

static bool
is_dimm(const struct memory_device *memory)
{
  return memory->model == MEMORY_DIMM || memory->model == MEMORY_NVDIMM;
}

/* pseries takes whole memory blocks besides the label, and must not grow the file. */
static void
align_pseries_nvdimm(struct memory_device *memory, struct stage *stage)
{
  uint64_t unit = MIB(256), guest = memory->size > memory->label ? memory->size - memory->label : 0;
  if (guest < unit)
    diag_error(stage->diag, memory->dev.place, memory->dev.subject,
               "size: an NVDIMM of pseries holds its label and at least 256 MiB");
  memory->size = guest / unit * unit + memory->label;
}

static void
memory_complete(struct device *dev, struct stage *stage)
{
  struct memory_device *memory = memory_of(dev);
  bool ppc64 = arch_is_ppc64(dev->domain->arch);
  if (dev->domain->numa.made && memory->model != MEMORY_VIRTIO_PMEM && memory->model != MEMORY_SGX_EPC &&
      !memory->node.set)
    memory->node = num_of(0);
  if (memory->model == MEMORY_SGX_EPC)
    memory->epc_number = domain_note(dev->domain, "SGX EPC", NULL)->number++;
  if (ppc64 && memory->model == MEMORY_NVDIMM)
    align_pseries_nvdimm(memory, stage);
  else if (!ram_round(&memory->size, ppc64 ? MIB(256) : MIB(2)))
    diag_error(stage->diag, dev->place, dev->subject, "size: rounded to %d MiB it is more than 2^63 bytes",
               ppc64 ? 256 : 2);
  if (memory->model == MEMORY_VIRTIO_PMEM && memory->access == MEMORY_ACCESS_UNSET)
    memory->access = MEMORY_SHARED; /* what the guest writes shall reach the file */
  uint8_t bytes[16];
  if (ppc64 && memory->model == MEMORY_NVDIMM && !memory->uuid && dev->domain->uuid) {
    uuid_from_text(talloc_asprintf(dev, "%s/nvdimm/%s", dev->domain->uuid, memory->path ? memory->path : ""), bytes);
    memory->uuid = uuid_text(dev, bytes);
  }
}

static void
memory_place(struct device *dev, struct stage *stage)
{
  const struct memory_device *memory = memory_of(dev);
  if (is_dimm(memory))
    place_dimm(dev, stage);
  else if (memory->model != MEMORY_SGX_EPC)
    place_virtio(dev, false, stage);
  else
    place_fixed(dev, ADDR_NONE, stage);
}

/* A module is known by its slot, others by their number. */
static void
memory_identify(struct device *dev, struct stage *stage)
{
  (void)stage;
  static const char *const prefixes[] = {
    [MEMORY_DIMM] = "dimm",
    [MEMORY_NVDIMM] = "nvdimm",
    [MEMORY_VIRTIO_PMEM] = "virtiopmem",
    [MEMORY_VIRTIO_MEM] = "virtiomem",
    [MEMORY_SGX_EPC] = "epc",
  };
  const struct memory_device *memory = memory_of(dev);
  const char *prefix = prefixes[memory->model];
  if (is_dimm(memory))
    dev->id = talloc_asprintf(dev, "%s%ju", prefix, (uintmax_t)dev->address.dimm.slot.value);
  else
    dev->id = device_next_id(dev, prefix);
}

/* --- check --- */

static void
check_node(const struct memory_device *memory, struct stage *stage)
{
  const struct device *dev = &memory->dev;
  size_t cells = dev->domain->numa.n_cells;
  if (memory->node.set && memory->model == MEMORY_VIRTIO_PMEM)
    diag_error(stage->diag, dev->place, dev->subject, "node: virtio-pmem belongs to no NUMA cell; drop it");
  else if (memory->node.set && memory->node.value >= cells)
    diag_error(stage->diag, dev->place, dev->subject, "node %ju: the guest has no such NUMA cell%s",
               (uintmax_t)memory->node.value, cells ? "" : ", it has none at all; describe <cpu><numa>");
  else if (!memory->node.set && cells && memory->model != MEMORY_VIRTIO_PMEM && memory->model != MEMORY_SGX_EPC)
    diag_error(stage->diag, dev->place, dev->subject, "node is missing: which NUMA cell does it belong to?");
}

/* QEMU hw/s390x/s390-virtio-ccw.c, s390_machine_device_plug(): one page size for all memory, no NUMA. */
static void
check_ccw(const struct memory_device *memory, struct stage *stage)
{
  const struct device *dev = &memory->dev;
  const struct memory *whole = &dev->domain->memory;
  if (memory->page_size && whole->n_huge_pages && memory->page_size != whole->huge_pages[0].size)
    diag_error(stage->diag, dev->place, dev->subject,
               "pagesize %ju KiB: on s390x it must be that of all memory, <hugepages> on line %u; drop it",
               (uintmax_t)memory->page_size / 1024, whole->huge_pages[0].place.line);
  if (memory->node.set && memory->node.value)
    diag_error(stage->diag, dev->place, dev->subject, "node %ju: s390x has no NUMA; drop <node>",
               (uintmax_t)memory->node.value);
}

static void
check_virtio_mem(const struct memory_device *memory, struct stage *stage)
{
  const struct device *dev = &memory->dev;
  uint64_t block = memory->block;
  if (memory->requested > memory->size)
    diag_error(stage->diag, dev->place, dev->subject, "requested is more than size");
  if (!block || (block & (block - 1)) || block < BLOCK_LEAST)
    diag_error(stage->diag, dev->place, dev->subject,
               "block must be a power of two, 2 MiB or more: <block unit='KiB'>2048</block>");
  else if (memory->requested % block || memory->base.value % block)
    diag_error(stage->diag, dev->place, dev->subject, "%s must be a multiple of block, %ju KiB",
               memory->requested % block ? "requested" : "the address's base", (uintmax_t)block / 1024);
  bool ccw = dev->address.type == ADDR_CCW;
  if (ccw)
    check_ccw(memory, stage);
  if (!caps_has(stage->caps, ccw ? FEAT_DEVICE_VIRTIO_MEM_CCW : FEAT_DEVICE_VIRTIO_MEM_PCI))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU has no virtio-mem for %s",
               arch_names[dev->domain->arch]);
  if (memory->dynamic_slots == ON && !caps_has(stage->caps, FEAT_DEVICE_VIRTIO_MEM_PCI_DYNAMIC_MEMSLOTS))
    diag_error(stage->diag, dev->place, dev->subject, "dynamicMemslots: this QEMU (%s) has none; drop it",
               caps_version_string(stage->caps));
}

static void
check_nvdimm(const struct memory_device *memory, struct stage *stage)
{
  const struct device *dev = &memory->dev;
  bool ppc64 = arch_is_ppc64(dev->domain->arch);
  if (memory->label && memory->label < LABEL_LEAST)
    diag_error(stage->diag, dev->place, dev->subject, "label: it has at least 128 KiB");
  if (memory->align & (memory->align - 1))
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "alignsize %ju KiB is no power of two, this guest will not start",
                     (uintmax_t)memory->align / 1024);
  if (ppc64 && !memory->label)
    diag_error(stage->diag, dev->place, dev->subject,
               "label is missing: an NVDIMM of pseries needs one, as in "
               "<label><size unit='KiB'>128</size></label>");
  if (!ppc64 && memory->uuid)
    diag_error(stage->diag, dev->place, dev->subject, "uuid: only an NVDIMM of pseries has one; drop it");
  if (!caps_has(stage->caps, FEAT_DEVICE_NVDIMM))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU has no NVDIMM for %s", arch_names[dev->domain->arch]);
  if (memory->pmem)
    stage_need(stage, FEAT_OBJECT_MEMORY_FILE_PMEM, dev->place, dev->subject);
  if (memory->readonly && !caps_has(stage->caps, FEAT_DEVICE_NVDIMM_UNARMED))
    diag_error(stage->diag, dev->place, dev->subject, "readonly: this QEMU (%s) has none; drop it",
               caps_version_string(stage->caps));
}

static void
check_virtio_pmem(const struct memory_device *memory, struct stage *stage)
{
  const struct device *dev = &memory->dev;
  if (memory->access == MEMORY_PRIVATE)
    diag_error(stage->diag, dev->place, dev->subject,
               "access 'private': what the guest writes must reach the file; write access='shared'");
  if (memory->base.value % PAGE)
    diag_error(stage->diag, dev->place, dev->subject, "the address's base must be a multiple of 4096");
  if (!caps_has(stage->caps, FEAT_DEVICE_VIRTIO_PMEM_PCI))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU has no virtio-pmem for %s",
               arch_names[dev->domain->arch]);
}

/* Where a device begins in the guest's memory; 0: QEMU chooses. */
static uint64_t
base_of(const struct memory_device *memory)
{
  if (is_dimm(memory))
    return memory->dev.address.type == ADDR_DIMM ? memory->dev.address.dimm.base.value : 0;
  return memory->base.value;
}

/* How much of the guest's memory it takes: an NVDIMM's label, in whole pages, is none of it. */
static uint64_t
mapped_size(const struct memory_device *memory)
{
  uint64_t label = memory->label;
  return ram_round(&label, memory->align ? memory->align : PAGE) && label < memory->size ? memory->size - label
                                                                                         : memory->size;
}

static void
check_overlap(const struct memory_device *memory, struct stage *stage)
{
  const struct device *dev = &memory->dev;
  const struct device_list *all = domain_devices(dev->domain, &memory_kind);
  uint64_t from = base_of(memory), to;
  if (!from)
    return;
  if (__builtin_add_overflow(from, mapped_size(memory), &to)) {
    diag_error(stage->diag, dev->place, dev->subject, "base 0x%jx and its size end beyond all memory", (uintmax_t)from);
    return;
  }
  for (size_t i = 0; i < all->n && all->items[i] != dev; i++) {
    const struct memory_device *other = memory_in(all->items[i]);
    uint64_t base = other->dev.broken ? 0 : base_of(other);
    if (base && from < base + mapped_size(other) && base < to)
      diag_error(stage->diag, dev->place, dev->subject,
                 "memory 0x%jx-0x%jx overlaps that of %s (line %u), which begins at 0x%jx", (uintmax_t)from,
                 (uintmax_t)to - 1, other->dev.subject, other->dev.place.line, (uintmax_t)base);
  }
}

static void
memory_check(const struct device *dev, struct stage *stage)
{
  const struct memory_device *memory = memory_in(dev);
  if (device_has_virtio_options(dev) && memory->model != MEMORY_VIRTIO_MEM && memory->model != MEMORY_VIRTIO_PMEM)
    diag_error(stage->diag, xml_place(xml_child(dev->node, "driver"), NULL), dev->subject,
               "iommu, ats, packed and page_per_vq are virtio's, this is model '%s'; drop them",
               model_names[memory->model]);
  check_node(memory, stage);
  check_overlap(memory, stage);
  if (!ram_is_page_size(dev->domain, memory->page_size))
    diag_error(stage->diag, dev->place, dev->subject, "pagesize: %s has pages of 4 KiB, 2 MiB and 1 GiB",
               arch_names[dev->domain->arch]);
  bool told = domain_is_pc(dev->domain) || domain_is_arm_virt(dev->domain); /* of its modules, by ACPI */
  if (is_dimm(memory) && told && !dev->domain->features.acpi)
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "QEMU gives a guest without ACPI no memory modules, it will not start; write "
                     "<features><acpi/></features>");
  if (memory->discard == ON && memory->path)
    diag_error(stage->diag, dev->place, dev->subject, "discard would throw away the file's data; drop it");
  if (memory->model == MEMORY_DIMM && !caps_has(stage->caps, FEAT_DEVICE_PC_DIMM))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU has no memory modules for %s",
               arch_names[dev->domain->arch]);
  if (memory->model == MEMORY_NVDIMM)
    check_nvdimm(memory, stage);
  if (memory->model == MEMORY_VIRTIO_PMEM)
    check_virtio_pmem(memory, stage);
  if (memory->model == MEMORY_VIRTIO_MEM)
    check_virtio_mem(memory, stage);
  if (memory->model == MEMORY_SGX_EPC && !caps_has(stage->caps, FEAT_SGX_EPC))
    diag_error(stage->diag, dev->place, dev->subject, "%s: this QEMU or its host has none", feature_text(FEAT_SGX_EPC));
}

/* --- build --- */

/* Enclave memory is the machine's, no -device. */
static void
build_epc(const struct memory_device *memory, const char *backend, struct argv *argv)
{
  uintmax_t number = memory->epc_number;
  struct props *machine = argv_single(argv, PHASE_MACHINE, "-machine", "type");
  props_refer(machine, talloc_asprintf(machine, "sgx-epc.%ju.memdev", number), ID_OBJECT, backend);
  props_uint(machine, talloc_asprintf(machine, "sgx-epc.%ju.node", number), memory->node.set ? memory->node.value : 0);
}

static const char *
driver_of(const struct memory_device *memory, TALLOC_CTX *ctx)
{
  switch (memory->model) {
  case MEMORY_DIMM:
    return "pc-dimm";
  case MEMORY_NVDIMM:
    return "nvdimm";
  case MEMORY_VIRTIO_PMEM:
    return virtio_driver(ctx, &memory->dev, "virtio-pmem", NULL);
  case MEMORY_VIRTIO_MEM:
    return virtio_driver(ctx, &memory->dev, "virtio-mem", NULL);
  case MEMORY_SGX_EPC:
  case MEMORY_MODELS:
    break;
  }
  return NULL;
}

static void
memory_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct memory_device *memory = memory_in(dev);
  const char *backend = talloc_asprintf(argv, "mem%s", dev->id);
  struct ram ram = ram_of_device(memory, backend);
  ram_build(&ram, b, argv);
  if (memory->model == MEMORY_NVDIMM)
    props_bool(argv_single(argv, PHASE_MACHINE, "-machine", "type"), "nvdimm", true);
  if (memory->model == MEMORY_SGX_EPC) {
    build_epc(memory, backend, argv);
    return;
  }
  struct props *p = argv_device(argv, PHASE_DEVICE, driver_of(memory, argv), dev->id);
  props_num(device_at(p, dev, "target/node"), "node", memory->node);
  props_nonzero(device_at(p, dev, "target/label/size"), "label-size", memory->label);
  props_nonzero(device_at(p, dev, "target/block"), "block-size", memory->block);
  props_nonzero(device_at(p, dev, "target/requested"), "requested-size", memory->requested);
  props_str(device_at(p, dev, "uuid"), "uuid", memory->uuid);
  if (memory->readonly)
    props_bool(device_at(p, dev, "target/readonly"), "unarmed", true);
  props_refer(device_at(p, dev, NULL), "memdev", ID_OBJECT, backend);
  if (memory->model == MEMORY_VIRTIO_MEM && caps_has(b->caps, FEAT_DEVICE_VIRTIO_MEM_PCI_PREALLOC) &&
      ram_is_filled(b->domain, &ram))
    props_bool(p, "prealloc", true);
  props_nonzero(device_at(p, dev, "target/address/@base"), "memaddr", memory->base.value);
  props_switch(device_at(p, dev, "target/@dynamicMemslots"), "dynamic-memslots", memory->dynamic_slots);
  device_virtio_props(p, dev);
  address_props(p, dev);
}

const struct kind memory_kind = {
  .element = "memory",
  .role = ROLE_MEMORY,
  .size = sizeof(struct memory_device),
  .name_path = "@model",
  .takes = TAKES_VIRTIO,
  .attrs = memory_attrs,
  .parse = memory_parse,
  .complete = memory_complete,
  .place = memory_place,
  .identify = memory_identify,
  .check = memory_check,
  .build = memory_build,
};
