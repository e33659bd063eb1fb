/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/hub.c - <hub>: more USB ports on one; bus/usb.c adds those that are needed */

#include "bus/place.h"
#include "domain/kinds.h"

static const char *const hub_types[] = { "usb" };

struct hub {
  struct device dev; /* first */
  uint8_t type;      /* there is one */
};

static const struct attr hub_attrs[] = {
  ATTR_ENUM("@type", struct hub, type, hub_types, .required = true, .doc = "The bus of the hub: usb."), ATTR_END
};

static void
hub_place(struct device *dev, struct stage *stage)
{
  place_usb(dev, stage);
}

static void
hub_check(const struct device *dev, struct stage *stage)
{
  if (!caps_has(stage->caps, FEAT_USB_HUB))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU (%s) has no usb-hub; use a controller with more ports",
               caps_version_string(stage->caps));
}

static void
hub_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  (void)b;
  struct props *p = argv_device(argv, PHASE_CONTROLLER, "usb-hub", dev->id);
  address_props(p, dev);
  if (dev->address.type == ADDR_USB)
    argv_offers_bus(argv, usb_hub_bus(argv, &dev->address.usb));
}

const struct kind hub_kind = {
  .element = "hub",
  .role = ROLE_HUB,
  .size = sizeof(struct hub),
  .alias = "hub",
  .attrs = hub_attrs,
  .place = hub_place,
  .check = hub_check,
  .build = hub_build,
};
