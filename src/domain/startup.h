/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/startup.h - startupPolicy: what a start makes of a source that is not there */

#ifndef DOMAIN_STARTUP_H
#define DOMAIN_STARTUP_H

#include "core/util.h"

enum startup_policy { STARTUP_UNSET, STARTUP_MANDATORY, STARTUP_REQUISITE, STARTUP_OPTIONAL, STARTUP_POLICIES };

static const char *const startup_policy_names[STARTUP_POLICIES] = {
  [STARTUP_MANDATORY] = "mandatory",
  [STARTUP_REQUISITE] = "requisite",
  [STARTUP_OPTIONAL] = "optional",
};

#endif
