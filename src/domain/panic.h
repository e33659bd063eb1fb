/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/panic.h - what other slices must know of <panic> */

/* Filled by dev/panic.c; anybody reads. */

#ifndef DOMAIN_PANIC_H
#define DOMAIN_PANIC_H

#include "domain/domain.h"

/* <panic model='hyperv'/> is no device but a feature of the CPU: hv-crash. */
bool panic_has_hyperv(const struct domain *domain);

#endif
