/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/panic.c - <panic>: how a guest tells that its kernel has crashed */

#include "bus/place.h"
#include "domain/kinds.h"
#include "domain/notes.h"

enum panic_model { PANIC_DEFAULT, PANIC_ISA, PANIC_PSERIES, PANIC_HYPERV, PANIC_S390, PANIC_PVPANIC, PANIC_MODELS };

static const char *const panic_model_names[] = {
  [PANIC_ISA] = "isa",   [PANIC_PSERIES] = "pseries", [PANIC_HYPERV] = "hyperv",
  [PANIC_S390] = "s390", [PANIC_PVPANIC] = "pvpanic",
};
static_assert(ARRAY_SIZE(panic_model_names) == PANIC_MODELS, "a panic model has no name");

struct panic {
  struct device dev;
  enum panic_model model;
};

static const struct attr panic_attrs[] = { ATTR_ENUM("@model", struct panic, model, panic_model_names,
                                                     .dflt =
                                                         "by the machine: isa on PCs, pseries, s390, pvpanic on Arm",
                                                     .doc = "How the guest tells that its system has crashed."),
                                           ATTR_END };

static enum panic_model
usual_model(const struct domain *domain)
{
  if (domain_is_pseries(domain))
    return PANIC_PSERIES;
  if (domain_is_s390(domain))
    return PANIC_S390;
  if (arch_is_x86(domain->arch))
    return PANIC_ISA;
  return domain_is_arm_virt(domain) ? PANIC_PVPANIC : PANIC_DEFAULT;
}

static void
panic_complete(struct device *dev, struct stage *stage)
{
  struct panic *panic = (struct panic *)dev;
  (void)stage;
  if (panic->model == PANIC_DEFAULT)
    panic->model = usual_model(dev->domain);
  if (panic->model == PANIC_HYPERV)
    dev->domain->features.hyperv.crash = true;
}

static void
panic_place(struct device *dev, struct stage *stage)
{
  enum panic_model model = ((struct panic *)dev)->model;
  if (model == PANIC_PVPANIC)
    place_pci(dev, PLACE_INTEGRATED, stage);
  else
    place_fixed(dev, model == PANIC_ISA ? ADDR_ISA : ADDR_NONE, stage);
}

/* The guests that have this model; NULL: the one at hand does. */
static const char *
whose(const struct panic *panic)
{
  const struct domain *domain = panic->dev.domain;
  if (panic->model == PANIC_PSERIES && !domain_is_pseries(domain))
    return "machine pseries";
  if (panic->model == PANIC_S390 && !domain_is_s390(domain))
    return "s390x";
  if (panic->model == PANIC_HYPERV && !arch_is_x86(domain->arch))
    return "x86";
  return NULL;
}

/* One that was read with errors counts too. */
static const struct device *
first_of_model(const struct panic *panic)
{
  const struct device_list *list = domain_devices(panic->dev.domain, &panic_kind);
  struct note *seen = domain_note(panic->dev.domain, "panics", NULL);
  for (; seen->number <= panic->dev.nth; seen->number++)
    domain_first_number(list->items[seen->number], "panic", ((const struct panic *)list->items[seen->number])->model);
  return domain_note_number(panic->dev.domain, "panic", panic->model)->dev;
}

static void
panic_check(const struct device *dev, struct stage *stage)
{
  const struct panic *panic = (const struct panic *)dev;
  const char *machine = dev->domain->os.machine, *arch = arch_names[dev->domain->arch];
  if (panic->model == PANIC_DEFAULT)
    diag_error(stage->diag, dev->place, dev->subject,
               "machine '%s' (%s) has no customary panic device; write model='pvpanic'", machine, arch);
  else if (whose(panic))
    diag_error(stage->diag, dev->place, dev->subject, "model '%s' is of %s, this is '%s' (%s); leave the model out",
               panic_model_names[panic->model], whose(panic), machine, arch);
  else if (panic->model == PANIC_ISA)
    stage_need(stage, FEAT_DEVICE_PANIC, dev->place, dev->subject);
  else if (panic->model == PANIC_PVPANIC)
    stage_need(stage, FEAT_DEVICE_PANIC_PCI, dev->place, dev->subject);
  const struct device *first = first_of_model(panic);
  if (first != dev && panic->model != PANIC_DEFAULT)
    diag_error(stage->diag, dev->place, dev->subject, "a second panic device of model '%s' (the first: line %u)",
               panic_model_names[panic->model], first->place.line);
}

/* hyperv is a word of -cpu; pseries' and s390's firmware have it anyway. */
static void
panic_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct panic *panic = (const struct panic *)dev;
  (void)b;
  if (panic->model == PANIC_ISA) {
    struct props *p = argv_device(argv, PHASE_DEVICE, "pvpanic", NULL);
    if (dev->address.type == ADDR_ISA)
      props_uint(p, "ioport", dev->address.isa.iobase.value);
  }
  if (panic->model == PANIC_PVPANIC)
    address_props(argv_device(argv, PHASE_DEVICE, "pvpanic-pci", NULL), dev);
}

const struct kind panic_kind = {
  .element = "panic",
  .size = sizeof(struct panic),
  .alias = "panic",
  .attrs = panic_attrs,
  .complete = panic_complete,
  .place = panic_place,
  .check = panic_check,
  .build = panic_build,
};
