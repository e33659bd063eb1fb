/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stages.c - drives the stages over sections, kinds and buses */

/* Completion has phases, since devices call for each other. 1: sections fill in what everything depends on (machine,
 * CPU, memory). 2: kinds add the devices that the machine or other devices imply. 3: each device takes its defaults
 * and says on which bus it sits; devices that are added on the way are completed in the same loop. 4: buses add the
 * controllers that addresses call for, which are completed like the rest. 5: every device gets its address; PCI may
 * add its controllers in doing so. 6: ids, which may depend on addresses (scsi0-0-0-1). 7: sections finish what
 * depends on addresses and ids. No device is added and no address changes after phase 5. */

#include "stages.h"
#include "bus/address.h"
#include "bus/assign.h"
#include "domain/kinds.h"

static bool
is_live(const struct device *dev)
{
  return !dev->broken;
}

/* The list grows while it is walked: what is implied on the way is completed as well. */
static void
complete_all(struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->devices.n; i++)
    device_complete(domain->devices.items[i], stage);
}

static void
identify_kind(struct domain *domain, const struct kind *kind, struct stage *stage)
{
  const struct device_list *list = domain_devices(domain, kind);
  for (size_t i = 0; i < list->n; i++) {
    struct device *dev = list->items[i];
    if (!is_live(dev) || dev->user_id)
      continue;
    if (kind->identify)
      kind->identify(dev, stage);
    else if (kind->alias)
      dev->id = talloc_asprintf(dev, "%s%zu", kind->alias, i);
  }
}

void
domain_complete(struct domain *domain, struct stage *stage)
{
  for (const struct section *const *section = sections; *section; section++)
    if ((*section)->complete && !domain->strange)
      (*section)->complete(domain, stage);
  if (domain->strange)
    return;
  for (const struct kind *const *kind = kinds; *kind; kind++)
    if ((*kind)->imply)
      (*kind)->imply(domain, stage);
  complete_all(domain, stage);
  bus_add_controllers(domain, stage);
  complete_all(domain, stage);
  bus_assign(domain, stage);
  for (const struct kind *const *kind = kinds; *kind; kind++)
    identify_kind(domain, *kind, stage);
  for (const struct section *const *section = sections; *section; section++)
    if ((*section)->finish)
      (*section)->finish(domain, stage);
}

struct need_arg {
  const char *subject;
  struct stage *stage;
};

static void
check_need(const struct attr *row, xmlNode *where, void *arg)
{
  const struct need_arg *need = arg;
  stage_need(need->stage, (enum feature)row->needs, xml_place(where, NULL), need->subject);
}

void
domain_check(struct domain *domain, struct stage *stage)
{
  if (domain->strange)
    return;
  for (const struct section *const *section = sections; *section; section++) {
    struct need_arg need = { NULL, stage };
    attr_each_need((*section)->attrs, domain->root, domain, check_need, &need);
    if ((*section)->check)
      (*section)->check(domain, stage);
  }
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    struct need_arg need = { dev->subject, stage };
    unsigned before = diag_errors(stage->diag);
    if (!is_live(dev))
      continue;
    if (dev->node)
      attr_each_need(dev->kind->attrs, dev->node, dev, check_need, &need);
    if (dev->kind->check)
      dev->kind->check(dev, stage);
    dev->refused = diag_errors(stage->diag) > before;
  }
  rules_check(domain, stage);
}

void
domain_resolve(struct domain *domain, struct stage *stage)
{
  for (const struct section *const *section = sections; *section; section++)
    if ((*section)->resolve)
      (*section)->resolve(domain, stage);
  for (size_t i = 0; i < domain->devices.n; i++)
    if (domain->devices.items[i]->kind->resolve)
      domain->devices.items[i]->kind->resolve(domain->devices.items[i], stage);
  rules_check_found(domain, stage);
}

void
domain_look(struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; !domain->strange && i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    if (is_live(dev) && !dev->refused && dev->kind->look)
      dev->kind->look(dev, stage);
  }
}

/* The line of the section's element; where the XML has none, that is the reason. */
static void
section_origin(const struct section *section, const struct domain *domain, struct argv *argv)
{
  xmlNode *node = section->element ? xml_child(domain->root, section->element) : NULL;
  if (node)
    argv_origin(argv, xml_place(node, NULL), NULL, NULL);
  else if (section->element)
    argv_origin(argv, domain->place, NULL,
                talloc_asprintf(argv, "no <%s>: QEMU's or libvirt's default", section->element));
  else
    argv_origin(argv, domain->place, NULL, NULL);
}

struct argv *
domain_build(TALLOC_CTX *ctx, const struct domain *domain, const struct stage *stage)
{
  struct build b = { .domain = domain, .caps = stage->caps, .options = stage->options };
  struct argv *argv = argv_new(ctx, domain->emulator);
  for (const struct section *const *section = sections; *section; section++) {
    section_origin(*section, domain, argv);
    if ((*section)->build)
      (*section)->build(domain, &b, argv);
  }
  for (size_t i = 0; i < domain->devices.n; i++) {
    const struct device *dev = domain->devices.items[i];
    argv_origin(argv, dev->place, dev->subject, dev->rule);
    argv->device = dev;
    address_companion(dev, argv);
    if (dev->kind->build)
      dev->kind->build(dev, &b, argv);
  }
  argv->device = NULL;
  for (const struct section *const *section = sections; *section; section++)
    if ((*section)->amend)
      (*section)->amend(domain, &b, argv);
  return argv;
}
