/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/watchdog.c - <watchdog>: what happens to a guest that no longer answers */

#include "bus/place.h"
#include "domain/kinds.h"
#include "domain/notes.h"

enum watchdog_model {
  WATCHDOG_NONE,
  WATCHDOG_I6300ESB,
  WATCHDOG_IB700,
  WATCHDOG_DIAG288,
  WATCHDOG_ITCO,
  WATCHDOG_MODELS
};

static const char *const watchdog_model_names[] = {
  [WATCHDOG_I6300ESB] = "i6300esb",
  [WATCHDOG_IB700] = "ib700",
  [WATCHDOG_DIAG288] = "diag288",
  [WATCHDOG_ITCO] = "itco",
};
static_assert(ARRAY_SIZE(watchdog_model_names) == WATCHDOG_MODELS, "a watchdog has no name");

enum watchdog_action {
  ACTION_RESET, /* the default */
  ACTION_SHUTDOWN,
  ACTION_POWEROFF,
  ACTION_PAUSE,
  ACTION_DUMP,
  ACTION_NONE,
  ACTION_INJECT_NMI,
  WATCHDOG_ACTIONS
};

static const char *const watchdog_action_names[] = {
  [ACTION_RESET] = "reset",           [ACTION_SHUTDOWN] = "shutdown", [ACTION_POWEROFF] = "poweroff",
  [ACTION_PAUSE] = "pause",           [ACTION_DUMP] = "dump",         [ACTION_NONE] = "none",
  [ACTION_INJECT_NMI] = "inject-nmi",
};
static_assert(ARRAY_SIZE(watchdog_action_names) == WATCHDOG_ACTIONS, "an action has no name");

struct watchdog {
  struct device dev;
  enum watchdog_model model;
  enum watchdog_action action;
};

static const struct attr watchdog_attrs[] = { ATTR_ENUM("@model", struct watchdog, model, watchdog_model_names,
                                                        .required = true, .doc = "Which watchdog the guest sees."),
                                              ATTR_ENUM("@action", struct watchdog, action, watchdog_action_names,
                                                        .dflt = "reset",
                                                        .doc = "What happens when the guest no longer serves it."),
                                              ATTR_END };

static const struct watchdog *
first_watchdog(const struct domain *domain)
{
  const struct device_list *list = domain_devices(domain, &watchdog_kind);
  return list->n ? (const struct watchdog *)list->items[0] : NULL;
}

static const struct watchdog *
first_of_model(const struct domain *domain, enum watchdog_model model)
{
  const struct device_list *list = domain_devices(domain, &watchdog_kind);
  for (size_t i = 0; i < list->n; i++) {
    const struct watchdog *watchdog = (const struct watchdog *)list->items[i];
    if (watchdog->model == model)
      return watchdog;
  }
  return NULL;
}

/* The q35 chipset has a watchdog that QEMU straps off; libvirt lets it work. */
static void
watchdog_imply(struct domain *domain, struct stage *stage)
{
  const struct watchdog *first = first_watchdog(domain);
  enum watchdog_action action = first ? first->action : ACTION_RESET;
  (void)stage;
  if (!domain_is_q35(domain) || first_of_model(domain, WATCHDOG_ITCO))
    return;
  struct watchdog *itco =
      (struct watchdog *)domain_add(domain, &watchdog_kind, "machine q35 has an iTCO watchdog", domain->place);
  itco->model = WATCHDOG_ITCO;
  itco->action = action;
}

static void
watchdog_place(struct device *dev, struct stage *stage)
{
  if (((struct watchdog *)dev)->model == WATCHDOG_I6300ESB)
    place_pci(dev, PLACE_CONVENTIONAL, stage);
  else
    place_fixed(dev, ADDR_NONE, stage);
}

static void
check_machine(const struct watchdog *watchdog, struct diag *diag)
{
  const struct device *dev = &watchdog->dev;
  const struct domain *domain = dev->domain;
  if (watchdog->model == WATCHDOG_IB700 && !domain_is_i440fx(domain))
    diag_error(diag, dev->place, dev->subject,
               "model 'ib700' is an ISA card of machine pc, this is '%s'; use model='i6300esb'%s", domain->os.machine,
               domain_is_q35(domain) ? " or 'itco'" : "");
  if (watchdog->model == WATCHDOG_DIAG288 && !domain_is_s390(domain))
    diag_error(diag, dev->place, dev->subject, "model 'diag288' is s390x's, this is %s; use model='i6300esb'",
               arch_names[domain->arch]);
  if (watchdog->model == WATCHDOG_ITCO && !domain_is_q35(domain))
    diag_error(diag, dev->place, dev->subject, "model 'itco' is a part of machine q35, this is '%s'; use model='%s'",
               domain->os.machine, domain_is_s390(domain) ? "diag288" : "i6300esb");
}

static void
watchdog_check(const struct device *dev, struct stage *stage)
{
  const struct watchdog *watchdog = (const struct watchdog *)dev, *first = first_watchdog(dev->domain);
  struct diag *diag = stage->diag;
  check_machine(watchdog, diag);
  if (watchdog->action != first->action)
    diag_error(diag, dev->place, dev->subject,
               "action '%s', but '%s' on line %u: QEMU has one action for all watchdogs; write the same for both",
               watchdog_action_names[watchdog->action], watchdog_action_names[first->action], first->dev.place.line);
  const struct device *same = domain_first_number(dev, "watchdog", watchdog->model);
  if (same != dev && watchdog->model != WATCHDOG_I6300ESB)
    diag_warning(diag, dev->place, dev->subject, "a second watchdog '%s' (the first: line %u) does nothing; drop it",
                 watchdog_model_names[watchdog->model], same->place.line);
  if (watchdog->action == ACTION_DUMP && watchdog == first)
    diag_warning(diag, dev->place, dev->subject,
                 "action 'dump': QEMU pauses the guest; the dump is for whoever listens on its QMP socket");
}

static void
watchdog_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct watchdog *watchdog = (const struct watchdog *)dev;
  enum watchdog_action action = watchdog->action == ACTION_DUMP ? ACTION_PAUSE : watchdog->action;
  (void)b;
  if (watchdog->model != WATCHDOG_ITCO)
    address_props(argv_device(argv, PHASE_DEVICE, watchdog_model_names[watchdog->model], dev->id), dev);
  else if (watchdog == first_of_model(dev->domain, WATCHDOG_ITCO))
    argv_global(argv, "ICH9-LPC", "noreboot", "off");
  if (watchdog == first_watchdog(dev->domain))
    argv_plain(argv, PHASE_DEVICE, "-watchdog-action", watchdog_action_names[action]);
}

const struct kind watchdog_kind = {
  .element = "watchdog",
  .size = sizeof(struct watchdog),
  .alias = "watchdog",
  .attrs = watchdog_attrs,
  .imply = watchdog_imply,
  .place = watchdog_place,
  .check = watchdog_check,
  .build = watchdog_build,
};
