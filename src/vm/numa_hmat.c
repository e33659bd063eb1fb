/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/numa_hmat.c - <cache> and <interconnects> of NUMA cells: latency, bandwidth, caches before memory */

#include "vm/numa_hmat.h"

enum { LEVELS = 3 };

static const char *const associativity_names[] = {
  [ASSOCIATIVITY_NONE] = "none",
  [ASSOCIATIVITY_DIRECT] = "direct",
  [ASSOCIATIVITY_FULL] = "full",
};
static_assert(ARRAY_SIZE(associativity_names) == ASSOCIATIVITIES, "an associativity has no name");

static const char *const write_policy_names[] = {
  [WRITE_POLICY_NONE] = "none",
  [WRITE_BACK] = "writeback",
  [WRITE_THROUGH] = "writethrough",
};
static_assert(ARRAY_SIZE(write_policy_names) == WRITE_POLICIES, "a policy has no name");

static const char *const access_names[] = {
  [NUMA_ACCESS] = "access",
  [NUMA_READ] = "read",
  [NUMA_WRITE] = "write",
};
static_assert(ARRAY_SIZE(access_names) == NUMA_ACCESSES, "an access has no name");

static const struct attr cache_attrs[] = {
  ATTR_UINT("@level", struct numa_cache, level, .min = 1, .max = LEVELS, .required = true,
            .doc = "Which level of cache it is."),
  ATTR_ENUM("@associativity", struct numa_cache, associativity, associativity_names, .required = true,
            .doc = "How addresses are mapped to the cache."),
  ATTR_ENUM("@policy", struct numa_cache, policy, write_policy_names, .required = true,
            .doc = "When what is written reaches memory."),
  ATTR_SIZE("size/@value", struct numa_cache, size, "KiB", .required = true, .doc = "How large the cache is."),
  ATTR_SIZE("line/@value", struct numa_cache, line, "bytes", .required = true,
            .doc = "How large a line of the cache is."),
  ATTR_END
};

static const struct attr link_attrs[] = {
  ATTR_UINT("@initiator", struct numa_link, initiator, .required = true, .doc = "The node that reaches for memory."),
  ATTR_UINT("@target", struct numa_link, target, .required = true, .doc = "The node whose memory is reached for."),
  ATTR_UINT("@cache", struct numa_link, cache, .max = LEVELS, .dflt = "0, the memory itself",
            .doc = "The target's cache that is reached for."),
  ATTR_ENUM("@type", struct numa_link, access, access_names, .required = true,
            .doc = "Whether it is reading, writing, or both."),
  ATTR_END
};

static const struct attr latency_attrs[] = {
  ATTR_UINT("@value", struct numa_link, value, .unit = "ns", .required = true, .doc = "How long it takes."), ATTR_END
};

static const struct attr bandwidth_attrs[] = {
  ATTR_SIZE("@value", struct numa_link, value, "KiB", .required = true, .doc = "How much passes each second."), ATTR_END
};

const struct attr hmat_attrs[] = {
  ATTR_SEE("cell/cache", cache_attrs, .many = true, .doc = "A cache of the node's memory."),
  ATTR_SEE("interconnects/latency", link_attrs, .many = true, .doc = "How long a node waits for memory."),
  ATTR_SEE("interconnects/latency", latency_attrs),
  ATTR_SEE("interconnects/bandwidth", link_attrs, .many = true, .doc = "How much passes between a node and memory."),
  ATTR_SEE("interconnects/bandwidth", bandwidth_attrs),
  ATTR_END
};

void
hmat_read_caches(struct numa_cell *cell, xmlNode *node, struct domain *domain, struct stage *stage)
{
  xml_each(child, node, "cache")
  {
    struct numa_cache cache = { .place = xml_place(child, NULL) };
    if (!attr_read(cache_attrs, child, &cache, NULL, stage->diag))
      continue;
    if (cache.line > UINT16_MAX)
      diag_error(stage->diag, cache.place, NULL, "line: a cache line of %ju bytes; at most 65535",
                 (uintmax_t)cache.line);
    for (size_t i = 0; i < cell->n_caches; i++)
      if (cell->caches[i].level == cache.level)
        diag_error(stage->diag, cache.place, NULL, "cache level %u is already described on line %u; drop one",
                   cache.level, cell->caches[i].place.line);
    cell->caches = ARRAY_ROOM(domain, cell->caches, struct numa_cache, cell->n_caches);
    size_t at = cell->n_caches++;
    for (; at > 0 && cell->caches[at - 1].level > cache.level; at--) /* QEMU wants the nearest first */
      cell->caches[at] = cell->caches[at - 1];
    cell->caches[at] = cache;
  }
}

void
hmat_read_links(struct numa *numa, xmlNode *node, struct domain *domain, struct stage *stage)
{
  xmlNode *links = xml_child(node, "interconnects");
  static const char *const elements[] = { "latency", "bandwidth" };
  for (size_t i = 0; links && i < ARRAY_SIZE(elements); i++) {
    xml_each(child, links, elements[i])
    {
      struct numa_link link = { .bandwidth = i == 1, .place = xml_place(child, NULL) };
      bool fine = attr_read(link_attrs, child, &link, NULL, stage->diag);
      fine &= attr_read(i == 1 ? bandwidth_attrs : latency_attrs, child, &link, NULL, stage->diag);
      if (!fine)
        continue;
      numa->links = ARRAY_ROOM(domain, numa->links, struct numa_link, numa->n_links);
      numa->links[numa->n_links++] = link;
    }
  }
}

bool
hmat_is_given(const struct numa *numa)
{
  bool given = numa->n_links;
  for (size_t i = 0; i < numa->n_cells; i++)
    given |= numa->cells[i].n_caches > 0;
  return given;
}

static bool
has_cache(const struct numa_cell *cell, uint32_t level)
{
  for (size_t i = 0; i < cell->n_caches; i++)
    if (cell->caches[i].level == level)
      return true;
  return false;
}

static void
check_twice(const struct numa *numa, size_t nth, struct stage *stage)
{
  const struct numa_link *link = &numa->links[nth];
  for (size_t i = 0; i < nth; i++) {
    const struct numa_link *other = &numa->links[i];
    bool same = link->bandwidth == other->bandwidth && link->initiator == other->initiator &&
                link->target == other->target && link->cache == other->cache && link->access == other->access;
    bool back = link->initiator != link->target && link->initiator == other->target && link->target == other->initiator;
    if (same || back) {
      diag_error(stage->diag, link->place, NULL,
                 "the link of cells %u and %u is already described on line %u%s; drop one", link->initiator,
                 link->target, other->place.line, back ? ", which holds both ways" : "");
      return;
    }
  }
}

static void
check_link(const struct numa *numa, size_t nth, struct stage *stage)
{
  const struct numa_link *link = &numa->links[nth];
  if (link->initiator >= numa->n_cells || link->target >= numa->n_cells) {
    diag_error(stage->diag, link->place, NULL, "%s %u is no cell, the last one is %zu",
               link->initiator >= numa->n_cells ? "initiator" : "target",
               link->initiator >= numa->n_cells ? link->initiator : link->target, numa->n_cells - 1);
    return;
  }
  if (!numa->cells[link->initiator].cpus)
    diag_error(stage->diag, link->place, NULL, "initiator %u has no CPUs; what reaches for memory is a cell with some",
               link->initiator);
  if (link->bandwidth && link->value % MIB(1))
    diag_unstartable(stage->diag, link->place, NULL,
                     "bandwidth: QEMU takes whole MiB a second, this guest will not start; write a multiple of 1024 "
                     "KiB");
  if (link->cache && !has_cache(&numa->cells[link->target], link->cache))
    diag_error(stage->diag, link->place, NULL, "cache %u: cell %u has no cache of that level", link->cache,
               link->target);
  check_twice(numa, nth, stage);
}

/* QEMU hw/core/numa.c, parse_numa_hmat_cache: what it wants of a cell before it hears of caches. */
static void
check_caches(const struct numa *numa, size_t cell, struct stage *stage)
{
  bool latency = false, bandwidth = false;
  for (size_t i = 0; i < numa->n_links; i++) {
    latency |= numa->links[i].target == cell && !numa->links[i].bandwidth;
    bandwidth |= numa->links[i].target == cell && numa->links[i].bandwidth;
  }
  const struct numa_cell *c = &numa->cells[cell];
  if (c->n_caches && (!latency || !bandwidth))
    diag_unstartable(stage->diag, c->caches[0].place, NULL,
                     "cell %zu has a cache, so QEMU wants its latency and its bandwidth, and will not start; write "
                     "<interconnects> with <latency target='%zu' .../> and <bandwidth target='%zu' .../>",
                     cell, cell, cell);
  for (size_t i = 0; i < c->n_caches; i++)
    if (c->caches[i].level > 1 && !has_cache(c, c->caches[i].level - 1))
      diag_unstartable(stage->diag, c->caches[i].place, NULL,
                       "cell %zu has a cache of level %u, but none of level %u: QEMU will not start", cell,
                       c->caches[i].level, c->caches[i].level - 1);
    else if (i > 0 && c->caches[i].level == c->caches[i - 1].level + 1 && c->caches[i].size <= c->caches[i - 1].size)
      diag_unstartable(stage->diag, c->caches[i].place, NULL,
                       "cell %zu: the cache of level %u must be larger than that of level %u, else QEMU will not start",
                       cell, c->caches[i].level, c->caches[i - 1].level);
}

void
hmat_check(const struct domain *domain, struct stage *stage)
{
  const struct numa *numa = &domain->numa;
  if (numa->hmat && !caps_has(stage->caps, FEAT_NUMA_HMAT))
    diag_error(stage->diag, numa->cells[0].place, NULL, "%s: this QEMU has none; drop <cache> and <interconnects>",
               feature_text(FEAT_NUMA_HMAT));
  for (size_t i = 0; i < numa->n_links; i++)
    check_link(numa, i, stage);
  for (size_t i = 0; i < numa->n_cells; i++)
    check_caches(numa, i, stage);
}

/* A cell with CPUs is its own; else the lowest latency decides, else the largest bandwidth, else
 * the first cell that has CPUs. */
size_t
hmat_initiator(const struct numa *numa, size_t cell)
{
  const struct numa_link *fastest = NULL, *widest = NULL;
  if (numa->cells[cell].cpus)
    return cell;
  for (size_t i = 0; i < numa->n_links; i++) {
    const struct numa_link *link = &numa->links[i];
    if (link->target != cell)
      continue;
    if (link->bandwidth && (!widest || link->value > widest->value))
      widest = link;
    if (!link->bandwidth && (!fastest || link->value < fastest->value))
      fastest = link;
  }
  if (fastest || widest)
    return (fastest ? fastest : widest)->initiator;
  size_t first = 0;
  while (first < numa->n_cells - 1 && !numa->cells[first].cpus)
    first++;
  return first;
}

static void
build_link(const struct numa_link *link, struct argv *argv)
{
  static const char *const hierarchy[] = { "memory", "first-level", "second-level", "third-level" };
  const char *what = link->bandwidth ? "bandwidth" : "latency";
  argv_origin(argv, link->place, NULL, NULL);
  struct props *p = argv_keyval(argv, PHASE_MEMORY, "-numa", "type");
  props_str(p, "type", "hmat-lb");
  props_uint(p, "initiator", link->initiator);
  props_uint(p, "target", link->target);
  props_str(p, "hierarchy", hierarchy[link->cache]);
  props_strf(p, "data-type", "%s-%s", access_names[link->access], what);
  if (link->bandwidth)
    props_strf(p, what, "%juK", (uintmax_t)(link->value + 1023) / 1024);
  else
    props_uint(p, what, link->value);
}

static void
build_cache(const struct numa_cache *cache, size_t cell, struct argv *argv)
{
  static const char *const associativity[] = {
    [ASSOCIATIVITY_NONE] = "none",
    [ASSOCIATIVITY_DIRECT] = "direct",
    [ASSOCIATIVITY_FULL] = "complex",
  };
  static const char *const policy[] = {
    [WRITE_POLICY_NONE] = "none",
    [WRITE_BACK] = "write-back",
    [WRITE_THROUGH] = "write-through",
  };
  argv_origin(argv, cache->place, NULL, NULL);
  struct props *p = argv_keyval(argv, PHASE_MEMORY, "-numa", "type");
  props_str(p, "type", "hmat-cache");
  props_uint(p, "node-id", cell);
  props_strf(p, "size", "%juK", (uintmax_t)(cache->size + 1023) / 1024);
  props_uint(p, "level", cache->level);
  props_str(p, "associativity", associativity[cache->associativity]);
  props_str(p, "policy", policy[cache->policy]);
  props_uint(p, "line", cache->line); /* QEMU insists on one, be it 0 */
}

void
hmat_build(const struct domain *domain, struct argv *argv)
{
  const struct numa *numa = &domain->numa;
  if (!numa->hmat)
    return;
  props_bool(argv_single(argv, PHASE_MACHINE, "-machine", "type"), "hmat", true);
  for (size_t i = 0; i < numa->n_links; i++)
    build_link(&numa->links[i], argv);
  for (size_t i = 0; i < numa->n_cells; i++)
    for (size_t j = 0; j < numa->cells[i].n_caches; j++)
      build_cache(&numa->cells[i].caches[j], i, argv);
}
