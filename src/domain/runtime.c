/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/runtime.c - the paths that the XML leaves to us: sockets, and what a guest keeps */

#include "domain/runtime.h"
#include "core/uuid.h"
#include "domain/wants.h"

/* A name longer than this could leave too few of a socket's 107 bytes for the file. */
enum { GUEST_MAX = 40 };

/* Not the uuid of the XML: a copied guest often keeps that by mistake, its name it cannot keep. */
const char *
runtime_guest(TALLOC_CTX *ctx, const char *name)
{
  uint8_t uuid[16];
  if (!name || !*name)
    return "guest";
  /* swtpm's options have no way to say a comma */
  if (strlen(name) <= GUEST_MAX && name[0] != '.' && !strpbrk(name, "/,"))
    return talloc_strdup(ctx, name);
  uuid_from_text(name, uuid);
  return uuid_text(ctx, uuid);
}

const char *
runtime_folder(TALLOC_CTX *ctx, const struct domain *domain)
{
  const char *root = domain->runtime ? domain->runtime : RUNTIME_ROOT;
  return talloc_asprintf(ctx, "%s/guests/%s", root, runtime_guest(ctx, domain->name));
}

const char *
runtime_path(struct domain *domain, const char *file)
{
  const char *folder = runtime_folder(domain, domain);
  wants_add(domain, (struct want){ .kind = WANT_FOLDER, .value = folder, .place = domain->place });
  return talloc_asprintf(domain, "%s/%s", folder, file);
}

/* libvirt src/qemu/qemu_conf.c, virQEMUDriverConfigNew(). */
const char *
kept_folder(TALLOC_CTX *ctx, enum kept kept, const char *session)
{
  static const char *const folders[KEPTS] = {
    [KEPT_NVRAM] = "qemu/nvram",
    [KEPT_VARSTORE] = "qemu/varstore",
    [KEPT_TPM] = "swtpm",
  };
  const char *folder = folders[kept];
  if (!session)
    return talloc_asprintf(ctx, "/var/lib/libvirt/%s", folder);
  const char *below = strchr(folder, '/');
  return talloc_asprintf(ctx, "%s/%s", session, below ? below + 1 : folder);
}

const char *
kept_path(struct domain *domain, enum kept kept, const char *file)
{
  return talloc_asprintf(domain, "%s/%s", kept_folder(domain, kept, domain->session), file);
}
