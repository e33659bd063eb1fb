/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/kinds.c - the registries: a row for every kind of device and every section */

#include "domain/kinds.h"

/* The order in which libvirt gives out PCI slots (qemu_domain_address.c,
 * qemuDomainAssignDevicePCISlots), where the XML leaves them open: filesystem, interface, sound,
 * controller (but PCI's own come before all), disk, hostdev, memballoon, rng, watchdog, video, shmem,
 * input, serial, iommu, vsock, memory, crypto, panic, pstore; then what never sits on PCI. */
const struct kind *const kinds[] = {
  &filesystem_kind, &interface_kind,   &sound_kind,    &controller_kind, &disk_kind,      &hostdev_kind,
  &memballoon_kind, &rng_kind,         &watchdog_kind, &video_kind,      &shmem_kind,     &input_kind,
  &parallel_kind,   &serial_kind,      &console_kind,  &channel_kind,    &iommu_kind,     &vsock_kind,
  &memory_kind,     &crypto_kind,      &panic_kind,    &pstore_kind,     &smartcard_kind, &tpm_kind,
  &redirdev_kind,   &redirfilter_kind, &hub_kind,      &graphics_kind,   &audio_kind,     &nvram_kind,
  &lease_kind,      &pflash_kind,      NULL,
};

/* The other orders name whom libvirt has in them. A kind that is new here needs no place: it comes last. */
static const struct kind *const by_infos[] = {
  &disk_kind,       &interface_kind, &sound_kind,   &hostdev_kind, &video_kind,  &controller_kind, &smartcard_kind,
  &serial_kind,     &parallel_kind,  &channel_kind, &console_kind, &input_kind,  &filesystem_kind, &watchdog_kind,
  &memballoon_kind, &rng_kind,       &nvram_kind,   &hub_kind,     &shmem_kind,  &tpm_kind,        &panic_kind,
  &memory_kind,     &redirdev_kind,  &iommu_kind,   &vsock_kind,   &crypto_kind, &pstore_kind,     NULL,
};

static const struct kind *const by_arguments[] = {
  &controller_kind, &disk_kind,       &filesystem_kind, &interface_kind, &input_kind,  &video_kind, &sound_kind,
  &hostdev_kind,    &memballoon_kind, &rng_kind,        &vsock_kind,     &crypto_kind, NULL,
};

static const struct kind *const *const orders[] = { [ORDER_INFOS] = by_infos, [ORDER_ARGUMENTS] = by_arguments };
static_assert(ARRAY_SIZE(orders) == KIND_ORDERS, "an order has no list");

/* Completion runs in this order: what decides (machine, CPU) before what depends on it. */
const struct section *const sections[] = {
  &general_section,  &os_section,       &features_section, &features_rules_section,
  &paravirt_section, &clock_section,    &misc_section,     &throttle_section,
  &vcpus_section,    &cpu_section,      &numa_section,     &numatune_section,
  &memory_section,   &security_section, &firmware_section, &varstore_section,
  &sysinfo_section,  &override_section, &manager_section,  &iothreads_section,
  &cputune_section,  &resctrl_section,  &iommufd_section,  NULL,
};

const struct kind *
kind_find(const char *element)
{
  for (const struct kind *const *kind = kinds; *kind; kind++)
    if (strcmp((*kind)->element, element) == 0)
      return *kind;
  return NULL;
}

const struct kind *
kind_of_role(enum role role)
{
  const struct kind *const *kind = kinds;
  while ((*kind)->role != role)
    kind++;
  return *kind;
}

const struct device_list *
domain_devices_of(const struct domain *domain, enum role role)
{
  return domain_devices(domain, kind_of_role(role));
}

static bool
is_listed(const struct kind *const *list, const struct kind *kind)
{
  while (*list && *list != kind)
    list++;
  return *list;
}

const struct kind **
kinds_ordered(TALLOC_CTX *ctx, enum kind_order order)
{
  const struct kind **all = talloc_zero_array(ctx, const struct kind *, ARRAY_SIZE(kinds));
  size_t n = 0;
  for (const struct kind *const *kind = orders[order]; *kind; kind++)
    all[n++] = *kind;
  for (const struct kind *const *kind = kinds; *kind; kind++)
    if (!is_listed(orders[order], *kind))
      all[n++] = *kind;
  return all;
}
