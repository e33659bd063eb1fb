/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/resctrl.c - <cachetune>, <memorytune>, <energytune>: the host's caches, bandwidth, energy by virtual CPUs */

/* A manager makes groups of Linux' resctrl of them, QEMU is told nothing: what is wrong is refused.
 * A group is a set of virtual CPUs, or without one all of QEMU; no two sets overlap. */

#include "domain/kinds.h"
#include "domain/notes.h"

enum cache_type { CACHE_BOTH, CACHE_CODE, CACHE_DATA };
static const char *const cache_types[] = { "both", "code", "data" };

/* Linux counts the last level only. */
enum { MONITORED_LEVEL = 3 };

struct group {
  struct numset *vcpus; /* NULL: all of QEMU */
  xmlNode *node;
  size_t told; /* the last group that was told of this one */
};

struct groups {
  struct group *items;
  size_t n;
  /* by virtual CPU, for shares of caches and for all others: the first group that has it; 0: none, else one more */
  size_t first[2][NUMSET_LIMIT];
  struct notes *whole; /* those of all of QEMU, by name */
};

/* <cache> or <node>: how much of which. */
struct share {
  uint32_t id, level;
  enum cache_type type;
  struct place place;
};

static const struct attr cache_attrs[] = {
  ATTR_PLACE(struct share, place),
  ATTR_UINT("@id", struct share, id, .required = true, .missing = "id is missing: write id='0'",
            .doc = "The cache that is shared out."),
  ATTR_UINT("@level", struct share, level, .required = true, .missing = "level is missing: write level='3'",
            .doc = "Which level of cache it is."),
  ATTR_ENUM("@type", struct share, type, cache_types, .required = true, .missing = "type is missing: write type='both'",
            .doc = "Whether it is for code, data or both."),
  ATTR_SIZE_ONLY("@size", "KiB", .required = true, .missing = "size is missing: write size='3'",
                 .doc = "How much of the cache these virtual CPUs have, which a manager sets."),
  ATTR_END
};

static const struct attr node_attrs[] = {
  ATTR_PLACE(struct share, place),
  ATTR_UINT("@id", struct share, id, .required = true, .missing = "id is missing: write id='0'",
            .doc = "The node of memory that is shared out."),
  ATTR_UINT_ONLY("@bandwidth", .max = UINT32_MAX, .required = true,
                 .missing = "bandwidth is missing: write bandwidth='50'", .unit = "percent",
                 .doc = "How much of the memory's speed they have."),
  ATTR_END
};

struct monitor {
  xmlNode *node;
  struct num level;
  struct numset *vcpus;
};

static const struct attr level_attrs[] = { ATTR_NUM("@level", struct monitor, level, .max = UINT32_MAX,
                                                    .required = true, .missing = "level is missing: write level='3'",
                                                    .doc = "Which level of cache it is."),
                                           ATTR_END };

static const struct attr vcpus_attrs[] = { ATTR_WORD("@vcpus", struct monitor, vcpus, numset_any_word,
                                                     "list of numbers, or none", .dflt = "all of QEMU's process",
                                                     .doc = "The virtual CPUs that this is for."),
                                           ATTR_END };

static const struct attr monitor_attrs[] = { ATTR_NODE(".", struct monitor, node),
                                             ATTR_WORD("@vcpus", struct monitor, vcpus, numset_any_word,
                                                       "list of numbers, or none", .dflt = "all of the group",
                                                       .doc = "The virtual CPUs that this is for."),
                                             ATTR_END };

/* What is in a group is read where the guest has any of its virtual CPUs. */
static const struct attr caches_attrs[] = {
  ATTR_SEE("cache", cache_attrs, .many = true, .doc = "What they have of one cache."),
  ATTR_SEE("monitor", monitor_attrs, .many = true, .doc = "What is counted of them."), ATTR_SEE("monitor", level_attrs),
  ATTR_END
};
static const struct attr nodes_attrs[] = {
  ATTR_SEE("node", node_attrs, .many = true, .doc = "What they have of one node of memory."),
  ATTR_SEE("monitor", monitor_attrs, .many = true, .doc = "What is counted of them."), ATTR_END
};

static const struct attr cachetune_attrs[] = { ATTR_TABLE(vcpus_attrs), ATTR_SEE(".", caches_attrs), ATTR_END };
static const struct attr memorytune_attrs[] = { ATTR_TABLE(vcpus_attrs), ATTR_SEE(".", nodes_attrs), ATTR_END };
static const struct attr energytune_attrs[] = {
  ATTR_TABLE(vcpus_attrs), ATTR_SEE("monitor", monitor_attrs, .many = true, .doc = "What is counted of them."), ATTR_END
};
static const struct attr resctrl_attrs[] = { ATTR_SEE("cputune/cachetune", cachetune_attrs, .many = true,
                                                      .doc = "A share of the processor's cache for some virtual CPUs."),
                                             ATTR_SEE("cputune/memorytune", memorytune_attrs, .many = true,
                                                      .doc = "A share of memory's speed for some virtual CPUs."),
                                             ATTR_SEE("cputune/energytune", energytune_attrs, .many = true,
                                                      .doc = "Counting of the energy that some virtual CPUs take."),
                                             ATTR_END };

/* Those of SAID that the guest has; NULL: none of them. */
static struct numset *
own_vcpus(const struct numset *said, struct domain *domain)
{
  unsigned most = domain->cpu.vcpus ? domain->cpu.vcpus : 1;
  struct numset *own = numset_new(domain);
  for (int i = said ? numset_next(said, 0) : -1; i >= 0 && (unsigned)i < most; i = numset_next(said, (uint64_t)i + 1))
    numset_add(own, (uint64_t)i);
  return numset_count(own) ? own : NULL;
}

static bool
is_same(const struct numset *a, const struct numset *b)
{
  return numset_beyond(a, b) < 0 && numset_beyond(b, a) < 0;
}

/* Takes VCPU for the group NODE, which is to be the last. */
static void
take_vcpu(struct groups *groups, int vcpu, const struct numset *vcpus, xmlNode *node, struct stage *stage)
{
  bool caches = strcmp((const char *)node->name, "cachetune") == 0;
  for (size_t i = 0; i < ARRAY_SIZE(groups->first); i++) {
    struct group *other = groups->first[i][vcpu] ? &groups->items[groups->first[i][vcpu] - 1] : NULL;
    /* the same CPUs may have both: cache and bandwidth */
    if (!other || other->told == groups->n || (!caches && is_same(vcpus, other->vcpus)))
      continue;
    other->told = groups->n; /* of this one once */
    diag_error(stage->diag, xml_place(node, "vcpus"), NULL,
               "virtual CPU %d is in the group of line %u already; groups do not overlap", vcpu,
               xml_place(other->node, NULL).line);
  }
  if (!groups->first[!caches][vcpu])
    groups->first[!caches][vcpu] = groups->n + 1;
}

static void
add_group(struct groups *groups, struct numset *vcpus, xmlNode *node, struct stage *stage)
{
  size_t first = vcpus ? groups->n : notes_first(groups->whole, (const char *)node->name, groups->n);
  if (first != groups->n)
    diag_error(stage->diag, xml_place(node, NULL), NULL, "all of QEMU is the group of line %u already; drop one",
               xml_place(groups->items[first].node, NULL).line);
  for (int vcpu = vcpus ? numset_next(vcpus, 0) : -1; vcpu >= 0; vcpu = numset_next(vcpus, (uint64_t)vcpu + 1))
    take_vcpu(groups, vcpu, vcpus, node, stage);
  groups->items = ARRAY_ROOM(groups, groups->items, struct group, groups->n);
  groups->items[groups->n++] = (struct group){ vcpus, node, 0 };
}

/* Which share has what SHARE, the Nth, asks for, too: the first, or SHARE itself. */
static size_t
first_share(struct notes *notes, const struct share *share, size_t n)
{
  const char *key = talloc_asprintf(notes, "%ju %ju", (uintmax_t)share->id, (uintmax_t)share->level);
  size_t first = n;
  for (size_t type = 0; type < ARRAY_SIZE(cache_types); type++) {
    const struct note *note = notes_find(notes, cache_types[type], key);
    bool common = share->type == CACHE_BOTH || type == CACHE_BOTH || type == (size_t)share->type;
    if (common && note->number && note->number - 1 < first)
      first = note->number - 1;
  }
  struct note *note = notes_find(notes, cache_types[share->type], key);
  note->number = note->number ? note->number : n + 1;
  return first;
}

/* Each cache, each node's memory is shared out once. */
static void
check_shares(xmlNode *tune, const char *name, struct diag *diag)
{
  bool cache = strcmp(name, "cache") == 0;
  struct notes *notes = notes_new(NULL);
  struct share share, *shares = NULL;
  size_t n = 0;
  xml_each(node, tune, name)
  {
    share = (struct share){ 0 };
    if (!attr_read(cache ? cache_attrs : node_attrs, node, &share, NULL, diag))
      continue;
    size_t first = first_share(notes, &share, n);
    if (first != n)
      diag_error(diag, share.place, NULL, "%s %ju is shared out on line %u already; drop one", name,
                 (uintmax_t)share.id, shares[first].place.line);
    shares = ARRAY_ROOM(notes, shares, struct share, n);
    shares[n++] = share;
  }
  talloc_free(notes);
}

static void
check_monitors(xmlNode *tune, const struct numset *vcpus, bool caches, struct domain *domain, struct stage *stage)
{
  xml_each(node, tune, "monitor")
  {
    struct monitor monitor = { 0 };
    bool fine = !caches || attr_read(level_attrs, node, &monitor, NULL, stage->diag);
    if (caches && fine && monitor.level.value != MONITORED_LEVEL)
      diag_error(stage->diag, xml_place(node, "level"), NULL,
                 "level '%ju': Linux counts that of level %d alone; write level='%d'", (uintmax_t)monitor.level.value,
                 MONITORED_LEVEL, MONITORED_LEVEL);
    if (!attr_read(monitor_attrs, node, &monitor, NULL, stage->diag))
      continue;
    if (!monitor.vcpus)
      continue; /* the group has it already */
    const struct numset *watched = own_vcpus(monitor.vcpus, domain);
    int beyond = watched && vcpus ? numset_beyond(watched, vcpus) : -1;
    if (beyond >= 0)
      diag_error(stage->diag, xml_place(node, "vcpus"), NULL, "virtual CPU %d is not in the group that this monitors",
                 beyond);
    else if (!watched)
      diag_error(stage->diag, xml_place(node, "vcpus"), NULL, "vcpus: the guest has none of them");
  }
}

static void
read_tunes(xmlNode *root, const char *name, struct groups *groups, struct domain *domain, struct stage *stage)
{
  bool caches = strcmp(name, "cachetune") == 0;
  const char *child = caches ? "cache" : strcmp(name, "memorytune") == 0 ? "node" : "monitor";
  xml_each(tune, root, name)
  {
    if (domain->virt != VIRT_KVM)
      diag_error(stage->diag, xml_place(tune, NULL), NULL, "%s is for KVM; drop it, or write <domain type='kvm'>",
                 name);
    struct monitor group = { 0 };
    bool fine = attr_read(vcpus_attrs, tune, &group, NULL, stage->diag);
    struct numset *vcpus = own_vcpus(group.vcpus, domain);
    if (fine && (vcpus || !group.vcpus)) {
      if (strcmp(child, "monitor") != 0)
        check_shares(tune, child, stage->diag);
      check_monitors(tune, vcpus, caches, domain, stage);
      if (xml_child(tune, child) || xml_child(tune, "monitor"))
        add_group(groups, vcpus, tune, stage);
    }
    xml_skip(tune);
  }
}

static void
resctrl_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xmlNode *tune = xml_child(root, "cputune");
  if (!tune || !(xml_child(tune, "cachetune") || xml_child(tune, "memorytune") || xml_child(tune, "energytune")))
    return;
  struct groups *groups = talloc_zero(NULL, struct groups);
  groups->whole = notes_new(groups);
  read_tunes(tune, "cachetune", groups, domain, stage);
  read_tunes(tune, "memorytune", groups, domain, stage);
  read_tunes(tune, "energytune", groups, domain, stage);
  talloc_free(groups);
}

const struct section resctrl_section = {
  .name = "resctrl",
  .attrs = resctrl_attrs,
  .parse = resctrl_parse,
};
