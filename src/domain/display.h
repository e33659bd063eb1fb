/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/display.h - what other slices must know of displays and sound */

/* Filled by dev/graphics.c and dev/audio.c; anybody reads. */

#ifndef DOMAIN_DISPLAY_H
#define DOMAIN_DISPLAY_H

#include "domain/kind.h"

enum graphics_type {
  GRAPHICS_NONE,
  GRAPHICS_SDL,
  GRAPHICS_VNC,
  GRAPHICS_RDP,
  GRAPHICS_DESKTOP,
  GRAPHICS_SPICE,
  GRAPHICS_EGL_HEADLESS,
  GRAPHICS_DBUS,
  GRAPHICS_TYPES
};

/* Has the domain a <graphics> of this type? */
static inline bool
graphics_has(const struct domain *domain, enum graphics_type type)
{
  return domain->displays & (1u << type);
}

/* Calls SAY for each <graphics>, in XML order. */
void graphics_each(const struct domain *domain, void (*say)(enum graphics_type type, void *arg), void *arg);

/* The -audiodev ("audio1") that a device naming <audio id='ID'/> uses; 0: the first there is.
 * NULL: none. Lives as long as the domain. */
const char *audio_find(const struct domain *domain, uint32_t id);

/* Is <audio id='ID'> of type dbus? */
bool audio_is_dbus(const struct domain *domain, uint32_t id);

#endif
