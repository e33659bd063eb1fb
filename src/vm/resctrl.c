/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/resctrl.c - <cachetune>, <memorytune>: the host's caches and memory bandwidth by virtual CPUs */

/* A manager makes groups of Linux' resctrl of them, QEMU is told nothing: what is wrong is refused.
 * A group is a set of virtual CPUs; no two of them overlap. */

#include "domain/kinds.h"

static const char *const cache_types[] = { "both", "code", "data" };
enum { CACHE_BOTH };

/* Linux counts the last level only. */
enum { MONITORED_LEVEL = 3 };

struct group {
  struct numset *vcpus;
  xmlNode *node;
};

struct groups {
  struct group *items;
  size_t n;
};

static bool
need(xmlNode *node, const char *name, const char *example, struct diag *diag)
{
  if (!xml_attr(node, name))
    diag_error(diag, xml_place(node, NULL), NULL, "%s is missing: write %s='%s'", name, name, example);
  return xml_attr(node, name) != NULL;
}

/* NULL: said to be wrong, or none of the guest's. */
static struct numset *
read_vcpus(xmlNode *node, struct domain *domain, struct stage *stage)
{
  unsigned most = domain->cpu.vcpus ? domain->cpu.vcpus : 1;
  if (!need(node, "vcpus", "0-3", stage->diag))
    return NULL;
  const char *text = xml_attr(node, "vcpus");
  struct numset *said = numset_parse(domain, text, true), *own = numset_new(domain);
  if (!said)
    diag_error(stage->diag, xml_place(node, text), NULL, "vcpus '%s' is no list, as in 0-3,8", text);
  for (int i = said ? numset_next(said, 0) : -1; i >= 0 && (unsigned)i < most; i = numset_next(said, (uint64_t)i + 1))
    numset_add(own, (uint64_t)i);
  return numset_count(own) ? own : NULL;
}

static bool
is_same(const struct numset *a, const struct numset *b)
{
  return numset_beyond(a, b) < 0 && numset_beyond(b, a) < 0;
}

static void
add_group(struct groups *groups, struct numset *vcpus, xmlNode *node, struct stage *stage)
{
  bool caches = strcmp((const char *)node->name, "cachetune") == 0;
  for (size_t i = 0; i < groups->n; i++) {
    const struct group *other = &groups->items[i];
    int common = numset_common(vcpus, other->vcpus);
    /* the same CPUs may have both: cache and bandwidth */
    if (common >= 0 && (caches || !is_same(vcpus, other->vcpus)))
      diag_error(stage->diag, xml_place(node, xml_attr(node, "vcpus")), NULL,
                 "virtual CPU %d is in the group of line %u already; groups do not overlap", common,
                 xml_place(other->node, NULL).line);
  }
  groups->items = talloc_realloc(NULL, groups->items, struct group, groups->n + 1);
  groups->items[groups->n++] = (struct group){ vcpus, node };
}

/* <cache> or <node>: how much of which. */
struct share {
  uint64_t id, level;
  int type;
  struct place place;
};

static bool
read_share(xmlNode *node, bool cache, struct share *share, struct diag *diag)
{
  uint64_t amount = 0;
  *share = (struct share){ .type = CACHE_BOTH, .place = xml_place(node, NULL) };
  bool fine = need(node, "id", "0", diag) && read_uint(node, "@id", 0, UINT32_MAX, &share->id, NULL, diag);
  if (!cache)
    return need(node, "bandwidth", "50", diag) && read_uint(node, "@bandwidth", 0, UINT32_MAX, &amount, NULL, diag) &&
           fine;
  fine &= need(node, "level", "3", diag) && read_uint(node, "@level", 0, UINT32_MAX, &share->level, NULL, diag);
  fine &= need(node, "type", "both", diag) &&
          read_enum(node, "@type", cache_types, ARRAY_SIZE(cache_types), &share->type, NULL, diag);
  return need(node, "size", "3", diag) && read_size(node, "@size", "KiB", &amount, NULL, diag) && fine;
}

static bool
is_common(const struct share *a, const struct share *b)
{
  return a->id == b->id && a->level == b->level &&
         (a->type == b->type || a->type == CACHE_BOTH || b->type == CACHE_BOTH);
}

/* Each cache, each node's memory is shared out once. */
static void
check_shares(xmlNode *tune, const char *name, struct diag *diag)
{
  bool cache = strcmp(name, "cache") == 0;
  struct share share, *shares = NULL;
  size_t n = 0;
  xml_each(node, tune, name)
  {
    if (!read_share(node, cache, &share, diag))
      continue;
    for (size_t i = 0; i < n; i++)
      if (is_common(&share, &shares[i]))
        diag_error(diag, share.place, NULL, "%s %ju is shared out on line %u already; drop one", name,
                   (uintmax_t)share.id, shares[i].place.line);
    shares = talloc_realloc(diag, shares, struct share, n + 1);
    shares[n++] = share;
  }
  talloc_free(shares);
}

static void
check_monitors(xmlNode *tune, const struct numset *vcpus, bool caches, struct domain *domain, struct stage *stage)
{
  xml_each(node, tune, "monitor")
  {
    uint64_t level = MONITORED_LEVEL;
    if (caches && need(node, "level", "3", stage->diag) &&
        read_uint(node, "@level", 0, UINT32_MAX, &level, NULL, stage->diag) && level != MONITORED_LEVEL)
      diag_error(stage->diag, xml_place(node, xml_attr(node, "level")), NULL,
                 "level '%ju': Linux counts that of level %d alone; write level='%d'", (uintmax_t)level,
                 MONITORED_LEVEL, MONITORED_LEVEL);
    const struct numset *watched = read_vcpus(node, domain, stage);
    int beyond = watched ? numset_beyond(watched, vcpus) : -1;
    if (beyond >= 0)
      diag_error(stage->diag, xml_place(node, xml_attr(node, "vcpus")), NULL,
                 "virtual CPU %d is not in the group that this monitors", beyond);
    else if (!watched && xml_attr(node, "vcpus"))
      diag_error(stage->diag, xml_place(node, xml_attr(node, "vcpus")), NULL, "vcpus: the guest has none of them");
  }
}

static void
read_tunes(xmlNode *root, const char *name, struct groups *groups, struct domain *domain, struct stage *stage)
{
  bool caches = strcmp(name, "cachetune") == 0;
  const char *child = caches ? "cache" : "node";
  xml_each(tune, root, name)
  {
    if (domain->virt != VIRT_KVM)
      diag_error(stage->diag, xml_place(tune, NULL), NULL, "%s is for KVM; drop it, or write <domain type='kvm'>",
                 name);
    struct numset *vcpus = read_vcpus(tune, domain, stage);
    if (vcpus) {
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
  struct groups groups = { 0 };
  if (!tune)
    return;
  read_tunes(tune, "cachetune", &groups, domain, stage);
  read_tunes(tune, "memorytune", &groups, domain, stage);
  talloc_free(groups.items);
}

const struct section resctrl_section = {
  .name = "resctrl",
  .parse = resctrl_parse,
};
