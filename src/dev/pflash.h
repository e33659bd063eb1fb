/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/pflash.h - between the files of the flash chips of UEFI firmware */

#ifndef DEV_PFLASH_H
#define DEV_PFLASH_H

#include "domain/kind.h"

/* Reports the images of <loader> and <nvram> that are not as long as DOMAIN's machine wants them. Asks the host:
 * where a guest starts, or is to be judged. */
void pflash_check_sizes(const struct domain *domain, struct stage *stage);

/* By the first bytes of the file at PATH: qcow2, whose disk has so many BYTES, or else raw; UNSET: it cannot be read, which
 * launch/files.c tells. pflash_size.c has it. */
enum flash_format pflash_format_of(const struct host *host, const char *path, uint64_t *bytes);

#endif
