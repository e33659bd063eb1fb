/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/drivers.c - are the -device drivers of an invocation in this QEMU at all? */

#include "qemu/caps.h"

#include <string.h>

/* QEMU system/qdev-monitor.c: names that are no types. */
static const char *
type_of(const char *driver)
{
  static const char *const aliases[][2] = {
    { "lsi", "lsi53c895a" }, { "ahci", "ich9-ahci" },      { "ac97", "AC97" },
    { "es1370", "ES1370" },  { "e1000-82540em", "e1000" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
    if (strcmp(driver, aliases[i][0]) == 0)
      return aliases[i][1];
  return driver;
}

/* A kind that has said so itself knows what to write instead; what it says of a start goes for all. */
struct search {
  const struct arg *arg;
  const char *driver;
  bool found;
};

static void
look(struct place place, const char *subject, const char *text, void *arg)
{
  struct search *search = arg;
  bool same = place.line == search->arg->place.line && str_eq(subject, search->arg->subject);
  search->found |= same && (strstr(text, search->driver) || strstr(text, "will not start"));
}

void
caps_check_drivers(const struct caps *caps, const struct argv *argv, struct diag *diag)
{
  for (size_t i = 0; i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    const struct prop *driver = str_eq(arg->option, "-device") && arg->props ? props_get(arg->props, "driver") : NULL;
    if (!driver || driver->type != PROP_STRING || caps_type(caps, type_of(driver->string)) != OFF)
      continue;
    struct search search = { .arg = arg, .driver = driver->string };
    diag_each_warning(diag, look, &search);
    if (!search.found)
      diag_unstartable(diag, arg->place, arg->subject,
                       "this QEMU (%s) has no device '%s', this guest will not start; choose another model or bus",
                       caps_version_string(caps), driver->string);
  }
}
