/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/runtime.h - the paths that the XML leaves to us: sockets, and what a guest keeps */

#ifndef DOMAIN_RUNTIME_H
#define DOMAIN_RUNTIME_H

#include "domain/domain.h"

/* The guest NAME as a file's name: itself or, where that does not do, what is unique to it: a
 * socket's path has only 107 bytes. */
const char *runtime_guest(TALLOC_CTX *ctx, const char *name);

/* "/run/domxml2qemu/guests/GUEST", or below DOMAIN's own runtime folder; a talloc child of CTX. */
const char *runtime_folder(TALLOC_CTX *ctx, const struct domain *domain);

/* "/run/domxml2qemu/guests/GUEST/FILE", or below DOMAIN's own runtime folder, living as long as
 * DOMAIN. The folder becomes a need of the host ("directory", once a domain). */
const char *runtime_path(struct domain *domain, const char *file);

/* The things that a guest keeps between its runs. */
enum kept { KEPT_NVRAM, KEPT_VARSTORE, KEPT_TPM, KEPTS };

/* "/var/lib/libvirt/qemu/nvram/FILE", likewise "varstore" and "swtpm" or, where another user than root starts DOMAIN,
 * where libvirt's session has it: the guest's owner may change the tool. A talloc child of DOMAIN. */
const char *kept_path(struct domain *domain, enum kept kept, const char *file);

/* The folder of that: SESSION is where another user's session has it, NULL: root's. */
const char *kept_folder(TALLOC_CTX *ctx, enum kept kept, const char *session);

/* Root's folder for guests that run. */
#define RUNTIME_ROOT "/run/domxml2qemu"

#endif
