/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bus/controller.c - finding controllers, and the names of their buses */

#include "bus/controller.h"

const char *
controller_bus(TALLOC_CTX *ctx, const struct domain *domain, enum controller_type type, uint32_t index)
{
  (void)domain, (void)type;
  return talloc_asprintf(ctx, "bus%u.0", index);
}

const char *
pci_bus_name(TALLOC_CTX *ctx, const struct domain *domain, uint32_t bus)
{
  return talloc_asprintf(ctx, !bus && domain_has_pcie(domain) ? "pcie.%u" : "pci.%u", bus);
}

const char *
usb_bus_name(TALLOC_CTX *ctx, const struct domain *domain, uint32_t bus)
{
  (void)domain;
  return bus ? talloc_asprintf(ctx, "usb%u.0", bus) : "usb.0";
}
