/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/kinds.h - the symbols that the registries list: one a slice */

#ifndef DOMAIN_KINDS_H
#define DOMAIN_KINDS_H

#include "domain/kind.h"

/* sections, src/vm/ */
extern const struct section general_section;
extern const struct section os_section;
extern const struct section features_section;
extern const struct section features_rules_section;
extern const struct section paravirt_section;
extern const struct section clock_section;
extern const struct section misc_section;
extern const struct section vcpus_section;
extern const struct section cpu_section;
extern const struct section numa_section;
extern const struct section numatune_section;
extern const struct section memory_section;
extern const struct section firmware_section;
extern const struct section varstore_section;
extern const struct section iommufd_section;
extern const struct section security_section;
extern const struct section sysinfo_section;
extern const struct section override_section;
extern const struct section manager_section;
extern const struct section iothreads_section;
extern const struct section cputune_section;
extern const struct section resctrl_section;

/* a section, src/block/ */
extern const struct section throttle_section;

/* kinds, src/dev/ */
extern const struct kind pflash_kind;
extern const struct kind nvram_kind;
extern const struct kind lease_kind;
extern const struct kind audio_kind;
extern const struct kind channel_kind;
extern const struct kind console_kind;
extern const struct kind controller_kind;
extern const struct kind crypto_kind;
extern const struct kind disk_kind;
extern const struct kind graphics_kind;
extern const struct kind filesystem_kind;
extern const struct kind hostdev_kind;
extern const struct kind hub_kind;
extern const struct kind input_kind;
extern const struct kind panic_kind;
extern const struct kind interface_kind;
extern const struct kind parallel_kind;
extern const struct kind pstore_kind;
extern const struct kind redirdev_kind;
extern const struct kind redirfilter_kind;
extern const struct kind rng_kind;
extern const struct kind serial_kind;
extern const struct kind smartcard_kind;
extern const struct kind shmem_kind;
extern const struct kind sound_kind;
extern const struct kind tpm_kind;
extern const struct kind video_kind;
extern const struct kind memballoon_kind;
extern const struct kind vsock_kind;
extern const struct kind watchdog_kind;
extern const struct kind memory_kind;
extern const struct kind iommu_kind;

#endif
