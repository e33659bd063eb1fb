/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/files.h - files and folders that QEMU wants to find: UEFI's variables, room for sockets */

#ifndef LAUNCH_FILES_H
#define LAUNCH_FILES_H

#include "domain/domain.h"
#include "host/host.h"

/* Makes each folder among DOMAIN's needs that is not there yet, and each file from its template: what
 * is there is never touched. A file whose bytes the XML holds is written each time. False after an
 * error was reported. */
bool files_make(const struct domain *domain, struct host *host, struct diag *diag);

/* Says what files_make() would have to do and cannot: for --check. Makes nothing. */
void files_check(const struct domain *domain, const struct host *host, struct diag *diag);

/* QEMU has ended: removes the files whose bytes the XML holds. */
void files_forget(const struct domain *domain, struct host *host);

#endif
