/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/graphics.c - <graphics>: how people see the guest */

#include "domain/display.h"
#include "domain/kinds.h"

static const char *const graphics_type_names[] = {
  [GRAPHICS_SDL] = "sdl",         [GRAPHICS_VNC] = "vnc",     [GRAPHICS_RDP] = "rdp",
  [GRAPHICS_DESKTOP] = "desktop", [GRAPHICS_SPICE] = "spice", [GRAPHICS_EGL_HEADLESS] = "egl-headless",
  [GRAPHICS_DBUS] = "dbus",
};
static_assert(ARRAY_SIZE(graphics_type_names) == GRAPHICS_TYPES, "a graphics type has no name");

struct graphics {
  struct device dev;
  enum graphics_type type;
};

static const struct attr graphics_attrs[] = {
  ATTR_ENUM("@type", struct graphics, type, graphics_type_names, .required = true), ATTR_END
};

void
graphics_each(const struct domain *domain, void (*say)(enum graphics_type type, void *arg), void *arg)
{
  const struct device_list *list = domain_devices(domain, &graphics_kind);
  for (size_t i = 0; i < list->n; i++)
    say(((struct graphics *)list->items[i])->type, arg);
}

bool
graphics_has(const struct domain *domain, enum graphics_type type)
{
  const struct device_list *list = domain_devices(domain, &graphics_kind);
  for (size_t i = 0; i < list->n; i++)
    if (((struct graphics *)list->items[i])->type == type)
      return true;
  return false;
}

const struct kind graphics_kind = {
  .element = "graphics",
  .size = sizeof(struct graphics),
  .name_path = "@type",
  .attrs = graphics_attrs,
};
